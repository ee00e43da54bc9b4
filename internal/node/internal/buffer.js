'use strict';

// FastBuffer, the class all Buffers are instances of, and the string codecs on its prototype.
// The public constructor and what hangs on it live in `buffer`.

const { codes: { ERR_BUFFER_OUT_OF_BOUNDS } } = require('internal/errors');
const numbers = require('internal/buffer_numbers');

const {
  asciiSlice,
  asciiWriteStatic,
  base64Slice,
  base64Write,
  base64urlSlice,
  base64urlWrite,
  createUnsafeArrayBuffer,
  hexSlice,
  hexWrite,
  latin1Slice,
  latin1WriteStatic,
  ucs2Slice,
  ucs2Write,
  utf8Slice,
  utf8WriteStatic,
} = internalBinding('buffer');

/** A Uint8Array whose prototype carries Buffer's methods. */
class FastBuffer extends Uint8Array {
  // The parameters are spelled out because spreading them costs more than the allocation.
  // eslint-disable-next-line no-useless-constructor
  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}

function checkWindow(buffer, offset, length) {
  const size = buffer.byteLength;
  if (offset < 0 || offset > size) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length < 0 || length > size - offset) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
}

// Text of a few characters is written here: that costs less than a call into native code. Returns how many bytes it
// took, -1 where it has a character beyond `last`, or does not fit; then what is written is the beginning all the same.
const fewCharacters = 24;

function writeFew(buffer, string, offset, length, last) {
  const n = string.length;
  if (!(n <= length) || (offset | 0) !== offset || !(buffer instanceof Uint8Array)) return -1;
  for (let i = 0; i < n; i++) {
    const code = string.charCodeAt(i);
    if (code > last) return -1;
    buffer[offset + i] = code;
  }
  return n;
}

// In the order in which Node's prototype lists them. The wrappers exist because `this` costs a native
// function more than an argument does, and because they must be anonymous.
const codecs = {
  asciiSlice: (0, function(start, end) { return asciiSlice(this, start, end); }),
  base64Slice: (0, function(start, end) { return base64Slice(this, start, end); }),
  base64urlSlice: (0, function(start, end) { return base64urlSlice(this, start, end); }),
  latin1Slice: (0, function(start, end) { return latin1Slice(this, start, end); }),
  hexSlice: (0, function(start, end) { return hexSlice(this, start, end); }),
  ucs2Slice: (0, function(start, end) { return ucs2Slice(this, start, end); }),
  utf8Slice: (0, function(start, end) { return utf8Slice(this, start, end); }),
  asciiWrite: (0, function(string, offset = 0, length = this.byteLength - offset) {
    checkWindow(this, offset, length);
    return asciiWriteStatic(this, string, offset, length);
  }),
  base64Write: (0, function(string, offset, length) { return base64Write(this, string, offset, length); }),
  base64urlWrite: (0, function(string, offset, length) { return base64urlWrite(this, string, offset, length); }),
  latin1Write: (0, function(string, offset = 0, length = this.byteLength - offset) {
    checkWindow(this, offset, length);
    if (typeof string === 'string' && string.length <= fewCharacters) {
      const written = writeFew(this, string, offset, length, 0xff);
      if (written !== -1) return written;
    }
    return latin1WriteStatic(this, string, offset, length);
  }),
  hexWrite: (0, function(string, offset, length) { return hexWrite(this, string, offset, length); }),
  ucs2Write: (0, function(string, offset, length) { return ucs2Write(this, string, offset, length); }),
  utf8Write: (0, function(string, offset = 0, length = this.byteLength - offset) {
    checkWindow(this, offset, length);
    if (typeof string === 'string' && string.length <= fewCharacters) {
      const written = writeFew(this, string, offset, length, 0x7f);
      if (written !== -1) return written;
    }
    return utf8WriteStatic(this, string, offset, length);
  }),
};

/** Puts the readers and writers of numbers and the string codecs on a prototype. */
function addBufferPrototype(prototype) {
  Object.assign(prototype, numbers.methods, codecs);
}

let zeroFill = false;

/** Decides for the whole process whether "unsafe" memory is zeroed (--zero-fill-buffers). */
function setZeroFill(value) {
  zeroFill = value;
}

/** A Buffer of its own memory that may hold anything. */
function createUnsafeBuffer(size) {
  // V8 keeps small arrays in its own heap, where zeroing them costs nothing that could be saved.
  if (size <= 64 || zeroFill) return new FastBuffer(size);
  return new FastBuffer(createUnsafeArrayBuffer(size));
}

const untransferable = new WeakSet();

/** Keeps an object (the pool's ArrayBuffer above all) out of transfer lists. */
function markAsUntransferable(object) {
  if ((typeof object === 'object' && object !== null) || typeof object === 'function') untransferable.add(object);
}

function isMarkedAsUntransferable(object) {
  return object !== null && (typeof object === 'object' || typeof object === 'function') && untransferable.has(object);
}

module.exports = {
  FastBuffer,
  addBufferPrototype,
  createUnsafeBuffer,
  isMarkedAsUntransferable,
  markAsUntransferable,
  setZeroFill,
  readUInt16BE: numbers.methods.readUInt16BE,
  readUInt32BE: numbers.methods.readUInt32BE,
};
