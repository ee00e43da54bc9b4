'use strict';
// assert.ok: quotes the expression that turned out to be false.

const { isErrorStackTraceLimitWritable } = require('internal/errors');
const { isError } = require('internal/util');
const AssertionError = require('internal/assert/assertion_error');

// Line breaks and tabs may stay.
// eslint-disable-next-line no-control-regex
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f]/g;

function escapeControl(character) {
  if (character === '\b') return '\\b';
  if (character === '\f') return '\\f';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @param {Function} fn the assertion, whose caller is quoted */
function falsyMessage(fn) {
  const limit = Error.stackTraceLimit;
  const writable = isErrorStackTraceLimitWritable();
  if (writable) Error.stackTraceLimit = 1; // enough to know the place
  const place = {};
  Error.captureStackTrace(place, fn);
  if (writable) Error.stackTraceLimit = limit;

  const { getErrorSourceExpression } = require('internal/errors/error_source');
  const source = getErrorSourceExpression(place);
  if (!source) return undefined;
  return `The expression evaluated to a falsy value:\n\n  ${source.replace(controls, escapeControl)}\n`;
}

/**
 * @param {Function} fn the assertion
 * @param {any[]} args the value and the message
 */
function checkTruth(fn, args) {
  const { 0: value } = args;
  let { 1: message } = args;
  if (value) return;
  let generatedMessage = false;
  if (args.length === 0) {
    generatedMessage = true;
    message = 'No value argument passed to `assert.ok()`';
  } else if (message == null) {
    generatedMessage = true;
    message = falsyMessage(fn);
  } else if (isError(message)) {
    throw message;
  }
  const error = new AssertionError({ actual: value, expected: true, message, operator: '==', stackStartFn: fn });
  error.generatedMessage = generatedMessage;
  throw error;
}

module.exports = { checkTruth };
