'use strict';

// Keys out of passwords and other keys: pbkdf2, scrypt, hkdf, argon2.

const {
  codes: {
    ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_SCRYPT_PARAMS,
    ERR_INCOMPATIBLE_OPTION_PAIR, ERR_OUT_OF_RANGE,
  },
} = require('internal/errors');
const {
  validateFunction, validateInt32, validateInteger, validateObject, validateOneOf, validateString, validateUint32,
} = require('internal/validators');
const { kMaxLength } = require('buffer');
const { getArrayBufferOrView, validateByteSource } = require('internal/crypto/util');
const { digestSize } = require('internal/crypto/hash');
const binding = internalBinding('crypto');

// ---- pbkdf2 ----

function pbkdf2Args(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = getArrayBufferOrView(password, 'password');
  salt = getArrayBufferOrView(salt, 'salt');
  // OpenSSL's limits.
  validateInt32(iterations, 'iterations', 1);
  validateInt32(keylen, 'keylen', 0);
  if (digestSize(digest) === -1) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  return [password, salt, iterations, keylen, digest];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') {
    callback = digest;
    digest = undefined;
  }
  const args = pbkdf2Args(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  binding.pbkdf2(...args, callback);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return binding.pbkdf2(...pbkdf2Args(password, salt, iterations, keylen, digest));
}

// ---- scrypt ----

const scryptDefaults = { N: 16384, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };

function scryptArgs(password, salt, keylen, options) {
  password = getArrayBufferOrView(password, 'password');
  salt = getArrayBufferOrView(salt, 'salt');
  validateInt32(keylen, 'keylen', 0);
  let { N, r, p, maxmem } = scryptDefaults;
  if (options && options !== scryptDefaults) {
    for (const [short, long] of [['N', 'cost'], ['r', 'blockSize'], ['p', 'parallelization']]) {
      if (options[short] !== undefined && options[long] !== undefined)
        throw new ERR_INCOMPATIBLE_OPTION_PAIR(short, long);
    }
    const given = (value, name) => {
      if (value !== undefined) validateUint32(value, name);
      return value;
    };
    N = given(options.N, 'N') ?? given(options.cost, 'cost') ?? N;
    r = given(options.r, 'r') ?? given(options.blockSize, 'blockSize') ?? r;
    p = given(options.p, 'p') ?? given(options.parallelization, 'parallelization') ?? p;
    if (options.maxmem !== undefined) {
      maxmem = options.maxmem;
      validateInteger(maxmem, 'maxmem', 0);
    }
    N ||= scryptDefaults.N;
    r ||= scryptDefaults.r;
    p ||= scryptDefaults.p;
    maxmem ||= scryptDefaults.maxmem;
  }
  // The checks of EVP_PBE_scrypt.
  if (N < 2 || (N & (N - 1)) !== 0) throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS();
  if (p > (2 ** 30 - 1) / r || (16 * r <= 63 && N >= 2 ** (16 * r)) ||
      p * 128 * r + 32 * r * (N + 2) * 4 > maxmem) {
    const error = new ERR_CRYPTO_INVALID_SCRYPT_PARAMS();
    error.message += ': error:030000AC:digital envelope routines::memory limit exceeded';
    throw error;
  }
  return [password, salt, keylen, N, r, p];
}

function scrypt(password, salt, keylen, options, callback = undefined) {
  if (callback === undefined) {
    callback = options;
    options = scryptDefaults;
  }
  const args = scryptArgs(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  binding.scrypt(...args, callback);
}

function scryptSync(password, salt, keylen, options = scryptDefaults) {
  return binding.scrypt(...scryptArgs(password, salt, keylen, options));
}

// ---- hkdf ----

function hkdfArgs(hash, key, salt, info, length) {
  validateString(hash, 'digest');
  key = require('internal/crypto/keys').hkdfKeyBytes(key);
  salt = validateByteSource(salt, 'salt');
  info = validateByteSource(info, 'info');
  validateInteger(length, 'length', 0, kMaxLength);
  if (info.byteLength > 1024)
    throw new ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', info.byteLength);
  const size = digestSize(hash);
  if (size === -1) throw new ERR_CRYPTO_INVALID_DIGEST(hash);
  if (length > 255 * (size < -1 ? -10 - size : size)) throw new ERR_CRYPTO_INVALID_KEYLEN();
  return [hash, key, salt, info, length];
}

const toArrayBuffer = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

function hkdf(hash, key, salt, info, length, callback) {
  const args = hkdfArgs(hash, key, salt, info, length);
  validateFunction(callback, 'callback');
  binding.hkdf(...args, (err, bytes) => {
    if (err) callback(err);
    else callback(null, toArrayBuffer(bytes));
  });
}

function hkdfSync(hash, key, salt, info, length) {
  return toArrayBuffer(binding.hkdf(...hkdfArgs(hash, key, salt, info, length)));
}

// ---- argon2 ----

const uint32 = 2 ** 32 - 1;

function argon2Args(algorithm, parameters) {
  validateString(algorithm, 'algorithm');
  validateOneOf(algorithm, 'algorithm', ['argon2d', 'argon2i', 'argon2id']);
  validateObject(parameters, 'parameters');
  const { parallelism, tagLength, memory, passes } = parameters;
  const bytes = (name, isOptional, least = 0) => {
    if (isOptional && parameters[name] === undefined) return new Uint8Array(0);
    const value = getArrayBufferOrView(parameters[name], `parameters.${name}`);
    validateInteger(value.byteLength, `parameters.${name}.byteLength`, least, uint32);
    return value;
  };
  const message = bytes('message', false);
  const nonce = bytes('nonce', false, 8);
  validateInteger(parallelism, 'parameters.parallelism', 1, 2 ** 24 - 1);
  validateInteger(tagLength, 'parameters.tagLength', 4, uint32);
  validateInteger(memory, 'parameters.memory', 8 * parallelism, uint32);
  validateInteger(passes, 'parameters.passes', 1, uint32);
  return [
    algorithm, message, nonce, parallelism, tagLength, memory, passes,
    bytes('secret', true), bytes('associatedData', true),
  ];
}

function argon2(algorithm, parameters, callback) {
  const args = argon2Args(algorithm, parameters);
  validateFunction(callback, 'callback');
  binding.argon2(...args, callback);
}

function argon2Sync(algorithm, parameters) {
  return binding.argon2(...argon2Args(algorithm, parameters));
}

module.exports = { argon2, argon2Sync, pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdf, hkdfSync };
