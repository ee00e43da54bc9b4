'use strict';
// OutgoingMessage: what a server's answers and a client's requests have in common. It looks like a Writable and is
// none: the socket below it does the buffering, and only what is written before the message has a socket is kept here.
//
// The head is made in internal/http/head, the headers are kept in internal/http/header_store. What reaches the socket
// goes through _send (which puts the head before the first data) and _writeRaw; a subclass that sends differently
// replaces those two, kSendBody and kSendEnd.

const EE = require('events');
const { Stream } = require('internal/streams/legacy');
const { getDefaultHighWaterMark } = require('internal/streams/state');
const { codes } = require('internal/errors');
const { validateString } = require('internal/validators');
const store = require('internal/http/header_store');
const {
  hasInvalidChar, isNotPlain, lowerName, checkName, toLower, validateHeaderName, validateHeaderValue,
} = require('internal/http/tokens');
const {
  kNativeLength, kNoPromise, kNotAscii, kOutHeaders, kRemaining, kUniqueHeaders, parseUniqueHeadersOption, settlePromise,
  storeHeader, trailerText, withinPromise,
} = require('internal/http/head');

const kBytesWritten = Symbol('kBytesWritten');
const kChunkedBuffer = Symbol('kChunkedBuffer');
const kChunkedLength = Symbol('kChunkedLength');
const kCorked = Symbol('corked');
const kEndCallbacks = Symbol('kEndCallbacks');
const kErrored = Symbol('errored');
const kFlushError = Symbol('kFlushError');
const kHighWaterMark = Symbol('kHighWaterMark');
const kNeedDrain = Symbol('kNeedDrain');
const kRejectNonStandardBodyWrites = Symbol('kRejectNonStandardBodyWrites');
const kSendBody = Symbol('kSendBody');
const kSendEnd = Symbol('kSendEnd');
const kSocket = Symbol('kSocket');
const kWritableFinished = Symbol('kWritableFinished');

function nop() {}

// Most messages never queue anything: they share these, and get their own with the first thing that waits.
const nothing = Object.freeze([]);

function OutgoingMessage(options) {
  Stream.call(this);

  // What waits for a socket: { data, encoding, callback }.
  this.outputData = nothing;
  this.outputSize = 0;

  this.writable = true;
  this.destroyed = false;

  this._last = false; // The connection ends with this message.
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;

  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;

  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunkedBuffer] = nothing;
  this[kChunkedLength] = 0;
  this._closed = false;

  this[kSocket] = null;
  this._header = null;
  this[kOutHeaders] = null;
  this[kNotAscii] = false;
  this[kNativeLength] = 0;
  this[kRemaining] = kNoPromise;

  this._keepAliveTimeout = 0;
  this._onPendingData = nop;

  this[kErrored] = null;
  this[kWritableFinished] = false;
  this[kEndCallbacks] = null;
  this[kFlushError] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? getDefaultHighWaterMark();
  this[kRejectNonStandardBodyWrites] = options?.rejectNonStandardBodyWrites ?? false;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

// --- Headers ---

/** Whether values may have the characters that the Fetch standard allows beyond HTTP's. */
OutgoingMessage.prototype._isLenientHeaderValidation = function() {
  const server = this.req?.socket?.server;
  const mode = this.httpValidation ?? server?.httpValidation;
  if (mode !== undefined) return mode !== 'strict';
  if (typeof this.insecureHTTPParser === 'boolean') return this.insecureHTTPParser;
  if (typeof server?.insecureHTTPParser === 'boolean') return server.insecureHTTPParser;
  return require('_http_common').isLenient();
};

// A name and a value that somebody wants to set: returns the name in lower case.
function checkHeader(msg, name, value) {
  const lower = lowerName(name);
  if (lower === undefined) checkName(name, undefined, msg.setHeader);
  if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (isNotPlain(value)) {
    if (hasInvalidChar(value, msg._isLenientHeaderValidation())) throw new codes.ERR_INVALID_CHAR('header content', name);
    msg[kNotAscii] = true;
  }
  return lower;
}

OutgoingMessage.prototype.setHeader = function setHeader(name, value) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('set');
  const lower = checkHeader(this, name, value);
  const headers = this[kOutHeaders];
  if (headers === null) this[kOutHeaders] = [lower, name, value];
  else store.set(headers, lower, name, value);
  return this;
};

OutgoingMessage.prototype.setHeaders = function setHeaders(headers) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('set');
  if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // Headers gives each cookie as an entry of its own.
  let cookies;
  for (const { 0: name, 1: value } of headers) {
    if (name === 'set-cookie') cookies = (cookies ?? []).concat(value);
    else this.setHeader(name, value);
  }
  if (cookies !== undefined) this.setHeader('set-cookie', cookies);
  return this;
};

OutgoingMessage.prototype.appendHeader = function appendHeader(name, value) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('append');
  const lower = checkHeader(this, name, value);
  store.append(this[kOutHeaders] ??= [], lower, name, value);
  return this;
};

OutgoingMessage.prototype.getHeader = function getHeader(name) {
  if (typeof name !== 'string') validateString(name, 'name');
  const headers = this[kOutHeaders];
  return headers === null ? undefined : store.get(headers, toLower(name));
};

OutgoingMessage.prototype.getHeaderNames = function getHeaderNames() {
  return this[kOutHeaders] === null ? [] : store.column(this[kOutHeaders], 0);
};

OutgoingMessage.prototype.getRawHeaderNames = function getRawHeaderNames() {
  return this[kOutHeaders] === null ? [] : store.column(this[kOutHeaders], 1);
};

OutgoingMessage.prototype.getHeaders = function getHeaders() {
  const target = { __proto__: null };
  return this[kOutHeaders] === null ? target : store.toObject(this[kOutHeaders], 0, target);
};

OutgoingMessage.prototype.hasHeader = function hasHeader(name) {
  if (typeof name !== 'string') validateString(name, 'name');
  const headers = this[kOutHeaders];
  return headers !== null && store.indexOf(headers, toLower(name)) !== -1;
};

OutgoingMessage.prototype.removeHeader = function removeHeader(name) {
  if (typeof name !== 'string') validateString(name, 'name');
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('remove');
  const lower = toLower(name);
  // Headers that HTTP would add by itself stay away too.
  if (lower === 'connection') this._removedConnection = true;
  else if (lower === 'content-length') this._removedContLen = true;
  else if (lower === 'transfer-encoding') this._removedTE = true;
  else if (lower === 'date') this.sendDate = false;
  if (this[kOutHeaders] !== null) store.remove(this[kOutHeaders], lower);
};

/** The headers under the names with which they were set. */
OutgoingMessage.prototype._renderHeaders = function _renderHeaders() {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('render');
  return this[kOutHeaders] === null ? {} : store.toObject(this[kOutHeaders], 1, {});
};

OutgoingMessage.prototype._storeHeader = function _storeHeader(firstLine, headers) {
  if (storeHeader(this, firstLine, headers)) this._send('');
};

OutgoingMessage.prototype._implicitHeader = function _implicitHeader() {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()');
};

OutgoingMessage.prototype.flushHeaders = function flushHeaders() {
  if (!this._header) this._implicitHeader();
  this._send('');
};

OutgoingMessage.prototype.addTrailers = function addTrailers(headers) {
  this._trailer = '';
  this._trailer = trailerText(this, headers);
};

// --- Sending ---

/** Sends data, with the head before it if it has not been sent. */
OutgoingMessage.prototype._send = function _send(data, encoding, callback, byteLength) {
  // There may be no head, if somebody made an OutgoingMessage of his own.
  if (!this._headerSent && this._header !== null) {
    this._headerSent = true;
    const header = this._header;
    if (typeof data === 'string' && (encoding === 'utf8' || encoding === 'latin1' || !encoding)) {
      data = header + data; // One write, with the head in the data's encoding.
    } else {
      putFirst(this, header);
    }
  }
  return this._writeRaw(data, encoding, callback, byteLength);
};

function putFirst(msg, header) {
  const entry = { data: header, encoding: 'latin1', callback: null };
  if (msg.outputData === nothing) msg.outputData = [entry];
  else msg.outputData.unshift(entry);
  msg.outputSize += header.length;
  msg._onPendingData(header.length);
}

/** Writes to the socket if this message has its turn there, otherwise queues. */
OutgoingMessage.prototype._writeRaw = function _writeRaw(data, encoding, callback, byteLength) {
  const socket = this[kSocket];
  if (socket?.destroyed) return false; // 'close' has not come yet.
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (socket && socket._httpMessage === this && socket.writable) {
    if (this.outputData.length > 0) this._flushOutput(socket);
    return socket.write(data, encoding, callback);
  }
  const entry = { data, encoding, callback };
  if (this.outputData === nothing) this.outputData = [entry];
  else this.outputData.push(entry);
  this.outputSize += data.length;
  this._onPendingData(data.length);
  return this.outputSize < this[kHighWaterMark];
};

/** Sends what was queued, when the message has got its turn on the socket. */
OutgoingMessage.prototype._flush = function _flush() {
  const socket = this[kSocket];
  if (!socket?.writable) return;
  const more = this._flushOutput(socket);
  if (this.finished) {
    this._finish();
  } else if (this[kNeedDrain] && more !== false) {
    // The socket took everything and will not emit 'drain'.
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

OutgoingMessage.prototype._flushOutput = function _flushOutput(socket) {
  const queue = this.outputData;
  if (queue.length === 0) return undefined;
  socket.cork();
  let more;
  for (let i = 0; i < queue.length; i++) {
    const { data, encoding, callback } = queue[i];
    queue[i].data = null;
    more = socket.write(data, encoding, callback);
  }
  socket.uncork();
  this.outputData = nothing;
  this._onPendingData(-this.outputSize);
  this.outputSize = 0;
  return more;
};

function byteLength(chunk, encoding) {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
}

// Sends one chunk of the chunked coding, in one write where it is text.
function sendChunk(msg, chunk, encoding, callback, length) {
  const size = length.toString(16);
  // A head with obs-text keeps its bytes, whatever the chunk's encoding.
  const alone = msg[kNotAscii] && !msg._headerSent;
  if (typeof chunk === 'string' && !alone && (encoding === 'utf8' || encoding === 'latin1' || !encoding)) {
    return msg._send(`${size}\r\n${chunk}\r\n`, encoding, callback);
  }
  msg._send(`${size}\r\n`, 'latin1', null);
  msg._send(chunk, encoding, null, length);
  return msg._send('\r\n', 'latin1', callback);
}

/** Sends a piece of the body in its framing; `length` is its number of bytes if that is known. */
OutgoingMessage.prototype[kSendBody] = function(chunk, encoding, callback, length) {
  if (this[kRemaining] !== kNoPromise) chunk = withinPromise(this, chunk, encoding);
  if (!this.chunkedEncoding || chunk.length === 0) return this._send(chunk, encoding, callback, length);
  length ??= byteLength(chunk, encoding);
  if (this[kCorked] === 0 || !this._headerSent) return sendChunk(this, chunk, encoding, callback, length);
  // Corked: everything will be one chunk.
  if (this[kChunkedBuffer] === nothing) this[kChunkedBuffer] = [];
  this[kChunkedBuffer].push(chunk, encoding, callback);
  this[kChunkedLength] += length;
  return this[kChunkedLength] < this[kHighWaterMark];
};

/** Sends what ends the message and calls `callback` when everything is written. */
OutgoingMessage.prototype[kSendEnd] = function(callback, hadChunk) {
  if (this._hasBody && this.chunkedEncoding) {
    this._send(`0\r\n${this._trailer}\r\n`, 'latin1', callback);
  } else if (!this._headerSent || this.writableLength > 0 || hadChunk) {
    this._send('', 'latin1', callback);
  } else {
    process.nextTick(callback);
  }
};

OutgoingMessage.prototype.cork = function cork() {
  this[kCorked]++;
  this[kSocket]?.cork();
};

OutgoingMessage.prototype.uncork = function uncork() {
  this[kCorked]--;
  this[kSocket]?.uncork();
  const pieces = this[kChunkedBuffer];
  if (this[kCorked] !== 0 || pieces.length === 0) return;

  this._send(`${this[kChunkedLength].toString(16)}\r\n`, 'latin1', null);
  const callbacks = [];
  for (let i = 0; i < pieces.length; i += 3) {
    this._send(pieces[i], pieces[i + 1], null);
    if (pieces[i + 2]) callbacks.push(pieces[i + 2]);
  }
  this._send('\r\n', 'latin1', callbacks.length === 0 ? null : (err) => {
    for (const callback of callbacks) callback(err);
  });
  this[kChunkedBuffer] = nothing;
  this[kChunkedLength] = 0;

  if (this[kNeedDrain] && this.writableLength === 0) {
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

// --- write() and end() ---

function uncorkNT(socket) {
  socket.uncork();
}

// An error of using the message wrongly: to the callback, and as 'error'.
function fail(msg, err, callback) {
  if (!msg.destroyed) process.nextTick(failNT, msg, err, callback);
}

function failNT(msg, err, callback) {
  callback(err);
  if (typeof msg.emit === 'function' && !msg.destroyed) msg.emit('error', err);
}

function isStrict(msg) {
  return msg._contentLength != null && msg._hasBody && !msg._removedContLen && !msg.chunkedEncoding &&
    !msg.hasHeader('transfer-encoding');
}

// Counts the bytes of a body whose length was promised.
function countStrictly(msg, length, last) {
  if (isStrict(msg)) {
    const total = msg[kBytesWritten] + length;
    if (last ? total !== msg._contentLength : total > msg._contentLength) {
      throw new codes.ERR_HTTP_CONTENT_LENGTH_MISMATCH(total, msg._contentLength);
    }
  }
  msg[kBytesWritten] += length;
}

function isBytes(chunk) {
  return chunk instanceof Uint8Array || require('internal/util/types').isUint8Array(chunk);
}

/** Throws unless the chunk can be written. */
function checkChunk(chunk) {
  if (typeof chunk === 'string') return;
  if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
  if (!isBytes(chunk)) throw new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
}

// Makes the head of a message with a body of that length, null if it is not known.
function makeHead(msg, length) {
  if (length !== null) msg._contentLength = length;
  try {
    msg._implicitHeader();
  } catch (error) {
    msg._contentLength = null; // The next attempt may have another body.
    throw error;
  }
}

function writeChunk(msg, chunk, encoding, callback, last) {
  if (typeof callback !== 'function') callback = nop;
  checkChunk(chunk);
  if (msg.destroyed) {
    process.nextTick(callback, msg.finished ? new codes.ERR_STREAM_WRITE_AFTER_END() : new codes.ERR_STREAM_DESTROYED('write'));
    return false;
  }
  if (msg.finished) {
    fail(msg, new codes.ERR_STREAM_WRITE_AFTER_END(), callback);
    return false;
  }

  let length;
  if (!msg._header) {
    if (last) length = byteLength(chunk, encoding);
    makeHead(msg, last ? length : null);
  }
  // The head, which is not sent yet, may say another length.
  if (msg.strictContentLength) countStrictly(msg, length ??= byteLength(chunk, encoding), last);
  if (!msg._hasBody) {
    if (msg[kRejectNonStandardBodyWrites]) throw new codes.ERR_HTTP_BODY_NOT_ALLOWED();
    process.nextTick(callback);
    return true;
  }
  // What is written in one tick goes out together.
  const socket = msg[kSocket];
  if (!last && socket && !socket.writableCorked) {
    socket.cork();
    process.nextTick(uncorkNT, socket);
  }
  return msg[kSendBody](chunk, encoding, callback, length);
}

OutgoingMessage.prototype.write = function write(chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const more = writeChunk(this, chunk, encoding, callback, false);
  if (!more) this[kNeedDrain] = true;
  return more;
};

// Callbacks of end(): they get null when everything is written, or what prevented it.
function addEndCallback(msg, callback) {
  if (msg[kWritableFinished]) callback(new codes.ERR_STREAM_ALREADY_FINISHED('end'));
  else if (msg[kFlushError] !== null) process.nextTick(callback, msg[kFlushError]);
  else (msg[kEndCallbacks] ??= []).push(callback);
}

function callEndCallbacks(msg, err) {
  const callbacks = msg[kEndCallbacks];
  if (callbacks === null) return;
  msg[kEndCallbacks] = null;
  for (let i = 0; i < callbacks.length; i++) callbacks[i](err);
}

/** Everything was written, or cannot be: calls the callbacks of end() and emits 'finish'. */
function onFinish(msg, err) {
  const socket = msg[kSocket];
  if (err || msg[kErrored] || socket?.errored || socket?._hadError) {
    msg[kFlushError] = err ?? msg[kErrored] ?? socket?.errored ?? new codes.ERR_STREAM_DESTROYED('end');
    callEndCallbacks(msg, msg[kFlushError]);
    return;
  }
  msg[kWritableFinished] = true;
  callEndCallbacks(msg, null);
  msg.emit('finish');
}

// Whether the chunk is the whole rest of the message, so that its being written is the message's finish.
function isWholeRest(msg, chunk, encoding) {
  if (msg.destroyed || msg.strictContentLength || (typeof chunk !== 'string' && !isBytes(chunk))) return false;
  if (!msg._header) makeHead(msg, byteLength(chunk, encoding));
  return Boolean(msg._header) && msg._hasBody && !msg.chunkedEncoding;
}

OutgoingMessage.prototype.end = function end(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }

  if (this.finished) {
    if (chunk) fail(this, new codes.ERR_STREAM_WRITE_AFTER_END(), typeof callback === 'function' ? callback : nop);
    else if (typeof callback === 'function') addEndCallback(this, callback);
    return this;
  }

  let finish = null;
  if (chunk) {
    this[kSocket]?.cork();
    if (isWholeRest(this, chunk, encoding)) {
      if (typeof callback === 'function') {
        addEndCallback(this, callback);
        callback = undefined;
      }
      finish = onFinish.bind(undefined, this);
    }
    writeChunk(this, chunk, encoding, finish, true);
  } else if (!this._header) {
    this[kSocket]?.cork();
    this._contentLength = 0;
    this._implicitHeader();
  }

  if (typeof callback === 'function') addEndCallback(this, callback);
  if (this.strictContentLength && isStrict(this) && this[kBytesWritten] !== this._contentLength) {
    throw new codes.ERR_HTTP_CONTENT_LENGTH_MISMATCH(this[kBytesWritten], this._contentLength);
  }
  if (this[kRemaining] !== kNoPromise) settlePromise(this);
  if (finish === null) this[kSendEnd](onFinish.bind(undefined, this), Boolean(chunk));

  if (this[kSocket]) {
    // However often it was corked: what is there goes out now.
    this[kSocket]._writableState.corked = 1;
    this[kSocket].uncork();
  }
  this[kCorked] = 1;
  this.uncork();

  this.finished = true;
  if (this.outputData.length === 0 && this[kSocket] && this[kSocket]._httpMessage === this) this._finish();
  return this;
};

/** Everything of the message is with the socket, which may still hold some of it. */
OutgoingMessage.prototype._finish = function _finish() {
  this.emit('prefinish');
};

// --- The socket, and what is said about it ---

OutgoingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  if (this[kSocket]) {
    this[kSocket].setTimeout(msecs);
  } else {
    this.once('socket', function socketSetTimeoutOnConnect(socket) {
      socket.setTimeout(msecs);
    });
  }
  return this;
};

function closeNT(msg) {
  if (msg._closed) return;
  msg._closed = true;
  msg.emit('close');
}

OutgoingMessage.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  if (this[kSocket]) this[kSocket].destroy(error);
  else process.nextTick(closeNT, this);
  return this;
};

/** Messages are written to only. */
OutgoingMessage.prototype.pipe = function pipe() {
  this.emit('error', new codes.ERR_STREAM_CANNOT_PIPE());
};

OutgoingMessage.prototype[EE.captureRejectionSymbol] = function(err) {
  this.destroy(err);
};

function accessor(name, get, set, enumerable = false) {
  Object.defineProperty(OutgoingMessage.prototype, name, { __proto__: null, get, set, enumerable, configurable: true });
}

accessor('socket', function() { return this[kSocket]; }, function(socket) {
  for (let i = 0; i < this[kCorked]; i++) { // How often the message is corked, its socket is.
    socket?.cork();
    this[kSocket]?.uncork();
  }
  this[kSocket] = socket;
});
accessor('connection', function() { return this[kSocket]; }, function(socket) { this.socket = socket; });
accessor('errored', function() { return this[kErrored]; });
accessor('closed', function() { return this._closed; });
accessor('headersSent', function() { return Boolean(this._header); }, undefined, true);
accessor('writableEnded', function() { return this.finished; });
accessor('writableFinished', function() { return this[kWritableFinished]; });
accessor('writableObjectMode', () => false);
accessor('writableCorked', function() { return this[kCorked]; });
accessor('writableNeedDrain', function() { return !this.destroyed && !this.finished && this[kNeedDrain]; });
accessor('writableLength', function() {
  return this.outputSize + this[kChunkedLength] + (this[kSocket] ? this[kSocket].writableLength : 0);
});
accessor('writableHighWaterMark', function() {
  return this[kSocket] ? this[kSocket].writableHighWaterMark : this[kHighWaterMark];
});

module.exports = {
  OutgoingMessage,
  kHighWaterMark,
  kUniqueHeaders,
  parseUniqueHeadersOption,
  validateHeaderName,
  validateHeaderValue,

  // For the classes of the client and the server.
  checkChunk,
  kBytesWritten,
  kChunkedBuffer,
  kChunkedLength,
  kCorked,
  kEndCallbacks,
  kErrored,
  kFlushError,
  kNeedDrain,
  kRejectNonStandardBodyWrites,
  kSendBody,
  kSendEnd,
  kSocket,
  kWritableFinished,
  addEndCallback,
  closeNT,
  nop,
  onFinish,
};
