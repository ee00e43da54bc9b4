'use strict';

// Sign, Verify, sign() and verify().

const {
  codes: {
    ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_SIGN_KEY_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateEncoding, validateFunction, validateString } = require('internal/validators');
const Writable = require('internal/streams/writable');
const { Buffer } = require('buffer');
const { codedError, getArrayBufferOrView, reasonError } = require('internal/crypto/util');
const { preparePrivateKey, preparePublicOrPrivateKey } = require('internal/crypto/keys');
const { digestSize } = require('internal/crypto/hash');
const constants = require('internal/crypto/constants');
const binding = internalBinding('crypto');

const kAlgorithm = Symbol('kAlgorithm');
// No salt length was asked for: that of the key, or the longest.
const kKeySalt = -3;
const kChunks = Symbol('kChunks');

// The data is kept until the key is known: some keys sign the data itself and not a hash of it.

function setup(self, algorithm, options) {
  validateString(algorithm, 'algorithm');
  if (digestSize(algorithm) === -1) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
  self[kAlgorithm] = algorithm;
  self[kChunks] = [];
  Writable.call(self, options);
}

function Sign(algorithm, options) {
  if (!(this instanceof Sign)) return new Sign(algorithm, options);
  setup(this, algorithm, options);
}
Object.setPrototypeOf(Sign.prototype, Writable.prototype);
Object.setPrototypeOf(Sign, Writable);

function Verify(algorithm, options) {
  if (!(this instanceof Verify)) return new Verify(algorithm, options);
  setup(this, algorithm, options);
}
Object.setPrototypeOf(Verify.prototype, Writable.prototype);
Object.setPrototypeOf(Verify, Writable);

for (const Class of [Sign, Verify]) {
  Class.prototype._write = function _write(chunk, encoding, callback) {
    this.update(chunk, encoding);
    callback();
  };
  Class.prototype.update = function update(data, encoding) {
    if (typeof data === 'string') {
      validateEncoding(data, encoding);
      data = Buffer.from(data, encoding === 'buffer' ? 'utf8' : encoding);
    } else if (!ArrayBuffer.isView(data)) {
      throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
    } else {
      data = Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    this[kChunks].push(data);
    return this;
  };
}

/** What a key's options say of how to sign: [padding, salt length, IEEE encoding]. */
function signOptions(options, keyType) {
  let padding = keyType === 'rsa-pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  let salt = kKeySalt;
  let ieee = false;
  if (options !== null && typeof options === 'object' && !ArrayBuffer.isView(options)) {
    if (options.padding !== undefined) {
      if (options.padding !== (options.padding >> 0)) throw new ERR_INVALID_ARG_VALUE('options.padding', options.padding);
      padding = options.padding;
    }
    if (options.saltLength !== undefined) {
      if (options.saltLength !== (options.saltLength >> 0))
        throw new ERR_INVALID_ARG_VALUE('options.saltLength', options.saltLength);
      salt = options.saltLength;
    }
    if (options.dsaEncoding !== undefined) {
      if (options.dsaEncoding !== 'der' && options.dsaEncoding !== 'ieee-p1363')
        throw new ERR_INVALID_ARG_VALUE('options.dsaEncoding', options.dsaEncoding);
      ieee = options.dsaEncoding === 'ieee-p1363';
    }
  }
  return [padding, salt, ieee];
}

// What came before the reason, where OpenSSL tells it.
const signStacks = {
  '__proto__': null,
  'digest too big for rsa key': [
    'error:030000EA:digital envelope routines::provider signature failure', 'error:1C880004:Provider routines::RSA lib',
    'error:02000070:rsa routines::digest too big for rsa key', 'error:1C880004:Provider routines::RSA lib',
  ],
  'data too large for key size': [
    'error:030000EA:digital envelope routines::provider signature failure', 'error:1C880004:Provider routines::RSA lib',
    'error:0200006E:rsa routines::data too large for key size', 'error:1C880004:Provider routines::RSA lib',
  ],
};

const signError = (reason) => reasonError(reason, signStacks[reason]);

function checkSignature(result) {
  if (typeof result !== 'string') return result;
  throw signError(result);
}

Sign.prototype.sign = function sign(options, encoding) {
  if (!options) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const key = preparePrivateKey(options);
  const how = signOptions(options, key[1]);
  if (needsAllData(key[1])) throw unsupportedStream();
  const signature = checkSignature(binding.sign(key[0], this[kAlgorithm], Buffer.concat(this[kChunks]), ...how));
  return encoding && encoding !== 'buffer' ? signature.toString(encoding) : signature;
};

Verify.prototype.verify = function verify(options, signature, encoding) {
  const key = preparePublicOrPrivateKey(options);
  const how = signOptions(options, key[1]);
  signature = getArrayBufferOrView(signature, 'signature', encoding);
  if (needsAllData(key[1])) throw unsupportedStream();
  return checkSignature(binding.verify(key[0], this[kAlgorithm], Buffer.concat(this[kChunks]), ...how, signature));
};

const needsAllData = (type) =>
  type === 'ed25519' || type === 'ed448' || type === 'x25519' || type === 'x448' || type === 'dh';

// Such keys need all of the data at once: crypto.sign().
function unsupportedStream() {
  const error = new Error('Unsupported crypto operation');
  error.code = 'ERR_CRYPTO_UNSUPPORTED_OPERATION';
  return error;
}

function oneShotArgs(algorithm, data, options, key) {
  if (algorithm != null) validateString(algorithm, 'algorithm');
  data = getArrayBufferOrView(data, 'data');
  const how = signOptions(options, key[1]);
  if (algorithm != null && digestSize(algorithm) === -1) throw new ERR_CRYPTO_INVALID_DIGEST(algorithm);
  return [key[0], algorithm ?? null, data, ...how];
}

function sign(algorithm, data, key, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!key) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const args = oneShotArgs(algorithm, data, key, preparePrivateKey(key));
  if (callback === undefined) return checkSignature(binding.sign(...args));
  binding.sign(...args, (err, result) => {
    if (err) callback(err);
    else if (typeof result === 'string') callback(signError(result));
    else callback(null, result);
  });
}

function verify(algorithm, data, key, signature, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!ArrayBuffer.isView(signature) && !(signature instanceof ArrayBuffer))
    throw new ERR_INVALID_ARG_TYPE('signature', ['Buffer', 'TypedArray', 'DataView'], signature);
  const args = oneShotArgs(algorithm, data, key, preparePublicOrPrivateKey(key));
  if (callback === undefined) return checkSignature(binding.verify(...args, signature));
  binding.verify(...args, signature, (err, result) => {
    if (err) callback(err);
    else if (typeof result === 'string') callback(signError(result));
    else callback(null, result);
  });
}

module.exports = { Sign, Verify, sign, verify };
