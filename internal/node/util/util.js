'use strict';
// util: what does not fit anywhere else. Most of it lives in modules of its own.

const {
  codes: { ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
  isErrorStackTraceLimitWritable,
} = require('internal/errors');
const internalErrors = require('internal/errors');
const internalUtil = require('internal/util');
const { defineLazyProperties, deprecate: internalDeprecate } = internalUtil;
const { format, formatWithOptions, inspect, stripVTControlCharacters } = require('internal/util/inspect');
const { debuglog } = require('internal/util/debuglog');
const {
  validateBoolean, validateFunction, validateInteger, validateNumber, validateObject, validateString,
} = require('internal/validators');
const types = require('internal/util/types');

// --- Functions and classes ---

/** Makes a constructor inherit from another, the way it was done before `class`. */
function inherits(ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor);
  if (superCtor === undefined || superCtor === null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor);
  if (superCtor.prototype === undefined) {
    throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype);
  }
  Object.defineProperty(ctor, 'super_', { __proto__: null, value: superCtor, writable: true, configurable: true });
  Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

function _extend(target, source) {
  if (source === null || typeof source !== 'object') return target;
  for (const key of Object.keys(source).reverse()) target[key] = source[key];
  return target;
}

/** Passes a rejection on. A falsy reason gets an error around it: a callback takes it for success. */
function onRejected(reason, callback) {
  if (!reason) {
    const error = new ERR_FALSY_VALUE_REJECTION(reason);
    Error.captureStackTrace(error, onRejected);
    reason = error;
  }
  return callback(reason);
}

/** A function that takes a callback, from one that returns a promise. */
function callbackify(original) {
  validateFunction(original, 'original');

  function callbackified(...args) {
    const last = args.pop();
    validateFunction(last, 'last argument');
    const callback = last.bind(this);
    // On the next tick, so that what the callback throws is not taken for a rejection.
    Reflect.apply(original, this, args).then(
      (value) => process.nextTick(callback, null, value),
      (reason) => process.nextTick(onRejected, reason, callback));
  }

  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  for (const key of Reflect.ownKeys(descriptors)) {
    Object.defineProperty(callbackified, key, Object.setPrototypeOf(descriptors[key], null));
  }
  return callbackified;
}

function deprecate(fn, msg, code, { modifyPrototype } = {}) {
  return internalDeprecate(fn, msg, code, undefined, modifyPrototype);
}

// --- System errors ---

function validateErrorNumber(err) {
  validateNumber(err, 'err');
  if (err >= 0 || !Number.isSafeInteger(err)) throw new ERR_OUT_OF_RANGE('err', 'a negative integer', err);
}

function getSystemErrorMessage(err) {
  validateErrorNumber(err);
  return internalUtil.getSystemErrorMessage(err);
}

function getSystemErrorName(err) {
  validateErrorNumber(err);
  return internalUtil.getSystemErrorName(err);
}

/** Makes an error whose stack begins with the caller of `fn`. */
function makeSystemError(className, args, fn) {
  const ErrorClass = internalErrors[className];
  if (!isErrorStackTraceLimitWritable()) return new ErrorClass(...args);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new ErrorClass(...args);
  Error.stackTraceLimit = limit;
  Error.captureStackTrace(error, fn);
  return error;
}

function _errnoException(...args) {
  return makeSystemError('ErrnoException', args, _errnoException);
}

function _exceptionWithHostPort(...args) {
  return makeSystemError('ExceptionWithHostPort', args, _exceptionWithHostPort);
}

// --- The rest ---

/** Who called: up to `frameCount` frames. There are no source maps to look places up in. */
function getCallSites(frameCount = 10, options) {
  if (options === undefined && typeof frameCount === 'object') {
    options = frameCount;
    frameCount = 10;
  }
  if (options !== undefined) {
    validateObject(options, 'options');
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
  }
  validateInteger(frameCount, 'frameCount', 1, 200);
  return internalBinding('util').getCallSites(frameCount);
}

/** Reads the text of an .env file. */
function parseEnv(content) {
  validateString(content, 'content');
  return require('internal/util/parse_env').parseEnv(content);
}

module.exports = {
  _errnoException,
  _exceptionWithHostPort,
  _extend: internalDeprecate(
    _extend, 'The `util._extend` API is deprecated. Please use Object.assign() instead.', 'DEP0060'),
  callbackify,
  convertProcessSignalToExitCode: internalUtil.convertProcessSignalToExitCode,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  styleText(format, text, options) {
    return require('internal/util/style_text').styleText(format, text, options);
  },
  formatWithOptions,
  getCallSites,
  getSystemErrorMap: internalUtil.getSystemErrorMap,
  getSystemErrorName,
  getSystemErrorMessage,
  inherits,
  inspect,
  isArray: internalDeprecate(
    Array.isArray, 'The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.', 'DEP0044'),
  isDeepStrictEqual(a, b, skipPrototype) {
    return require('internal/util/comparisons').isDeepStrictEqual(a, b, skipPrototype);
  },
  promisify: internalUtil.promisify,
  stripVTControlCharacters,
  toUSVString(input) {
    return `${input}`.toWellFormed();
  },
  get transferableAbortSignal() {
    return require('internal/abort_controller').transferableAbortSignal;
  },
  get transferableAbortController() {
    return require('internal/abort_controller').transferableAbortController;
  },
  get aborted() {
    return require('internal/abort_controller').aborted;
  },
  types,
  parseEnv,
};

defineLazyProperties(module.exports, 'internal/util/parse_args', ['parseArgs']);
defineLazyProperties(module.exports, 'internal/encoding', ['TextDecoder', 'TextEncoder']);
defineLazyProperties(module.exports, 'internal/mime', ['MIMEType', 'MIMEParams']);
defineLazyProperties(module.exports, 'internal/util/diff', ['diff']);
defineLazyProperties(module.exports, 'internal/util/trace_sigint', ['setTraceSigInt']);
