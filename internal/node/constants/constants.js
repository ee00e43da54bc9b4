'use strict';
// The deprecated module `constants`: everything of os.constants, fs.constants and crypto.constants in one flat object.

const { constantsOf } = require('internal/os_constants');

Object.assign(exports, constantsOf('dlopen'), constantsOf('errno'), constantsOf('priority'), constantsOf('signals'), constantsOf('fs'));
try {
  Object.assign(exports, require('crypto').constants);
} catch {
  // A runtime built without crypto has the others all the same.
}
Object.freeze(exports);
