'use strict';

// The methods of Buffer.prototype that are neither codecs nor numbers.

const {
  codes: {
    ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_BUFFER_SIZE,
    ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING,
  },
} = require('internal/errors');
const { validateBuffer, validateInteger, validateString } = require('internal/validators');
const { isArrayBufferView, isUint8Array } = require('internal/util/types');
const { normalizeEncoding } = require('internal/util');
const { FastBuffer } = require('internal/buffer');
const { encodingsMap, getEncodingOps, utf8 } = require('internal/buffer_encodings');
const {
  compare: compareBytes,
  compareOffset,
  copy: copyBytes,
  fill: fillBytes,
  hexSlice,
  indexOfBuffer,
  indexOfNumber,
  swap16: nativeSwap16,
  swap32: nativeSwap32,
  swap64: nativeSwap64,
} = internalBinding('buffer');

/** What inspect() shows at most; buffer.INSPECT_MAX_BYTES reads and sets it. */
const inspectLimit = { bytes: 50 };

const getLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length').get;

/** The length of a typed array; throws for anything else. */
function lengthOf(value) {
  return getLength.call(value);
}

function toInteger(value, fallback) {
  value = +value;
  if (!Number.isNaN(value) && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
    return value % 1 === 0 ? value : Math.floor(value);
  }
  return fallback;
}

function copy(target, targetStart, sourceStart, sourceEnd) {
  if (!isArrayBufferView(this)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], this);
  if (!isArrayBufferView(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  const sourceSize = this.byteLength;
  if (targetStart === undefined) {
    targetStart = 0;
  } else {
    targetStart = Number.isInteger(targetStart) ? targetStart : toInteger(targetStart, 0);
    if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  }
  if (sourceStart === undefined) {
    sourceStart = 0;
  } else {
    sourceStart = Number.isInteger(sourceStart) ? sourceStart : toInteger(sourceStart, 0);
    if (sourceStart < 0 || sourceStart > sourceSize) {
      throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${sourceSize}`, sourceStart);
    }
  }
  if (sourceEnd === undefined) {
    sourceEnd = sourceSize;
  } else {
    sourceEnd = Number.isInteger(sourceEnd) ? sourceEnd : toInteger(sourceEnd, 0);
    if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  }
  const room = target.byteLength - targetStart;
  const count = Math.min(room, Math.min(sourceEnd, sourceSize) - sourceStart);
  if (count <= 0) return 0;
  copyBytes(this, target, targetStart, sourceStart, count);
  return count;
}

function toString(encoding, start, end) {
  if (arguments.length === 0) return this.utf8Slice(0, this.length);
  const length = this.length;
  if (start <= 0) start = 0;
  else if (start >= length) return '';
  else start = Math.trunc(start) || 0;
  if (end === undefined || end >= length) end = length;
  else end = Math.trunc(end) || 0;
  if (end <= start) return '';
  if (encoding === undefined) return this.utf8Slice(start, end);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.slice(this, start, end);
}

function equals(otherBuffer) {
  if (!isUint8Array(otherBuffer)) throw new ERR_INVALID_ARG_TYPE('otherBuffer', ['Buffer', 'Uint8Array'], otherBuffer);
  if (this === otherBuffer) return true;
  if (this.byteLength !== otherBuffer.byteLength) return false;
  return this.byteLength === 0 || compareBytes(this, otherBuffer) === 0;
}

/** "<Buffer 61 62 ... 3 more bytes>", with the properties somebody put on it. */
function inspect(recurseTimes, context) {
  const most = inspectLimit.bytes;
  const shown = Math.min(most, this.length);
  const hidden = this.length - most;
  let text = hexSlice(this, 0, shown).replace(/(.{2})/g, '$1 ').trim();
  if (hidden > 0) text += ` ... ${hidden} more byte${hidden > 1 ? 's' : ''}`;
  if (context) {
    const filter = context.showHidden ? 0 : 2; // all properties, or the enumerable ones
    const keys = internalBinding('util').getOwnNonIndexProperties(this, filter);
    if (keys.length > 0) {
      const extras = { __proto__: null };
      for (const key of keys) extras[key] = this[key];
      if (this.length !== 0) text += ', ';
      const { inspect: show } = require('internal/util/inspect');
      // "[Object: null prototype] {" in front and "}" behind are not wanted.
      text += show(extras, { ...context, breakLength: Infinity, compact: true }).slice(27, -2);
    }
  }
  return `<${this.constructor?.name ?? 'Buffer'} ${text}>`;
}

function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  if (!isUint8Array(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  if (arguments.length === 1) return compareBytes(this, target);
  if (targetStart === undefined) targetStart = 0;
  else validateInteger(targetStart, 'targetStart', 0);
  if (targetEnd === undefined) targetEnd = target.length;
  else validateInteger(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart === undefined) sourceStart = 0;
  else validateInteger(sourceStart, 'sourceStart', 0);
  if (sourceEnd === undefined) sourceEnd = this.length;
  else validateInteger(sourceEnd, 'sourceEnd', 0, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return compareOffset(this, target, targetStart, sourceStart, targetEnd, sourceEnd);
}

/** indexOf() and lastIndexOf(): byteOffset is taken as Array's methods take theirs; nothing is found beyond `end`. */
function find(buffer, value, byteOffset, end, encoding, forward) {
  validateBuffer(buffer);
  if (typeof end === 'string') {
    encoding = end;
    end = buffer.length;
  } else if (end === undefined) {
    end = buffer.length;
  }
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff;
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000;
  }
  byteOffset = +byteOffset;
  if (Number.isNaN(byteOffset)) byteOffset = forward ? 0 : (buffer.length || buffer.byteLength);
  if (typeof value === 'number') return indexOfNumber(buffer, value >>> 0, byteOffset, forward, end);
  const ops = encoding === undefined ? utf8 : getEncodingOps(encoding);
  if (typeof value === 'string') {
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    return ops.indexOf(buffer, value, byteOffset, end, forward);
  }
  if (isUint8Array(value)) {
    const encodingVal = ops === undefined ? encodingsMap.utf8 : ops.encodingVal;
    return indexOfBuffer(buffer, value, byteOffset, encodingVal, forward, end);
  }
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

function indexOf(value, offset, end, encoding) {
  return find(this, value, offset, end, encoding, true);
}

function lastIndexOf(value, offset, end, encoding) {
  return find(this, value, offset, end, encoding, false);
}

function includes(value, offset, end, encoding) {
  return find(this, value, offset, end, encoding, true) !== -1;
}

function fill(value, offset, end, encoding) {
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = 0;
      end = this.length;
    } else if (typeof end === 'string') {
      encoding = end;
      end = this.length;
    }
    const normalized = normalizeEncoding(encoding);
    if (normalized === undefined) {
      validateString(encoding, 'encoding');
      throw new ERR_UNKNOWN_ENCODING(encoding);
    }
    if (value.length === 0) {
      value = 0; // as if nothing but zeros were asked for
    } else if (value.length === 1) {
      const code = value.charCodeAt(0);
      if ((normalized === 'utf8' && code < 128) || normalized === 'latin1') value = code;
    }
  } else {
    encoding = undefined;
    if (typeof value === 'boolean') value = +value;
  }
  if (offset === undefined) {
    offset = 0;
    end = this.length;
  } else {
    validateInteger(offset, 'offset', 0);
    if (end === undefined) end = this.length;
    else validateInteger(end, 'end', 0, this.length);
    if (offset >= end) return this;
  }
  if (typeof value === 'number') {
    const size = this.byteLength;
    if (offset > end || end > size) throw new ERR_BUFFER_OUT_OF_BOUNDS();
    Uint8Array.prototype.fill.call(this, value, offset, end);
    return this;
  }
  const result = fillBytes(this, value, offset, end, encoding);
  if (result < 0) {
    if (result === -1) throw new ERR_INVALID_ARG_VALUE('value', value);
    throw new ERR_BUFFER_OUT_OF_BOUNDS();
  }
  return this;
}

/** write(string), write(string, encoding), write(string, offset[, length][, encoding]) */
function write(string, offset, length, encoding) {
  if (offset === undefined) return this.utf8Write(string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    encoding = offset;
    length = this.length;
    offset = 0;
  } else {
    validateInteger(offset, 'offset', 0, this.length);
    const room = this.length - offset;
    if (length === undefined) {
      length = room;
    } else if (typeof length === 'string') {
      encoding = length;
      length = room;
    } else {
      validateInteger(length, 'length', 0, this.length);
      if (length > room) length = room;
    }
  }
  if (!encoding || encoding === 'utf8') return this.utf8Write(string, offset, length);
  if (encoding === 'ascii') return this.asciiWrite(string, offset, length);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.write(this, string, offset, length);
}

function toJSON() {
  if (this.length > 0) {
    const data = new Array(this.length);
    for (let i = 0; i < this.length; ++i) data[i] = this[i];
    return { type: 'Buffer', data };
  }
  return { type: 'Buffer', data: [] };
}

/** A position counted from the end if negative, brought inside. */
function adjust(offset, length) {
  offset = Math.trunc(offset);
  if (offset === 0 || Number.isNaN(offset)) return 0;
  if (offset < 0) {
    offset += length;
    return offset > 0 ? offset : 0;
  }
  return offset < length ? offset : length;
}

function subarray(start, end) {
  const size = lengthOf(this);
  start = adjust(start, size);
  end = end !== undefined ? adjust(end, size) : size;
  return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
}

function slice(start, end) {
  return this.subarray(start, end);
}

function swap(buffer, n, m) {
  const x = buffer[n];
  buffer[n] = buffer[m];
  buffer[m] = x;
}

// Below these sizes the loop in JavaScript is cheaper than a call into native code.

function swap16() {
  const length = lengthOf(this);
  if (length % 2 !== 0) throw new ERR_INVALID_BUFFER_SIZE('16-bits');
  if (length >= 128) return nativeSwap16(this), this;
  for (let i = 0; i < length; i += 2) swap(this, i, i + 1);
  return this;
}

function swap32() {
  const length = lengthOf(this);
  if (length % 4 !== 0) throw new ERR_INVALID_BUFFER_SIZE('32-bits');
  if (length >= 192) return nativeSwap32(this), this;
  for (let i = 0; i < length; i += 4) {
    swap(this, i, i + 3);
    swap(this, i + 1, i + 2);
  }
  return this;
}

function swap64() {
  const length = lengthOf(this);
  if (length % 8 !== 0) throw new ERR_INVALID_BUFFER_SIZE('64-bits');
  if (length >= 192) return nativeSwap64(this), this;
  for (let i = 0; i < length; i += 8) {
    swap(this, i, i + 7);
    swap(this, i + 1, i + 6);
    swap(this, i + 2, i + 5);
    swap(this, i + 3, i + 4);
  }
  return this;
}

const methods = {
  copy,
  toString,
  equals,
  inspect,
  compare,
  indexOf,
  lastIndexOf,
  includes,
  fill,
  write,
  toJSON,
  subarray,
  slice,
  swap16,
  swap32,
  swap64,
  toLocaleString: toString,
};

module.exports = { inspectLimit, methods };
