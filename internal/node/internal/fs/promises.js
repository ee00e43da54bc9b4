'use strict';
// The functions of the module fs/promises.

const { Buffer } = require('buffer');
const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { validateBoolean } = require('internal/validators');
const {
  constants, copyObject, directoryRefused, getOptions, getThreeBits, getValidatedPath, nameIn, namesIn, parseFileMode, statFsFromBytes,
  statsFromBytes, stringToFlags, toUnixTimestamp, validateOwner, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView, validateSymlinkType, wantsBytes,
} = require('internal/fs/utils');
const { call, checkAborted, isPieces, readWhole, writeWhole } = require('internal/fs/promise_ops');

const lazyHandle = () => require('internal/fs/file_handle').FileHandle;
let FileHandle;
const isHandle = (value) => {
  FileHandle ??= lazyHandle();
  return value instanceof FileHandle;
};

async function access(path, mode) {
  path = getValidatedPath(path);
  await call('access', path, getThreeBits(mode));
}

async function open(path, flags, mode) {
  path = getValidatedPath(path);
  const fd = await call('open', path, stringToFlags(flags), parseFileMode(mode, 'mode', 0o666));
  FileHandle ??= lazyHandle();
  return new FileHandle(fd);
}

async function readFile(path, options) {
  options = getOptions(options, { flag: 'r' });
  if (isHandle(path)) return path.readFile(options);
  checkAborted(options.signal);
  return readWhole(getValidatedPath(path), stringToFlags(options.flag || 'r'), options);
}

async function writeFile(path, data, options) {
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flag = stringToFlags(options.flag || 'w');
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const { encoding, signal } = options;
  const pieces = isPieces(data);
  if (!ArrayBuffer.isView(data) && !pieces) {
    validateStringAfterArrayBufferView(data, 'data');
    data = Buffer.from(data, encoding || 'utf8');
  }
  if (isHandle(path)) return path.writeFile(data, options);
  checkAborted(signal);
  const mode = parseFileMode(options.mode, 'mode', 0o666);
  if (!pieces && !flush && !signal) return call('writeFile', getValidatedPath(path), data, flag, mode);
  const handle = await open(path, flag, mode);
  try {
    await writeWhole(handle.fd, data, signal, encoding);
    if (flush) await handle.sync();
  } finally {
    await handle.close();
  }
}

async function appendFile(path, data, options) {
  options = copyObject(getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a' }));
  options.flag ||= 'a';
  return writeFile(path, data, options);
}

async function statWith(path, follow, options) {
  const bigint = options?.bigint === true;
  try {
    return statsFromBytes(await call('stat', path, follow, bigint), bigint);
  } catch (err) {
    if (options?.throwIfNoEntry === false && (err.code === 'ENOENT' || err.code === 'ENOTDIR')) return undefined;
    throw err;
  }
}

async function stat(path, options = { bigint: false }) {
  return statWith(getValidatedPath(path), true, options);
}

async function lstat(path, options = { bigint: false }) {
  return statWith(getValidatedPath(path), false, options);
}

async function statfs(path, options = { bigint: false }) {
  return statFsFromBytes(await call('statfs', getValidatedPath(path)), options.bigint);
}

async function truncate(path, len = 0) {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(len);
  } finally {
    await handle.close();
  }
}

async function chmod(path, mode) {
  path = getValidatedPath(path);
  await call('chmod', path, parseFileMode(mode, 'mode'));
}

async function lchmod() {
  // Linux keeps no permissions for links.
  throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()');
}

async function chown(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  await call('chown', path, uid, gid);
}

async function lchown(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  await call('lchown', path, uid, gid);
}

async function utimes(path, atime, mtime) {
  path = getValidatedPath(path);
  await call('utimes', path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function lutimes(path, atime, mtime) {
  path = getValidatedPath(path);
  await call('lutimes', path, toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

async function link(existingPath, newPath) {
  existingPath = getValidatedPath(existingPath, 'existingPath');
  await call('link', existingPath, getValidatedPath(newPath, 'newPath'));
}

async function symlink(target, path, type) {
  validateSymlinkType(type);
  target = getValidatedPath(target, 'target');
  await call('symlink', target, getValidatedPath(path));
}

async function readlink(path, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, await call('readlink', getValidatedPath(path, 'oldPath'), wantsBytes(encoding)));
}

async function realpath(path, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, await call('realpath', getValidatedPath(path), wantsBytes(encoding)));
}

async function unlink(path) {
  await call('unlink', getValidatedPath(path));
}

async function rename(oldPath, newPath) {
  oldPath = getValidatedPath(oldPath, 'oldPath');
  await call('rename', oldPath, getValidatedPath(newPath, 'newPath'));
}

async function copyFile(src, dest, mode) {
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  await call('copyFile', src, dest, getThreeBits(mode));
}

async function mkdir(path, options) {
  if (typeof options === 'number' || typeof options === 'string') options = { mode: options };
  const { recursive = false, mode = 0o777 } = options || {};
  path = getValidatedPath(path);
  validateBoolean(recursive, 'options.recursive');
  return call('mkdir', path, parseFileMode(mode, 'mode', 0o777), recursive);
}

async function mkdtemp(prefix, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, await call('mkdtemp', getValidatedPath(prefix, 'prefix'), wantsBytes(encoding)));
}

async function mkdtempDisposable(prefix, options) {
  const path = await mkdtemp(prefix, options);
  const whole = require('path').resolve(process.cwd(), path.toString());
  const remove = () => rm(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  return {
    __proto__: null,
    path,
    remove,
    async [Symbol.asyncDispose]() {
      await remove();
    },
  };
}

async function rmdir(path, options) {
  path = getValidatedPath(path);
  if (!options?.recursive) {
    validateRmdirOptions(options);
    return call('rmdir', path);
  }
  process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) ' +
    'will be removed. Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
  options = validateRmOptions({ ...options, force: false });
  const stats = await statWith(path, false);
  return stats.isDirectory() ? call('rm', path, options.maxRetries, options.retryDelay, false) : call('rmdir', path);
}

async function rm(path, options) {
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  if (!options.force || !options.recursive) {
    let stats;
    try {
      stats = await statWith(path, false);
    } catch (err) {
      if (options.force && err.code === 'ENOENT') return;
      throw err;
    }
    if (stats.isDirectory() && !options.recursive) throw directoryRefused(path);
  }
  await call('rm', path, options.maxRetries, options.retryDelay, false);
}

async function readdir(path, options) {
  options = getOptions(options);
  path = getValidatedPath(path);
  const { encoding, withFileTypes, recursive } = options;
  if (recursive !== undefined && recursive !== null) validateBoolean(recursive, 'options.recursive');
  if (recursive || withFileTypes) {
    const { listing, runPromise } = require('internal/fs/listing');
    return runPromise(listing(path, encoding, withFileTypes, recursive));
  }
  return namesIn(encoding, (await call('readdir', path, wantsBytes(encoding)))[0]);
}

async function cp(src, dest, options) {
  const { validateCpOptions, cpTree, runPromise } = require('internal/fs/cp');
  options = validateCpOptions(options);
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  return runPromise(cpTree(src, dest, options));
}

async function opendir(path, options) {
  return new Promise((resolve, reject) => {
    require('internal/fs/dir').opendir(path, options, (err, dir) => (err ? reject(err) : resolve(dir)));
  });
}

async function* glob(pattern, options) {
  const { globPaths } = require('internal/fs/glob');
  yield* await require('internal/fs/steps').runPromise(globPaths(pattern, options));
}

function watch(filename, options) {
  return require('internal/fs/watchers').watchAsync(filename, options);
}

module.exports = {
  exports: {
    access, copyFile, cp, glob, open, opendir, rename, truncate, rm, rmdir, mkdir, readdir, readlink, symlink, lstat, stat, statfs, link,
    unlink, chmod, lchmod, lchown, chown, utimes, lutimes, realpath, mkdtemp, mkdtempDisposable, writeFile, appendFile, readFile, watch,
    constants,
  },
};
