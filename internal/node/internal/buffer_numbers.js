'use strict';

// buf.readX() and buf.writeX(). Bytes are read and written one by one: for V8 that is an element access,
// cheaper than a DataView, and `undefined` tells at once that an offset is wrong.

const { codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateNumber } = require('internal/validators');

// Floats change shape through shared memory.
const float32 = new Float32Array(1);
const float32Bytes = new Uint8Array(float32.buffer);
const float64 = new Float64Array(1);
const float64Bytes = new Uint8Array(float64.buffer);

const TWO_POW_32 = 2 ** 32;
const TWO_POW_40 = 2 ** 40;

/** Throws what is wrong with an offset (or, with a `type`, with a byte length). */
function outOfBounds(value, length, type) {
  if (Math.floor(value) !== value) {
    validateNumber(value, type);
    throw new ERR_OUT_OF_RANGE(type || 'offset', 'an integer', value);
  }
  if (length < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  throw new ERR_OUT_OF_RANGE(type || 'offset', `>= ${type ? 1 : 0} and <= ${length}`, value);
}

/** Throws when the bytes first..first+last are not all inside. */
function checkBounds(buffer, offset, last) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + last] === undefined) outOfBounds(offset, buffer.length - last - 1);
}

/** Throws when a number of last+1 bytes does not take the value, or the bounds are wrong. */
function checkInteger(value, min, max, buffer, offset, last) {
  if (value > max || value < min) throw notInRange(value, min, max, last);
  checkBounds(buffer, offset, last);
}

function notInRange(value, min, max, last) {
  const n = typeof min === 'bigint' ? 'n' : '';
  let range;
  if (last > 3) {
    const bits = (last + 1) * 8;
    if (min === 0 || min === 0n) range = `>= 0${n} and < 2${n} ** ${bits}${n}`;
    else range = `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`;
  } else {
    range = `>= ${min}${n} and <= ${max}${n}`;
  }
  return new ERR_OUT_OF_RANGE('value', range, value);
}

// ---- reading ----

function readUInt8(offset = 0) {
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) outOfBounds(offset, this.length - 1);
  return value;
}

function readInt8(offset = 0) {
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) outOfBounds(offset, this.length - 1);
  return (value << 24) >> 24;
}

function readUInt16LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return first | (last << 8);
}

function readUInt16BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return (first << 8) | last;
}

function readInt16LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return ((first | (last << 8)) << 16) >> 16;
}

function readInt16BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return (((first << 8) | last) << 16) >> 16;
}

function readInt32LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return first | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (last << 24);
}

function readInt32BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return (first << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | last;
}

function readUInt32LE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return (first | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (last << 24)) >>> 0;
}

function readUInt32BE(offset = 0) {
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return ((first << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | last) >>> 0;
}

function needOffset(offset) {
  if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
}

/** `size` bytes (3 to 6) from the least significant one; the caller has checked the bounds. */
function gatherLE(buffer, offset, size) {
  let low = buffer[offset] | (buffer[offset + 1] << 8) | (buffer[offset + 2] << 16);
  if (size === 3) return low;
  low = (low | (buffer[offset + 3] << 24)) >>> 0;
  let high = size > 4 ? buffer[offset + 4] : 0;
  if (size === 6) high |= buffer[offset + 5] << 8;
  return high * TWO_POW_32 + low;
}

function gatherBE(buffer, offset, size) {
  const last = offset + size - 1;
  let low = buffer[last] | (buffer[last - 1] << 8) | (buffer[last - 2] << 16);
  if (size === 3) return low;
  low = (low | (buffer[last - 3] << 24)) >>> 0;
  let high = size > 4 ? buffer[last - 4] : 0;
  if (size === 6) high |= buffer[last - 5] << 8;
  return high * TWO_POW_32 + low;
}

function readUIntLE(offset, byteLength) {
  needOffset(offset);
  switch (byteLength) {
    case 1: return readUInt8.call(this, offset);
    case 2: return readUInt16LE.call(this, offset);
    case 4: return readUInt32LE.call(this, offset);
    case 3: case 5: case 6:
      checkBounds(this, offset, byteLength - 1);
      return gatherLE(this, offset, byteLength);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function readUIntBE(offset, byteLength) {
  needOffset(offset);
  switch (byteLength) {
    case 1: return readUInt8.call(this, offset);
    case 2: return readUInt16BE.call(this, offset);
    case 4: return readUInt32BE.call(this, offset);
    case 3: case 5: case 6:
      checkBounds(this, offset, byteLength - 1);
      return gatherBE(this, offset, byteLength);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

/** The signed reading of an unsigned number of 3, 5 or 6 bytes. */
function signed(value, byteLength) {
  const limit = 2 ** (byteLength * 8);
  return value >= limit / 2 ? value - limit : value;
}

function readIntLE(offset, byteLength) {
  needOffset(offset);
  switch (byteLength) {
    case 1: return readInt8.call(this, offset);
    case 2: return readInt16LE.call(this, offset);
    case 4: return readInt32LE.call(this, offset);
    case 3: case 5: case 6:
      checkBounds(this, offset, byteLength - 1);
      return signed(gatherLE(this, offset, byteLength), byteLength);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function readIntBE(offset, byteLength) {
  needOffset(offset);
  switch (byteLength) {
    case 1: return readInt8.call(this, offset);
    case 2: return readInt16BE.call(this, offset);
    case 4: return readInt32BE.call(this, offset);
    case 3: case 5: case 6:
      checkBounds(this, offset, byteLength - 1);
      return signed(gatherBE(this, offset, byteLength), byteLength);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function checkEight(buffer, offset) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + 7] === undefined) outOfBounds(offset, buffer.length - 8);
}

function readBigUInt64LE(offset = 0) {
  checkEight(this, offset);
  return (BigInt(gatherLE(this, offset + 4, 4)) << 32n) + BigInt(gatherLE(this, offset, 4));
}

function readBigUInt64BE(offset = 0) {
  checkEight(this, offset);
  return (BigInt(gatherBE(this, offset, 4)) << 32n) + BigInt(gatherBE(this, offset + 4, 4));
}

function readBigInt64LE(offset = 0) {
  checkEight(this, offset);
  return (BigInt(gatherLE(this, offset + 4, 4) | 0) << 32n) + BigInt(gatherLE(this, offset, 4));
}

function readBigInt64BE(offset = 0) {
  checkEight(this, offset);
  return (BigInt(gatherBE(this, offset, 4) | 0) << 32n) + BigInt(gatherBE(this, offset + 4, 4));
}

// The names are Node's own: they show in util.inspect(buffer.__proto__).

function readFloatForwards(offset = 0) {
  checkBounds(this, offset, 3);
  for (let i = 0; i < 4; i++) float32Bytes[i] = this[offset + i];
  return float32[0];
}

function readFloatBackwards(offset = 0) {
  checkBounds(this, offset, 3);
  for (let i = 0; i < 4; i++) float32Bytes[3 - i] = this[offset + i];
  return float32[0];
}

function readDoubleForwards(offset = 0) {
  checkBounds(this, offset, 7);
  for (let i = 0; i < 8; i++) float64Bytes[i] = this[offset + i];
  return float64[0];
}

function readDoubleBackwards(offset = 0) {
  checkBounds(this, offset, 7);
  for (let i = 0; i < 8; i++) float64Bytes[7 - i] = this[offset + i];
  return float64[0];
}

// ---- writing ----

function put8(buffer, value, offset, min, max) {
  value = +value;
  validateNumber(offset, 'offset');
  if (value > max || value < min) throw notInRange(value, min, max, 0);
  if (buffer[offset] === undefined) outOfBounds(offset, buffer.length - 1);
  buffer[offset] = value;
  return offset + 1;
}

function put16LE(buffer, value, offset, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, 1);
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  return offset + 2;
}

function put16BE(buffer, value, offset, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, 1);
  buffer[offset] = value >>> 8;
  buffer[offset + 1] = value;
  return offset + 2;
}

function put32LE(buffer, value, offset, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, 3);
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  buffer[offset + 2] = value >>> 16;
  buffer[offset + 3] = value >>> 24;
  return offset + 4;
}

function put32BE(buffer, value, offset, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, 3);
  buffer[offset] = value >>> 24;
  buffer[offset + 1] = value >>> 16;
  buffer[offset + 2] = value >>> 8;
  buffer[offset + 3] = value;
  return offset + 4;
}

/** 3, 5 or 6 bytes from the least significant one. */
function putLE(buffer, value, offset, size, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, size - 1);
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  buffer[offset + 2] = value >>> 16;
  if (size > 3) buffer[offset + 3] = value >>> 24;
  if (size > 4) buffer[offset + 4] = Math.floor(value / TWO_POW_32);
  if (size > 5) buffer[offset + 5] = Math.floor(value / TWO_POW_40);
  return offset + size;
}

function putBE(buffer, value, offset, size, min, max) {
  value = +value;
  checkInteger(value, min, max, buffer, offset, size - 1);
  const last = offset + size - 1;
  buffer[last] = value;
  buffer[last - 1] = value >>> 8;
  buffer[last - 2] = value >>> 16;
  if (size > 3) buffer[last - 3] = value >>> 24;
  if (size > 4) buffer[last - 4] = Math.floor(value / TWO_POW_32);
  if (size > 5) buffer[last - 5] = Math.floor(value / TWO_POW_40);
  return offset + size;
}

function writeUInt8(value, offset = 0) {
  return put8(this, value, offset, 0, 0xff);
}

function writeInt8(value, offset = 0) {
  return put8(this, value, offset, -0x80, 0x7f);
}

function writeUInt16LE(value, offset = 0) {
  return put16LE(this, value, offset, 0, 0xffff);
}

function writeUInt16BE(value, offset = 0) {
  return put16BE(this, value, offset, 0, 0xffff);
}

function writeInt16LE(value, offset = 0) {
  return put16LE(this, value, offset, -0x8000, 0x7fff);
}

function writeInt16BE(value, offset = 0) {
  return put16BE(this, value, offset, -0x8000, 0x7fff);
}

function writeUInt32LE(value, offset = 0) {
  return put32LE(this, value, offset, 0, 0xffffffff);
}

function writeUInt32BE(value, offset = 0) {
  return put32BE(this, value, offset, 0, 0xffffffff);
}

function writeInt32LE(value, offset = 0) {
  return put32LE(this, value, offset, -0x80000000, 0x7fffffff);
}

function writeInt32BE(value, offset = 0) {
  return put32BE(this, value, offset, -0x80000000, 0x7fffffff);
}

function writeUIntLE(value, offset, byteLength) {
  switch (byteLength) {
    case 1: return put8(this, value, offset, 0, 0xff);
    case 2: return put16LE(this, value, offset, 0, 0xffff);
    case 4: return put32LE(this, value, offset, 0, 0xffffffff);
    case 3: case 5: case 6: return putLE(this, value, offset, byteLength, 0, 2 ** (byteLength * 8) - 1);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function writeUIntBE(value, offset, byteLength) {
  switch (byteLength) {
    case 1: return put8(this, value, offset, 0, 0xff);
    case 2: return put16BE(this, value, offset, 0, 0xffff);
    case 4: return put32BE(this, value, offset, 0, 0xffffffff);
    case 3: case 5: case 6: return putBE(this, value, offset, byteLength, 0, 2 ** (byteLength * 8) - 1);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function writeIntLE(value, offset, byteLength) {
  const half = 2 ** (byteLength * 8 - 1);
  switch (byteLength) {
    case 1: return put8(this, value, offset, -0x80, 0x7f);
    case 2: return put16LE(this, value, offset, -0x8000, 0x7fff);
    case 4: return put32LE(this, value, offset, -0x80000000, 0x7fffffff);
    case 3: case 5: case 6: return putLE(this, value, offset, byteLength, -half, half - 1);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function writeIntBE(value, offset, byteLength) {
  const half = 2 ** (byteLength * 8 - 1);
  switch (byteLength) {
    case 1: return put8(this, value, offset, -0x80, 0x7f);
    case 2: return put16BE(this, value, offset, -0x8000, 0x7fff);
    case 4: return put32BE(this, value, offset, -0x80000000, 0x7fffffff);
    case 3: case 5: case 6: return putBE(this, value, offset, byteLength, -half, half - 1);
  }
  outOfBounds(byteLength, 6, 'byteLength');
}

function put64LE(buffer, value, offset, min, max) {
  checkInteger(value, min, max, buffer, offset, 7);
  put32LE(buffer, Number(value & 0xffffffffn), offset, 0, 0xffffffff);
  put32LE(buffer, Number((value >> 32n) & 0xffffffffn), offset + 4, 0, 0xffffffff);
  return offset + 8;
}

function put64BE(buffer, value, offset, min, max) {
  checkInteger(value, min, max, buffer, offset, 7);
  put32BE(buffer, Number((value >> 32n) & 0xffffffffn), offset, 0, 0xffffffff);
  put32BE(buffer, Number(value & 0xffffffffn), offset + 4, 0, 0xffffffff);
  return offset + 8;
}

function writeBigUInt64LE(value, offset = 0) {
  return put64LE(this, value, offset, 0n, 0xffffffffffffffffn);
}

function writeBigUInt64BE(value, offset = 0) {
  return put64BE(this, value, offset, 0n, 0xffffffffffffffffn);
}

function writeBigInt64LE(value, offset = 0) {
  return put64LE(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn);
}

function writeBigInt64BE(value, offset = 0) {
  return put64BE(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn);
}

function writeFloatForwards(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 3);
  float32[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = float32Bytes[i];
  return offset + 4;
}

function writeFloatBackwards(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 3);
  float32[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = float32Bytes[3 - i];
  return offset + 4;
}

function writeDoubleForwards(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 7);
  float64[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = float64Bytes[i];
  return offset + 8;
}

function writeDoubleBackwards(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 7);
  float64[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = float64Bytes[7 - i];
  return offset + 8;
}

// In Node's order, with both spellings of "UInt".
const methods = {
  __proto__: null,
  readBigUInt64LE,
  readBigUInt64BE,
  readBigUint64LE: readBigUInt64LE,
  readBigUint64BE: readBigUInt64BE,
  readBigInt64LE,
  readBigInt64BE,
  writeBigUInt64LE,
  writeBigUInt64BE,
  writeBigUint64LE: writeBigUInt64LE,
  writeBigUint64BE: writeBigUInt64BE,
  writeBigInt64LE,
  writeBigInt64BE,
  readUIntLE,
  readUInt32LE,
  readUInt16LE,
  readUInt8,
  readUIntBE,
  readUInt32BE,
  readUInt16BE,
  readUintLE: readUIntLE,
  readUint32LE: readUInt32LE,
  readUint16LE: readUInt16LE,
  readUint8: readUInt8,
  readUintBE: readUIntBE,
  readUint32BE: readUInt32BE,
  readUint16BE: readUInt16BE,
  readIntLE,
  readInt32LE,
  readInt16LE,
  readInt8,
  readIntBE,
  readInt32BE,
  readInt16BE,
  writeUIntLE,
  writeUInt32LE,
  writeUInt16LE,
  writeUInt8,
  writeUIntBE,
  writeUInt32BE,
  writeUInt16BE,
  writeUintLE: writeUIntLE,
  writeUint32LE: writeUInt32LE,
  writeUint16LE: writeUInt16LE,
  writeUint8: writeUInt8,
  writeUintBE: writeUIntBE,
  writeUint32BE: writeUInt32BE,
  writeUint16BE: writeUInt16BE,
  writeIntLE,
  writeInt32LE,
  writeInt16LE,
  writeInt8,
  writeIntBE,
  writeInt32BE,
  writeInt16BE,
  readFloatLE: readFloatForwards,
  readFloatBE: readFloatBackwards,
  readDoubleLE: readDoubleForwards,
  readDoubleBE: readDoubleBackwards,
  writeFloatLE: writeFloatForwards,
  writeFloatBE: writeFloatBackwards,
  writeDoubleLE: writeDoubleForwards,
  writeDoubleBE: writeDoubleBackwards,
};

module.exports = { methods };
