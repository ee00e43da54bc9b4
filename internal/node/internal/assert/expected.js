'use strict';
// The errors that assert.throws, rejects, doesNotThrow and doesNotReject wait for, and what they are held against: a
// class, a regular expression, an object with properties, a function.

const {
  codes: { ERR_AMBIGUOUS_ARGUMENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE },
} = require('internal/errors');
const { isError } = require('internal/util');
const { isPromise, isRegExp } = require('internal/util/types');
const { inspect } = require('internal/util/inspect');
const { validateFunction } = require('internal/validators');
const AssertionError = require('internal/assert/assertion_error');

const regExpExec = Function.prototype.call.bind(RegExp.prototype.exec);
const isPrototypeOf = Function.prototype.call.bind(Object.prototype.isPrototypeOf);

// In place of an error when there was none: anything can be thrown, undefined too.
const none = {};

function catchError(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return none;
}

/** Promises of other implementations will do if they can be caught. */
function isPromiseLike(value) {
  return isPromise(value) || (value !== null && typeof value === 'object' &&
    typeof value.then === 'function' && typeof value.catch === 'function');
}

async function catchRejection(promiseFn) {
  let promise = promiseFn;
  if (typeof promiseFn === 'function') {
    promise = promiseFn();
    if (!isPromiseLike(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
  } else if (!isPromiseLike(promiseFn)) {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return none;
}

function fail({ fn, diff }, actual, expected, message) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ actual, expected, message, operator: fn.name, stackStartFn: fn, diff });
}

/** As fail, telling whether the message is ours. */
function failWith({ fn, diff }, actual, expected, message, generatedMessage) {
  const error = new AssertionError({ actual, expected, message, operator: fn.name, stackStartFn: fn, diff });
  error.generatedMessage = generatedMessage;
  throw error;
}

/** throws(fn, 'text') was meant as a message most of the time, but looks like the expected message. */
function checkAmbiguity(actual, text) {
  if (typeof actual === 'object' && actual !== null) {
    if (actual.message === text) {
      throw new ERR_AMBIGUOUS_ARGUMENT(
        'error/message', `The error message "${actual.message}" is identical to the message.`);
    }
  } else if (actual === text) {
    throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error "${actual}" is identical to the message.`);
  }
}

const wrongExpectation = (error) =>
  new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);

/**
 * @param {{fn: Function, event: string, diff?: string}} context the assertion
 * @param {any} actual what was caught, or `none`
 * @param {any[]} args what it should be, and a message
 */
function expectError(context, actual, args) {
  let { 0: error, 1: message } = args;
  if (typeof error === 'string') {
    if (args.length === 2) throw wrongExpectation(error);
    checkAmbiguity(actual, error);
    message = error;
    error = undefined;
  } else if (error != null && typeof error !== 'object' && typeof error !== 'function') {
    throw wrongExpectation(error);
  }
  if (actual === none) {
    const name = error?.name ? ` (${error.name})` : '';
    fail(context, undefined, error, `Missing expected ${context.event}${name}${message ? `: ${message}` : '.'}`);
  }
  if (error) checkError(context, actual, error, message);
}

function checkError(context, actual, expected, message) {
  if (typeof expected === 'function') checkByFunction(context, actual, expected, message);
  else if (isRegExp(expected)) checkByRegExp(context, actual, expected, message);
  else if (typeof actual !== 'object' || actual === null) checkPrimitive(context, actual, expected, message);
  else checkByProperties(context, actual, expected, message);
}

function checkByRegExp(context, actual, expected, message) {
  const text = String(actual);
  if (regExpExec(expected, text) !== null) return;
  failWith(context, actual, expected, message ||
    `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`, !message);
}

/** A primitive has no properties to check: it is shown beside them. */
function checkPrimitive({ fn, diff }, actual, expected, message) {
  const error = new AssertionError({ actual, expected, message, operator: 'deepStrictEqual', stackStartFn: fn, diff });
  error.operator = fn.name;
  throw error;
}

/** A class is asked with instanceof; any other function is called. */
function checkByFunction(context, actual, expected, message) {
  // Arrow functions have no prototype, instanceof would throw.
  if (expected.prototype !== undefined && actual instanceof expected) return;
  if (isPrototypeOf(Error, expected)) {
    failWith(context, actual, expected, message || wrongClassMessage(actual, expected), !message);
  }
  const result = Reflect.apply(expected, {}, [actual]);
  if (result === true) return;
  failWith(context, actual, expected, message || wrongResultMessage(actual, expected, result), !message);
}

function wrongClassMessage(actual, expected) {
  const headline = `The error is expected to be an instance of "${expected.name}". Received `;
  if (!isError(actual)) return `${headline}"${inspect(actual, { depth: -1 })}"`;
  const name = actual.constructor?.name || actual.name;
  const received = name === expected.name ? 'an error with identical name but a different prototype.' : `"${name}"`;
  return headline + received + (actual.message ? `\n\nError message:\n\n${actual.message}` : '');
}

function wrongResultMessage(actual, expected, result) {
  const name = expected.name ? `"${expected.name}" ` : '';
  const caught = isError(actual) ? `\n\nCaught error:\n\n${actual}` : '';
  return `The ${name}validation function is expected to return "true". Received ${inspect(result)}${caught}`;
}

const matchesRegExp = (actual, expected) =>
  typeof actual === 'string' && isRegExp(expected) && regExpExec(expected, actual) !== null;

function checkByProperties(context, actual, expected, message) {
  const { isDeepStrictEqual } = require('internal/util/comparisons');
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push('name', 'message');
  else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
  for (const key of keys) {
    if (matchesRegExp(actual[key], expected[key])) continue;
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) continue;
    if (message) fail(context, actual, expected, message);
    failByProperties(context, actual, expected, keys);
  }
}

/** The named properties of an object, for a readable difference. The name of the class is shown. */
class Comparison {
  constructor(object, keys, actual) {
    for (const key of keys) {
      if (!(key in object)) continue;
      // What a regular expression matched is no difference.
      this[key] = actual !== undefined && matchesRegExp(actual[key], object[key]) ? actual[key] : object[key];
    }
  }
}

function failByProperties({ fn, diff }, actual, expected, keys) {
  const error = new AssertionError({
    actual: new Comparison(actual, keys),
    expected: new Comparison(expected, keys, actual),
    operator: 'deepStrictEqual',
    stackStartFn: fn,
    diff,
  });
  error.actual = actual;
  error.expected = expected;
  error.operator = fn.name;
  throw error;
}

/** Whether doesNotThrow was told to look out for this error. */
function isUnwanted(actual, expected) {
  if (typeof expected !== 'function') {
    if (isRegExp(expected)) return regExpExec(expected, String(actual)) !== null;
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (isPrototypeOf(Error, expected)) return false;
  return Reflect.apply(expected, {}, [actual]) === true;
}

/** An error that was not asked about is thrown on. */
function expectNoError(context, actual, args) {
  if (actual === none) return;
  let { 0: error, 1: message } = args;
  if (typeof error === 'string') {
    message = error;
    error = undefined;
  }
  if (error && !isUnwanted(actual, error)) throw actual;
  fail(context, actual, error,
       `Got unwanted ${context.event}${message ? `: ${message}` : '.'}\nActual message: "${actual?.message}"`);
}

module.exports = { catchError, catchRejection, expectError, expectNoError };
