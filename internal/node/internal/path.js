'use strict';

// What the two flavours of path have in common. A flavour is told apart by its
// `isSeparator(charCode)` function alone.

const { validateObject, validateString } = require('internal/validators');

const DOT = 46;

/**
 * Resolves the '.' and '..' segments of a path without its root.
 * `keepParents` says whether a leading '..' survives (relative paths) or is dropped (absolute ones).
 */
function squeeze(path, keepParents, separator, isSeparator) {
  const kept = [];
  const length = path.length;
  let start = 0;
  for (let i = 0; i <= length; i++) {
    if (i < length && !isSeparator(path.charCodeAt(i))) continue;
    const size = i - start;
    if (size === 0 || (size === 1 && path.charCodeAt(start) === DOT)) {
      // nothing: a doubled separator or "."
    } else if (size === 2 && path.charCodeAt(start) === DOT && path.charCodeAt(start + 1) === DOT) {
      if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
      else if (keepParents) kept.push('..');
    } else {
      kept.push(path.slice(start, i));
    }
    start = i + 1;
  }
  return kept.join(separator);
}

/** Where the last segment of path[start..] ends when trailing separators are ignored; start if it has none. */
function endOfBase(path, start, isSeparator) {
  let end = path.length;
  while (end > start && isSeparator(path.charCodeAt(end - 1))) end--;
  return end;
}

/** Where the segment that ends at `end` starts. */
function startOfBase(path, start, end, isSeparator) {
  let i = end;
  while (i > start && !isSeparator(path.charCodeAt(i - 1))) i--;
  return i;
}

/** The extension of a last segment, with its dot; '' for dot files, "." and "..". */
function extension(base) {
  const dot = base.lastIndexOf('.');
  return dot <= 0 || base === '..' ? '' : base.slice(dot);
}

/** basename() behind the root at `start`. */
function basename(path, suffix, start, isSeparator) {
  if (suffix !== undefined) validateString(suffix, 'suffix');
  validateString(path, 'path');
  if (start < 0) start = rootOfDrive(path);
  const stripping = suffix !== undefined && suffix.length > 0 && suffix.length <= path.length;
  if (stripping && suffix === path) return '';
  const end = endOfBase(path, start, isSeparator);
  const begin = startOfBase(path, start, end, isSeparator);
  const base = path.slice(begin, end);
  if (!stripping || base === suffix) return base;
  if (base.endsWith(suffix)) return base.slice(0, -suffix.length);
  // Node's scan gives up in the middle of a suffix longer than the segment (which may be empty), and then keeps what trails.
  return suffix.endsWith(base) ? path.slice(begin) : base;
}

function rootOfDrive(path) {
  return path.length >= 2 && isDriveLetter(path.charCodeAt(0)) && path.charCodeAt(1) === 58 ? 2 : 0;
}

function isDriveLetter(code) {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** format() of both flavours. */
function format(separator, parts) {
  validateObject(parts, 'pathObject');
  const dir = parts.dir || parts.root;
  const ext = parts.ext ? (parts.ext[0] === '.' ? parts.ext : `.${parts.ext}`) : '';
  const base = parts.base || `${parts.name || ''}${ext}`;
  if (!dir) return base;
  return dir === parts.root ? `${dir}${base}` : `${dir}${separator}${base}`;
}

module.exports = { basename, endOfBase, extension, format, isDriveLetter, squeeze, startOfBase };
