'use strict';
// fs.watch and fs.watchFile: events of the system, and looking again and again.

const { Buffer } = require('buffer');
const EventEmitter = require('events');
const { AbortError, codes: { ERR_FS_WATCH_QUEUE_OVERFLOW, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateObject, validateOneOf, validateUint32 } = require('internal/validators');
const { BigIntStats, Stats, decoded, getOptions, getValidatedPath, statsFromBytes } = require('internal/fs/utils');
const native = internalBinding('fs');

/** Watches a file or directory; made by fs.watch. */
class FSWatcher extends EventEmitter {
  #handle;
  #ended = false;

  start(filename, persistent, recursive, encoding) {
    const path = getValidatedPath(filename, 'filename');
    try {
      this.#handle = native.watchStart(path, Boolean(recursive), Boolean(persistent), (type, name) => {
        if (this.#handle === undefined) return;
        this.emit('change', type, encoding === 'buffer' ? name : decoded(name, encoding || 'utf8'));
      });
    } catch (err) {
      err.filename = filename;
      throw err;
    }
  }

  close() {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#handle === undefined) return;
    native.watchStop(this.#handle);
    this.#handle = undefined;
    process.nextTick(() => this.emit('close'));
  }

  ref() {
    if (this.#handle !== undefined) native.watchRef(this.#handle);
    return this;
  }

  unref() {
    if (this.#handle !== undefined) native.watchUnref(this.#handle);
    return this;
  }
}

function watch(filename, options, listener) {
  if (typeof options === 'function') listener = options;
  options = { ...getOptions(options) };
  if (options.persistent === undefined) options.persistent = true;
  options.recursive ??= false;
  validateBoolean(options.persistent, 'options.persistent');
  validateBoolean(options.recursive, 'options.recursive');
  const watcher = new FSWatcher();
  watcher.start(filename, options.persistent, options.recursive, options.encoding);
  if (listener) watcher.addListener('change', listener);
  const { signal } = options;
  if (signal) {
    if (signal.aborted) {
      process.nextTick(() => watcher.close());
    } else {
      const onAbort = () => watcher.close();
      signal.addEventListener('abort', onAbort);
      watcher.once('close', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return watcher;
}

/** The events of a watcher as an endless async iterator. */
async function* watchAsync(filename, options = {}) {
  validateObject(options, 'options');
  const { persistent = true, recursive = false, encoding = 'utf8', maxQueue = 2048, overflow = 'ignore', signal } = options;
  validateBoolean(persistent, 'options.persistent');
  validateBoolean(recursive, 'options.recursive');
  validateInteger(maxQueue, 'options.maxQueue');
  validateOneOf(overflow, 'options.overflow', ['ignore', 'error']);
  validateAbortSignal(signal, 'options.signal');
  if (encoding && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });

  const queue = [];
  let waiting = null;
  let failure = null;
  const wake = () => {
    waiting?.();
    waiting = null;
  };
  const watcher = new FSWatcher();
  const onAbort = () => {
    failure = new AbortError(undefined, { cause: signal.reason });
    watcher.close();
    wake();
  };
  watcher.on('change', (eventType, name) => {
    if (queue.length < maxQueue) {
      queue.push({ __proto__: null, eventType, filename: name });
      wake();
    } else if (overflow === 'error') {
      failure = new ERR_FS_WATCH_QUEUE_OVERFLOW(maxQueue);
      queue.length = 0;
      watcher.close();
      wake();
    } else {
      process.emitWarning('fs.watch maxQueue exceeded');
    }
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    watcher.start(filename, persistent, recursive, encoding);
    for (;;) {
      while (queue.length > 0) yield queue.shift();
      if (failure) throw failure;
      await new Promise((resolve) => { waiting = resolve; });
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    watcher.close();
  }
}

const zeroes = new Array(14).fill(0);

/** Looks at a file at intervals; made by fs.watchFile. */
class StatWatcher extends EventEmitter {
  #path;
  #bigint;
  #timer;
  #previous;

  constructor(bigint) {
    super();
    this.#bigint = bigint;
  }

  start(path, interval, persistent) {
    this.#path = path;
    this.#look();
    this.#timer = setInterval(() => this.#look(), interval);
    if (!persistent) this.#timer.unref();
  }

  #look() {
    native.stat(this.#path, true, this.#bigint, (err, bytes) => {
      if (this.#path === undefined) return;
      const now = err ? this.#nothing() : statsFromBytes(bytes, this.#bigint);
      const before = this.#previous;
      this.#previous = now;
      // A file that is not there at first is told once.
      if (before === undefined) {
        if (err) this.emit('change', now, now);
      } else if (differ(before, now)) {
        this.emit('change', now, before);
      }
    });
  }

  #nothing() {
    return this.#bigint ? new BigIntStats(...zeroes.map(BigInt)) : new Stats(...zeroes);
  }

  stop() {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#path = undefined;
    process.nextTick(() => this.emit('stop'));
  }

  ref() {
    this.#timer?.ref();
    return this;
  }

  unref() {
    this.#timer?.unref();
    return this;
  }
}

const compared = ['mtimeMs', 'ctimeMs', 'birthtimeMs', 'size', 'mode', 'uid', 'gid', 'ino', 'dev'];

function differ(a, b) {
  return compared.some((name) => a[name] !== b[name]);
}

const statWatchers = new Map();

function watchFile(filename, options, listener) {
  filename = require('path').resolve(getValidatedPath(filename).toString());
  if (options === null || typeof options !== 'object') {
    listener = options;
    options = null;
  }
  // Long by Node's choice: looking is what it costs.
  options = { interval: 5007, persistent: true, ...options };
  validateFunction(listener, 'listener');
  let watcher = statWatchers.get(filename);
  if (watcher === undefined) {
    watcher = new StatWatcher(Boolean(options.bigint));
    validateUint32(options.interval, 'interval');
    watcher.start(filename, options.interval, Boolean(options.persistent));
    statWatchers.set(filename, watcher);
  }
  watcher.addListener('change', listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  filename = require('path').resolve(getValidatedPath(filename).toString());
  const watcher = statWatchers.get(filename);
  if (watcher === undefined) return;
  const before = watcher.listenerCount('change');
  if (typeof listener === 'function') watcher.removeListener('change', listener);
  else watcher.removeAllListeners('change');
  if (before > 0 && watcher.listenerCount('change') === 0) {
    watcher.stop();
    statWatchers.delete(filename);
  }
}

module.exports = { FSWatcher, StatWatcher, unwatchFile, watch, watchAsync, watchFile };
