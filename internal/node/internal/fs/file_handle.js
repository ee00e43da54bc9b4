'use strict';
// FileHandle: an open file as fs/promises hands it out.

const { Buffer } = require('buffer');
const EventEmitter = require('events');
const assert = require('internal/assert');
const { codes: { ERR_INVALID_STATE } } = require('internal/errors');
const { validateBoolean, validateInteger } = require('internal/validators');
const {
  getOptions, parseFileMode, stringToFlags, toUnixTimestamp, validateOwner, validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const { call, isPieces, readFd, readWhole, readvFd, statFd, writeFd, writeWhole, writevFd } = require('internal/fs/promise_ops');
const native = internalBinding('fs');

const kRef = Symbol('kRef');
const kUnref = Symbol('kUnref');
const kRefs = Symbol('kRefs');
const kClosing = Symbol('kClosePromise');
const kResolve = Symbol('kCloseResolve');
const kReject = Symbol('kCloseReject');
const kLocked = Symbol('kLocked');

/** Runs an operation on the descriptor; close waits until it is done. */
async function using(handle, name, work) {
  assert(handle?.[kRefs] !== undefined, 'handle must be an instance of FileHandle');
  if (handle.fd === -1) {
    const err = new Error('file closed');
    err.code = 'EBADF';
    err.syscall = name;
    Error.captureStackTrace(err, using);
    throw err;
  }
  handle[kRef]();
  try {
    return await work(handle.fd);
  } finally {
    handle[kUnref]();
  }
}

let warnedOfCollection = false;

// A FileHandle that nobody can close any more is closed, and that is told.
const forgotten = new FinalizationRegistry((fd) => {
  native.close(fd, () => {});
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
  if (warnedOfCollection) return;
  warnedOfCollection = true;
  process.emitWarning('Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects explicitly using ' +
    'FileHandle.prototype.close(). In the future, an error will be thrown if a file descriptor is closed during garbage collection.',
                      'DeprecationWarning', 'DEP0137');
});

class FileHandle extends EventEmitter {
  #fd;

  constructor(fd) {
    super();
    this.#fd = fd;
    forgotten.register(this, fd, this);
    this[kRefs] = 1;
    this[kClosing] = null;
  }

  get fd() {
    return this.#fd;
  }

  getAsyncId() {
    return -1;
  }

  appendFile(data, options) {
    options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a' });
    return this.writeFile(data, options);
  }

  chmod(mode) {
    return using(this, 'fchmod', (fd) => call('fchmod', fd, parseFileMode(mode, 'mode')));
  }

  chown(uid, gid) {
    return using(this, 'fchown', (fd) => {
      validateOwner(uid, gid);
      return call('fchown', fd, uid, gid);
    });
  }

  datasync() {
    return using(this, 'fdatasync', (fd) => call('fdatasync', fd));
  }

  sync() {
    return using(this, 'fsync', (fd) => call('fsync', fd));
  }

  read(buffer, offset, length, position) {
    return using(this, 'read', (fd) => readFd(fd, buffer, offset, length, position));
  }

  readv(buffers, position) {
    return using(this, 'readv', (fd) => readvFd(fd, buffers, position));
  }

  readFile(options) {
    return using(this, 'readFile', (fd) => readWhole(fd, 0, getOptions(options, { flag: 'r' })));
  }

  readLines(options = undefined) {
    return require('internal/readline/interface').createInterface({
      input: this.createReadStream(options),
      crlfDelay: Infinity,
    });
  }

  stat(options) {
    return using(this, 'fstat', (fd) => statFd(fd, options));
  }

  truncate(len = 0) {
    return using(this, 'ftruncate', (fd) => {
      validateInteger(len, 'len');
      return call('ftruncate', fd, len < 0 ? 0 : len);
    });
  }

  utimes(atime, mtime) {
    return using(this, 'futimes', (fd) => call('futimes', fd, toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime')));
  }

  write(buffer, offset, length, position) {
    return using(this, 'write', (fd) => writeFd(fd, buffer, offset, length, position));
  }

  writev(buffers, position) {
    return using(this, 'writev', (fd) => writevFd(fd, buffers, position));
  }

  writeFile(data, options) {
    return using(this, 'writeFile', async (fd) => {
      options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w' });
      stringToFlags(options.flag || 'w');
      if (!ArrayBuffer.isView(data) && !isPieces(data)) {
        validateStringAfterArrayBufferView(data, 'data');
        data = Buffer.from(data, options.encoding || 'utf8');
      }
      await writeWhole(fd, data, options.signal, options.encoding);
    });
  }

  createReadStream(options = undefined) {
    const { ReadStream } = require('internal/fs/streams');
    return new ReadStream(undefined, { ...options, fd: this });
  }

  createWriteStream(options = undefined) {
    const { WriteStream } = require('internal/fs/streams');
    return new WriteStream(undefined, { ...options, fd: this });
  }

  /** The file as a web stream of bytes; it can be asked for once. */
  readableWebStream(options = {}) {
    if (this.fd === -1) throw new ERR_INVALID_STATE('The FileHandle is closed');
    if (this[kClosing]) throw new ERR_INVALID_STATE('The FileHandle is closing');
    if (this[kLocked]) throw new ERR_INVALID_STATE('The FileHandle is locked');
    const { autoClose = false } = options;
    if (options.autoClose !== undefined) validateBoolean(autoClose, 'options.autoClose');
    this[kLocked] = true;
    const handle = this;
    const done = async () => {
      handle[kUnref]();
      if (autoClose) await handle.close();
    };
    const { ReadableStream } = require('stream/web');
    const stream = new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: 16384,
      async pull(controller) {
        const view = controller.byobRequest.view;
        const { bytesRead } = await handle.read(view, 0, view.byteLength);
        if (bytesRead === 0) {
          controller.close();
          await done();
        }
        controller.byobRequest.respond(bytesRead);
      },
      cancel: done,
    });
    this[kRef]();
    this.once('close', () => {
      if (!stream.locked) stream.cancel().catch(() => {});
    });
    return stream;
  }

  close() {
    if (this.#fd === -1) return Promise.resolve();
    if (this[kClosing]) return this[kClosing];
    this[kRefs]--;
    if (this[kRefs] === 0) {
      this[kClosing] = this.#closeNow().finally(() => { this[kClosing] = undefined; });
    } else {
      // The operation that ends last closes.
      this[kClosing] = new Promise((resolve, reject) => {
        this[kResolve] = resolve;
        this[kReject] = reject;
      }).finally(() => {
        this[kClosing] = undefined;
        this[kReject] = undefined;
        this[kResolve] = undefined;
      });
    }
    this.emit('close');
    return this[kClosing];
  }

  #closeNow() {
    const fd = this.#fd;
    this.#fd = -1;
    forgotten.unregister(this);
    return call('close', fd);
  }

  [kRef]() {
    this[kRefs]++;
  }

  [kUnref]() {
    this[kRefs]--;
    if (this[kRefs] === 0) this.#closeNow().then(this[kResolve], this[kReject]);
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

module.exports = { FileHandle, kRef, kUnref };
