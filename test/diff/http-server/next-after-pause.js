'use strict';
// A reader that has had enough when the last piece of a body comes, and reads it later, holds nothing else up: the next
// request of the connection is there.
const http = require('http');
const net = require('net');

const server = http.createServer((req, res) => {
  let length = 0;
  req.on('data', (chunk) => { length += chunk.length; });
  req.on('end', () => res.end(`${req.method} ${length}`));
  req.pause();
  setTimeout(() => req.resume(), 50);
});

server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  let answers = '';
  socket.setEncoding('latin1');
  socket.on('data', (data) => {
    answers += data;
    const done = answers.split('\r\n\r\n').length - 1;
    if (done === 1 && answers.endsWith('70000')) socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  });
  socket.on('close', () => {
    console.log(answers.replace(/Date: [^\r]*/g, 'Date: X'));
    server.close();
  });
  // 68 KiB: more than a request holds before it asks for a pause, in one piece with its end.
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${(70000).toString(16)}\r\n${'x'.repeat(70000)}\r\n0\r\n\r\n`);
  setTimeout(() => { console.log('the next request is not answered'); process.exit(1); }, 8000).unref();
});
