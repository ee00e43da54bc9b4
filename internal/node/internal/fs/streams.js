'use strict';
// ReadStream and WriteStream: streams over a file, opened by them or given as a descriptor or FileHandle.

const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, ERR_STREAM_DESTROYED, ERR_SYSTEM_ERROR } } = require('internal/errors');
const { validateBoolean, validateFunction, validateInteger } = require('internal/validators');
const { Readable, Writable, finished } = require('stream');
const { deprecate } = require('internal/util');
const { copyObject, getOptions, getValidatedFd, getValidatedPath } = require('internal/fs/utils');
const fs = require('fs');
const native = internalBinding('fs');

const kFs = Symbol('kFs');
const kHandle = Symbol('kHandle');
const kBusy = Symbol('kIsPerformingIO');
const kIdle = Symbol('kIoDone');

// While this is what fs.read is, a stream may ask the native directly.
const originalRead = fs.read;

/** The functions of fs that a stream over a FileHandle uses. */
function operationsOf(handle) {
  const { kUnref } = require('internal/fs/file_handle');
  const later = (promise, done, ...failed) => promise.then(done, (err) => failed[0](err));
  return {
    open() {
      throw new ERR_METHOD_NOT_IMPLEMENTED('open()');
    },
    close(fd, callback) {
      handle[kUnref]();
      later(handle.close(), () => callback(), callback);
    },
    fsync(fd, callback) {
      later(handle.sync(), () => callback(), callback);
    },
    read(fd, buffer, offset, length, position, callback) {
      later(handle.read(buffer, offset, length, position), (r) => callback(null, r.bytesRead, r.buffer), (err) => callback(err, 0, buffer));
    },
    write(fd, buffer, offset, length, position, callback) {
      later(handle.write(buffer, offset, length, position), (r) => callback(null, r.bytesWritten, r.buffer), (err) => callback(err, 0, buffer));
    },
    writev(fd, buffers, position, callback) {
      later(handle.writev(buffers, position), (r) => callback(null, r.bytesWritten, r.buffers), (err) => callback(err, 0, buffers));
    },
  };
}

/** Takes over the descriptor or FileHandle of the options. */
function importFd(stream, options) {
  if (typeof options.fd === 'number') {
    stream[kFs] = options.fs || fs;
    return options.fd;
  }
  const { FileHandle, kRef } = require('internal/fs/file_handle');
  if (typeof options.fd === 'object' && options.fd instanceof FileHandle) {
    if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs');
    stream[kHandle] = options.fd;
    stream[kFs] = operationsOf(stream[kHandle]);
    stream[kHandle][kRef]();
    options.fd.on('close', stream.close.bind(stream));
    return options.fd.fd;
  }
  throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], options.fd);
}

/** What both constructors do first: where the file comes from. */
function setUp(stream, path, options, flags) {
  if (options.fd === undefined || options.fd === null) {
    stream.fd = null;
    stream[kFs] = options.fs || fs;
    validateFunction(stream[kFs].open, 'options.fs.open');
    stream.path = toPath(path);
    stream.flags = options.flags === undefined ? flags : options.flags;
    stream.mode = options.mode === undefined ? 0o666 : options.mode;
    getValidatedPath(stream.path);
  } else {
    stream.fd = getValidatedFd(importFd(stream, options));
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
}

function toPath(path) {
  return path !== null && typeof path === 'object' && !(path instanceof Uint8Array) ? getValidatedPath(path) : path;
}

function construct(callback) {
  const stream = this;
  if (typeof stream.fd === 'number') {
    callback();
    return;
  }
  if (stream.open !== openForRead && stream.open !== openForWrite) {
    constructThroughOpen(stream, callback);
    return;
  }
  stream[kFs].open(stream.path, stream.flags, stream.mode, (err, fd) => {
    if (err) {
      callback(err);
      return;
    }
    stream.fd = fd;
    callback();
    stream.emit('open', stream.fd);
    stream.emit('ready');
  });
}

// Old packages (graceful-fs) replace the method open, which tells of its end by events.
function constructThroughOpen(stream, callback) {
  const emit = stream.emit;
  stream.emit = function(...args) {
    if (args[0] === 'open') {
      this.emit = emit;
      callback();
      Reflect.apply(emit, this, args);
    } else if (args[0] === 'error') {
      this.emit = emit;
      callback(args[1]);
    } else {
      Reflect.apply(emit, this, args);
    }
  };
  stream.open();
}

function closeFile(stream, err, callback) {
  if (!stream.fd && stream.fd !== 0) {
    callback(err);
    return;
  }
  if (stream.flush && !err) {
    stream[kFs].fsync(stream.fd, (failure) => closeNow(stream, failure, callback));
    return;
  }
  closeNow(stream, err, callback);
}

function closeNow(stream, err, callback) {
  stream[kFs].close(stream.fd, (failure) => callback(failure ?? err));
  stream.fd = null;
}

function destroy(err, callback) {
  if (this[kBusy]) {
    this.once(kIdle, (failure) => closeFile(this, err ?? failure, callback));
    return;
  }
  closeFile(this, err, callback);
}

// Called by hand only: the constructors open by themselves.
const openForRead = deprecate(openNow, 'ReadStream.prototype.open() is deprecated', 'DEP0135');
const openForWrite = deprecate(openNow, 'WriteStream.prototype.open() is deprecated', 'DEP0135');

function openNow() {
  const stream = this;
  stream[kFs].open(stream.path, stream.flags, stream.mode, (err, fd) => {
    if (err) {
      if (stream.autoClose) stream.destroy();
      stream.emit('error', err);
      return;
    }
    stream.fd = fd;
    stream.emit('open', fd);
    stream.emit('ready');
  });
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = copyObject(getOptions(options, {}));
  if (options.highWaterMark === undefined) options.highWaterMark = 64 * 1024;
  setUp(this, path, options, 'r');
  validateFunction(this[kFs].read, 'options.fs.read');
  if (options.autoDestroy) validateFunction(this[kFs].close, 'options.fs.close');
  this.start = options.start;
  this.end = options.end ?? Infinity;
  this.pos = undefined;
  this.bytesRead = 0;
  this[kBusy] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  if (this.end !== Infinity) {
    validateInteger(this.end, 'end', 0);
    if (this.start !== undefined && this.start > this.end) throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start);
  }
  Reflect.apply(Readable, this, [options]);
  if (options.encoding) this.setEncoding(options.encoding);
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

ReadStream.prototype.open = openForRead;
ReadStream.prototype._construct = construct;

ReadStream.prototype._read = function(n) {
  n = this.pos !== undefined ? Math.min(this.end - this.pos + 1, n) : Math.min(this.end - this.bytesRead + 1, n);
  if (n <= 0) {
    this.push(null);
    return;
  }
  this[kBusy] = true;
  const { read } = this[kFs];
  if (read === originalRead) {
    // The native's answer is a new Buffer: it can be handed on as it is.
    native.read(this.fd, n, this.pos ?? -1, (err, data) => this[kDone](err, data));
    return;
  }
  const buffer = Buffer.allocUnsafeSlow(n);
  this[kFs].read(this.fd, buffer, 0, n, this.pos, (err, bytesRead, buffer) => {
    let data = buffer;
    if (!err && bytesRead !== buffer.length) {
      // The rest of a large buffer shall not live as long as a small chunk.
      data = Buffer.allocUnsafeSlow(bytesRead);
      buffer.copy(data, 0, 0, bytesRead);
    }
    this[kDone](err, data);
  });
};

const kDone = Symbol('kReadDone');
Object.defineProperty(ReadStream.prototype, kDone, {
  __proto__: null,
  value(err, data) {
    this[kBusy] = false;
    if (this.destroyed) {
      this.emit(kIdle, err);
      return;
    }
    if (err) {
      require('internal/streams/destroy').errorOrDestroy(this, err);
    } else if (data.length > 0) {
      if (this.pos !== undefined) this.pos += data.length;
      this.bytesRead += data.length;
      this.push(data);
    } else {
      this.push(null);
    }
  },
});

ReadStream.prototype._destroy = destroy;

ReadStream.prototype.close = function(callback) {
  if (typeof callback === 'function') finished(this, callback);
  this.destroy();
};

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = copyObject(getOptions(options, {}));
  // Strings become Buffers before _write sees them.
  options.decodeStrings = true;
  setUp(this, path, options, 'w');
  const used = this[kFs];
  if (!used.write && !used.writev) throw new ERR_INVALID_ARG_TYPE('options.fs.write', 'function', used.write);
  if (used.write) validateFunction(used.write, 'options.fs.write');
  if (used.writev) validateFunction(used.writev, 'options.fs.writev');
  if (options.autoDestroy) validateFunction(used.close, 'options.fs.close');
  this.flush = options.flush ?? false;
  validateBoolean(this.flush, 'options.flush');
  if (this.flush) validateFunction(used.fsync, 'options.fs.fsync');
  // Without one of the two, the other serves both.
  if (!used.write) this._write = null;
  if (!used.writev) this._writev = null;
  this.start = options.start;
  this.pos = undefined;
  this.bytesWritten = 0;
  this[kBusy] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  Reflect.apply(Writable, this, [options]);
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

WriteStream.prototype.open = openForWrite;
WriteStream.prototype._construct = construct;

const attempts = 5;

/** Writes until everything is written; what a full pipe or a slow disk refused is tried again a few times. */
function writeAll(stream, data, size, position, callback, retries = 0) {
  stream[kFs].write(stream.fd, data, 0, size, position, (err, bytesWritten, buffer) => {
    if (err?.code === 'EAGAIN') {
      err = null;
      bytesWritten = 0;
    }
    if (stream.destroyed || err) {
      callback(err || new ERR_STREAM_DESTROYED('write'));
      return;
    }
    stream.bytesWritten += bytesWritten;
    retries = bytesWritten ? 0 : retries + 1;
    size -= bytesWritten;
    if (position !== undefined) position += bytesWritten;
    if (retries > attempts) {
      callback(new ERR_SYSTEM_ERROR({ errno: -11, code: 'EAGAIN', message: 'resource temporarily unavailable', syscall: 'write' }));
    } else if (size > 0) {
      writeAll(stream, buffer.subarray(bytesWritten), size, position, callback, retries);
    } else {
      callback();
    }
  });
}

function writevAll(stream, chunks, size, position, callback, retries = 0) {
  stream[kFs].writev(stream.fd, chunks, position, (err, bytesWritten, buffers) => {
    if (err?.code === 'EAGAIN') {
      err = null;
      bytesWritten = 0;
    }
    if (stream.destroyed || err) {
      callback(err || new ERR_STREAM_DESTROYED('writev'));
      return;
    }
    stream.bytesWritten += bytesWritten;
    retries = bytesWritten ? 0 : retries + 1;
    size -= bytesWritten;
    if (position !== undefined) position += bytesWritten;
    if (retries > attempts) {
      callback(new ERR_SYSTEM_ERROR({ errno: -11, code: 'EAGAIN', message: 'resource temporarily unavailable', syscall: 'writev' }));
    } else if (size > 0) {
      writevAll(stream, [Buffer.concat(buffers).subarray(bytesWritten)], size, position, callback, retries);
    } else {
      callback();
    }
  });
}

function finishedWriting(stream, callback) {
  return (err) => {
    stream[kBusy] = false;
    if (stream.destroyed) {
      callback(err);
      stream.emit(kIdle, err);
      return;
    }
    callback(err);
  };
}

WriteStream.prototype._write = function(data, encoding, callback) {
  this[kBusy] = true;
  writeAll(this, data, data.length, this.pos, finishedWriting(this, callback));
  if (this.pos !== undefined) this.pos += data.length;
};

WriteStream.prototype._writev = function(data, callback) {
  const chunks = new Array(data.length);
  let size = 0;
  for (let i = 0; i < data.length; i++) {
    chunks[i] = data[i].chunk;
    size += chunks[i].length;
  }
  this[kBusy] = true;
  writevAll(this, chunks, size, this.pos, finishedWriting(this, callback));
  if (this.pos !== undefined) this.pos += size;
};

WriteStream.prototype._destroy = destroy;

WriteStream.prototype.close = function(callback) {
  if (callback) {
    if (this.closed) {
      process.nextTick(callback);
      return;
    }
    this.on('close', callback);
  }
  // Without autoClose nobody else destroys it.
  if (!this.autoClose) this.on('finish', this.destroy);
  this.end();
};

// There is no flushing beyond that of end().
WriteStream.prototype.destroySoon = WriteStream.prototype.end;

for (const { prototype } of [ReadStream, WriteStream]) {
  const state = prototype instanceof Readable ? '_readableState' : '_writableState';
  Object.defineProperties(prototype, {
    autoClose: {
      __proto__: null,
      configurable: true,
      get() {
        if (this[state] === undefined) throw new ERR_INVALID_THIS(prototype.constructor.name);
        return this[state].autoDestroy;
      },
      set(value) { this[state].autoDestroy = value; },
    },
    pending: {
      __proto__: null,
      configurable: true,
      get() { return this.fd === null; },
    },
  });
}

module.exports = { ReadStream, WriteStream };
