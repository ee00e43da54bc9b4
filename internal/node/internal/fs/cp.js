'use strict';
// fs.cp: copies a file, a link or a tree. One algorithm in steps (see steps.js) for its three faces.

const { codes } = require('internal/errors');
const { validateBoolean, validateFunction, validateObject } = require('internal/validators');
const { constantsOf } = require('internal/os_constants');
const { getThreeBits, namesIn, numbersIn, constants: { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } } = require('internal/fs/utils');
const { runSync, runAsync, runPromise } = require('internal/fs/steps');
const { dirname, isAbsolute, join, parse, resolve, sep } = require('path');

const defaults = {
  dereference: false,
  errorOnExist: false,
  filter: undefined,
  force: true,
  preserveTimestamps: false,
  recursive: false,
  verbatimSymlinks: false,
  mode: 0,
};

function validateCpOptions(options) {
  if (options === undefined) return { ...defaults };
  validateObject(options, 'options');
  options = { ...defaults, ...options };
  for (const name of ['dereference', 'errorOnExist', 'force', 'preserveTimestamps', 'recursive', 'verbatimSymlinks']) {
    validateBoolean(options[name], `options.${name}`);
  }
  options.mode = getThreeBits(options.mode);
  if (options.dereference === true && options.verbatimSymlinks === true) {
    throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks');
  }
  if (options.filter !== undefined) validateFunction(options.filter, 'options.filter');
  return options;
}

const errnos = constantsOf('errno');

/** One of cp's own refusals: a SystemError that tells path, syscall and errno. */
function refusal(code, errno, path, message) {
  return new codes[code]({ message, path, syscall: 'cp', errno: errnos[errno], code: errno });
}

/** The same, where cpSync has a plain Error with a text of its own. */
function refuse(options, code, errno, path, message, syncMessage) {
  if (!options.sync) return refusal(code, errno, path, message);
  const err = new Error(syncMessage);
  err.code = code;
  return err;
}

const withSlash = (path) => (path.endsWith('/') ? path : `${path}/`);

const kind = (stats) => stats.mode & S_IFMT;
const isDirectory = (stats) => kind(stats) === S_IFDIR;
const sameFile = (a, b) => a.ino !== 0n && a.ino === b.ino && a.dev === b.dev;

function* statOf(path, follow) {
  const f = numbersIn(yield ['stat', path, follow, true], true);
  return { dev: f[0], mode: Number(f[1]), ino: f[7], atime: seconds(f[10], f[11]), mtime: seconds(f[12], f[13]) };
}

function seconds(whole, nanoseconds) {
  return Number(whole) + Number(nanoseconds) / 1e9;
}

/** The stats, or null for what does not exist. */
function* statIfThere(path, follow) {
  try {
    return yield* statOf(path, follow);
  } catch (err) {
    if (err.code === 'ENOENT') return null;
    throw err;
  }
}

/** Whether dest lies in src, going by the paths alone. */
function isWithin(src, dest) {
  const outer = resolve(src).split(sep).filter(Boolean);
  const inner = resolve(dest).split(sep).filter(Boolean);
  return outer.every((part, i) => inner[i] === part);
}

function ontoItself(options, src, dest) {
  return refuse(options, 'ERR_FS_CP_EINVAL', 'EINVAL', dest, `cannot copy ${src} to a subdirectory of self ${dest}`,
                `Cannot copy ${withSlash(src)} to a subdirectory of self ${dest}`);
}

/** Looks at both ends and refuses what cannot be copied over each other. */
function* checkPaths(src, dest, options) {
  const follow = options.dereference;
  const srcStats = yield* statOf(src, follow);
  const destStats = yield* statIfThere(dest, follow);
  if (destStats) {
    if (sameFile(srcStats, destStats)) {
      throw refuse(options, 'ERR_FS_CP_EINVAL', 'EINVAL', dest, 'src and dest cannot be the same', `src and dest cannot be the same ${dest}`);
    }
    if (isDirectory(srcStats) && !isDirectory(destStats)) {
      throw refuse(options, 'ERR_FS_CP_DIR_TO_NON_DIR', 'EISDIR', dest, `cannot overwrite non-directory ${dest} with directory ${src}`,
                   `Cannot overwrite non-directory ${dest} with directory ${src}`);
    }
    if (!isDirectory(srcStats) && isDirectory(destStats)) {
      throw refuse(options, 'ERR_FS_CP_NON_DIR_TO_DIR', 'ENOTDIR', dest, `cannot overwrite directory ${dest} with non-directory ${src}`,
                   `Cannot overwrite directory ${dest} with non-directory ${src}`);
    }
  }
  if (isDirectory(srcStats) && isWithin(src, dest)) throw ontoItself(options, src, dest);
  return { srcStats, destStats };
}

/** Refuses to copy a directory into itself by way of a link above dest. */
function* checkParents(src, srcStats, dest, options) {
  const top = resolve(dirname(src));
  for (let parent = resolve(dirname(dest)); parent !== top && parent !== parse(parent).root; parent = dirname(parent)) {
    const stats = yield* statIfThere(parent, true);
    if (stats === null) return;
    if (sameFile(srcStats, stats)) throw ontoItself(options, src, dest);
  }
}

/** Asks the filter; only where nothing blocks may its answer be a promise. */
function* wanted(src, dest, options) {
  if (!options.filter) return true;
  const answer = yield [options.filter, src, dest];
  if (answer instanceof Promise) throw new codes.ERR_INVALID_RETURN_VALUE('boolean', 'filter', answer);
  return Boolean(answer);
}

/** The steps of copying src to dest, with options from validateCpOptions. */
function* cpTree(src, dest, options) {
  src = src.toString();
  dest = dest.toString();
  if (!(yield* wanted(src, dest, options))) return;
  const { srcStats, destStats } = yield* checkPaths(src, dest, options);
  yield* checkParents(src, srcStats, dest, options);
  const parent = dirname(dest);
  if (!(yield* statIfThere(parent, true))) yield ['mkdir', parent, 0o777, true];
  yield* copyAny(src, srcStats, dest, destStats, options);
}

function* copyAny(src, srcStats, dest, destStats, options) {
  switch (kind(srcStats)) {
    case S_IFDIR:
      if (!options.recursive) {
        throw refuse(options, 'ERR_FS_EISDIR', 'EISDIR', src, `${src} is a directory (not copied)`,
                     `Recursive option not enabled, cannot copy a directory: ${withSlash(src)}`);
      }
      yield* copyDirectory(src, srcStats, dest, destStats, options);
      return;
    case S_IFREG:
    case S_IFCHR:
    case S_IFBLK:
      yield* copyOver(src, srcStats, dest, destStats, options);
      return;
    case S_IFLNK:
      yield* copyLink(src, dest, destStats, options);
      return;
    case S_IFSOCK:
      throw refuse(options, 'ERR_FS_CP_SOCKET', 'EINVAL', dest, `cannot copy a socket file: ${dest}`, `Cannot copy a socket file: ${dest}`);
    case S_IFIFO:
      throw refuse(options, 'ERR_FS_CP_FIFO_PIPE', 'EINVAL', dest, `cannot copy a FIFO pipe: ${dest}`, `Cannot copy a FIFO pipe: ${dest}`);
    default:
      throw refuse(options, 'ERR_FS_CP_UNKNOWN', 'EINVAL', dest, `cannot copy an unknown file type: ${dest}`, `Cannot copy an unknown file type: ${dest}`);
  }
}

function* copyOver(src, srcStats, dest, destStats, options) {
  if (destStats) {
    if (!options.force) {
      if (options.errorOnExist) throw refusal('ERR_FS_CP_EEXIST', 'EEXIST', dest, `${dest} already exists`);
      return;
    }
    yield ['unlink', dest];
  }
  yield ['copyFile', src, dest, options.mode];
  const mode = srcStats.mode & 0o7777;
  if (options.preserveTimestamps) {
    // Times can be set on writable files only; the mode is put right afterwards.
    if ((mode & 0o200) === 0) yield ['chmod', dest, mode | 0o200];
    const fresh = yield* statOf(src, true); // copying has changed the time of access
    yield ['utimes', dest, fresh.atime, fresh.mtime];
  }
  yield ['chmod', dest, mode];
}

function* copyDirectory(src, srcStats, dest, destStats, options) {
  if (!destStats) yield ['mkdir', dest, 0o777, false];
  for (const name of namesIn('utf8', (yield ['readdir', src, false])[0])) {
    const from = join(src, name);
    const to = join(dest, name);
    if (!(yield* wanted(from, to, options))) continue;
    const stats = yield* checkPaths(from, to, options);
    yield* copyAny(from, stats.srcStats, to, stats.destStats, options);
  }
  if (!destStats) yield ['chmod', dest, srcStats.mode & 0o7777];
}

function* copyLink(src, dest, destStats, options) {
  let target = yield ['readlink', src, false];
  if (!options.verbatimSymlinks && !isAbsolute(target)) target = resolve(dirname(src), target);
  if (!destStats) {
    yield ['symlink', target, dest];
    return;
  }
  let destTarget;
  try {
    destTarget = yield ['readlink', dest, false];
  } catch (err) {
    if (err.code !== 'EINVAL') throw err;
    // dest is a file: the system says so.
    yield ['symlink', target, dest];
    return;
  }
  if (!isAbsolute(destTarget)) destTarget = resolve(dirname(dest), destTarget);
  const stats = yield* statIfThere(src, true);
  if (stats && isDirectory(stats)) {
    if (isWithin(target, destTarget)) throw ontoItself(options, target, destTarget);
    // The link at dest must not vanish while what it shows is being copied.
    if (isWithin(destTarget, target)) {
      throw refusal('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', 'EINVAL', dest, `cannot overwrite ${destTarget} with ${target}`);
    }
  }
  yield ['unlink', dest];
  yield ['symlink', target, dest];
}

module.exports = { validateCpOptions, cpTree, runSync, runAsync, runPromise };
