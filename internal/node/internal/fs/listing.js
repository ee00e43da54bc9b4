'use strict';
// readdir with types or through all directories below.

const { Dirent, direntType, joinPath, namesIn, numbersIn, wantsBytes, constants: { UV_DIRENT_DIR, UV_DIRENT_LINK, UV_DIRENT_UNKNOWN } } = require('internal/fs/utils');
const { runSync, runAsync, runPromise } = require('internal/fs/steps');

/**
 * The steps of one listing.
 * @param {string|Uint8Array} base
 * @param {string} [encoding]
 * @param {boolean} [withFileTypes] answer Dirents
 * @param {boolean} [recursive] go through directories and links to directories
 */
function* listing(base, encoding, withFileTypes, recursive) {
  const results = [];
  const queue = [base];
  for (let i = 0; i < queue.length; i++) {
    const path = queue[i];
    const [raw, types] = yield ['readdir', path, wantsBytes(encoding)];
    const names = namesIn(encoding, raw);
    for (let k = 0; k < names.length; k++) {
      let type = types[k];
      const whole = recursive || type === UV_DIRENT_UNKNOWN ? joinPath(path, names[k]) : undefined;
      if (type === UV_DIRENT_UNKNOWN) {
        const stats = numbersIn(yield ['stat', whole, false, false], false);
        type = direntType(stats[1]);
      }
      if (withFileTypes) results.push(new Dirent(names[k], type, path));
      else results.push(recursive ? relative(base, whole) : names[k]);
      if (recursive && (type === UV_DIRENT_DIR || (type === UV_DIRENT_LINK && (yield [leadsToDirectory, whole])))) queue.push(whole);
    }
  }
  return results;
}

function leadsToDirectory(path) {
  return internalBinding('fs').internalModuleStat(path) === 1;
}

function relative(base, path) {
  if (typeof base === 'string' && typeof path === 'string') return require('path').relative(base, path);
  return path.subarray(Buffer.from(base).length + 1);
}

module.exports = { listing, runSync, runAsync, runPromise };
