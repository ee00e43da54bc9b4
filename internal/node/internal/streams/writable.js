'use strict';

// Writable: one chunk at a time goes to _write (or all that wait to _writev); the others wait in the buffer, and write()
// says false when there are too many.

const { Buffer } = require('buffer');
const EE = require('events');
const { Stream, _uint8ArrayToBuffer } = require('internal/streams/legacy');
const destroyImpl = require('internal/streams/destroy');
const { errorOrDestroy } = destroyImpl;
const { addAbortSignal } = require('internal/streams/add-abort-signal');
const { OBJECT_MODE, ERROR_EMITTED, AUTO_DESTROY, DESTROYED, CLOSE_EMITTED, CONSTRUCTED, SYNC } =
  require('internal/streams/state');
const {
  WritableState, nop,
  FINAL_CALLED, NEED_DRAIN, ENDING, ENDED, FINISHED, DECODE_STRINGS, WRITING, BUFFER_PROCESSING, PREFINISHED,
  ALL_BUFFERS, ALL_NOOP,
} = require('internal/streams/writable-state');
const {
  AbortError,
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_MULTIPLE_CALLBACK, ERR_STREAM_ALREADY_FINISHED,
    ERR_STREAM_CANNOT_PIPE, ERR_STREAM_DESTROYED, ERR_STREAM_NULL_VALUES, ERR_STREAM_WRITE_AFTER_END,
    ERR_UNKNOWN_ENCODING,
  },
} = require('internal/errors');

function Writable(options) {
  if (!(this instanceof Writable)) return new Writable(options);
  this._events ??= {
    close: undefined,
    error: undefined,
    prefinish: undefined,
    finish: undefined,
    drain: undefined,
  };
  this._writableState = makeState(options, this, false);
  if (options) {
    if (typeof options.write === 'function') this._write = options.write;
    if (typeof options.writev === 'function') this._writev = options.writev;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.final === 'function') this._final = options.final;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) addAbortSignal(options.signal, this);
  }
  Stream.call(this, options);
  if (this._construct != null) destroyImpl.construct(this, () => startWriting(this));
}
Object.setPrototypeOf(Writable.prototype, Stream.prototype);
Object.setPrototypeOf(Writable, Stream);
Writable.WritableState = WritableState;

/** The state of a stream, with the callback that _write gets. */
function makeState(options, stream, isDuplex) {
  return new WritableState(options, isDuplex, (er) => onwrite(stream, er));
}

/** When _construct is done: writes what came meanwhile. */
function startWriting(stream) {
  const state = stream._writableState;
  if ((state.bits & WRITING) === 0) clearBuffer(stream, state);
  if ((state.bits & ENDING) !== 0) finishMaybe(stream, state);
}

// A Duplex is a Writable too, though it inherits from Readable.
Object.defineProperty(Writable, Symbol.hasInstance, {
  __proto__: null,
  value(object) {
    if (Function.prototype[Symbol.hasInstance].call(this, object)) return true;
    if (this !== Writable) return false;
    return object?._writableState instanceof WritableState;
  },
});

Writable.prototype.pipe = function pipe() {
  errorOrDestroy(this, new ERR_STREAM_CANNOT_PIPE());
};

// ---- write() ----

/** Takes a chunk; returns whether more is welcome, or the error why it was not taken. */
function writeChunk(stream, chunk, encoding, cb) {
  if (cb == null || typeof cb !== 'function') cb = nop;
  const state = stream._writableState;
  if (chunk === null) throw new ERR_STREAM_NULL_VALUES();
  if ((state.bits & OBJECT_MODE) === 0) { // Objects keep whatever encoding they come with.
    if (!encoding) encoding = state.defaultEncoding;
    else if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw new ERR_UNKNOWN_ENCODING(encoding);
    if (typeof chunk === 'string') {
      if ((state.bits & DECODE_STRINGS) !== 0) {
        chunk = Buffer.from(chunk, encoding);
        encoding = 'buffer';
      }
    } else if (chunk instanceof Buffer) {
      encoding = 'buffer';
    } else if (ArrayBuffer.isView(chunk)) {
      chunk = _uint8ArrayToBuffer(chunk);
      encoding = 'buffer';
    } else {
      throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
    }
  }

  if ((state.bits & (ENDING | DESTROYED)) !== 0) {
    const err = (state.bits & ENDING) !== 0 ? new ERR_STREAM_WRITE_AFTER_END() : new ERR_STREAM_DESTROYED('write');
    process.nextTick(cb, err);
    errorOrDestroy(stream, err, true);
    return err;
  }
  state.pendingcb++;
  return writeOrBuffer(stream, state, chunk, encoding, cb);
}

Writable.prototype.write = function write(chunk, encoding, cb) {
  if (typeof encoding === 'function') {
    cb = encoding;
    encoding = null;
  }
  return writeChunk(this, chunk, encoding, cb) === true;
};

function writeOrBuffer(stream, state, chunk, encoding, callback) {
  const length = (state.bits & OBJECT_MODE) !== 0 ? 1 : chunk.length;
  state.length += length;
  if ((state.bits & (WRITING | CONSTRUCTED)) !== CONSTRUCTED || state.corked !== 0 || state.errored !== null) {
    state.buffered.push({ chunk, encoding, callback });
    if (encoding !== 'buffer') state.bits &= ~ALL_BUFFERS;
    if (callback !== nop) state.bits &= ~ALL_NOOP;
  } else {
    state.writelen = length;
    state.writecb = callback;
    state.bits |= WRITING | SYNC;
    stream._write(chunk, encoding, state.onwrite);
    state.bits &= ~SYNC;
  }
  // Asked for now: what was written at once takes no room.
  const room = state.length < state.highWaterMark;
  if (!room) state.bits |= NEED_DRAIN;
  // What the last write has broken is not a reason to wait for 'drain', but no reason to go on either.
  return room && state.errored === null && (state.bits & DESTROYED) === 0;
}

function doWrite(stream, state, isVector, length, chunk, encoding, cb) {
  state.writelen = length;
  state.writecb = cb;
  state.bits |= WRITING | SYNC;
  if ((state.bits & DESTROYED) !== 0) state.onwrite(new ERR_STREAM_DESTROYED('write'));
  else if (isVector) stream._writev(chunk, state.onwrite);
  else stream._write(chunk, encoding, state.onwrite);
  state.bits &= ~SYNC;
}

function onwrite(stream, er) {
  const state = stream._writableState;
  const cb = state.writecb;
  if (typeof cb !== 'function') {
    errorOrDestroy(stream, new ERR_MULTIPLE_CALLBACK());
    return;
  }
  state.bits &= ~WRITING;
  state.writecb = null;
  state.length -= state.writelen;
  state.writelen = 0;
  const sync = (state.bits & SYNC) !== 0;

  if (er) {
    void er.stack; // Rendered now: a kept error otherwise keeps the receivers of all its frames alive.
    if (state.errored === null) state.errored = er;
    // A duplex stream's other side must not go on either.
    if (stream._readableState && !stream._readableState.errored) stream._readableState.errored = er;
    if (sync) process.nextTick(onwriteError, stream, state, er, cb);
    else onwriteError(stream, state, er, cb);
    return;
  }
  if (state.buffered.length > state.bufferedIndex) clearBuffer(stream, state);
  if (!sync) {
    afterWrite(stream, state, 1, cb);
    return;
  }
  // Within write(): callback and 'drain' come in the next tick, those of all writes with one callback in one tick.
  const info = state.afterWriteTickInfo;
  if (info !== null && info.cb === cb) {
    info.count++;
  } else if (cb === nop && (state.bits & (NEED_DRAIN | ENDING | DESTROYED)) === 0) {
    // Nobody has asked for anything that the tick would do.
    state.pendingcb--;
  } else {
    const next = { count: 1, cb, stream, state };
    state.afterWriteTickInfo = next;
    process.nextTick(afterWriteTick, next);
  }
}

function onwriteError(stream, state, er, cb) {
  --state.pendingcb;
  cb(er);
  // What is buffered will never be written.
  errorBuffer(state);
  errorOrDestroy(stream, er);
}

function afterWriteTick({ stream, state, count, cb }) {
  state.afterWriteTickInfo = null;
  return afterWrite(stream, state, count, cb);
}

function afterWrite(stream, state, count, cb) {
  if ((state.bits & (ENDING | DESTROYED | NEED_DRAIN)) === NEED_DRAIN && state.length === 0) {
    state.bits &= ~NEED_DRAIN;
    stream.emit('drain');
  }
  while (count-- > 0) {
    state.pendingcb--;
    cb(null);
  }
  if ((state.bits & DESTROYED) !== 0) errorBuffer(state);
  if ((state.bits & ENDING) !== 0) finishMaybe(stream, state, true);
}

/** Calls back all that waits with the error. */
function errorBuffer(state) {
  if ((state.bits & WRITING) !== 0) return;
  for (let n = state.bufferedIndex; n < state.buffered.length; ++n) {
    const { chunk, callback } = state.buffered[n];
    state.length -= (state.bits & OBJECT_MODE) !== 0 ? 1 : chunk.length;
    callback(state.errored ?? new ERR_STREAM_DESTROYED('write'));
  }
  callFinishedCallbacks(state, state.errored ?? new ERR_STREAM_DESTROYED('end'));
  resetBuffer(state);
}

function callFinishedCallbacks(state, err) {
  const callbacks = state.onFinishedCallbacks;
  if (callbacks === null) return;
  state.onFinishedCallbacks = null;
  for (let i = 0; i < callbacks.length; i++) callbacks[i](err);
}

function resetBuffer(state) {
  if (state.buffered.length > 0) state.buffered = []; // Not emptied: _writev may have been given this very array.
  state.bufferedIndex = 0;
  state.bits |= ALL_BUFFERS | ALL_NOOP;
}

/** Writes what is buffered: all of it if _writev is there, else until a _write does not call back at once. */
function clearBuffer(stream, state) {
  if (state.corked !== 0 || (state.bits & (DESTROYED | BUFFER_PROCESSING | CONSTRUCTED)) !== CONSTRUCTED) return;
  const buffered = state.buffered;
  const count = buffered.length - state.bufferedIndex;
  if (count === 0) return;

  let i = state.bufferedIndex;
  state.bits |= BUFFER_PROCESSING;
  if (count > 1 && stream._writev) {
    state.pendingcb -= count - 1;
    const allNoop = (state.bits & ALL_NOOP) !== 0;
    const callback = allNoop ? nop : (err) => {
      for (let n = i; n < buffered.length; ++n) buffered[n].callback(err);
    };
    const chunks = allNoop && i === 0 ? buffered : buffered.slice(i);
    chunks.allBuffers = (state.bits & ALL_BUFFERS) !== 0;
    doWrite(stream, state, true, state.length, chunks, '', callback);
    resetBuffer(state);
  } else {
    do {
      const { chunk, encoding, callback } = buffered[i];
      buffered[i++] = null;
      doWrite(stream, state, false, (state.bits & OBJECT_MODE) !== 0 ? 1 : chunk.length, chunk, encoding, callback);
    } while (i < buffered.length && (state.bits & WRITING) === 0);
    if (i === buffered.length) {
      resetBuffer(state);
    } else if (i > 256) {
      buffered.splice(0, i);
      state.bufferedIndex = 0;
    } else {
      state.bufferedIndex = i;
    }
  }
  state.bits &= ~BUFFER_PROCESSING;
}

Writable.prototype._write = function _write(chunk, encoding, cb) {
  if (this._writev) this._writev([{ chunk, encoding }], cb);
  else throw new ERR_METHOD_NOT_IMPLEMENTED('_write()');
};
Writable.prototype._writev = null;

Writable.prototype.cork = function cork() {
  this._writableState.corked++;
};

Writable.prototype.uncork = function uncork() {
  const state = this._writableState;
  if (state.corked === 0) return;
  state.corked--;
  if ((state.bits & WRITING) === 0) clearBuffer(this, state);
};

Writable.prototype.setDefaultEncoding = function setDefaultEncoding(encoding) {
  if (typeof encoding === 'string') encoding = encoding.toLowerCase();
  if (!Buffer.isEncoding(encoding)) throw new ERR_UNKNOWN_ENCODING(encoding);
  this._writableState.defaultEncoding = encoding;
  return this;
};

// ---- end() ----

Writable.prototype.end = function end(chunk, encoding, cb) {
  const state = this._writableState;
  if (typeof chunk === 'function') {
    cb = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    cb = encoding;
    encoding = null;
  }

  let err;
  if (chunk !== null && chunk !== undefined) {
    const result = writeChunk(this, chunk, encoding);
    if (result instanceof Error) err = result;
  }
  // end() uncorks however often it was corked.
  if (state.corked !== 0) {
    state.corked = 1;
    this.uncork();
  }

  if (err) {
    // Emitted already.
  } else if (state.errored === null && (state.bits & ENDING) === 0) {
    // The end comes in a tick even if all is written: who calls end() may still listen for 'finish'.
    state.bits |= ENDING;
    finishMaybe(this, state, true);
    state.bits |= ENDED;
  } else if ((state.bits & FINISHED) !== 0) {
    err = new ERR_STREAM_ALREADY_FINISHED('end');
  } else if ((state.bits & DESTROYED) !== 0) {
    err = new ERR_STREAM_DESTROYED('end');
  }

  if (typeof cb === 'function') {
    if (err) process.nextTick(cb, err);
    else if (state.errored !== null) process.nextTick(cb, state.errored);
    else if ((state.bits & FINISHED) !== 0) process.nextTick(cb, null);
    else (state.onFinishedCallbacks ??= []).push(cb);
  }
  return this;
};

function needFinish(state) {
  return (state.bits &
    (ENDING | CONSTRUCTED | DESTROYED | FINISHED | WRITING | ERROR_EMITTED | CLOSE_EMITTED)) ===
      (ENDING | CONSTRUCTED) &&
    state.errored === null && state.length === 0 && state.buffered.length === 0;
}

function callFinal(stream, state) {
  let called = false;
  function onFinish(err) {
    if (called) {
      errorOrDestroy(stream, err ?? new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    state.pendingcb--;
    if (err) {
      callFinishedCallbacks(state, err);
      errorOrDestroy(stream, err, (state.bits & SYNC) !== 0);
    } else if (needFinish(state)) {
      state.bits |= PREFINISHED;
      stream.emit('prefinish');
      // 'finish' may not come before 'prefinish' listeners have had their tick.
      state.pendingcb++;
      process.nextTick(finish, stream, state);
    }
  }
  state.bits |= SYNC;
  state.pendingcb++;
  try {
    stream._final(onFinish);
  } catch (err) {
    onFinish(err);
  }
  state.bits &= ~SYNC;
}

function prefinish(stream, state) {
  if ((state.bits & (PREFINISHED | FINAL_CALLED)) !== 0) return;
  if (typeof stream._final === 'function' && (state.bits & DESTROYED) === 0) {
    state.bits |= FINAL_CALLED;
    callFinal(stream, state);
  } else {
    state.bits |= PREFINISHED;
    stream.emit('prefinish');
  }
}

function finishMaybe(stream, state, sync) {
  if (!needFinish(state)) return;
  prefinish(stream, state);
  if (state.pendingcb !== 0) return;
  if (sync) {
    state.pendingcb++;
    process.nextTick(finishMaybeNT, stream, state);
  } else if (needFinish(state)) {
    state.pendingcb++;
    finish(stream, state);
  }
}

function finishMaybeNT(stream, state) {
  if (needFinish(state)) finish(stream, state);
  else state.pendingcb--;
}

function finish(stream, state) {
  state.pendingcb--;
  state.bits |= FINISHED;
  callFinishedCallbacks(state, null);
  stream.emit('finish');
  if ((state.bits & AUTO_DESTROY) !== 0) {
    // A duplex stream waits for its other side.
    const rState = stream._readableState;
    if (!rState || (rState.autoDestroy && (rState.endEmitted || rState.readable === false))) stream.destroy();
  }
}

// ---- destroy ----

Writable.prototype.destroy = function destroy(err, cb) {
  const state = this._writableState;
  // Nothing else would call back what waits.
  if ((state.bits & DESTROYED) === 0 &&
      (state.bufferedIndex < state.buffered.length || state.onFinishedCallbacks !== null)) {
    process.nextTick(errorBuffer, state);
  }
  destroyImpl.destroy.call(this, err, cb);
  return this;
};
Writable.prototype._undestroy = destroyImpl.undestroy;
Writable.prototype._destroy = function _destroy(err, cb) { cb(err); };

Writable.prototype[EE.captureRejectionSymbol] = function(err) { this.destroy(err); };

Writable.prototype[Symbol.asyncDispose] = async function asyncDispose() {
  let error;
  if (!this.destroyed) {
    error = this.writableFinished ? null : new AbortError();
    this.destroy(error);
  }
  const { eos } = require('internal/streams/end-of-stream');
  await new Promise((resolve, reject) => {
    eos(this, (err) => (err && err.name !== 'AbortError' ? reject(err) : resolve(null)));
  });
};

// ---- properties ----

function defineGetter(name, get, set) {
  Object.defineProperty(Writable.prototype, name, { __proto__: null, configurable: true, enumerable: false, get, set });
}
defineGetter('writable', function() {
  const w = this._writableState;
  // `writable` is set on the state by a Duplex that has no such side, and by old code through the setter.
  return !!w && w.writable !== false && w.errored === null && (w.bits & (DESTROYED | ENDING | ENDED)) === 0;
}, function(value) {
  if (this._writableState) this._writableState.writable = !!value;
});
defineGetter('writableFinished', function() { return this._writableState ? this._writableState.finished : false; });
defineGetter('writableEnded', function() { return this._writableState ? this._writableState.ending : false; });
defineGetter('writableObjectMode', function() { return this._writableState ? this._writableState.objectMode : false; });
defineGetter('writableBuffer', function() { return this._writableState?.getBuffer(); });
defineGetter('writableNeedDrain', function() {
  const w = this._writableState;
  return w ? (w.bits & (DESTROYED | ENDING | NEED_DRAIN)) === NEED_DRAIN : false;
});
defineGetter('writableHighWaterMark', function() { return this._writableState?.highWaterMark; });
defineGetter('writableCorked', function() { return this._writableState ? this._writableState.corked : 0; });
defineGetter('writableLength', function() { return this._writableState?.length; });
defineGetter('writableAborted', function() {
  const w = this._writableState;
  return w.writable !== false && ((w.bits & DESTROYED) !== 0 || w.errored !== null) && (w.bits & FINISHED) === 0;
});
defineGetter('errored', function() { return this._writableState ? this._writableState.errored : null; });
defineGetter('closed', function() { return this._writableState ? this._writableState.closed : false; });
defineGetter('destroyed', function() { return this._writableState ? this._writableState.destroyed : false; },
             function(value) {
               // Set by subclasses that manage it themselves.
               if (this._writableState) this._writableState.destroyed = value;
             });

Writable.fromWeb = function(writableStream, options) {
  return require('internal/webstreams/adapters').newStreamWritableFromWritableStream(writableStream, options);
};
Writable.toWeb = function(streamWritable) {
  return require('internal/webstreams/adapters').newWritableStreamFromStreamWritable(streamWritable);
};

module.exports = Writable;
// For Duplex, which has the same life without inheriting it.
Object.defineProperty(Writable, 'internals', { __proto__: null, value: { makeState, startWriting } });
