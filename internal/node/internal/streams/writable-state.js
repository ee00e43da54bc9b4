'use strict';

// The state of a writable stream. Names of fields are Node's: applications read them.

const { Buffer } = require('buffer');
const { codes: { ERR_UNKNOWN_ENCODING } } = require('internal/errors');
const {
  OBJECT_MODE, EMIT_CLOSE, AUTO_DESTROY, CONSTRUCTED, SYNC, FIRST_OWN_BIT,
  sharedBits, defineBits, getHighWaterMark, getDefaultHighWaterMark,
} = require('internal/streams/state');

const FINAL_CALLED = 1 << FIRST_OWN_BIT;
const NEED_DRAIN = 1 << (FIRST_OWN_BIT + 1); // write() returned false: 'drain' is owed.
const ENDING = 1 << (FIRST_OWN_BIT + 2); // end() was called.
const ENDED = 1 << (FIRST_OWN_BIT + 3); // end() has returned.
const FINISHED = 1 << (FIRST_OWN_BIT + 4); // 'finish' was emitted.
const DECODE_STRINGS = 1 << (FIRST_OWN_BIT + 5);
const WRITING = 1 << (FIRST_OWN_BIT + 6); // _write or _writev was called and has not called back.
const BUFFER_PROCESSING = 1 << (FIRST_OWN_BIT + 7);
const PREFINISHED = 1 << (FIRST_OWN_BIT + 8);
const ALL_BUFFERS = 1 << (FIRST_OWN_BIT + 9); // All that is buffered is bytes.
const ALL_NOOP = 1 << (FIRST_OWN_BIT + 10); // Nothing that is buffered has a callback.

function nop() {}

/** `onwrite` is what _write calls when it is done. */
function WritableState(options, isDuplex, onwrite) {
  this.bits = EMIT_CLOSE | AUTO_DESTROY | CONSTRUCTED | SYNC | DECODE_STRINGS | ALL_BUFFERS | ALL_NOOP;
  this.highWaterMark = 0;
  this.length = 0; // Of what is buffered and what is being written.
  this.corked = 0;
  this.onwrite = onwrite;
  this.writecb = null; // The callback of the chunk being written.
  this.writelen = 0;
  this.afterWriteTickInfo = null;
  this.buffered = []; // {chunk, encoding, callback}, from bufferedIndex on.
  this.bufferedIndex = 0;
  this.pendingcb = 0; // Callbacks owed; 'finish' comes after all of them.
  this.errored = null;
  this.defaultEncoding = 'utf8';
  this.onFinishedCallbacks = null; // Those given to end().

  if (options) {
    if (options.objectMode || (isDuplex && options.writableObjectMode)) this.bits |= OBJECT_MODE;
    if (options.decodeStrings === false) this.bits &= ~DECODE_STRINGS;
    if (options.emitClose === false) this.bits &= ~EMIT_CLOSE;
    if (options.autoDestroy === false) this.bits &= ~AUTO_DESTROY;
    this.highWaterMark = getHighWaterMark(this, options, 'writableHighWaterMark', isDuplex);
    const defaultEncoding = options.defaultEncoding;
    if (defaultEncoding && defaultEncoding !== 'utf8' && defaultEncoding !== 'utf-8') {
      if (!Buffer.isEncoding(defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(defaultEncoding);
      this.defaultEncoding = defaultEncoding;
    }
  } else {
    this.highWaterMark = getDefaultHighWaterMark(false);
  }
}

WritableState.prototype.getBuffer = function getBuffer() {
  return this.bufferedIndex === 0 ? this.buffered.slice() : this.buffered.slice(this.bufferedIndex);
};

defineBits(WritableState.prototype, {
  ...sharedBits,
  finalCalled: FINAL_CALLED,
  needDrain: NEED_DRAIN,
  ending: ENDING,
  ended: ENDED,
  finished: FINISHED,
  decodeStrings: DECODE_STRINGS,
  writing: WRITING,
  bufferProcessing: BUFFER_PROCESSING,
  prefinished: PREFINISHED,
  allBuffers: ALL_BUFFERS,
  allNoop: ALL_NOOP,
});

Object.defineProperty(WritableState.prototype, 'bufferedRequestCount', {
  __proto__: null,
  configurable: true,
  get() { return this.buffered.length - this.bufferedIndex; },
});

module.exports = {
  WritableState, nop,
  FINAL_CALLED, NEED_DRAIN, ENDING, ENDED, FINISHED, DECODE_STRINGS, WRITING, BUFFER_PROCESSING, PREFINISHED,
  ALL_BUFFERS, ALL_NOOP,
};
