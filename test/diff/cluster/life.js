// The life of cluster's workers, as the primary sees it.
const cluster = require('node:cluster');
const http = require('node:http');

const log = (...args) => console.log(...args);

if (cluster.isPrimary) {
  log(cluster.isMaster, cluster.isWorker, cluster.worker, cluster.settings, Object.keys(cluster.workers), cluster.SCHED_NONE, cluster.SCHED_RR, cluster.schedulingPolicy);
  cluster.on('setup', ({ exec, args, execArgv, silent }) => log('setup', exec === __filename, args, execArgv, silent));
  for (const event of ['fork', 'online', 'disconnect']) {
    cluster.on(event, (worker) => log(event, worker.id, worker.state, worker.isConnected(), worker.isDead(), worker.exitedAfterDisconnect));
  }
  const steps = [
    (worker) => worker.send('hello'),
    (worker) => worker.disconnect(),
    (worker) => worker.kill(),
    (worker) => worker.kill('SIGKILL'),
    (worker) => worker.process.kill('SIGHUP'),
    (worker) => worker.send('throw'),
    (worker) => worker.send('exit'),
    (worker) => worker.send('disconnect'),
    (worker) => worker.send('kill'),
    (worker) => worker.send('close'),
    (worker) => process.kill(worker.process.pid, 'SIGTERM'),
  ];
  let step = 0;
  cluster.on('listening', (worker, address) => {
    log('listening', worker.id, worker.state, { ...address, port: typeof address.port });
    steps[step++](worker);
  });
  cluster.on('message', (worker, message) => {
    log('message', worker.id, message);
    worker.disconnect();
  });
  cluster.on('exit', (worker, code, signal) => {
    log('exit', worker.id, code, signal, worker.state, worker.exitedAfterDisconnect, worker.process.exitCode, worker.process.signalCode);
    setImmediate(() => {
      log('left', Object.keys(cluster.workers));
      if (step < steps.length) cluster.fork({ STEP: step });
      else cluster.disconnect(() => log('all disconnected'));
    });
  });
  const first = cluster.fork({ STEP: 0 });
  log(first.id, first instanceof cluster.Worker, first.process.pid !== process.pid, first.state, cluster.workers[1] === first);
  process.on('exit', (code) => log('primary exits', code));
} else {
  const { worker } = cluster;
  // What a worker prints at its end would race with what the primary prints of it.
  process.on('message', (message) => {
    switch (message) {
      case 'hello':
        process.send({ step: process.env.STEP, id: worker.id, unique: process.env.NODE_UNIQUE_ID, primary: cluster.isPrimary, ppid: process.ppid > 0, listeners: worker.listenerCount('message') });
        break;
      case 'throw':
        process.on('uncaughtException', (error) => {
          log('caught', error.message);
          process.exit(7);
        });
        throw new Error('thrown');
      case 'exit': process.exit(5);
      case 'disconnect': worker.disconnect(); break;
      case 'kill': worker.kill(); break;
      case 'close': server.close(() => process.disconnect()); break;
    }
  });
  const server = http.createServer((req, res) => res.end());
  server.listen(0, '127.0.0.1');
}
