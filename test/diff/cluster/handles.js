'use strict';
// Handles with messages, both ways: sockets and servers, of net and http, with keepOpen.
const cluster = require('node:cluster');
const net = require('node:net');

if (cluster.isWorker) {
  process.on('message', (message, handle) => {
    switch (message) {
      case 'socket':
      case 'kept':
        handle.on('error', () => {});
        handle.end(`${message} from worker ${cluster.worker.id}`);
        break;
      case 'server':
        handle.on('connection', (socket) => {
          socket.end('served by the worker');
          handle.close(() => process.send('server closed'));
        });
        process.send({ server: handle instanceof net.Server, listening: handle.listening, port: handle.address().port });
        break;
      case 'none':
        process.send({ handle: handle === undefined });
        break;
      case 'yours': {
        const server = net.createServer((socket) => process.send('mine', socket));
        server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
        break;
      }
      case 'end': process.disconnect();
    }
  });
  return;
}
(async () => {
  const worker = cluster.fork();
  const text = (port) => new Promise((resolve) => {
    let all = '';
    net.connect(port, '127.0.0.1').on('data', (d) => { all += d; }).on('close', () => resolve(all)).on('error', (e) => resolve(e.code));
  });
  const answer = (emitter = worker) => new Promise((resolve) => emitter.once('message', (...args) => resolve(args)));
  for (const [title, options] of [['socket', undefined], ['kept', { keepOpen: true }]]) {
    let kept;
    const server = net.createServer({ pauseOnConnect: true }, (socket) => {
      const sent = worker.send(title, socket, options, (error) => console.log('sent', error));
      console.log(title, typeof sent);
      if (options) kept = socket;
      server.close();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    console.log(await text(server.address().port));
    kept?.destroy();
  }
  {
    const server = net.createServer(() => console.log('not here'));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const answered = answer();
    worker.send('server', server);
    const [message] = await answered;
    console.log('server sent', message.server, message.listening, message.port === port);
    server.close();
    const closed = answer();
    console.log(await text(port));
    console.log(await closed);
  }
  {
    const answered = answer();
    worker.send('none');
    console.log((await answered)[0]);
  }
  {
    const answered = answer();
    worker.send('yours');
    const [{ port }] = await answered;
    cluster.once('message', (who, message, handle) => {
      console.log('cluster message', who === worker, message, handle instanceof net.Socket);
    });
    const got = answer();
    const whole = text(port);
    const [message, handle] = await got;
    console.log(message, handle instanceof net.Socket);
    handle.end('by the primary');
    console.log(await whole);
  }
  for (const handle of [{}, 1, 'x', new Date(0)]) {
    try {
      worker.send('bad', handle);
      console.log('no error');
    } catch (error) {
      console.log(error.code, error.message);
    }
  }
  worker.send('end');
  worker.on('exit', (code) => {
    console.log('exit', code, worker.isDead(), worker.isConnected());
    worker.on('error', (error) => console.log(error.code, error.message));
    console.log(worker.send('late', (error) => console.log('callback', error.code)));
  });
})();
