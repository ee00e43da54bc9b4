'use strict';

// generateKey and generateKeyPair.

const {
  codes: {
    ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_UNKNOWN_DH_GROUP, ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_INVALID_ARG_VALUE, ERR_MISSING_OPTION,
  },
} = require('internal/errors');
const {
  validateBuffer, validateFunction, validateInt32, validateInteger, validateObject, validateOneOf, validateString,
  validateUint32,
} = require('internal/validators');
const {
  PublicKeyObject, PrivateKeyObject, SecretKeyObject,
  parsePublicEncoding, parsePrivateEncoding, exportPublicKey, exportPrivateKey,
} = require('internal/crypto/keys');
const { codedError } = require('internal/crypto/util');
const { digestSize } = require('internal/crypto/hash');
const binding = internalBinding('crypto');

function parseEncodings(keyType, options) {
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  let publicEncoding;
  let privateEncoding;
  if (publicKeyEncoding != null) {
    if (typeof publicKeyEncoding !== 'object')
      throw new ERR_INVALID_ARG_VALUE('options.publicKeyEncoding', publicKeyEncoding);
    publicEncoding = publicKeyEncoding.format === 'jwk' ? { format: 'jwk' } :
      parsePublicEncoding(publicKeyEncoding, keyType, 'options.publicKeyEncoding');
  }
  if (privateKeyEncoding != null) {
    if (typeof privateKeyEncoding !== 'object')
      throw new ERR_INVALID_ARG_VALUE('options.privateKeyEncoding', privateKeyEncoding);
    privateEncoding = privateKeyEncoding.format === 'jwk' ? { format: 'jwk' } :
      parsePrivateEncoding(privateKeyEncoding, keyType, 'options.privateKeyEncoding');
  }
  return { publicEncoding, privateEncoding };
}

function publicExponent(options) {
  const { publicExponent: exponent } = options;
  if (exponent == null) return 0x10001;
  validateUint32(exponent, 'options.publicExponent');
  if (exponent < 3 || exponent % 2 === 0) {
    // OpenSSL's error, without the properties: it comes out of the job that makes the keys.
    throw new Error('error:020000B2:rsa routines::pub exponent out of range');
  }
  return exponent;
}

/** An option that has an older name, which warns. */
function renamed(options, name, oldName) {
  const value = options[name];
  if (value !== undefined) validateString(value, `options.${name}`);
  const old = options[oldName];
  if (old === undefined) return value;
  process.emitWarning(
    `"options.${oldName}" is deprecated, use "options.${name}" instead.`, 'DeprecationWarning', 'DEP0154');
  validateString(old, `options.${oldName}`);
  if (value !== undefined && old !== value) throw new ERR_INVALID_ARG_VALUE(`options.${oldName}`, old);
  return value ?? old;
}

/** What an RSA-PSS key is limited to: [hash, hash of the mask, length of the salt], or nothing. */
function pssLimits(options) {
  const { saltLength } = options;
  if (saltLength !== undefined) validateInt32(saltLength, 'options.saltLength', 0);
  const hash = renamed(options, 'hashAlgorithm', 'hash');
  const mask = renamed(options, 'mgf1HashAlgorithm', 'mgf1Hash');
  if (hash !== undefined && digestSize(hash) === -1) throw new ERR_CRYPTO_INVALID_DIGEST(hash);
  if (mask !== undefined && digestSize(mask) === -1)
    throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid MGF1 digest: ${mask}`);
  if (hash === undefined && mask === undefined && saltLength === undefined) return [];
  const name = hash?.toLowerCase() ?? 'sha1';
  return [name, mask?.toLowerCase() ?? name, saltLength ?? (hash === undefined ? 20 : digestSize(hash))];
}

/** The native function that makes a pair of keys, and its arguments before the callback. */
function pairJob(type, options) {
  const simple = (...args) => [binding.keyGenerate, args];
  switch (type) {
    case 'rsa':
    case 'rsa-pss': {
      validateObject(options, 'options');
      validateUint32(options.modulusLength, 'options.modulusLength');
      if (options.modulusLength < 512) throw new Error('error:02000078:rsa routines::key size too small');
      const limits = type === 'rsa' ? [] : pssLimits(options);
      return simple(type, options.modulusLength, publicExponent(options), '', limits);
    }
    case 'dsa': {
      validateObject(options, 'options');
      validateUint32(options.modulusLength, 'options.modulusLength');
      const { modulusLength, divisorLength } = options;
      if (divisorLength != null) {
        validateInt32(divisorLength, 'options.divisorLength', 0);
        if (divisorLength < 160 || divisorLength >= modulusLength)
          throw new Error('error:0280007E:Diffie-Hellman routines::modulus too small');
      }
      if (modulusLength < 512) throw new Error('error:0280007E:Diffie-Hellman routines::modulus too small');
      return simple('dsa', modulusLength, divisorLength ?? (modulusLength >= 2048 ? 256 : 160), '', []);
    }
    case 'ec': {
      validateObject(options, 'options');
      const { namedCurve, paramEncoding } = options;
      validateString(namedCurve, 'options.namedCurve');
      if (paramEncoding != null && paramEncoding !== 'named' && paramEncoding !== 'explicit')
        throw new ERR_INVALID_ARG_VALUE('options.paramEncoding', paramEncoding);
      if (binding.curveName(namedCurve) === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
      return simple('ec', 0, 0, namedCurve, []);
    }
    case 'ed25519':
    case 'ed448':
    case 'x25519':
    case 'x448':
      if (options !== undefined) validateObject(options, 'options');
      return simple(type, 0, 0, '', []);
    case 'dh': return dhJob(options);
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function dhJob(options) {
  validateObject(options, 'options');
  const { group, primeLength, prime, generator } = options;
  const exclusive = (a, valueA, b, valueB) => {
    if (valueA != null && valueB != null) throw new ERR_INCOMPATIBLE_OPTION_PAIR(a, b);
  };
  if (group != null) {
    exclusive('group', group, 'prime', prime);
    exclusive('group', group, 'primeLength', primeLength);
    exclusive('group', group, 'generator', generator);
    validateString(group, 'options.group');
    const modulus = binding.dhPrime(group.toLowerCase());
    if (modulus === undefined) throw new ERR_CRYPTO_UNKNOWN_DH_GROUP();
    return [binding.keyGenerateDH, [modulus, 2]];
  }
  exclusive('prime', prime, 'primeLength', primeLength);
  if (prime != null) validateBuffer(prime, 'options.prime');
  else if (primeLength != null) validateInt32(primeLength, 'options.primeLength', 0);
  else throw new ERR_MISSING_OPTION('At least one of the group, prime, or primeLength options');
  if (generator != null) validateInt32(generator, 'options.generator', 0);
  if (prime == null && primeLength < 512)
    throw new Error('error:0280007E:Diffie-Hellman routines::modulus too small');
  return [binding.keyGenerateDH, [prime ?? primeLength, generator ?? 2]];
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
  const [generate, args] = pairJob(type, options);
  const encodings = parseEncodings(type, options);
  generate(...args, (err, infos) => {
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
  const [generate, args] = pairJob(type, options);
  const encodings = parseEncodings(type, options);
  return toKeys(generate(...args), encodings);
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
