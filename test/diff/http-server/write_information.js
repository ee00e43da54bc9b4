'use strict';
// res.writeInformation() and what is built on it: the bytes, the errors, and the callback.
const http = require('http');
const net = require('net');

const cases = [
  (res) => res.writeInformation(103, { a: 'b', link: ['</x>', '</y>'] }),
  (res) => res.writeInformation(110),
  (res) => res.writeInformation(104, ['a', 'b', 'a', 'c']),
  (res) => res.writeInformation(103, [['a', 'b'], ['c', 5]]),
  (res) => res.writeInformation(102, null, () => console.log('callback')),
  (res) => res.writeInformation(200),
  (res) => res.writeInformation(101),
  (res) => res.writeInformation('100'),
  (res) => res.writeInformation(99.5),
  (res) => res.writeInformation(103, 'text'),
  (res) => res.writeInformation(103, ['a']),
  (res) => res.writeInformation(103, { 'a b': '1' }),
  (res) => res.writeInformation(103, { a: 'x\r\ny' }),
  (res) => res.writeInformation(103, { a: undefined }),
  (res) => { res.writeContinue(); res.writeProcessing(); res.writeEarlyHints({ link: '</a>; rel=preload', x: 'y' }); },
  (res) => res.writeEarlyHints({ link: '</a>; rel=preload', 'x y': '1' }),
  (res) => { res.writeHead(200); res.writeInformation(103); },
  (res) => { res.writeHead(200); res.writeEarlyHints({ link: '</a>; rel=preload' }); },
  (res) => { res.flushHeaders(); res.writeProcessing(); },
  (res) => { res.writeHead(200); res.writeContinue(); },
];

let turn = 0;
const server = http.createServer((req, res) => {
  try {
    console.log(cases[turn](res));
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
  res.end('ok');
}).listen(0, next);

function next() {
  if (turn === cases.length) {
    server.close();
    return;
  }
  let text = '';
  net.connect(server.address().port)
    .setEncoding('latin1')
    .on('data', (chunk) => { text += chunk; })
    .on('close', () => {
      console.log(turn, JSON.stringify(text.replace(/Date: [^\r]*/, 'Date: -')));
      turn++;
      next();
    })
    .write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
}
