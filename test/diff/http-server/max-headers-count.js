'use strict';
// A head, or a trailer section, with more fields than maxHeadersCount is refused.
const http = require('http');
const net = require('net');

function ask(port, fields, inTrailers) {
  return new Promise((resolve) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1').setEncoding('latin1');
    socket.on('data', (text) => { got += text; });
    socket.on('error', () => {});
    socket.on('close', () => resolve(JSON.stringify(got.replace(/\r\nDate: [^\r]*/, ''))));
    const begin = inTrailers ?
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n' :
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
    socket.write(`${begin}${'a:b\r\n'.repeat(inTrailers ? fields : fields - 2)}\r\n`);
  });
}

async function part(value, counts, listens) {
  const server = http.createServer((req, res) => {
    req.resume().on('end', () => {
      res.end(`${req.rawHeaders.length / 2} ${Object.keys(req.headers).length} ${req.rawTrailers.length / 2}`);
    });
  });
  if (listens) {
    server.on('clientError', (error, socket) => {
      console.log(error.code, error.message);
      socket.end('HTTP/1.1 400 Mine\r\n\r\n');
    });
  }
  if (value !== 'untouched') server.maxHeadersCount = value;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  for (const n of counts) {
    console.log(String(value), n, await ask(port, n, false));
    console.log(String(value), n, 'trailers', await ask(port, n, true));
  }
  // For the connections from then on.
  server.maxHeadersCount = 5;
  console.log('changed', server.maxHeadersCount, await ask(port, 5, false), await ask(port, 6, false));
  server.close();
}

(async () => {
  console.log(http.createServer().maxHeadersCount);
  for (const value of ['untouched', null, '3', true]) await part(value, [3, 1000, 1001]);
  for (const value of [0, -1, NaN, Infinity]) await part(value, [1001, 2001, 3000]);
  await part(3, [2, 3, 4, 1001], true);
  await part(2.5, [2, 3]);
  await part(2100, [1001, 2100, 2101], true);
})();
