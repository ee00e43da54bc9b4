'use strict';
// What stands for a worker's process in the primary (worker.process): an isolate on a thread of this process, with the
// channel, the events and the numbers that a child process has.

const EventEmitter = require('events');
const { convertToValidSignal } = require('internal/util');
const { flushStdio, maybeClose, signalName } = require('internal/child_process/child');
const { setUpChannel } = require('internal/child_process/channel');
const { validateOneOf } = require('internal/validators');
const { nativeStdio, normalizeStdio, stdioWithIpc } = require('internal/child_process/arguments');
const { PipeStream } = require('internal/pipe_stream');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
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
    this._closesNeeded = 2; // its end, and that of the channel
    this._closesGot = 0;
    const exec = `${settings.exec}`;
    const args = (settings.args ?? []).map(String);
    const { stdio: entries } = normalizeStdio(stdioWithIpc(settings), false);
    if (entries.some(({ type, ipc }, i) => i > 2 && type !== 'ignore' && !ipc) || entries.slice(0, 3).some(({ ipc }) => ipc)) {
      throw new ERR_INVALID_ARG_VALUE('settings.stdio', settings.stdio, 'may name the three standard streams and ipc behind them: workers are threads of this process');
    }
    const { serialization = 'json' } = settings;
    validateOneOf(serialization, 'options.serialization', [undefined, 'json', 'advanced']);
    this.spawnfile = process.execPath;
    this.spawnargs = [process.execPath, ...settings.execArgv ?? [], exec, ...args];
    const pairs = Object.entries({ ...environment, NODE_CHANNEL_SERIALIZATION_MODE: serialization }).map(([name, value]) => `${name}=${value}`);
    const [pid, fd, ...ours] = fork(path.resolve(exec), args, (settings.execArgv ?? []).map(String), pairs, (code, signal) => this.#onExit(code, signal), ...nativeStdio(entries.slice(0, 3)));
    this.pid = pid;
    this.#openStreams(ours, entries.length);
    setUpChannel(this, fd, serialization);
  }

  #openStreams(ours, count) {
    this.stdio = Array.from({ length: count }, (_, i) => {
      if (!(ours[i] >= 0)) return null;
      const stream = new PipeStream({ fd: ours[i], readable: i > 0, writable: true });
      if (i > 0) {
        this._closesNeeded++;
        stream.on('close', () => maybeClose(this));
      }
      return stream;
    });
    [this.stdin, this.stdout, this.stderr] = this.stdio;
  }

  #onExit(code, signal) {
    if (signal !== 0) this.signalCode = signalName(signal);
    else this.exitCode = code;
    this.stdin?.destroy();
    process.nextTick(flushStdio, this);
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
