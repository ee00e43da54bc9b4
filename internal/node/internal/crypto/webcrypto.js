'use strict';

// The Web Cryptography API: `crypto` of the web, on the same native half. Algorithms that are not there are refused
// with NotSupportedError, as the standard has it.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('internal/errors');
const { lazyDOMException } = require('internal/util');
const { isAnyArrayBuffer } = require('internal/util/types');
const { Buffer } = require('buffer');
const binding = internalBinding('crypto');

let algorithms;
const lazyParams = () => require('internal/crypto/webparams');
const lazyAlgorithms = () => (algorithms ??= require('internal/crypto/webalgorithms'));

const kSkip = Symbol('kSkip');
const { kKeyObject } = require('internal/crypto/keys');
const kAlgorithm = Symbol('kAlgorithm');
const kExtractable = Symbol('kExtractable');
const kUsages = Symbol('kUsages');

class CryptoKey {
  constructor(skip, keyObject, algorithm, extractable, usages) {
    if (skip !== kSkip) throw new ERR_ILLEGAL_CONSTRUCTOR();
    for (const [name, value] of [
      [kKeyObject, keyObject], [kAlgorithm, algorithm], [kExtractable, extractable], [kUsages, usages],
    ]) Object.defineProperty(this, name, { __proto__: null, value });
  }
  get type() { return checkKey(this)[kKeyObject].type; }
  get extractable() { return checkKey(this)[kExtractable]; }
  get algorithm() { return checkKey(this)[kAlgorithm]; }
  get usages() { return checkKey(this)[kUsages]; }
  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `CryptoKey ${inspect({
      type: this.type, extractable: this.extractable, algorithm: this.algorithm, usages: this.usages,
    }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

function checkKey(key) {
  if (key?.[kKeyObject] === undefined) throw new ERR_INVALID_THIS('CryptoKey');
  return key;
}

/** Makes a key of the web; its usages in the standard's order. */
function makeKey(keyObject, algorithm, extractable, usages) {
  return new CryptoKey(kSkip, keyObject, algorithm, extractable, lazyParams().allUsages.filter((usage) => usages.includes(usage)));
}

/** The bytes of a BufferSource, copied: they may change while the work runs. */
function bytesOf(value, name, method, index) {
  if (isAnyArrayBuffer(value)) return Buffer.from(value.slice(0));
  if (ArrayBuffer.isView(value)) return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  const error = new ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
  if (method !== undefined) {
    error.message = `Failed to execute '${method}' on 'SubtleCrypto': ${lazyParams().ordinals[index]} argument is not ` +
      'instance of ArrayBuffer, Buffer, TypedArray, or DataView.';
  }
  throw error;
}

const toArrayBuffer = (buffer) => buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);

const notSupported = (message = 'Unrecognized algorithm name') => lazyDOMException(message, 'NotSupportedError');

const digestNames = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512',
                      'SHA3-256': 'sha3-256', 'SHA3-384': 'sha3-384', 'SHA3-512': 'sha3-512' };

/** The canonical name of a hash of the web, in whatever case it was given. */
function hashName(hash) {
  const name = `${typeof hash === 'object' && hash !== null ? hash.name : hash}`.toUpperCase();
  if (digestNames[name] === undefined) throw notSupported();
  return name;
}

class SubtleCrypto {
  constructor(skip) {
    if (skip !== kSkip) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  async digest(algorithm, data) {
    checkThis(this, arguments, 2, 'digest');
    const name = hashName(algorithm);
    const bytes = bytesOf(data, 'data', 'digest', 2);
    return toArrayBuffer(binding.hashOnce(digestNames[name], bytes, 0, -1));
  }

  async encrypt(algorithm, key, data) {
    checkThis(this, arguments, 3, 'encrypt');
    return lazyAlgorithms().crypt(true, algorithm, key, bytesOf(data, 'data', 'encrypt', 3));
  }

  async decrypt(algorithm, key, data) {
    checkThis(this, arguments, 3, 'decrypt');
    return lazyAlgorithms().crypt(false, algorithm, key, bytesOf(data, 'data', 'decrypt', 3));
  }

  async sign(algorithm, key, data) {
    checkThis(this, arguments, 3, 'sign');
    return lazyAlgorithms().sign(algorithm, key, bytesOf(data, 'data', 'sign', 3));
  }

  async verify(algorithm, key, signature, data) {
    checkThis(this, arguments, 4, 'verify');
    return lazyAlgorithms().verify(
      algorithm, key, bytesOf(signature, 'signature', 'verify', 3), bytesOf(data, 'data', 'verify', 4));
  }

  async generateKey(algorithm, extractable, keyUsages) {
    checkThis(this, arguments, 3, 'generateKey');
    return lazyAlgorithms().generateKey(
      algorithm, !!extractable, lazyParams().checkUsageWords(keyUsages, 'generateKey', 3));
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    checkThis(this, arguments, 4, 'importKey');
    lazyParams().checkFormat(format, 'importKey');
    return lazyAlgorithms().importKey(
      format, keyData, algorithm, !!extractable, lazyParams().checkUsageWords(keyUsages, 'importKey', 5));
  }

  async exportKey(format, key) {
    checkThis(this, arguments, 2, 'exportKey');
    lazyParams().checkFormat(format, 'exportKey');
    return lazyAlgorithms().exportKey(format, key);
  }

  async deriveBits(algorithm, baseKey, length = null) {
    checkThis(this, arguments, 2, 'deriveBits');
    return lazyAlgorithms().deriveBits(algorithm, baseKey, length, 'deriveBits');
  }

  async deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, keyUsages) {
    checkThis(this, arguments, 5, 'deriveKey');
    return lazyAlgorithms().deriveKey(
      algorithm, baseKey, derivedKeyAlgorithm, !!extractable, lazyParams().checkUsageWords(keyUsages, 'deriveKey', 5));
  }

  async getPublicKey(key, keyUsages) {
    checkThis(this, arguments, 2, 'getPublicKey');
    return lazyAlgorithms().getPublicKey(key, lazyParams().checkUsageWords(keyUsages, 'getPublicKey', 2));
  }

  async wrapKey(format, key, wrappingKey, algorithm) {
    checkThis(this, arguments, 4, 'wrapKey');
    lazyParams().checkFormat(format, 'wrapKey');
    const exported = await lazyAlgorithms().exportKey(format, key);
    let bytes = format === 'jwk' ? Buffer.from(JSON.stringify(exported)) : Buffer.from(exported);
    // Key wrapping takes whole blocks of eight bytes: JSON is filled up with spaces.
    if (format === 'jwk' && wrappingKey?.[kAlgorithm]?.name === 'AES-KW' && bytes.length % 8 !== 0)
      bytes = Buffer.concat([bytes, Buffer.alloc(8 - bytes.length % 8, ' ')]);
    return lazyAlgorithms().crypt(true, algorithm, wrappingKey, bytes, 'wrapKey');
  }

  async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
    checkThis(this, arguments, 7, 'unwrapKey');
    lazyParams().checkFormat(format, 'unwrapKey');
    const usages = lazyParams().checkUsageWords(keyUsages, 'unwrapKey', 7);
    const bytes = await lazyAlgorithms().crypt(
      false, unwrapAlgorithm, unwrappingKey, bytesOf(wrappedKey, 'wrappedKey', 'unwrapKey', 2), 'unwrapKey');
    let keyData = bytes;
    if (format === 'jwk') {
      try {
        keyData = JSON.parse(Buffer.from(bytes).toString());
      } catch (cause) {
        throw lazyDOMException('Invalid wrapped JWK key', { name: 'DataError', cause });
      }
    }
    return lazyAlgorithms().importKey(format, keyData, unwrappedKeyAlgorithm, !!extractable, usages);
  }
}

let subtle;

function checkThis(self, args, count, method) {
  if (self !== subtle) throw new ERR_INVALID_THIS('SubtleCrypto');
  if (args.length < count) {
    const error = new ERR_MISSING_ARGS(method);
    error.message = `Failed to execute '${method}' on 'SubtleCrypto': ${count} arguments required, but only ` +
      `${args.length} present.`;
    throw error;
  }
}

class Crypto {
  constructor(skip) {
    if (skip !== kSkip) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get subtle() {
    if (this !== crypto) throw new ERR_INVALID_THIS('Crypto');
    return (subtle ??= new SubtleCrypto(kSkip));
  }

  getRandomValues(array) {
    if (this !== crypto) throw new ERR_INVALID_THIS('Crypto');
    if (arguments.length < 1) {
      const error = new ERR_MISSING_ARGS('array');
      error.message = "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.";
      throw error;
    }
    return require('internal/crypto/random').getRandomValues(array);
  }

  randomUUID() {
    if (this !== crypto) throw new ERR_INVALID_THIS('Crypto');
    return require('internal/crypto/random').randomUUID();
  }
}

for (const [Class, names] of [
  [CryptoKey, ['type', 'extractable', 'algorithm', 'usages']],
  [Crypto, ['subtle', 'getRandomValues', 'randomUUID']],
  [SubtleCrypto, ['digest', 'encrypt', 'decrypt', 'sign', 'verify', 'generateKey', 'importKey', 'exportKey',
                  'deriveBits', 'deriveKey', 'wrapKey', 'unwrapKey', 'getPublicKey']],
]) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: Class.name });
}

const crypto = new Crypto(kSkip);

module.exports = {
  Crypto, CryptoKey, SubtleCrypto, crypto,
  makeKey, bytesOf, toArrayBuffer, hashName, digestNames, notSupported, kAlgorithm, kExtractable, kUsages,
  fromKeyObject: (...args) => lazyAlgorithms().fromKeyObject(...args),
};
