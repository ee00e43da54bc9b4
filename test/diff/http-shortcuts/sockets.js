'use strict';
// An application that looks at the socket: what it is, what it writes itself, what it hears of it.
const http = require('http');
const net = require('net');
const { ask, get, last } = require('./_ask');

const log = (...args) => console.log(...args);
const handlers = {
  '/look'(req, res) {
    const { socket } = req;
    log(socket instanceof net.Socket, socket === res.socket, socket === req.connection, socket === res.connection, socket.server === this, socket._httpMessage === res, socket.parser !== null);
    log(socket.remoteAddress, socket.remoteFamily, socket.localAddress, socket.localPort === this.address().port, socket.readyState, socket.encrypted);
    log(socket.listenerCount('data'), socket.listenerCount('close') > 0, socket.listenerCount('error'), socket.listenerCount('end'), socket.listenerCount('timeout'));
    socket.seen = (socket.seen ?? 0) + 1;
    res.end(`${socket.seen}`);
    res.on('finish', () => log('at finish', res.socket === null, req.socket === socket, socket._httpMessage === null));
    res.on('close', () => log('at close', res.socket === null, req.socket === socket, socket.destroyed));
  },
  '/write'(req, res) {
    res.socket.write('HTTP/1.1 299 By hand\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok', () => log('written'));
    res.socket.end();
  },
  '/between'(req, res) {
    res.write('a');
    res.socket.write('1\r\nb\r\n');
    res.write('c');
    res.end('d');
  },
  '/replaced'(req, res) {
    const { write } = res.socket;
    let n = 0;
    res.socket.write = function(...args) { n++; return write.apply(this, args); };
    res.end('seen');
    res.on('finish', () => { delete res.req.socket.write; log('writes', n > 0); });
  },
  '/bytes'(req, res) {
    const { socket } = req;
    const before = socket.bytesWritten;
    res.end('12345');
    res.on('finish', () => setImmediate(() => log(socket.bytesRead > 0, socket.bytesWritten > before)));
  },
  '/flush'(req, res) {
    res.flushHeaders();
    log(res.headersSent, res._header.split('\r\n')[0]);
    for (const f of [() => res.setHeader('A', '1'), () => res.removeHeader('A'), () => res.writeHead(201), () => res.appendHeader('A', '2')]) {
      try { f(); log('no error'); } catch (error) { log(error.code, error.message); }
    }
    res.flushHeaders();
    res.statusCode = 500;
    res.end('flushed');
  },
  '/timeout'(req, res) {
    log(req.setTimeout(1000) === req, res.setTimeout(2000) === res, req.socket.timeout);
    res.end('timed');
  },
  '/data'(req, res) {
    const seen = [];
    req.socket.on('data', (d) => seen.push(d.toString('latin1').split('\r\n')[0]));
    req.socket.once('close', () => log('the socket had', seen));
    res.end('tapped');
  },
  '/closed'(req, res) {
    const { socket } = req;
    res.on('close', () => log('res close', res.writableFinished, socket.destroyed));
    socket.on('close', (had) => log('socket close', had));
    socket.destroy();
    res.end('never', () => log('callback'));
    log(res.writableEnded, res.destroyed, res.socket === null);
  },
};

(async () => {
  for (const path of Object.keys(handlers)) {
    log('#', path);
    const server = http.createServer(function(req, res) { handlers[req.url].call(this, req, res); });
    await ask(server, path === '/write' || path === '/closed' ? get(path) : get(path), last(path === '/data' ? '/timeout' : path));
  }
})();
