'use strict';
// The ways to listen in a worker, what 'listening' says of each, and who shares what.
const cluster = require('node:cluster');
const dgram = require('node:dgram');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const folder = process.env.FOLDER ?? fs.mkdtempSync(path.join(os.tmpdir(), 'listens-'));
const ways = {
  'port': (server, done) => server.listen(0, '127.0.0.1', done),
  'no host': (server, done) => server.listen(0, done),
  'localhost6': (server, done) => server.listen({ port: 0, host: '::1' }, done),
  'ipv6Only': (server, done) => server.listen({ port: 0, host: '::', ipv6Only: true }, done),
  'exclusive': (server, done) => server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, done),
  'reusePort': (server, done) => server.listen({ port: 0, host: '127.0.0.1', reusePort: true }, done),
  'path': (server, done) => server.listen(path.join(folder, 'socket'), done),
  'abstract': (server, done) => server.listen(`\0${folder}`, done),
  'http': (server, done, kind = http) => server.listen(0, '127.0.0.1', done),
  'taken': (server, done) => server.listen(+process.env.TAKEN, '127.0.0.1', done),
  'nowhere': (server, done) => server.listen(path.join(folder, 'no', 'socket'), done),
  'address': (server, done) => server.listen(0, '192.0.2.1', done),
};

if (cluster.isWorker) {
  const way = process.env.WAY;
  const report = (of) => {
    const address = of.address();
    process.send({ address: typeof address === 'string' ? path.basename(address) : { ...address } });
  };
  let own; // which the worker has alone, and which disconnect() does not close
  process.on('message', () => {
    cluster.worker.disconnect();
    own?.close();
  });
  if (way.startsWith('udp')) {
    const socket = dgram.createSocket(way.slice(0, 4));
    socket.bind({ port: 0, address: way.startsWith('udp4') ? '127.0.0.1' : '::1', exclusive: way.endsWith('exclusive') }, () => report(socket));
    if (way.endsWith('exclusive')) own = socket;
    return;
  }
  const server = way === 'http' ? http.createServer((req, res) => res.end()) : net.createServer((socket) => socket.end());
  server.on('error', ({ code, syscall, message, address, port }) => process.send({ error: [code, syscall, message.replaceAll(folder, '').replace(/:\d{4,}/, ':port'), address?.replaceAll(folder, ''), typeof port] }));
  if (way === 'exclusive' || way === 'reusePort') own = server;
  ways[way](server, () => report(server));
  return;
}

async function run(way) {
  const said = [];
  const listening = [];
  const env = { WAY: way, FOLDER: folder, TAKEN: taken.address().port };
  // One after the other: what both print would race.
  const workers = [];
  for (let i = 0; i < 2; i++) {
    const worker = cluster.fork(env);
    workers.push(worker);
    const heard = !way.includes('exclusive') && way !== 'reusePort' && way !== 'taken' && way !== 'nowhere' && way !== 'address';
    await Promise.all([
      new Promise((resolve) => worker.once('message', (message) => { said.push(message); resolve(); })),
      heard && new Promise((resolve) => worker.once('listening', (address) => { listening.push(address); resolve(); })),
    ]);
  }
  const ports = said.map(({ address }) => address?.port);
  console.log(way, 'same port', ports[0] === ports[1]);
  console.log(JSON.stringify([said, listening.map((a) => ({ ...a, keys: Object.keys(a) }))]).replaceAll(`${process.cwd()}/`, '').replaceAll(folder, '').replaceAll(path.basename(folder), '').replace(/"port":[1-9]\d*/g, '"port":"some"'));
  for (const worker of workers) {
    worker.send('end');
    const [code, signal] = await new Promise((resolve) => worker.once('exit', (...args) => resolve(args)));
    if (code !== 0) console.log('exit', code, signal);
  }
  console.log(fs.readdirSync(folder));
}

const taken = net.createServer();
cluster.on('listening', (worker, address) => { if (!('addressType' in address)) console.log('no type'); });
if (cluster.isPrimary) {
  taken.listen(0, '127.0.0.1', async () => {
    for (const way of [...Object.keys(ways), 'udp4', 'udp6', 'udp4 exclusive']) await run(way);
    taken.close();
    fs.rmSync(folder, { recursive: true });
  });
}
