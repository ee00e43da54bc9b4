'use strict';

// The algorithms of the Web Cryptography API.

const { lazyDOMException } = require('internal/util');
const { Buffer } = require('buffer');
const keys = require('internal/crypto/keys');
const {
  makeKey, bytesOf, toArrayBuffer, hashName, digestNames, notSupported, kAlgorithm, kExtractable, kUsages,
} = require('internal/crypto/webcrypto');
const { kKeyObject, kBytes } = keys;
const binding = internalBinding('crypto');

const dataError = (message = 'Invalid keyData') => lazyDOMException(message, 'DataError');
const operationError = (cause) =>
  lazyDOMException('The operation failed for an operation-specific reason', { name: 'OperationError', cause });
const accessError = (message) => lazyDOMException(message, 'InvalidAccessError');

// Names in whatever case, as the standard compares them.
const names = new Map([
  'HMAC', 'AES-CBC', 'AES-CTR', 'AES-GCM', 'PBKDF2', 'HKDF', 'RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP',
  'ECDSA', 'ECDH', 'Ed25519', 'X25519',
].map((name) => [name.toUpperCase(), name]));

const usagesOf = {
  'HMAC': ['sign', 'verify'],
  'AES-CBC': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-CTR': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'AES-GCM': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'PBKDF2': ['deriveKey', 'deriveBits'],
  'HKDF': ['deriveKey', 'deriveBits'],
  'RSASSA-PKCS1-v1_5': ['sign', 'verify'],
  'RSA-PSS': ['sign', 'verify'],
  'RSA-OAEP': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  'ECDSA': ['sign', 'verify'],
  'ECDH': ['deriveKey', 'deriveBits'],
  'Ed25519': ['sign', 'verify'],
  'X25519': ['deriveKey', 'deriveBits'],
};
// Which usages the public key of a pair has; the private one has the others.
const publicUsages = ['verify', 'encrypt', 'wrapKey'];

const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const isSecret = (name) => name === 'HMAC' || name.startsWith('AES-') || name === 'PBKDF2' || name === 'HKDF';
const isRsa = (name) => name.startsWith('RSA');

/** {...algorithm} with its canonical name. */
function normalize(algorithm) {
  const given = typeof algorithm === 'string' ? { name: algorithm } : { ...algorithm, name: algorithm?.name };
  const name = names.get(`${given.name}`.toUpperCase());
  if (name === undefined) throw notSupported();
  return { ...given, name };
}

function checkUsages(name, usages, allowed = usagesOf[name]) {
  for (const usage of usages) {
    if (!allowed.includes(usage)) throw lazyDOMException(`Unsupported key usage for a ${name} key`, 'SyntaxError');
  }
}

function checkKey(key, algorithm, usage) {
  if (key?.[kKeyObject] === undefined) {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
  }
  if (key[kAlgorithm].name !== algorithm.name) throw accessError('Key algorithm mismatch');
  if (!key[kUsages].includes(usage)) throw accessError(`Unable to use this key to ${usage}`);
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

const hmacBlock = { 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024 };

async function generateKey(algorithm, extractable, usages) {
  algorithm = normalize(algorithm);
  const { name } = algorithm;
  checkUsages(name, usages);
  if (name === 'PBKDF2' || name === 'HKDF') throw notSupported();
  if (isSecret(name)) {
    if (usages.length === 0) throw lazyDOMException('Usages cannot be empty when creating a key.', 'SyntaxError');
    const keyAlgorithm = { name };
    if (name === 'HMAC') {
      const hash = hashName(algorithm.hash);
      keyAlgorithm.length = algorithm.length ?? hmacBlock[hash];
      if (keyAlgorithm.length === 0) throw operationError();
      keyAlgorithm.hash = { name: hash };
    } else {
      if (![128, 192, 256].includes(algorithm.length)) throw lazyDOMException('Invalid key length', 'OperationError');
      keyAlgorithm.length = algorithm.length;
    }
    const bytes = await run(binding.random, Math.ceil(keyAlgorithm.length / 8));
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
  algorithm = normalize(algorithm);
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
      const create = keyData.d === undefined ? keys.createPublicKey : keys.createPrivateKey;
      key = create({ key: keyData, format: 'jwk' });
    } else if (format === 'raw' && !isRsa(name)) {
      key = importRawPublic(keyData, algorithm);
    } else {
      throw notSupported(`Unable to import ${name} key with format ${format}`);
    }
  } catch (error) {
    if (error?.name === 'NotSupportedError') throw error;
    throw dataError();
  }
  checkUsages(name, usages, usagesOf[name].filter((usage) => publicUsages.includes(usage) === (key.type === 'public')));
  if (key.type === 'private' && usages.length === 0)
    throw lazyDOMException('Usages cannot be empty when importing a private key.', 'SyntaxError');
  return fromKeyObject(key, algorithm, extractable, usages);
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
    if (keyData.kty !== 'oct') throw dataError('Invalid JWK "kty" Parameter');
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
  } else if (extractable) {
    throw lazyDOMException(`${name} keys are not extractable`, 'SyntaxError');
  }
  if (usages.length === 0)
    throw lazyDOMException('Usages cannot be empty when importing a secret key.', 'SyntaxError');
  return makeKey(new keys.SecretKeyObject(bytes), keyAlgorithm, extractable, usages);
}

/** KeyObject.prototype.toCryptoKey */
function fromKeyObject(key, algorithm, extractable, usages) {
  algorithm = normalize(algorithm);
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
    case 'AES-CBC': case 'AES-CTR': case 'AES-GCM': return `A${length}${name.slice(4)}`;
    case 'Ed25519': return 'Ed25519';
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
    default: throw notSupported();
  }
}

async function sign(algorithm, key, data) {
  algorithm = normalize(algorithm);
  checkKey(key, algorithm, 'sign');
  if (algorithm.name === 'HMAC') return toArrayBuffer(hmac(key, data));
  const result = await run(binding.sign, ...signArgs(algorithm, key, data));
  if (typeof result === 'string') throw operationError(new Error(result));
  return toArrayBuffer(result);
}

async function verify(algorithm, key, signature, data) {
  algorithm = normalize(algorithm);
  checkKey(key, algorithm, 'verify');
  if (algorithm.name === 'HMAC') {
    const expected = hmac(key, data);
    return expected.length === signature.length && binding.timingSafeEqual(expected, signature);
  }
  return run(binding.verify, ...signArgs(algorithm, key, data), signature);
}

function hmac(key, data) {
  return binding.hmacOnce(digestNames[key[kAlgorithm].hash.name], key[kKeyObject][kBytes], data, 0);
}

// ---- ciphers ----

async function crypt(isEncrypt, algorithm, key, data, usage = isEncrypt ? 'encrypt' : 'decrypt') {
  algorithm = normalize(algorithm);
  checkKey(key, algorithm, usage);
  const { name } = algorithm;
  if (name === 'RSA-OAEP') {
    const label = algorithm.label === undefined ? Buffer.alloc(0) : bytesOf(algorithm.label, 'algorithm.label');
    const fn = isEncrypt ? binding.rsaEncrypt : binding.rsaDecrypt;
    const result = fn(
      key[kKeyObject][keys.kInfo][0], 4, digestNames[key[kAlgorithm].hash.name], label, data, false);
    if (typeof result === 'string') throw operationError(new Error(result));
    return toArrayBuffer(result);
  }
  if (!name.startsWith('AES-')) throw notSupported();
  const mode = name.slice(4).toLowerCase();
  const iv = bytesOf(mode === 'ctr' ? algorithm.counter : algorithm.iv, mode === 'ctr' ? 'algorithm.counter' : 'algorithm.iv');
  if (mode !== 'gcm' && iv.length !== 16)
    throw lazyDOMException(`algorithm.${mode === 'ctr' ? 'counter' : 'iv'} must contain exactly 16 bytes`, 'OperationError');
  if (mode === 'ctr' && !(algorithm.length >= 1 && algorithm.length <= 128))
    throw lazyDOMException('AES-CTR algorithm.length must be between 1 and 128', 'OperationError');
  const tagLength = (algorithm.tagLength ?? 128) / 8;
  if (mode === 'gcm' && ![4, 8, 12, 13, 14, 15, 16].includes(tagLength))
    throw lazyDOMException(`${algorithm.tagLength} is not a valid AES-GCM tag length`, 'OperationError');

  const handle = binding.cipherNew(
    `aes-${key[kAlgorithm].length}-${mode}`, key[kKeyObject][kBytes], iv, !isEncrypt, tagLength);
  let tag;
  if (mode === 'gcm') {
    if (algorithm.additionalData !== undefined)
      binding.cipherAAD(handle, bytesOf(algorithm.additionalData, 'algorithm.additionalData'));
    if (!isEncrypt) {
      if (data.length < tagLength) throw operationError();
      tag = data.subarray(data.length - tagLength);
      data = data.subarray(0, data.length - tagLength);
    }
  }
  const body = binding.cipherUpdate(handle, data);
  const result = binding.cipherFinal(handle, tag);
  if (typeof result === 'number') throw operationError();
  const parts = [body, result[0]];
  if (mode === 'gcm' && isEncrypt) parts.push(result[1].subarray(0, tagLength));
  return toArrayBuffer(Buffer.concat(parts));
}

// ---- derivation ----

async function deriveBits(algorithm, baseKey, length, usage) {
  algorithm = normalize(algorithm);
  checkKey(baseKey, algorithm, usage);
  const { name } = algorithm;
  if (name === 'ECDH' || name === 'X25519') {
    const other = algorithm.public;
    if (other?.[kKeyObject]?.type !== 'public') throw accessError('algorithm.public must be a public key');
    const secret = binding.secret(baseKey[kKeyObject][keys.kInfo][0], other[kKeyObject][keys.kInfo][0]);
    if (typeof secret === 'string') throw operationError(new Error(secret));
    const bytes = toArrayBuffer(secret);
    if (length === null) return bytes;
    if (bytes.byteLength * 8 < length) throw lazyDOMException('derived bit length is too small', 'OperationError');
    return bytes.slice(0, Math.ceil(length / 8));
  }
  if (length === null || length % 8 !== 0)
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
  const derived = normalize(derivedKeyAlgorithm);
  let length = null;
  if (derived.name.startsWith('AES-')) {
    ({ length } = derived);
    if (![128, 192, 256].includes(length)) throw lazyDOMException('Invalid key length', 'OperationError');
  } else if (derived.name === 'HMAC') {
    length = derived.length ?? hmacBlock[hashName(derived.hash)];
  }
  const bits = await deriveBits(algorithm, baseKey, length, 'deriveKey');
  return importKey('raw', bits, derived, extractable, usages);
}

module.exports = { generateKey, importKey, exportKey, fromKeyObject, sign, verify, crypt, deriveBits, deriveKey };
