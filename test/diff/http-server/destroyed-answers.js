'use strict';
// What was written in the same go in which the connection is destroyed is not sent, unless the answer has ended.
const http = require('http');
const net = require('net');

const said = (name) => (error) => console.log(name, error === null ? null : error?.code ?? error?.message);

const handlers = {
  'res.destroy'(req, res) { res.write('abc', said('write')); res.destroy(); },
  'res.destroy, error'(req, res) {
    res.on('error', said('error'));
    res.write('abc', said('write'));
    res.destroy(new Error('mine'));
  },
  'socket.destroy'(req, res) {
    const { socket } = req;
    res.write('abc', said('write'));
    socket.destroy();
  },
  'socket.destroy, error'(req, res) {
    req.socket.on('error', () => {});
    res.write('abc', said('write'));
    req.socket.destroy(new Error('mine'));
  },
  'socket made late'(req, res) { res.write('abc', said('write')); req.socket.destroy(); },
  'three writes'(req, res) { res.write('a'); res.write('b'); res.write('c'); res.destroy(); },
  'corked'(req, res) { res.cork(); res.write('a'); res.write('b'); res.destroy(); },
  'head sent'(req, res) { res.flushHeaders(); res.write('a'); res.destroy(); },
  'head alone'(req, res) { res.flushHeaders(); res.destroy(); },
  'with a length'(req, res) { res.setHeader('Content-Length', 3); res.write('a'); res.destroy(); },
  '100'(req, res) { res.writeContinue(); res.write('a'); res.destroy(); },
  'ended'(req, res) { res.end('abc', said('end')); res.destroy(); },
  'written and ended'(req, res) { res.write('abc', said('write')); res.end(said('end')); res.destroy(); },
  'ended, socket'(req, res) { res.end('abc'); req.socket.destroy(); },
  'tick'(req, res) { res.write('abc', said('write')); process.nextTick(() => res.destroy()); },
  'tick before'(req, res) { process.nextTick(() => res.destroy()); res.write('abc', said('write')); },
  'microtask'(req, res) { queueMicrotask(() => res.destroy()); res.write('abc', said('write')); },
  'one microtask'(req, res) { queueMicrotask(() => { res.write('abc', said('write')); queueMicrotask(() => res.destroy()); }); },
  'turn'(req, res) { res.write('abc', said('write')); setImmediate(() => res.destroy()); },
  'second turn'(req, res) {
    res.write('a');
    setImmediate(() => { res.write('b', said('write')); res.destroy(); });
  },
  'req.destroy'(req, res) { res.write('a', said('write')); req.destroy(); },
  'destroySoon'(req, res) { res.write('a', said('write')); req.socket.destroySoon(); },
  'socket.end'(req, res) { res.write('a'); req.socket.end(); },
  'raw'(req, res) { req.socket.write('HTTP/1.1 200 OK\r\n\r\n'); req.socket.destroy(); },
  'reset'(req, res) { res.write('a'); req.socket.resetAndDestroy(); },
  'closeAllConnections'(req, res, server) { res.write('a', said('write')); server.closeAllConnections(); },
  'with the body'(req, res) { req.on('data', () => { res.write('abc'); res.destroy(); }); },
};

function ask(server) {
  return new Promise((resolve) => {
    let got = '';
    let failed = '';
    const socket = net.connect(server.address().port, '127.0.0.1').setEncoding('latin1');
    socket.on('data', (text) => { got += text; });
    socket.on('error', (error) => { failed = error.code; });
    socket.on('close', () => resolve(`${JSON.stringify(got.replace(/Date: [^\r]*\r\n/, ''))} ${failed}`));
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
  });
}

(async () => {
  for (const [name, handler] of Object.entries(handlers)) {
    const closed = [];
    const server = http.createServer((req, res) => {
      closed.push(new Promise((resolve) => res.on('close', () => resolve(res.writableFinished))));
      handler(req, res, server);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const got = await ask(server);
    console.log(name, got, ...await Promise.all(closed));
    await new Promise((resolve) => server.close(resolve));
  }
})();
