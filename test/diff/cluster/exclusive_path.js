'use strict';
// An exclusive server on a path is its worker's own: another worker finds the path in use,
// the primary hears of no listening, and nothing but its worker closes it.
const cluster = require('node:cluster');
const net = require('node:net');
const path = require('node:path');

const where = path.join(process.env.TMPDIR, `exclusive-${process.env.PRIMARY ?? process.pid}`);

if (cluster.isPrimary) {
  cluster.on('listening', (worker, address) => console.log('listening', worker.id, address.addressType));
  const first = cluster.fork({ PRIMARY: process.pid });
  first.on('message', (message) => {
    console.log('first:', message);
    if (message !== 'mine') return;
    const second = cluster.fork({ PRIMARY: process.pid });
    second.on('message', (said) => {
      console.log('second:', said);
      if (!said.startsWith('exclusive')) return;
      net.connect(where).on('data', (data) => console.log('answer of', String(data))).on('close', () => {
        second.on('exit', () => first.kill());
        second.disconnect();
      });
    });
  });
  cluster.on('exit', (worker, code, signal) => console.log('exit', worker.id, code, signal));
} else {
  const name = () => `worker ${cluster.worker.id}`;
  const server = net.createServer((socket) => socket.end(name()));
  server.on('error', (err) => {
    process.send(`exclusive ${err.code} ${err.syscall} ${err.message.replace(where, 'PATH')}`);
  });
  server.listen({ path: where, exclusive: true }, () => process.send(server.address() === where ? 'mine' : 'another path'));
}
