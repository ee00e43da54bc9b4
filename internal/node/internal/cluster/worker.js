'use strict';
// cluster.Worker, of which both sides have one: the primary for each worker, a worker for itself.

const EventEmitter = require('events');

function Worker(options) {
  if (!(this instanceof Worker)) return new Worker(options);
  EventEmitter.call(this);
  if (options === null || typeof options !== 'object') options = {};
  this.exitedAfterDisconnect = undefined;
  this.state = options.state || 'none';
  this.id = options.id | 0;
  if (options.process) {
    this.process = options.process;
    this.process.on('error', (code, signal) => this.emit('error', code, signal));
    this.process.on('message', (message, handle) => this.emit('message', message, handle));
  }
}
Object.setPrototypeOf(Worker.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Worker, EventEmitter);

Worker.prototype.kill = function(...args) {
  return this.destroy(...args);
};

Worker.prototype.send = function(...args) {
  return this.process.send(...args);
};

Worker.prototype.isDead = function() {
  return this.process.exitCode != null || this.process.signalCode != null;
};

Worker.prototype.isConnected = function() {
  return this.process.connected;
};

const SCHED_NONE = 1;

// By which a worker knows its primary's policy.
const kPolicyVariable = 'SLUICE_CLUSTER_POLICY';

// Messages between the two halves of this module. An answer repeats the number of what it answers.
const kCommand = 'NODE_CLUSTER';
let sequence = 0;
const waiting = new Map();

/** Sends a message; answered(message) is called with what the other side answers. */
function sendHelper(target, message, answered) {
  if (!target.connected) return false;
  message = { cmd: kCommand, ...message, seq: sequence };
  if (typeof answered === 'function') waiting.set(sequence, answered);
  sequence++;
  return target.send(message, undefined, { swallowErrors: true });
}

/** What to do with internal messages: those that answer go to who waits, the others to handle(message). */
function onInternalMessage(handle) {
  return function onMessage(message) {
    if (message.cmd !== kCommand) return;
    if (message.ack !== undefined) {
      const answered = waiting.get(message.ack);
      waiting.delete(message.ack);
      answered?.(message);
      return;
    }
    handle(message);
  };
}

module.exports = { SCHED_NONE, Worker, kPolicyVariable, onInternalMessage, sendHelper };
