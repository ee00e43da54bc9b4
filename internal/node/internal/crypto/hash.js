'use strict';

// Hash, Hmac and hash(). A hash of one piece of text, by far the most frequent, is one call of native code: the text is
// kept until digest(). Everything else has a native hash, known by a number.

const LazyTransform = require('internal/streams/lazy_transform');
const {
  codes: {
    ERR_CRYPTO_HASH_FINALIZED, ERR_CRYPTO_INVALID_DIGEST,
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateEncoding, validateString, validateUint32 } = require('internal/validators');
const { Buffer } = require('buffer');
const {
  kHandle, decode, outputEncodingNumber, toBytes, getStringOption, opensslError,
} = require('internal/crypto/util');
const binding = internalBinding('crypto');

const kAlgorithm = Symbol('kAlgorithm');
const kLength = Symbol('kLength'); // of the output; -1: the algorithm's own
const kPending = Symbol('kPending'); // text that no native hash has seen
const kKey = Symbol('kKey');
const kFinalized = Symbol('kFinalized');
const kResult = Symbol('kResult'); // of a stream that has ended

// Longer text is not kept.
const MAX_PENDING = 64 * 1024;

// Sizes of digests by name as it was given; see hashSize.
const sizes = new Map();

/** The size of an algorithm's digest; below -9: minus 10 minus the default, for one of any length; -1: there is none. */
function digestSize(algorithm) {
  let size = sizes.get(algorithm);
  if (size === undefined) {
    size = binding.hashSize(algorithm);
    if (size !== -1) sizes.set(algorithm, size);
  }
  return size;
}

let abandoned;
/** Frees the native hash of an object that is never finished. */
function watch(object, handle) {
  abandoned ??= new FinalizationRegistry(binding.hashFree);
  abandoned.register(object, handle, object);
}

let shakeWarned = false;
function warnShake() {
  if (shakeWarned) return;
  shakeWarned = true;
  if (!require('internal/options').getOptionValue('--pending-deprecation')) return;
  process.emitWarning(
    'Creating SHAKE128/256 digests without an explicit options.outputLength is deprecated.',
    'DeprecationWarning', 'DEP0198');
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const source = algorithm instanceof Hash ? algorithm : undefined;
  if (source === undefined) validateString(algorithm, 'algorithm');
  const outputLength = typeof options === 'object' && options !== null ? options.outputLength : undefined;
  if (outputLength !== undefined) validateUint32(outputLength, 'options.outputLength');

  this[kAlgorithm] = source === undefined ? algorithm : source[kAlgorithm];
  this[kLength] = outputLength ?? -1;
  this[kPending] = null;
  this[kHandle] = 0;
  this[kFinalized] = false;
  this[kResult] = null;

  const size = digestSize(this[kAlgorithm]);
  if (size === -1) throw new Error('Digest method not supported');
  if (outputLength !== undefined && size >= 0 && outputLength !== size) {
    const error = opensslError(
      '030000B2', 'digital envelope routines', 'not XOF or invalid length', 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH');
    delete error.opensslErrorStack;
    throw error;
  }
  if (size < -1 && outputLength === undefined && source === undefined) warnShake();

  if (source !== undefined) {
    this[kPending] = source[kPending];
    if (source[kHandle] !== 0) {
      this[kHandle] = binding.hashCopy(source[kHandle], outputLength ?? (size < -1 ? -10 - size : -1));
      watch(this, this[kHandle]);
    }
  }
  LazyTransform.call(this, options);
}
Object.setPrototypeOf(Hash.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hash, LazyTransform);

function checkData(data, encoding) {
  if (typeof data === 'string') {
    validateEncoding(data, encoding);
  } else if (!ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
}

/** Adds data to a Hash or Hmac; `start` makes the native one. */
function addData(self, data, encoding, start) {
  data = toBytes(data, encoding);
  if (self[kHandle] === 0) {
    if (self[kPending] === null && typeof data === 'string' && data.length <= MAX_PENDING) {
      self[kPending] = data;
      return;
    }
    const handle = start(self);
    self[kHandle] = handle;
    watch(self, handle);
    if (self[kPending] !== null) {
      binding.hashUpdate(handle, self[kPending]);
      self[kPending] = null;
    }
  }
  binding.hashUpdate(self[kHandle], data);
}

function finishHandle(self, encoding) {
  const handle = self[kHandle];
  self[kHandle] = 0;
  abandoned.unregister(self);
  return binding.hashDigest(handle, encoding);
}

const startHash = (self) => binding.hashNew(self[kAlgorithm], self[kLength]);

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this, options);
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  this.update(chunk, encoding);
  callback();
};

// What the stream gives at its end; digest() may be asked for it once more.
Hash.prototype._flush = function _flush(callback) {
  this[kResult] = this.digest();
  this[kFinalized] = false;
  this.push(this[kResult]);
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  checkData(data, encoding);
  addData(this, data, encoding, startHash);
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  // Whatever is true is made text of, as it always was.
  const encoding = outputEncoding ? `${outputEncoding}` : 'buffer';
  const number = outputEncodingNumber(encoding);
  this[kFinalized] = true;
  if (this[kResult] !== null) return encoding === 'buffer' ? this[kResult] : decode(this[kResult], encoding);
  const result = this[kHandle] === 0 ?
    binding.hashOnce(this[kAlgorithm], this[kPending] ?? '', number, this[kLength]) :
    finishHandle(this, number);
  return decode(result, encoding);
};

function Hmac(hmac, key, options) {
  if (!new.target) return new Hmac(hmac, key, options);
  validateString(hmac, 'hmac');
  const encoding = getStringOption(options, 'encoding');
  const bytes = require('internal/crypto/keys').secretKeyBytes(key, encoding);
  if (digestSize(hmac) < 0) throw new ERR_CRYPTO_INVALID_DIGEST(hmac);
  this[kAlgorithm] = hmac;
  this[kKey] = bytes;
  this[kPending] = null;
  this[kHandle] = 0;
  this[kFinalized] = false;
  LazyTransform.call(this, options);
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

const startHmac = (self) => binding.hmacNew(self[kAlgorithm], self[kKey]);

Hmac.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  checkData(data, encoding);
  addData(this, data, encoding, startHmac);
  return this;
};

Hmac.prototype.digest = function digest(outputEncoding) {
  const encoding = outputEncoding ? `${outputEncoding}` : 'buffer';
  if (this[kFinalized]) {
    const empty = Buffer.from('');
    return encoding !== 'buffer' ? empty.toString(encoding) : empty;
  }
  this[kFinalized] = true;
  const number = outputEncodingNumber(encoding);
  const result = this[kHandle] === 0 ?
    binding.hmacOnce(this[kAlgorithm], this[kKey], this[kPending] ?? '', number) :
    finishHandle(this, number);
  this[kKey] = null;
  return decode(result, encoding);
};

Hmac.prototype._flush = function _flush(callback) {
  this.push(this.digest());
  callback();
};
Hmac.prototype._transform = Hash.prototype._transform;

/** `crypto.hash(algorithm, data, options)` */
function hash(algorithm, input, options) {
  validateString(algorithm, 'algorithm');
  if (typeof input !== 'string' && !ArrayBuffer.isView(input))
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  let outputEncoding;
  let outputLength;
  if (typeof options === 'string') {
    outputEncoding = options;
  } else if (options !== undefined) {
    if (typeof options !== 'object' || options === null)
      throw new ERR_INVALID_ARG_TYPE('options', ['string', 'object'], options);
    outputEncoding = options.outputEncoding;
    outputLength = options.outputLength;
  }
  outputEncoding ??= 'hex';
  let encoding = outputEncoding;
  if (encoding !== 'hex' && encoding !== 'buffer') {
    validateString(encoding, 'outputEncoding');
    encoding = encoding.toLowerCase();
    if (encoding !== 'buffer' && !Buffer.isEncoding(encoding))
      throw new ERR_INVALID_ARG_VALUE('outputEncoding', outputEncoding);
  }
  const size = digestSize(algorithm);
  if (size === -1) throw new Error(`Digest method ${algorithm} is not supported`);
  if (outputLength !== undefined) {
    validateUint32(outputLength, 'outputLength');
    if (size >= 0 && outputLength !== size)
      throw new Error(`Output length ${outputLength} is invalid for ${algorithm}, which does not support XOF`);
  } else if (size < -1) {
    warnShake();
  }
  return decode(binding.hashOnce(algorithm, input, outputEncodingNumber(encoding), outputLength ?? -1), encoding);
}

module.exports = { Hash, Hmac, hash, digestSize };
