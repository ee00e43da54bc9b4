'use strict';

// The module `crypto`. Its parts are evaluated when one of their names is first asked for: a server that makes ETags
// pays for hashes alone.

const {
  codes: { ERR_CRYPTO_FIPS_FORCED, ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH, ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { isAnyArrayBuffer } = require('internal/util/types');
const { getHashes, getCiphers, getCurves } = require('internal/crypto/util');
const binding = internalBinding('crypto');

/** The names that each part of the module has. */
const parts = {
  'internal/crypto/random': [
    'checkPrime', 'checkPrimeSync', 'generatePrime', 'generatePrimeSync',
    'randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'randomUUIDv7',
  ],
  'internal/crypto/hash': ['Hash', 'Hmac', 'hash'],
  'internal/crypto/certificate': ['Certificate'],
  'internal/crypto/kdf': ['argon2', 'argon2Sync', 'hkdf', 'hkdfSync', 'pbkdf2', 'pbkdf2Sync', 'scrypt', 'scryptSync'],
  'internal/crypto/cipher': [
    'Cipheriv', 'Decipheriv', 'getCipherInfo', 'privateDecrypt', 'privateEncrypt', 'publicDecrypt', 'publicEncrypt',
  ],
  'internal/crypto/keys': ['KeyObject', 'createPrivateKey', 'createPublicKey', 'createSecretKey'],
  'internal/crypto/keygen': ['generateKey', 'generateKeySync', 'generateKeyPair', 'generateKeyPairSync'],
  'internal/crypto/sign': ['Sign', 'Verify', 'sign', 'verify'],
  'internal/crypto/diffiehellman': ['DiffieHellman', 'DiffieHellmanGroup', 'ECDH', 'diffieHellman'],
  'internal/crypto/x509': ['X509Certificate'],
};

const loaderOf = new Map();
for (const part of Object.keys(parts)) {
  for (const name of parts[part]) loaderOf.set(name, part);
}

// ---- functions that make objects ----

function createHash(algorithm, options) {
  return new (lazyHash().Hash)(algorithm, options);
}
function createHmac(hmac, key, options) {
  return new (lazyHash().Hmac)(hmac, key, options);
}
let hashModule;
const lazyHash = () => (hashModule ??= require('internal/crypto/hash'));

function createCipheriv(cipher, key, iv, options) {
  return new (require('internal/crypto/cipher').Cipheriv)(cipher, key, iv, options);
}
function createDecipheriv(cipher, key, iv, options) {
  return new (require('internal/crypto/cipher').Decipheriv)(cipher, key, iv, options);
}
function createSign(algorithm, options) {
  return new (require('internal/crypto/sign').Sign)(algorithm, options);
}
function createVerify(algorithm, options) {
  return new (require('internal/crypto/sign').Verify)(algorithm, options);
}

const lazyExchange = () => require('internal/crypto/diffiehellman');
function createDiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  return new (lazyExchange().DiffieHellman)(sizeOrKey, keyEncoding, generator, genEncoding);
}
function createDiffieHellmanGroup(name) {
  return new (lazyExchange().DiffieHellmanGroup)(name);
}
function createECDH(curve) {
  return new (lazyExchange().ECDH)(curve);
}

// ---- small functions ----

function timingSafeEqual(buf1, buf2) {
  checkBytes(buf1, 'buf1');
  checkBytes(buf2, 'buf2');
  if (buf1.byteLength !== buf2.byteLength) throw new ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return binding.timingSafeEqual(buf1, buf2);
}

function checkBytes(value, name) {
  if (isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return;
  const error = new ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
  // The native function's words in Node, which do not say what was received.
  error.message = `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`;
  throw error;
}

function getFips() {
  return 0;
}

function setFips(value) {
  // There is no FIPS provider to switch to.
  if (value) throw new ERR_CRYPTO_FIPS_FORCED();
}

function secureHeapUsed() {
  return { __proto__: null, total: 0, used: 0, utilization: NaN, min: 2 };
}

function getRandomValues(array) {
  return lazyWebCrypto().crypto.getRandomValues(array);
}
const lazyWebCrypto = () => require('internal/crypto/webcrypto');

const own = {
  createDiffieHellman, createDiffieHellmanGroup, createECDH, getDiffieHellman: createDiffieHellmanGroup,
  createCipheriv, createDecipheriv, createHash, createHmac, createSign, createVerify,
  getCiphers, getCurves, getFips, getHashes, secureHeapUsed, setFips, timingSafeEqual, getRandomValues,
};

// In the order in which Node lists them.
const order = [
  'argon2', 'argon2Sync', 'checkPrime', 'checkPrimeSync', 'createCipheriv', 'createDecipheriv', 'createDiffieHellman',
  'createDiffieHellmanGroup', 'createECDH', 'createHash', 'createHmac',
  'createPrivateKey', 'createPublicKey', 'createSecretKey', 'createSign', 'createVerify', 'diffieHellman',
  'generatePrime', 'generatePrimeSync', 'getCiphers', 'getCipherInfo', 'getCurves', 'getDiffieHellman', 'getHashes', 'hkdf', 'hkdfSync',
  'pbkdf2', 'pbkdf2Sync', 'generateKeyPair', 'generateKeyPairSync', 'generateKey', 'generateKeySync',
  'privateDecrypt', 'privateEncrypt', 'publicDecrypt', 'publicEncrypt', 'randomBytes', 'randomFill', 'randomFillSync',
  'randomInt', 'randomUUID', 'randomUUIDv7', 'scrypt', 'scryptSync', 'sign', 'timingSafeEqual', 'getFips', 'setFips',
  'verify', 'hash', 'Certificate', 'Cipheriv', 'Decipheriv', 'DiffieHellman', 'DiffieHellmanGroup', 'ECDH', 'Hash', 'Hmac', 'KeyObject', 'Sign', 'Verify', 'X509Certificate',
  'secureHeapUsed',
];

for (const name of order) {
  const part = loaderOf.get(name);
  if (part === undefined) exports[name] = own[name];
  else internalBinding('util').defineLazyProperties(exports, () => deprecated(name, require(part)[name]), [name]);
}

/** Classes that are made by functions alone, in new code. */
function deprecated(name, value) {
  if (name === 'Hash') return lazyDeprecate()(value, 'crypto.Hash constructor is deprecated.', 'DEP0179');
  if (name === 'Hmac') return lazyDeprecate()(value, 'crypto.Hmac constructor is deprecated.', 'DEP0181');
  return value;
}
function lazyDeprecate() {
  return require('internal/util').deprecate;
}

/** An old name of randomBytes, which warns when warnings of that kind are asked for. */
function oldRandom(name) {
  let value;
  return {
    __proto__: null,
    configurable: true,
    enumerable: false,
    get() {
      if (value === undefined) {
        value = exports.randomBytes;
        if (require('internal/options').getOptionValue('--pending-deprecation'))
          value = lazyDeprecate()(value, `crypto.${name} is deprecated.`, 'DEP0115');
      }
      return value;
    },
    set(replacement) { value = replacement; },
  };
}

const readOnly = (get) => ({ __proto__: null, configurable: false, enumerable: true, get, set: undefined });
Object.defineProperties(exports, {
  constants: {
    __proto__: null, configurable: false, enumerable: true, get() { return require('internal/crypto/constants'); },
  },
  webcrypto: readOnly(() => lazyWebCrypto().crypto),
  subtle: readOnly(() => lazyWebCrypto().crypto.subtle),
  getRandomValues: readOnly(() => getRandomValues),
  // Aliases of old, hidden but there.
  prng: oldRandom('prng'),
  pseudoRandomBytes: oldRandom('pseudoRandomBytes'),
  rng: oldRandom('rng'),
  fips: { __proto__: null, configurable: true, enumerable: false, get: getFips, set: setFips },
});
