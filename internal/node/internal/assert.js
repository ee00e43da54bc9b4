'use strict';

// Assertions of the runtime about itself: without the module `assert`.

const { codes: { ERR_INTERNAL_ASSERTION } } = require('internal/errors');

function assert(value, message) {
  if (!value) throw new ERR_INTERNAL_ASSERTION(message);
}

assert.fail = function fail(message) {
  throw new ERR_INTERNAL_ASSERTION(message);
};

module.exports = assert;
