'use strict';
// net.Socket: a Duplex over a handle (internal/net_handle). How it gets connected is in internal/net/connect.

const Duplex = require('internal/streams/duplex');
const {
  ErrnoException,
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_SOCKET_CLOSED,
    ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
  },
  genericNodeError,
} = require('internal/errors');
const { validateFunction, validateInt32, validateNumber } = require('internal/validators');
const { clearTimeout, getTimerDuration, kTimeout, setUnrefTimeout } = require('internal/timers');
const { TCP, kOnEnd, kOnFail, kOnRead, streamOfFd } = require('internal/net_handle');

const { adopt, isBoundSocket } = require('internal/net/bound_socket');

const kHandle = Symbol('kHandle');
const kBytesRead = Symbol('kBytesRead');
const kBytesWritten = Symbol('kBytesWritten');
const kLastWriteQueueSize = Symbol('lastWriteQueueSize');
const kUserBuffer = Symbol('kUserBuffer'); // The option onread: { buffer, make, callback, rest }.
const kOptions = Symbol('kOptions');
const kSetNoDelay = Symbol('kSetNoDelay');
const kSetKeepAlive = Symbol('kSetKeepAlive');
const kSetKeepAliveInitialDelay = Symbol('kSetKeepAliveInitialDelay');
const kSetTOS = Symbol('kSetTOS');
const kReinitializeHandle = Symbol('kReinitializeHandle');

const ENOTCONN = -107;

function checkOptions(options) {
  if (options?.objectMode) {
    throw new ERR_INVALID_ARG_VALUE('options.objectMode', options.objectMode, 'is not supported');
  }
  if (options?.readableObjectMode || options?.writableObjectMode) {
    const name = options.readableObjectMode ? 'readableObjectMode' : 'writableObjectMode';
    throw new ERR_INVALID_ARG_VALUE(`options.${name}`, options[name], 'is not supported');
  }
  if (options?.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
}

function userBuffer(onread) {
  if (onread === null || typeof onread !== 'object' || typeof onread.callback !== 'function') return null;
  const { buffer, callback } = onread;
  if (typeof buffer === 'function') return { buffer: null, make: buffer, callback, rest: null };
  return buffer instanceof Uint8Array ? { buffer, make: null, callback, rest: null } : null;
}

function handleOfFd(fd) {
  validateInt32(fd, 'fd', 0);
  const type = require('internal/util').guessHandleType(fd);
  if (type !== 'PIPE' && type !== 'TCP') throw new ERR_INVALID_FD_TYPE(type);
  return streamOfFd(fd, type === 'PIPE');
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  checkOptions(options);

  this.connecting = false;
  this._hadError = false;
  this[kHandle] = null;
  this._parent = null;
  this._host = null;
  this[kLastWriteQueueSize] = 0;
  this[kTimeout] = null;
  this[kUserBuffer] = null;

  options = typeof options === 'number' ? { fd: options } : { ...options };
  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  options.emitClose = false; // 'close' comes when the descriptor is closed
  options.autoDestroy = true;
  options.decodeStrings = false; // the native half encodes
  Duplex.call(this, options);

  if (isBoundSocket(options.handle)) this[kHandle] = adopt(options.handle).toSocket();
  else if (options.handle) this[kHandle] = options.handle;
  else if (options.fd !== undefined) this[kHandle] = handleOfFd(options.fd);

  if (options.onread !== undefined) this[kUserBuffer] = userBuffer(options.onread);
  this[kSetNoDelay] = Boolean(options.noDelay);
  this[kSetKeepAlive] = Boolean(options.keepAlive);
  this[kSetKeepAliveInitialDelay] = ~~(options.keepAliveInitialDelay / 1000);
  if (options.typeOfService !== undefined) validateInt32(options.typeOfService, 'options.typeOfService', 0, 255);
  this[kSetTOS] = options.typeOfService;

  this._sockname = null;
  this._peername = null;
  this._pendingData = null;
  this._pendingEncoding = '';
  this.on('end', onReadableStreamEnd);
  attach(this);

  // Reading starts at once, unless somebody wants to decide later.
  if (this[kHandle] && options.readable !== false && !isBoundSocket(options.handle)) {
    if (options.pauseOnCreate) {
      this[kHandle].reading = false;
      this[kHandle].readStop();
      this.readableFlowing = false;
    } else if (!options.manualStart) {
      this.read(0);
    }
  }
  if (options.signal) abortWith(this, options.signal);

  this.server = null;
  this._server = null;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;
  if (options.blockList) {
    if (!require('internal/blocklist').BlockList.isBlockList(options.blockList)) {
      throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
    }
    this.blockList = options.blockList;
  }
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

// A socket that was closed may be connected again: it starts anew.
function attach(socket) {
  socket._undestroy();
  socket._sockname = null;
  const handle = socket[kHandle];
  if (!handle) return;
  handle.owner = socket;
  const own = socket[kUserBuffer];
  if (own?.make && own.buffer === null) own.buffer = own.make();
}

// Duplex destroys the socket; attempts to connect are stopped too.
function abortWith(socket, signal) {
  require('internal/validators').validateAbortSignal(signal, 'options.signal');
  const onAbort = () => { socket._aborted = true; };
  if (signal.aborted) process.nextTick(onAbort);
  else process.nextTick(() => require('internal/events/abort_listener').addAbortListener(signal, onAbort));
}

Object.defineProperty(Socket.prototype, '_handle', {
  __proto__: null,
  get() { return this[kHandle]; },
  set(handle) { this[kHandle] = handle; },
  enumerable: false,
  configurable: true,
});

/** Takes another handle, for another attempt to connect. */
Socket.prototype[kReinitializeHandle] = function(handle) {
  this[kHandle]?.close();
  this[kHandle] = handle;
  attach(this);
};

// --- Reading ---

function readStart(socket) {
  const handle = socket[kHandle];
  const errno = handle.readStart();
  if (errno) socket.destroy(new ErrnoException(errno, 'read'));
}

function readStop(socket) {
  const errno = socket[kHandle].readStop();
  if (errno) socket.destroy(new ErrnoException(errno, 'read'));
}

Socket.prototype._read = function(n) {
  if (this.connecting || !this[kHandle]) this.once('connect', () => this._read(n));
  else if (!this[kHandle].reading) readStart(this);
};

/** The handle read something. */
Socket.prototype[kOnRead] = function(buffer) {
  this._unrefTimer();
  if (this.destroyed) return;
  const more = this[kUserBuffer] === null ? this.push(buffer) : fillUserBuffer(this, buffer);
  if (!more && this[kHandle]?.reading) readStop(this);
};

// With the option onread the bytes go into the application's buffer, as much as it holds at a time. When it wants no
// more for now, the rest waits.
function fillUserBuffer(socket, bytes) {
  const own = socket[kUserBuffer];
  for (let i = 0; i < bytes.length;) {
    const n = Math.min(bytes.length - i, own.buffer.length);
    if (n === 0) return true;
    own.buffer.set(bytes.subarray(i, i + n));
    i += n;
    const more = own.callback.call(socket, n, own.buffer) !== false;
    const next = own.make?.();
    if (next instanceof Uint8Array) own.buffer = next;
    if (!more || !socket[kHandle]?.reading) {
      own.rest = i < bytes.length ? bytes.subarray(i) : null;
      return more;
    }
  }
  return true;
}

function giveRest(socket) {
  const own = socket[kUserBuffer];
  const { rest } = own;
  own.rest = null;
  if (socket.destroyed || rest === null) return;
  const more = fillUserBuffer(socket, rest);
  if (!socket[kHandle]?.reading) return;
  if (!more) readStop(socket);
  else if (own.rest === null) readStart(socket);
}

/** The other side will send no more. */
Socket.prototype[kOnEnd] = function() {
  this._unrefTimer();
  if (this._readableState.endEmitted) return;
  this.push(null);
  this.read(0);
};

/** Reading, or writing that nobody waits for, has failed. */
Socket.prototype[kOnFail] = function(errno, syscall) {
  this.destroy(new ErrnoException(errno, syscall));
};

// Writing to a socket that the other side has ended, and that ends itself therefore, deserves a better error than
// 'write after end'.
function writeAfterFIN(chunk, encoding, callback) {
  if (!this.writableEnded) return Duplex.prototype.write.call(this, chunk, encoding, callback);
  if (typeof encoding === 'function') callback = encoding;
  const error = genericNodeError('This socket has been ended by the other party', { code: 'EPIPE' });
  if (typeof callback === 'function') process.nextTick(callback, error);
  this.destroy(error);
  return false;
}

function onReadableStreamEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterFIN;
}

// With a buffer of the application's, there is nothing that could hold bytes back but the handle.
function startOwn(socket) {
  if (socket[kUserBuffer] === null || socket.connecting || !socket[kHandle] || socket[kHandle].reading) return;
  if (socket[kUserBuffer].rest === null) {
    readStart(socket);
  } else {
    socket[kHandle].reading = true;
    setImmediate(giveRest, socket);
  }
}

Socket.prototype.pause = function() {
  if (this[kUserBuffer] !== null && !this.connecting && this[kHandle]?.reading) {
    this[kHandle].reading = false;
    if (!this.destroyed) readStop(this);
  }
  return Duplex.prototype.pause.call(this);
};

Socket.prototype.resume = function() {
  startOwn(this);
  return Duplex.prototype.resume.call(this);
};

Socket.prototype.read = function(n) {
  startOwn(this);
  return Duplex.prototype.read.call(this, n);
};

// --- Writing ---

// Before the connection is there, one write waits for it, and the others in the Writable's buffer.
function writeLater(socket, several, data, encoding, callback) {
  socket._pendingData = data;
  socket._pendingEncoding = encoding;
  function onClose() {
    callback(new ERR_SOCKET_CLOSED_BEFORE_CONNECTION());
  }
  socket.once('connect', function connect() {
    this.off('close', onClose);
    this._writeGeneric(several, data, encoding, callback);
  });
  socket.once('close', onClose);
}

Socket.prototype._writeGeneric = function(several, data, encoding, callback) {
  if (this.connecting) return writeLater(this, several, data, encoding, callback);
  this._pendingData = null;
  this._pendingEncoding = '';
  const handle = this[kHandle];
  if (!handle) {
    callback(new ERR_SOCKET_CLOSED());
    return;
  }
  this._unrefTimer();
  let bytes = 0;
  if (several) {
    for (let i = 0; i < data.length; i++) bytes += handle.put(data[i].chunk, data[i].encoding);
  } else {
    bytes = handle.put(data, encoding);
  }
  const status = handle.commit();
  if (status === 0) {
    callback();
  } else if (status < 0) {
    callback(new ErrnoException(status, 'write'));
  } else {
    this[kLastWriteQueueSize] = bytes;
    handle.waitForWrite((errno) => afterWrite(this, errno, callback));
  }
};

// A write that had to wait for the kernel is done.
function afterWrite(socket, errno, callback) {
  if (errno < 0) {
    callback(new ErrnoException(errno, 'write'));
    return;
  }
  if (!socket.destroyed) {
    socket._unrefTimer();
    socket[kLastWriteQueueSize] = 0;
  }
  callback(null);
}

Socket.prototype._write = function(data, encoding, callback) {
  this._writeGeneric(false, data, encoding, callback);
};

Socket.prototype._writev = function(chunks, callback) {
  this._writeGeneric(true, chunks, '', callback);
};

Socket.prototype._final = function(callback) {
  if (this.connecting) {
    this.once('connect', () => this._final(callback));
    return;
  }
  if (!this[kHandle]) {
    callback();
    return;
  }
  const errno = this[kHandle].shutdown(() => callback());
  if (errno === ENOTCONN) callback();
  else if (errno !== 0) callback(new ErrnoException(errno, 'shutdown'));
};

Socket.prototype.end = function(data, encoding, callback) {
  Duplex.prototype.end.call(this, data, encoding, callback);
  return this;
};

// --- The end ---

Socket.prototype.destroySoon = function() {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once('finish', this.destroy);
};

function emitCloseNT(socket) {
  socket.emit('close');
}

Socket.prototype._destroy = function(exception, callback) {
  this.connecting = false;
  // _parent may be undefined, if somebody else has set it.
  for (let s = this; s != null; s = s._parent) clearTimeout(s[kTimeout]);

  const handle = this[kHandle];
  if (handle) {
    const failed = Boolean(exception);
    handle.lender?.drop();
    this[kBytesRead] = handle.bytesRead;
    this[kBytesWritten] = handle.bytesWritten;
    const onClose = () => this.emit('close', failed);
    if (this.resetAndClosing) {
      this.resetAndClosing = false;
      const errno = handle.reset(onClose);
      if (errno) this.emit('error', new ErrnoException(errno, 'reset'));
    } else {
      handle.close(onClose);
    }
    handle.owner = null;
    this[kHandle] = null;
    this._sockname = null;
    callback(exception);
  } else {
    callback(exception);
    process.nextTick(emitCloseNT, this);
  }

  if (this._server) {
    this._server._connections--;
    this._server._emitCloseIfDrained?.();
  }
};

Socket.prototype._reset = function() {
  this.resetAndClosing = true;
  return this.destroy();
};

Socket.prototype.resetAndDestroy = function() {
  if (!this[kHandle]) {
    this.destroy(new ERR_SOCKET_CLOSED());
  } else if (!(this[kHandle] instanceof TCP)) {
    throw new ERR_INVALID_HANDLE_TYPE();
  } else if (this.connecting) {
    this.once('connect', () => this._reset());
  } else {
    this._reset();
  }
  return this;
};

// --- Timeout ---

Socket.prototype._unrefTimer = function _unrefTimer() {
  for (let s = this; s != null; s = s._parent) {
    if (s[kTimeout]) s[kTimeout].refresh();
  }
};

Socket.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  msecs = getTimerDuration(msecs, 'msecs');
  clearTimeout(this[kTimeout]);
  if (msecs === 0) {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.removeListener('timeout', callback);
    }
  } else {
    this[kTimeout] = setUnrefTimeout(() => this._onTimeout(), msecs);
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.once('timeout', callback);
    }
  }
  return this;
};

Socket.prototype._onTimeout = function() {
  const before = this[kLastWriteQueueSize];
  if (before > 0 && this[kHandle]) {
    // As long as the kernel takes something of a large write, there is life.
    const { writeQueueSize } = this[kHandle];
    if (before !== writeQueueSize) {
      this[kLastWriteQueueSize] = writeQueueSize;
      this._unrefTimer();
      return;
    }
  }
  this.emit('timeout');
};

// --- Options ---

Socket.prototype.setNoDelay = function(enable) {
  enable = enable === undefined ? true : Boolean(enable);
  const handle = this[kHandle];
  if (!handle) {
    this[kSetNoDelay] = enable;
  } else if (handle.setNoDelay && enable !== this[kSetNoDelay]) {
    this[kSetNoDelay] = enable;
    handle.setNoDelay(enable);
  }
  return this;
};

Socket.prototype.setKeepAlive = function(enable, initialDelayMsecs) {
  if (enable !== null && typeof enable === 'object') ({ enable, initialDelay: initialDelayMsecs } = enable);
  enable = Boolean(enable);
  const delay = ~~(initialDelayMsecs / 1000);
  const handle = this[kHandle];
  if (handle && !handle.setKeepAlive) return this;
  const changed = enable !== this[kSetKeepAlive] || (enable && this[kSetKeepAliveInitialDelay] !== delay);
  if (handle && !changed) return this;
  this[kSetKeepAlive] = enable;
  this[kSetKeepAliveInitialDelay] = delay;
  handle?.setKeepAlive(enable, delay);
  return this;
};

Socket.prototype.setTypeOfService = function(tos) {
  if (Number.isNaN(tos)) throw new ERR_INVALID_ARG_TYPE('tos', 'number', tos);
  validateInt32(tos, 'tos', 0, 255);
  const handle = this[kHandle];
  if (!handle?.setTypeOfService) {
    this[kSetTOS] = tos;
  } else if (tos !== this[kSetTOS]) {
    this[kSetTOS] = tos;
    const errno = handle.setTypeOfService(tos);
    if (errno) throw new ErrnoException(errno, 'setTypeOfService');
  }
  return this;
};

Socket.prototype.getTypeOfService = function() {
  const handle = this[kHandle];
  if (!handle?.getTypeOfService) return this[kSetTOS] ?? 0;
  const tos = handle.getTypeOfService();
  if (typeof tos === 'number' && tos < 0) throw new ErrnoException(tos, 'getTypeOfService');
  return tos;
};

/** What was set before there was a connection. */
function applyOptions(socket) {
  const handle = socket[kHandle];
  if (socket[kSetNoDelay] && handle.setNoDelay) handle.setNoDelay(true);
  if (socket[kSetKeepAlive] && handle.setKeepAlive) handle.setKeepAlive(true, socket[kSetKeepAliveInitialDelay]);
  if (socket[kSetTOS] !== undefined && handle.setTypeOfService) {
    const errno = handle.setTypeOfService(socket[kSetTOS]);
    if (errno) socket.emit('error', new ErrnoException(errno, 'setTypeOfService'));
  }
}

function setRef(socket, name) {
  const handle = socket[kHandle];
  if (!handle) socket.once('connect', socket[name]);
  else if (typeof handle[name] === 'function') handle[name]();
  return socket;
}

Socket.prototype.ref = function() { return setRef(this, 'ref'); };
Socket.prototype.unref = function() { return setRef(this, 'unref'); };

// --- Addresses and counts ---

Socket.prototype.address = function() {
  return this._getsockname();
};

Socket.prototype._getpeername = function() {
  const handle = this[kHandle];
  if (!handle || !handle.getpeername || this.connecting) return this._peername || {};
  if (!this._peername) {
    const out = {};
    if (handle.getpeername(out)) return out;
    this._peername = out;
  }
  return this._peername;
};

Socket.prototype._getsockname = function() {
  const handle = this[kHandle];
  if (!handle || !handle.getsockname) return {};
  if (!this._sockname) {
    this._sockname = {};
    handle.getsockname(this._sockname);
  }
  return this._sockname;
};

function getter(name, get, enumerable = true) {
  Object.defineProperty(Socket.prototype, name, { __proto__: null, get, enumerable, configurable: !enumerable });
}

getter('remoteAddress', function remoteAddress() { return this._getpeername().address; });
getter('remoteFamily', function remoteFamily() { return this._getpeername().family; });
getter('remotePort', function remotePort() { return this._getpeername().port; });
getter('localAddress', function localAddress() { return this._getsockname().address; });
getter('localPort', function localPort() { return this._getsockname().port; });
getter('localFamily', function localFamily() { return this._getsockname().family; });
getter('bytesRead', function bytesRead() { return this[kHandle] ? this[kHandle].bytesRead : this[kBytesRead]; });
getter('_bytesDispatched', function _bytesDispatched() {
  return this[kHandle] ? this[kHandle].bytesWritten : this[kBytesWritten];
});

const lengthOf = (chunk, encoding) => (typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length);

getter('bytesWritten', function bytesWritten() {
  const waiting = this.writableBuffer;
  if (!waiting) return undefined;
  let bytes = this._bytesDispatched;
  for (const { chunk, encoding } of waiting) bytes += lengthOf(chunk, encoding);
  const data = this._pendingData;
  if (Array.isArray(data)) {
    for (const { chunk, encoding } of data) bytes += lengthOf(chunk, encoding);
  } else if (data) {
    bytes += lengthOf(data, this._pendingEncoding);
  }
  return bytes;
});

getter('_connecting', function() { return this.connecting; }, false);
getter('pending', function() { return !this[kHandle] || this.connecting; }, false);
getter('bufferSize', function() { return this[kHandle] ? this.writableLength : undefined; }, false);
getter('readyState', function() {
  if (this.connecting) return 'opening';
  if (this.readable) return this.writable ? 'open' : 'readOnly';
  return this.writable ? 'writeOnly' : 'closed';
}, false);

module.exports = {
  Socket,
  applyOptions,
  attach,
  kHandle,
  kReinitializeHandle,
  kSetKeepAlive,
  kSetKeepAliveInitialDelay,
  kSetNoDelay,
};
