'use strict';

// The public module "buffer": the constructor Buffer and its statics. The methods of its prototype
// that are not codecs or numbers are in internal/buffer_methods.

const {
  codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_UNKNOWN_ENCODING },
} = require('internal/errors');
const {
  validateArray, validateInteger, validateNumber, validateString,
} = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView, isTypedArray, isUint8Array } = require('internal/util/types');
const { customInspectSymbol, defineLazyProperties, deprecate, kIsEncodingSymbol, normalizeEncoding } = require('internal/util');
const { getOptionValue } = require('internal/options');
const {
  FastBuffer, addBufferPrototype, createUnsafeBuffer, markAsUntransferable, setZeroFill,
} = require('internal/buffer');
const { getEncodingOps, utf8 } = require('internal/buffer_encodings');
const { methods, inspectLimit } = require('internal/buffer_methods');
const {
  atob: decodeBase64,
  btoa: encodeBase64,
  compare: compareBytes,
  createUnsafeArrayBuffer,
  isAscii: bytesAreAscii,
  isUtf8: bytesAreUtf8,
  kMaxLength,
  kStringMaxLength,
} = internalBinding('buffer');

FastBuffer.prototype.constructor = Buffer;
Buffer.prototype = FastBuffer.prototype;
addBufferPrototype(Buffer.prototype);

const constants = Object.defineProperties({}, {
  MAX_LENGTH: { __proto__: null, value: kMaxLength, writable: false, enumerable: true },
  MAX_STRING_LENGTH: { __proto__: null, value: kStringMaxLength, writable: false, enumerable: true },
});

// ---- the pool: small buffers are windows into one piece of memory ----

Buffer.poolSize = 64 * 1024;
let pool; // a FastBuffer over the whole of it
let poolMemory; // its ArrayBuffer
let poolSize = 0;
let poolOffset = 0;

function createPool() {
  poolSize = Buffer.poolSize;
  poolMemory = createUnsafeArrayBuffer(poolSize);
  markAsUntransferable(poolMemory);
  pool = new FastBuffer(poolMemory);
  poolOffset = 0;
}

/** The next buffer starts at a multiple of 8, as typed arrays over it may need. */
function alignPool() {
  if (poolOffset & 7) poolOffset = (poolOffset | 7) + 1;
}

/** Memory of undefined content, from the pool if it is small. */
function allocate(size) {
  if (size <= 0) return new FastBuffer();
  if (size >= Buffer.poolSize >>> 1) return createUnsafeBuffer(size);
  if (size > poolSize - poolOffset) createPool();
  const buffer = new FastBuffer(poolMemory, poolOffset, size);
  poolOffset += size;
  alignPool();
  return buffer;
}

// ---- the constructor ----

const deprecation = 'Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), ' +
  'Buffer.allocUnsafe(), or Buffer.from() methods instead.';
let warned = false;
let depth = 0;

/** Warns of `new Buffer()` once, and not for the sake of a dependency, unless --pending-deprecation asks for it. */
function warnOfConstructor() {
  if (warned || ++depth > 10000) return;
  if (!getOptionValue('--pending-deprecation') && isInsideNodeModules()) return;
  process.emitWarning(deprecation, 'DeprecationWarning', 'DEP0005');
  warned = true;
}

/** Was the constructor called from a file of a dependency? The first frame that is not ours tells. */
function isInsideNodeModules() {
  const { isInsideNodeModules: native } = internalBinding('util');
  return native !== undefined && native(100, true);
}

/** The deprecated constructor: new Buffer(size), or what Buffer.from() takes. */
function Buffer(arg, encodingOrOffset, length) {
  warnOfConstructor();
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new ERR_INVALID_ARG_TYPE('string', 'string', arg);
    return Buffer.alloc(arg);
  }
  return Buffer.from(arg, encodingOrOffset, length);
}

// A typed array derived from a Buffer is a Buffer's FastBuffer.
Object.defineProperty(Buffer, Symbol.species, {
  __proto__: null,
  configurable: true,
  enumerable: false,
  get() {
    return FastBuffer;
  },
});

/** A Buffer with the bytes of a string, an ArrayBuffer's memory, or the elements of something like an array. */
Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (primitive != null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    const buffer = fromObject(value);
    if (buffer) return buffer;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const string = value[Symbol.toPrimitive]('string');
      if (typeof string === 'string') return fromString(string, encodingOrOffset);
    }
  }
  throw new ERR_INVALID_ARG_TYPE('first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
};

function fromString(string, encoding) {
  let ops = utf8;
  if (typeof encoding === 'string' && encoding.length !== 0) {
    ops = getEncodingOps(encoding);
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  }
  const length = string.length;
  if (length === 0) return new FastBuffer();
  let size = ops.bound(length);
  if (size > poolSize - poolOffset) {
    // The bound is too pessimistic by two thirds for most text: ask before leaving the pool.
    size = ops.byteLength(string);
    if (size >= Buffer.poolSize >>> 1) {
      const buffer = createUnsafeBuffer(size);
      const written = ops.write(buffer, string, 0, size);
      return written === size ? buffer : new FastBuffer(buffer.buffer, 0, written); // text that was not what it says
    }
    if (size > poolSize - poolOffset) createPool();
  } else if (length >= Buffer.poolSize >>> 1) {
    size = ops.byteLength(string);
    const buffer = createUnsafeBuffer(size);
    const written = ops.write(buffer, string, 0, size);
    return written === size ? buffer : new FastBuffer(buffer.buffer, 0, written);
  }
  const written = ops.write(pool, string, poolOffset, size);
  const buffer = new FastBuffer(poolMemory, poolOffset, written);
  poolOffset += written;
  alignPool();
  return buffer;
}

function fromArrayBuffer(memory, byteOffset, length) {
  if (byteOffset === undefined) {
    byteOffset = 0;
  } else {
    byteOffset = +byteOffset;
    if (Number.isNaN(byteOffset)) byteOffset = 0;
  }
  const available = memory.byteLength - byteOffset;
  if (available < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length !== undefined) {
    length = +length;
    if (length > 0) {
      if (length > available) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    } else {
      length = 0;
    }
  }
  return new FastBuffer(memory, byteOffset, length);
}

function fromArrayLike(array) {
  const length = array.length;
  if (length <= 0) return new FastBuffer();
  const buffer = allocate(length);
  if (isTypedArray(array)) buffer.set(array, 0);
  else copyElements(array, buffer, length);
  return buffer;
}

/** What TypedArray.prototype.set does, without the call into the engine's slow case. */
function copyElements(array, buffer, length) {
  for (let i = 0; i < length; i++) buffer[i] = array[i];
}

function fromObject(object) {
  if (object.length !== undefined || isAnyArrayBuffer(object.buffer)) {
    if (typeof object.length !== 'number') return new FastBuffer();
    return fromArrayLike(object);
  }
  if (object.type === 'Buffer' && Array.isArray(object.data)) return fromArrayLike(object.data);
}

/** A copy of a TypedArray's memory (not of its elements' values). */
Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!isTypedArray(view)) throw new ERR_INVALID_ARG_TYPE('view', [ 'TypedArray' ], view);
  const count = view.length;
  if (count === 0) return new FastBuffer();
  let start = 0;
  let end = count;
  if (offset !== undefined) {
    validateInteger(offset, 'offset', 0);
    if (offset >= count) return new FastBuffer();
    start = offset;
  }
  if (length !== undefined) {
    validateInteger(length, 'length', 0);
    end = Math.min(start + length, count);
  }
  if (end <= start) return new FastBuffer();
  const size = view.byteLength / count;
  return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset + start * size, (end - start) * size));
};

/** The elements given as bytes. */
Buffer.of = function of(...items) {
  const buffer = createUnsafeBuffer(items.length);
  copyElements(items, buffer, items.length);
  return buffer;
};

/** `size` bytes of zero, or filled with a value. */
Buffer.alloc = function alloc(size, fill, encoding) {
  validateNumber(size, 'size', 0, kMaxLength);
  if (fill !== undefined && fill !== 0 && size > 0) {
    return methods.fill.call(createUnsafeBuffer(size), fill, 0, size, encoding);
  }
  return new FastBuffer(size);
};

/** `size` bytes of anything, from the pool if there are few. */
Buffer.allocUnsafe = function allocUnsafe(size) {
  validateNumber(size, 'size', 0, kMaxLength);
  return allocate(size);
};

/** `size` bytes of anything, never from the pool. */
Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  validateNumber(size, 'size', 0, kMaxLength);
  return createUnsafeBuffer(size);
};

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

Buffer.compare = function compare(buf1, buf2) {
  if (!isUint8Array(buf1)) throw new ERR_INVALID_ARG_TYPE('buf1', ['Buffer', 'Uint8Array'], buf1);
  if (!isUint8Array(buf2)) throw new ERR_INVALID_ARG_TYPE('buf2', ['Buffer', 'Uint8Array'], buf2);
  return buf1 === buf2 ? 0 : compareBytes(buf1, buf2);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 && normalizeEncoding(encoding) !== undefined;
};

/** One Buffer out of many, cut or filled up with zeros to `length`. */
Buffer.concat = function concat(list, length) {
  validateArray(list, 'list');
  if (list.length === 0) return new FastBuffer();
  if (length !== undefined) validateInteger(length, 'length', 0, kMaxLength);
  let total = 0;
  for (let i = 0; i < list.length; i++) {
    if (!isUint8Array(list[i])) throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], list[i]);
    total += list[i].byteLength;
  }
  if (length === undefined) length = total;
  const buffer = allocate(length);
  let position = 0;
  for (let i = 0; i < list.length && position < length; i++) {
    const part = list[i];
    const room = length - position;
    buffer.set(part.byteLength <= room ? part : new FastBuffer(part.buffer, part.byteOffset, room), position);
    position += part.byteLength;
  }
  if (position < length) buffer.fill(0, position, length);
  return buffer;
};

/** How many bytes a string takes in an encoding. */
Buffer.byteLength = function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (isArrayBufferView(string) || isAnyArrayBuffer(string)) return string.byteLength;
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  if (string.length === 0) return 0;
  const ops = encoding ? getEncodingOps(encoding) : utf8;
  return (ops ?? utf8).byteLength(string);
};

Buffer[kIsEncodingSymbol] = Buffer.isEncoding;

// ---- the prototype ----

Object.defineProperty(Buffer.prototype, 'parent', {
  __proto__: null,
  enumerable: true,
  get() {
    return this instanceof Buffer ? this.buffer : undefined;
  },
});
Object.defineProperty(Buffer.prototype, 'offset', {
  __proto__: null,
  enumerable: true,
  get() {
    return this instanceof Buffer ? this.byteOffset : undefined;
  },
});
Object.assign(Buffer.prototype, methods);
Buffer.prototype[customInspectSymbol] = methods.inspect;

// ---- the module's functions ----

function SlowBuffer(size) {
  validateNumber(size, 'size', 0, kMaxLength);
  return createUnsafeBuffer(size);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

function btoa(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = encodeBase64(`${input}`);
  if (result === -1) throw domException('Invalid character', 'InvalidCharacterError');
  return result;
}

function atob(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = decodeBase64(`${input}`);
  switch (result) {
    case -2: // a character that is not base64
      throw domException('Invalid character', 'InvalidCharacterError');
    case -1: // a single character left over
      throw domException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
    case -3:
      throw domException('The input is too long.', 'InvalidCharacterError');
    default:
      return result;
  }
}

function domException(message, name) {
  return new (require('internal/util').lazyDOMExceptionClass())(message, name);
}

function isUtf8(input) {
  if (isTypedArray(input) || isAnyArrayBuffer(input)) return bytesAreUtf8(input);
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

function isAscii(input) {
  if (isTypedArray(input) || isAnyArrayBuffer(input)) return bytesAreAscii(input);
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

const transcodable = new Set(['utf8', 'utf16le', 'latin1', 'ascii']);

/** The same text in another encoding; what it does not know becomes '?'. */
function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  if (source.length === 0) return Buffer.alloc(0);
  const from = normalizeEncoding(fromEncoding) || fromEncoding;
  const to = normalizeEncoding(toEncoding) || toEncoding;
  if (!transcodable.has(from) || !transcodable.has(to)) {
    const error = new Error('Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]');
    error.code = 'U_ILLEGAL_ARGUMENT_ERROR';
    error.errno = 1;
    throw error;
  }
  return require('internal/transcode').transcode(source, from, to);
}

setZeroFill(getOptionValue('--zero-fill-buffers'));

module.exports = {
  Buffer,
  SlowBuffer: deprecate(SlowBuffer, 'SlowBuffer() is deprecated. Please use Buffer.allocUnsafeSlow()', 'DEP0030'),
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
};

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  INSPECT_MAX_BYTES: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return inspectLimit.bytes;
    },
    set(value) {
      validateNumber(value, 'INSPECT_MAX_BYTES', 0);
      inspectLimit.bytes = value;
    },
  },
});
defineLazyProperties(module.exports, 'internal/blob', ['Blob', 'resolveObjectURL']);
defineLazyProperties(module.exports, 'internal/file', ['File']);
