'use strict';

// The streams of zlib: a Transform over a native codec, which is given input and room for output until it wants neither.

const Transform = require('internal/streams/transform');
const assert = require('internal/assert');
const {
  genericNodeError,
  codes: { ERR_BUFFER_TOO_LARGE, ERR_TRAILING_JUNK_AFTER_STREAM_END },
} = require('internal/errors');
const { Buffer } = require('buffer');
const constants = require('internal/zlib/constants');
const { checkRange, commonOptions, modeOptions, flushKinds } = require('internal/zlib/options');
const binding = internalBinding('zlib');

const { Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH } = constants;

// More room than a chunk is given at once, as long as the readable side has room: fewer turns for large output.
const MAX_ROOM = 64 * 1024;

/** Makes an error of what the native half says: [message, errno, code]. */
function makeError(failure, maxOutputLength) {
  const [message, errno, code] = failure;
  if (code === 'ERR_BUFFER_TOO_LARGE') return new ERR_BUFFER_TOO_LARGE(maxOutputLength);
  if (code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return new ERR_TRAILING_JUNK_AFTER_STREAM_END();
  if (code === 'ERR_ZLIB_INITIALIZATION_FAILED') return initializationError(message);
  const error = genericNodeError(message, { errno, code });
  error.errno = errno;
  error.code = code;
  return error;
}

function initializationError(message) {
  return genericNodeError(message, { code: 'ERR_ZLIB_INITIALIZATION_FAILED' });
}

// A stream that is dropped before its end leaves its codec to the collector.
let abandoned;

class Handle {
  constructor(mode, options) {
    const id = binding.create(mode, options);
    if (typeof id !== 'number') throw makeError(id);
    this.id = id;
    abandoned ??= new FinalizationRegistry(binding.close);
    abandoned.register(this, id, this);
  }

  /** Calls `callback(null, [output, inputLeft, roomLeft, failure])` when it is done. */
  write(flush, input, room, callback) {
    binding.write(this.id, flush, input, room, callback);
  }

  writeSync(flush, input, room) {
    return binding.writeSync(this.id, flush, input, room);
  }

  params(level, strategy) { binding.params(this.id, level, strategy); }
  reset() { binding.reset(this.id); }

  close() {
    if (this.id === 0) return;
    abandoned.unregister(this);
    binding.close(this.id);
    this.id = 0;
  }
}

// flush() is a write, so that it comes in its place among the others. The chunk of nothing says which flush.
const kFlushFlag = Symbol('kFlushFlag');
const flushChunks = [];
for (let flag = Z_NO_FLUSH; flag <= Z_BLOCK; flag++) {
  flushChunks[flag] = Buffer.alloc(0);
  flushChunks[flag][kFlushFlag] = flag;
}

// zlib's operations by strength: the numbers are not in order.
const flushOrder = [];
for (const [i, flag] of [Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH].entries())
  flushOrder[flag] = i;

/** The stronger one of two operations. */
function maxFlush(a, b) {
  return flushOrder[a] > flushOrder[b] ? a : b;
}

const kError = Symbol('kError');

function ZlibBase(options, mode) {
  const common = commonOptions(options, mode);
  if (options && (options.encoding || options.objectMode || options.readableObjectMode || options.writableObjectMode)) {
    // It is bytes that are transformed.
    options = { ...options, encoding: null, objectMode: false, readableObjectMode: false, writableObjectMode: false };
  }
  const native = modeOptions(options, mode);
  Transform.call(this, { autoDestroy: true, ...options });
  this[kError] = null;
  this.bytesWritten = 0;
  this._handle = new Handle(mode, native);
  this._chunkSize = common.chunkSize;
  this._defaultFlushFlag = common.flush;
  this._finishFlushFlag = common.finishFlush;
  this._defaultFullFlushFlag = common.fullFlush;
  this._info = common.info;
  this._maxOutputLength = common.maxOutputLength;
  this._rejectGarbageAfterEnd = common.rejectGarbageAfterEnd;
  this._mode = mode;
  if (mode <= constants.UNZIP) {
    this._level = native[1];
    this._strategy = native[2];
  }
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperty(ZlibBase.prototype, '_closed', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return !this._handle; },
});

ZlibBase.prototype.reset = function reset() {
  assert(this._handle, 'zlib binding closed');
  return this._handle.reset();
};

// Called by Transform when all is written, with the flush that ends the data.
ZlibBase.prototype._flush = function _flush(callback) {
  this._transform(Buffer.alloc(0), '', callback);
};

// Not Transform's, which would call _flush before the last write is done.
ZlibBase.prototype._final = function _final(callback) {
  callback();
};

ZlibBase.prototype.flush = function flush(kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = this._defaultFullFlushFlag;
  }
  if (this.writableFinished) {
    if (callback) process.nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else {
    this.write(flushChunks[kind ?? this._defaultFullFlushFlag], '', callback);
  }
};

ZlibBase.prototype.close = function close(callback) {
  if (callback) require('internal/streams/end-of-stream').eos(this, callback);
  this.destroy();
};

ZlibBase.prototype._destroy = function _destroy(err, callback) {
  closeHandle(this);
  callback(err);
};

function closeHandle(engine) {
  engine._handle?.close();
  engine._handle = null;
}

ZlibBase.prototype._transform = function _transform(chunk, encoding, callback) {
  let flag = this._defaultFlushFlag;
  if (typeof chunk[kFlushFlag] === 'number') {
    flag = chunk[kFlushFlag];
  } else if (this.writableEnded && this.writableLength === chunk.byteLength) {
    flag = maxFlush(flag, this._finishFlushFlag); // The last chunk.
  }
  processChunk(this, chunk, flag, callback);
};

ZlibBase.prototype._processChunk = function _processChunk(chunk, flag, callback) {
  // Without a callback it is synchronous: other packages use it so.
  if (typeof callback === 'function') processChunk(this, chunk, flag, callback);
  else return processChunkSync(this, chunk, flag);
};

function processChunkSync(self, chunk, flag) {
  const handle = self._handle;
  assert(handle, 'zlib binding closed');
  const room = self._chunkSize;
  const outputs = [];
  let length = 0;
  let input = chunk;
  let error;
  self.on('error', (err) => { error = err; });
  while (true) {
    const { 0: output, 1: inputLeft, 2: roomLeft, 3: failure } = handle.writeSync(flag, input, room);
    if (failure) {
      error = makeError(failure, self._maxOutputLength);
      self.destroy(error);
      self[kError] = error;
      throw error;
    }
    if (error) throw error;
    if (output.length > 0) {
      outputs.push(output);
      length += output.length;
      if (length > self._maxOutputLength) {
        closeHandle(self);
        throw new ERR_BUFFER_TOO_LARGE(self._maxOutputLength);
      }
    }
    input = input.subarray(input.length - inputLeft);
    if (roomLeft !== 0) break;
  }
  self.bytesWritten = chunk.byteLength - input.byteLength;
  closeHandle(self);
  if (outputs.length === 0) return Buffer.alloc(0);
  return outputs.length === 1 ? outputs[0] : Buffer.concat(outputs, length);
}

function processChunk(self, chunk, flag, callback) {
  if (!self._handle) return process.nextTick(callback);
  writeNative(self, chunk, flag, callback);
}

function writeNative(self, input, flag, callback) {
  const state = self._readableState;
  const chunkSize = self._chunkSize;
  // As many chunks as the readable side has room for, and one at least.
  const free = Math.min(state.highWaterMark - state.length, MAX_ROOM);
  const room = free > chunkSize ? free - free % chunkSize : chunkSize;
  self._handle.write(flag, input, room, (unused, result) => afterWrite(self, input, flag, callback, result));
}

function afterWrite(self, input, flag, callback, result) {
  const { 0: output, 1: inputLeft, 2: roomLeft, 3: failure } = result;
  if (self.destroyed) {
    callback();
    return;
  }
  if (failure) {
    const error = makeError(failure, self._maxOutputLength);
    self.destroy(error);
    self[kError] = error;
    return;
  }
  self.bytesWritten += input.byteLength - inputLeft;

  let isFull = false;
  for (let at = 0; at < output.length; at += self._chunkSize) {
    isFull = !self.push(output.length <= self._chunkSize ? output : output.subarray(at, at + self._chunkSize));
  }
  // A listener may have destroyed the stream.
  if (self.destroyed) {
    callback();
    return;
  }

  if (roomLeft === 0) {
    // There is more to come: now, or when somebody has read what there is.
    const rest = input.subarray(input.length - inputLeft);
    if (!isFull) {
      writeNative(self, rest, flag, callback);
    } else {
      const read = self._read;
      self._read = (n) => {
        self._read = read;
        if (self._handle) writeNative(self, rest, flag, callback);
        self._read(n);
      };
    }
    return;
  }

  if (inputLeft > 0) {
    // There was room and there is input: the data ended before it.
    if (self._rejectGarbageAfterEnd) {
      const error = new ERR_TRAILING_JUNK_AFTER_STREAM_END();
      self.destroy(error);
      callback(error);
      return;
    }
    self.push(null);
  }
  callback();
}

// ---- the family of zlib proper ----

function Zlib(options, mode) {
  ZlibBase.call(this, options, mode);
}
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);

Zlib.prototype.params = function params(level, strategy, callback) {
  level = checkRange(level, 'level', constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL);
  strategy = checkRange(strategy, 'strategy', constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED);
  if (this._level === level && this._strategy === strategy) {
    if (callback) process.nextTick(callback);
    return;
  }
  // What was written is compressed as it was to be.
  this.flush(Z_SYNC_FLUSH, () => {
    assert(this._handle, 'zlib binding closed');
    this._handle.params(level ?? this._level, strategy ?? this._strategy);
    if (this.destroyed) return;
    this._level = level;
    this._strategy = strategy;
    if (callback) callback();
  });
};

module.exports = { ZlibBase, Zlib, makeError, maxFlush, flushKinds };
