'use strict';
// assert: functions that throw an AssertionError when something does not hold. The errors that throws() and its
// relatives expect are checked in internal/assert/expected.

const {
  codes: { ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS },
} = require('internal/errors');
const { deprecate, setOwnProperty } = require('internal/util');
const { isRegExp } = require('internal/util/types');
const { inspect } = require('internal/util/inspect');
const { validateOneOf } = require('internal/validators');
const AssertionError = require('internal/assert/assertion_error');
const { checkTruth } = require('internal/assert/truth');
const expected = require('internal/assert/expected');

const kOptions = Symbol('options');
const regExpExec = Function.prototype.call.bind(RegExp.prototype.exec);

const comparisons = () => require('internal/util/comparisons');

/** The function that is the module itself. */
function ok(...args) {
  checkTruth(ok, args);
}

function strict(...args) {
  checkTruth(strict, args);
}

/**
 * The assertions, with options of their own.
 * @param {object} [options] `{ diff: 'simple' | 'full', strict, skipPrototype }`
 */
function Assert(options) {
  if (!new.target) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  options = Object.assign({ __proto__: null, strict: true, skipPrototype: false }, options);
  if (options.diff !== undefined) validateOneOf(options.diff, 'options.diff', ['simple', 'full']);
  this.AssertionError = AssertionError;
  Object.defineProperty(this, kOptions, {
    __proto__: null, value: options, enumerable: false, configurable: false, writable: false,
  });
  if (options.strict) makeStrict(this);
}

function makeStrict(target) {
  target.equal = target.strictEqual;
  target.deepEqual = target.deepStrictEqual;
  target.notEqual = target.notStrictEqual;
  target.notDeepEqual = target.notDeepStrictEqual;
}

// The methods are taken from their object all the time (`const { equal } = assert`): then there are no options.
const optionsOf = (self) => self?.[kOptions];

/** Throws; a message that is an error is thrown itself. */
function raise(self, actual, expectedValue, message, operator, stackStartFn) {
  if (message instanceof Error) throw message;
  throw new AssertionError({
    actual, expected: expectedValue, message, operator, stackStartFn, diff: optionsOf(self)?.diff,
  });
}

function needTwo(args) {
  if (args.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
}

// eslint-disable-next-line eqeqeq
const looselyEqual = (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b));

let warnedOfFail = false;

const methods = {
  fail: function fail(actual, expectedValue, message, operator, stackStartFn) {
    const count = arguments.length;
    let generated = false;
    if (actual == null && count <= 1) {
      generated = true;
      message = 'Failed';
    } else if (count === 1) {
      message = actual;
      actual = undefined;
    } else {
      if (!warnedOfFail) {
        warnedOfFail = true;
        process.emitWarning(
          'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only ' +
          'pass a message.', 'DeprecationWarning', 'DEP0094');
      }
      if (count === 2) operator = '!=';
    }
    if (message instanceof Error) throw message;
    const error = new AssertionError({
      actual,
      expected: expectedValue,
      operator: operator === undefined ? 'fail' : operator,
      stackStartFn: stackStartFn || fail,
      message,
      diff: optionsOf(this)?.diff,
    });
    if (generated) error.generatedMessage = true;
    throw error;
  },

  // Without a name of its own: the bundler would rename it, for the function above.
  ok(...args) {
    checkTruth(methods.ok, args);
  },

  equal: function equal(actual, expected, message) {
    needTwo(arguments);
    if (!looselyEqual(actual, expected)) raise(this, actual, expected, message, '==', equal);
  },

  notEqual: function notEqual(actual, expected, message) {
    needTwo(arguments);
    if (looselyEqual(actual, expected)) raise(this, actual, expected, message, '!=', notEqual);
  },

  deepEqual: function deepEqual(actual, expected, message) {
    needTwo(arguments);
    if (!comparisons().isDeepEqual(actual, expected)) raise(this, actual, expected, message, 'deepEqual', deepEqual);
  },

  notDeepEqual: function notDeepEqual(actual, expected, message) {
    needTwo(arguments);
    if (comparisons().isDeepEqual(actual, expected)) raise(this, actual, expected, message, 'notDeepEqual', notDeepEqual);
  },

  deepStrictEqual: function deepStrictEqual(actual, expected, message) {
    needTwo(arguments);
    if (!comparisons().isDeepStrictEqual(actual, expected, optionsOf(this)?.skipPrototype)) {
      raise(this, actual, expected, message, 'deepStrictEqual', deepStrictEqual);
    }
  },

  notDeepStrictEqual: function notDeepStrictEqual(actual, expected, message) {
    needTwo(arguments);
    if (comparisons().isDeepStrictEqual(actual, expected, optionsOf(this)?.skipPrototype)) {
      raise(this, actual, expected, message, 'notDeepStrictEqual', notDeepStrictEqual);
    }
  },

  strictEqual: function strictEqual(actual, expected, message) {
    needTwo(arguments);
    if (!Object.is(actual, expected)) raise(this, actual, expected, message, 'strictEqual', strictEqual);
  },

  notStrictEqual: function notStrictEqual(actual, expected, message) {
    needTwo(arguments);
    if (Object.is(actual, expected)) raise(this, actual, expected, message, 'notStrictEqual', notStrictEqual);
  },

  partialDeepStrictEqual: function partialDeepStrictEqual(actual, expected, message) {
    needTwo(arguments);
    if (!comparisons().isPartialStrictEqual(actual, expected)) {
      raise(this, actual, expected, message, 'partialDeepStrictEqual', partialDeepStrictEqual);
    }
  },

  match: function match(string, regexp, message) {
    checkMatch(this, string, regexp, message, match, true);
  },

  doesNotMatch: function doesNotMatch(string, regexp, message) {
    checkMatch(this, string, regexp, message, doesNotMatch, false);
  },

  throws: function throws(fn, ...args) {
    expected.expectError(context(this, throws, 'exception'), expected.catchError(fn), args);
  },

  rejects: async function rejects(promiseFn, ...args) {
    expected.expectError(context(this, rejects, 'rejection'), await expected.catchRejection(promiseFn), args);
  },

  doesNotThrow: function doesNotThrow(fn, ...args) {
    expected.expectNoError(context(this, doesNotThrow, 'exception'), expected.catchError(fn), args);
  },

  doesNotReject: async function doesNotReject(promiseFn, ...args) {
    expected.expectNoError(context(this, doesNotReject, 'rejection'), await expected.catchRejection(promiseFn), args);
  },

  ifError: function ifError(err) {
    if (err === null || err === undefined) return;
    const error = new AssertionError({
      actual: err,
      expected: null,
      operator: 'ifError',
      message: `ifError got unwanted exception: ${describeError(err)}`,
      stackStartFn: ifError,
      diff: optionsOf(this)?.diff,
    });
    if (typeof err.stack === 'string') appendFrames(error, err.stack);
    throw error;
  },
};

/** Who expects an error, for the error that says it did not come. */
function context(self, fn, event) {
  return { fn, event, diff: optionsOf(self)?.diff };
}

function checkMatch(self, string, regexp, message, fn, wanted) {
  if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
  if (typeof string === 'string' && (regExpExec(regexp, string) !== null) === wanted) return;
  if (message instanceof Error) throw message;

  const generated = !message;
  if (generated && typeof string !== 'string') {
    message = `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`;
  } else if (generated) {
    const headline = wanted ? 'The input did not match the regular expression' :
      'The input was expected to not match the regular expression';
    message = `${headline} ${inspect(regexp)}. Input:\n\n${inspect(string)}\n`;
  }
  const error = new AssertionError({
    actual: string, expected: regexp, message, operator: fn.name, stackStartFn: fn, diff: optionsOf(self)?.diff,
  });
  error.generatedMessage = generated;
  throw error;
}

function describeError(err) {
  if (typeof err !== 'object' || typeof err.message !== 'string') return inspect(err);
  return err.message.length === 0 && err.constructor ? err.constructor.name : err.message;
}

/** Puts the frames of the error that was found below those of the assertion, each frame once. */
function appendFrames(error, stack) {
  const start = stack.indexOf('\n    at');
  if (start === -1) return;
  const frames = stack.slice(start + 1).split('\n');
  const lines = error.stack.split('\n');
  for (const frame of frames) {
    const at = lines.indexOf(frame);
    if (at !== -1) {
      lines.length = at;
      break;
    }
  }
  error.stack = `${lines.join('\n')}\n${frames.join('\n')}`;
}

for (const name of Object.keys(methods)) Assert.prototype[name] = methods[name];

const assert = module.exports = ok;
assert.AssertionError = AssertionError;
assert.CallTracker = deprecate(require('internal/assert/calltracker'), 'assert.CallTracker is deprecated.', 'DEP0173');
assert.ok = assert;
for (const name of Object.keys(methods)) {
  if (name !== 'ok') setOwnProperty(assert, name, methods[name]);
}

assert.strict = Object.assign(strict, assert);
makeStrict(assert.strict);
assert.strict.Assert = Assert;
assert.strict.strict = assert.strict;
assert.Assert = Assert;
