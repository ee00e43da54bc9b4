'use strict';

// path.win32, and the id "path/win32". Paths have three kinds of device in front:
// a drive ("C:"), a share ("\\server\share"), or a device name space ("\\.\" and "\\?\").

const { validateString } = require('internal/validators');
const shared = require('internal/path');
const { endOfBase, extension, isDriveLetter, squeeze, startOfBase } = shared;

const SLASH = 47;
const BACKSLASH = 92;
const COLON = 58;

// Names that mean a device wherever they stand. The superscripts are what Windows takes for digits too.
const RESERVED = new Set(['CON', 'PRN', 'AUX', 'NUL',
                          'COM1', 'COM2', 'COM3', 'COM4', 'COM5', 'COM6', 'COM7', 'COM8', 'COM9',
                          'LPT1', 'LPT2', 'LPT3', 'LPT4', 'LPT5', 'LPT6', 'LPT7', 'LPT8', 'LPT9',
                          'COM\xb9', 'COM\xb2', 'COM\xb3', 'LPT\xb9', 'LPT\xb2', 'LPT\xb3']);

function isSeparator(code) {
  return code === SLASH || code === BACKSLASH;
}

/** Is what stands before the colon (at -1: all but the last character) the name of a device? */
function isReserved(path, colon) {
  return RESERVED.has(path.slice(0, colon).toUpperCase());
}

/** The index of the first character from i on that is (or is not) a separator. */
function skip(path, i, separators) {
  while (i < path.length && isSeparator(path.charCodeAt(i)) === separators) i++;
  return i;
}

/**
 * Finds "\\server\share" at the start of a path whose first character is a separator.
 * Returns null, or { server, share, end }.
 */
function shareOf(path) {
  if (path.length < 2 || !isSeparator(path.charCodeAt(1))) return null;
  const serverEnd = skip(path, 2, false);
  if (serverEnd === 2 || serverEnd === path.length) return null;
  const shareStart = skip(path, serverEnd, true);
  const end = skip(path, shareStart, false);
  if (end === shareStart) return null;
  return { server: path.slice(2, serverEnd), share: path.slice(shareStart, end), end };
}

function isNamespace(server) {
  return server === '.' || server === '?';
}

/** Splits off device and root: { device, absolute, end }, where end is where the rest of the path starts. */
function rootOf(path) {
  const code = path.charCodeAt(0);
  if (isSeparator(code)) {
    const unc = shareOf(path);
    if (unc === null) return { device: '', absolute: true, end: 1 };
    if (isNamespace(unc.server)) return { device: `\\\\${unc.server}`, absolute: true, end: 4 };
    return { device: `\\\\${unc.server}\\${unc.share}`, absolute: true, end: unc.end };
  }
  if (isDriveLetter(code) && path.length > 1 && path.charCodeAt(1) === COLON) {
    const absolute = path.length > 2 && isSeparator(path.charCodeAt(2));
    return { device: path.slice(0, 2), absolute, end: absolute ? 3 : 2 };
  }
  return { device: '', absolute: false, end: 0 };
}

/** The current directory of a drive: Windows keeps one for each in hidden environment variables. */
function directoryOf(drive) {
  const cwd = process.env[`=${drive}`] || process.cwd();
  if (cwd.slice(0, 2).toLowerCase() !== drive.toLowerCase() && cwd.charCodeAt(2) === BACKSLASH) return `${drive}\\`;
  return cwd;
}

function resolve(...args) {
  let device = '';
  let tail = '';
  let absolute = false;
  // Arguments from the last to the first, then the current directory, until there are both a device and a root.
  for (let i = args.length - 1; i >= -1; i--) {
    let path;
    if (i >= 0) {
      path = args[i];
      validateString(path, `paths[${i}]`);
      if (path.length === 0) continue;
    } else if (device.length === 0) {
      path = process.cwd();
      // With nothing to resolve the answer is the current directory itself.
      if (args.length === 0 || (args.length === 1 && (args[0] === '' || args[0] === '.'))) {
        if (isSeparator(path.charCodeAt(0))) return path;
      }
    } else {
      path = directoryOf(device);
    }
    const root = rootOf(path);
    if (root.device.length > 0) {
      if (device.length === 0) device = root.device;
      else if (root.device.toLowerCase() !== device.toLowerCase()) continue; // on another device
    }
    if (absolute) {
      if (device.length > 0) break;
    } else {
      tail = `${path.slice(root.end)}\\${tail}`;
      absolute = root.absolute;
      if (absolute && device.length > 0) break;
    }
  }
  tail = squeeze(tail, !absolute, '\\', isSeparator);
  return absolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
}

/** rootOf() with what normalize() alone minds: names of devices as if they were drives. */
function rootForNormalize(path) {
  const root = rootOf(path);
  const colon = path.indexOf(':');
  if (root.end === 4 && root.device.length === 3) {
    const name = path.slice(4, colon + 1);
    if (isReserved(name, name.length - 1)) {
      root.device = `\\\\?\\${name}`;
      root.end = 4 + name.length;
    }
  } else if (root.end === 0 && colon > 0 && isReserved(path, colon)) {
    root.device = path.slice(0, colon + 1);
    root.end = colon + 1;
  }
  return root;
}

function normalize(path) {
  validateString(path, 'path');
  const length = path.length;
  if (length === 0) return '.';
  if (length === 1) return path === '/' ? '\\' : path;
  const { device, absolute, end } = rootForNormalize(path);
  let tail = end < length ? squeeze(path.slice(end), !absolute, '\\', isSeparator) : '';
  if (tail.length === 0 && !absolute) tail = '.';
  if (tail.length > 0 && isSeparator(path.charCodeAt(length - 1))) tail += '\\';
  if (!absolute && device === '' && looksAbsolute(path, tail)) return `.\\${tail}`;
  if (isReserved(path, path.indexOf(':'))) return `.\\${device}${tail}`;
  return absolute ? `${device}\\${tail}` : `${device}${tail}`;
}

/** Might Windows take the normalized form of a relative path for a drive or a device? */
function looksAbsolute(path, tail) {
  if (!path.includes(':')) return false;
  if (tail.length >= 2 && isDriveLetter(tail.charCodeAt(0)) && tail.charCodeAt(1) === COLON) return true;
  for (let i = path.indexOf(':'); i !== -1; i = path.indexOf(':', i + 1)) {
    if (i === path.length - 1 || isSeparator(path.charCodeAt(i + 1))) return true;
  }
  return false;
}

function isAbsolute(path) {
  validateString(path, 'path');
  if (path.length === 0) return false;
  const code = path.charCodeAt(0);
  return isSeparator(code) ||
    (path.length > 2 && isDriveLetter(code) && path.charCodeAt(1) === COLON && isSeparator(path.charCodeAt(2)));
}

function join(...args) {
  const parts = [];
  for (let i = 0; i < args.length; i++) {
    validateString(args[i], 'path');
    if (args[i].length > 0) parts.push(args[i]);
  }
  if (parts.length === 0) return '.';
  let joined = parts.join('\\');
  // Two separators at the start mean a share only when the first part says so by itself:
  // exactly two of them with a name behind. Otherwise they are made one.
  const first = parts[0];
  const leading = skip(first, 0, true);
  if (!(leading === 2 && first.length > 2)) {
    const all = skip(joined, 0, true);
    if (all >= 2) joined = `\\${joined.slice(all)}`;
  }
  // A name of a device is left as it stands: taking ".." away could make something else of it.
  return namesDevice(joined) ? joined.replaceAll('/', '\\') : normalize(joined);
}

/** Is any segment (between backslashes) a reserved name with a colon behind it? */
function namesDevice(path) {
  if (!path.includes(':')) return false;
  return path.split('\\').some((part) => part.includes(':') && isReserved(part, part.indexOf(':')));
}

function trimSeparators(path) {
  let start = 0;
  let end = path.length;
  while (start < end && path.charCodeAt(start) === BACKSLASH) start++;
  while (end - 1 > start && path.charCodeAt(end - 1) === BACKSLASH) end--;
  return { start, end };
}

/** The shortest way from one path to another; letters' case does not count. */
function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  const fromFull = resolve(from);
  const toFull = resolve(to);
  if (fromFull === toFull) return '';
  from = fromFull.toLowerCase();
  to = toFull.toLowerCase();
  if (from === to) return '';
  if (fromFull.length !== from.length || toFull.length !== to.length) return relativeBySegments(fromFull, toFull);

  const f = trimSeparators(from);
  const t = trimSeparators(to);
  const fromLength = f.end - f.start;
  const toLength = t.end - t.start;
  const shorter = Math.min(fromLength, toLength);
  let lastSeparator = -1;
  let i = 0;
  for (; i < shorter; i++) {
    const code = from.charCodeAt(f.start + i);
    if (code !== to.charCodeAt(t.start + i)) break;
    if (code === BACKSLASH) lastSeparator = i;
  }
  if (i !== shorter) {
    if (lastSeparator === -1) return toFull; // different roots
  } else {
    if (toLength > shorter) {
      if (to.charCodeAt(t.start + i) === BACKSLASH) return toFull.slice(t.start + i + 1); // from contains to
      if (i === 2) return toFull.slice(t.start + i); // from is a drive
    }
    if (fromLength > shorter) {
      if (from.charCodeAt(f.start + i) === BACKSLASH) lastSeparator = i; // to contains from
      else if (i === 2) lastSeparator = 3; // to is a drive
    }
    if (lastSeparator === -1) lastSeparator = 0;
  }
  let up = '';
  for (i = f.start + lastSeparator + 1; i <= f.end; i++) {
    if (i === f.end || from.charCodeAt(i) === BACKSLASH) up += up.length === 0 ? '..' : '\\..';
  }
  let start = t.start + lastSeparator;
  if (up.length > 0) return `${up}${toFull.slice(start, t.end)}`;
  if (toFull.charCodeAt(start) === BACKSLASH) start++;
  return toFull.slice(start, t.end);
}

/** relative() where lower case has another length, so that indices into it mean nothing. */
function relativeBySegments(fromFull, toFull) {
  const source = fromFull.split('\\');
  const target = toFull.split('\\');
  if (source.at(-1) === '') source.pop();
  if (target.at(-1) === '') target.pop();
  let common = 0;
  while (common < source.length && common < target.length &&
         source[common].toLowerCase() === target[common].toLowerCase()) common++;
  if (common === 0) return toFull;
  const up = new Array(source.length - common).fill('..');
  return up.concat(target.slice(common)).join('\\');
}

function toNamespacedPath(path) {
  if (typeof path !== 'string' || path.length === 0) return path;
  const resolved = resolve(path);
  if (resolved.length <= 2) return path;
  if (resolved.charCodeAt(0) === BACKSLASH) {
    if (resolved.charCodeAt(1) === BACKSLASH) {
      const code = resolved[2];
      if (code !== '?' && code !== '.') return `\\\\?\\UNC\\${resolved.slice(2)}`;
    }
  } else if (isDriveLetter(resolved.charCodeAt(0)) && resolved.charCodeAt(1) === COLON &&
             resolved.charCodeAt(2) === BACKSLASH) {
    return `\\\\?\\${resolved}`;
  }
  return resolved;
}

/** The root as parse() and dirname() see it: with the separator behind it, devices of a name space included. */
function literalRoot(path) {
  if (isSeparator(path.charCodeAt(0))) {
    const unc = shareOf(path);
    if (unc === null) return 1;
    return unc.end === path.length ? unc.end : unc.end + 1;
  }
  const { end } = rootOf(path);
  return end;
}

function dirname(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  if (path.length === 1) return isSeparator(path.charCodeAt(0)) ? path : '.';
  const root = literalRoot(path);
  if (root === path.length) return path;
  const end = endOfBase(path, root, isSeparator);
  let cut = end - 1;
  while (cut >= root && !isSeparator(path.charCodeAt(cut))) cut--;
  if (cut < root) return root === 0 ? '.' : path.slice(0, root);
  return path.slice(0, cut);
}

function basename(path, suffix) {
  return shared.basename(path, suffix, -1, isSeparator);
}

function extname(path) {
  validateString(path, 'path');
  const start = path.length >= 2 && path.charCodeAt(1) === COLON && isDriveLetter(path.charCodeAt(0)) ? 2 : 0;
  const end = endOfBase(path, start, isSeparator);
  return extension(path.slice(startOfBase(path, start, end, isSeparator), end));
}

function parse(path) {
  validateString(path, 'path');
  const result = { root: '', dir: '', base: '', ext: '', name: '' };
  if (path.length === 0) return result;
  const root = literalRoot(path);
  result.root = path.slice(0, root);
  if (root === path.length) {
    if (path.length === 1 && root === 0) {
      result.base = result.name = path;
    } else {
      result.dir = path;
    }
    return result;
  }
  const end = endOfBase(path, root, isSeparator);
  const begin = startOfBase(path, root, end, isSeparator);
  result.base = path.slice(begin, end);
  result.ext = extension(result.base);
  result.name = result.base.slice(0, result.base.length - result.ext.length);
  result.dir = begin > root ? path.slice(0, begin - 1) : result.root;
  return result;
}

function matchesGlob(path, pattern) {
  return require('internal/path_glob').matches(path, pattern, true);
}

const win32 = {
  resolve,
  normalize,
  isAbsolute,
  join,
  relative,
  toNamespacedPath,
  dirname,
  basename,
  extname,
  format: shared.format.bind(null, '\\'),
  parse,
  matchesGlob,
  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
};

win32.win32 = win32;
Object.defineProperty(win32, 'posix', {
  configurable: true,
  enumerable: true,
  get() {
    return (win32.posix = require('path/posix'));
  },
  set(value) {
    Object.defineProperty(win32, 'posix', { configurable: true, enumerable: true, writable: true, value });
  },
});

module.exports = win32;
