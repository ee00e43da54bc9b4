'use strict';
// cluster, as the primary sees it: who forks.

const EventEmitter = require('events');
const path = require('path');
const assert = require('internal/assert');
const { validatePort } = require('internal/validators');
const { codes: { ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT } } = require('internal/errors');
const { SCHED_NONE, Worker, kPolicyVariable, onInternalMessage, sendHelper } = require('internal/cluster/worker');
const { IsolateProcess } = require('internal/cluster/process');

const SCHED_RR = 2;

const cluster = new EventEmitter();
module.exports = cluster;

cluster.isWorker = false;
cluster.isMaster = true; // Deprecated name.
cluster.isPrimary = true;
cluster.Worker = Worker;
cluster.workers = {};
cluster.settings = {};
cluster.SCHED_NONE = SCHED_NONE; // The operating system chooses.
cluster.SCHED_RR = SCHED_RR; // The primary does.
// With both a connection goes to the worker with the least work. They differ in who gets those that are too many for a
// worker's server: another worker, or nobody.
cluster.schedulingPolicy = { none: SCHED_NONE, rr: SCHED_RR }[process.env.NODE_CLUSTER_SCHED_POLICY] ?? SCHED_RR;

let ids = 0;
let policy; // the one that the first setupPrimary found

cluster.setupPrimary = function(options) {
  const settings = { args: process.argv.slice(2), exec: process.argv[1], execArgv: process.execArgv, silent: false, ...cluster.settings, ...options };
  cluster.settings = settings;
  if (policy === undefined) {
    policy = cluster.schedulingPolicy;
    assert(policy === SCHED_NONE || policy === SCHED_RR, `Bad cluster.schedulingPolicy: ${policy}`);
  }
  process.nextTick(setupSettingsNT, settings);
};
cluster.setupMaster = cluster.setupPrimary; // Deprecated name.

function setupSettingsNT(settings) {
  cluster.emit('setup', settings);
}

function checkSettings(settings) {
  const { execArgv, inspectPort } = settings;
  // Without an inspector its port is not looked at.
  if (inspectPort != null && execArgv.some((argument) => /--inspect(?:-brk|-port)?|--debug-port/.test(argument))) {
    const port = typeof inspectPort === 'function' ? inspectPort() : inspectPort;
    if (port !== null && port !== undefined) {
      if (typeof port !== 'number' || port < 0 || port > 65535) throw new ERR_SOCKET_BAD_PORT('Port', port, true);
      validatePort(port, 'Port');
    }
  }
  // What belongs to the process belongs to all of its workers.
  for (const name of ['uid', 'gid']) {
    const own = process[`get${name}`]();
    if (settings[name] !== undefined && settings[name] !== own) {
      throw new ERR_INVALID_ARG_VALUE(`settings.${name}`, settings[name], 'must be that of the primary: workers are threads of its process');
    }
  }
  if (settings.cwd !== undefined && path.resolve(String(settings.cwd)) !== process.cwd()) {
    throw new ERR_INVALID_ARG_VALUE('settings.cwd', settings.cwd, 'must be that of the primary: workers are threads of its process');
  }
}

cluster.fork = function(env) {
  cluster.setupPrimary();
  const id = ++ids;
  checkSettings(cluster.settings);
  const environment = { ...process.env, ...env, NODE_UNIQUE_ID: `${id}`, [kPolicyVariable]: `${policy}` };
  const worker = new Worker({ id, process: new IsolateProcess(cluster.settings, environment) });

  worker.on('message', function(message, handle) {
    cluster.emit('message', this, message, handle);
  });

  worker.process.once('exit', (exitCode, signalCode) => {
    // Everything it said before has been heard by now, or the channel closes in this turn.
    if (!worker.isConnected()) {
      removeWorker(worker);
    }
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'dead';
    worker.emit('exit', exitCode, signalCode);
    cluster.emit('exit', worker, exitCode, signalCode);
  });

  worker.process.once('disconnect', () => {
    // A worker that was not asked to disconnect is forgotten when it has both disconnected and ended.
    if (worker.isDead()) removeWorker(worker);
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'disconnected';
    worker.emit('disconnect');
    cluster.emit('disconnect', worker);
  });

  worker.process.on('internalMessage', onInternalMessage((message) => handle(worker, message)));
  process.nextTick(emitForkNT, worker);
  cluster.workers[worker.id] = worker;
  return worker;
};

function emitForkNT(worker) {
  cluster.emit('fork', worker);
}

// May be called again for a worker: with its end, those who wait for the last one to disconnect are told.
function removeWorker(worker) {
  delete cluster.workers[worker.id];
  if (Object.keys(cluster.workers).length === 0) intercom.emit('disconnect');
}

const intercom = new EventEmitter();

function handle(worker, message) {
  switch (message.act) {
    case 'online':
      worker.state = 'online';
      worker.emit('online');
      cluster.emit('online', worker);
      break;
    case 'listening': {
      const info = { addressType: message.addressType, address: message.address, port: message.port, fd: message.fd };
      worker.state = 'listening';
      worker.emit('listening', info);
      cluster.emit('listening', worker, info);
      break;
    }
    case 'exitedAfterDisconnect':
      worker.exitedAfterDisconnect = true;
      sendHelper(worker.process, { ack: message.seq });
      break;
  }
}

cluster.disconnect = function(callback) {
  const workers = Object.values(cluster.workers);
  if (workers.length === 0) {
    process.nextTick(() => intercom.emit('disconnect'));
  } else {
    for (const worker of workers) {
      if (worker.isConnected()) worker.disconnect();
    }
  }
  if (typeof callback === 'function') intercom.once('disconnect', callback);
};

Worker.prototype.disconnect = function() {
  this.exitedAfterDisconnect = true;
  sendHelper(this.process, { act: 'disconnect' });
  removeWorker(this);
  return this;
};

Worker.prototype.destroy = function(signal) {
  this.process.kill(signal || 'SIGTERM');
};
