'use strict';
// A server that closes its connections at random moments: before an answer, in the middle of one, after it, when idle.
const http = require('http');

let seed = 12345;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;

const server = http.createServer({ keepAliveTimeout: 5 }, (req, res) => {
  req.resume();
  req.on('error', () => {});
  res.on('error', () => {});
  const n = random();
  if (n < 0.05) req.socket.destroy();
  else if (n < 0.10) setTimeout(() => req.socket.destroy(), random() * 5);
  else if (n < 0.15) { res.writeHead(200, { 'Content-Length': 100 }); res.write('part'); setTimeout(() => req.socket.destroy(), random() * 3); } else if (n < 0.20) { res.write('part'); setImmediate(() => req.socket.destroy()); } else if (n < 0.25) { res.end('the whole'); setImmediate(() => req.socket?.destroy()); } else if (n < 0.30) { res.end('the whole'); setTimeout(() => req.socket.destroy(), random() * 3); } else if (n < 0.35) { res.setHeader('Connection', 'close'); res.end('the whole'); } else if (n < 0.38) req.socket.end();
  else if (n < 0.41) { const { socket } = req; if (socket.resetAndDestroy) socket.resetAndDestroy(); else socket.destroy(); } else if (n < 0.6) setTimeout(() => res.end('the whole'), random() * 4);
  else res.end('the whole');
});
server.on('clientError', (error, socket) => socket.destroy());
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
