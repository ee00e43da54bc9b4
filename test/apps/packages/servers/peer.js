'use strict';
// What the client packages talk to: answers of many kinds, made with http alone.
const { createServer, listen } = require('../listen');
const zlib = require('zlib');

const long = 'All the same, all the same. '.repeat(400);
const attempts = new Map();

const routes = {
  '/echo'(req, res) {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const answer = JSON.stringify({
        method: req.method, url: req.url, headers: shown(req.headers), length: body.length,
        text: body.length < 300 && !/multipart/.test(req.headers['content-type']) ? body.toString() : undefined,
        parts: /multipart/.test(req.headers['content-type']) ? body.toString().replace(/--[-\w]*\w+/g, '--BOUNDARY') : undefined,
        trailers: req.trailers,
      });
      res.writeHead(200, { 'Content-Type': 'application/json', 'X-Answer': ['one', 'two'] });
      res.end(req.method === 'HEAD' ? undefined : answer);
    });
  },
  '/text': (req, res) => res.end('plain text, é and €'),
  '/gzip': (req, res) => res.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' }).end(zlib.gzipSync(long)),
  '/deflate': (req, res) => res.writeHead(200, { 'Content-Encoding': 'deflate' }).end(zlib.deflateSync(long)),
  '/br': (req, res) => res.writeHead(200, { 'Content-Encoding': 'br' }).end(zlib.brotliCompressSync(long)),
  '/not-gzip': (req, res) => res.writeHead(200, { 'Content-Encoding': 'gzip' }).end('this is not gzip'),
  '/redirect': (req, res) => res.writeHead(302, { 'Location': '/redirect2?x=1', 'Set-Cookie': 'r=1; Path=/' }).end('see there'),
  '/redirect2': (req, res) => res.writeHead(301, { Location: '/echo?from=redirect' }).end(),
  '/redirect307': (req, res) => { req.resume(); res.writeHead(307, { Location: '/echo?kept' }).end(); },
  '/redirect303': (req, res) => { req.resume(); res.writeHead(303, { Location: '/echo?got' }).end(); },
  '/loop': (req, res) => res.writeHead(302, { Location: '/loop' }).end(),
  '/404': (req, res) => res.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"nothing here"}'),
  '/500': (req, res) => res.writeHead(500, 'Broken Inside').end('oops'),
  '/204': (req, res) => res.writeHead(204).end(),
  '/304': (req, res) => res.writeHead(304, { ETag: '"x"' }).end(),
  '/bad-json': (req, res) => res.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":'),
  '/cookie': (req, res) => { res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; HttpOnly']); res.end(req.headers.cookie || 'none'); },
  '/hang': () => {},
  '/slow-body': (req, res) => { res.writeHead(200, { 'Content-Length': 10 }); res.write('12345'); },
  '/drop': (req) => req.socket.destroy(),
  '/cut': (req, res) => { res.writeHead(200, { 'Content-Length': 10 }); res.write('12345', () => setTimeout(() => req.socket.destroy(), 20)); },
  '/cut-chunked': (req, res) => { res.write('12345', () => setTimeout(() => req.socket.destroy(), 20)); },
  '/chunks': (req, res) => { let n = 0; const timer = setInterval(() => { res.write(`chunk ${n} `); if (++n === 5) { clearInterval(timer); res.end('end'); } }, 5); },
  '/large': (req, res) => { let n = 0; (function more() { while (n < 64) if (!res.write(Buffer.alloc(65536, 97 + n++ % 26))) return res.once('drain', more); res.end(); })(); },
  '/garbage': (req) => req.socket.end('this is not HTTP\r\n\r\n'),
  '/early': (req, res) => { res.writeHead(413, { Connection: 'close' }).end('too much'); req.resume(); },
  '/auth': (req, res) => (req.headers.authorization === `Basic ${Buffer.from('ann:s3:cret').toString('base64')}` ? res.end('welcome') : res.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end('who?')),
  '/hints': (req, res) => { res.writeEarlyHints({ link: '</a.css>; rel=preload' }); res.end('hinted'); },
  '/trailers': (req, res) => { res.writeHead(200, { Trailer: 'X-Sum' }); res.write('body'); res.addTrailers({ 'X-Sum': '42' }); res.end(); },
  '/flaky'(req, res, query) {
    const key = query.get('key');
    const n = (attempts.get(key) || 0) + 1;
    attempts.set(key, n);
    if (n < 3) res.writeHead(503, { 'Retry-After': '0' }).end();
    else res.end(`attempt ${n}`);
  },
};

function shown(headers) {
  const copy = { ...headers };
  if (copy.host) copy.host = 'HOST';
  if (copy['content-type']) copy['content-type'] = copy['content-type'].replace(/boundary=.*/, 'boundary=BOUNDARY');
  // Boundaries are random, and so, in some packages, long or short.
  if (/multipart/.test(copy['content-type']) && copy['content-length']) copy['content-length'] = 'N';
  for (const name of ['user-agent', 'accept-encoding']) if (copy[name]) copy[name] = copy[name].replace(/Sluice|sluice|node(?!-)/g, 'RUNTIME');
  return copy;
}

const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://x');
  const route = routes[url.pathname];
  req.on('error', () => {});
  if (route) route(req, res, url.searchParams);
  else res.writeHead(404).end();
});
listen(server);
