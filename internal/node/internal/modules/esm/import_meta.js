'use strict';

// import.meta of the modules that come from the module loader.

const { urlToPath } = require('internal/modules/helpers');

/** Fills `meta`, which has no prototype. Modules that are not files have no place in the file system. */
function initialize(meta, url, isMain) {
  if (url.startsWith('file:')) {
    const filename = urlToPath(url);
    meta.dirname = require('path').dirname(filename);
    meta.filename = filename;
  }
  meta.main = isMain;
  meta.resolve = makeResolve(url);
  meta.url = url;
}

// Where the module would be, whether or not it is there.
function makeResolve(parentURL) {
  return function resolve(specifier) {
    const { getLoader } = require('internal/modules/esm/loader');
    try {
      return getLoader().resolve(`${specifier}`, parentURL, { __proto__: null }).url;
    } catch (error) {
      if ((error?.code === 'ERR_UNSUPPORTED_DIR_IMPORT' || error?.code === 'ERR_MODULE_NOT_FOUND') && error.url) {
        return error.url;
      }
      throw error;
    }
  };
}

module.exports = { initialize };
