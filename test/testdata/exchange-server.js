// The server of the raw exchanges: each path answers in its own way. Prints its port.
'use strict';
const http = require('http');

const routes = {
  '/hello'(req, res) { res.writeHead(200, { 'Content-Type': 'text/plain' }); res.end('Hello World\n'); },
  '/implicit'(req, res) { res.end('implicit'); },
  '/empty'(req, res) { res.end(); },
  '/buffer'(req, res) { res.end(Buffer.from([0, 1, 2, 255])); },
  '/utf8'(req, res) { res.end('žluťoučký kůň €'); },
  '/latin1'(req, res) { res.end('\xe9\xe8', 'latin1'); },
  '/hex'(req, res) { res.end('616263', 'hex'); },
  '/chunks'(req, res) { res.write('one'); res.write('two'); res.end('three'); },
  '/chunks-late'(req, res) { res.write('one'); setTimeout(() => { res.write('two'); res.end(); }, 5); },
  '/corked'(req, res) { res.write('-'); res.cork(); res.write('a'); res.write('b'); res.uncork(); res.end(); },
  '/length'(req, res) { res.setHeader('Content-Length', 5); res.write('ab'); res.end('cde'); },
  '/writehead-length'(req, res) { res.writeHead(200, { 'Content-Length': '3' }); res.end('abc'); },
  '/204'(req, res) { res.writeHead(204); res.end(); },
  '/204-body'(req, res) { res.statusCode = 204; res.end('ignored'); },
  '/304'(req, res) { res.writeHead(304, { ETag: '"x"' }); res.end(); },
  '/304-chunked'(req, res) { res.statusCode = 304; res.setHeader('Transfer-Encoding', 'chunked'); res.end(); },
  '/status'(req, res) { res.statusCode = 404; res.end('no'); },
  '/status-message'(req, res) { res.statusMessage = 'Fine'; res.end('ok'); },
  '/status-unknown'(req, res) { res.writeHead(299); res.end('odd'); },
  '/reason'(req, res) { res.writeHead(200, 'Very Well', { 'X-A': '1' }); res.end(); },
  '/headers'(req, res) {
    res.setHeader('X-One', 1);
    res.setHeader('x-two', ['a', 'b']);
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.appendHeader('X-One', '2');
    res.setHeader('X-Gone', 'x');
    res.removeHeader('x-gone');
    res.end(JSON.stringify([res.getHeaders(), res.getHeaderNames(), res.hasHeader('x-one'), res.getHeader('X-TWO'), res.headersSent]));
  },
  '/headers-array'(req, res) { res.writeHead(200, ['X-A', '1', 'X-A', '2', 'x-b', '3']); res.end('x'); },
  '/headers-pairs'(req, res) { res.writeHead(200, [['X-A', '1'], ['X-B', ['2', '3']]]); res.end('x'); },
  '/headers-override'(req, res) { res.setHeader('X-A', 'first'); res.writeHead(200, { 'x-a': 'second', 'X-B': 'b' }); res.end('x'); },
  '/headers-map'(req, res) { res.setHeaders(new Map([['X-A', '1'], ['X-B', '2']])); res.end('x'); },
  '/no-date'(req, res) { res.sendDate = false; res.end('x'); },
  '/own-date'(req, res) { res.setHeader('Date', 'never'); res.end('x'); },
  '/close'(req, res) { res.setHeader('Connection', 'close'); res.end('bye'); },
  '/keep'(req, res) { res.setHeader('Connection', 'keep-alive'); res.end('stay'); },
  '/no-connection'(req, res) { res.removeHeader('Connection'); res.end('x'); },
  '/no-te'(req, res) { res.removeHeader('Transfer-Encoding'); res.write('x'); res.end('y'); },
  '/no-length'(req, res) { res.removeHeader('Content-Length'); res.end('abc'); },
  '/trailers'(req, res) { res.writeHead(200, { Trailer: 'X-Sum' }); res.write('body'); res.addTrailers({ 'X-Sum': '42' }); res.end(); },
  '/continue'(req, res) { res.writeContinue(); res.end('went on'); },
  '/processing'(req, res) { res.writeProcessing(); res.end('done'); },
  '/hints'(req, res) { res.writeEarlyHints({ link: ['</a.css>; rel=preload; as=style', '</b.js>; rel=preload'], 'x-trace': 'id' }); res.end('hinted'); },
  '/flush'(req, res) { res.flushHeaders(); setTimeout(() => res.end('later'), 5); },
  '/slow'(req, res) { setTimeout(() => res.end('slow'), 30); },
  '/fast'(req, res) { res.end('fast'); },
  '/echo'(req, res) {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => res.end(Buffer.concat(chunks)));
  },
  '/about'(req, res) {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (c) => { body += c; });
    req.on('end', () => {
      const { method, url, httpVersion, headers, headersDistinct, rawHeaders, trailers, rawTrailers, complete } = req;
      res.end(JSON.stringify({ method, url, httpVersion, headers, headersDistinct, rawHeaders, trailers, rawTrailers, complete, body }));
    });
  },
  '/ignore-body'(req, res) { res.end('did not look'); },
  '/errors'(req, res) {
    const codes = [];
    const attempt = (f) => { try { f(); codes.push('none'); } catch (e) { codes.push(`${e.name} ${e.code}: ${e.message}`); } };
    attempt(() => res.setHeader('bad name', 'x'));
    attempt(() => res.setHeader('x', 'bad\nvalue'));
    attempt(() => res.setHeader('x', undefined));
    attempt(() => res.writeHead(99));
    attempt(() => res.writeHead('abc'));
    attempt(() => res.writeHead(200, 'bad\nreason'));
    attempt(() => res.write(null));
    attempt(() => res.write(1));
    attempt(() => res.addTrailers({ 'x y': '1' }));
    attempt(() => res.getHeader());
    res.statusMessage = undefined;
    res.writeHead(200);
    attempt(() => res.setHeader('late', 'x'));
    attempt(() => res.removeHeader('late'));
    attempt(() => res.writeHead(200));
    attempt(() => res.appendHeader('late', 'x'));
    res.end(JSON.stringify(codes));
  },
  '/after-end'(req, res) {
    res.on('error', (e) => console.error(e.code));
    res.end('x');
    res.write('y', (e) => console.error('callback', e.code));
  },
  '/destroy'(req, res) { res.write('half'); setTimeout(() => res.destroy(), 5); },
  '/socket-destroy'(req) { req.socket.destroy(); },
  '/throw-later'(req, res) { res.setHeader('X', 'y'); process.nextTick(() => res.end('tick')); },
  '/promise'(req, res) { Promise.resolve().then(() => res.end('micro')); },
  '/big'(req, res) { res.end('x'.repeat(200_000)); },
  '/many-headers'(req, res) { for (let i = 0; i < 60; i++) res.setHeader(`X-H-${i}`, `v${i}`); res.end(); },
};

const server = http.createServer((req, res) => {
  const route = routes[req.url.split('?')[0]];
  if (route) {
    route(req, res);
  } else {
    res.writeHead(404, { 'Content-Type': 'text/plain' });
    res.end(`no ${req.url}`);
  }
});
server.on('upgrade', (req, socket, head) => {
  if (req.url === '/chat') {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n');
    socket.end(`head: ${head}`);
  } else {
    socket.destroy();
  }
});
server.on('connect', (req, socket, head) => {
  socket.write('HTTP/1.1 200 Connected\r\n\r\n');
  socket.end(`${req.url} ${head}`);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
