'use strict';

// The flags of the command that concern modules, read once.

const { getOptionValue } = require('internal/options');

module.exports = {
  conditions: getOptionValue('--conditions'),
  imports: getOptionValue('--import'),
  requires: getOptionValue('--require'),
  preserveSymlinks: getOptionValue('--preserve-symlinks') || process.env.NODE_PRESERVE_SYMLINKS === '1',
  preserveSymlinksMain: getOptionValue('--preserve-symlinks-main') || process.env.NODE_PRESERVE_SYMLINKS_MAIN === '1',
  pendingDeprecation: getOptionValue('--pending-deprecation') || process.env.NODE_PENDING_DEPRECATION === '1',
  requireModule: getOptionValue('--experimental-require-module') !== false && getOptionValue('--require-module') !== false,
  detectModule: getOptionValue('--experimental-detect-module') !== false,
  stripTypes: getOptionValue('--strip-types') !== false && getOptionValue('--experimental-strip-types') !== false,
  inputType: getOptionValue('--input-type'),
};
