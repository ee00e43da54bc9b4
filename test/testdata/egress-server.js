// Answers that contradict themselves, one for each path: test/egress_test.go knows what may leave. Prints its port.
'use strict';
const http = require('http');

// Says something else each time it is asked.
const changing = (...values) => ({ toString: () => values.shift() ?? 'gone' });
const changed = (array, value) => { array.push(value); return array; };

const routes = {
  '/length-and-chunked'(res) { res.writeHead(200, { 'Content-Length': 2, 'Transfer-Encoding': 'chunked' }); res.end('ab'); },
  '/chunked-and-length'(res) { res.setHeader('Transfer-Encoding', 'chunked'); res.setHeader('content-length', '2'); res.write('a'); res.end('b'); },
  '/length-in-a-value'(res) { res.writeHead(200, { 'X': 'Content-Length: 1', 'Content-Length': 2, 'Transfer-Encoding': 'chunked' }); res.end('ab'); },
  '/lengths'(res) { res.setHeader('Content-Length', ['1', '2']); res.end('a'); },
  '/lengths-raw'(res) { res.writeHead(200, ['Content-Length', '1', 'content-length', '2']); res.end('a'); },
  '/lengths-equal'(res) { res.writeHead(200, ['Content-Length', '2', 'content-length', 2]); res.end('ab'); },
  '/length-list'(res) { res.setHeader('Content-Length', '2, 2'); res.end('ab'); },
  '/length-signed'(res) { res.setHeader('Content-Length', '+2'); res.end('ab'); },
  '/length-hex'(res) { res.setHeader('Content-Length', '0x2'); res.end('ab'); },
  '/length-fraction'(res) { res.setHeader('Content-Length', 1.5); res.end('ab'); },
  '/length-empty'(res) { res.setHeader('Content-Length', ''); res.end('ab'); },
  '/length-huge'(res) { res.setHeader('Content-Length', '18446744073709551618'); res.end('ab'); },
  '/odd-coding'(res) { res.setHeader('Transfer-Encoding', 'gzip'); res.end('ab'); },
  '/odd-chunked'(res) { res.setHeader('Transfer-Encoding', 'x-chunked'); res.end('ab'); },
  '/chunked-twice'(res) { res.setHeader('Transfer-Encoding', ['chunked', 'chunked']); res.end('ab'); },
  '/chunked-first'(res) { res.setHeader('Transfer-Encoding', 'chunked, gzip'); res.end('ab'); },
  '/longer'(res) { res.writeHead(200, { 'Content-Length': 2 }); res.end('abHTTP/1.1 200 OK\r\n\r\n'); },
  '/longer-text'(res) { res.writeHead(200, { 'Content-Length': 3 }); res.end('\u20ac\u20ac'); },
  '/longer-hex'(res) { res.writeHead(200, { 'Content-Length': 2 }); res.end('616263', 'hex'); },
  '/longer-pieces'(res) { res.writeHead(200, { 'Content-Length': 3 }); res.write('ab'); res.write(Buffer.from('cd')); res.write('ef'); setTimeout(() => res.end('gh'), 5); },
  '/longer-than-nothing'(res) { res.writeHead(200, { 'Content-Length': 0 }); res.end('ab'); },
  '/longer-flag'(res) { res.chunkedEncoding = true; res.writeHead(200, { 'Content-Length': 2 }); res.end('ab'); },
  '/shorter'(res) { res.writeHead(200, { 'Content-Length': 4 }); res.end('ab'); },
  '/shorter-pieces'(res) { res.writeHead(200, { 'Content-Length': 4 }); res.write('a'); setTimeout(() => res.end('b'), 5); },
  '/shorter-nothing'(res) { res.writeHead(200, { 'Content-Length': 4 }); res.end(); },
  '/exact'(res) { res.writeHead(200, { 'Content-Length': 4 }); res.write('ab'); res.end('cd'); },
  '/204-length'(res) { res.writeHead(204, { 'Content-Length': 5 }); res.end('hello'); },
  '/304-length'(res) { res.writeHead(304, { 'Content-Length': 5 }); res.end('hello'); },
  '/304-chunked'(res) { res.writeHead(304, { 'Transfer-Encoding': 'chunked', 'Connection': 'keep-alive' }); res.end('hello'); },
  '/interim'(res) { res.writeHead(102); res.end(); },
  '/trailer-length'(res) { res.write('a'); res.addTrailers({ 'Content-Length': '1' }); res.end(); },
  '/trailer-coding'(res) { res.write('a'); res.addTrailers([['transfer-encoding', 'chunked']]); res.end(); },
  '/trailer-host'(res) { res.write('a'); res.addTrailers({ HOST: 'b' }); res.end(); },
  '/trailer-changing'(res) { res.write('a'); res.addTrailers({ 'X': changing('a', 'b\r\nY: c') }); res.end(); },
  '/hints-length'(res) { res.writeEarlyHints({ 'link': '</a>; rel=preload', 'Content-Length': '5' }); res.end(); },
  '/hints-changing'(res) { res.writeEarlyHints({ link: '</a>; rel=preload', x: changing('a', 'b\r\nY: c') }); res.end(); },
  '/value-changing'(res) { res.setHeader('X', changing('a', 'b', 'c\r\nY: d')); res.end(); },
  '/value-changed'(res) { const values = ['a']; res.setHeader('X', values); changed(values, 'b\r\nY: c'); res.end(); },
  '/value-narrowed'(res) { const values = ['a']; res.setHeader('X', values); changed(values, 'b\u010d\u010aY: c'); res.end(); },
  '/value-joined'(res) { const values = ['a=1', 'b=2']; res.setHeader('Cookie', values); changed(values, 'c\r\nY: d'); res.end(); },
  '/reason-object'(res) { res.statusMessage = changing('Fine', 'OK\r\nX: y'); res.end(); },
  '/retried'(res) {
    res.setHeader('Content-Length', 'x');
    try { res.end('abc'); } catch { res.removeHeader('Content-Length'); res._removedContLen = false; }
    res.write('de');
    res.end('fgh');
  },
  '/next'(res) { res.end('next'); },
};

const server = http.createServer((req, res) => {
  res.sendDate = false;
  try {
    routes[req.url](res);
  } catch (error) {
    // What an error handler does that knows nothing of what has been sent.
    if (res.headersSent) return res.end(error.code);
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    res.removeHeader('Transfer-Encoding');
    res.statusMessage = undefined;
    res.statusCode = 500;
    res.setHeader('Content-Length', error.code.length);
    res.end(error.code);
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
