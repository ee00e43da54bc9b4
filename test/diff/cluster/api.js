'use strict';
// What the module has, in the primary and in a worker, and its settings: setupPrimary, 'setup', schedulingPolicy.
const cluster = require('node:cluster');
const { spawnSync } = require('node:child_process');

const describe = (object) => Object.keys(object).filter((key) => !key.startsWith('_')).map((key) => {
  const value = object[key];
  return `${key}: ${value === null ? 'null' : typeof value === 'function' ? `function ${value.name} ${value.length}` : typeof value === 'object' ? 'object' : value}`;
});
const settings = ({ exec, args, execArgv, ...rest }) => ({ exec: exec?.replace(/^.*[/\\]/, ''), args, execArgv, ...rest });

if (process.argv[2] === 'policy') {
  // In a process of its own: the policy is fixed by the first call.
  console.log(cluster.schedulingPolicy);
  if (process.argv[3]) cluster.schedulingPolicy = JSON.parse(process.argv[3]);
  for (let i = 0; i < 2; i++) {
    try {
      cluster.setupPrimary();
      console.log('set', cluster.schedulingPolicy);
    } catch (error) {
      console.log(error.name, error.code, error.message.split('\n')[0]);
    }
  }
  return;
}

if (cluster.isWorker) {
  const { worker } = cluster;
  process.send({
    module: describe(cluster),
    worker: describe(worker).filter((line) => !line.startsWith('process')),
    same: worker.process === process,
    isWorker: worker instanceof cluster.Worker,
    argv: process.argv.slice(2),
    execArgv: process.execArgv,
    variables: Object.keys(process.env).filter((name) => /^(NODE_|SLUICE_CLUSTER|GIVEN)/.test(name)).sort(),
    given: process.env.GIVEN,
    states: [worker.isConnected(), worker.isDead(), worker.exitedAfterDisconnect, worker.state],
    missing: [typeof cluster.fork, typeof cluster.disconnect, typeof cluster.setupPrimary, typeof cluster.workers, typeof cluster.settings],
    again: require('cluster') === cluster,
  });
  process.on('message', (message) => {
    console.log('worker has', message);
    console.log('returns', worker.disconnect() === worker, worker.exitedAfterDisconnect);
  });
  return;
}

for (const name of Object.keys(process.env)) if (name.startsWith('NODE_')) delete process.env[name];
console.log(describe(cluster));
console.log(describe(cluster.Worker.prototype), cluster.Worker.name, cluster.Worker.length);
console.log(cluster.setupMaster === cluster.setupPrimary, cluster.isMaster, cluster.settings, cluster.workers);
for (const options of [undefined, null, { id: '7', state: 'odd' }, { process: new (require('events'))() }]) {
  const worker = new cluster.Worker(options);
  console.log(worker.id, worker.state, worker.exitedAfterDisconnect, typeof worker.process, worker instanceof require('events'));
}
console.log(cluster.Worker({ id: 3 }).id);

for (const [policy, set] of [['rr'], ['none'], ['other'], ['', '1'], ['', '2'], ['', '3'], ['', '"rr"']]) {
  const { stdout, status } = spawnSync(process.execPath, [__filename, 'policy', ...set ? [set] : []], { encoding: 'utf8', env: { ...process.env, NODE_CLUSTER_SCHED_POLICY: policy } });
  console.log(policy, set, status, stdout);
}

const seen = [];
cluster.on('setup', (given) => seen.push([given === cluster.settings, settings(given)]));
console.log(cluster.setupPrimary({ args: ['--use', 'https'], silent: true }), settings(cluster.settings));
cluster.setupPrimary({ args: ['--use', 'http'] });
console.log(settings(cluster.settings), seen.length);
cluster.setupMaster({ silent: false, serialization: 'advanced', other: 1 });
for (const inspectPort of ['x', -1, 65536, 1.5]) {
  cluster.setupPrimary({ inspectPort, execArgv: ['--inspect'] });
  try {
    cluster.fork();
    console.log('no error');
  } catch (error) {
    console.log(error.name, error.code, error.message, Object.keys(cluster.workers));
  }
}
cluster.setupPrimary({ inspectPort: 'x', execArgv: process.execArgv, serialization: 'odd' });
try {
  cluster.fork();
} catch (error) {
  console.log(error.name, error.code, error.message);
}
cluster.setupPrimary({ serialization: 'json' });
const order = [];
cluster.on('fork', (worker) => order.push(`fork ${worker.isDead()} ${worker.isConnected()}`));
cluster.on('online', () => order.push('online'));
setImmediate(() => {
  console.log(seen);
  const worker = cluster.fork({ GIVEN: 5 });
  console.log(worker.state, Object.keys(cluster.workers).length, cluster.workers[worker.id] === worker, worker.process.connected, typeof worker.process.pid, worker.process.exitCode);
  worker.on('online', () => order.push('its online'));
  worker.once('message', function(message, handle) {
    console.log(this === worker, handle, message);
    worker.send({ to: 'worker' }, undefined, undefined, (error) => console.log('sent', error));
  });
  for (const event of ['disconnect', 'exit']) {
    worker.on(event, (...args) => console.log('its', event, args, worker.id in cluster.workers));
    cluster.on(event, (who, ...args) => console.log(event, who === worker, args, worker.exitedAfterDisconnect));
  }
  worker.on('exit', () => {
    console.log(order, worker.id in cluster.workers);
    let called = 0;
    console.log(cluster.disconnect(() => console.log('no workers', ++called)));
    cluster.disconnect();
    try { cluster.disconnect('x'); } catch (error) { console.log(error.code); }
  });
});
