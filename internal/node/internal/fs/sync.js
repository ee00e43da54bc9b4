'use strict';
// The synchronous functions of the module fs.

const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBoolean, validateBuffer, validateEncoding, validateInteger, validateObject } = require('internal/validators');
const {
  contentsIn, directoryRefused, getOptions, getThreeBits, getValidatedFd, getValidatedPath, isFd, nameIn, namesIn,
  parseFileMode, scatter, statBigInts, statFsFromBytes, statNumbers, statsFrom, stringToFlags, toUnixTimestamp, validateBufferArray,
  validateOffsetLengthRead, validateOffsetLengthWrite, validateOwner, validatePosition, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView, validateSymlinkType, wantsBytes, constants: { O_RDONLY },
} = require('internal/fs/utils');
const native = internalBinding('fs');

function accessSync(path, mode) {
  native.access(getValidatedPath(path), getThreeBits(mode));
}

let warnedOfExists = false;

/** Answers false for whatever is not a path, too. */
function existsSync(path) {
  try {
    path = getValidatedPath(path);
  } catch (err) {
    if (err?.code === 'ERR_INVALID_ARG_TYPE' && !warnedOfExists) {
      warnedOfExists = true;
      process.emitWarning('Passing invalid argument types to fs.existsSync is deprecated', 'DeprecationWarning', 'DEP0187');
    }
    return false;
  }
  return native.exists(path);
}

function openSync(path, flags, mode) {
  return native.open(getValidatedPath(path), stringToFlags(flags), parseFileMode(mode, 'mode', 0o666));
}

function closeSync(fd) {
  native.close(getValidatedFd(fd));
}

function readSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  validateBuffer(buffer);
  let offset = offsetOrOptions;
  if (arguments.length <= 3 || (typeof offsetOrOptions === 'object' && offsetOrOptions !== null)) {
    if (offsetOrOptions !== undefined) validateObject(offsetOrOptions, 'options', 1);
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
  }
  if (offset === undefined || offset === null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length |= 0;
  if (length === 0) return 0;
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  position = position === undefined || position === null ? -1 : validatePosition(position, 'position', length);
  return native.readInto(fd, buffer, offset, length, position);
}

function readvSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  let size = 0;
  for (const view of buffers) size += view.byteLength;
  const data = native.read(fd, size, typeof position === 'number' ? position : -1);
  scatter(buffers, data);
  return data.length;
}

function writeSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (ArrayBuffer.isView(buffer)) {
    if (position === undefined) position = null;
    if (typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
    }
    if (offset === null || offset === undefined) offset = 0;
    else validateInteger(offset, 'offset', 0);
    if (typeof length !== 'number') length = buffer.byteLength - offset;
    validateOffsetLengthWrite(offset, length, buffer.byteLength);
    return native.write(fd, buffer, offset, length, typeof position === 'number' ? position : -1);
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  validateEncoding(buffer, length);
  // Of a string, what stands at the place of the offset is the position.
  const bytes = Buffer.from(buffer, typeof length === 'string' ? length : 'utf8');
  return native.write(fd, bytes, 0, bytes.length, typeof offset === 'number' ? offset : -1);
}

function writevSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  if (buffers.length === 0) return 0;
  return native.writev(fd, buffers, typeof position === 'number' ? position : -1);
}

function readFileSync(path, options) {
  options = getOptions(options, { flag: 'r' });
  const { encoding } = options;
  const flags = options.flag === undefined || options.flag === null ? O_RDONLY : stringToFlags(options.flag);
  const source = isFd(path) ? path : getValidatedPath(path);
  if (encoding === 'utf8' || encoding === 'utf-8') return native.readFileUtf8(source, flags);
  return contentsIn(encoding, native.readFile(source, flags));
}

function writeFileSync(path, data, options) {
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const flag = stringToFlags(options.flag || 'w');
  if (!ArrayBuffer.isView(data)) {
    validateStringAfterArrayBufferView(data, 'data');
    const encoding = options.encoding || 'utf8';
    if (encoding !== 'utf8' && encoding !== 'utf-8') data = Buffer.from(data, encoding);
  }
  const userFd = isFd(path);
  const target = userFd ? path : getValidatedPath(path);
  const mode = parseFileMode(options.mode, 'mode', 0o666);
  if (!flush || userFd) {
    native.writeFile(target, data, flag, mode);
    if (flush) require('fs').fsyncSync(target);
    return;
  }
  const fs = require('fs');
  const fd = fs.openSync(target, flag, mode);
  try {
    native.writeFile(fd, data, flag, mode);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function appendFileSync(path, data, options) {
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a' });
  if (!options.flag || isFd(path)) options = { ...options, flag: 'a' };
  writeFileSync(path, data, options);
}

function statWith(target, follow, options, optional) {
  const bigint = options?.bigint === true;
  const fields = bigint ? statBigInts : statNumbers;
  const found = native.statInto(target, follow, fields, bigint, !optional || options?.throwIfNoEntry !== false);
  return found ? statsFrom(fields) : undefined;
}

function statSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  return statWith(getValidatedPath(path), true, options, true);
}

function lstatSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  return statWith(getValidatedPath(path), false, options, true);
}

function fstatSync(fd, options = { bigint: false }) {
  return statWith(getValidatedFd(fd), true, options, false);
}

function statfsSync(path, options = { bigint: false }) {
  return statFsFromBytes(native.statfs(getValidatedPath(path)), options.bigint);
}

/** Truncates at what the length stands for: nothing is 0, less than nothing too. */
function ftruncateSync(fd, len = 0) {
  validateInteger(len, 'len');
  native.ftruncate(getValidatedFd(fd), len < 0 ? 0 : len);
}

function truncateSync(path, len) {
  len ??= 0;
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, len);
  } finally {
    closeSync(fd);
  }
}

function fsyncSync(fd) {
  native.fsync(getValidatedFd(fd));
}

function fdatasyncSync(fd) {
  native.fdatasync(getValidatedFd(fd));
}

function chmodSync(path, mode) {
  path = getValidatedPath(path);
  native.chmod(path, parseFileMode(mode, 'mode'));
}

function fchmodSync(fd, mode) {
  fd = getValidatedFd(fd);
  native.fchmod(fd, parseFileMode(mode, 'mode'));
}

function chownSync(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  native.chown(path, uid, gid);
}

function fchownSync(fd, uid, gid) {
  fd = getValidatedFd(fd);
  validateOwner(uid, gid);
  native.fchown(fd, uid, gid);
}

function lchownSync(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  native.lchown(path, uid, gid);
}

function utimesSync(path, atime, mtime) {
  native.utimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function futimesSync(fd, atime, mtime) {
  native.futimes(getValidatedFd(fd), toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime'));
}

function lutimesSync(path, atime, mtime) {
  native.lutimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}

function linkSync(existingPath, newPath) {
  native.link(getValidatedPath(existingPath, 'existingPath'), getValidatedPath(newPath, 'newPath'));
}

function symlinkSync(target, path, type) {
  validateSymlinkType(type);
  native.symlink(getValidatedPath(target, 'target'), getValidatedPath(path));
}

function readlinkSync(path, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, native.readlink(getValidatedPath(path), wantsBytes(encoding)));
}

function realpathSync(path, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, native.realpathWalk(getValidatedPath(path), wantsBytes(encoding)));
}

realpathSync.native = (path, options) => {
  const { encoding } = getOptions(options);
  return nameIn(encoding, native.realpath(getValidatedPath(path), wantsBytes(encoding)));
};

function unlinkSync(path) {
  native.unlink(getValidatedPath(path));
}

function renameSync(oldPath, newPath) {
  native.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'));
}

function copyFileSync(src, dest, mode) {
  native.copyFile(getValidatedPath(src, 'src'), getValidatedPath(dest, 'dest'), getThreeBits(mode));
}

function mkdirSync(path, options) {
  let mode = 0o777;
  let recursive = false;
  if (typeof options === 'number' || typeof options === 'string') {
    mode = parseFileMode(options, 'mode');
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive;
      validateBoolean(recursive, 'options.recursive');
    }
    if (options.mode !== undefined) mode = parseFileMode(options.mode, 'options.mode');
  }
  return native.mkdir(getValidatedPath(path), mode, recursive);
}

function mkdtempSync(prefix, options) {
  const { encoding } = getOptions(options);
  return nameIn(encoding, native.mkdtemp(getValidatedPath(prefix, 'prefix'), wantsBytes(encoding)));
}

/** A directory that is removed when the object is disposed of. */
function mkdtempDisposableSync(prefix, options) {
  const path = mkdtempSync(prefix, options);
  // The working directory may be another by then.
  const whole = require('path').resolve(process.cwd(), path.toString());
  const remove = () => rmSync(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  return {
    path,
    remove,
    [Symbol.dispose]() {
      remove();
    },
  };
}

function rmdirSync(path, options) {
  path = getValidatedPath(path);
  if (options?.recursive) {
    process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) ' +
      'will be removed. Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
    options = validateRmOptions({ ...options, force: false });
    if (lstatSync(path).isDirectory()) {
      native.rm(path, options.maxRetries, options.retryDelay, true);
      return;
    }
  } else {
    validateRmdirOptions(options);
  }
  native.rmdir(path);
}

function rmSync(path, options) {
  options = validateRmOptions(options);
  path = getValidatedPath(path);
  if (!options.force || !options.recursive) {
    const stats = lstatSync(path, { throwIfNoEntry: !options.force });
    if (!options.recursive && stats?.isDirectory()) throw directoryRefused(path);
  }
  native.rm(path, options.maxRetries, options.retryDelay, true);
}

function readdirSync(path, options) {
  const { encoding, withFileTypes, recursive } = getOptions(options);
  path = getValidatedPath(path);
  if (recursive !== undefined && recursive !== null) validateBoolean(recursive, 'options.recursive');
  if (recursive || withFileTypes) {
    const { listing, runSync } = require('internal/fs/listing');
    return runSync(listing(path, encoding, withFileTypes, recursive));
  }
  return namesIn(encoding, native.readdir(path, wantsBytes(encoding))[0]);
}

function cpSync(src, dest, options) {
  const { validateCpOptions, cpTree, runSync } = require('internal/fs/cp');
  options = validateCpOptions(options);
  runSync(cpTree(getValidatedPath(src, 'src'), getValidatedPath(dest, 'dest'), { ...options, sync: true }));
}

function opendirSync(path, options) {
  return require('internal/fs/dir').opendirSync(path, options);
}

function globSync(pattern, options) {
  return require('internal/fs/glob').globSync(pattern, options);
}

module.exports = {
  accessSync, appendFileSync, chmodSync, chownSync, closeSync, copyFileSync, cpSync, existsSync, fchmodSync, fchownSync, fdatasyncSync,
  fstatSync, fsyncSync, ftruncateSync, futimesSync, globSync, lchownSync, linkSync, lstatSync, lutimesSync, mkdirSync, mkdtempSync,
  mkdtempDisposableSync, openSync, opendirSync, readFileSync, readSync, readdirSync, readlinkSync, readvSync, realpathSync, renameSync,
  rmSync, rmdirSync, statSync, statfsSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync, writeSync, writevSync,
};
