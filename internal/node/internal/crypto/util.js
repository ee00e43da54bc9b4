'use strict';

// What the parts of crypto have in common: checks of arguments, encodings, lists of names.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { isAnyArrayBuffer } = require('internal/util/types');
const { Buffer } = require('buffer');
const binding = internalBinding('crypto');

const kHandle = Symbol('kHandle');

// The encodings that the native half writes itself. Numbers, because they cross with every digest.
const BUFFER = 0;
const HEX = 1;
const BASE64 = 2;
const BASE64URL = 3;
const LATIN1 = 4;
const encodings = new Map([
  ['hex', HEX], ['base64', BASE64], ['base64url', BASE64URL], ['latin1', LATIN1], ['binary', LATIN1],
]);

/** The number for an output encoding; what the native half does not know is made of a buffer, by `decode`. */
function outputEncodingNumber(encoding) {
  return encodings.get(encoding) ?? encodings.get(encoding.toLowerCase()) ?? BUFFER;
}

/** Bytes as text of any encoding, or as they are for one that there is not. */
function decode(bytes, encoding) {
  return typeof bytes !== 'string' && encoding !== 'buffer' && Buffer.isEncoding(encoding) ?
    bytes.toString(encoding) : bytes;
}

/** Bytes or text that is to be bytes. The native half takes text of UTF-8 as it is. */
function toBytes(data, encoding) {
  if (typeof data !== 'string') return data;
  if (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' || encoding === 'buffer') return data;
  return Buffer.from(data, Buffer.isEncoding(encoding) ? encoding : 'utf8');
}

function getArrayBufferOrView(buffer, name, encoding) {
  if (isAnyArrayBuffer(buffer)) return buffer;
  if (typeof buffer === 'string') return Buffer.from(buffer, encoding === 'buffer' ? 'utf8' : encoding);
  if (!ArrayBuffer.isView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE(
      name, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], buffer);
  }
  return buffer;
}

function validateByteSource(value, name) {
  if (typeof value === 'string') return Buffer.from(value);
  if (isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return value;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'ArrayBuffer', 'TypedArray', 'DataView', 'Buffer'], value);
}

/** A property that must be a string where it is given. */
function getStringOption(options, key) {
  let value;
  if (options && (value = options[key]) != null && typeof value !== 'string')
    throw new ERR_INVALID_ARG_TYPE(`options.${key}`, 'string', value);
  return value;
}

/** An error as OpenSSL's are in Node. */
function opensslError(number, library, reason, code, stack = null) {
  const error = new Error(`error:${number}:${library}::${reason}`);
  if (stack !== null) error.opensslErrorStack = stack;
  error.library = library;
  error.reason = reason;
  error.code = code;
  return error;
}

/** Number, library and prefix of the code of what the native half says cannot be done. */
const reasons = {
  '__proto__': null,
  'data too large for key size': ['0200006E', 'rsa routines', 'RSA_'],
  'data too small for key size': ['0200007A', 'rsa routines', 'RSA_'],
  'data too large for modulus': ['02000084', 'rsa routines', 'RSA_'],
  'data greater than mod len': ['0200006C', 'rsa routines', 'RSA_'],
  'digest too big for rsa key': ['02000070', 'rsa routines', 'RSA_'],
  'oaep decoding error': ['02000079', 'rsa routines', 'RSA_'],
  'unknown padding type': ['02000076', 'rsa routines', 'RSA_'],
  'invalid padding': ['0200008A', 'rsa routines', 'RSA_'],
  'digest not allowed': ['1C8000AE', 'Provider routines', ''],
  'invalid digest': ['1C80007A', 'Provider routines', ''],
  'illegal or unsupported padding mode': ['1C8000A5', 'Provider routines', ''],
  'invalid padding mode': ['1C8000A8', 'Provider routines', ''],
  'pss saltlen too small': ['1C8000AC', 'Provider routines', ''],
  'mismatching domain parameters': ['1C8000CB', 'Provider routines', ''],
  'failed during derivation': ['1C80009B', 'Provider routines', ''],
  'operation not supported for this keytype': ['03000096', 'digital envelope routines', 'EVP_'],
};

/** OpenSSL's error for a reason. */
function reasonError(reason, stack) {
  const [number, library, prefix] = reasons[reason] ?? ['00000000', 'lib(0)', ''];
  return opensslError(
    number, library, reason, `ERR_OSSL_${prefix}${reason.toUpperCase().replaceAll(' ', '_')}`, stack);
}

/** A Buffer on the memory of what may be an ArrayBuffer or a view. */
function toBuffer(bytes) {
  return isAnyArrayBuffer(bytes) ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An error with a code that is not one of ours to format: what Node's native half throws. */
function codedError(Class, code, message) {
  const error = new Class(message);
  error.code = code;
  return error;
}

/** Node's `ERR_OSSL_UNSUPPORTED`: what keys that cannot be read give. */
function unsupportedError() {
  return opensslError(
    '1E08010C', 'DECODER routines', 'unsupported', 'ERR_OSSL_UNSUPPORTED', ['error:1E08010C:DECODER routines::unsupported']);
}

function cachedNames(load) {
  let names;
  return () => {
    names ??= load();
    return names.slice(); // The caller's own.
  };
}

module.exports = {
  kHandle,
  decode,
  outputEncodingNumber,
  toBytes,
  getArrayBufferOrView,
  validateByteSource,
  getStringOption,
  codedError,
  opensslError,
  reasonError,
  toBuffer,
  unsupportedError,
  getHashes: cachedNames(() => binding.hashNames()),
  getCiphers: cachedNames(() => binding.cipherNames()),
  getCurves: cachedNames(() => binding.curveNames()),
  invalidValue: (name, value, reason) => new ERR_INVALID_ARG_VALUE(name, value, reason),
};
