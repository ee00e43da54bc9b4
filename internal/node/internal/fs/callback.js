'use strict';
// The functions of the module fs that answer through a callback.

const { Buffer } = require('buffer');
const { AbortError, codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBoolean, validateBuffer, validateEncoding, validateInteger, validateObject } = require('internal/validators');
const {
  bytesOf, contentsIn, copyInto, directoryRefused, getOptions, getThreeBits, getValidatedFd, getValidatedPath, isFd, nameIn, namesIn,
  parseFileMode, scatter, statFsFromBytes, statsFromBytes, stringToFlags, toUnixTimestamp, validateBufferArray, validateCallback,
  validateOffsetLengthRead, validateOffsetLengthWrite, validateOwner, validatePosition, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView, validateSymlinkType, wantsBytes,
} = require('internal/fs/utils');
const native = internalBinding('fs');

/** For natives that answer nothing: users' callbacks see one argument. */
function plain(callback) {
  validateCallback(callback);
  return (err) => callback(err);
}

/** For natives whose answer is handed on after a change. */
function changed(callback, change) {
  validateCallback(callback);
  return (err, value) => {
    if (err) {
      callback(err);
      return;
    }
    let answer;
    try {
      answer = change(value);
    } catch (failure) {
      callback(failure);
      return;
    }
    callback(null, answer);
  };
}

function access(path, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = undefined;
  }
  path = getValidatedPath(path);
  const done = plain(callback);
  native.access(path, getThreeBits(mode), done);
}

function exists(path, callback) {
  validateCallback(callback);
  let valid;
  try {
    valid = getValidatedPath(path);
  } catch {
    callback(false);
    return;
  }
  native.access(valid, 0, (err) => callback(!err));
}

function open(path, flags, mode, callback) {
  path = getValidatedPath(path);
  if (arguments.length < 3) {
    callback = flags;
    flags = 'r';
    mode = 0o666;
  } else if (typeof mode === 'function') {
    callback = mode;
    mode = 0o666;
  } else {
    mode = parseFileMode(mode, 'mode', 0o666);
  }
  flags = stringToFlags(flags);
  validateCallback(callback);
  native.open(path, flags, mode, (err, fd) => (err ? callback(err) : callback(null, fd)));
}

function closed(err) {
  if (err) throw err;
}

function close(fd, callback = closed) {
  fd = getValidatedFd(fd);
  native.close(fd, callback === closed ? closed : plain(callback));
}

function read(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (arguments.length <= 4) {
    let params;
    if (arguments.length === 4) {
      validateObject(offsetOrOptions, 'options', 1);
      callback = length;
      params = offsetOrOptions;
    } else if (arguments.length === 3) {
      callback = offsetOrOptions;
      if (!ArrayBuffer.isView(buffer)) {
        params = buffer;
        validateObject(params, 'options', 1);
        ({ buffer = Buffer.alloc(16384) } = params ?? {});
      }
    } else {
      callback = buffer;
      buffer = Buffer.alloc(16384);
    }
    if (params !== undefined) validateObject(params, 'options', 1);
    ({ offset = 0, length = buffer?.byteLength - offset, position = null } = params ?? {});
  }
  validateBuffer(buffer);
  validateCallback(callback);
  if (offset === undefined || offset === null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length |= 0;
  if (length === 0) {
    process.nextTick(callback, null, 0, buffer);
    return;
  }
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  position = position === undefined || position === null ? -1 : validatePosition(position, 'position', length);
  native.read(fd, length, position, (err, data) => {
    if (err) {
      callback(err, 0, buffer);
      return;
    }
    copyInto(buffer, offset, data);
    callback(null, data.length, buffer);
  });
}

function readv(fd, buffers, position, callback) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback ||= position;
  validateCallback(callback);
  let size = 0;
  for (const view of buffers) size += view.byteLength;
  native.read(fd, size, typeof position === 'number' ? position : -1, (err, data) => {
    if (err) {
      callback(err, 0, buffers);
      return;
    }
    scatter(buffers, data);
    callback(null, data.length, buffers);
  });
}

function write(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (ArrayBuffer.isView(buffer)) {
    callback ||= position || length || offset;
    validateCallback(callback);
    if (typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
    }
    if (offset === undefined || offset === null || typeof offset === 'function') offset = 0;
    else validateInteger(offset, 'offset', 0);
    if (typeof length !== 'number') length = buffer.byteLength - offset;
    validateOffsetLengthWrite(offset, length, buffer.byteLength);
    if (typeof position !== 'number') position = -1;
    native.write(fd, bytesOf(buffer), offset, length, position, written(callback, buffer));
    return;
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  if (typeof position !== 'function') {
    if (typeof offset === 'function') {
      position = offset;
      offset = null;
    } else {
      position = length;
    }
    length = 'utf8';
  }
  validateEncoding(buffer, length);
  callback = position;
  validateCallback(callback);
  const bytes = Buffer.from(buffer, length ?? 'utf8');
  native.write(fd, bytes, 0, bytes.length, typeof offset === 'number' ? offset : -1, written(callback, buffer));
}

function written(callback, buffer) {
  return (err, n) => callback(err, n || 0, buffer);
}

function writev(fd, buffers, position, callback) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback ||= position;
  validateCallback(callback);
  if (buffers.length === 0) {
    process.nextTick(callback, null, 0, buffers);
    return;
  }
  native.writev(fd, buffers, typeof position === 'number' ? position : -1, written(callback, buffers));
}

/**
 * Makes the callback of an operation that a signal may end: it is called once, with an AbortError when that came first.
 * Answers undefined when the signal is aborted already (and has then called the callback).
 */
function abortable(signal, callback) {
  if (!signal) return callback;
  if (signal.aborted) {
    callback(new AbortError(undefined, { cause: signal.reason }));
    return undefined;
  }
  let done = false;
  const onAbort = () => finish(new AbortError(undefined, { cause: signal.reason }));
  function finish(err, value) {
    if (done) return;
    done = true;
    signal.removeEventListener('abort', onAbort);
    callback(err, value);
  }
  signal.addEventListener('abort', onAbort);
  return finish;
}

function readFile(path, options, callback) {
  callback ||= options;
  validateCallback(callback);
  options = getOptions(options, { flag: 'r' });
  const flags = options.flag === undefined || options.flag === null ? 0 : stringToFlags(options.flag, 'options.flag');
  const { encoding, signal } = options;
  const source = isFd(path) ? path : getValidatedPath(path);
  const done = abortable(signal, callback);
  if (done === undefined) return;
  native.readFile(source, flags, changed(done, (bytes) => contentsIn(encoding, bytes)));
}

function writeFile(path, data, options, callback) {
  callback ||= options;
  validateCallback(callback);
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const flag = stringToFlags(options.flag || 'w');
  if (!ArrayBuffer.isView(data)) {
    validateStringAfterArrayBufferView(data, 'data');
    data = Buffer.from(data, options.encoding || 'utf8');
  }
  const userFd = isFd(path);
  const target = userFd ? path : getValidatedPath(path);
  const mode = parseFileMode(options.mode, 'mode', 0o666);
  const done = abortable(options.signal, plain(callback));
  if (done === undefined) return;
  if (!flush) {
    native.writeFile(target, data, flag, mode, done);
    return;
  }
  // Through the public functions, so that whoever replaced fs.fsync sees it called.
  const fs = require('fs');
  const flushed = (fd, end) => native.writeFile(fd, data, flag, mode, (err) => (err ? end(err) : fs.fsync(fd, end)));
  if (userFd) {
    flushed(target, done);
    return;
  }
  fs.open(target, flag, mode, (err, fd) => {
    if (err) {
      done(err);
      return;
    }
    flushed(fd, (failure) => fs.close(fd, (closeFailure) => done(failure ?? closeFailure ?? null)));
  });
}

function appendFile(path, data, options, callback) {
  callback ||= options;
  validateCallback(callback);
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a' });
  // The options may be frozen, and belong to the caller anyway.
  options = { ...options };
  if (!options.flag || isFd(path)) options.flag = 'a';
  writeFile(path, data, options, callback);
}

function statWith(target, follow, options, callback) {
  const bigint = options?.bigint === true;
  native.stat(target, follow, bigint, (err, bytes) => {
    if (err) {
      if (options?.throwIfNoEntry === false && (err.code === 'ENOENT' || err.code === 'ENOTDIR')) callback(null, undefined);
      else callback(err);
    } else {
      callback(null, statsFromBytes(bytes, bigint));
    }
  });
}

function stat(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateCallback(callback);
  statWith(getValidatedPath(path), true, options, callback);
}

function lstat(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateCallback(callback);
  statWith(getValidatedPath(path), false, options, callback);
}

function fstat(fd, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  fd = getValidatedFd(fd);
  validateCallback(callback);
  statWith(fd, true, options, callback);
}

function statfs(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = { bigint: false };
  }
  validateCallback(callback);
  path = getValidatedPath(path);
  native.statfs(path, changed(callback, (bytes) => statFsFromBytes(bytes, options.bigint)));
}

function ftruncate(fd, len = 0, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  }
  fd = getValidatedFd(fd);
  validateInteger(len, 'len');
  native.ftruncate(fd, len < 0 ? 0 : len, plain(callback));
}

function truncate(path, len, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  } else if (len === undefined) {
    len = 0;
  }
  validateInteger(len, 'len');
  len = len < 0 ? 0 : len;
  validateCallback(callback);
  open(path, 'r+', (err, fd) => {
    if (err) {
      callback(err);
      return;
    }
    native.ftruncate(fd, len, (failure) => native.close(fd, (closeFailure) => callback(failure ?? closeFailure ?? null)));
  });
}

function fsync(fd, callback) {
  fd = getValidatedFd(fd);
  native.fsync(fd, plain(callback));
}

function fdatasync(fd, callback) {
  fd = getValidatedFd(fd);
  native.fdatasync(fd, plain(callback));
}

function chmod(path, mode, callback) {
  path = getValidatedPath(path);
  mode = parseFileMode(mode, 'mode');
  native.chmod(path, mode, plain(callback));
}

function fchmod(fd, mode, callback) {
  fd = getValidatedFd(fd);
  mode = parseFileMode(mode, 'mode');
  native.fchmod(fd, mode, plain(callback));
}

function chown(path, uid, gid, callback) {
  const done = plain(callback);
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  native.chown(path, uid, gid, done);
}

function fchown(fd, uid, gid, callback) {
  fd = getValidatedFd(fd);
  validateOwner(uid, gid);
  native.fchown(fd, uid, gid, plain(callback));
}

function lchown(path, uid, gid, callback) {
  const done = plain(callback);
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  native.lchown(path, uid, gid, done);
}

function utimes(path, atime, mtime, callback) {
  const done = plain(callback);
  path = getValidatedPath(path);
  native.utimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), done);
}

function futimes(fd, atime, mtime, callback) {
  fd = getValidatedFd(fd);
  atime = toUnixTimestamp(atime, 'atime');
  mtime = toUnixTimestamp(mtime, 'mtime');
  native.futimes(fd, atime, mtime, plain(callback));
}

function lutimes(path, atime, mtime, callback) {
  const done = plain(callback);
  path = getValidatedPath(path);
  native.lutimes(path, toUnixTimestamp(atime), toUnixTimestamp(mtime), done);
}

function link(existingPath, newPath, callback) {
  const done = plain(callback);
  native.link(getValidatedPath(existingPath, 'existingPath'), getValidatedPath(newPath, 'newPath'), done);
}

function symlink(target, path, type, callback) {
  if (callback === undefined) {
    callback = type;
    validateCallback(callback);
    type = undefined;
  } else {
    validateSymlinkType(type);
  }
  native.symlink(getValidatedPath(target, 'target'), getValidatedPath(path), plain(callback));
}

function readlink(path, options, callback) {
  callback ||= options;
  validateCallback(callback);
  const { encoding } = getOptions(options);
  native.readlink(getValidatedPath(path), wantsBytes(encoding), changed(callback, (name) => nameIn(encoding, name)));
}

function realpath(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateCallback(callback);
  const { encoding } = getOptions(options);
  native.realpathWalk(getValidatedPath(path), wantsBytes(encoding), changed(callback, (name) => nameIn(encoding, name)));
}

realpath.native = (path, options, callback) => {
  callback ||= options;
  validateCallback(callback);
  const { encoding } = getOptions(options);
  native.realpath(getValidatedPath(path), wantsBytes(encoding), changed(callback, (name) => nameIn(encoding, name)));
};

function unlink(path, callback) {
  const done = plain(callback);
  native.unlink(getValidatedPath(path), done);
}

function rename(oldPath, newPath, callback) {
  const done = plain(callback);
  native.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'), done);
}

function copyFile(src, dest, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  const done = plain(callback);
  native.copyFile(src, dest, getThreeBits(mode), done);
}

function mkdir(path, options, callback) {
  let mode = 0o777;
  let recursive = false;
  if (typeof options === 'function') {
    callback = options;
  } else if (typeof options === 'number' || typeof options === 'string') {
    mode = parseFileMode(options, 'mode');
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive;
      validateBoolean(recursive, 'options.recursive');
    }
    if (options.mode !== undefined) mode = parseFileMode(options.mode, 'options.mode');
  }
  validateCallback(callback);
  path = getValidatedPath(path);
  native.mkdir(path, mode, recursive, recursive ? (err, first) => (err || first === undefined ? callback(err) : callback(null, first)) : plain(callback));
}

function mkdtemp(prefix, options, callback) {
  callback ||= options;
  validateCallback(callback);
  const { encoding } = getOptions(options);
  prefix = getValidatedPath(prefix, 'prefix');
  native.mkdtemp(prefix, wantsBytes(encoding), changed(callback, (name) => nameIn(encoding, name)));
}

function rmdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  if (options?.recursive) {
    process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) ' +
      'will be removed. Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
  }
  const done = plain(callback);
  path = getValidatedPath(path);
  if (!options?.recursive) {
    validateRmdirOptions(options);
    native.rmdir(path, done);
    return;
  }
  options = validateRmOptions({ ...options, force: false });
  statWith(path, false, undefined, (err, stats) => {
    if (err) done(err);
    else if (!stats.isDirectory()) native.rmdir(path, done);
    else native.rm(path, options.maxRetries, options.retryDelay, false, done);
  });
}

function rm(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  const done = plain(callback);
  const remove = () => native.rm(path, options.maxRetries, options.retryDelay, false, done);
  if (options.force && options.recursive) {
    remove();
    return;
  }
  statWith(path, false, undefined, (err, stats) => {
    if (err) done(options.force && err.code === 'ENOENT' ? null : err);
    else if (stats.isDirectory() && !options.recursive) done(directoryRefused(path));
    else remove();
  });
}

function readdir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateCallback(callback);
  const { encoding, withFileTypes, recursive } = getOptions(options);
  path = getValidatedPath(path);
  if (recursive !== undefined && recursive !== null) validateBoolean(recursive, 'options.recursive');
  if (recursive || withFileTypes) {
    const { listing, runAsync } = require('internal/fs/listing');
    runAsync(listing(path, encoding, withFileTypes, recursive), callback);
    return;
  }
  native.readdir(path, wantsBytes(encoding), changed(callback, (answer) => namesIn(encoding, answer[0])));
}

function cp(src, dest, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateCallback(callback);
  const { validateCpOptions, cpTree, runAsync } = require('internal/fs/cp');
  options = validateCpOptions(options);
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  runAsync(cpTree(src, dest, options), plain(callback));
}

function opendir(path, options, callback) {
  return require('internal/fs/dir').opendir(path, options, callback);
}

function glob(pattern, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateCallback(callback);
  const { globPaths } = require('internal/fs/glob');
  require('internal/fs/steps').runAsync(globPaths(pattern, options), callback);
}

// What util.promisify makes of these names its values.
const customArgs = Symbol.for('nodejs.util.promisify.customArgs');
const named = (fn, ...names) => {
  const { customPromisifyArgs = customArgs } = require('internal/util');
  Object.defineProperty(fn, customPromisifyArgs, { __proto__: null, value: names, enumerable: false });
};
named(read, 'bytesRead', 'buffer');
named(readv, 'bytesRead', 'buffers');
named(write, 'bytesWritten', 'buffer');
named(writev, 'bytesWritten', 'buffers');
Object.defineProperty(exists, Symbol.for('nodejs.util.promisify.custom'), {
  __proto__: null,
  value: {
    // A method: the bundler would rename a function expression for the function above.
    exists(path) {
      return new Promise((resolve) => module.exports.exists(path, resolve));
    },
  }.exists,
});

module.exports = {
  access, appendFile, chmod, chown, close, copyFile, cp, exists, fchmod, fchown, fdatasync, fstat, fsync, ftruncate, futimes, glob, lchown,
  link, lstat, lutimes, mkdir, mkdtemp, open, opendir, read, readFile, readdir, readlink, readv, realpath, rename, rm, rmdir, stat, statfs,
  symlink, truncate, unlink, utimes, write, writeFile, writev,
};
