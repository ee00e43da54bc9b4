'use strict';
// Dir: a directory that is read entry by entry.

const { codes: { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_THIS } } = require('internal/errors');
const { validateFunction, validateUint32 } = require('internal/validators');
const { Dirent, direntType, getOptions, getValidatedPath, joinPath, namesIn, numbersIn, wantsBytes, validateCallback,
        constants: { UV_DIRENT_DIR, UV_DIRENT_UNKNOWN } } = require('internal/fs/utils');
const { runSync, runAsync } = require('internal/fs/steps');
const native = internalBinding('fs');

class Dir {
  #fd;
  #path;
  #options;
  #entries = []; // read, not yet handed out; the next one is last
  #pending = []; // directories below that are still to be opened (recursive)
  #current; // the directory that entries come from
  #closed = false;
  #queue = null; // calls that wait for the operation under way; null when there is none

  constructor(fd, path, options) {
    if (fd === undefined || fd === null) {
      const { ERR_MISSING_ARGS } = require('internal/errors').codes;
      throw new ERR_MISSING_ARGS('handle');
    }
    this.#fd = fd;
    this.#path = path;
    this.#current = path;
    this.#options = { bufferSize: 32, ...getOptions(options, { encoding: 'utf8' }) };
    validateUint32(this.#options.bufferSize, 'options.bufferSize', true);
  }

  get path() {
    if (!(#path in this)) throw new ERR_INVALID_THIS('Dir');
    return this.#path;
  }

  read(callback) {
    if (arguments.length === 0) return this.#promise((done) => this.#read(done));
    validateCallback(callback);
    if (this.#closed) throw new ERR_DIR_CLOSED();
    this.#read(callback);
    return undefined;
  }

  #read(callback) {
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    if (this.#queue !== null) {
      this.#queue.push(() => this.#read(callback));
      return;
    }
    if (this.#entries.length > 0) {
      process.nextTick(callback, null, this.#entries.pop());
      return;
    }
    this.#queue = [];
    runAsync(this.#next(), (err, entry) => {
      this.#release();
      if (err) callback(err);
      else callback(null, entry);
    });
  }

  #release() {
    const queue = this.#queue;
    this.#queue = null;
    for (const call of queue) call();
  }

  readSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#queue !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    if (this.#entries.length > 0) return this.#entries.pop();
    return runSync(this.#next());
  }

  // Reads the next batch, going on to directories below when the current one is at its end.
  * #next() {
    const { encoding, recursive } = this.#options;
    for (;;) {
      const answer = yield ['dirRead', this.#fd, wantsBytes(encoding)];
      if (answer) {
        yield* this.#keep(namesIn(encoding, answer[0]), answer[1], recursive);
        return this.#entries.pop();
      }
      if (this.#pending.length === 0) return null;
      this.#current = this.#pending.shift();
      const fd = yield ['opendir', this.#current];
      yield ['close', this.#fd];
      this.#fd = fd;
    }
  }

  * #keep(names, types, recursive) {
    for (let i = names.length - 1; i >= 0; i--) {
      let type = types[i];
      if (type === UV_DIRENT_UNKNOWN) {
        type = direntType(numbersIn(yield ['stat', joinPath(this.#current, names[i]), false, false], false)[1]);
      }
      this.#entries.push(new Dirent(names[i], type, this.#current));
      if (recursive && type === UV_DIRENT_DIR) this.#pending.push(joinPath(this.#current, names[i]));
    }
  }

  close(callback) {
    if (callback === undefined) {
      if (this.#closed) return Promise.reject(new ERR_DIR_CLOSED());
      return this.#promise((done) => this.#close(done));
    }
    validateFunction(callback, 'callback');
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return undefined;
    }
    this.#close(callback);
    return undefined;
  }

  #close(callback) {
    if (this.#queue !== null) {
      this.#queue.push(() => this.#close(callback));
      return;
    }
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    this.#closed = true;
    native.close(this.#fd, (err) => callback(err));
  }

  closeSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#queue !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    this.#closed = true;
    native.close(this.#fd);
  }

  #promise(start) {
    return new Promise((resolve, reject) => start((err, value) => (err ? reject(err) : resolve(value))));
  }

  async* entries() {
    try {
      for (;;) {
        const entry = await this.#promise((done) => this.#read(done));
        if (entry === null) break;
        yield entry;
      }
    } finally {
      await this.#promise((done) => this.#close(done));
    }
  }

  [Symbol.dispose]() {
    if (!this.#closed) this.closeSync();
  }

  async [Symbol.asyncDispose]() {
    if (!this.#closed) await this.close();
  }
}

Object.defineProperties(Dir.prototype, {
  [Symbol.asyncIterator]: { __proto__: null, value: Dir.prototype.entries, enumerable: false, writable: true, configurable: true },
});

function opendirSync(path, options) {
  path = getValidatedPath(path);
  options = getOptions(options, { encoding: 'utf8' });
  if (options.bufferSize !== undefined) validateUint32(options.bufferSize, 'options.bufferSize', true);
  return new Dir(native.opendir(path), path, options);
}

function opendir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateFunction(callback, 'callback');
  path = getValidatedPath(path);
  options = getOptions(options, { encoding: 'utf8' });
  if (options.bufferSize !== undefined) validateUint32(options.bufferSize, 'options.bufferSize', true);
  native.opendir(path, (err, fd) => (err ? callback(err) : callback(null, new Dir(fd, path, options))));
}

module.exports = { Dir, opendir, opendirSync };
