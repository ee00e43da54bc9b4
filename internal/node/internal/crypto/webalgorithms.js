'use strict';

// The algorithms of the Web Cryptography API.

const { lazyDOMException } = require('internal/util');
const { Buffer } = require('buffer');
const keys = require('internal/crypto/keys');
const {
  makeKey, bytesOf, toArrayBuffer, hashName, digestNames, notSupported, kAlgorithm, kExtractable, kUsages,
} = require('internal/crypto/webcrypto');
const { kKeyObject, kBytes } = keys;
const { normalize } = require('internal/crypto/webparams');
const binding = internalBinding('crypto');

const dataError = (message = 'Invalid keyData') => lazyDOMException(message, 'DataError');
const operationError = (cause) =>
  lazyDOMException('The operation failed for an operation-specific reason', { name: 'OperationError', cause });
const accessError = (message) => lazyDOMException(message, 'InvalidAccessError');

const usagesOf = {
  'HMAC': ['sign', 'verify'],
  'AES-CBC': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-CTR': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-GCM': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-OCB': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-KW': ['wrapKey', 'unwrapKey'],
  'ChaCha20-Poly1305': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'PBKDF2': ['deriveKey', 'deriveBits'],
  'HKDF': ['deriveKey', 'deriveBits'],
  'RSASSA-PKCS1-v1_5': ['sign', 'verify'],
  'RSA-PSS': ['sign', 'verify'],
  'RSA-OAEP': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'ECDSA': ['sign', 'verify'],
  'ECDH': ['deriveKey', 'deriveBits'],
  'Ed25519': ['sign', 'verify'],
  'Ed448': ['sign', 'verify'],
  'X25519': ['deriveKey', 'deriveBits'],
  'X448': ['deriveKey', 'deriveBits'],
};
// Which usages the public key of a pair has; the private one has the others.
const publicUsages = ['verify', 'encrypt', 'wrapKey'];

const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const isSecret = (name) =>
  name === 'HMAC' || name.startsWith('AES-') || name === 'ChaCha20-Poly1305' || name === 'PBKDF2' || name === 'HKDF';
const isRsa = (name) => name.startsWith('RSA');

function checkUsages(name, usages, allowed = usagesOf[name]) {
  for (const usage of usages) {
    if (!allowed.includes(usage)) throw lazyDOMException(`Unsupported key usage for ${name} key`, 'SyntaxError');
  }
}

function checkKey(key, algorithm, usage) {
  if (key?.[kKeyObject] === undefined) {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
  }
  if (key[kAlgorithm].name !== algorithm.name) throw accessError('Key algorithm mismatch');
  if (!key[kUsages].includes(usage)) throw accessError(usage.startsWith('derive') ? `baseKey does not have ${usage} usage` : `Unable to use this key to ${usage}`);
}

/** A native job as a promise. */
function run(fn, ...args) {
  return new Promise((resolve, reject) => {
    fn(...args, (err, value) => {
      if (err) reject(operationError(err));
      else resolve(value);
    });
  });
}

// ---- making keys ----

const hmacBlock = { 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024,
                    'SHA3-256': 1088, 'SHA3-384': 832, 'SHA3-512': 576 };

async function generateKey(algorithm, extractable, usages) {
  algorithm = normalize(algorithm, 'generateKey');
  const { name } = algorithm;
  checkUsages(name, usages);
  if (isSecret(name)) {
    if (usages.length === 0) throw lazyDOMException('Usages cannot be empty when creating a key.', 'SyntaxError');
    const keyAlgorithm = { name };
    if (name === 'HMAC') {
      const hash = hashName(algorithm.hash);
      keyAlgorithm.length = algorithm.length ?? hmacBlock[hash];
      if (keyAlgorithm.length === 0) throw operationError();
      keyAlgorithm.hash = { name: hash };
    } else {
      if (name !== 'ChaCha20-Poly1305') {
        if (![128, 192, 256].includes(algorithm.length))
          throw lazyDOMException('AES key length must be 128, 192, or 256 bits', 'OperationError');
        keyAlgorithm.length = algorithm.length;
      }
    }
    const bytes = await run(binding.random, Math.ceil((keyAlgorithm.length ?? 256) / 8));
    return makeKey(new keys.SecretKeyObject(bytes), keyAlgorithm, extractable, usages);
  }
  const { args, keyAlgorithm } = pairParams(algorithm);
  const [privateInfo, publicInfo] = await run(binding.keyGenerate, ...args, []);
  const privateUsages = usages.filter((usage) => !publicUsages.includes(usage));
  if (privateUsages.length === 0) throw lazyDOMException('Usages cannot be empty when creating a key.', 'SyntaxError');
  return {
    publicKey: makeKey(
      new keys.PublicKeyObject(publicInfo), keyAlgorithm, true, usages.filter((usage) => publicUsages.includes(usage))),
    privateKey: makeKey(new keys.PrivateKeyObject(privateInfo), keyAlgorithm, extractable, privateUsages),
  };
}

function pairParams(algorithm) {
  const { name } = algorithm;
  if (isRsa(name)) {
    const hash = { name: hashName(algorithm.hash) };
    const exponent = algorithm.publicExponent.reduce((n, byte) => n * 256 + byte, 0);
    if (exponent < 3 || exponent % 2 === 0) throw operationError();
    return {
      args: ['rsa', algorithm.modulusLength, exponent, ''],
      keyAlgorithm: { name, modulusLength: algorithm.modulusLength, publicExponent: algorithm.publicExponent, hash },
    };
  }
  if (name === 'ECDSA' || name === 'ECDH') {
    if (curves[algorithm.namedCurve] === undefined) throw notSupported('Unrecognized namedCurve');
    return {
      args: ['ec', 0, 0, curves[algorithm.namedCurve]], keyAlgorithm: { name, namedCurve: algorithm.namedCurve },
    };
  }
  return { args: [name.toLowerCase(), 0, 0, ''], keyAlgorithm: { name } };
}

async function importKey(format, keyData, algorithm, extractable, usages) {
  algorithm = normalize(algorithm, 'importKey');
  const { name } = algorithm;
  if (format === 'jwk') {
    if (keyData === null || typeof keyData !== 'object' || ArrayBuffer.isView(keyData) || keyData instanceof ArrayBuffer)
      throw dataError();
  } else {
    keyData = bytesOf(keyData, 'keyData');
  }
  if (isSecret(name)) return importSecret(format, keyData, algorithm, extractable, usages);

  let key;
  try {
    if (format === 'spki') {
      key = keys.createPublicKey({ key: keyData, format: 'der', type: 'spki' });
    } else if (format === 'pkcs8') {
      key = keys.createPrivateKey({ key: keyData, format: 'der', type: 'pkcs8' });
    } else if (format === 'jwk') {
      checkJwk(keyData, algorithm, extractable, usages);
      const create = keyData.d === undefined ? keys.createPublicKey : keys.createPrivateKey;
      key = create({ key: keyData, format: 'jwk' });
    } else if (format === 'raw' && !isRsa(name)) {
      key = importRawPublic(keyData, algorithm);
    } else {
      throw notSupported(`Unable to import ${name} key with format ${format}`);
    }
  } catch (error) {
    if (error?.name === 'NotSupportedError' || error?.name === 'DataError') throw error;
    throw dataError();
  }
  if (key.asymmetricKeyType !== keyTypeOf(name)) throw dataError('Invalid key type');
  if (curves[algorithm.namedCurve] !== undefined && key.asymmetricKeyDetails.namedCurve !== curves[algorithm.namedCurve])
    throw dataError('Named curve mismatch');
  checkUsages(name, usages, usagesOf[name].filter((usage) => publicUsages.includes(usage) === (key.type === 'public')));
  if (key.type === 'private' && usages.length === 0)
    throw lazyDOMException('Usages cannot be empty when importing a private key.', 'SyntaxError');
  return fromKeyObject(key, algorithm, extractable, usages);
}

const keyTypeOf = (name) => (isRsa(name) ? 'rsa' : name.startsWith('EC') ? 'ec' : name.toLowerCase());

/** What a JSON Web Key says of its use must not contradict what is asked for. */
function checkJwk(jwk, { name, namedCurve }, extractable, usages) {
  if (jwk.kty === undefined) throw dataError('Invalid keyData');
  const kty = isSecret(name) ? 'oct' : isRsa(name) ? 'RSA' : name.startsWith('EC') ? 'EC' : 'OKP';
  if (jwk.kty !== kty) throw dataError('Invalid JWK "kty" Parameter');
  if (kty === 'EC' && jwk.crv !== namedCurve) throw dataError('JWK "crv" does not match the requested algorithm');
  if (kty === 'OKP' && jwk.crv !== name) throw dataError('JWK "crv" Parameter and algorithm name mismatch');
  if (usages.length > 0 && jwk.use !== undefined) {
    const use = usagesOf[name].includes('sign') ? 'sig' : 'enc';
    if (jwk.use !== use) throw dataError('Invalid JWK "use" Parameter');
  }
  if (jwk.key_ops !== undefined) {
    if (!Array.isArray(jwk.key_ops)) throw dataError('Invalid JWK "key_ops" Parameter');
    if (new Set(jwk.key_ops).size !== jwk.key_ops.length) throw dataError('Duplicate key operation');
    if (usages.some((usage) => !jwk.key_ops.includes(usage))) throw dataError('Key operations and usage mismatch');
  }
  if (jwk.ext !== undefined && jwk.ext === false && extractable)
    throw dataError('JWK "ext" Parameter and extractable mismatch');
}

function importRawPublic(data, { name, namedCurve }) {
  if (name === 'ECDSA' || name === 'ECDH') {
    const size = (data.length - 1) / 2;
    if (data[0] !== 4) throw dataError();
    return keys.createPublicKey({ format: 'jwk', key: {
      kty: 'EC', crv: namedCurve, x: data.subarray(1, 1 + size).toString('base64url'),
      y: data.subarray(1 + size).toString('base64url'),
    } });
  }
  return keys.createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: name, x: data.toString('base64url') } });
}

function importSecret(format, keyData, algorithm, extractable, usages) {
  const { name } = algorithm;
  checkUsages(name, usages);
  let bytes;
  if (format === 'raw') {
    bytes = keyData;
  } else if (format === 'jwk' && name !== 'PBKDF2' && name !== 'HKDF') {
    checkJwk(keyData, algorithm, extractable, usages);
    if (typeof keyData.k !== 'string') throw dataError('Invalid JWK');
    bytes = Buffer.from(keyData.k, 'base64url');
  } else {
    throw notSupported(`Unable to import ${name} key with format ${format}`);
  }
  const keyAlgorithm = { name };
  if (name === 'HMAC') {
    keyAlgorithm.length = bytes.length * 8;
    if (bytes.length === 0) throw dataError('Zero-length key is not supported');
    if (algorithm.length !== undefined) {
      if (algorithm.length > keyAlgorithm.length || algorithm.length <= keyAlgorithm.length - 8)
        throw dataError('Invalid key length');
      keyAlgorithm.length = algorithm.length;
    }
    keyAlgorithm.hash = { name: hashName(algorithm.hash) };
  } else if (name.startsWith('AES-')) {
    keyAlgorithm.length = bytes.length * 8;
    if (![128, 192, 256].includes(keyAlgorithm.length)) throw dataError('Invalid key length');
  } else if (name === 'ChaCha20-Poly1305') {
    if (bytes.length !== 32) throw dataError('Invalid key length');
  } else if (extractable) {
    throw lazyDOMException(`${name} keys are not extractable`, 'SyntaxError');
  }
  if (usages.length === 0)
    throw lazyDOMException('Usages cannot be empty when importing a secret key.', 'SyntaxError');
  return makeKey(new keys.SecretKeyObject(bytes), keyAlgorithm, extractable, usages);
}

/** KeyObject.prototype.toCryptoKey */
function fromKeyObject(key, algorithm, extractable, usages) {
  algorithm = normalize(algorithm, 'importKey');
  const { name } = algorithm;
  if (key.type === 'secret') return importSecret('raw', key.export(), algorithm, extractable, usages);
  const keyAlgorithm = { name };
  const wanted = isRsa(name) ? 'rsa' : name === 'ECDSA' || name === 'ECDH' ? 'ec' : name.toLowerCase();
  if (key.asymmetricKeyType !== wanted) throw dataError('Invalid key type');
  const details = key.asymmetricKeyDetails;
  if (isRsa(name)) {
    keyAlgorithm.modulusLength = details.modulusLength;
    let hex = details.publicExponent.toString(16);
    if (hex.length % 2) hex = `0${hex}`;
    keyAlgorithm.publicExponent = new Uint8Array(Buffer.from(hex, 'hex'));
    keyAlgorithm.hash = { name: hashName(algorithm.hash) };
  } else if (wanted === 'ec') {
    if (curves[algorithm.namedCurve] === undefined) throw notSupported('Unrecognized namedCurve');
    if (curves[algorithm.namedCurve] !== details.namedCurve) throw dataError('Named curve mismatch');
    keyAlgorithm.namedCurve = algorithm.namedCurve;
  }
  return makeKey(key, keyAlgorithm, extractable, usages);
}

const jwaHash = { 'SHA-1': '1', 'SHA-256': '256', 'SHA-384': '384', 'SHA-512': '512' };

function jwkAlg(algorithm) {
  const { name, hash, length } = algorithm;
  switch (name) {
    case 'HMAC': return `HS${jwaHash[hash.name]}`;
    case 'RSASSA-PKCS1-v1_5': return `RS${jwaHash[hash.name]}`;
    case 'RSA-PSS': return `PS${jwaHash[hash.name]}`;
    case 'RSA-OAEP': return hash.name === 'SHA-1' ? 'RSA-OAEP' : `RSA-OAEP-${jwaHash[hash.name]}`;
    case 'AES-CBC': case 'AES-CTR': case 'AES-GCM': case 'AES-OCB': case 'AES-KW': return `A${length}${name.slice(4)}`;
    case 'Ed25519': case 'Ed448': return name;
    case 'ChaCha20-Poly1305': return 'C20P';
    default: return undefined;
  }
}

async function exportKey(format, key) {
  if (key?.[kKeyObject] === undefined) {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
  }
  if (!key[kExtractable]) throw accessError('key is not extractable');
  const object = key[kKeyObject];
  const algorithm = key[kAlgorithm];
  if (format === 'jwk') {
    const jwk = { key_ops: key.usages, ext: true };
    const alg = jwkAlg(algorithm);
    if (alg !== undefined) jwk.alg = alg;
    return Object.assign(jwk, object.export({ format: 'jwk' }));
  }
  if (format === 'raw' && object.type === 'secret') return toArrayBuffer(object.export());
  if (format === 'raw' && object.type === 'public' && !isRsa(algorithm.name)) {
    const { x, y } = object.export({ format: 'jwk' });
    const parts = y === undefined ? [Buffer.from(x, 'base64url')] :
      [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    return toArrayBuffer(Buffer.concat(parts));
  }
  if (format === 'spki' && object.type === 'public') return toArrayBuffer(object.export({ format: 'der', type: 'spki' }));
  if (format === 'pkcs8' && object.type === 'private')
    return toArrayBuffer(object.export({ format: 'der', type: 'pkcs8' }));
  throw notSupported(`Unable to export ${algorithm.name} ${object.type} key using ${format} format`);
}

// ---- signatures ----

/** The native arguments [key, digest, data, padding, salt, IEEE]. */
function signArgs(algorithm, key, data) {
  const handle = key[kKeyObject][keys.kInfo][0];
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5': return [handle, digestNames[key[kAlgorithm].hash.name], data, 1, -1, false];
    case 'RSA-PSS': return [handle, digestNames[key[kAlgorithm].hash.name], data, 6, algorithm.saltLength, false];
    case 'ECDSA': return [handle, digestNames[hashName(algorithm.hash)], data, 0, 0, true];
    case 'Ed25519': return [handle, null, data, 0, 0, false];
    case 'Ed448':
      if (algorithm.context?.byteLength > 0)
        throw lazyDOMException('Non zero-length context is not supported.', 'NotSupportedError');
      return [handle, null, data, 0, 0, false];
    default: throw notSupported();
  }
}

async function sign(algorithm, key, data) {
  algorithm = normalize(algorithm, 'sign');
  checkKey(key, algorithm, 'sign');
  if (algorithm.name === 'HMAC') return toArrayBuffer(hmac(key, data));
  const result = await run(binding.sign, ...signArgs(algorithm, key, data));
  if (typeof result === 'string') throw operationError(new Error(result));
  return toArrayBuffer(result);
}

async function verify(algorithm, key, signature, data) {
  algorithm = normalize(algorithm, 'sign');
  checkKey(key, algorithm, 'verify');
  if (algorithm.name === 'HMAC') {
    const expected = hmac(key, data);
    return expected.length === signature.length && binding.timingSafeEqual(expected, signature);
  }
  // What cannot be a signature is none.
  return (await run(binding.verify, ...signArgs(algorithm, key, data), signature)) === true;
}

function hmac(key, data) {
  return binding.hmacOnce(digestNames[key[kAlgorithm].hash.name], key[kKeyObject][kBytes], data, 0);
}

// ---- ciphers ----

const cipherFailed = () => operationError(new Error('Cipher job failed'));

async function crypt(isEncrypt, algorithm, key, data, usage = isEncrypt ? 'encrypt' : 'decrypt') {
  algorithm = normalize(algorithm, usage.endsWith('rapKey') ? 'wrapKey' : 'encrypt');
  checkKey(key, algorithm, usage);
  const { name } = algorithm;
  if (name === 'RSA-OAEP') {
    const label = algorithm.label === undefined ? Buffer.alloc(0) : bytesOf(algorithm.label, 'algorithm.label');
    const fn = isEncrypt ? binding.rsaEncrypt : binding.rsaDecrypt;
    const result = fn(
      key[kKeyObject][keys.kInfo][0], 4, digestNames[key[kAlgorithm].hash.name], label, data, false);
    if (typeof result === 'string') throw cipherFailed();
    return toArrayBuffer(result);
  }
  switch (name) {
    case 'AES-KW': return cipher(`aes${key[kAlgorithm].length}-wrap`, key, Buffer.alloc(8, 0xa6), isEncrypt, data);
    case 'AES-CTR': return counter(algorithm, key, isEncrypt, data);
    case 'AES-CBC': {
      const iv = bytesOf(algorithm.iv, 'algorithm.iv');
      if (iv.length !== 16) throw lazyDOMException('algorithm.iv must contain exactly 16 bytes', 'OperationError');
      return cipher(`aes-${key[kAlgorithm].length}-cbc`, key, iv, isEncrypt, data);
    }
    default: return authenticated(algorithm, key, isEncrypt, data);
  }
}

/** One cipher without a tag, at once. */
function cipher(cipherName, key, iv, isEncrypt, data) {
  const handle = binding.cipherNew(cipherName, key[kKeyObject][kBytes], iv, !isEncrypt, 16);
  const body = binding.cipherUpdate(handle, data);
  if (body === null) {
    binding.cipherFree(handle);
    throw operationError(new Error('error:1C800066:Provider routines::cipher operation failed'));
  }
  const result = binding.cipherFinal(handle);
  if (typeof result === 'number') throw cipherFailed();
  return toArrayBuffer(Buffer.concat([body, result[0]]));
}

/** AES-CTR, whose counter is a number of the last bits of a block: at its end it begins at 0 again. */
function counter(algorithm, key, isEncrypt, data) {
  const { length } = algorithm;
  const block = bytesOf(algorithm.counter, 'algorithm.counter');
  if (block.length !== 16) throw lazyDOMException('algorithm.counter must contain exactly 16 bytes', 'OperationError');
  if (!(length >= 1 && length <= 128))
    throw lazyDOMException('AES-CTR algorithm.length must be between 1 and 128', 'OperationError');
  const cipherName = `aes-${key[kAlgorithm].length}-ctr`;
  const size = 1n << BigInt(length);
  const blocks = BigInt(Math.ceil(data.length / 16));
  if (blocks > size) throw cipherFailed();
  const start = BigInt(`0x${block.toString('hex')}`);
  const until = size - start % size; // blocks before the counter is 0 again
  if (blocks <= until) return cipher(cipherName, key, block, isEncrypt, data);
  const cut = Number(until) * 16;
  const wrapped = Buffer.from((start - start % size).toString(16).padStart(32, '0'), 'hex');
  return toArrayBuffer(Buffer.concat([
    Buffer.from(cipher(cipherName, key, block, isEncrypt, data.subarray(0, cut))),
    Buffer.from(cipher(cipherName, key, wrapped, isEncrypt, data.subarray(cut))),
  ]));
}

const tagLengths = {
  'AES-GCM': [32, 64, 96, 104, 112, 120, 128], 'AES-OCB': [64, 96, 128], 'ChaCha20-Poly1305': [128],
};

function authenticated(algorithm, key, isEncrypt, data) {
  const { name, tagLength: bits = 128 } = algorithm;
  if (!tagLengths[name].includes(bits))
    throw lazyDOMException(`${bits} is not a valid ${name} tag length`, 'OperationError');
  const iv = bytesOf(algorithm.iv, 'algorithm.iv');
  if (name === 'AES-OCB' && iv.length > 15)
    throw lazyDOMException('AES-OCB algorithm.iv must be no more than 15 bytes', 'OperationError');
  if (name === 'ChaCha20-Poly1305' && iv.length !== 12)
    throw lazyDOMException('ChaCha20-Poly1305 algorithm.iv must contain exactly 12 bytes', 'OperationError');
  if (iv.length === 0) throw cipherFailed();
  const tagLength = bits / 8;
  const cipherName = name === 'ChaCha20-Poly1305' ? 'chacha20-poly1305' :
    `aes-${key[kAlgorithm].length}-${name.slice(4).toLowerCase()}`;
  let tag;
  if (!isEncrypt) {
    if (data.length < tagLength) throw cipherFailed();
    tag = data.subarray(data.length - tagLength);
    data = data.subarray(0, data.length - tagLength);
  }
  const handle = binding.cipherNew(cipherName, key[kKeyObject][kBytes], iv, !isEncrypt, tagLength);
  if (algorithm.additionalData !== undefined)
    binding.cipherAAD(handle, bytesOf(algorithm.additionalData, 'algorithm.additionalData'));
  const body = binding.cipherUpdate(handle, data);
  const result = binding.cipherFinal(handle, tag);
  if (typeof result === 'number') throw cipherFailed();
  const parts = [body, result[0]];
  if (isEncrypt) parts.push(result[1].subarray(0, tagLength));
  return toArrayBuffer(Buffer.concat(parts));
}

// ---- derivation ----

async function deriveBits(algorithm, baseKey, length, usage) {
  algorithm = normalize(algorithm, 'deriveBits');
  checkKey(baseKey, algorithm, usage);
  const { name } = algorithm;
  if (name === 'ECDH' || name === 'X25519' || name === 'X448') {
    const other = algorithm.public;
    if (other?.[kKeyObject] === undefined) {
      const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
      throw new ERR_INVALID_ARG_TYPE('algorithm.public', 'CryptoKey', other);
    }
    if (other[kKeyObject].type !== 'public') throw accessError('algorithm.public must be a public key');
    if (baseKey[kKeyObject].type !== 'private') throw accessError('baseKey must be a private key');
    if (other[kAlgorithm].name !== name) throw accessError(`algorithm.public must be an ${name} key`);
    if (other[kAlgorithm].namedCurve !== baseKey[kAlgorithm].namedCurve) throw accessError('Named curve mismatch');
    const secret = binding.secret(baseKey[kKeyObject][keys.kInfo][0], other[kKeyObject][keys.kInfo][0]);
    if (typeof secret === 'string') throw operationError(new Error(secret));
    const bytes = toArrayBuffer(secret);
    if (length === null) return bytes;
    if (bytes.byteLength * 8 < length) throw lazyDOMException('derived bit length is too small', 'OperationError');
    const cut = bytes.slice(0, Math.ceil(length / 8));
    if (length % 8 !== 0) new Uint8Array(cut)[cut.byteLength - 1] &= 0xff00 >> length % 8;
    return cut;
  }
  if (length === null) throw lazyDOMException('length cannot be null', 'OperationError');
  if (length % 8 !== 0)
    throw lazyDOMException('length must be a multiple of 8', 'OperationError');
  const secret = baseKey[kKeyObject][kBytes];
  const digest = digestNames[hashName(algorithm.hash)];
  const salt = bytesOf(algorithm.salt, 'algorithm.salt');
  if (name === 'PBKDF2') {
    if (!(algorithm.iterations > 0)) throw lazyDOMException('iterations cannot be zero', 'OperationError');
    return toArrayBuffer(await run(binding.pbkdf2, secret, salt, algorithm.iterations, length / 8, digest));
  }
  if (name !== 'HKDF') throw notSupported();
  return toArrayBuffer(
    await run(binding.hkdf, digest, secret, salt, bytesOf(algorithm.info, 'algorithm.info'), length / 8));
}

async function deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, usages) {
  const isMade = /^(AES-|HMAC$)/i.test(`${derivedKeyAlgorithm?.name ?? derivedKeyAlgorithm}`);
  const derived = normalize(derivedKeyAlgorithm, isMade ? 'generateKey' : 'importKey');
  let length = null;
  if (derived.name.startsWith('AES-')) {
    ({ length } = derived);
    if (![128, 192, 256].includes(length)) throw lazyDOMException('Invalid key length', 'OperationError');
  } else if (derived.name === 'HMAC') {
    length = derived.length ?? hmacBlock[hashName(derived.hash)];
  } else if (derived.name === 'ChaCha20-Poly1305') {
    length = 256;
  } else if (derived.name !== 'HKDF' && derived.name !== 'PBKDF2') {
    throw notSupported();
  }
  const bits = await deriveBits(algorithm, baseKey, length, 'deriveKey');
  return importKey('raw', bits, derived, extractable, usages);
}

/** The public half of a private key. */
async function getPublicKey(key, usages) {
  if (key?.[kKeyObject] === undefined) {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
  }
  if (key[kKeyObject].type !== 'private') {
    throw lazyDOMException(
      'key must be a private key', key[kKeyObject].type === 'secret' ? 'NotSupportedError' : 'InvalidAccessError');
  }
  const { name } = key[kAlgorithm];
  checkUsages(name, usages, usagesOf[name].filter((usage) => publicUsages.includes(usage)));
  return makeKey(keys.createPublicKey(key), key[kAlgorithm], true, usages);
}

module.exports = { getPublicKey, generateKey, importKey, exportKey, fromKeyObject, sign, verify, crypt, deriveBits, deriveKey };
