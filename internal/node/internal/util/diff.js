'use strict';
// util.diff.

const { validateString, validateStringArray } = require('internal/validators');
const { myersDiff } = require('internal/assert/myers_diff');

function validateInput(value, name) {
  if (Array.isArray(value)) validateStringArray(value, name);
  else validateString(value, name);
}

/**
 * The differences between two strings or two arrays of strings, as [operation, value]: -1 for what only `expected`
 * has, 0 for what both have, 1 for what only `actual` has.
 */
function diff(actual, expected) {
  if (actual === expected) return [];
  validateInput(actual, 'actual');
  validateInput(expected, 'expected');
  return myersDiff(actual, expected).reverse();
}

module.exports = { diff };
