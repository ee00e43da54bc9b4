'use strict';
// What is too many for one worker's server another one gets; nobody is told of it. With dropMaxConnection
// it is closed and 'drop' says so. For net and http, and with a limit that changes.
const cluster = require('node:cluster');
const http = require('node:http');
const net = require('node:net');

if (cluster.isWorker) {
  let held = [];
  const take = (socket) => {
    held.push(socket);
    socket.on('error', () => {});
    socket.on('close', () => { held = held.filter((s) => s !== socket); });
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    process.send({ got: cluster.worker.id });
  };
  const server = process.env.KIND === 'http' ? http.createServer().on('connection', take) : net.createServer(take);
  server.on('drop', (data) => process.send({ dropped: cluster.worker.id, data: typeof data?.remotePort }));
  const max = { __proto__: null, ...JSON.parse(process.env.MAX) }[cluster.worker.id];
  if (process.env.DROP === `${cluster.worker.id}`) server.dropMaxConnection = true;
  const before = Object.keys(server).includes('maxConnections');
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  const after = Object.keys(server).includes('maxConnections');
  if (max !== undefined) server.maxConnections = max;
  process.send({ keys: [before, after, Object.keys(server).includes('maxConnections'), server.maxConnections] });
  process.on('message', (message) => {
    if (message === 'end') held.shift().destroy();
    else if (message === 'disconnect') process.disconnect();
    else server.maxConnections = message.max;
  });
}

let lastID = 0;

// Forks a worker for each limit, makes connections one after the other, and says what became of them. Workers have the
// numbers 1, 2, ... here.
async function scenario(title, { max, count, env = {}, then }) {
  const ids = Object.keys(max).map((n) => +n + lastID);
  const limits = Object.fromEntries(Object.entries(max).filter(([, v]) => v !== null).map(([n, v]) => [+n + lastID, v]));
  if (env.DROP) env = { ...env, DROP: `${+env.DROP + lastID}` };
  const base = lastID;
  lastID = ids.at(-1);
  const workers = ids.map(() => cluster.fork({ ...env, MAX: JSON.stringify(limits) }));
  const got = {};
  const dropped = {};
  let changed = () => {};
  const ports = [];
  const keys = [];
  for (const worker of workers) {
    worker.on('message', (message) => {
      if (message.got) got[message.got - base] = (got[message.got - base] ?? 0) + 1;
      if (message.dropped) dropped[message.dropped - base] = [(dropped[message.dropped - base]?.[0] ?? 0) + 1, message.data];
      if (message.port) ports.push(message.port);
      if (message.keys) keys[worker.id - base] = message.keys;
      changed();
    });
  }
  const until = (condition) => new Promise((resolve) => {
    changed = () => { if (condition()) resolve(); };
    changed();
  });
  await until(() => ports.length === ids.length);
  const sum = (object) => Object.values(object).reduce((a, b) => a + (b[0] ?? b), 0);
  const sockets = [];
  let closed = 0;
  const connect = () => {
    const socket = net.connect(ports[0], '127.0.0.1');
    sockets.push(socket);
    socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => { closed++; changed(); });
    return socket;
  };
  for (let i = 1; i <= count; i++) {
    connect();
    await until(() => sum(got) + sum(dropped) === i);
  }
  console.log(title, 'got', sum(got), 'dropped', sum(dropped), dropped);
  await then?.({ workers, got, dropped, connect, until, sum, closed: () => closed });
  for (const worker of workers) worker.send('disconnect');
  for (const socket of sockets) socket.destroy();
  await Promise.all(workers.map((worker) => new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.on('exit', resolve);
  })));
  console.log(keys.slice(1));
}
if (cluster.isPrimary) {
  (async () => {
    for (const KIND of ['net', 'http']) {
      await scenario(`${KIND}: one takes none`, { max: { 1: 0, 2: 5 }, count: 4, env: { KIND }, then: ({ got }) => console.log(got) });
      await scenario(`${KIND}: three`, { max: { 1: 0, 2: 1, 3: 9 }, count: 10, env: { KIND }, then: ({ got }) => console.log(got) });
      await scenario(`${KIND}: one has no limit`, { max: { 1: 1, 2: null }, count: 6, env: { KIND }, then: ({ got }) => console.log(got[1] <= 1) });
      await scenario(`${KIND}: what is too many waits`, { max: { 1: 1, 2: 1 }, count: 2, env: { KIND },
        async then({ workers, got, connect, until, sum }) {
          console.log(got);
          connect();
          workers[1].send('end');
          await until(() => sum(got) === 3);
          console.log('an end', got);
          connect();
          workers[0].send({ max: 2 });
          await until(() => sum(got) === 4);
          console.log('a change', got);
        } });
      await scenario(`${KIND}: dropped`, { max: { 1: 0 }, count: 3, env: { KIND, DROP: '1' },
        async then({ until, closed }) {
          await until(() => closed() === 3);
          console.log('all closed');
        } });
    }
    console.log('end');
  })();
}
