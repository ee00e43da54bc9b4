'use strict';

// Random bytes, numbers and UUIDs. Small amounts come out of caches: a native call costs more than what it brings.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateBoolean, validateFunction, validateNumber, validateObject } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const { Buffer, kMaxLength } = require('buffer');
const { codedError, opensslError } = require('internal/crypto/util');
const binding = internalBinding('crypto');

const kMaxInt32 = 2 ** 31 - 1;
const kMaxPossibleLength = Math.min(kMaxLength, kMaxInt32);

function checkOffset(offset, elementSize, length) {
  validateNumber(offset, 'offset');
  offset *= elementSize;
  const max = Math.min(length, kMaxPossibleLength);
  if (Number.isNaN(offset) || offset > max || offset < 0)
    throw new ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${max}`, offset);
  return offset >>> 0;
}

function checkSize(size, elementSize, offset, length) {
  validateNumber(size, 'size');
  size *= elementSize;
  if (Number.isNaN(size) || size > kMaxPossibleLength || size < 0)
    throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxPossibleLength}`, size);
  if (size + offset > length) throw new ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, size + offset);
  return size >>> 0;
}

function randomBytes(size, callback) {
  size = checkSize(size, 1, 0, Infinity);
  if (callback === undefined) return binding.random(size);
  validateFunction(callback, 'callback');
  binding.random(size, (err, bytes) => {
    if (err) callback(err);
    else callback(null, bytes);
  });
}

function checkBuffer(buf) {
  if (!isAnyArrayBuffer(buf) && !ArrayBuffer.isView(buf))
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buf);
  return buf.BYTES_PER_ELEMENT || 1;
}

/** The bytes of a part of a buffer or view. */
function bytesOf(buf, offset, size) {
  return isAnyArrayBuffer(buf) ? new Uint8Array(buf, offset, size) :
    new Uint8Array(buf.buffer, buf.byteOffset + offset, size);
}

function randomFillSync(buf, offset = 0, size) {
  const elementSize = checkBuffer(buf);
  offset = checkOffset(offset, elementSize, buf.byteLength);
  size = size === undefined ? buf.byteLength - offset : checkSize(size, elementSize, offset, buf.byteLength);
  if (size > 0) binding.randomFill(bytesOf(buf, offset, size));
  return buf;
}

function randomFill(buf, offset, size, callback) {
  const elementSize = checkBuffer(buf);
  if (typeof offset === 'function') {
    callback = offset;
    offset = 0;
    // Without a size it is all, which may be more than may be asked for.
    size = buf.byteLength;
  } else if (typeof size === 'function') {
    callback = size;
    offset = checkOffset(offset, elementSize, buf.byteLength);
    size = buf.byteLength - offset;
  } else {
    validateFunction(callback, 'callback');
    offset = checkOffset(offset, elementSize, buf.byteLength);
    size = checkSize(size, elementSize, offset, buf.byteLength);
  }
  validateFunction(callback, 'callback');
  if (size === 0) {
    process.nextTick(callback, null, buf);
    return;
  }
  // The memory is JavaScript's: it is filled on this thread.
  binding.random(size, (err, bytes) => {
    if (err) return callback(err);
    bytesOf(buf, offset, size).set(bytes);
    callback(null, buf);
  });
}

// ---- numbers ----

// The largest range of randomInt.
const RAND_MAX = 0xFFFF_FFFF_FFFF;
const numberCache = Buffer.alloc(6 * 1024);
let numberCacheOffset = numberCache.length;

function randomInt(min, max, callback) {
  // randomInt(max, cb) and randomInt(min, max, cb)
  const isMinDefault = max === undefined || typeof max === 'function';
  if (isMinDefault) {
    callback = max;
    max = min;
    min = 0;
  }
  const isSync = callback === undefined;
  if (!isSync) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', max);
  if (max <= min) throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (!(range <= RAND_MAX)) throw new ERR_OUT_OF_RANGE(isMinDefault ? 'max' : 'max - min', `<= ${RAND_MAX}`, range);

  // Numbers above the last multiple of the range would make the lower ones likelier.
  const limit = RAND_MAX - (RAND_MAX % range);
  let x;
  do {
    if (numberCacheOffset === numberCache.length) {
      binding.randomFill(numberCache);
      numberCacheOffset = 0;
    }
    x = numberCache.readUIntBE(numberCacheOffset, 6);
    numberCacheOffset += 6;
  } while (x >= limit);
  const n = (x % range) + min;
  if (isSync) return n;
  process.nextTick(callback, undefined, n);
}

// ---- UUIDs ----

const hexBytes = [];
for (let i = 0; i < 256; i++) hexBytes[i] = (i < 16 ? '0' : '') + i.toString(16);

const UUIDS_AT_ONCE = 128;
let uuidCache;
let uuidCacheOffset = 0;

function serialize(b, i, byte6, byte8) {
  return hexBytes[b[i]] + hexBytes[b[i + 1]] + hexBytes[b[i + 2]] + hexBytes[b[i + 3]] + '-' +
    hexBytes[b[i + 4]] + hexBytes[b[i + 5]] + '-' + hexBytes[byte6] + hexBytes[b[i + 7]] + '-' +
    hexBytes[byte8] + hexBytes[b[i + 9]] + '-' + hexBytes[b[i + 10]] + hexBytes[b[i + 11]] +
    hexBytes[b[i + 12]] + hexBytes[b[i + 13]] + hexBytes[b[i + 14]] + hexBytes[b[i + 15]];
}

function checkUuidOptions(options) {
  if (options !== undefined) validateObject(options, 'options');
  const { disableEntropyCache = false } = options || {};
  validateBoolean(disableEntropyCache, 'options.disableEntropyCache');
  return disableEntropyCache;
}

/** Where the next sixteen bytes are: [bytes, offset] without an array. */
function nextUuidBytes() {
  if (uuidCache === undefined || uuidCacheOffset === uuidCache.length) {
    uuidCache ??= new Uint8Array(16 * UUIDS_AT_ONCE);
    binding.randomFill(uuidCache);
    uuidCacheOffset = 0;
  }
  uuidCacheOffset += 16;
  return uuidCacheOffset - 16;
}

function randomUUID(options) {
  if (options !== undefined && checkUuidOptions(options)) {
    const b = binding.random(16);
    return serialize(b, 0, b[6] & 0x0f | 0x40, b[8] & 0x3f | 0x80);
  }
  const i = nextUuidBytes();
  return serialize(uuidCache, i, uuidCache[i + 6] & 0x0f | 0x40, uuidCache[i + 8] & 0x3f | 0x80);
}

/** Version 7 (RFC 9562): the time in milliseconds, then random bits. */
function randomUUIDv7(options) {
  let b;
  let i = 0;
  if (options !== undefined && checkUuidOptions(options)) {
    b = binding.random(16);
  } else {
    i = nextUuidBytes();
    b = uuidCache;
  }
  const now = Date.now();
  const high = Math.floor(now / 2 ** 32);
  b[i] = high >>> 8;
  b[i + 1] = high;
  b[i + 2] = now >>> 24;
  b[i + 3] = now >>> 16;
  b[i + 4] = now >>> 8;
  b[i + 5] = now;
  return serialize(b, i, b[i + 6] & 0x0f | 0x70, b[i + 8] & 0x3f | 0x80);
}

/** The web's `crypto.getRandomValues` */
function getRandomValues(data) {
  const { isTypedArray, isFloat16Array, isFloat32Array, isFloat64Array } = require('internal/util/types');
  const { lazyDOMException } = require('internal/util');
  if (!isTypedArray(data) || isFloat16Array?.(data) || isFloat32Array(data) || isFloat64Array(data)) {
    throw lazyDOMException(
      'The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  if (data.byteLength > 65536) {
    throw lazyDOMException(
      `The requested length exceeds 65,536 bytes`, 'QuotaExceededError');
  }
  randomFillSync(data, 0);
  return data;
}

// ---- primes ----

function toPrimeBytes(candidate, name) {
  if (typeof candidate === 'bigint') {
    if (candidate < 0n) throw new ERR_OUT_OF_RANGE(name, '>= 0', candidate);
    let text = candidate.toString(16);
    if (text.length % 2) text = `0${text}`;
    return Buffer.from(text, 'hex');
  }
  if (isAnyArrayBuffer(candidate)) return new Uint8Array(candidate);
  if (!ArrayBuffer.isView(candidate)) {
    throw new ERR_INVALID_ARG_TYPE(
      name, ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'], candidate);
  }
  return candidate;
}

function primeJob(size, options) {
  const { validateInt32 } = require('internal/validators');
  validateInt32(size, 'size', 1);
  validateObject(options, 'options');
  const { safe = false, bigint = false } = options;
  let { add, rem } = options;
  validateBoolean(safe, 'options.safe');
  validateBoolean(bigint, 'options.bigint');
  if (add !== undefined) add = toPrimeBytes(add, 'options.add');
  if (rem !== undefined) rem = toPrimeBytes(rem, 'options.rem');
  const finish = (bytes) => {
    if (bigint) return BigInt(`0x${bytes.toString('hex')}`);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  };
  if (add !== undefined) {
    const a = BigInt(`0x${Buffer.from(add).toString('hex') || '0'}`);
    if (a >= 1n << BigInt(size)) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.add');
    if (rem !== undefined && a <= BigInt(`0x${Buffer.from(rem).toString('hex') || '0'}`))
      throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.rem');
  }
  return { args: [size, safe, add, rem], finish };
}

function generatePrime(size, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  const { args, finish } = primeJob(size, options);
  binding.generatePrime(...args, (err, bytes) => {
    if (err) callback(err);
    else callback(undefined, finish(bytes));
  });
}

function generatePrimeSync(size, options = {}) {
  const { args, finish } = primeJob(size, options);
  return finish(binding.generatePrime(...args));
}

function checkPrimeArgs(candidate, options) {
  const bytes = toPrimeBytes(candidate, 'candidate');
  validateObject(options, 'options');
  const { checks = 0 } = options;
  require('internal/validators').validateInt32(checks, 'options.checks', 0);
  // OpenSSL's limit of a number.
  if (bytes.byteLength >= 2 ** 26)
    throw opensslError('03000072', 'bignum routines', 'bignum too long', 'ERR_OSSL_BN_BIGNUM_TOO_LONG');
  return [bytes, checks];
}

function checkPrime(candidate, options = {}, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  binding.checkPrime(...checkPrimeArgs(candidate, options), callback);
}

function checkPrimeSync(candidate, options = {}) {
  return binding.checkPrime(...checkPrimeArgs(candidate, options));
}

module.exports = {
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, getRandomValues,
  generatePrime, generatePrimeSync, checkPrime, checkPrimeSync,
};
