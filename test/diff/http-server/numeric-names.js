'use strict';
// Names of fields that are numbers, or nearly: each keeps its own value, coming and going, and many of them take no
// longer than other names do.
const http = require('http');
const net = require('net');

const names = ['0', '00', '-0', '+0', '1', '01', '1.0', '1e0', '16777216', '16777217', '2147483648', '4294967294', '4294967295', '4294967296',
  '9007199254740991', '9007199254740992', '9007199254740993', '9007199254740994', '18446744073709551616', '0x10', '16', 'Infinity', 'NaN', '__proto__', 'constructor'];

// As many as fit, all of which V8 hashes by their number.
const many = Array.from({ length: 1500 }, (_, i) => String(i * 65536));

const log = (...values) => console.log(...values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))));

const server = http.createServer({ maxHeaderSize: 1 << 16 }, (req, res) => {
  if (req.url === '/many') {
    const wrong = many.filter((name, i) => req.headers[name] !== String(i) || req.headersDistinct[name]?.join() !== String(i));
    log('many', wrong.length, req.rawHeaders.length);
    for (let i = 0; i < 900; i++) res.setHeader(many[i], i);
    log(many.slice(0, 900).filter((name, i) => res.getHeader(name) !== i).length);
    res.end();
    return;
  }
  log(req.headers);
  log(Object.keys(req.headersDistinct), Object.values(req.headersDistinct));
  log(req.rawHeaders);
  req.resume();
  req.on('end', () => {
    log(req.trailers, req.rawTrailers);
    log(Object.keys(req.trailersDistinct), Object.values(req.trailersDistinct));
    for (let i = 0; i < names.length; i++) res.setHeader(names[i], `v${i}`);
    for (let i = 0; i < names.length; i += 3) res.appendHeader(names[i], 'more');
    res.removeHeader('1');
    res.sendDate = false;
    // Node.js keeps them in an object, which puts numbers first.
    log(res.getHeaderNames().sort(), names.map((name) => res.getHeader(name)), Object.keys(res.getHeaders()).sort(), Object.keys(res.getHeaders()).length);
    res.end('ok');
  });
});
server.maxHeadersCount = 2000;

function talk(text) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(server.address().port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (data) => { answer += data; });
    socket.on('close', () => resolve(answer));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const lines = names.map((name, i) => `${name}: ${i}\r\n`).join('') + names.map((name) => `${name}: again\r\n`).join('');
  const sent = await talk(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n${lines}\r\n0\r\n${lines}\r\n`);
  log(sent.split('\r\n').sort());
  const answer = await talk(`GET /many HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${many.map((name, i) => `${name}: ${i}\r\n`).join('')}\r\n`);
  log(answer.split('\r\n')[0], answer.split('\r\n').length);
  server.close();
});
