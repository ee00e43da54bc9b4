'use strict';

// Cipheriv and Decipheriv, and RSA encryption.

const LazyTransform = require('internal/streams/lazy_transform');
const {
  codes: {
    ERR_CRYPTO_INVALID_IV, ERR_CRYPTO_INVALID_KEYLEN,
    ERR_CRYPTO_INVALID_STATE, ERR_CRYPTO_UNKNOWN_CIPHER, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateEncoding, validateInt32, validateObject, validateString, validateUint32 } =
  require('internal/validators');
const { Buffer } = require('buffer');
const { StringDecoder } = require('string_decoder');
const { kHandle, codedError, getArrayBufferOrView, getStringOption, opensslError, reasonError } = require('internal/crypto/util');
const { secretKeyBytes, preparePrivateKey, preparePublicOrPrivateKey } = require('internal/crypto/keys');
const constants = require('internal/crypto/constants');
const binding = internalBinding('crypto');

const kState = Symbol('kState');

// Modes with a tag.
const isAuthenticated = (mode, name) => mode === 'gcm' || mode === 'ccm' || mode === 'ocb' || name === 'chacha20-poly1305';

function setup(self, cipher, key, iv, options, isDecipher) {
  validateString(cipher, 'cipher');
  const encoding = getStringOption(options, 'encoding');
  const secret = secretKeyBytes(key, encoding);
  const ivBytes = iv === null ? null : getArrayBufferOrView(iv, 'iv');
  const info = binding.cipherInfo(cipher);
  if (info === undefined) throw new ERR_CRYPTO_UNKNOWN_CIPHER();
  const [name, , mode, , ivLength, keyLength] = info;
  const authenticated = isAuthenticated(mode, name);

  let tagLength = -1;
  if (options?.authTagLength !== undefined) {
    validateUint32(options.authTagLength, 'options.authTagLength');
    tagLength = options.authTagLength;
  }
  if (secret.byteLength !== keyLength) throw new ERR_CRYPTO_INVALID_KEYLEN();
  const given = ivBytes === null ? 0 : ivBytes.byteLength;
  if (ivBytes === null && ivLength !== 0) throw new ERR_CRYPTO_INVALID_IV();
  if (!authenticated && given !== ivLength) throw new ERR_CRYPTO_INVALID_IV();
  if (authenticated && (given === 0 || (mode === 'ccm' && (given < 7 || given > 13)) ||
      (mode === 'ocb' && given > 15) || (name === 'chacha20-poly1305' && given > 12))) {
    throw new ERR_CRYPTO_INVALID_IV();
  }
  if (authenticated) {
    const isValid = mode === 'gcm' ? (n) => n === 4 || n === 8 || (n >= 12 && n <= 16) :
      mode === 'ccm' ? (n) => n >= 4 && n <= 16 && n % 2 === 0 : (n) => n >= 1 && n <= 16;
    if (tagLength !== -1 && !isValid(tagLength)) throw invalidTag(tagLength);
    if (tagLength === -1 && (mode === 'ccm' || mode === 'ocb')) {
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `authTagLength required for ${cipher}`);
    }
  }
  self[kState] = {
    name, mode, authenticated, tagLength, isDecipher,
    tag: undefined, // given to a decipher, or made by a cipher
    updated: false,
    aadLength: -1,
    finalized: false,
    decoder: null,
  };
  self[kHandle] = binding.cipherNew(cipher, secret, ivBytes ?? Buffer.alloc(0), isDecipher, tagLength === -1 ? 16 : tagLength);
  LazyTransform.call(self, options);
}

const invalidTag = (length) =>
  codedError(TypeError, 'ERR_CRYPTO_INVALID_AUTH_TAG', `Invalid authentication tag length: ${length}`);

function output(state, bytes, outputEncoding) {
  if (!outputEncoding || outputEncoding === 'buffer') return bytes;
  state.decoder ??= makeDecoder(outputEncoding);
  if (state.decoder.encoding !== normalize(outputEncoding))
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', outputEncoding, 'Cannot change encoding');
  return state.decoder.write(bytes);
}

const { normalizeEncoding } = require('internal/util');
const normalize = (encoding) => normalizeEncoding(encoding) ?? encoding;

function makeDecoder(encoding) {
  const name = normalizeEncoding(encoding);
  if (name === undefined && encoding) {
    const { codes: { ERR_UNKNOWN_ENCODING } } = require('internal/errors');
    throw new ERR_UNKNOWN_ENCODING(encoding);
  }
  return new StringDecoder(name);
}

const methods = {
  _transform(chunk, encoding, callback) {
    this.push(this.update(chunk, encoding));
    callback();
  },

  _flush(callback) {
    try {
      this.push(this.final());
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  },

  update(data, inputEncoding, outputEncoding) {
    if (typeof data === 'string') {
      validateEncoding(data, inputEncoding);
    } else if (!ArrayBuffer.isView(data)) {
      throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
    }
    const state = this[kState];
    if (state.finalized) throw new ERR_CRYPTO_INVALID_STATE('update');
    const bytes = typeof data === 'string' ? Buffer.from(data, inputEncoding === 'buffer' ? 'utf8' : inputEncoding) : data;
    if (state.mode === 'ccm' && state.updated) throw new ERR_CRYPTO_INVALID_STATE('update');
    state.updated = true;
    // OpenSSL's lengths are ints, and a block may be added.
    if (bytes.byteLength >= 2 ** 31 - 1 - 32) throw new Error('Trying to add data in unsupported state');
    const out = binding.cipherUpdate(this[kHandle], bytes);
    if (out === null) {
      throw state.mode === 'wrap' ? new Error('Unsupported state or unable to authenticate data') :
        new ERR_CRYPTO_INVALID_STATE('update');
    }
    return output(state, out, outputEncoding);
  },

  final(outputEncoding) {
    const state = this[kState];
    if (state.finalized) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Invalid state');
    state.finalized = true;
    let tag;
    if (state.isDecipher && state.authenticated) {
      if (state.tag === undefined) {
        binding.cipherFree(this[kHandle]);
        throw new Error('Unsupported state or unable to authenticate data');
      }
      tag = state.tag;
    }
    const result = binding.cipherFinal(this[kHandle], tag);
    if (typeof result === 'number') throw finalError(result);
    if (state.authenticated && !state.isDecipher)
      state.tag = state.tagLength === -1 ? result[1] : result[1].subarray(0, state.tagLength);
    if (!outputEncoding || outputEncoding === 'buffer') return result[0];
    return output(state, result[0], outputEncoding) + state.decoder.end();
  },

  setAutoPadding(autoPadding) {
    if (this[kState].finalized) throw new ERR_CRYPTO_INVALID_STATE('setAutoPadding');
    binding.cipherPadding(this[kHandle], autoPadding === undefined || !!autoPadding);
    return this;
  },

  setAAD(aad, options) {
    const encoding = getStringOption(options, 'encoding');
    if (options?.plaintextLength !== undefined) {
      validateInt32(options.plaintextLength, 'options.plaintextLength', 0);
    }
    const bytes = getArrayBufferOrView(aad, 'aadbuf', encoding);
    const state = this[kState];
    if (state.finalized || state.updated || !state.authenticated) throw new ERR_CRYPTO_INVALID_STATE('setAAD');
    binding.cipherAAD(this[kHandle], bytes);
    return this;
  },
};

function finalError(number) {
  switch (number) {
    case -1: return opensslError('1C800064', 'Provider routines', 'bad decrypt', 'ERR_OSSL_BAD_DECRYPT');
    case -2:
    case -4:
      return opensslError(
        '1C80006B', 'Provider routines', 'wrong final block length', 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH');
    default: return new Error('Unsupported state or unable to authenticate data');
  }
}

function addMethods(Class) {
  for (const name of Object.keys(methods)) Class.prototype[name] = methods[name];
}

function Cipheriv(cipher, key, iv, options) {
  if (!(this instanceof Cipheriv)) return new Cipheriv(cipher, key, iv, options);
  setup(this, cipher, key, iv, options, false);
}
Object.setPrototypeOf(Cipheriv.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Cipheriv, LazyTransform);
addMethods(Cipheriv);

Cipheriv.prototype.getAuthTag = function getAuthTag() {
  const state = this[kState];
  if (!state.finalized || state.tag === undefined) throw new ERR_CRYPTO_INVALID_STATE('getAuthTag');
  return state.tag;
};

function Decipheriv(cipher, key, iv, options) {
  if (!(this instanceof Decipheriv)) return new Decipheriv(cipher, key, iv, options);
  setup(this, cipher, key, iv, options, true);
}
Object.setPrototypeOf(Decipheriv.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Decipheriv, LazyTransform);
addMethods(Decipheriv);

Decipheriv.prototype.setAuthTag = function setAuthTag(tagbuf, encoding) {
  const tag = getArrayBufferOrView(tagbuf, 'buffer', encoding);
  const state = this[kState];
  if (!state.authenticated || state.finalized || state.tag !== undefined)
    throw new ERR_CRYPTO_INVALID_STATE('setAuthTag');
  const length = tag.byteLength;
  const isValid = state.mode === 'gcm' ? length === 4 || length === 8 || (length >= 12 && length <= 16) : length <= 16;
  if (!isValid || (state.tagLength !== -1 && state.tagLength !== length)) {
    throw invalidTag(length);
  }
  if (state.mode === 'gcm' && state.tagLength === -1 && length !== 16) {
    process.emitWarning(
      'Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when ' +
      'initializing decryption is deprecated.', 'DeprecationWarning', 'DEP0182');
  }
  state.tag = Buffer.from(new Uint8Array(tag.buffer ?? tag, tag.byteOffset ?? 0, length));
  return this;
};

function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number')
    throw new ERR_INVALID_ARG_TYPE('nameOrNid', ['string', 'number'], nameOrNid);
  if (typeof nameOrNid === 'number') validateInt32(nameOrNid, 'nameOrNid');
  let keyLength;
  let ivLength;
  if (options !== undefined) {
    validateObject(options, 'options');
    ({ keyLength, ivLength } = options);
    if (keyLength !== undefined) validateInt32(keyLength, 'options.keyLength');
    if (ivLength !== undefined) validateInt32(ivLength, 'options.ivLength');
  }
  const info = typeof nameOrNid === 'string' ? binding.cipherInfo(nameOrNid) : binding.cipherInfoByID(nameOrNid);
  if (info === undefined) return undefined;
  const [name, nid, mode, blockSize, defaultIvLength, defaultKeyLength] = info;
  if (keyLength !== undefined && keyLength !== defaultKeyLength) return undefined;
  if (ivLength !== undefined) {
    const isValid = mode === 'ccm' ? ivLength >= 7 && ivLength <= 13 :
      isAuthenticated(mode, name) ? ivLength > 0 && (mode === 'gcm' || ivLength <= (mode === 'ocb' ? 15 : 12)) : ivLength === defaultIvLength;
    if (!isValid) return undefined;
  }
  const result = { mode: mode.replace(/cfb[18]/, 'cfb'), name: name.toLowerCase(), nid };
  if (mode !== 'stream' && !(blockSize === 1 && mode === 'stream')) result.blockSize = blockSize;
  const iv = ivLength ?? defaultIvLength;
  if (iv !== 0) result.ivLength = iv;
  result.keyLength = keyLength ?? defaultKeyLength;
  return result;
}

// ---- RSA ----

function rsaFunction(run, prepare, defaultPadding, reverse) {
  return (options, buffer) => {
    const { padding = defaultPadding, oaepHash = 'sha1', oaepLabel, encoding } =
      options !== null && typeof options === 'object' && !ArrayBuffer.isView(options) ? options : {};
    validateString(oaepHash, 'key.oaepHash');
    const isKnown = binding.hashSize(oaepHash) !== -1;
    const key = isKnown ? prepare(options) : undefined;
    let label = Buffer.alloc(0);
    if (oaepLabel !== undefined) label = getArrayBufferOrView(oaepLabel, 'key.oaepLabel', encoding);
    const data = getArrayBufferOrView(buffer, 'buffer', encoding);
    if (!isKnown)
      throw codedError(Error, 'ERR_OSSL_EVP_INVALID_DIGEST', 'Invalid digest used');
    const result = run(key[0], typeof padding === 'number' ? padding : -1, oaepHash, label, data, reverse);
    if (typeof result !== 'string') return result;
    throw reasonError(result, rsaStack(result, run, reverse));
  };
}

const signatureFailure = [
  'error:030000EA:digital envelope routines::provider signature failure', 'error:1C880004:Provider routines::RSA lib',
];

/** What OpenSSL tells before a reason. */
function rsaStack(reason, run, reverse) {
  if (reason === 'invalid padding') return [...signatureFailure, 'error:02000072:rsa routines::padding check failed'];
  if (reverse && run === binding.rsaEncrypt && reason.startsWith('data too')) return signatureFailure;
  return undefined;
}

const publicEncrypt = rsaFunction(binding.rsaEncrypt, preparePublicOrPrivateKey, constants.RSA_PKCS1_OAEP_PADDING, false);
const publicDecrypt = rsaFunction(binding.rsaDecrypt, preparePublicOrPrivateKey, constants.RSA_PKCS1_PADDING, true);
const privateEncrypt = rsaFunction(binding.rsaEncrypt, preparePrivateKey, constants.RSA_PKCS1_PADDING, true);
const privateDecrypt = rsaFunction(binding.rsaDecrypt, preparePrivateKey, constants.RSA_PKCS1_OAEP_PADDING, false);

module.exports = {
  Cipheriv, Decipheriv, getCipherInfo, publicEncrypt, publicDecrypt, privateEncrypt, privateDecrypt,
};
