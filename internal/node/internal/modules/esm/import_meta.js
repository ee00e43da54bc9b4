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
      switch (error?.code) {
        case 'ERR_UNSUPPORTED_DIR_IMPORT':
        case 'ERR_MODULE_NOT_FOUND':
          if (error.url) return error.url;
          break;
        case 'ERR_UNSUPPORTED_ESM_URL_SCHEME':
        case 'ERR_UNKNOWN_BUILTIN_MODULE':
          return new URL(specifier).href;
      }
      throw error;
    }
  };
}

module.exports = { initialize };
