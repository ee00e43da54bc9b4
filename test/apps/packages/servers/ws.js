'use strict';
// WebSockets of the package ws: one server for several paths, with and without compression.
const { WebSocketServer } = require('ws');
const { createServer, listen } = require('../listen');

const server = createServer((req, res) => res.end('plain HTTP'));
const echo = new WebSocketServer({ noServer: true, maxPayload: 5_000_000, handleProtocols: (protocols) => (protocols.has('chat') ? 'chat' : false) });
const packed = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 10 } });
const room = new WebSocketServer({ noServer: true });
const closing = new WebSocketServer({ noServer: true });

server.on('upgrade', (req, socket, head) => {
  const { pathname } = new URL(req.url, 'http://x');
  const wss = { '/echo': echo, '/packed': packed, '/room': room, '/closing': closing }[pathname];
  if (!wss) {
    socket.on('error', () => {}); // a client may close as soon as it has read the status
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
    return;
  }
  wss.handleUpgrade(req, socket, head, (ws) => wss.emit('connection', ws, req));
});
for (const wss of [echo, packed]) {
  wss.on('connection', (ws, req) => {
    ws.on('error', (err) => { lastError = [err.name, err.code, err.message]; });
    if (req.url.includes('greet')) ws.send(`hello, ${req.headers['x-name'] || 'you'}`);
    ws.on('message', (data, binary) => ws.send(data, { binary }));
    ws.on('close', (code, reason) => { lastClose = [code, reason.toString()]; });
  });
}
let lastClose = null;
let lastError = null;
room.on('connection', (ws) => ws.on('message', (data) => { for (const c of room.clients) c.send(`${room.clients.size} ${data}`); }));
closing.on('connection', (ws, req) => {
  const how = new URL(req.url, 'http://x').searchParams.get('how');
  if (how === 'code') ws.close(4001, 'go away');
  else if (how === 'terminate') ws.terminate();
  else if (how === 'last') ws.on('message', () => ws.send(JSON.stringify({ lastClose, lastError })));
  else if (how === 'garbage') ws._socket.write(Buffer.from([0xff, 0xff, 0xff]));
  else if (how === 'large') ws.send(Buffer.alloc(4_000_000, 'y'));
});
listen(server);
