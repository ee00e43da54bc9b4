'use strict';
// The module tty: streams over terminals.

const { ErrnoException, codes: { ERR_INVALID_FD, ERR_TTY_INIT_FAILED } } = require('internal/errors');
const SyncWriteStream = require('internal/fs/sync_write_stream');
const { PipeStream } = require('internal/pipe_stream');
const { getColorDepth, hasColors } = require('internal/tty');
const native = internalBinding('tty');

function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && native.isTTY(fd);
}

/** Refuses descriptors that are no terminals, with the errors of Node's constructors. */
function validateTerminal(fd) {
  if (fd >> 0 !== fd || fd < 0) throw new ERR_INVALID_FD(fd);
  if (!native.isTTY(fd)) {
    throw new ERR_TTY_INIT_FAILED({ errno: -22, code: 'EINVAL', message: 'invalid argument', syscall: 'uv_tty_init' });
  }
}

// Functions and not classes: Node's can be called without new.
function ReadStream(fd, options) {
  validateTerminal(fd);
  const given = { ...options, fd, keepOpen: true, readable: true, writable: false, manualStart: true, highWaterMark: 0 };
  const stream = Reflect.construct(PipeStream, [given], new.target ?? ReadStream);
  stream.isRaw = false;
  stream.isTTY = true;
  stream.fd = fd;
  return stream;
}
Object.setPrototypeOf(ReadStream.prototype, PipeStream.prototype);
Object.setPrototypeOf(ReadStream, PipeStream);

ReadStream.prototype.setRawMode = function(flag) {
  flag = Boolean(flag);
  const err = native.setRawMode(this.fd, flag);
  if (err) {
    this.emit('error', new ErrnoException(err, 'setRawMode'));
    return this;
  }
  this.isRaw = flag;
  return this;
};

function WriteStream(fd) {
  validateTerminal(fd);
  // A terminal never makes the writer wait for long: like stdout to a file, what is written is written at once.
  const stream = Reflect.construct(SyncWriteStream, [fd, { autoClose: false }], new.target ?? WriteStream);
  const size = native.windowSize(fd);
  if (Array.isArray(size)) [stream.columns, stream.rows] = size;
  return stream;
}
Object.setPrototypeOf(WriteStream.prototype, SyncWriteStream.prototype);
Object.setPrototypeOf(WriteStream, SyncWriteStream);

WriteStream.prototype.isTTY = true;

WriteStream.prototype.getColorDepth = getColorDepth;
WriteStream.prototype.hasColors = hasColors;

WriteStream.prototype._refreshSize = function() {
  const size = native.windowSize(this.fd);
  if (!Array.isArray(size)) {
    this.emit('error', new ErrnoException(size, 'getWindowSize'));
    return;
  }
  const [columns, rows] = size;
  if (columns === this.columns && rows === this.rows) return;
  this.columns = columns;
  this.rows = rows;
  this.emit('resize');
};

WriteStream.prototype.cursorTo = function(x, y, callback) {
  return require('internal/readline/callbacks').cursorTo(this, x, y, callback);
};

WriteStream.prototype.moveCursor = function(dx, dy, callback) {
  return require('internal/readline/callbacks').moveCursor(this, dx, dy, callback);
};

WriteStream.prototype.clearLine = function(dir, callback) {
  return require('internal/readline/callbacks').clearLine(this, dir, callback);
};

WriteStream.prototype.clearScreenDown = function(callback) {
  return require('internal/readline/callbacks').clearScreenDown(this, callback);
};

WriteStream.prototype.getWindowSize = function() {
  return [this.columns, this.rows];
};

WriteStream.prototype.ref = WriteStream.prototype.unref = function() {
  return this;
};

module.exports = { isatty, ReadStream, WriteStream };
