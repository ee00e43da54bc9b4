'use strict';

// path.posix, and the id "path/posix". On every system but Windows this object is `path` itself.

const { validateString } = require('internal/validators');
const shared = require('internal/path');
const { endOfBase, extension, squeeze, startOfBase } = shared;

const SLASH = 47;

function isSeparator(code) {
  return code === SLASH;
}

function currentDirectory() {
  return process.cwd();
}

/** The absolute path that the arguments lead to, the last one first. */
function resolve(...args) {
  if (args.length === 0 || (args.length === 1 && (args[0] === '' || args[0] === '.'))) {
    const cwd = currentDirectory();
    if (cwd.charCodeAt(0) === SLASH) return cwd;
  }
  let joined = '';
  let absolute = false;
  for (let i = args.length - 1; i >= 0 && !absolute; i--) {
    const path = args[i];
    validateString(path, `paths[${i}]`);
    if (path.length === 0) continue;
    joined = joined === '' ? path : `${path}/${joined}`;
    absolute = path.charCodeAt(0) === SLASH;
  }
  if (!absolute) {
    const cwd = currentDirectory();
    joined = `${cwd}/${joined}`;
    absolute = cwd.charCodeAt(0) === SLASH;
  }
  const rest = squeeze(joined, !absolute, '/', isSeparator);
  if (absolute) return `/${rest}`;
  return rest.length > 0 ? rest : '.';
}

function normalize(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  const absolute = path.charCodeAt(0) === SLASH;
  const trailing = path.charCodeAt(path.length - 1) === SLASH;
  let rest = squeeze(path, !absolute, '/', isSeparator);
  if (rest.length === 0) {
    if (absolute) return '/';
    return trailing ? './' : '.';
  }
  if (trailing) rest += '/';
  return absolute ? `/${rest}` : rest;
}

function isAbsolute(path) {
  validateString(path, 'path');
  return path.length > 0 && path.charCodeAt(0) === SLASH;
}

function join(...args) {
  let joined = '';
  for (let i = 0; i < args.length; i++) {
    const part = args[i];
    validateString(part, 'path');
    if (part.length > 0) joined = joined === '' ? part : `${joined}/${part}`;
  }
  return joined === '' ? '.' : normalize(joined);
}

function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  from = resolve(from);
  to = resolve(to);
  if (from === to) return '';
  const source = from === '/' ? [] : from.slice(1).split('/');
  const target = to === '/' ? [] : to.slice(1).split('/');
  let common = 0;
  while (common < source.length && common < target.length && source[common] === target[common]) common++;
  const up = '../'.repeat(source.length - common) + target.slice(common).join('/');
  return up.endsWith('/') ? up.slice(0, -1) : up;
}

function toNamespacedPath(path) {
  return path; // a notion of Windows alone
}

function dirname(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  const end = endOfBase(path, 1, isSeparator);
  let slash = end - 1;
  while (slash > 0 && path.charCodeAt(slash) !== SLASH) slash--;
  const absolute = path.charCodeAt(0) === SLASH;
  if (slash <= 0) return absolute ? '/' : '.';
  return absolute && slash === 1 ? '//' : path.slice(0, slash);
}

function basename(path, suffix) {
  return shared.basename(path, suffix, 0, isSeparator);
}

function extname(path) {
  validateString(path, 'path');
  const end = endOfBase(path, 0, isSeparator);
  return extension(path.slice(startOfBase(path, 0, end, isSeparator), end));
}

function parse(path) {
  validateString(path, 'path');
  const result = { root: '', dir: '', base: '', ext: '', name: '' };
  if (path.length === 0) return result;
  const start = path.charCodeAt(0) === SLASH ? 1 : 0;
  if (start === 1) result.root = '/';
  const end = endOfBase(path, start, isSeparator);
  const begin = startOfBase(path, start, end, isSeparator);
  result.base = path.slice(begin, end);
  // Node takes the second dot of "/.." for an extension, there alone.
  result.ext = start === 1 && begin === 1 && result.base === '..' ? '.' : extension(result.base);
  result.name = result.base.slice(0, result.base.length - result.ext.length);
  if (begin > start) result.dir = path.slice(0, begin - 1);
  else if (start === 1) result.dir = '/';
  return result;
}

function matchesGlob(path, pattern) {
  return require('internal/path_glob').matches(path, pattern, false);
}

const posix = {
  resolve,
  normalize,
  isAbsolute,
  join,
  relative,
  toNamespacedPath,
  dirname,
  basename,
  extname,
  format: shared.format.bind(null, '/'),
  parse,
  matchesGlob,
  sep: '/',
  delimiter: ':',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
};

posix.posix = posix;
// The other flavour is loaded when somebody asks for it.
Object.defineProperty(posix, 'win32', {
  configurable: true,
  enumerable: true,
  get() {
    return (posix.win32 = require('path/win32'));
  },
  set(value) {
    Object.defineProperty(posix, 'win32', { configurable: true, enumerable: true, writable: true, value });
  },
});

module.exports = posix;
