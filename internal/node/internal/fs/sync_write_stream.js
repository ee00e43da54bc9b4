'use strict';
// A Writable whose every write is done when _write returns: for stdout and stderr.

const { ErrnoException } = require('internal/errors');
const { Writable } = require('stream');
const native = internalBinding('fs');

const EPIPE = -require('internal/os_constants').constantsOf('errno').EPIPE;

function SyncWriteStream(fd, options) {
  Reflect.apply(Writable, this, [{ autoDestroy: true }]);
  this.fd = fd;
  this.readable = false;
  this.autoClose = options?.autoClose === undefined ? true : options.autoClose;
  this.shut = false; // a pipe that has been ended: the stream itself may be used again, the pipe not
}
Object.setPrototypeOf(SyncWriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(SyncWriteStream, Writable);

SyncWriteStream.prototype._final = function(callback) {
  this.shut = this._type === 'pipe';
  if (this.shut) setImmediate(callback); // when the pipe has been shut down
  else callback();
};

SyncWriteStream.prototype._write = function(chunk, encoding, callback) {
  if (this.shut) {
    callback(new ErrnoException(EPIPE, 'write'));
    return;
  }
  try {
    native.writeAll(this.fd, chunk);
  } catch (err) {
    // Pipes and terminals are net.Sockets in Node, with the errors of those.
    callback(this._type === 'fs' ? err : new ErrnoException(err.errno, 'write'));
    return;
  }
  callback();
};

SyncWriteStream.prototype._destroy = function(err, callback) {
  if (this.fd === null) {
    callback(err);
    return;
  }
  if (this.autoClose) native.close(this.fd);
  this.fd = null;
  callback(err);
};

SyncWriteStream.prototype.destroySoon = Writable.prototype.destroy;

module.exports = SyncWriteStream;
