'use strict';
// ChildProcess: a child that runs beside this process.

const EventEmitter = require('events');
const { ErrnoException } = require('internal/errors');
const { validateArray, validateObject, validateOneOf, validateString } = require('internal/validators');
const { constantsOf } = require('internal/os_constants');
const { nativeCommand, normalizeStdio } = require('internal/child_process/arguments');
const { activeChannel } = require('internal/channels');
const { convertToValidSignal } = require('internal/util');
const native = internalBinding('spawn');

const errnos = constantsOf('errno');
// Failures to start that are told by an 'error' event; all others are thrown.
const toldLater = new Set([-errnos.EACCES, -errnos.EAGAIN, -errnos.EMFILE, -errnos.ENFILE, -errnos.ENOENT]);

let signalNames;

function signalName(number) {
  if (signalNames === undefined) {
    signalNames = new Map();
    for (const [name, n] of Object.entries(constantsOf('signals'))) if (!signalNames.has(n)) signalNames.set(n, name);
  }
  return signalNames.get(number) ?? null;
}

/** 'close' comes when the child has ended and all its streams have. */
function maybeClose(child) {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded) child.emit('close', child.exitCode, child.signalCode);
}

/** What nobody reads must not keep a stream, and so the child, from closing. */
function flushStdio(child) {
  for (const stream of child.stdio ?? []) {
    if (stream?.readable && !stream.isLent && !stream.readableFlowing && stream.listenerCount('readable') === 0) stream.resume();
  }
}

class ChildProcess extends EventEmitter {
  constructor() {
    super();
    this._closesNeeded = 1;
    this._closesGot = 0;
    this.connected = false;
    this.signalCode = null;
    this.exitCode = null;
    this.killed = false;
    this.spawnfile = null;
    this._handle = null;
    activeChannel('child_process')?.publish({ process: this });
  }

  spawn(options) {
    validateObject(options, 'options');
    const { stdio: entries, ipc, ipcFd } = normalizeStdio(options.stdio || 'pipe', false);
    options.stdio = entries;
    const { serialization } = options;
    validateOneOf(serialization, 'options.serialization', [undefined, 'json', 'advanced']);
    if (ipc) {
      if (options.envPairs === undefined) options.envPairs = [];
      else validateArray(options.envPairs, 'options.envPairs');
      options.envPairs.push(`NODE_CHANNEL_FD=${ipcFd}`, `NODE_CHANNEL_SERIALIZATION_MODE=${serialization || 'json'}`);
    }
    validateString(options.file, 'options.file');
    this.spawnfile = options.file;
    if (options.args === undefined) {
      this.spawnargs = [];
    } else {
      validateArray(options.args, 'options.args');
      this.spawnargs = options.args;
    }
    activeChannel('tracing:child_process.spawn:start')?.publish({ process: this, options });
    for (const { stream } of entries) stream?.lend?.();
    const command = nativeCommand({ ...options, envPairs: options.envPairs ?? [], args: options.args ?? [] }, entries);
    const answer = native.spawn(...command, (code, signal) => this.#onExit(code, signal));
    if (typeof answer === 'number') {
      activeChannel('tracing:child_process.spawn:error')?.publish({ process: this, error: new ErrnoException(answer, 'spawn') });
      this.#failed(answer, entries);
      return answer;
    }
    const [pid, fds] = answer;
    this._handle = new Handle(pid);
    activeChannel('tracing:child_process.spawn:end')?.publish({ process: this });
    this.pid = pid;
    process.nextTick(() => this.emit('spawn'));
    this.#openStreams(entries, fds);
    if (ipc) require('internal/child_process/channel').setUpChannel(this, fds[ipcFd], serialization);
    return 0;
  }

  #failed(errno, entries) {
    if (!toldLater.has(errno)) {
      this.pid = undefined;
      throw new ErrnoException(errno, 'spawn');
    }
    this.pid = undefined;
    if (errno === -errnos.EMFILE || errno === -errnos.ENFILE) {
      // There are no descriptors for streams.
      process.nextTick(() => this.#onExit(errno, 0));
      return;
    }
    // As if it had started and ended at once: streams exist, and close.
    const { PassThrough } = require('stream');
    this.stdio = entries.map(({ type, ipc }, i) => {
      if (type !== 'pipe' || ipc) return null;
      const stream = new PassThrough();
      if (i > 0) this.#awaitClose(stream);
      return stream;
    });
    [this.stdin, this.stdout, this.stderr] = this.stdio;
    process.nextTick(() => {
      for (const stream of this.stdio) stream?.destroy();
      this.#onExit(errno, 0);
    });
  }

  #awaitClose(stream) {
    this._closesNeeded++;
    stream.on('close', () => maybeClose(this));
  }

  #openStreams(entries, fds) {
    const { PipeStream } = require('internal/pipe_stream');
    this.stdio = entries.map(({ type, ipc }, i) => {
      if (type !== 'pipe') return null;
      if (ipc) {
        this._closesNeeded++;
        return null;
      }
      const stream = new PipeStream({ fd: fds[i], readable: i > 0, writable: true });
      if (i > 0) this.#awaitClose(stream);
      return stream;
    });
    [this.stdin, this.stdout, this.stderr] = this.stdio;
  }

  #onExit(code, signal) {
    if (signal) this.signalCode = signalName(signal);
    else this.exitCode = code;
    if (this.stdin) this.stdin.destroy();
    if (this._handle) this._handle = null;
    if (code < 0) {
      const err = new ErrnoException(code, this.spawnfile ? `spawn ${this.spawnfile}` : 'spawn');
      if (this.spawnfile) err.path = this.spawnfile;
      err.spawnargs = this.spawnargs.slice(1);
      this.emit('error', err);
    } else {
      this.emit('exit', this.exitCode, this.signalCode);
    }
    // Listeners for data that are added in 'exit' still see everything.
    process.nextTick(flushStdio, this);
    maybeClose(this);
  }

  kill(sig) {
    const signal = sig === 0 ? sig : convertToValidSignal(sig === undefined ? 'SIGTERM' : sig);
    if (this._handle) {
      const err = this._handle.kill(signal);
      if (err === 0) {
        this.killed = true;
        return true;
      }
      if (err === -errnos.EINVAL || err === -errnos.ENOSYS) throw new ErrnoException(err, 'kill');
      if (err !== -errnos.ESRCH) this.emit('error', new ErrnoException(err, 'kill'));
    }
    return false;
  }

  ref() {
    this._handle?.ref();
  }

  unref() {
    this._handle?.unref();
  }

  [Symbol.dispose]() {
    if (!this.killed) this.kill();
  }
}

/** The running child, as natives know it. */
class Handle {
  constructor(pid) {
    this.pid = pid;
    this.referenced = true;
  }

  kill(signal) {
    return native.kill(this.pid, signal);
  }

  ref() {
    this.referenced = true;
    native.ref(this.pid);
  }

  unref() {
    this.referenced = false;
    native.unref(this.pid);
  }

  hasRef() {
    return this.referenced;
  }
}

module.exports = { ChildProcess, flushStdio, maybeClose, signalName };
