'use strict';

// The state of a readable stream and its buffer. Names of fields are Node's: applications read them.

const { Buffer } = require('buffer');
const { codes: { ERR_UNKNOWN_ENCODING } } = require('internal/errors');
const {
  OBJECT_MODE, EMIT_CLOSE, AUTO_DESTROY, CONSTRUCTED, SYNC, FIRST_OWN_BIT,
  sharedBits, defineBits, getHighWaterMark, getDefaultHighWaterMark,
} = require('internal/streams/state');

const ENDED = 1 << FIRST_OWN_BIT; // push(null) was called.
const END_EMITTED = 1 << (FIRST_OWN_BIT + 1);
const READING = 1 << (FIRST_OWN_BIT + 2); // _read was called and has not pushed yet.
const NEED_READABLE = 1 << (FIRST_OWN_BIT + 3); // A consumer found too little: 'readable' is owed.
const EMITTED_READABLE = 1 << (FIRST_OWN_BIT + 4);
const READABLE_LISTENING = 1 << (FIRST_OWN_BIT + 5);
const RESUME_SCHEDULED = 1 << (FIRST_OWN_BIT + 6);
const MULTI_AWAIT_DRAIN = 1 << (FIRST_OWN_BIT + 7); // awaitDrainWriters is a Set.
const READING_MORE = 1 << (FIRST_OWN_BIT + 8);
const DATA_EMITTED = 1 << (FIRST_OWN_BIT + 9);
const DATA_LISTENING = 1 << (FIRST_OWN_BIT + 10);
// pause() and resume() were called last: two bits, because before either `paused` is null.
const PAUSED_KNOWN = 1 << (FIRST_OWN_BIT + 11);
const PAUSED = 1 << (FIRST_OWN_BIT + 12);

// Consumed slots at the front of the buffer that are let stand before they are cut off.
const MAX_CONSUMED = 1024;

/** `isDuplex` must be given: a duplex stream's options name each side's. */
function ReadableState(options, stream, isDuplex) {
  this.bits = EMIT_CLOSE | AUTO_DESTROY | CONSTRUCTED | SYNC;
  this.highWaterMark = 0;
  this.buffer = [];
  this.bufferIndex = 0;
  this.length = 0;
  this.pipes = [];
  this.flowing = null; // null: nobody has said how to consume; false: paused or 'readable'; true: 'data'
  this.awaitDrainWriters = null; // The pipe destination that is full, or a Set of them.
  this.errored = null;
  this.decoder = null;
  this.encoding = null;
  this.defaultEncoding = 'utf8';

  if (options) {
    if (options.objectMode || (isDuplex && options.readableObjectMode)) this.bits |= OBJECT_MODE;
    if (options.emitClose === false) this.bits &= ~EMIT_CLOSE;
    if (options.autoDestroy === false) this.bits &= ~AUTO_DESTROY;
    this.highWaterMark = getHighWaterMark(this, options, 'readableHighWaterMark', isDuplex);
    const defaultEncoding = options.defaultEncoding;
    if (defaultEncoding != null && defaultEncoding !== 'utf8' && defaultEncoding !== 'utf-8') {
      if (!Buffer.isEncoding(defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(defaultEncoding);
      this.defaultEncoding = defaultEncoding;
    }
    if (options.encoding) {
      this.decoder = new (require('string_decoder').StringDecoder)(options.encoding);
      this.encoding = options.encoding;
    }
  } else {
    this.highWaterMark = getDefaultHighWaterMark(false);
  }
}

defineBits(ReadableState.prototype, {
  ...sharedBits,
  ended: ENDED,
  endEmitted: END_EMITTED,
  reading: READING,
  needReadable: NEED_READABLE,
  emittedReadable: EMITTED_READABLE,
  readableListening: READABLE_LISTENING,
  resumeScheduled: RESUME_SCHEDULED,
  multiAwaitDrain: MULTI_AWAIT_DRAIN,
  readingMore: READING_MORE,
  dataEmitted: DATA_EMITTED,
});

Object.defineProperties(ReadableState.prototype, {
  pipesCount: { __proto__: null, configurable: true, get() { return this.pipes.length; } },
  paused: {
    __proto__: null,
    configurable: true,
    get() { return (this.bits & PAUSED_KNOWN) === 0 ? null : (this.bits & PAUSED) !== 0; },
    set(value) {
      this.bits |= PAUSED_KNOWN;
      if (value) this.bits |= PAUSED;
      else this.bits &= ~PAUSED;
    },
  },
});

/** Takes up to `n` bytes, characters or, in object mode, one chunk out of the buffer; `n` 0 is everything. */
function takeFromBuffer(n, state) {
  if (state.length === 0) return null;
  const buffer = state.buffer;
  const index = state.bufferIndex;
  let taken;
  if ((state.bits & OBJECT_MODE) !== 0) {
    taken = buffer[index];
    buffer[index] = null;
    advance(state, index + 1);
  } else if (!n || n >= state.length) {
    if (buffer.length - index === 1) {
      taken = buffer[index];
    } else if (state.decoder !== null) {
      taken = '';
      for (let i = index; i < buffer.length; i++) taken += buffer[i];
    } else {
      taken = Buffer.concat(index === 0 ? buffer : buffer.slice(index), state.length);
    }
    buffer.length = 0;
    state.bufferIndex = 0;
  } else {
    taken = takePart(n, state, buffer, index);
  }
  return taken;
}

function takePart(n, state, buffer, index) {
  const first = buffer[index];
  const isText = state.decoder !== null;
  if (n < first.length) {
    buffer[index] = isText ? first.slice(n) : first.subarray(n);
    return isText ? first.slice(0, n) : first.subarray(0, n);
  }
  if (n === first.length) {
    buffer[index] = null;
    advance(state, index + 1);
    return first;
  }
  const taken = isText ? null : Buffer.allocUnsafe(n);
  let text = '';
  let at = 0;
  while (at < n) {
    const chunk = buffer[index];
    const rest = n - at;
    if (chunk.length <= rest) {
      if (isText) text += chunk;
      else taken.set(chunk, at);
      at += chunk.length;
      buffer[index++] = null;
    } else {
      if (isText) text += chunk.slice(0, rest);
      else taken.set(chunk.subarray(0, rest), at);
      at = n;
      buffer[index] = isText ? chunk.slice(rest) : chunk.subarray(rest);
    }
  }
  advance(state, index);
  return isText ? text : taken;
}

function advance(state, index) {
  const buffer = state.buffer;
  if (index === buffer.length) {
    buffer.length = 0;
    index = 0;
  } else if (index > MAX_CONSUMED) {
    buffer.splice(0, index);
    index = 0;
  }
  state.bufferIndex = index;
}

/** Puts a chunk before all others. */
function putFirst(state, chunk) {
  if (state.bufferIndex > 0) state.buffer[--state.bufferIndex] = chunk;
  else state.buffer.unshift(chunk);
}

const kLazyState = Symbol('kReadableState');

/**
 * Makes objects with `prototype` (which inherits from Readable's) create their readable state when something first
 * asks for it, with `options`; for classes of which many instances are never read, and whose constructor therefore does
 * not call Readable. Such a constructor should set `this[kLazyState] = null` to keep the shape of the object.
 */
function defineLazyReadableState(prototype, options) {
  Object.defineProperty(prototype, '_readableState', {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const state = this[kLazyState];
      // The prototype itself is asked by inspectors and by code that copies prototypes: it has no state.
      if (state || this === prototype) return state ?? undefined;
      return (this[kLazyState] = new ReadableState(options, this, false));
    },
    set(value) { this[kLazyState] = value; },
  });
}

module.exports = {
  ReadableState, defineLazyReadableState, kLazyState, takeFromBuffer, putFirst,
  ENDED, END_EMITTED, READING, NEED_READABLE, EMITTED_READABLE, READABLE_LISTENING, RESUME_SCHEDULED,
  MULTI_AWAIT_DRAIN, READING_MORE, DATA_EMITTED, DATA_LISTENING, PAUSED_KNOWN, PAUSED,
};
