'use strict';

// CompressionStream and DecompressionStream, on the streams of zlib.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS } } = require('internal/errors');
const { customInspect, finishClass, kInspect } = require('internal/webstreams/util');
const { newReadableWritablePairFromDuplex } = require('internal/webstreams/adapters');

const kTransform = Symbol('kTransform');

const formats = ['deflate', 'deflate-raw', 'gzip', 'brotli'];

function checkFormat(format, className) {
  const name = `${format}`;
  if (formats.includes(name)) return name;
  const error = new ERR_INVALID_ARG_VALUE('format', format);
  // In the words of Web IDL.
  error.message = `Failed to construct '${className}': 1st argument '${name}' is not a valid enum value of type ` +
    'CompressionFormat.';
  throw error;
}

function makeClass(name, makers) {
  const Class = {
    [name]: class {
      constructor(format) {
        this[kTransform] = newReadableWritablePairFromDuplex(makers[checkFormat(format, name)](require('zlib')));
      }
      get readable() { return check(this).readable; }
      get writable() { return check(this).writable; }
      [kInspect](depth, options) {
        return customInspect(depth, options, name, { readable: this.readable, writable: this.writable });
      }
    },
  }[name];
  function check(object) {
    if (object === null || typeof object !== 'object' || object[kTransform] === undefined)
      throw new ERR_INVALID_THIS(name);
    return object[kTransform];
  }
  finishClass(Class, ['readable', 'writable']);
  return Class;
}

module.exports = {
  CompressionStream: makeClass('CompressionStream', {
    'deflate': (zlib) => zlib.createDeflate(),
    'deflate-raw': (zlib) => zlib.createDeflateRaw(),
    'gzip': (zlib) => zlib.createGzip(),
    'brotli': (zlib) => zlib.createBrotliCompress(),
  }),
  DecompressionStream: makeClass('DecompressionStream', {
    'deflate': (zlib) => zlib.createInflate({ rejectGarbageAfterEnd: true }),
    'deflate-raw': (zlib) => zlib.createInflateRaw({ rejectGarbageAfterEnd: true }),
    'gzip': (zlib) => zlib.createGunzip({ rejectGarbageAfterEnd: true }),
    'brotli': (zlib) => zlib.createBrotliDecompress({ rejectGarbageAfterEnd: true }),
  }),
};
