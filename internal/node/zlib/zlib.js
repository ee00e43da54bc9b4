'use strict';

// The module `zlib`.

const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { validateFunction, validateUint32 } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const { Buffer } = require('buffer');
const constants = require('internal/zlib/constants');
const { commonOptions, modeOptions } = require('internal/zlib/options');
const binding = internalBinding('zlib');

// The streams are evaluated when one is made: the functions for whole buffers do without.
let streams;
const lazyStreams = () => (streams ??= require('internal/zlib/stream'));

const {
  DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP,
  BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS,
} = constants;

const families = {
  Deflate: DEFLATE,
  Inflate: INFLATE,
  Gzip: GZIP,
  Gunzip: GUNZIP,
  DeflateRaw: DEFLATERAW,
  InflateRaw: INFLATERAW,
  Unzip: UNZIP,
  BrotliCompress: BROTLI_ENCODE,
  BrotliDecompress: BROTLI_DECODE,
  ZstdCompress: ZSTD_COMPRESS,
  ZstdDecompress: ZSTD_DECOMPRESS,
};

// ---- whole buffers ----

function toInput(buffer) {
  if (typeof buffer === 'string') return Buffer.from(buffer);
  if (ArrayBuffer.isView(buffer)) return buffer;
  if (isAnyArrayBuffer(buffer)) return Buffer.from(buffer);
  throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], buffer);
}

function finalFlush(common, mode) {
  return mode <= UNZIP ? lazyMaxFlush(common.flush, common.finishFlush) : common.finishFlush;
}
function lazyMaxFlush(flush, finishFlush) {
  return flush === constants.Z_NO_FLUSH ? finishFlush : lazyStreams().maxFlush(flush, finishFlush);
}

/** What the functions give: the output, or with the option `info` also the engine, as it was at its end. */
function withInfo(buffer, used, options, common, Class) {
  if (!common.info) return buffer;
  const engine = new Class(options);
  engine.bytesWritten = used;
  engine.close();
  return { buffer, engine };
}

function makeFunctions(name, mode, getClass) {
  function asyncBufferWrapper(buffer, options, callback) {
    if (typeof options === 'function') {
      callback = options;
      options = {};
    }
    const common = commonOptions(options, mode);
    const native = modeOptions(options, mode);
    validateFunction(callback, 'callback');
    const input = toInput(buffer);
    binding.run(
      input, finalFlush(common, mode), common.maxOutputLength, common.chunkSize, common.rejectGarbageAfterEnd,
      mode, native, (err, result) => {
        if (err) return callback(err);
        const { 0: output, 1: failure, 2: used } = result;
        if (failure) callback(lazyStreams().makeError(failure, common.maxOutputLength));
        else callback(null, withInfo(output, used, options, common, getClass()));
      });
  }
  function syncBufferWrapper(buffer, options) {
    const common = commonOptions(options, mode);
    const native = modeOptions(options, mode);
    const input = toInput(buffer);
    const { 0: output, 1: failure, 2: used } = binding.runSync(
      input, finalFlush(common, mode), common.maxOutputLength, common.chunkSize, common.rejectGarbageAfterEnd,
      mode, native);
    if (failure) throw lazyStreams().makeError(failure, common.maxOutputLength);
    return withInfo(output, used, options, common, getClass());
  }
  return { asyncBufferWrapper, syncBufferWrapper };
}

// ---- classes ----

const warned = new Set();

/** `zlib.Gzip()` without new. */
function instantiate(Class, options) {
  if (!warned.has(Class)) {
    warned.add(Class);
    process.emitWarning(
      `Instantiating ${Class.name} without the 'new' keyword has been deprecated.`, 'DeprecationWarning', 'DEP0184');
  }
  return new Class(options);
}

function makeClass(name, mode) {
  const { Zlib, ZlibBase } = lazyStreams();
  const Base = mode <= UNZIP ? Zlib : ZlibBase;
  const Class = {
    [name]: function(opts) {
      if (!(this instanceof Class)) return instantiate(Class, opts);
      Base.call(this, opts, mode);
    },
  }[name];
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  Object.setPrototypeOf(Class, Base);
  return Class;
}

// ---- crc32 ----

function crc32(data, value = 0) {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  validateUint32(value, 'value');
  return binding.crc32(data, value);
}

// ---- the module ----

exports.crc32 = crc32;

const classes = {};
for (const name of Object.keys(families)) {
  const mode = families[name];
  internalBinding('util').defineLazyProperties(exports, () => (classes[name] ??= makeClass(name, mode)), [name]);
}

for (const name of ['Deflate', 'Gzip', 'DeflateRaw', 'Unzip', 'Inflate', 'Gunzip', 'InflateRaw',
                    'BrotliCompress', 'BrotliDecompress', 'ZstdCompress', 'ZstdDecompress']) {
  const method = name[0].toLowerCase() + name.slice(1);
  const { asyncBufferWrapper, syncBufferWrapper } =
    makeFunctions(method, families[name], () => (classes[name] ??= makeClass(name, families[name])));
  exports[method] = asyncBufferWrapper;
  exports[`${method}Sync`] = syncBufferWrapper;
}

for (const name of Object.keys(families)) {
  const create = {
    [`create${name}`](opts) {
      return new (classes[name] ??= makeClass(name, families[name]))(opts);
    },
  }[`create${name}`];
  Object.defineProperty(exports, `create${name}`, {
    __proto__: null, configurable: true, enumerable: true, writable: false, value: create,
  });
}

const codes = {
  Z_OK: constants.Z_OK,
  Z_STREAM_END: constants.Z_STREAM_END,
  Z_NEED_DICT: constants.Z_NEED_DICT,
  Z_ERRNO: constants.Z_ERRNO,
  Z_STREAM_ERROR: constants.Z_STREAM_ERROR,
  Z_DATA_ERROR: constants.Z_DATA_ERROR,
  Z_MEM_ERROR: constants.Z_MEM_ERROR,
  Z_BUF_ERROR: constants.Z_BUF_ERROR,
  Z_VERSION_ERROR: constants.Z_VERSION_ERROR,
};
for (const name of Object.keys(codes)) codes[codes[name]] = name;

Object.defineProperties(exports, {
  constants: { __proto__: null, enumerable: true, value: constants },
  codes: { __proto__: null, enumerable: true, value: Object.freeze(codes) },
});

// The constants were properties of the module once.
for (const name of Object.keys(constants)) {
  if (!name.startsWith('BROTLI'))
    Object.defineProperty(exports, name, { __proto__: null, enumerable: false, value: constants[name] });
}
