'use strict';
// Behind the last request that maxRequestsPerSocket allows, the connection stays open: more are dropped.
const http = require('http');
const net = require('net');

const get = (i, more = '') => `GET /${i} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const post = (i) => `POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`;
const last = (i) => get(i, 'Connection: close\r\n');

async function part(name, max, requests, { pipelined, withSocket } = {}) {
  console.log('--', name);
  const server = http.createServer((req, res) => {
    console.log('request', req.url);
    if (withSocket) console.log(req.socket.destroyed);
    req.resume();
    if (!pipelined) res.on('close', () => console.log('closed', req.url));
    res.end(req.url);
  });
  server.maxRequestsPerSocket = max;
  server.on('dropRequest', (req, socket) => console.log('drop', req.method, req.url, socket instanceof net.Socket));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => {
    const socket = net.connect(server.address().port, '127.0.0.1').setEncoding('latin1');
    const texts = requests.map((make, i) => make(i + 1));
    const next = () => {
      const text = texts.shift();
      if (text !== undefined) socket.write(text);
      else socket.end();
    };
    let got = '';
    let answers = 0;
    socket.on('data', (text) => {
      got += text;
      // An answer is complete with its body of two bytes, or with its last chunk.
      const n = got.split(/\r\n\r\n\/\d|0\r\n\r\n/).length - 1;
      if (n === answers) return;
      answers = n;
      if (!pipelined) setImmediate(next);
      else if (n === requests.length) socket.end();
    });
    socket.on('close', () => {
      console.log(JSON.stringify(got.replace(/\r\nDate: [^\r]*/g, '')));
      server.close(resolve);
    });
    if (pipelined) socket.write(texts.splice(0).join(''));
    else next();
  });
}

(async () => {
  await part('one', 1, [get]);
  await part('two more', 2, [get, get, get, get]);
  await part('two more, with the socket', 2, [get, get, get, get], { withSocket: true });
  await part('pipelined', 2, [get, get, get, get], { pipelined: true });
  await part('with a body', 1, [get, post, last]);
  await part('the last one is', 2, [get, last]);
  await part('close', 2, [get, get, last]);
})();
