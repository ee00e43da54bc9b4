'use strict';
// worker_threads: this is the main thread. Message channels work; threads of the application's own do not exist here,
// and say so when they are made.

const { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM } = require('internal/errors').codes;
const { MessageChannel, MessagePort, BroadcastChannel, receiveMessageOnPort } = require('internal/message_channel');

class Worker {
  constructor() {
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('new Worker()');
  }
}

const untransferable = new WeakSet();
const environmentData = new Map();

module.exports = {
  BroadcastChannel,
  MessageChannel,
  MessagePort,
  SHARE_ENV: Symbol.for('nodejs.worker_threads.SHARE_ENV'),
  Worker,
  getEnvironmentData: (key) => environmentData.get(key),
  isInternalThread: false,
  isMainThread: true,
  isMarkedAsUntransferable: (object) => untransferable.has(object),
  markAsUntransferable(object) {
    if ((typeof object === 'object' && object !== null) || typeof object === 'function') untransferable.add(object);
  },
  markAsUncloneable() {},
  moveMessagePortToContext() {
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('moveMessagePortToContext()');
  },
  parentPort: null,
  postMessageToThread: async () => {
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('postMessageToThread()');
  },
  receiveMessageOnPort,
  resourceLimits: {},
  setEnvironmentData(key, value) {
    if (value === undefined) environmentData.delete(key);
    else environmentData.set(key, value);
  },
  threadId: 0,
  threadName: '',
  workerData: null,
};
