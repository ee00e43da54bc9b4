'use strict';
// cluster, as a worker sees it.

const EventEmitter = require('events');
const { followLimit } = require('internal/net/follow_limit');
const { SCHED_NONE, Worker, kPolicyVariable, onInternalMessage, sendHelper } = require('internal/cluster/worker');

const cluster = new EventEmitter();
const servers = new Set(); // that listen
let passesOn = true; // What is too many for a server goes to another worker.

module.exports = cluster;

cluster.isWorker = true;
cluster.isMaster = false; // Deprecated name.
cluster.isPrimary = false;
cluster.worker = null;
cluster.Worker = Worker;

/** Makes this process a worker: called before the application's first line. */
cluster._setupWorker = function() {
  passesOn = process.env[kPolicyVariable] !== `${SCHED_NONE}`;
  delete process.env[kPolicyVariable];
  const worker = new Worker({ id: +process.env.NODE_UNIQUE_ID | 0, process, state: 'online' });
  cluster.worker = worker;
  process.once('disconnect', () => {
    worker.emit('disconnect');
    // The primary has gone, or has let go of us without being asked.
    if (!worker.exitedAfterDisconnect) process.exit(0);
  });
  process.on('internalMessage', onInternalMessage((message) => {
    if (message.act === 'disconnect') disconnect(worker, true);
  }));
  require('internal/net/server').hooks.onListening = onServerListening;
  sendHelper(process, { act: 'online' });
};

function onServerListening(server, ...where) {
  onListening(server, ...where);
  if (passesOn) followLimit(server, false);
}

function onListening(server, address, port, addressType, fd) {
  servers.add(server);
  server.once('close', () => servers.delete(server));
  const own = server.address();
  if (own !== null && typeof own === 'object') port = own.port;
  sendHelper(process, { act: 'listening', address, port, addressType, fd });
}

/** dgram says that a socket of the workers is bound. */
cluster._onListening = onListening;

function disconnect(worker, primaryInitiated) {
  worker.exitedAfterDisconnect = true;
  let left = 1;
  const done = () => {
    if (--left > 0) return;
    if (primaryInitiated) {
      if (process.connected) process.disconnect(); // It may have asked twice.
      return;
    }
    // The primary must know that it is meant before it sees the channel close.
    sendHelper(process, { act: 'exitedAfterDisconnect' }, () => {
      if (process.connected) process.disconnect();
    });
  };
  for (const server of servers) {
    left++;
    try {
      server.close(done);
    } catch {
      done(); // A datagram socket that is closed already says so.
    }
  }
  servers.clear();
  done();
}

Worker.prototype.disconnect = function() {
  if (this.state !== 'disconnecting' && this.state !== 'destroying') {
    this.state = 'disconnecting';
    disconnect(this, false);
  }
  return this;
};

Worker.prototype.destroy = function() {
  if (this.state === 'destroying') return;
  this.exitedAfterDisconnect = true;
  if (!this.isConnected()) {
    process.exit(0);
    return;
  }
  this.state = 'destroying';
  sendHelper(process, { act: 'exitedAfterDisconnect' }, () => process.disconnect());
  process.once('disconnect', () => process.exit(0));
};
