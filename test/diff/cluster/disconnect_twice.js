'use strict';
// Workers that are asked to disconnect twice do so once.
const cluster = require('node:cluster');

if (cluster.isPrimary) {
  const ends = [];
  let online = 0;
  let called = 0;
  for (let i = 0; i < 3; i++) cluster.fork();
  cluster.on('online', () => {
    if (++online < 3) return;
    cluster.disconnect(() => called++);
    cluster.disconnect(() => called++);
  });
  cluster.on('exit', (worker, code, signal) => ends.push([code, signal, worker.exitedAfterDisconnect]));
  process.on('exit', () => console.log(ends, called));
}
