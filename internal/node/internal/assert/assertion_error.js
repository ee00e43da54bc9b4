'use strict';
// assert.AssertionError.

const { isErrorStackTraceLimitWritable } = require('internal/errors');
const { isError } = require('internal/util');
const { inspect } = require('internal/util/inspect');
const { validateObject } = require('internal/validators');
const colors = require('internal/util/colors');
const { differenceMessage, generateMessage, longestText, showsDifference } = require('internal/assert/messages');

colors.refresh();

const isErrorObject = (value) =>
  typeof value === 'object' && value !== null && 'stack' in value && value instanceof Error;

/** An error without its stack: two of them are compared by what they say. */
function copyError(source) {
  const target = Object.assign({ __proto__: Object.getPrototypeOf(source) }, source);
  Object.defineProperty(target, 'message', { __proto__: null, value: source.message });
  if (Object.hasOwn(source, 'cause')) {
    const { cause } = source;
    Object.defineProperty(target, 'cause', { __proto__: null, value: isError(cause) ? copyError(cause) : cause });
  }
  return target;
}

/** Keeps the listing of a long string short: the message shows the difference already. */
function addEllipsis(text) {
  const lines = text.split('\n', 11);
  if (lines.length > 10) return `${lines.slice(0, 10).join('\n')}\n...`;
  return text.length > longestText ? `${text.slice(longestText)}...` : text;
}

class AssertionError extends Error {
  /**
   * @param {object} options `{ message, actual, expected, operator, stackStartFn, diff }`
   */
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, details, stackStartFunction, diff = 'simple' } = options;
    let { actual, expected } = options;

    // The stack is captured below, from the assertion's caller on.
    const limit = Error.stackTraceLimit;
    const writable = isErrorStackTraceLimitWritable();
    if (writable) Error.stackTraceLimit = 0;
    if (message != null) {
      super(showsDifference(operator) ? differenceMessage(actual, expected, operator, message, diff) : String(message));
    } else {
      colors.refresh(); // the environment may have changed
      if (isErrorObject(actual) && isErrorObject(expected)) {
        actual = copyError(actual);
        expected = copyError(expected);
      }
      super(generateMessage(actual, expected, operator, diff));
    }
    if (writable) Error.stackTraceLimit = limit;

    this.generatedMessage = !message;
    // The first line of the stack has the code as well.
    Object.defineProperty(this, 'name', {
      __proto__: null, value: 'AssertionError [ERR_ASSERTION]', enumerable: false, writable: true, configurable: true,
    });
    this.code = 'ERR_ASSERTION';
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
      details.forEach((detail, i) => {
        this[`message ${i}`] = detail.message;
        this[`actual ${i}`] = detail.actual;
        this[`expected ${i}`] = detail.expected;
        this[`operator ${i}`] = detail.operator;
        this[`stack trace ${i}`] = detail.stack;
      });
    } else {
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    this.stack; // eslint-disable-line no-unused-expressions -- composed while the name is the long one
    this.name = 'AssertionError';
    this.diff = diff;
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [inspect.custom](recurseTimes, options) {
    const { actual, expected } = this;
    if (typeof actual === 'string') this.actual = addEllipsis(actual);
    if (typeof expected === 'string') this.expected = addEllipsis(expected);
    // The values themselves would repeat the message at length.
    const text = inspect(this, { ...options, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

module.exports = AssertionError;
