'use strict';
// A server that was sent to a worker listens on in the primary when the worker closes it, or ends.
const cluster = require('node:cluster');
const net = require('node:net');

if (cluster.isWorker) {
  process.on('message', (message, server) => {
    if (message === 'close') server.close(() => process.send('closed'));
    else process.exit(0);
  });
  return;
}
const ask = (port) => new Promise((resolve) => {
  let all = '';
  net.connect(port, '127.0.0.1').on('data', (data) => { all += data; }).on('close', () => resolve(all)).on('error', (error) => { all = error.code; });
});
(async () => {
  const server = net.createServer((socket) => socket.end('the primary'));
  server.on('error', (error) => console.log(error.message));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const worker = cluster.fork();
  worker.send('close', server);
  await new Promise((resolve) => worker.once('message', resolve));
  console.log('closed there', await ask(port));
  worker.send('exit', server);
  await new Promise((resolve) => worker.once('exit', resolve));
  console.log('ended there', await ask(port));
  server.close(() => console.log('closed here'));
})();
