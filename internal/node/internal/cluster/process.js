'use strict';
// What stands for a worker's process in the primary (worker.process): an isolate on a thread of this process, with the
// channel, the events and the numbers that a child process has.

const EventEmitter = require('events');
const { convertToValidSignal } = require('internal/util');
const { maybeClose, signalName } = require('internal/child_process/child');
const { setUpChannel } = require('internal/child_process/channel');
const path = require('path');
const { fork } = internalBinding('cluster');
const { kill } = internalBinding('process');

class IsolateProcess extends EventEmitter {
  constructor(settings, environment) {
    super();
    this.connected = false;
    this.killed = false;
    this.exitCode = null;
    this.signalCode = null;
    this.stdin = this.stdout = this.stderr = null;
    this.stdio = [null, null, null, null];
    this._closesNeeded = 2; // its end, and that of the channel
    this._closesGot = 0;
    const exec = `${settings.exec}`;
    const args = (settings.args ?? []).map(String);
    const serialization = settings.serialization ?? 'json';
    this.spawnfile = process.execPath;
    this.spawnargs = [process.execPath, ...settings.execArgv ?? [], exec, ...args];
    const pairs = Object.entries({ ...environment, NODE_CHANNEL_SERIALIZATION_MODE: serialization }).map(([name, value]) => `${name}=${value}`);
    const [pid, fd] = fork(path.resolve(exec), args, (settings.execArgv ?? []).map(String), pairs, (code, signal) => this.#onExit(code, signal));
    this.pid = pid;
    setUpChannel(this, fd, serialization);
  }

  #onExit(code, signal) {
    if (signal !== 0) this.signalCode = signalName(signal);
    else this.exitCode = code;
    this.emit('exit', this.exitCode, this.signalCode);
    maybeClose(this);
  }

  kill(signal) {
    const number = signal === 0 ? 0 : convertToValidSignal(signal === undefined ? 'SIGTERM' : signal);
    if (this.exitCode !== null || this.signalCode !== null || kill(this.pid, number) !== 0) return false;
    if (number !== 0) this.killed = true;
    return true;
  }

  ref() {}

  unref() {}
}

module.exports = { IsolateProcess };
