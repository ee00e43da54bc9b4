'use strict';

// What the two stream states have in common: their booleans live in one integer, `bits`, because a stream is made for
// every request and a property per boolean would cost a store each and a quarter of a kilobyte. Code outside the hot
// paths, ours and other people's, goes through accessors with Node's names (`state.ended`, `state.destroyed = true`).

const { validateInteger } = require('internal/validators');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');

// Bits that a readable and a writable state share.
const OBJECT_MODE = 1 << 0;
const ERROR_EMITTED = 1 << 1;
const EMIT_CLOSE = 1 << 2;
const AUTO_DESTROY = 1 << 3;
const DESTROYED = 1 << 4;
const CLOSED = 1 << 5;
const CLOSE_EMITTED = 1 << 6;
const CONSTRUCTED = 1 << 7;
const SYNC = 1 << 8;
// The first bit that either state may use for itself. Thirty-one bits fit a small integer of V8 with a sign.
const FIRST_OWN_BIT = 9;

const sharedBits = {
  objectMode: OBJECT_MODE,
  errorEmitted: ERROR_EMITTED,
  emitClose: EMIT_CLOSE,
  autoDestroy: AUTO_DESTROY,
  destroyed: DESTROYED,
  closed: CLOSED,
  closeEmitted: CLOSE_EMITTED,
  constructed: CONSTRUCTED,
  sync: SYNC,
};

/** Defines an accessor on `prototype` for each boolean in `names` (name → bit). */
function defineBits(prototype, names) {
  for (const name of Object.keys(names)) {
    const bit = names[name];
    Object.defineProperty(prototype, name, {
      __proto__: null,
      configurable: true,
      enumerable: false,
      get() { return (this.bits & bit) !== 0; },
      set(value) {
        if (value) this.bits |= bit;
        else this.bits &= ~bit;
      },
    });
  }
}

let defaultBytes = 64 * 1024;
let defaultObjects = 16;

/** `stream.getDefaultHighWaterMark` */
function getDefaultHighWaterMark(objectMode) {
  return objectMode ? defaultObjects : defaultBytes;
}

/** `stream.setDefaultHighWaterMark` */
function setDefaultHighWaterMark(objectMode, value) {
  validateInteger(value, 'value', 0);
  if (objectMode) defaultObjects = value;
  else defaultBytes = value;
}

/**
 * The high water mark that `options` ask for. A duplex stream has one for each side, `duplexKey` names it,
 * and `highWaterMark` stands for both.
 */
function getHighWaterMark(state, options, duplexKey, isDuplex) {
  const both = options.highWaterMark;
  const mark = both ?? (isDuplex ? options[duplexKey] : null);
  if (mark == null) return getDefaultHighWaterMark((state.bits & OBJECT_MODE) !== 0);
  if (!Number.isInteger(mark) || mark < 0)
    throw new ERR_INVALID_ARG_VALUE(isDuplex ? `options.${duplexKey}` : 'options.highWaterMark', mark);
  return mark;
}

module.exports = {
  OBJECT_MODE, ERROR_EMITTED, EMIT_CLOSE, AUTO_DESTROY, DESTROYED, CLOSED, CLOSE_EMITTED, CONSTRUCTED, SYNC,
  FIRST_OWN_BIT,
  sharedBits,
  defineBits,
  getDefaultHighWaterMark,
  setDefaultHighWaterMark,
  getHighWaterMark,
};
