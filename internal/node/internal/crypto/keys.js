'use strict';

// KeyObject: secret, public and private keys. Asymmetric keys live in the native half and are numbers here.

const {
  codes: {
    ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_CRYPTO_INVALID_JWK, ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE,
    ERR_CRYPTO_UNKNOWN_CIPHER, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateObject, validateOneOf, validateString } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const { Buffer } = require('buffer');
const { kHandle, codedError, getArrayBufferOrView, opensslError, unsupportedError } = require('internal/crypto/util');
const binding = internalBinding('crypto');

const kKeyType = Symbol('kKeyType');
const kBytes = Symbol('kBytes'); // of a secret key
const kInfo = Symbol('kInfo'); // of an asymmetric key: what the native half told of it
const kSkip = Symbol('kSkip');
// On a CryptoKey: its KeyObject.
const kKeyObject = Symbol('kKeyObject');

let abandoned;

class KeyObject {
  constructor(type, value) {
    if (type !== 'secret' && type !== 'public' && type !== 'private')
      throw new ERR_INVALID_ARG_VALUE('type', type);
    if (value !== kSkip) throw new ERR_INVALID_ARG_TYPE('handle', 'object', value);
    Object.defineProperty(this, kKeyType, { __proto__: null, value: type });
  }

  get type() { return this[kKeyType]; }

  static from(key) {
    if (!key?.[kKeyObject]) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
    return key[kKeyObject];
  }

  equals(other) {
    if (!isKeyObject(other)) throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', other);
    if (other.type !== this.type) return false;
    if (this.type === 'secret') {
      const a = this[kBytes];
      const b = other[kBytes];
      return a.byteLength === b.byteLength && binding.timingSafeEqual(a, b);
    }
    return binding.keySame(this[kHandle], other[kHandle]);
  }
}
Object.defineProperties(KeyObject.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'KeyObject' },
});

const isKeyObject = (value) => value instanceof KeyObject;
const isCryptoKey = (value) => value != null && value[kKeyObject] !== undefined;
const toKeyObject = (value) => (isCryptoKey(value) ? value[kKeyObject] : value);

class SecretKeyObject extends KeyObject {
  constructor(bytes) {
    super('secret', kSkip);
    Object.defineProperty(this, kBytes, { __proto__: null, value: bytes });
  }

  get symmetricKeySize() { return this[kBytes].byteLength; }

  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      validateOneOf(options.format, 'options.format', [undefined, 'buffer', 'jwk']);
      if (options.format === 'jwk') return { kty: 'oct', k: this[kBytes].toString('base64url') };
    }
    return Buffer.from(this[kBytes]);
  }

  toCryptoKey(algorithm, extractable, keyUsages) {
    return require('internal/crypto/webcrypto').fromKeyObject(this, algorithm, extractable, keyUsages);
  }
}

class AsymmetricKeyObject extends KeyObject {
  constructor(type, info) {
    super(type, kSkip);
    Object.defineProperty(this, kHandle, { __proto__: null, value: info[0] });
    Object.defineProperty(this, kInfo, { __proto__: null, value: info });
    abandoned ??= new FinalizationRegistry(binding.keyFree);
    abandoned.register(this, info[0]);
  }

  get asymmetricKeyType() { return this[kInfo][1]; }

  get asymmetricKeyDetails() {
    const info = this[kInfo];
    switch (info[1]) {
      case 'rsa': return { modulusLength: info[2], publicExponent: BigInt(info[3]) };
      case 'rsa-pss': {
        const details = { modulusLength: info[2], publicExponent: BigInt(info[3]) };
        if (info.length > 4) {
          details.hashAlgorithm = info[4];
          details.mgf1HashAlgorithm = info[5];
          details.saltLength = info[6];
        }
        return details;
      }
      case 'dsa': return { modulusLength: info[2], divisorLength: info[3] };
      case 'ec': return { namedCurve: info[2] };
      default: return {};
    }
  }

  toCryptoKey(algorithm, extractable, keyUsages) {
    return require('internal/crypto/webcrypto').fromKeyObject(this, algorithm, extractable, keyUsages);
  }
}

const jwkCurves = { prime256v1: 'P-256', secp256k1: 'secp256k1', secp384r1: 'P-384', secp521r1: 'P-521' };
const octetCurves = { ed25519: 'Ed25519', ed448: 'Ed448', x25519: 'X25519', x448: 'X448' };
const rsaFields = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];

function exportJwk(key) {
  let numbers;
  const text = (i) => (numbers ??= binding.keyToJWK(key[kHandle]))[i].toString('base64url');
  switch (key.asymmetricKeyType) {
    case 'rsa': {
      const jwk = { kty: 'RSA' };
      numbers = binding.keyToJWK(key[kHandle]);
      for (let i = 0; i < numbers.length; i++) jwk[rsaFields[i]] = text(i);
      return jwk;
    }
    case 'ec': {
      const crv = jwkCurves[key[kInfo][2]];
      if (crv === undefined) {
        const { codes: { ERR_CRYPTO_JWK_UNSUPPORTED_CURVE } } = require('internal/errors');
        throw new ERR_CRYPTO_JWK_UNSUPPORTED_CURVE(key[kInfo][2]);
      }
      const jwk = { kty: 'EC', x: text(0), y: text(1), crv };
      if (key.type === 'private') jwk.d = text(2);
      return jwk;
    }
    default: {
      const crv = octetCurves[key.asymmetricKeyType];
      if (crv === undefined) {
        const { codes: { ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE } } = require('internal/errors');
        throw new ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE();
      }
      return key.type === 'private' ? { crv, d: text(1), x: text(0), kty: 'OKP' } : { crv, x: text(0), kty: 'OKP' };
    }
  }
}

class PublicKeyObject extends AsymmetricKeyObject {
  constructor(info) { super('public', info); }

  export(options) {
    if (options?.format === 'jwk') return exportJwk(this);
    return exportPublicKey(this, parsePublicEncoding(options, this.asymmetricKeyType, 'options'));
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(info) { super('private', info); }

  export(options) {
    if (options?.format === 'jwk') {
      if (options.passphrase !== undefined || options.cipher !== undefined)
        throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
      return exportJwk(this);
    }
    return exportPrivateKey(this, parsePrivateEncoding(options, this.asymmetricKeyType, 'options'));
  }
}

// ---- encodings ----

function optionName(name, objName) {
  return objName === undefined ? name : `${objName}.${name}`;
}

function parseFormat(format, byDefault, name) {
  if (format === undefined && byDefault) return byDefault;
  if (format === 'pem' || format === 'der' || format === 'jwk') return format;
  throw new ERR_INVALID_ARG_VALUE(name, format);
}

function parseEncodingType(type, required, keyType, isPublic, name) {
  if (type === undefined && !required) {
    return keyType === 'rsa' && isPublic === undefined ? undefined : type;
  }
  const isRsaOnly = (t) => {
    if (keyType !== undefined && keyType !== 'rsa')
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(t, 'can only be used for RSA keys');
    return t;
  };
  if (type === 'pkcs1') return isRsaOnly('pkcs1');
  if (type === 'spki' && isPublic !== false) return type;
  if (type === 'pkcs8' && isPublic !== true) return type;
  if (type === 'sec1' && isPublic !== true) {
    if (keyType !== undefined && keyType !== 'ec')
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('sec1', 'can only be used for EC keys');
    return type;
  }
  throw new ERR_INVALID_ARG_VALUE(name, type);
}

const isStringOrBuffer = (value) => typeof value === 'string' || ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

function parseKeyEncoding(encoding, keyType, isPublic, objName) {
  if (encoding === null || typeof encoding !== 'object')
    throw new ERR_INVALID_ARG_TYPE(objName ?? 'options', 'object', encoding);
  const isInput = keyType === undefined;
  const format = parseFormat(encoding.format, isInput ? 'pem' : undefined, optionName('format', objName));
  if (isInput && format === 'jwk') return { format };
  const type = parseEncodingType(
    encoding.type, !isInput || format === 'der', keyType, isPublic, optionName('type', objName));
  let cipher;
  let passphrase;
  let passphraseEncoding;
  if (isPublic !== true) {
    ({ cipher, passphrase, encoding: passphraseEncoding } = encoding);
    if (!isInput) {
      if (cipher != null) {
        if (typeof cipher !== 'string') throw new ERR_INVALID_ARG_VALUE(optionName('cipher', objName), cipher);
        if (format === 'der' && (type === 'pkcs1' || type === 'sec1'))
          throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'does not support encryption');
      } else if (passphrase !== undefined) {
        throw new ERR_INVALID_ARG_VALUE(optionName('cipher', objName), cipher);
      }
    }
    if ((isInput && passphrase !== undefined && !isStringOrBuffer(passphrase)) ||
        (!isInput && cipher != null && !isStringOrBuffer(passphrase))) {
      throw new ERR_INVALID_ARG_VALUE(optionName('passphrase', objName), passphrase);
    }
  }
  if (passphrase !== undefined) passphrase = getArrayBufferOrView(passphrase, 'key.passphrase', passphraseEncoding);
  return { format, type, cipher, passphrase };
}

const parsePublicEncoding = (enc, keyType, objName) => parseKeyEncoding(enc, keyType, keyType ? true : undefined, objName);
const parsePrivateEncoding = (enc, keyType, objName) => parseKeyEncoding(enc, keyType, false, objName);

function exportPublicKey(key, { format, type }) {
  if (format === 'jwk') return exportJwk(key);
  return checkExport(binding.keyExportPublic(key[kHandle], format, type), type);
}

function exportPrivateKey(key, { format, type, cipher, passphrase }) {
  if (format === 'jwk') return exportJwk(key);
  if (cipher != null && binding.cipherInfo(cipher) === undefined) throw new ERR_CRYPTO_UNKNOWN_CIPHER();
  return checkExport(
    binding.keyExportPrivate(key[kHandle], format, type, cipher ?? '', passphrase ?? null), type);
}

function checkExport(result, type) {
  if (typeof result !== 'number') return result;
  throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'cannot be used for this key');
}

// ---- reading keys ----

/** Throws for what the native half says of a key that it cannot read. */
function checkParsed(result, format, data) {
  if (typeof result !== 'number') return result;
  switch (result) {
    case -2:
      // OpenSSL would ask at the terminal for the password of a PEM file; there is none.
      if (format === 'pem') {
        throw opensslError(
          '07880109', 'common libcrypto routines', 'interrupted or cancelled', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED',
          ['error:04800068:PEM routines::bad password read',
           'error:07880109:common libcrypto routines::interrupted or cancelled',
           'error:07880109:common libcrypto routines::interrupted or cancelled']);
      }
      throw codedError(TypeError, 'ERR_MISSING_PASSPHRASE', 'Passphrase required for encrypted key');
    case -3:
      throw opensslError('1C800064', 'Provider routines', 'bad decrypt', 'ERR_OSSL_BAD_DECRYPT',
                         format === 'pem' ? ['error:04800065:PEM routines::bad decrypt', 'error:1C800064:Provider routines::bad decrypt'] : null);
    case -4: {
      const { codes: { ERR_CRYPTO_INVALID_CURVE } } = require('internal/errors');
      throw new ERR_CRYPTO_INVALID_CURVE();
    }
    case -5: throw new ERR_CRYPTO_INVALID_JWK();
    default:
      if (format === 'der' && data !== undefined && data.byteLength > 0 && new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0)[0] !== 0x30) {
        throw opensslError(
          '068000A8', 'asn1 encoding routines', 'wrong tag', 'ERR_OSSL_ASN1_WRONG_TAG',
          ['error:0688010A:asn1 encoding routines::nested asn1 error', 'error:068000A8:asn1 encoding routines::wrong tag']);
      }
      throw unsupportedError();
  }
}

const kConsumePublic = 0;
const kConsumePrivate = 1;
const kCreatePublic = 2;
const kCreatePrivate = 3;

function checkKeyTypes(ctx) {
  const types = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string'];
  if (ctx !== kCreatePrivate) types.push('KeyObject', 'CryptoKey');
  return types;
}

function fromJwk(jwk, ctx) {
  validateObject(jwk, 'key.key');
  validateOneOf(jwk.kty, 'key.kty', ['RSA', 'EC', 'OKP']);
  const isPublic = ctx === kConsumePublic || ctx === kCreatePublic;
  let names;
  if (jwk.kty === 'OKP') {
    validateString(jwk.crv, 'key.crv');
    validateOneOf(jwk.crv, 'key.crv', ['Ed25519', 'Ed448', 'X25519', 'X448']);
    names = ['x'];
    if (!isPublic) names.push('d');
  } else if (jwk.kty === 'EC') {
    validateString(jwk.crv, 'key.crv');
    validateOneOf(jwk.crv, 'key.crv', ['P-256', 'secp256k1', 'P-384', 'P-521']);
    names = ['x', 'y'];
    if (!isPublic) names.push('d');
  } else {
    names = ['n', 'e'];
    if (!isPublic) names.push('d', 'p', 'q', 'dp', 'dq', 'qi');
  }
  const numbers = [];
  for (const name of names) {
    validateString(jwk[name], `key.${name}`);
    numbers.push(Buffer.from(jwk[name], 'base64url'));
  }
  return checkParsed(binding.keyFromJWK(jwk.kty, jwk.crv ?? '', !isPublic, numbers));
}

/**
 * The native key that `key` means: a KeyObject, PEM text, bytes, or an object with these and options.
 * What it gives is [number, type, ...]; keys that were read for one use belong to `owner`.
 */
function readAsymmetric(key, ctx) {
  key = toKeyObject(key);
  if (isKeyObject(key)) return fromObject(key, ctx);
  if (isStringOrBuffer(key)) {
    return parseBytes(getArrayBufferOrView(key, 'key'), { format: 'pem' }, ctx);
  }
  if (typeof key === 'object' && key !== null) {
    const { format, encoding } = key;
    const data = toKeyObject(key.key);
    if (isKeyObject(data)) return fromObject(data, ctx);
    if (format === 'jwk') return fromJwk(data, ctx);
    if (!isStringOrBuffer(data)) throw new ERR_INVALID_ARG_TYPE('key.key', checkKeyTypes(ctx), data);
    const isPublic = ctx === kConsumePrivate || ctx === kCreatePrivate ? false : undefined;
    return parseBytes(
      getArrayBufferOrView(data, 'key', encoding), parseKeyEncoding(key, undefined, isPublic), ctx);
  }
  throw new ERR_INVALID_ARG_TYPE('key', checkKeyTypes(ctx), key);
}

function fromObject(key, ctx) {
  if (ctx === kCreatePrivate) throw new ERR_INVALID_ARG_TYPE('key', checkKeyTypes(ctx), key);
  if (key.type !== 'private') {
    if (ctx === kConsumePrivate || ctx === kCreatePublic)
      throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private');
    if (key.type !== 'public') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private or public');
  }
  if (ctx === kCreatePublic) return binding.keyOfPrivate(key[kHandle]);
  return key[kInfo];
}

function parseBytes(data, { format, type, passphrase }, ctx) {
  const read = ctx === kConsumePrivate || ctx === kCreatePrivate ? binding.keyPrivate : binding.keyPublic;
  return checkParsed(read(format, type ?? '', data, passphrase ?? null), format, data);
}

function createPublicKey(key) {
  return new PublicKeyObject(readAsymmetric(key, kCreatePublic));
}

function createPrivateKey(key) {
  return new PrivateKeyObject(readAsymmetric(key, kCreatePrivate));
}

function createSecretKey(key, encoding) {
  return new SecretKeyObject(secretBytesOf(key, encoding, 'key'));
}

function secretBytesOf(key, encoding, name) {
  if (typeof key !== 'string' && !ArrayBuffer.isView(key) && !isAnyArrayBuffer(key)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], key);
  }
  const bytes = getArrayBufferOrView(key, name, encoding);
  // A copy: the caller's memory may change.
  return isAnyArrayBuffer(bytes) ? Buffer.from(bytes.slice(0)) :
    Buffer.from(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** The bytes of a key for HMAC and symmetric ciphers. */
function secretKeyBytes(key, encoding) {
  key = toKeyObject(key);
  if (isKeyObject(key)) {
    if (key.type !== 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'secret');
    return key[kBytes];
  }
  if (!isStringOrBuffer(key)) {
    throw new ERR_INVALID_ARG_TYPE(
      'key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'], key);
  }
  return secretBytesOf(key, encoding, 'key');
}

/** The bytes of a key for hkdf. */
function hkdfKeyBytes(key) {
  key = toKeyObject(key);
  if (isKeyObject(key)) return secretKeyBytes(key);
  if (!isStringOrBuffer(key)) {
    throw new ERR_INVALID_ARG_TYPE(
      'ikm', ['string', 'SecretKeyObject', 'ArrayBuffer', 'TypedArray', 'DataView', 'Buffer'], key);
  }
  return secretBytesOf(key, undefined, 'ikm');
}

/** The key of diffieHellman()'s options: where a name is wrong, it is that of the option. */
function prepareExchange(key, isPrivate, name) {
  const object = toKeyObject(key);
  if (!isKeyObject(object) && !isStringOrBuffer(object) && (typeof object !== 'object' || object === null))
    throw new ERR_INVALID_ARG_TYPE(name, exchangeKeyTypes, key);
  return readAsymmetric(key, isPrivate ? kConsumePrivate : kConsumePublic);
}

const exchangeKeyTypes =
  ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'KeyObject', 'CryptoKey'];

const preparePrivateKey = (key) => readAsymmetric(key, kConsumePrivate);
const preparePublicOrPrivateKey = (key) => readAsymmetric(key, kConsumePublic);

/** The object for what the native half told of a public key. */
const publicKeyObject = (info) => new PublicKeyObject(checkParsed(info));

module.exports = {
  publicKeyObject, KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject,
  createSecretKey, createPublicKey, createPrivateKey,
  prepareExchange, secretKeyBytes, hkdfKeyBytes, preparePrivateKey, preparePublicOrPrivateKey,
  parsePublicEncoding, parsePrivateEncoding, exportPublicKey, exportPrivateKey,
  isKeyObject, isCryptoKey, kKeyObject, kInfo, kBytes,
};
