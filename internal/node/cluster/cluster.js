'use strict';
// cluster, as the primary that every process is: workers of its own come with the multithreaded server.

const EventEmitter = require('events');
const { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM } = require('internal/errors').codes;

const cluster = new EventEmitter();

class Worker extends EventEmitter {}

Object.assign(cluster, {
  isWorker: false,
  isMaster: true,
  isPrimary: true,
  Worker,
  workers: {},
  settings: {},
  SCHED_NONE: 1,
  SCHED_RR: 2,
  schedulingPolicy: 2,
  setupPrimary(options) { cluster.settings = { ...cluster.settings, ...options }; },
  setupMaster(options) { cluster.setupPrimary(options); },
  fork() { throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('cluster.fork()'); },
  disconnect(callback) { if (callback) process.nextTick(callback); },
});

module.exports = cluster;
