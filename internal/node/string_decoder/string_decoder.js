'use strict';

// StringDecoder: bytes that arrive in pieces become text; characters cut in two are held back until they are whole.

const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } } = require('internal/errors');
const { normalizeEncoding } = require('internal/util');
const { encodingsMap } = require('internal/buffer_encodings');
const { asciiSlice, base64Slice, base64urlSlice, hexSlice, latin1Slice, ucs2Slice, utf8Slice } = internalBinding('buffer');

// The state is a Buffer: up to four bytes of an unfinished character, then these.
const MISSING = 4; // how many more bytes make it whole
const HELD = 5; // how many there are
const ENCODING = 6;
const SIZE = 7;
const kNativeDecoder = Symbol('kNativeDecoder');

const slices = [];
slices[encodingsMap.ascii] = asciiSlice;
slices[encodingsMap.utf8] = utf8Slice;
slices[encodingsMap.base64] = base64Slice;
slices[encodingsMap.utf16le] = ucs2Slice;
slices[encodingsMap.latin1] = latin1Slice;
slices[encodingsMap.hex] = hexSlice;
slices[encodingsMap.base64url] = base64urlSlice;

/** Counts the bytes at the end that start a UTF-8 character without finishing it, and notes what is missing. */
function holdUtf8(state, bytes, start, end) {
  let held = 0;
  for (let i = end - 1; i >= start && held < 4; i--) {
    const byte = bytes[i];
    held++;
    if ((byte & 0xc0) === 0x80) continue;
    const size = (byte & 0xe0) === 0xc0 ? 2 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xf8) === 0xf0 ? 4 : 0;
    if (held >= size) return 0;
    state[MISSING] = size - held;
    return held;
  }
  return 0; // continuation bytes that continue nothing
}

function isHighSurrogate(byte) {
  return (byte & 0xfc) === 0xd8;
}

/** How many bytes at the end of a piece must wait; notes how many they wait for. */
function hold(state, bytes, start, end) {
  const encoding = state[ENCODING];
  if (encoding === encodingsMap.utf8) {
    return bytes[end - 1] < 0x80 ? 0 : holdUtf8(state, bytes, start, end);
  }
  if (encoding === encodingsMap.utf16le) {
    if ((end - start) % 2 === 1) {
      state[MISSING] = 1;
      return 1;
    }
    if (!isHighSurrogate(bytes[end - 1])) return 0;
    state[MISSING] = 2;
    return 2;
  }
  // base64: three bytes make four characters
  const held = (end - start) % 3;
  if (held > 0) state[MISSING] = 3 - held;
  return held;
}

/** Adds what is missing to the bytes held; returns how many bytes of the piece that took. */
function fill(state, bytes) {
  const utf8 = state[ENCODING] === encodingsMap.utf8;
  let taken = 0;
  while (state[MISSING] > 0 && taken < bytes.length) {
    if (utf8 && (bytes[taken] & 0xc0) !== 0x80) {
      state[MISSING] = 0; // what was begun does not go on: it comes out as it is
      break;
    }
    state[state[HELD]++] = bytes[taken++];
    state[MISSING]--;
  }
  return taken;
}

function decode(state, bytes) {
  const slice = slices[state[ENCODING]];
  const encoding = state[ENCODING];
  if (encoding === encodingsMap.ascii || encoding === encodingsMap.latin1 || encoding === encodingsMap.hex) {
    return slice(bytes, 0, bytes.length);
  }
  let text = '';
  let start = 0;
  if (state[MISSING] > 0) {
    start = fill(state, bytes);
    if (state[MISSING] > 0) return '';
    const held = state[HELD];
    if (encoding === encodingsMap.utf16le && held === 2 && isHighSurrogate(state[1])) {
      state[MISSING] = 2; // half of a pair: the other half is waited for too
      return start < bytes.length ? decode(state, bytes.subarray(start)) : '';
    }
    text = slice(state, 0, held);
    state[HELD] = 0;
  }
  const length = bytes.length;
  if (start === length) return text;
  const held = hold(state, bytes, start, length);
  if (held > 0) {
    for (let i = 0; i < held; i++) state[i] = bytes[length - held + i];
    state[HELD] = held;
  }
  if (start < length - held) {
    const body = slice(bytes, start, length - held);
    return text === '' ? body : text + body;
  }
  return text;
}

/** What is held comes out as it is, half a UTF-16 unit excepted. */
function flush(state) {
  let held = state[HELD];
  if (state[ENCODING] === encodingsMap.utf16le && held % 2 === 1) held--;
  state[MISSING] = 0;
  state[HELD] = 0;
  return held === 0 ? '' : slices[state[ENCODING]](state, 0, held);
}

function StringDecoder(encoding) {
  this.encoding = normalizeEncoding(encoding);
  if (this.encoding === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  this[kNativeDecoder] = Buffer.alloc(SIZE);
  this[kNativeDecoder][ENCODING] = encodingsMap[this.encoding];
}

/** The text of a piece, as far as its characters are whole. */
StringDecoder.prototype.write = function write(buf) {
  if (typeof buf === 'string') return buf;
  if (!ArrayBuffer.isView(buf)) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], buf);
  if (!this[kNativeDecoder]) throw new ERR_INVALID_THIS('StringDecoder');
  // Uint8Arrays are read as they are, other views by their bytes.
  const bytes = buf instanceof Uint8Array ? buf : new Uint8Array(buf.buffer, buf.byteOffset, buf.byteLength);
  return decode(this[kNativeDecoder], bytes);
};

/** The text of the last piece and of whatever was held back. */
StringDecoder.prototype.end = function end(buf) {
  const text = buf === undefined ? '' : this.write(buf);
  const state = this[kNativeDecoder];
  return state[HELD] > 0 ? text + flush(state) : text;
};

// Never documented, kept as Node keeps it.
StringDecoder.prototype.text = function text(buf, offset) {
  this[kNativeDecoder][MISSING] = 0;
  this[kNativeDecoder][HELD] = 0;
  return this.write(buf.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return this[kNativeDecoder].subarray(0, 4);
    },
  },
  lastNeed: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return this[kNativeDecoder][MISSING];
    },
  },
  lastTotal: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return this[kNativeDecoder][HELD] + this[kNativeDecoder][MISSING];
    },
  },
});

module.exports = { StringDecoder };
