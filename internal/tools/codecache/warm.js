'use strict';
// What HTTP applications do while they start and with their first requests: the functions that run here are compiled
// in the code caches of the builtins. It is no test; what it answers does not matter.

const http = require('http'); // first: builtins lie in the order in which they are needed here
const assert = require('assert');
const { AsyncLocalStorage } = require('async_hooks');
const { createHash, randomBytes } = require('crypto');
const EventEmitter = require('events');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const querystring = require('querystring');
const { Readable, Transform, Writable, finished, pipeline } = require('stream');
const { StringDecoder } = require('string_decoder');
const { performance } = require('perf_hooks');
const urlModule = require('url');
const util = require('util');
const zlib = require('zlib');
require('https');
require('tty');
require('cluster');
require('dns');
require('child_process');
require('readline');
require('timers/promises');
require('fs/promises');
require('stream/promises');
require('util/types');
require('worker_threads');
require('diagnostics_channel');
require('module').createRequire(__filename);

assert.strictEqual(1, 1);
os.cpus();
os.hostname();
path.join(__dirname, '..', path.basename(__filename));
path.relative(__dirname, path.resolve('x/y'));
querystring.parse('a=1&b=2&a=3');
querystring.stringify({ a: [1, 2], b: 'x y' });
new URL('http://x');
urlModule.format(new URL('http://x'));
new URL('/a?b=c', 'http://example.org').searchParams.get('b');
util.inspect({ a: [1, { b: new Map([[1, 2]]) }], c: new Error('x'), d: new Date(), e: Buffer.from('x') }, { colors: true, depth: 4 });
util.format('%s %d %j %o', 'a', 1, {}, []);
util.promisify(fs.stat)(__filename).catch(() => {});
util.inherits(function a() {}, EventEmitter);
util.deprecate(() => {}, 'x');
new StringDecoder('utf8').write(Buffer.from('é'));
createHash('sha1').update('x').digest('base64');
createHash('sha256').update(randomBytes(8)).digest('hex');
new TextDecoder().decode(new TextEncoder().encode('x'));
fs.existsSync(__filename);
fs.readFileSync(__filename, 'utf8');
fs.statSync(__dirname);
fs.readdirSync(__dirname);
fs.readFile(__filename, () => {});
fs.createReadStream(__filename).on('data', () => {});
zlib.gzipSync('x');
Buffer.concat([Buffer.from('a'), Buffer.alloc(3)]).toString('hex');
Buffer.from('YQ==', 'base64').equals(Buffer.from([97]));
performance.now();
performance.mark('x');
structuredClone({ a: 1 });
queueMicrotask(() => {});
setImmediate(() => {});
const interval = setInterval(() => clearInterval(interval), 1);
process.hrtime.bigint();
process.memoryUsage();
process.uptime();
process.on('SIGUSR2', () => {});
process.removeAllListeners('SIGUSR2');
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
process.nextTick(() => {});
Promise.reject(new Error('x'));
new AbortController().signal.addEventListener('abort', () => {});
const storage = new AsyncLocalStorage();

function piped(res) {
  pipeline(Readable.from(['a', 'b']), new Transform({ transform(chunk, encoding, callback) { callback(null, chunk); } }), res, () => {});
}

function echo(req, res) {
  let body = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => { body += chunk; });
  req.on('end', () => {
    res.writeHead(201, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ length: body.length }));
  });
}

async function iterate(req, res) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  res.end(Buffer.concat(chunks));
}

function headers(req, res) {
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('ETag', '"x"');
  res.setHeader('Set-Cookie', ['a=1', 'b=2']);
  res.appendHeader('Vary', 'Accept');
  res.removeHeader('X-Powered-By');
  res.getHeaderNames();
  res.hasHeader('etag');
  res.on('finish', () => {});
  res.on('close', () => {});
  finished(res, () => {});
  const { remoteAddress } = req.socket;
  res.statusCode = 404;
  res.write(`<p>${remoteAddress} ${req.headers['user-agent']} ${req.rawHeaders.length} ${res.getHeader('etag')}</p>`);
  res.write(Buffer.from('x'));
  res.end();
}

const handlers = {
  '/': (req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/plain' });
    res.end('Hello');
  },
  '/json': (req, res) => {
    res.setHeader('Content-Type', 'application/json');
    storage.run(1, () => res.end(JSON.stringify(req.headers)));
  },
  '/headers': headers,
  '/piped': (req, res) => piped(res),
  '/stream': (req, res) => new Readable({ read() { this.push(this.i === undefined ? 'x'.repeat(1 << 17) : null); this.i = 1; } }).pipe(res),
  '/echo': echo,
  '/pipe': (req, res) => req.pipe(res),
  '/iterate': iterate,
  '/sink': (req, res) => req.pipe(new Writable({ write(chunk, encoding, callback) { callback(); } })).on('finish', () => res.end()),
  '/gzip': (req, res) => Readable.from(['x']).pipe(zlib.createGzip()).pipe(res),
  '/async': async (req, res) => {
    await null;
    res.end();
  },
};

const server = http.createServer((req, res) => handlers[req.url.split('?')[0]](req, res));
server.on('error', (error) => { throw error; });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const socket = net.connect(port, '127.0.0.1');
  for (const url of Object.keys(handlers)) {
    for (let i = 0; i < 3; i++) {
      socket.write(`GET ${url} HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nX-Own: y\r\nAccept: */*\r\n\r\n`);
      socket.write(`POST ${url} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc`);
      socket.write(`POST ${url} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`);
    }
  }
  socket.write('GET / HTTP/1.0\r\n\r\n');
  socket.on('data', () => {});
  socket.on('close', () => client(port));
});

function client(port) {
  const agent = new http.Agent({ keepAlive: true });
  let left = 2;
  function once() {
    const request = http.request({ port, host: '127.0.0.1', path: '/echo', method: 'POST', agent }, (res) => {
      res.on('data', () => {});
      res.on('end', () => {
        if (--left > 0) return once();
        agent.destroy();
        return server.close();
      });
    });
    request.end('abc');
  }
  once();
}
