'use strict';
// Checks of arguments, with Node's errors. Each throws, or returns nothing.
// Stacks start at the caller of the validator: hide(error, validator).

const { codes, hide } = require('internal/errors');

let normalizeEncodingCached;

function isInt32(value) {
  return value === (value | 0);
}

function isUint32(value) {
  return value === (value >>> 0);
}

const octal = /^[0-7]+$/;

// A file's mode: a number, or octal digits in a string.
function parseFileMode(value, name, def) {
  value ??= def;
  if (typeof value === 'string') {
    if (!octal.test(value)) {
      throw hide(new codes.ERR_INVALID_ARG_VALUE(name, value,
        'must be a 32-bit unsigned integer or an octal string'), parseFileMode);
    }
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
}

function outOfRange(name, range, value, above) {
  return hide(new codes.ERR_OUT_OF_RANGE(name, range, value), above);
}

function wrongType(name, expected, value, above) {
  return hide(new codes.ERR_INVALID_ARG_TYPE(name, expected, value), above);
}

function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw wrongType(name, 'number', value, validateInteger);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value, validateInteger);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value, validateInteger);
}

function validateInt32(value, name, min = -2147483648, max = 2147483647) {
  if (typeof value !== 'number') throw wrongType(name, 'number', value, validateInt32);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value, validateInt32);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value, validateInt32);
}

function validateUint32(value, name, positive = false) {
  if (typeof value !== 'number') throw wrongType(name, 'number', value, validateUint32);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value, validateUint32);
  const min = positive ? 1 : 0;
  if (value < min || value > 4294967295) throw outOfRange(name, `>= ${min} && <= 4294967295`, value, validateUint32);
}

function validateNumber(value, name, min = undefined, max) {
  if (typeof value !== 'number') throw wrongType(name, 'number', value, validateNumber);
  if ((min != null && value < min) || (max != null && value > max) ||
      ((min != null || max != null) && Number.isNaN(value))) {
    const range = `${min != null ? `>= ${min}` : ''}${min != null && max != null ? ' && ' : ''}${max != null ? `<= ${max}` : ''}`;
    throw outOfRange(name, range, value, validateNumber);
  }
}

// Returns whether the number is usable: false for undefined and NaN.
function validateFiniteNumber(number, name) {
  if (number === undefined) return false;
  if (Number.isFinite(number)) return true;
  if (Number.isNaN(number)) return false;
  validateNumber(number, name);
  throw outOfRange(name, 'a finite number', number, validateFiniteNumber);
}

// number, or def where there is none; within [lower, upper].
function checkRangesOrGetDefault(number, name, lower, upper, def) {
  if (!validateFiniteNumber(number, name)) return def;
  if (number < lower || number > upper) throw outOfRange(name, `>= ${lower} and <= ${upper}`, number, checkRangesOrGetDefault);
  return number;
}

function validateString(value, name) {
  if (typeof value !== 'string') throw wrongType(name, 'string', value, validateString);
}

function validateStringWithoutNullBytes(value, name) {
  if (typeof value !== 'string') throw wrongType(name, 'string', value, validateStringWithoutNullBytes);
  if (value.includes('\u0000')) {
    throw hide(new codes.ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes'), validateStringWithoutNullBytes);
  }
}

function validateBoolean(value, name) {
  if (typeof value !== 'boolean') throw wrongType(name, 'boolean', value, validateBoolean);
}

function validateFunction(value, name) {
  if (typeof value !== 'function') throw wrongType(name, 'Function', value, validateFunction);
}

function validatePlainFunction(value, name) {
  if (typeof value !== 'function' || isAsyncFunction(value)) throw wrongType(name, 'Function', value, validatePlainFunction);
}

function isAsyncFunction(value) {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object AsyncFunction]' || tag === '[object AsyncGeneratorFunction]';
}

function validateUndefined(value, name) {
  if (value !== undefined) throw wrongType(name, 'undefined', value, validateUndefined);
}

function validateOneOf(value, name, oneOf) {
  if (!oneOf.includes(value)) {
    const allowed = oneOf.map((option) => (typeof option === 'string' ? `'${option}'` : String(option))).join(', ');
    throw hide(new codes.ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${allowed}`), validateOneOf);
  }
}

function validateUnion(value, name, union) {
  if (!union.includes(value)) throw wrongType(name, `('${union.join('|')}')`, value, validateUnion);
}

// --- Objects ---

const kValidateObjectNone = 0;
const kValidateObjectAllowNullable = 1 << 0;
const kValidateObjectAllowArray = 1 << 1;
const kValidateObjectAllowFunction = 1 << 2;
const kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction;
const kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects | kValidateObjectAllowNullable;

function validateObject(value, name, options = kValidateObjectNone) {
  if (options === kValidateObjectNone) {
    if (value === null || Array.isArray(value) || typeof value !== 'object') throw wrongType(name, 'Object', value, validateObject);
    return;
  }
  if (value === null) {
    if ((options & kValidateObjectAllowNullable) === 0) throw wrongType(name, 'Object', value, validateObject);
    return;
  }
  if (Array.isArray(value)) {
    if ((options & kValidateObjectAllowArray) === 0) throw wrongType(name, 'Object', value, validateObject);
    return;
  }
  const allowFunction = (options & kValidateObjectAllowFunction) !== 0;
  if (typeof value !== 'object' && !(allowFunction && typeof value === 'function')) throw wrongType(name, 'Object', value, validateObject);
}

// WebIDL's dictionaries: an object, a function, null or undefined.
function validateDictionary(value, name) {
  if (value != null && typeof value !== 'object' && typeof value !== 'function') {
    throw wrongType(name, 'a dictionary', value, validateDictionary);
  }
}

function validateArray(value, name, minLength = 0) {
  if (!Array.isArray(value)) throw wrongType(name, 'Array', value, validateArray);
  if (value.length < minLength) {
    throw hide(new codes.ERR_INVALID_ARG_VALUE(name, value, `must have a length of at least ${minLength}`), validateArray);
  }
}

function validateStringArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) validateString(value[i], `${name}[${i}]`);
}

function validateBooleanArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) validateBoolean(value[i], `${name}[${i}]`);
}

function validateAbortSignalArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) {
    const indexedName = `${name}[${i}]`;
    if (value[i] == null) throw wrongType(indexedName, 'AbortSignal', value[i], validateAbortSignalArray);
    validateAbortSignal(value[i], indexedName);
  }
}

// Anything with `aborted` will do: signals of other realms and of packages.
function validateAbortSignal(signal, name) {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throw wrongType(name, 'AbortSignal', signal, validateAbortSignal);
  }
}

function validateBuffer(buffer, name = 'buffer') {
  if (!ArrayBuffer.isView(buffer)) throw wrongType(name, ['Buffer', 'TypedArray', 'DataView'], buffer, validateBuffer);
}

// Hexadecimal data comes in pairs of digits.
function validateEncoding(data, encoding) {
  normalizeEncodingCached ??= require('internal/util').normalizeEncoding;
  if (normalizeEncodingCached(encoding) === 'hex' && data.length % 2 !== 0) {
    throw hide(new codes.ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${data.length}`), validateEncoding);
  }
}

// Returns the port as a number.
function validatePort(port, name = 'Port', allowZero = true) {
  if ((typeof port !== 'number' && typeof port !== 'string') ||
      (typeof port === 'string' && port.trim().length === 0) ||
      +port !== (+port >>> 0) || port > 0xFFFF || (port === 0 && !allowZero)) {
    throw hide(new codes.ERR_SOCKET_BAD_PORT(name, port, allowZero), validatePort);
  }
  return port | 0;
}

function validateSignalName(signal, name = 'signal') {
  validateString(signal, name);
  const { signals } = require('os').constants;
  if (signals[signal] !== undefined) return;
  const upper = signal.toUpperCase();
  if (signals[upper] !== undefined) throw hide(new codes.ERR_UNKNOWN_SIGNAL(`${signal} (signals must use all capital letters)`), validateSignalName);
  throw hide(new codes.ERR_UNKNOWN_SIGNAL(signal), validateSignalName);
}

function validateIgnoreOption(value, name) {
  if (value == null) return;
  const items = Array.isArray(value) ? value : [value];
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const ok = typeof item === 'function' || item instanceof RegExp || typeof item === 'string';
    const itemName = Array.isArray(value) ? `${name}[${i}]` : name;
    if (!ok) throw wrongType(itemName, ['string', 'RegExp', 'Function'], item, validateIgnoreOption);
    if (item === '') throw hide(new codes.ERR_INVALID_ARG_VALUE(itemName, item, 'must be a non-empty string'), validateIgnoreOption);
  }
}

// --- Link headers (res.writeEarlyHints) ---

// <uri>; name=value; name="value"; …
const linkValue = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function isLink(value) {
  return typeof value !== 'undefined' && linkValue.test(value);
}

function invalidLink(value) {
  return hide(new codes.ERR_INVALID_ARG_VALUE('hints', value,
    'must be an array or string of format "</styles.css>; rel=preload; as=style"'), validateLinkHeaderValue);
}

// Returns the header's value for one link or an array of them.
function validateLinkHeaderValue(hints) {
  if (typeof hints === 'string') {
    if (!isLink(hints)) throw invalidLink(hints);
    return hints;
  }
  if (!Array.isArray(hints)) throw invalidLink(hints);
  for (const link of hints) {
    if (!isLink(link)) throw invalidLink(link);
  }
  return hints.join(', ');
}

function validateThisInternalField(object, fieldKey, className) {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, fieldKey)) {
    throw hide(new codes.ERR_INVALID_THIS(className), validateThisInternalField);
  }
}

module.exports = {
  __proto__: null,
  checkRangesOrGetDefault,
  isInt32,
  isUint32,
  kValidateObjectAllowArray,
  kValidateObjectAllowFunction,
  kValidateObjectAllowNullable,
  kValidateObjectAllowObjects,
  kValidateObjectAllowObjectsAndNull,
  kValidateObjectNone,
  parseFileMode,
  validateAbortSignal,
  validateAbortSignalArray,
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateBuffer,
  validateDictionary,
  validateEncoding,
  validateFiniteNumber,
  validateFunction,
  validateIgnoreOption,
  validateInt32,
  validateInteger,
  validateLinkHeaderValue,
  validateNumber,
  validateObject,
  validateOneOf,
  validatePlainFunction,
  validatePort,
  validateSignalName,
  validateString,
  validateStringArray,
  validateStringWithoutNullBytes,
  validateThisInternalField,
  validateUint32,
  validateUndefined,
  validateUnion,
};

// Code that wraps whole functions with hideStackFrames calls the validators by this name.
for (const name of Object.keys(module.exports)) {
  const validator = module.exports[name];
  if (typeof validator === 'function') validator.withoutStackTrace = validator;
}
