'use strict';

// Readable: the consumer's choice between pushing ('data') and pulling ('readable', read()), over one buffer.
//
// Every access to the state goes through `this._readableState`, so that a class may make it lazily
// (see readable-state.js); nothing here may keep the state of one stream for another.

const { Buffer } = require('buffer');
const EE = require('events');
const { Stream, _uint8ArrayToBuffer } = require('internal/streams/legacy');
const destroyImpl = require('internal/streams/destroy');
const { errorOrDestroy } = destroyImpl;
const { addAbortSignal } = require('internal/streams/add-abort-signal');
const { OBJECT_MODE, ERROR_EMITTED, AUTO_DESTROY, DESTROYED, CLOSE_EMITTED, CONSTRUCTED, SYNC } =
  require('internal/streams/state');
const {
  ReadableState, takeFromBuffer, putFirst,
  ENDED, END_EMITTED, READING, NEED_READABLE, EMITTED_READABLE, READABLE_LISTENING, RESUME_SCHEDULED,
  MULTI_AWAIT_DRAIN, READING_MORE, DATA_EMITTED, DATA_LISTENING, PAUSED_KNOWN, PAUSED,
} = require('internal/streams/readable-state');
const {
  AbortError,
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE,
    ERR_STREAM_PUSH_AFTER_EOF, ERR_STREAM_UNSHIFT_AFTER_END_EVENT,
  },
} = require('internal/errors');

const onEvent = EE.prototype.on;
const removeEvent = EE.prototype.removeListener;
const removeAllEvents = EE.prototype.removeAllListeners;

function Readable(options) {
  if (!(this instanceof Readable)) return new Readable(options);
  // All readables' tables of listeners start with one shape.
  this._events ??= {
    close: undefined,
    error: undefined,
    data: undefined,
    end: undefined,
    readable: undefined,
  };
  this._readableState = new ReadableState(options, this, false);
  if (options) {
    if (typeof options.read === 'function') this._read = options.read;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) addAbortSignal(options.signal, this);
  }
  Stream.call(this, options);
  if (this._construct != null) {
    destroyImpl.construct(this, () => {
      if (this._readableState.needReadable) maybeReadMore(this, this._readableState);
    });
  }
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;
Readable._fromList = takeFromBuffer;

Readable.prototype.destroy = destroyImpl.destroy;
Readable.prototype._undestroy = destroyImpl.undestroy;
Readable.prototype._destroy = function _destroy(err, cb) { cb(err); };

Readable.prototype[EE.captureRejectionSymbol] = function(err) { this.destroy(err); };

Readable.prototype[Symbol.asyncDispose] = function asyncDispose() {
  let error;
  if (!this.destroyed) {
    error = this.readableEnded ? null : new AbortError();
    this.destroy(error);
  }
  const { eos } = require('internal/streams/end-of-stream');
  return new Promise((resolve, reject) => {
    eos(this, (err) => (err && err !== error ? reject(err) : resolve(null)));
  });
};

// ---- the producer's side ----

Readable.prototype.push = function push(chunk, encoding) {
  const state = this._readableState;
  return (state.bits & OBJECT_MODE) === 0 ?
    addBytes(this, state, chunk, encoding, false) :
    addObject(this, state, chunk, encoding, false);
};

/** Puts a chunk back: what a parser has read too far. */
Readable.prototype.unshift = function unshift(chunk, encoding) {
  const state = this._readableState;
  return (state.bits & OBJECT_MODE) === 0 ?
    addBytes(this, state, chunk, encoding, true) :
    addObject(this, state, chunk, encoding, true);
};

function addBytes(stream, state, chunk, encoding, toFront) {
  if (chunk === null) {
    state.bits &= ~READING;
    onEndOfInput(stream, state);
    return false;
  }
  if (typeof chunk === 'string') {
    encoding ||= state.defaultEncoding;
    if (state.encoding !== encoding) {
      if (toFront && state.encoding) {
        // What is put back has been decoded before: it becomes text of the stream's encoding at once.
        chunk = Buffer.from(chunk, encoding).toString(state.encoding);
      } else {
        chunk = Buffer.from(chunk, encoding);
        encoding = '';
      }
    }
  } else if (chunk instanceof Buffer) {
    encoding = '';
  } else if (ArrayBuffer.isView(chunk)) {
    chunk = _uint8ArrayToBuffer(chunk);
    encoding = '';
  } else if (chunk !== undefined) {
    errorOrDestroy(stream, new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk));
    return false;
  }
  if (!chunk || chunk.length <= 0) {
    state.bits &= ~READING;
    if (!toFront) maybeReadMore(stream, state);
    return canPushMore(state);
  }
  if (toFront) return addFirst(stream, state, chunk);
  if ((state.bits & ENDED) !== 0) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if ((state.bits & DESTROYED) !== 0 || state.errored !== null) return false;
  state.bits &= ~READING;
  if (state.decoder !== null && !encoding) {
    chunk = state.decoder.write(chunk);
    if (chunk.length === 0) { // Half a character.
      maybeReadMore(stream, state);
      return canPushMore(state);
    }
  }
  addChunk(stream, state, chunk);
  return canPushMore(state);
}

function addObject(stream, state, chunk, encoding, toFront) {
  if (chunk === null) {
    state.bits &= ~READING;
    onEndOfInput(stream, state);
    return false;
  }
  if (toFront) return addFirst(stream, state, chunk);
  if ((state.bits & ENDED) !== 0) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if ((state.bits & DESTROYED) !== 0 || state.errored !== null) return false;
  state.bits &= ~READING;
  if (state.decoder !== null && !encoding) chunk = state.decoder.write(chunk);
  addChunk(stream, state, chunk);
  return canPushMore(state);
}

function addFirst(stream, state, chunk) {
  if ((state.bits & END_EMITTED) !== 0) {
    errorOrDestroy(stream, new ERR_STREAM_UNSHIFT_AFTER_END_EVENT());
    return false;
  }
  if ((state.bits & DESTROYED) !== 0 || state.errored !== null) return false;
  if (canEmitAtOnce(state)) {
    emitData(stream, state, chunk);
  } else {
    state.length += (state.bits & OBJECT_MODE) !== 0 ? 1 : chunk.length;
    putFirst(state, chunk);
    if ((state.bits & NEED_READABLE) !== 0) emitReadable(stream);
  }
  maybeReadMore(stream, state);
  return canPushMore(state);
}

// More may be pushed below the high water mark, and always when the buffer is empty: else a mark of 0 would never read.
function canPushMore(state) {
  return (state.bits & ENDED) === 0 && (state.length < state.highWaterMark || state.length === 0);
}

// In flowing mode a chunk that arrives asynchronously goes past the buffer.
function canEmitAtOnce(state) {
  return state.flowing === true && state.length === 0 && (state.bits & (SYNC | DATA_LISTENING)) === DATA_LISTENING;
}

function emitData(stream, state, chunk) {
  if ((state.bits & MULTI_AWAIT_DRAIN) !== 0) state.awaitDrainWriters.clear();
  else state.awaitDrainWriters = null;
  state.bits |= DATA_EMITTED;
  stream.emit('data', chunk);
}

function addChunk(stream, state, chunk) {
  if (canEmitAtOnce(state)) {
    emitData(stream, state, chunk);
  } else {
    state.length += (state.bits & OBJECT_MODE) !== 0 ? 1 : chunk.length;
    state.buffer.push(chunk);
    if ((state.bits & NEED_READABLE) !== 0) emitReadable(stream);
  }
  maybeReadMore(stream, state);
}

function onEndOfInput(stream, state) {
  if ((state.bits & ENDED) !== 0) return;
  if (state.decoder !== null) {
    const rest = state.decoder.end();
    if (rest?.length) {
      state.buffer.push(rest);
      state.length += (state.bits & OBJECT_MODE) !== 0 ? 1 : rest.length;
    }
  }
  state.bits |= ENDED;
  if ((state.bits & SYNC) !== 0) {
    // Inside _read: the caller of read() is told later.
    emitReadable(stream);
  } else {
    // An 'end' must come at once, or a consumer that is not flowing could miss it.
    state.bits &= ~NEED_READABLE;
    state.bits |= EMITTED_READABLE;
    emitReadableNow(stream);
  }
}

Readable.prototype._read = function _read(n) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_read()');
};

// ---- read() ----

const MAX_HIGH_WATER_MARK = 0x40000000;

function raiseHighWaterMark(n) {
  if (n > MAX_HIGH_WATER_MARK) throw new ERR_OUT_OF_RANGE('size', '<= 1GiB', n);
  // The next power of two, so that asking for a little more each time does not raise it each time.
  n--;
  n |= n >>> 1;
  n |= n >>> 2;
  n |= n >>> 4;
  n |= n >>> 8;
  n |= n >>> 16;
  return n + 1;
}

function howMuchToRead(n, state) {
  if (n <= 0 || (state.length === 0 && (state.bits & ENDED) !== 0)) return 0;
  if ((state.bits & OBJECT_MODE) !== 0) return 1;
  if (Number.isNaN(n)) {
    // In flowing mode one chunk at a time, else everything.
    if (state.flowing && state.length) return state.buffer[state.bufferIndex].length;
    return state.length;
  }
  if (n <= state.length) return n;
  return (state.bits & ENDED) !== 0 ? state.length : 0;
}

Readable.prototype.read = function read(n) {
  if (n === undefined) n = NaN;
  else if (!Number.isInteger(n)) n = Number.parseInt(n, 10);
  const state = this._readableState;
  const asked = n;
  if (n > state.highWaterMark) state.highWaterMark = raiseHighWaterMark(n);
  if (n !== 0) state.bits &= ~EMITTED_READABLE;

  // read(0) fills the buffer. When it is full already, or no more will come, the event is owed instead.
  if (n === 0 && (state.bits & NEED_READABLE) !== 0 &&
      ((state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0) ||
       (state.bits & ENDED) !== 0)) {
    if (state.length === 0 && (state.bits & ENDED) !== 0) endReadable(this);
    else emitReadable(this);
    return null;
  }

  n = howMuchToRead(n, state);
  if (n === 0 && (state.bits & ENDED) !== 0) {
    if (state.length === 0) endReadable(this);
    return null;
  }

  // Fill up when this takes the buffer below its mark, whether or not there is enough for the caller.
  if ((state.bits & (ENDED | READING | DESTROYED | CONSTRUCTED)) === CONSTRUCTED && state.errored === null &&
      ((state.bits & NEED_READABLE) !== 0 || state.length === 0 || state.length - n < state.highWaterMark)) {
    state.bits |= READING | SYNC;
    if (state.length === 0) state.bits |= NEED_READABLE;
    try {
      this._read(state.highWaterMark);
    } catch (err) {
      errorOrDestroy(this, err);
    }
    state.bits &= ~SYNC;
    // It pushed already: there may be more to give than before.
    if ((state.bits & READING) === 0) n = howMuchToRead(asked, state);
  }

  let chunk = null;
  if (n > 0) chunk = takeFromBuffer(n, state);
  if (chunk === null) {
    if (state.length <= state.highWaterMark) state.bits |= NEED_READABLE;
    else state.bits &= ~NEED_READABLE;
    n = 0;
  } else {
    state.length -= n;
    if ((state.bits & MULTI_AWAIT_DRAIN) !== 0) state.awaitDrainWriters.clear();
    else state.awaitDrainWriters = null;
  }

  if (state.length === 0) {
    if ((state.bits & ENDED) === 0) state.bits |= NEED_READABLE;
    // The caller took the rest of an ended stream.
    else if (asked !== n) endReadable(this);
  }
  if (chunk !== null && (state.bits & (ERROR_EMITTED | CLOSE_EMITTED)) === 0) {
    state.bits |= DATA_EMITTED;
    this.emit('data', chunk);
  }
  return chunk;
};

function emitReadable(stream) {
  const state = stream._readableState;
  state.bits &= ~NEED_READABLE;
  if ((state.bits & EMITTED_READABLE) === 0) {
    state.bits |= EMITTED_READABLE;
    process.nextTick(emitReadableNow, stream);
  }
}

function emitReadableNow(stream) {
  const state = stream._readableState;
  if ((state.bits & DESTROYED) === 0 && state.errored === null &&
      (state.length !== 0 || (state.bits & ENDED) !== 0)) {
    stream.emit('readable');
    state.bits &= ~EMITTED_READABLE;
  }
  // Another 'readable' is owed to a consumer that left little and is not flowing.
  if (!state.flowing && (state.bits & ENDED) === 0 && state.length <= state.highWaterMark) state.bits |= NEED_READABLE;
  else state.bits &= ~NEED_READABLE;
  flow(stream);
}

// Fills the buffer after a push, not within it: a _read that pushes at once would otherwise recurse for ever.
function maybeReadMore(stream, state) {
  if ((state.bits & (READING_MORE | CONSTRUCTED)) === CONSTRUCTED) {
    state.bits |= READING_MORE;
    process.nextTick(readMore, stream, state);
  }
}

function readMore(stream, state) {
  while ((state.bits & (READING | ENDED)) === 0 &&
         (state.length < state.highWaterMark || (state.flowing && state.length === 0))) {
    const before = state.length;
    stream.read(0);
    if (before === state.length) break; // Nothing came: it will by itself.
  }
  state.bits &= ~READING_MORE;
}

// ---- events and flowing mode ----

Readable.prototype.on = function on(event, listener) {
  const result = onEvent.call(this, event, listener);
  if (event === 'data') {
    const state = this._readableState;
    state.bits |= DATA_LISTENING;
    if (this.listenerCount('readable') > 0) state.bits |= READABLE_LISTENING;
    else state.bits &= ~READABLE_LISTENING;
    if (state.flowing !== false) this.resume();
  } else if (event === 'readable') {
    const state = this._readableState;
    if ((state.bits & (END_EMITTED | READABLE_LISTENING)) === 0) {
      state.bits |= READABLE_LISTENING | NEED_READABLE;
      state.bits &= ~EMITTED_READABLE;
      state.flowing = false;
      if (state.length) emitReadable(this);
      else if ((state.bits & READING) === 0) process.nextTick(startReadingNT, this);
    }
  }
  return result;
};
Readable.prototype.addListener = Readable.prototype.on;

function startReadingNT(self) {
  self.read(0);
}

Readable.prototype.removeListener = function removeListener(event, listener) {
  const result = removeEvent.call(this, event, listener);
  // In the next tick: a listener may be removed and another put in its place (as once() does) without a change of mode.
  if (event === 'readable') {
    process.nextTick(updateListening, this);
  } else if (event === 'data' && this.listenerCount('data') === 0) {
    this._readableState.bits &= ~DATA_LISTENING;
  }
  return result;
};
Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function removeAllListeners(event) {
  const result = removeAllEvents.apply(this, arguments);
  if (event === 'readable' || event === undefined) process.nextTick(updateListening, this);
  if (event === 'data' || event === undefined) this._readableState.bits &= ~DATA_LISTENING;
  return result;
};

function updateListening(self) {
  const state = self._readableState;
  if (self.listenerCount('readable') > 0) state.bits |= READABLE_LISTENING;
  else state.bits &= ~READABLE_LISTENING;
  if ((state.bits & (RESUME_SCHEDULED | PAUSED_KNOWN | PAUSED)) === (RESUME_SCHEDULED | PAUSED_KNOWN)) {
    state.flowing = true; // resume() was called while there were 'readable' listeners.
  } else if (self.listenerCount('data') > 0) {
    self.resume();
  } else if ((state.bits & READABLE_LISTENING) === 0) {
    state.flowing = null;
  }
}

Readable.prototype.resume = function resume() {
  const state = this._readableState;
  if (!state.flowing) {
    // With a 'readable' listener the consumer pulls: resume() only makes it start.
    state.flowing = (state.bits & READABLE_LISTENING) === 0;
    if ((state.bits & RESUME_SCHEDULED) === 0) {
      state.bits |= RESUME_SCHEDULED;
      process.nextTick(resumeNT, this, state);
    }
  }
  state.bits |= PAUSED_KNOWN;
  state.bits &= ~PAUSED;
  return this;
};

function resumeNT(stream, state) {
  if ((state.bits & READING) === 0) stream.read(0);
  state.bits &= ~RESUME_SCHEDULED;
  stream.emit('resume');
  flow(stream);
  if (state.flowing && (state.bits & READING) === 0) stream.read(0);
}

Readable.prototype.pause = function pause() {
  const state = this._readableState;
  if (state.flowing !== false) {
    state.flowing = false;
    this.emit('pause');
  }
  state.bits |= PAUSED_KNOWN | PAUSED;
  return this;
};

Readable.prototype.isPaused = function isPaused() {
  const state = this._readableState;
  return (state.bits & PAUSED) !== 0 || state.flowing === false;
};

function flow(stream) {
  const state = stream._readableState;
  while (state.flowing && stream.read() !== null);
}

/** From here on chunks are text. What the buffer holds is decoded. */
Readable.prototype.setEncoding = function setEncoding(encoding) {
  const state = this._readableState;
  const decoder = new (require('string_decoder').StringDecoder)(encoding);
  state.decoder = decoder;
  state.encoding = decoder.encoding;
  let text = '';
  for (let i = state.bufferIndex; i < state.buffer.length; i++) text += decoder.write(state.buffer[i]);
  state.buffer.length = 0;
  state.bufferIndex = 0;
  if (text !== '') state.buffer.push(text);
  state.length = text.length;
  return this;
};

// ---- the end ----

function endReadable(stream) {
  const state = stream._readableState;
  if ((state.bits & END_EMITTED) === 0) {
    state.bits |= ENDED;
    process.nextTick(endReadableNT, state, stream);
  }
}

function endReadableNT(state, stream) {
  // An unshift or an error may have come between.
  if (state.errored !== null || (state.bits & (CLOSE_EMITTED | END_EMITTED)) !== 0 || state.length !== 0) return;
  state.bits |= END_EMITTED;
  stream.emit('end');
  if (stream.writable && stream.allowHalfOpen === false) {
    process.nextTick(endWritableNT, stream);
  } else if ((state.bits & AUTO_DESTROY) !== 0) {
    // A duplex stream waits for its other side.
    const wState = stream._writableState;
    if (!wState || (wState.autoDestroy && (wState.finished || wState.writable === false))) stream.destroy();
  }
}

function endWritableNT(stream) {
  if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
}

// ---- properties ----

function defineGetter(name, get, set) {
  Object.defineProperty(Readable.prototype, name, { __proto__: null, configurable: true, enumerable: false, get, set });
}
// Old streams have no state and set `readable` themselves; then it is kept as an override on the state.
defineGetter('readable', function() {
  const r = this._readableState;
  return !!r && r.readable !== false && (r.bits & (DESTROYED | ERROR_EMITTED | END_EMITTED)) === 0;
}, function(value) {
  if (this._readableState) this._readableState.readable = !!value;
});
defineGetter('readableDidRead', function() { return (this._readableState.bits & DATA_EMITTED) !== 0; });
defineGetter('readableAborted', function() {
  const r = this._readableState;
  return r.readable !== false && ((r.bits & DESTROYED) !== 0 || r.errored !== null) && (r.bits & END_EMITTED) === 0;
});
defineGetter('readableHighWaterMark', function() { return this._readableState.highWaterMark; });
defineGetter('readableBuffer', function() { return this._readableState?.buffer; });
defineGetter('readableFlowing', function() { return this._readableState.flowing; }, function(value) {
  if (this._readableState) this._readableState.flowing = value;
});
defineGetter('readableLength', function() { return this._readableState.length; });
defineGetter('readableObjectMode', function() { return this._readableState ? this._readableState.objectMode : false; });
defineGetter('readableEncoding', function() { return this._readableState ? this._readableState.encoding : null; });
defineGetter('readableEnded', function() { return this._readableState ? this._readableState.endEmitted : false; });
defineGetter('errored', function() { return this._readableState ? this._readableState.errored : null; });
defineGetter('closed', function() { return this._readableState ? this._readableState.closed : false; });
defineGetter('destroyed', function() { return this._readableState ? this._readableState.destroyed : false; },
             function(value) {
               // Set by subclasses that manage it themselves.
               if (this._readableState) this._readableState.destroyed = value;
             });

module.exports = Readable;

// The rest of the class, in files of its own.
require('internal/streams/pipe').install(Readable);
require('internal/streams/async-iterator').install(Readable);
require('internal/streams/readable-extras').install(Readable);
