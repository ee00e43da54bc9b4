'use strict';

// The options of zlib's classes and functions: checked, and in the form that the native half takes.

const {
  codes: {
    ERR_BROTLI_INVALID_PARAM, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_ZSTD_INVALID_PARAM,
  },
} = require('internal/errors');
const { validateBoolean, validateNumber } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const { kMaxLength, Buffer } = require('buffer');
const constants = require('internal/zlib/constants');

const {
  DEFLATE, INFLATE, GZIP, GUNZIP, UNZIP, DEFLATERAW, INFLATERAW,
  BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS,
} = constants;

// What a mode flushes with: between chunks, at the end, and for flush() without an argument; and the highest number.
const zlibFlush = {
  flush: constants.Z_NO_FLUSH, finishFlush: constants.Z_FINISH, fullFlush: constants.Z_FULL_FLUSH,
  last: constants.Z_BLOCK,
};
const brotliFlush = {
  flush: constants.BROTLI_OPERATION_PROCESS, finishFlush: constants.BROTLI_OPERATION_FINISH,
  fullFlush: constants.BROTLI_OPERATION_FLUSH, last: constants.BROTLI_OPERATION_EMIT_METADATA,
};
const zstdFlush = {
  flush: constants.ZSTD_e_continue, finishFlush: constants.ZSTD_e_end, fullFlush: constants.ZSTD_e_flush,
  last: constants.ZSTD_e_end,
};

function flushKinds(mode) {
  if (mode === BROTLI_DECODE || mode === BROTLI_ENCODE) return brotliFlush;
  if (mode === ZSTD_COMPRESS || mode === ZSTD_DECOMPRESS) return zstdFlush;
  return zlibFlush;
}

/** Whether `number` is a number; undefined and NaN mean the default, anything else is an error. */
function checkFiniteNumber(number, name) {
  if (number === undefined) return false;
  if (Number.isFinite(number)) return true;
  if (Number.isNaN(number)) return false;
  validateNumber(number, name);
  throw new ERR_OUT_OF_RANGE(name, 'a finite number', number);
}

function checkRange(number, name, lower, upper, byDefault) {
  if (!checkFiniteNumber(number, name)) return byDefault;
  if (number < lower || number > upper) throw new ERR_OUT_OF_RANGE(name, `>= ${lower} and <= ${upper}`, number);
  return number;
}

/** The options that all modes have. */
function commonOptions(options, mode) {
  const kinds = flushKinds(mode);
  const common = {
    chunkSize: constants.Z_DEFAULT_CHUNK,
    flush: kinds.flush,
    finishFlush: kinds.finishFlush,
    fullFlush: kinds.fullFlush,
    maxOutputLength: kMaxLength,
    rejectGarbageAfterEnd: false,
    info: undefined,
  };
  if (!options) return common;
  if (checkFiniteNumber(options.chunkSize, 'options.chunkSize')) {
    if (options.chunkSize < constants.Z_MIN_CHUNK)
      throw new ERR_OUT_OF_RANGE('options.chunkSize', `>= ${constants.Z_MIN_CHUNK}`, options.chunkSize);
    common.chunkSize = Math.floor(options.chunkSize);
  }
  common.flush = checkRange(options.flush, 'options.flush', 0, kinds.last, kinds.flush);
  common.finishFlush = checkRange(options.finishFlush, 'options.finishFlush', 0, kinds.last, kinds.finishFlush);
  common.maxOutputLength = checkRange(options.maxOutputLength, 'options.maxOutputLength', 1, kMaxLength, kMaxLength);
  if (options.rejectGarbageAfterEnd !== undefined) {
    validateBoolean(options.rejectGarbageAfterEnd, 'options.rejectGarbageAfterEnd');
    common.rejectGarbageAfterEnd = options.rejectGarbageAfterEnd;
  }
  common.info = options.info;
  return common;
}

function checkDictionary(dictionary) {
  if (dictionary === undefined || ArrayBuffer.isView(dictionary)) return dictionary;
  if (isAnyArrayBuffer(dictionary)) return Buffer.from(dictionary);
  throw new ERR_INVALID_ARG_TYPE(
    'options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary);
}

function zlibOptions(options, mode) {
  let windowBits = constants.Z_DEFAULT_WINDOWBITS;
  let level = constants.Z_DEFAULT_COMPRESSION;
  let strategy = constants.Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    // Decompressors may take the window's size from the stream.
    if ((options.windowBits == null || options.windowBits === 0) &&
        (mode === INFLATE || mode === GUNZIP || mode === UNZIP)) {
      windowBits = 0;
    } else {
      // 8 bits are never used by zlib for compression, and gzip does not accept them.
      const min = constants.Z_MIN_WINDOWBITS + (mode === GZIP ? 1 : 0);
      windowBits = checkRange(options.windowBits, 'options.windowBits', min, constants.Z_MAX_WINDOWBITS, windowBits);
    }
    if ((mode === DEFLATERAW || mode === DEFLATE) && windowBits === 8) windowBits = 9;
    level = checkRange(options.level, 'options.level', constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, level);
    checkRange(options.memLevel, 'options.memLevel', constants.Z_MIN_MEMLEVEL, constants.Z_MAX_MEMLEVEL);
    strategy = checkRange(options.strategy, 'options.strategy', constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, strategy);
    dictionary = checkDictionary(options.dictionary);
  } else if (mode === INFLATE || mode === GUNZIP || mode === UNZIP) {
    windowBits = 0;
  }
  return [windowBits, level, strategy, dictionary];
}

const maxBrotliParam = constants.BROTLI_PARAM_NDIRECT;

function brotliOptions(options) {
  const values = new Array(maxBrotliParam + 1).fill(-1);
  if (options?.params) {
    for (const name of Object.keys(options.params)) {
      const key = +name;
      if (Number.isNaN(key) || key < 0 || key > maxBrotliParam || values[key] !== -1)
        throw new ERR_BROTLI_INVALID_PARAM(name);
      const value = options.params[name];
      if (typeof value !== 'number' && typeof value !== 'boolean')
        throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
      values[key] = value >>> 0;
    }
  }
  return values;
}

function zstdOptions(options, mode) {
  const prefix = mode === ZSTD_COMPRESS ? 'ZSTD_c_' : 'ZSTD_d_';
  const pairs = [];
  if (options?.params) {
    let max = 0;
    for (const name of Object.keys(constants)) {
      if (name.startsWith(prefix)) max = Math.max(max, constants[name]);
    }
    const seen = new Set();
    for (const name of Object.keys(options.params)) {
      const key = +name;
      if (Number.isNaN(key) || key < 0 || key > max || seen.has(key)) throw new ERR_ZSTD_INVALID_PARAM(name);
      const value = options.params[name];
      if (typeof value !== 'number' && typeof value !== 'boolean')
        throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
      seen.add(key);
      pairs.push(key, value | 0);
    }
  }
  let pledged = -1;
  if (options?.pledgedSrcSize !== undefined) {
    validateNumber(options.pledgedSrcSize, 'options.pledgedSrcSize');
    if (options.pledgedSrcSize < 0) throw new RangeError('pledgedSrcSize must be non-negative');
    pledged = options.pledgedSrcSize;
  }
  return [pairs, pledged, checkDictionary(options?.dictionary)];
}

/** The options of one mode, for the native half. */
function modeOptions(options, mode) {
  switch (mode) {
    case DEFLATE: case INFLATE: case GZIP: case GUNZIP: case UNZIP: case DEFLATERAW: case INFLATERAW:
      return zlibOptions(options, mode);
    case BROTLI_ENCODE: case BROTLI_DECODE:
      return brotliOptions(options);
    default:
      return zstdOptions(options, mode);
  }
}

module.exports = { checkRange, commonOptions, modeOptions, flushKinds };
