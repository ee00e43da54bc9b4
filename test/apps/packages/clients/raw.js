'use strict';
// Sends requests as bytes, and prints the answers to the byte; dates and ports masked.
const net = require('net');
const tls = require('tls');
const zlib = require('zlib');
const { base, ca, port, secure, steps } = require('./lib');

/** Sends text and resolves to everything that comes back. The server is to close. */
function talk(text) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = secure ? tls.connect({ port, host: '127.0.0.1', ca }) : net.connect(port, '127.0.0.1');
    socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(text));
    socket.on('data', (c) => chunks.push(c));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

function request(line, { headers = [], body = '' } = {}) {
  const bytes = Buffer.from(body, Buffer.isBuffer(body) ? undefined : 'utf8');
  const fields = ['Host: example.com', 'Connection: close', ...headers];
  if (bytes.length > 0 || /^(POST|PUT)/.test(line)) fields.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`), bytes]);
}

// What the coding makes of a text is the library's business: the text counts.
function decoded(bytes) {
  const split = bytes.indexOf('\r\n\r\n') + 4;
  const head = bytes.toString('latin1', 0, split);
  const coding = /\r\nContent-Encoding: (\w+)/i.exec(head)?.[1];
  if (!coding || split === bytes.length) return bytes;
  const pieces = [];
  for (let at = split; at < bytes.length;) {
    const line = bytes.indexOf('\r\n', at);
    const size = parseInt(bytes.toString('latin1', at, line), 16);
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  const unpack = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync }[coding];
  return Buffer.concat([bytes.subarray(0, split), unpack(Buffer.concat(pieces))]);
}

function printable(bytes) {
  bytes = decoded(bytes);
  const text = bytes.toString('latin1').replace(/\r\nDate: [^\r]*/gi, '\r\nDate: X').replace(/Expires=[^;\r]*/g, 'Expires=X');
  return /[\x00-\x08\x0e-\x1f]/.test(text) ? `${text.split('\r\n\r\n')[0]} + ${bytes.length} bytes` : text;
}

const form = ['Content-Type: application/x-www-form-urlencoded'];
const json = ['Content-Type: application/json'];
const multi = ['Content-Type: multipart/form-data; boundary=BB'];
const part = (name, value, file) => `--BB\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"\r\nContent-Type: text/plain` : ''}\r\n\r\n${value}\r\n`;

const apps = {
  middlewares: {
    '/long': ['GET /long'], 'gzip': ['GET /long', { headers: ['Accept-Encoding: gzip'] }], 'br': ['GET /long', { headers: ['Accept-Encoding: br'] }],
    'no gzip for images': ['GET /image', { headers: ['Accept-Encoding: gzip'] }], 'short': ['GET /short', { headers: ['Accept-Encoding: gzip'] }],
    'stream': ['GET /stream'], 'stream gzip': ['GET /stream', { headers: ['Accept-Encoding: deflate'] }], 'head': ['HEAD /long', { headers: ['Accept-Encoding: gzip'] }],
    'cors': ['GET /short', { headers: ['Origin: http://a.example'] }], 'cors pattern': ['GET /short', { headers: ['Origin: http://x.b.example'] }], 'cors other': ['GET /short', { headers: ['Origin: http://c.example'] }],
    'preflight': ['OPTIONS /json', { headers: ['Origin: http://a.example', 'Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: X-A, X-B'] }],
    'json': ['POST /json', { headers: json, body: '{"a":[1,{"b":"é"}]}' }], 'json broken': ['POST /json', { headers: json, body: '{"a":' }], 'json too large': ['POST /json', { headers: json, body: `"${'x'.repeat(2000)}"` }],
    'json gzip': ['POST /json', { headers: [...json, 'Content-Encoding: gzip'], body: zlib.gzipSync('{"zipped":true}') }], 'json br': ['POST /json', { headers: [...json, 'Content-Encoding: br'], body: zlib.brotliCompressSync('{"zipped":true}') }],
    'json coding unknown': ['POST /json', { headers: [...json, 'Content-Encoding: lzw'], body: '{}' }], 'json charset': ['POST /json', { headers: ['Content-Type: application/json; charset=utf-16'], body: Buffer.from('{"a":"é"}', 'utf16le') }],
    'form': ['POST /form', { headers: form, body: 'a=1&b[c]=2&b[d][]=3&e=%C3%A9+x' }], 'text': ['POST /text', { headers: ['Content-Type: text/plain; charset=latin1'], body: Buffer.from('é', 'latin1') }], 'raw': ['POST /raw', { body: Buffer.from([0, 1, 255]) }],
    'upload': ['POST /upload', { headers: multi, body: `${part('a', 'é')}${part('file', 'content', 'f.txt')}--BB--\r\n` }],
    'uploads': ['POST /uploads', { headers: multi, body: `${part('files', 'one', '1.txt')}${part('files', 'two', '2.txt')}--BB--\r\n` }],
    'upload too large': ['POST /upload', { headers: multi, body: `${part('file', 'x'.repeat(5000), 'f.txt')}--BB--\r\n` }], 'upload unexpected': ['POST /upload', { headers: multi, body: `${part('other', 'x', 'f.txt')}--BB--\r\n` }],
    'upload cut': ['POST /upload', { headers: multi, body: part('file', 'x', 'f.txt') }], 'too many files': ['POST /uploads', { headers: multi, body: `${part('files', '1', '1')}${part('files', '2', '2')}${part('files', '3', '3')}--BB--\r\n` }],
    'cookies': ['GET /cookies', { headers: ['Cookie: a=1; b=j:{"x":1}; c=s:v.bad'] }], 'visit': ['GET /visits'], 'visit again': ['GET /visits', { headers: ['Cookie: sid=s%3Afixed-id.bad'] }], 'logout': ['GET /logout'],
    'boom': ['GET /boom'], '404': ['GET /nowhere'], 'log': ['GET /log'],
  },
  koa: {
    ...Object.fromEntries(['/text', '/buffer', '/stream', '/web-stream', '/blob', '/response', '/broken-stream', '/redirect', '/throw', '/error', '/204', '/etag', '/raw', '/nowhere'].map((p) => [p, [`GET ${p}`]])),
    'json': ['GET /json?a=1&a=2&b=x', { headers: ['X-Forwarded-For: 1.2.3.4, 5.6.7.8', 'X-Forwarded-Proto: http', 'Accept: application/json'] }], 'cookies': ['GET /cookies', { headers: ['Cookie: b=2'] }], 'head': ['HEAD /text'], 'head of a stream': ['HEAD /stream'],
    'fresh': ['GET /etag', { headers: ['If-None-Match: "tag"'] }], 'echo': ['POST /echo', { headers: json, body: '{"a":1}' }], 'echo nothing': ['POST /echo'],
  },
  fastify: {
    ...Object.fromEntries(['/', '/text', '/schema', '/schema?n=7', '/schema?n=x', '/params/1/a/b', '/stream', '/web', '/buffer', '/trailers', '/redirect', '/throw', '/hijack', '/nowhere', '/%zz'].map((p) => [p, [`GET ${p}`]])),
    'head': ['HEAD /text'], 'ip': ['GET /schema?n=1', { headers: ['X-Forwarded-For: 9.9.9.9'] }], 'echo': ['POST /echo', { headers: json, body: '{"a":1}' }], 'proto': ['POST /echo', { headers: json, body: '{"__proto__":1}' }], 'broken': ['POST /echo', { headers: json, body: '{"a":' }],
    'empty json': ['POST /echo', { headers: json }], 'text': ['POST /echo', { headers: ['Content-Type: text/plain'], body: 'text' }], 'csv': ['POST /echo', { headers: ['Content-Type: text/csv'], body: 'a,b' }], 'unknown type': ['POST /echo', { headers: ['Content-Type: x/y'], body: 'a' }],
    'too large': ['POST /echo', { headers: json, body: `"${'x'.repeat(6000)}"` }], 'put': ['PUT /any', { headers: json, body: '1' }], 'delete': ['DELETE /any'], 'patch': ['PATCH /any'],
  },
  hono: {
    ...Object.fromEntries(['/', '/json?a=1&a=2&b=%C3%A9', '/html', '/users/12', '/users/ab', '/redirect', '/etag', '/stream', '/sse', '/api/x', '/throw', '/nowhere'].map((p) => [p, [`GET ${p}`]])),
    'head': ['HEAD /'], 'cors': ['OPTIONS /api/x', { headers: ['Origin: http://a', 'Access-Control-Request-Method: PUT'] }], 'cookies': ['GET /cookies', { headers: ['Cookie: x=1; y=2'] }], 'post json': ['POST /json', { headers: json, body: '{"a":[1]}' }], 'broken json': ['POST /json', { headers: json, body: '{' }],
    'form': ['POST /form', { headers: form, body: 'a=1&b=2' }], 'multipart': ['POST /form', { headers: multi, body: `${part('a', 'é')}${part('file', 'content', 'f.txt')}--BB--\r\n` }], 'bytes': ['POST /bytes', { body: Buffer.from([0, 1, 255]) }],
  },
  'http-proxy': {
    'get': ['GET /a?b=c', { headers: ['X-Mine: 1'] }], 'post': ['POST /p', { body: 'x'.repeat(100) }], 'head': ['HEAD /a'], 'delete': ['DELETE /a'], 'redirect': ['GET /redirect'], 'dropped': ['GET /drop'], 'cut': ['GET /cut'], 'slow': ['GET /hang'], 'refused': ['GET /nowhere'],
  },
};

const app = process.env.APP;
steps(Object.fromEntries(Object.entries(apps[app]).map(([name, [line, more]]) => [name, async () => printable(await talk(request(line, more)))])));
