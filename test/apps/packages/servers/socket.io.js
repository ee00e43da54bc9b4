'use strict';
const { Server } = require('socket.io');
const { createServer, listen } = require('../listen');

const server = createServer((req, res) => res.end('beside'));
const io = new Server(server, { cors: { origin: '*' }, pingInterval: 300, pingTimeout: 500, maxHttpBufferSize: 2e6 });
io.use((socket, next) => (socket.handshake.auth.token === 'bad' ? next(Object.assign(new Error('not you'), { data: { why: 'token' } })) : next()));
io.on('connection', (socket) => {
  socket.emit('welcome', socket.handshake.auth.name ?? 'anonymous', socket.conn.transport.name);
  socket.on('echo', (...args) => { const ack = args.pop(); ack(...args); });
  socket.on('join', (room, ack) => { socket.join(room); socket.to(room).emit('joined', room); ack([...socket.rooms].length); });
  socket.on('say', (room, text) => io.to(room).emit('said', text));
  socket.on('ask', async (ack) => { try { ack(await socket.timeout(500).emitWithAck('question', 6, 7)); } catch (e) { ack(e.message); } });
  socket.on('leave', () => socket.disconnect(true));
  socket.on('transport', (ack) => ack(socket.conn.transport.name));
  socket.on('who', async (room, ack) => ack((await io.in(room).fetchSockets()).length));
});
io.of('/admin').on('connection', (socket) => socket.emit('hello', 'from admin'));
listen(server);
