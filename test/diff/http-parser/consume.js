'use strict';
// A parser that takes the bytes of a connection's handle, before the socket sees them.
const net = require('net');
const { HTTPParser } = require('_http_common');
const { REQUEST, kOnHeadersComplete, kOnBody, kOnMessageComplete, kOnExecute } = HTTPParser;

const server = net.createServer((socket) => {
  const p = new HTTPParser();
  p.initialize(REQUEST, {});
  p[kOnHeadersComplete] = (major, minor, headers, method, url) => console.log('head', url, headers);
  p[kOnBody] = (b) => console.log('body', String(b));
  p[kOnMessageComplete] = () => console.log('complete');
  p[kOnExecute] = (result) => {
    console.log('execute', typeof result === 'number' ? result : [result.code, result.bytesParsed], p.getCurrentBuffer().length);
    socket.write('next');
    if (result instanceof Error) {
      // The rest is the socket's.
      p.unconsume();
      p.close();
      socket.on('data', (d) => {
        console.log('data', String(d));
        socket.end();
      });
    }
  };
  socket.on('data', (d) => console.log('not consumed', String(d)));
  socket.on('end', () => console.log('end'));
  socket.on('close', () => {
    console.log('close');
    server.close();
  });
  socket.removeAllListeners('data');
  p.consume(socket._handle);
});
server.listen(0, () => {
  const pieces = ['GET /1 HTTP/1.1\r\nHost: a\r\n\r\n', 'POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nab', 'c', 'what is this?', 'for the socket'];
  const c = net.connect(server.address().port, () => c.write(pieces.shift()));
  c.on('data', () => { if (pieces.length > 0) c.write(pieces.shift()); });
});
