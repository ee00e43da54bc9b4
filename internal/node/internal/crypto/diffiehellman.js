'use strict';

// DiffieHellman, DiffieHellmanGroup, ECDH and diffieHellman(). The numbers are kept here; the native half reckons.

const {
  codes: {
    ERR_CRYPTO_ECDH_INVALID_FORMAT, ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY, ERR_CRYPTO_INCOMPATIBLE_KEY,
    ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_UNKNOWN_DH_GROUP, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateFunction, validateInt32, validateObject, validateString } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const { deprecate } = require('internal/util');
const { Buffer } = require('buffer');
const { codedError, getArrayBufferOrView, opensslError, reasonError, toBuffer } = require('internal/crypto/util');
const binding = internalBinding('crypto');

const kNumbers = Symbol('kNumbers');

const badGenerator = () => opensslError('02800065', 'Diffie-Hellman routines', 'bad generator', 'ERR_OSSL_DH_BAD_GENERATOR');
const modulusTooSmall = () =>
  opensslError('0280007E', 'Diffie-Hellman routines', 'modulus too small', 'ERR_OSSL_DH_MODULUS_TOO_SMALL');
const operationFailed = (message) => codedError(Error, 'ERR_CRYPTO_OPERATION_FAILED', message);

const isBytes = (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

/** Bytes as text when an encoding is asked for. */
function encode(bytes, encoding) {
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
}

/** A number without zeros at its beginning. */
function trimmed(bytes) {
  let i = 0;
  while (i < bytes.length && bytes[i] === 0) i++;
  return bytes.subarray(i);
}

// ---- groups of numbers ----

const sizeTypes = ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!(this instanceof DiffieHellman)) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  if (typeof sizeOrKey !== 'number' && typeof sizeOrKey !== 'string' && !isBytes(sizeOrKey))
    throw new ERR_INVALID_ARG_TYPE('sizeOrKey', sizeTypes, sizeOrKey);
  if (typeof sizeOrKey === 'number') validateInt32(sizeOrKey, 'sizeOrKey');
  if (keyEncoding && !Buffer.isEncoding(keyEncoding) && keyEncoding !== 'buffer') {
    genEncoding = generator;
    generator = keyEncoding;
    keyEncoding = undefined;
  }
  const isSize = typeof sizeOrKey === 'number';
  if (isSize && sizeOrKey < 512 && typeof generator === 'number' && generator !== 0 && generator < 2) throw modulusTooSmall();
  if (isSize && (typeof generator === 'string' || isBytes(generator)))
    throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', 'Second argument must be an int32');
  const g = generatorBytes(generator, genEncoding);
  let prime;
  if (isSize) {
    if (sizeOrKey < 2) throw modulusTooSmall();
    if (sizeOrKey < 512) throw codedError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Invalid DH parameters');
    prime = binding.dhGroupPrime(sizeOrKey, g);
  } else {
    prime = trimmed(Buffer.from(toBuffer(getArrayBufferOrView(sizeOrKey, 'sizeOrKey', keyEncoding))));
  }
  setNumbers(this, prime, g);
}

function generatorBytes(generator, encoding) {
  if (!generator && generator !== '' && !isBytes(generator)) {
    if (generator !== undefined && generator !== null && typeof generator !== 'number' && generator !== false)
      throw new ERR_INVALID_ARG_TYPE('generator', sizeTypes, generator);
    return Buffer.from([2]); // 0 too
  }
  if (typeof generator === 'number') {
    validateInt32(generator, 'generator');
    if (generator < 2) throw badGenerator();
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(generator);
    return trimmed(bytes);
  }
  if (typeof generator !== 'string' && !isBytes(generator))
    throw new ERR_INVALID_ARG_TYPE('generator', sizeTypes, generator);
  const bytes = trimmed(Buffer.from(toBuffer(getArrayBufferOrView(generator, 'generator', encoding))));
  if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 1)) throw badGenerator();
  return bytes;
}

function setNumbers(self, prime, generator) {
  Object.defineProperty(self, kNumbers, {
    __proto__: null, value: { prime, generator, publicKey: undefined, privateKey: undefined },
  });
  Object.defineProperty(self, 'verifyError', {
    __proto__: null, enumerable: true, writable: false, value: binding.dhCheck(prime, generator),
  });
}

function DiffieHellmanGroup(name) {
  if (!(this instanceof DiffieHellmanGroup)) return new DiffieHellmanGroup(name);
  if (typeof name !== 'string') throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', 'Group name must be a string');
  const prime = binding.dhPrime(name.toLowerCase());
  if (prime === undefined) throw new ERR_CRYPTO_UNKNOWN_DH_GROUP();
  setNumbers(this, prime, Buffer.from([2]));
}

const groupMethods = {
  generateKeys(encoding) {
    const numbers = this[kNumbers];
    numbers.privateKey ??= binding.dhPrivate(numbers.prime);
    numbers.publicKey = binding.dhPublic(numbers.prime, numbers.generator, numbers.privateKey);
    return encode(numbers.publicKey, encoding);
  },

  computeSecret(key, inEnc, outEnc) {
    const { prime, privateKey } = this[kNumbers];
    const other = getArrayBufferOrView(key, 'key', inEnc);
    if (privateKey === undefined) throw operationFailed('Failed to compute shared secret');
    const secret = binding.dhSecret(prime, other, privateKey);
    if (typeof secret === 'number') {
      throw codedError(
        RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', `Supplied key is too ${secret === 1 ? 'small' : 'large'}`);
    }
    return encode(secret, outEnc);
  },

  getPrime(encoding) { return encode(Buffer.from(this[kNumbers].prime), encoding); },
  getGenerator(encoding) { return encode(Buffer.from(this[kNumbers].generator), encoding); },
  getPublicKey(encoding) { return encode(keyOf(this, 'publicKey', 'public'), encoding); },
  getPrivateKey(encoding) { return encode(keyOf(this, 'privateKey', 'private'), encoding); },
};

function keyOf(self, which, word) {
  const key = self[kNumbers][which];
  if (key === undefined)
    throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', `No ${word} key - did you forget to generate one?`);
  return Buffer.from(key);
}

for (const name of Object.keys(groupMethods)) {
  for (const Class of [DiffieHellman, DiffieHellmanGroup]) {
    Object.defineProperty(Class.prototype, name, {
      __proto__: null, configurable: true, enumerable: true, writable: true, value: groupMethods[name],
    });
  }
}

DiffieHellman.prototype.setPublicKey = function setPublicKey(key, encoding) {
  this[kNumbers].publicKey = Buffer.from(toBuffer(getArrayBufferOrView(key, 'key', encoding)));
  return this;
};

DiffieHellman.prototype.setPrivateKey = function setPrivateKey(key, encoding) {
  this[kNumbers].privateKey = Buffer.from(toBuffer(getArrayBufferOrView(key, 'key', encoding)));
  return this;
};

// ---- elliptic curves ----

function pointForm(format) {
  if (format) {
    if (format === 'compressed') return 2;
    if (format === 'hybrid') return 6;
    if (format !== 'uncompressed') throw new ERR_CRYPTO_ECDH_INVALID_FORMAT(format);
  }
  return 4;
}

function ECDH(curve) {
  if (!(this instanceof ECDH)) return new ECDH(curve);
  validateString(curve, 'curve');
  const name = binding.curveName(curve);
  if (name === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
  Object.defineProperty(this, kNumbers, {
    __proto__: null, value: { curve: name, privateKey: undefined, publicKey: undefined, isMixed: false },
  });
}

const invalidPoint = () => operationFailed('Failed to convert Buffer to EC_POINT');

ECDH.prototype.computeSecret = function computeSecret(key, inEnc, outEnc) {
  const other = getArrayBufferOrView(key, 'key', inEnc);
  const { curve, privateKey } = this[kNumbers];
  if (this[kNumbers].isMixed) throw codedError(Error, 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
  if (binding.ecConvert(curve, other, 4) === undefined) throw new ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY();
  const secret = privateKey === undefined ? undefined : binding.ecSecret(curve, privateKey, other);
  if (secret === undefined) throw operationFailed('Failed to compute ECDH key');
  return encode(secret, outEnc);
};

ECDH.prototype.setPrivateKey = function setPrivateKey(key, encoding) {
  const bytes = Buffer.from(toBuffer(getArrayBufferOrView(key, 'key', encoding)));
  const numbers = this[kNumbers];
  const publicKey = binding.ecPublic(numbers.curve, bytes, 4);
  if (publicKey === undefined) {
    throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYTYPE', 'Private key is not valid for specified curve.');
  }
  numbers.privateKey = bytes;
  numbers.publicKey = publicKey;
  numbers.isMixed = false;
  return this;
};

ECDH.prototype.setPublicKey = deprecate(function setPublicKey(key, encoding) {
  const bytes = getArrayBufferOrView(key, 'key', encoding);
  const point = binding.ecConvert(this[kNumbers].curve, bytes, 4);
  if (point === undefined) throw invalidPoint();
  const numbers = this[kNumbers];
  numbers.publicKey = point;
  // A public key of another secret: nothing can be shared with such a pair.
  numbers.isMixed = numbers.privateKey !== undefined &&
    !binding.ecPublic(numbers.curve, numbers.privateKey, 4).equals(point);
  return this;
}, 'ecdh.setPublicKey() is deprecated.', 'DEP0031');

ECDH.prototype.getPrivateKey = function getPrivateKey(encoding) {
  const { privateKey } = this[kNumbers];
  if (privateKey === undefined) throw operationFailed('Failed to get ECDH private key');
  return encode(Buffer.from(trimmed(privateKey)), encoding);
};

ECDH.prototype.generateKeys = function generateKeys(encoding, format) {
  const numbers = this[kNumbers];
  numbers.privateKey = binding.ecGenerate(numbers.curve);
  numbers.isMixed = false;
  numbers.publicKey = binding.ecPublic(numbers.curve, numbers.privateKey, 4);
  return this.getPublicKey(encoding, format);
};

ECDH.prototype.getPublicKey = function getPublicKey(encoding, format) {
  const form = pointForm(format);
  const { curve, publicKey } = this[kNumbers];
  if (publicKey === undefined) throw operationFailed('Failed to get ECDH public key');
  return encode(binding.ecConvert(curve, publicKey, form), encoding);
};

ECDH.convertKey = function convertKey(key, curve, inEnc, outEnc, format) {
  validateString(curve, 'curve');
  const bytes = getArrayBufferOrView(key, 'key', inEnc);
  const form = pointForm(format);
  const name = binding.curveName(curve);
  if (name === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
  const point = binding.ecConvert(name, bytes, form);
  if (point === undefined) throw invalidPoint();
  return encode(point, outEnc);
};

// ---- keys ----

const exchangeTypes = ['dh', 'ec', 'x448', 'x25519'];

function diffieHellman(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const { privateKey, publicKey } = options;
  const { prepareExchange } = require('internal/crypto/keys');
  if (privateKey == null) throw new ERR_INVALID_ARG_VALUE('options.privateKey', privateKey);
  if (publicKey == null) throw new ERR_INVALID_ARG_VALUE('options.publicKey', publicKey);
  const theirs = prepareExchange(publicKey, false, 'options.publicKey');
  const ours = prepareExchange(privateKey, true, 'options.privateKey');
  if (ours[1] !== theirs[1] || !exchangeTypes.includes(ours[1]))
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY('key types for Diffie-Hellman', `${ours[1]} and ${theirs[1]}`);
  if (callback === undefined) {
    const secret = binding.secret(ours[0], theirs[0]);
    if (typeof secret === 'string') throw reasonError(secret);
    return secret;
  }
  binding.secret(ours[0], theirs[0], (err, secret) => {
    if (err) callback(err);
    else if (typeof secret === 'string') callback(reasonError(secret));
    else callback(null, secret);
  });
}

module.exports = { DiffieHellman, DiffieHellmanGroup, ECDH, diffieHellman, modulusTooSmall };
