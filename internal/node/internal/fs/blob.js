'use strict';
// fs.openAsBlob: a Blob with what is in a file.

const { validateObject, validateString } = require('internal/validators');
const { getValidatedPath } = require('internal/fs/utils');
const { call } = require('internal/fs/promise_ops');

/** The Blob holds the contents that the file has now. */
async function openAsBlob(path, options = {}) {
  validateObject(options, 'options');
  const type = options.type || '';
  validateString(type, 'options.type');
  const bytes = await call('readFile', getValidatedPath(path), 0);
  const { Blob } = require('buffer');
  return new Blob([bytes], { type });
}

module.exports = { openAsBlob };
