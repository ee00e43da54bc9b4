'use strict';

// generateKey and generateKeyPair.

const {
  codes: { ERR_CRYPTO_INVALID_CURVE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const {
  validateFunction, validateInteger, validateObject, validateOneOf, validateString, validateUint32,
} = require('internal/validators');
const {
  PublicKeyObject, PrivateKeyObject, SecretKeyObject,
  parsePublicEncoding, parsePrivateEncoding, exportPublicKey, exportPrivateKey,
} = require('internal/crypto/keys');
const binding = internalBinding('crypto');

function parseEncodings(keyType, options) {
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  let publicEncoding;
  let privateEncoding;
  if (publicKeyEncoding != null) {
    if (typeof publicKeyEncoding !== 'object')
      throw new ERR_INVALID_ARG_VALUE('options.publicKeyEncoding', publicKeyEncoding);
    publicEncoding = publicKeyEncoding.format === 'jwk' ? { format: 'jwk' } :
      parsePublicEncoding(publicKeyEncoding, keyType, 'publicKeyEncoding');
  }
  if (privateKeyEncoding != null) {
    if (typeof privateKeyEncoding !== 'object')
      throw new ERR_INVALID_ARG_VALUE('options.privateKeyEncoding', privateKeyEncoding);
    privateEncoding = privateKeyEncoding.format === 'jwk' ? { format: 'jwk' } :
      parsePrivateEncoding(privateKeyEncoding, keyType, 'privateKeyEncoding');
  }
  return { publicEncoding, privateEncoding };
}

/** The native arguments for a pair of keys: type, bits, exponent, curve. */
function pairArgs(type, options) {
  switch (type) {
    case 'rsa': {
      validateObject(options, 'options');
      validateUint32(options.modulusLength, 'options.modulusLength');
      let { publicExponent } = options;
      if (publicExponent == null) publicExponent = 0x10001;
      else validateUint32(publicExponent, 'options.publicExponent');
      if (publicExponent < 3 || publicExponent % 2 === 0) {
        const { opensslError } = require('internal/crypto/util');
        throw opensslError('020000B2', 'rsa routines', 'pub exponent out of range', 'ERR_OSSL_RSA_PUB_EXPONENT_OUT_OF_RANGE');
      }
      return ['rsa', options.modulusLength, publicExponent, ''];
    }
    case 'ec': {
      validateObject(options, 'options');
      validateString(options.namedCurve, 'options.namedCurve');
      if (options.paramEncoding != null && options.paramEncoding !== 'named' && options.paramEncoding !== 'explicit')
        throw new ERR_INVALID_ARG_VALUE('options.paramEncoding', options.paramEncoding);
      if (!binding.curveKnown(options.namedCurve)) throw new ERR_CRYPTO_INVALID_CURVE();
      return ['ec', 0, 0, options.namedCurve];
    }
    case 'ed25519':
    case 'x25519':
      return [type, 0, 0, ''];
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function toKeys([privateInfo, publicInfo], { publicEncoding, privateEncoding }) {
  let publicKey = new PublicKeyObject(publicInfo);
  let privateKey = new PrivateKeyObject(privateInfo);
  if (publicEncoding) publicKey = exportPublicKey(publicKey, publicEncoding);
  if (privateEncoding) privateKey = exportPrivateKey(privateKey, privateEncoding);
  return { publicKey, privateKey };
}

function generateKeyPair(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  validateString(type, 'type');
  const args = pairArgs(type, options);
  const encodings = parseEncodings(type, options);
  binding.keyGenerate(...args, (err, infos) => {
    if (err) return callback(err);
    let keys;
    try {
      keys = toKeys(infos, encodings);
    } catch (error) {
      return callback(error);
    }
    callback(null, keys.publicKey, keys.privateKey);
  });
}

Object.defineProperty(generateKeyPair, require('internal/util').customPromisifyArgs, {
  __proto__: null,
  value: ['publicKey', 'privateKey'],
  enumerable: false,
});

function generateKeyPairSync(type, options) {
  validateString(type, 'type');
  const args = pairArgs(type, options);
  const encodings = parseEncodings(type, options);
  return toKeys(binding.keyGenerate(...args), encodings);
}

function secretLength(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  switch (type) {
    case 'hmac':
      validateInteger(length, 'options.length', 8, 2 ** 31 - 1);
      return length;
    case 'aes':
      validateOneOf(length, 'options.length', [128, 192, 256]);
      return length;
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function generateKey(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  const length = secretLength(type, options);
  binding.random(Math.floor(length / 8), (err, bytes) => {
    if (err) callback(err);
    else callback(undefined, new SecretKeyObject(bytes));
  });
}

function generateKeySync(type, options) {
  const length = secretLength(type, options);
  return new SecretKeyObject(binding.random(Math.floor(length / 8)));
}

module.exports = {
  generateKey, generateKeySync, generateKeyPair, generateKeyPairSync,
};
