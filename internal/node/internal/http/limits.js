'use strict';
// The largest head that is read, where nobody says anything else: --max-http-header-size.

const { getOptionValue } = require('internal/options');

let size;

function maxHeaderSize() {
  return size ??= getOptionValue('--max-http-header-size');
}

module.exports = { maxHeaderSize };
