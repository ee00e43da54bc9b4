'use strict';
// What every face of the module fs shares: reading arguments, with Node's errors for wrong ones, and Stats and Dirent.

const { Buffer } = require('buffer');
const {
  codes: { ERR_FS_EISDIR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE },
  hideStackFrames,
} = require('internal/errors');
const {
  validateAbortSignal, validateBoolean, validateFunction, validateInt32, validateInteger, validateObject, validateOneOf, validateUint32,
} = require('internal/validators');
const { constantsOf } = require('internal/os_constants');

const constants = constantsOf('fs');
const {
  O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK,
  UV_DIRENT_BLOCK, UV_DIRENT_CHAR, UV_DIRENT_DIR, UV_DIRENT_FIFO, UV_DIRENT_FILE, UV_DIRENT_LINK, UV_DIRENT_SOCKET, UV_DIRENT_UNKNOWN,
} = constants;

/** The largest user or group id. */
const kMaxUserId = 2 ** 32 - 1;

const isUint8Array = (value) => value instanceof Uint8Array;

// Paths, descriptors

function nullCheck(path, name) {
  const hasNull = typeof path === 'string' ? path.includes('\u0000') : path.includes(0);
  if (hasNull) throw new ERR_INVALID_ARG_VALUE(name, path, 'must be a string, Uint8Array, or URL without null bytes');
}

/** A path as the natives take it, a string or bytes, from a string, a Buffer or a file: URL. */
const getValidatedPath = hideStackFrames((fileURLOrPath, name = 'path') => {
  let path = fileURLOrPath;
  if (path !== null && typeof path === 'object' && !isUint8Array(path) && path.href !== undefined && path.protocol !== undefined && path.auth === undefined && path.path === undefined) {
    path = require('internal/url').fileURLToPath(path);
  }
  if (typeof path !== 'string' && !isUint8Array(path)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], fileURLOrPath);
  }
  nullCheck(path, name);
  return path;
});

const getValidatedFd = hideStackFrames((fd, name = 'fd') => {
  if (Object.is(fd, -0)) return 0;
  validateInt32(fd, name, 0);
  return fd;
});

/** Whether what stands in the place of a path is a descriptor. */
function isFd(value) {
  return typeof value === 'number' && value === value >>> 0;
}

function validateCallback(callback) {
  validateFunction(callback, 'cb');
  return callback;
}

// Options, flags, modes

const assertEncoding = hideStackFrames((encoding) => {
  if (encoding && !Buffer.isEncoding(encoding)) throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
});

/** Options given as an object, as an encoding, or as nothing (also: as the callback in their place). */
const getOptions = hideStackFrames((options, defaults = {}) => {
  if (options === null || options === undefined || typeof options === 'function') return defaults;
  if (typeof options === 'string') options = { ...defaults, encoding: options };
  else if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  if (options.encoding !== 'buffer') assertEncoding(options.encoding);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  return options;
});

/** A copy that does not see later changes; the prototype's properties belong to it. */
function copyObject(source) {
  const target = {};
  for (const key in source) target[key] = source[key];
  return target;
}

const flagNames = {
  '__proto__': null,
  'r': O_RDONLY, 'rs': O_RDONLY | O_SYNC, 'sr': O_RDONLY | O_SYNC,
  'r+': O_RDWR, 'rs+': O_RDWR | O_SYNC, 'sr+': O_RDWR | O_SYNC,
  'w': O_TRUNC | O_CREAT | O_WRONLY, 'wx': O_TRUNC | O_CREAT | O_WRONLY | O_EXCL, 'xw': O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  'w+': O_TRUNC | O_CREAT | O_RDWR, 'wx+': O_TRUNC | O_CREAT | O_RDWR | O_EXCL, 'xw+': O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  'a': O_APPEND | O_CREAT | O_WRONLY, 'ax': O_APPEND | O_CREAT | O_WRONLY | O_EXCL, 'xa': O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  'as': O_APPEND | O_CREAT | O_WRONLY | O_SYNC, 'sa': O_APPEND | O_CREAT | O_WRONLY | O_SYNC,
  'a+': O_APPEND | O_CREAT | O_RDWR, 'ax+': O_APPEND | O_CREAT | O_RDWR | O_EXCL, 'xa+': O_APPEND | O_CREAT | O_RDWR | O_EXCL,
  'as+': O_APPEND | O_CREAT | O_RDWR | O_SYNC, 'sa+': O_APPEND | O_CREAT | O_RDWR | O_SYNC,
};

/** The number of open(2) for flags given as a number or as Node's letters. */
const stringToFlags = hideStackFrames((flags, name = 'flags') => {
  if (typeof flags === 'number') {
    validateInt32(flags, name);
    return flags;
  }
  if (flags === null || flags === undefined) return O_RDONLY;
  const value = typeof flags === 'string' ? flagNames[flags] : undefined;
  if (value === undefined) throw new ERR_INVALID_ARG_VALUE(name, flags);
  return value;
});

const octal = /^[0-7]+$/;

/** Permissions given as a number or as octal digits. */
const parseFileMode = hideStackFrames((value, name, fallback) => {
  value ??= fallback;
  if (typeof value === 'string') {
    if (!octal.test(value)) throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a 32-bit unsigned integer or an octal string');
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
});

/** A mode for access or copyFile: at most three bits. The texts are of Node's native half. */
function getThreeBits(mode) {
  if (mode === undefined || mode === null) return 0;
  if (typeof mode !== 'number' || !Number.isInteger(mode)) throw withCode(new TypeError('mode must be int32 or null/undefined'), 'ERR_INVALID_ARG_TYPE');
  if (mode < 0 || mode > 7) throw withCode(new RangeError('mode is out of range: >= 0 && <= 7'), 'ERR_OUT_OF_RANGE');
  return mode;
}

function withCode(error, code) {
  error.code = code;
  return error;
}

function validateOwner(uid, gid) {
  validateInteger(uid, 'uid', -1, kMaxUserId);
  validateInteger(gid, 'gid', -1, kMaxUserId);
}

/** A time in seconds from a Date, a number or a string of digits. Times that make no sense mean now. */
function toUnixTimestamp(time, name = 'time') {
  // eslint-disable-next-line eqeqeq
  if (typeof time === 'string' && +time == time) return +time;
  if (Number.isFinite(time)) return time < 0 ? Date.now() / 1000 : time;
  if (time instanceof Date || Object.prototype.toString.call(time) === '[object Date]') return Date.prototype.getTime.call(time) / 1000;
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time);
}

const symlinkTypes = ['dir', 'file', 'junction', null, undefined];

/** The type of a link matters on Windows alone; a wrong one is wrong everywhere. */
const validateSymlinkType = hideStackFrames((type) => validateOneOf(type, 'type', symlinkTypes));

// Data and ranges

const validateOffsetLengthRead = hideStackFrames((offset, length, size) => {
  if (offset < 0) throw new ERR_OUT_OF_RANGE('offset', '>= 0', offset);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  if (offset + length > size) throw new ERR_OUT_OF_RANGE('length', `<= ${size - offset}`, length);
});

const validateOffsetLengthWrite = hideStackFrames((offset, length, size) => {
  if (offset > size) throw new ERR_OUT_OF_RANGE('offset', `<= ${size}`, offset);
  if (length > size - offset) throw new ERR_OUT_OF_RANGE('length', `<= ${size - offset}`, length);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  validateInt32(length, 'length', 0);
});

/** A position to read from: -1 is where the descriptor stands. */
const validatePosition = hideStackFrames((position, name, length) => {
  if (typeof position === 'number') {
    validateInteger(position, name, -1);
    return position;
  }
  if (typeof position === 'bigint') {
    const max = 2n ** 63n - 1n - BigInt(length);
    if (!(position >= -1n && position <= max)) throw new ERR_OUT_OF_RANGE(name, `>= -1 && <= ${max}`, position);
    return position;
  }
  throw new ERR_INVALID_ARG_TYPE(name, ['integer', 'bigint'], position);
});

const validateBufferArray = hideStackFrames((buffers, name = 'buffers') => {
  if (!Array.isArray(buffers)) throw new ERR_INVALID_ARG_TYPE(name, 'ArrayBufferView[]', buffers);
  for (let i = 0; i < buffers.length; i++) {
    if (!ArrayBuffer.isView(buffers[i])) throw new ERR_INVALID_ARG_TYPE(name, 'ArrayBufferView[]', buffers);
  }
  return buffers;
});

const validateStringAfterArrayBufferView = hideStackFrames((data, name) => {
  if (typeof data !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
});

/** The bytes of any view. */
function bytesOf(view) {
  return isUint8Array(view) ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Puts data into a view, beginning at offset. */
function copyInto(view, offset, data) {
  new Uint8Array(view.buffer, view.byteOffset + offset, data.length).set(data);
}

/** Spreads what one read brought over several views. */
function scatter(buffers, data) {
  let done = 0;
  for (const view of buffers) {
    if (done === data.length) return;
    const n = Math.min(view.byteLength, data.length - done);
    copyInto(view, 0, data.subarray(done, done + n));
    done += n;
  }
}

/** Text in the encoding that was asked for, from bytes. */
function decoded(bytes, encoding) {
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
}

/** A file's contents as text where an encoding was given. */
function contentsIn(encoding, bytes) {
  return encoding ? bytes.toString(encoding) : bytes;
}

/** Whether names have to come from the system as bytes: everything but UTF-8. */
function wantsBytes(encoding) {
  return Boolean(encoding) && encoding !== 'utf8' && encoding !== 'utf-8';
}

/** A name as the native answered it (see wantsBytes), in the encoding asked for. */
function nameIn(encoding, name) {
  return typeof name === 'string' ? name : decoded(name, encoding);
}

/** The names of a native [names, types] answer, in the encoding asked for. */
function namesIn(encoding, names) {
  if (Array.isArray(names)) return names;
  const list = [];
  for (let start = 0; start < names.length;) {
    let end = names.indexOf(0, start);
    if (end < 0) end = names.length;
    list.push(decoded(names.subarray(start, end), encoding));
    start = end + 1;
  }
  return list;
}

// Removing

const rmDefaults = { __proto__: null, recursive: false, force: false, retryDelay: 100, maxRetries: 0 };
const rmdirDefaults = { __proto__: null, retryDelay: 100, maxRetries: 0, recursive: false };

const validateRmdirOptions = hideStackFrames((options, defaults = rmdirDefaults) => {
  if (options === undefined) return defaults;
  validateObject(options, 'options');
  options = { ...defaults, ...options };
  validateBoolean(options.recursive, 'options.recursive');
  validateInt32(options.retryDelay, 'options.retryDelay', 0);
  validateUint32(options.maxRetries, 'options.maxRetries');
  return options;
});

const validateRmOptions = hideStackFrames((options) => {
  options = validateRmdirOptions(options, rmDefaults);
  validateBoolean(options.force, 'options.force');
  return options;
});

/** rm's refusal to remove a directory without being told to. */
function directoryRefused(path) {
  return new ERR_FS_EISDIR({ code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: 21 });
}

// Stats

function dateFrom(ms) {
  // A date is a whole number of milliseconds; half of one rounds up.
  return new Date(Math.floor(Number(ms) + 0.5));
}

class StatsBase {
  isDirectory() { return this._is(S_IFDIR); }
  isFile() { return this._is(S_IFREG); }
  isBlockDevice() { return this._is(S_IFBLK); }
  isCharacterDevice() { return this._is(S_IFCHR); }
  isSymbolicLink() { return this._is(S_IFLNK); }
  isFIFO() { return this._is(S_IFIFO); }
  isSocket() { return this._is(S_IFSOCK); }
}

/** Numbers about a file; the four dates are made when they are looked at. */
function Stats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeMs;
  this.mtimeMs = mtimeMs;
  this.ctimeMs = ctimeMs;
  this.birthtimeMs = birthtimeMs;
}
Object.setPrototypeOf(Stats.prototype, StatsBase.prototype);
Object.setPrototypeOf(Stats, StatsBase);
Object.defineProperty(Stats.prototype, '_is', {
  __proto__: null, configurable: true, writable: true, value: function(kind) { return (this.mode & S_IFMT) === kind; },
});

function BigIntStats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeNs, mtimeNs, ctimeNs, birthtimeNs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeNs / 1000000n;
  this.mtimeMs = mtimeNs / 1000000n;
  this.ctimeMs = ctimeNs / 1000000n;
  this.birthtimeMs = birthtimeNs / 1000000n;
  this.atimeNs = atimeNs;
  this.mtimeNs = mtimeNs;
  this.ctimeNs = ctimeNs;
  this.birthtimeNs = birthtimeNs;
}
Object.setPrototypeOf(BigIntStats.prototype, StatsBase.prototype);
Object.setPrototypeOf(BigIntStats, StatsBase);
Object.defineProperty(BigIntStats.prototype, '_is', {
  __proto__: null, configurable: true, writable: true, value: function(kind) { return (this.mode & BigInt(S_IFMT)) === BigInt(kind); },
});

for (const prototype of [Stats.prototype, BigIntStats.prototype]) {
  for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
    const set = function(value) {
      Object.defineProperty(this, name, { __proto__: null, enumerable: true, configurable: true, writable: true, value });
    };
    const get = function() {
      const value = dateFrom(this[`${name}Ms`]);
      set.call(this, value);
      return value;
    };
    Object.defineProperty(prototype, name, { __proto__: null, enumerable: true, configurable: true, get, set });
  }
}

const kFields = 18;

/** Where synchronous stat calls have their answer put; read at once, so one of each kind is enough. */
const statNumbers = new Float64Array(kFields);
const statBigInts = new BigInt64Array(kFields);

const toMs = (seconds, nanoseconds) => seconds * 1000 + nanoseconds / 1e6;
const toNs = (seconds, nanoseconds) => seconds * 1000000000n + nanoseconds;

/** Stats of the numbers that the native laid out. */
function statsFrom(f) {
  const make = typeof f[0] === 'bigint' ? BigIntStats : Stats;
  const time = make === Stats ? toMs : toNs;
  return new make(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9],
                  time(f[10], f[11]), time(f[12], f[13]), time(f[14], f[15]), time(f[16], f[17]));
}

/** The eight-byte numbers in a Buffer that a native answered. */
function numbersIn(bytes, bigint) {
  const type = bigint ? BigInt64Array : Float64Array;
  if (bytes.byteOffset % 8 !== 0) return new type(new Uint8Array(bytes).buffer);
  return new type(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}

const statsFromBytes = (bytes, bigint) => statsFrom(numbersIn(bytes, bigint));

class StatFs {
  constructor(type, bsize, frsize, blocks, bfree, bavail, files, ffree) {
    this.type = type;
    this.bsize = bsize;
    this.frsize = frsize;
    this.blocks = blocks;
    this.bfree = bfree;
    this.bavail = bavail;
    this.files = files;
    this.ffree = ffree;
  }
}

function statFsFromBytes(bytes, bigint) {
  const [type, bsize, blocks, bfree, bavail, files, ffree, frsize] = Array.from(numbersIn(bytes, true), (n) => (bigint ? n : Number(n)));
  return new StatFs(type, bsize, frsize, blocks, bfree, bavail, files, ffree);
}

// Dirent

const kType = Symbol('type');

class Dirent {
  constructor(name, type, path) {
    this.name = name;
    this.parentPath = path;
    this[kType] = type;
  }
  isDirectory() { return this[kType] === UV_DIRENT_DIR; }
  isFile() { return this[kType] === UV_DIRENT_FILE; }
  isBlockDevice() { return this[kType] === UV_DIRENT_BLOCK; }
  isCharacterDevice() { return this[kType] === UV_DIRENT_CHAR; }
  isSymbolicLink() { return this[kType] === UV_DIRENT_LINK; }
  isFIFO() { return this[kType] === UV_DIRENT_FIFO; }
  isSocket() { return this[kType] === UV_DIRENT_SOCKET; }
}

const direntTypes = new Map([
  [S_IFDIR, UV_DIRENT_DIR], [S_IFREG, UV_DIRENT_FILE], [S_IFBLK, UV_DIRENT_BLOCK], [S_IFCHR, UV_DIRENT_CHAR],
  [S_IFLNK, UV_DIRENT_LINK], [S_IFIFO, UV_DIRENT_FIFO], [S_IFSOCK, UV_DIRENT_SOCKET],
]);

/** The type of a directory entry for a mode, for file systems that do not tell it when listing. */
function direntType(mode) {
  return direntTypes.get(mode & S_IFMT) ?? UV_DIRENT_UNKNOWN;
}

/** Joins a directory and a name where either may be bytes. */
function joinPath(directory, name) {
  if (typeof directory === 'string' && typeof name === 'string') return require('path').join(directory, name);
  return Buffer.concat([Buffer.from(directory), Buffer.from('/'), Buffer.from(name)]);
}

module.exports = {
  constants, BigIntStats, Dirent, StatFs, Stats, kType,
  assertEncoding, bytesOf, contentsIn, copyInto, copyObject, decoded, direntType, directoryRefused, getOptions, getThreeBits, numbersIn,
  getValidatedFd, getValidatedPath, isFd, joinPath, nameIn, namesIn, parseFileMode, scatter, statBigInts, statFsFromBytes, statNumbers,
  statsFrom, statsFromBytes, stringToFlags, toUnixTimestamp, validateBufferArray, validateCallback, validateOffsetLengthRead,
  validateOffsetLengthWrite, validateOwner, validatePosition, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView, validateSymlinkType, wantsBytes,
};
