'use strict';

// Native addons (".node" files) are made for Node's own binary; they cannot be loaded here, and an error says so.

/** process.dlopen, for a file that cannot be loaded in any case: throws. */
function dlopen(mod, filename) {
  const wrong = internalBinding('module_files').checkAddon(filename);
  const reason = wrong ?? 'native addons cannot be loaded: Sluice runs JavaScript and WebAssembly only. ' +
    'Look for a version of the package without native code';
  const error = new Error(`${filename}: ${reason}`);
  error.code = 'ERR_DLOPEN_FAILED';
  throw error;
}

module.exports = { dlopen };
