'use strict';

// CompressionStream and DecompressionStream, on the streams of zlib.

const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { customInspect, finishClass, kInspect } = require('internal/webstreams/util');
const { newReadableWritablePairFromDuplex } = require('internal/webstreams/adapters');

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
      #transform;

      constructor(format) {
        this.#transform = newReadableWritablePairFromDuplex(makers[checkFormat(format, name)](require('zlib')));
      }
      get readable() { return this.#transform.readable; }
      get writable() { return this.#transform.writable; }
      [kInspect](depth, options) {
        return customInspect(depth, options, name, { readable: this.readable, writable: this.writable });
      }
    },
  }[name];
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
