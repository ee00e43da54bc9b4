'use strict';

// path.matchesGlob(): the same package that Node uses, with the same options.

const { validateString } = require('internal/validators');

/** Does the path match the glob pattern, by the rules of Windows or of POSIX? */
function matches(path, pattern, windows) {
  validateString(path, 'path');
  validateString(pattern, 'pattern');
  const { minimatch } = require('minimatch');
  return minimatch(path, pattern, {
    nocase: process.platform === 'win32' || process.platform === 'darwin',
    windowsPathsNoEscape: true,
    nonegate: true,
    nocomment: true,
    optimizationLevel: 2,
    platform: windows ? 'win32' : 'posix',
    nocaseMagicOnly: true,
  });
}

module.exports = { matches };
