'use strict';
// A Writable whose every write is done when _write returns: for stdout and stderr.

const { ErrnoException } = require('internal/errors');
const { Writable } = require('stream');
const native = internalBinding('fs');

function SyncWriteStream(fd, options) {
  Reflect.apply(Writable, this, [{ autoDestroy: true }]);
  this.fd = fd;
  this.readable = false;
  this.autoClose = options?.autoClose === undefined ? true : options.autoClose;
}
Object.setPrototypeOf(SyncWriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(SyncWriteStream, Writable);

SyncWriteStream.prototype._write = function(chunk, encoding, callback) {
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
