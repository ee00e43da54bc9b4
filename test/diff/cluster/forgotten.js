'use strict';
// A worker that the primary asks to disconnect is in cluster.workers no more; who waits for all of them to be gone is
// called when the first of them ends after that. One that ends by itself stays until it has disconnected and ended.
const cluster = require('node:cluster');

if (cluster.isWorker) {
  process.on('message', () => process.exit(3));
  return;
}
const keys = () => Object.keys(cluster.workers).join();
const [asked, exits, ...rest] = Array.from({ length: 4 }, () => cluster.fork());
let online = 0;
cluster.on('online', () => {
  if (++online < 4) return;
  console.log('before', keys());
  asked.disconnect();
  console.log('asked', keys(), asked.isConnected(), asked.exitedAfterDisconnect);
  asked.on('exit', (code) => {
    console.log('exit', code, keys());
    console.log('told to exit', exits.send('exit'), keys());
    exits.on('exit', (status) => console.log('exit', status, exits.exitedAfterDisconnect));
    let left = 2;
    const gone = () => {
      if (--left > 0) return;
      console.log('gone', keys(), exits.isDead(), exits.isConnected());
      cluster.disconnect(() => console.log('callback', keys(), rest.some((worker) => worker.isDead() || !worker.isConnected())));
      console.log('all asked', keys(), rest.map((worker) => worker.isConnected()));
    };
    exits.on('exit', gone);
    exits.on('disconnect', gone);
  });
});
