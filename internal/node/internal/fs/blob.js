'use strict';
// fs.openAsBlob: a Blob over a file, whose contents are read when they are asked for.

const { validateObject, validateString } = require('internal/validators');
const { getValidatedPath } = require('internal/fs/utils');

/** Reading fails once the file has changed. */
function openAsBlob(path, options = {}) {
  validateObject(options, 'options');
  const type = options.type || '';
  validateString(type, 'options.type');
  return Promise.resolve(require('internal/blob').createBlobFromFilePath(getValidatedPath(path), { type }));
}

module.exports = { openAsBlob };
