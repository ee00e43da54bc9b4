'use strict';
// PipeStream: a duplex stream over a pipe, a Unix socket or a terminal, with the parts of net.Socket's interface
// that such streams have: the standard streams of children and of this process.

const { Buffer } = require('buffer');
const { ErrnoException } = require('internal/errors');
const { Duplex } = require('stream');
const native = internalBinding('pipe');

const kData = 0;
const kEnd = 1;

class PipeStream extends Duplex {
  #handle;
  #reading = false;
  #referred = true;

  /**
   * @param {{fd: number, readable?: boolean, writable?: boolean, keepOpen?: boolean, allowHalfOpen?: boolean, manualStart?: boolean}} options
   *   keepOpen leaves the descriptor open when the stream is destroyed; manualStart waits for a reader before reading.
   */
  constructor(options) {
    const { fd, readable = true, writable = true } = options;
    super({
      readable,
      writable,
      allowHalfOpen: options.allowHalfOpen ?? false,
      highWaterMark: options.highWaterMark,
      emitClose: false,
      autoDestroy: true,
      decodeStrings: false,
    });
    this.connecting = false;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    this.#handle = native.open(fd, options.keepOpen === true, (kind, value) => this.#onEvent(kind, value));
    this._handle = { fd, reading: false, ref: () => this.ref(), unref: () => this.unref(), close: () => this.destroy(), hasRef: () => this.#referred };
    if (readable && !options.manualStart) this.read(0);
  }

  #onEvent(kind, value) {
    if (this.destroyed) return;
    if (kind === kData) {
      this.bytesRead += value.length;
      if (!this.push(value)) this.readStop();
      return;
    }
    this.#reading = false;
    if (kind === kEnd) {
      this.push(null);
      this.read(0);
    } else {
      this.destroy(new ErrnoException(value.errno, 'read'));
    }
  }

  _read() {
    if (this.#reading || this.#handle === undefined) return;
    this.#reading = true;
    this._handle.reading = true;
    native.readStart(this.#handle);
  }

  /** Takes nothing in until somebody reads again. */
  readStop() {
    if (!this.#reading) return;
    this.#reading = false;
    if (this._handle) this._handle.reading = false;
    native.readStop(this.#handle);
  }

  /** Leaves reading to a child that gets the descriptor as its standard input. */
  lend() {
    this.readStop();
    this.pause();
    this.readableFlowing = false;
    this._readableState.reading = false;
    this.isLent = true;
  }

  _write(chunk, encoding, callback) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    this.bytesWritten += bytes.length;
    let done;
    try {
      done = native.write(this.#handle, bytes, (err) => callback(err ? new ErrnoException(err.errno, 'write') : null));
    } catch (err) {
      callback(new ErrnoException(err.errno, 'write'));
      return;
    }
    if (done !== false) callback();
  }

  _final(callback) {
    if (this.#handle === undefined) {
      callback();
      return;
    }
    native.shutdown(this.#handle, callback);
  }

  _destroy(err, callback) {
    if (this.#handle === undefined) {
      callback(err);
      return;
    }
    const handle = this.#handle;
    this.#handle = undefined;
    this._handle = null;
    native.close(handle, () => this.emit('close', Boolean(err)));
    callback(err);
  }

  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', this.destroy);
  }

  ref() {
    this.#referred = true;
    if (this.#handle !== undefined) native.ref(this.#handle);
    return this;
  }

  unref() {
    this.#referred = false;
    if (this.#handle !== undefined) native.unref(this.#handle);
    return this;
  }

  setTimeout() {
    return this;
  }

  get pending() {
    return this.#handle === undefined;
  }

  get readyState() {
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }
}

module.exports = { PipeStream };
