'use strict';
// Upgrade and CONNECT behind requests that are not answered yet: what becomes of their answers.
const http = require('http');
const net = require('net');
const run = (label, head, onUpgrade) => new Promise((resolve) => {
  const waiting = [];
  const server = http.createServer((req, res) => { waiting.push(res); res.on('close', () => console.log(label, 'res close', res.writableFinished)); });
  const leave = (req, socket, rest) => {
    console.log(label, req.method, req.url, String(rest), waiting.length);
    socket.on('error', (e) => console.log(label, 'socket', e.code));
    onUpgrade(socket, waiting);
  };
  server.on('upgrade', leave).on('connect', leave);
  server.listen(0, '127.0.0.1', () => {
    const c = net.connect(server.address().port, '127.0.0.1');
    let all = '';
    c.on('data', (d) => { all += d; });
    c.on('end', () => c.end());
    c.on('close', () => { console.log(label, JSON.stringify(all.replace(/Date: [^\r]*/g, 'Date'))); server.close(resolve); });
    c.write(head);
    setTimeout(() => c.destroy(), 10000).unref();
  });
});
const get = (path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const upgrade = 'GET /up HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nrest';
const connect = 'CONNECT b:1 HTTP/1.1\r\nHost: a\r\n\r\nrest';
(async () => {
  for (const [name, last] of [['upgrade', upgrade], ['connect', connect]]) {
    await run(`${name} alone`, last, (socket) => socket.end('bye'));
    await run(`${name} answers in order`, get('/1') + get('/2') + last, (socket, [one, two]) => { one.end('one'); two.end('two'); socket.end('bye'); });
    await run(`${name} answers in reverse`, get('/1') + get('/2') + last, (socket, [one, two]) => { two.end('two', () => socket.end('bye')); one.end('one'); });
    await run(`${name} answers later`, get('/1') + last, (socket, [one]) => { setTimeout(() => { one.end('one'); setTimeout(() => socket.end('bye'), 10); }, 10); });
    await run(`${name} begun`, get('/1') + last, (socket, [one]) => { one.write('on'); setTimeout(() => { one.end('e'); setTimeout(() => socket.end('bye'), 10); }, 10); });
    await run(`${name} destroyed`, get('/1') + last, (socket, [one]) => { socket.destroy(); setTimeout(() => one.end('one'), 5); });
    await run(`${name} never`, get('/1') + last, (socket) => { socket.end('bye'); });
  }
})();
