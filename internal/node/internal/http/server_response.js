'use strict';
// ServerResponse. On a server's own connection it sends by records: one native write takes the head, the body and the
// framing between them, and Go puts answers in order. Without such a connection (an application made it, and gave it
// a stream by assignSocket) it is an OutgoingMessage like any other.

const { OutgoingMessage, checkChunk, closeNT, addEndCallback, onFinish, kChunkedLength, kCorked, kEndCallbacks, kErrored,
        kHighWaterMark, kNeedDrain, kRejectNonStandardBodyWrites, kSendBody, kSendEnd, kSocket, nop } = require('_http_outgoing');
const {
  checkTrailerName, kLengthInHead, kLengthOpen, kLengthWanted, kNativeLength, kNoPromise, kNotAscii, kOutHeaders, kRemaining,
  settlePromise, withinPromise,
} = require('internal/http/head');
const { hasInvalidChar, isNotPlain } = require('internal/http/tokens');
const { codes, ConnResetException } = require('internal/errors');
const { validateInteger, validateObject, validateLinkHeaderValue } = require('internal/validators');
const { kAnswerClose, kAnswerEnd, kAnswerInfo, statusTexts } = require('internal/http/connection');
const { kBorrow, kChunked, kContentLength, kLastChunk, kLatin1 } = internalBinding('turn');
const { validateHeaderName, validateHeaderValue } = require('internal/http/tokens');
const { activity, activeChannel } = require('internal/channels');
const plain = require('internal/plain');
const { hasObserver, startPerf, stopPerf } = require('internal/perf/observed');

const STATUS_CODES = statusTexts;

const kConn = Symbol('kConn');
const kPerf = Symbol('kPerf');
const kSeq = Symbol('kSeq');
const kQueuedCallbacks = Symbol('kQueuedCallbacks');

// More than this in one turn is handed to the kernel at once, to know whether it is taken.
const flushSize = 64 * 1024;

const chunkedToken = /(?:^|\W)chunked(?:$|\W)/i;

function ServerResponse(req, options) {
  OutgoingMessage.call(this, options);
  this.statusCode = 200;
  this.statusMessage = undefined;
  this.req = req;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  this._maxRequestsPerSocket = 0;
  this[kConn] = null;
  this[kSeq] = 0;
  this[kQueuedCallbacks] = null;
  if (req.method === 'HEAD') this._hasBody = false;
  if (req.httpVersion !== '1.1' && (req.httpVersionMajor < 1 || req.httpVersionMinor < 1)) {
    this.useChunkedEncodingByDefault = chunkedToken.test(req.headers.te);
    this.shouldKeepAlive = false;
  }
  if (hasObserver('http')) {
    const { method, url, headers } = req;
    startPerf(this, kPerf, { type: 'http', name: 'HttpRequest', detail: { req: { method, url, headers } } });
  }
  if (activity.count !== 0) activeChannel('http.server.response.created')?.publish({ request: req, response: this });
}
Object.setPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ServerResponse, OutgoingMessage);

// For objects that inherit from it without the constructor.
ServerResponse.prototype.statusCode = 200;
ServerResponse.prototype.statusMessage = undefined;

// --- The head ---

ServerResponse.prototype._implicitHeader = function _implicitHeader() {
  this.writeHead(this.statusCode);
};

// Headers that were set before, and those of writeHead, which win.
function mergeHeaders(res, headers) {
  if (Array.isArray(headers)) {
    if (headers.length > 0 && Array.isArray(headers[0])) headers = headers.flat();
    if (headers.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
    // Duplicates among the new ones stay.
    for (let i = 0; i < headers.length; i += 2) res.removeHeader(headers[i]);
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i]) res.appendHeader(headers[i], headers[i + 1]);
    }
  } else if (headers) {
    const names = Object.keys(headers);
    for (let i = 0; i < names.length; i++) {
      if (names[i]) res.setHeader(names[i], headers[names[i]]);
    }
  }
}

ServerResponse.prototype.writeHead = function writeHead(statusCode, reason, obj) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('write');
  const status = statusCode | 0;
  if (status < 100 || status > 999) throw new codes.ERR_HTTP_INVALID_STATUS_CODE(statusCode);
  if (typeof reason === 'string') {
    this.statusMessage = reason;
  } else {
    this.statusMessage ||= STATUS_CODES[status] || 'unknown';
    obj ??= reason;
  }
  this.statusCode = status;

  let headers = obj;
  if (this[kOutHeaders]) {
    if (obj) mergeHeaders(this, obj);
    headers = this[kOutHeaders];
  }
  const text = `${this.statusMessage}`; // what is checked is what is sent
  if (text !== STATUS_CODES[status] && isNotPlain(text)) {
    if (hasInvalidChar(text)) throw new codes.ERR_INVALID_CHAR('statusMessage');
    this[kNotAscii] = true;
  }

  if (status === 204 || status === 304 || status < 200) this._hasBody = false;
  // The client goes on waiting for its answer: it must not take the next one for it.
  if (status < 200 && status !== 101) this.shouldKeepAlive = false;
  // A client that was not told to continue may send its body or not: nobody can say where the next request begins.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;

  this._storeHeader(`HTTP/1.1 ${status} ${text}\r\n`, headers);
  return this;
};

// Docs-deprecated alias.
ServerResponse.prototype.writeHeader = ServerResponse.prototype.writeHead;

// --- Informational answers ---

/** An answer before the answer: its head goes out at once, its turn in the pipeline kept. */
ServerResponse.prototype.writeInformation = function writeInformation(statusCode, headers, callback) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('write');
  validateInteger(statusCode, 'statusCode', 100, 199);
  if (statusCode === 101) throw new codes.ERR_HTTP_INVALID_STATUS_CODE(statusCode);
  let head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] || 'unknown'}\r\n`;
  if (Array.isArray(headers)) {
    const list = headers.length > 0 && Array.isArray(headers[0]) ? headers.flatMap(([name, value]) => [name, value]) : headers;
    if (list.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
    for (let i = 0; i < list.length; i += 2) head += informationLine(list[i], list[i + 1]);
  } else if (headers !== undefined && headers !== null) {
    validateObject(headers, 'headers');
    for (const name of Object.keys(headers)) head += informationLine(name, headers[name]);
  }
  return sendInformation(this, head + '\r\n', callback);
};

function informationLine(name, value) {
  validateHeaderName(name);
  checkTrailerName(name, 'headers');
  const text = `${value}`;
  validateHeaderValue(name, value === undefined ? undefined : text);
  return `${name}: ${text}\r\n`;
}

ServerResponse.prototype.writeContinue = function writeContinue(callback) {
  this.writeInformation(100, null, callback);
  this._sent100 = true;
};

ServerResponse.prototype.writeProcessing = function writeProcessing(callback) {
  this.writeInformation(102, null, callback);
};

ServerResponse.prototype.writeEarlyHints = function writeEarlyHints(hints, callback) {
  validateObject(hints, 'hints');
  if (hints.link === null || hints.link === undefined) return;
  const link = validateLinkHeaderValue(hints.link);
  if (link.length === 0) return;
  if (hasInvalidChar(link)) throw new codes.ERR_INVALID_CHAR('header content', 'Link');
  const headers = ['Link', link];
  for (const name of Object.keys(hints)) {
    if (name !== 'link') headers.push(name, hints[name]);
  }
  this.writeInformation(103, headers, callback);
};

function sendInformation(res, head, callback) {
  if (res[kConn] === null) return res._writeRaw(head, 'latin1', callback);
  return send(res, kAnswerInfo, head, undefined, callback);
}

// --- Sending on a connection ---

// Bytes that are not copied, because they are handed to the kernel before anybody can change them.
function isLarge(body) {
  return typeof body === 'object' && body.byteLength >= flushSize;
}

// Writes one record. Returns false when the application should wait for 'drain'.
function send(res, flags, head, body, callback) {
  const conn = res[kConn];
  if (isLarge(body) && body.byteLength >= res[kHighWaterMark] && conn.current === res && !conn.stalled && conn.fills(body.byteLength)) {
    flags |= kBorrow;
  }
  const pending = conn.write(res[kSeq], flags, head, body);
  if (conn.current !== res) {
    // Go keeps it until it is this answer's turn.
    res.outputSize += conn.wrote;
    if (callback) (res[kQueuedCallbacks] ??= []).push(callback);
    return res.outputSize < res[kHighWaterMark];
  }
  if (conn.stalled) {
    if (callback) (conn.callbacks ??= []).push(callback);
    return false;
  }
  if (pending - conn.granted < res[kHighWaterMark]) {
    if (callback && callback !== nop) process.nextTick(written, conn, res, callback);
    return true;
  }
  if ((flags & kBorrow) === 0 && conn.gathers()) {
    if (callback && callback !== nop) process.nextTick(written, conn, res, callback);
    process.nextTick(drainNT, res);
    return false;
  }
  if (conn.flush()) {
    if (callback) process.nextTick(callback, null);
    process.nextTick(drainNT, res);
  } else if (callback) {
    (conn.callbacks ??= []).push(callback);
  }
  return false;
}

function written(conn, res, callback) {
  if (conn.dropped) callback(conn.socket?.errored ?? res[kErrored] ?? new codes.ERR_STREAM_DESTROYED('write'));
  else callback(null);
}

function drainNT(res) {
  if (!res[kNeedDrain] || res.destroyed || res.finished) return;
  res[kNeedDrain] = false;
  res.emit('drain');
}

// The head if it was not sent yet, for the data that goes with it. Sets bodyFlags to what that needs.
let bodyFlags = 0;
function takeHead(res, data, encoding) {
  if (res._headerSent || res._header === null) return undefined;
  res._headerSent = true;
  if (res[kNativeLength] === kLengthOpen) bodyFlags |= kContentLength;
  return res[kNotAscii] ? encodeHead(res, data, encoding) : res._header;
}

// As in Node, a head is written together with text that follows it directly, and in its encoding: the head's characters
// are bytes, unless that text is UTF-8.
function encodeHead(res, data, encoding) {
  const isUtf8 = typeof data === 'string' && !res.chunkedEncoding && (!encoding || encoding === 'utf8');
  return isUtf8 ? Buffer.from(res._header).latin1Slice() : res._header;
}

// A body in an encoding that the native write knows: UTF-8, one byte a character (with kLatin1), or bytes.
function takeBody(body, encoding) {
  if (typeof body !== 'string' || !encoding || encoding === 'utf8' || encoding === 'utf-8') return body;
  if (encoding === 'latin1' || encoding === 'binary' || encoding === 'ascii') {
    bodyFlags |= kLatin1;
    return body;
  }
  return Buffer.from(body, encoding);
}

ServerResponse.prototype._send = function _send(data, encoding, callback, byteLength) {
  if (this[kConn] === null) return OutgoingMessage.prototype._send.call(this, data, encoding, callback, byteLength);
  bodyFlags = 0;
  const body = takeBody(data, encoding);
  const head = takeHead(this, data, encoding);
  return send(this, bodyFlags, head, body, callback);
};

ServerResponse.prototype._writeRaw = function _writeRaw(data, encoding, callback, byteLength) {
  if (this[kConn] === null) return OutgoingMessage.prototype._writeRaw.call(this, data, encoding, callback, byteLength);
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  bodyFlags = 0;
  const body = takeBody(data, encoding);
  return send(this, bodyFlags, undefined, body, callback);
};

ServerResponse.prototype[kSendBody] = function(chunk, encoding, callback, length) {
  if (this[kConn] === null || (this.chunkedEncoding && this[kCorked] > 0 && this._headerSent)) {
    return sendByOutgoing(this, chunk, encoding, callback, length);
  }
  if (this[kRemaining] !== kNoPromise) chunk = withinPromise(this, chunk, encoding);
  const conn = this[kConn];
  if (!conn.corked && conn.current === this) conn.cork();
  bodyFlags = this.chunkedEncoding ? kChunked : 0;
  const body = takeBody(chunk, encoding);
  const head = takeHead(this, chunk, encoding);
  return send(this, bodyFlags, head, body, callback);
};

// Whoever looks at the writes of a socket sees a chunk in the pieces in which Node writes it.
function sendByOutgoing(res, chunk, encoding, callback, length) {
  if (res[kConn] !== null || !res.chunkedEncoding || chunk.length === 0 || (res[kCorked] > 0 && res._headerSent)) {
    return OutgoingMessage.prototype[kSendBody].call(res, chunk, encoding, callback, length);
  }
  length ??= typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  res._send(length.toString(16), 'latin1', null);
  res._send('\r\n', 'latin1', null);
  res._send(chunk, encoding, null, length);
  return res._send('\r\n', 'latin1', callback);
}

ServerResponse.prototype[kSendEnd] = function(callback, hadChunk) {
  if (this[kConn] === null) return OutgoingMessage.prototype[kSendEnd].call(this, callback, hadChunk);
  if (this[kChunkedLength] > 0) {
    this[kCorked] = 1;
    this.uncork();
  }
  sendEnd(this, undefined, undefined);
};

// Sends the last piece of the body with what ends the message.
function sendEnd(res, chunk, encoding) {
  const conn = res[kConn];
  conn.corked = false;
  if (res[kRemaining] !== kNoPromise) {
    if (chunk !== undefined) chunk = withinPromise(res, chunk, encoding);
    settlePromise(res);
  }
  bodyFlags = 0;
  const body = takeBody(chunk, encoding);
  const head = takeHead(res, chunk, encoding);
  let flags = bodyFlags | kAnswerEnd;
  if (res._last) flags |= kAnswerClose;
  let pending;
  const borrow = isLarge(body) && conn.current === res && !conn.stalled && res._trailer === '';
  if (borrow) flags |= kBorrow;
  if (!res.chunkedEncoding || !res._hasBody) {
    pending = conn.write(res[kSeq], flags, head, body);
  } else if (res._trailer === '') {
    pending = conn.write(res[kSeq], flags | kChunked | kLastChunk, head, body);
  } else {
    conn.write(res[kSeq], bodyFlags | kChunked, head, body);
    pending = conn.write(res[kSeq], (flags & ~bodyFlags) | kLatin1, undefined, `0\r\n${res._trailer}\r\n`);
  }
  if (borrow && conn.flush()) pending = 0;
  res.finished = true;
  res._finish();
  if (conn.current === res) finishSoon(conn, res, pending);
  else res.outputSize += conn.wrote;
}

ServerResponse.prototype.end = function end(chunk, encoding, callback) {
  if (this[kConn] === null || this.finished || this.destroyed || this.strictContentLength) {
    return OutgoingMessage.prototype.end.call(this, chunk, encoding, callback);
  }
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = undefined;
    encoding = undefined;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = undefined;
  }
  if (chunk) checkChunk(chunk);
  else chunk = undefined;
  if (this._header === null) {
    if (chunk !== undefined) {
      this[kNativeLength] = kLengthWanted;
      this._contentLength = -1; // known to the one who writes it
    } else {
      this._contentLength = 0;
    }
    try {
      this._implicitHeader();
    } catch (error) { // The next attempt may have another body.
      this._contentLength = null;
      this[kNativeLength] = kLengthInHead;
      throw error;
    }
  }
  if (chunk !== undefined && !this._hasBody) {
    if (this[kRejectNonStandardBodyWrites]) throw new codes.ERR_HTTP_BODY_NOT_ALLOWED();
    chunk = undefined;
  }
  if (this[kCorked] > 0) { // What is still there goes first.
    this[kCorked] = 1;
    this.uncork();
  }
  if (typeof callback === 'function' && !this[kConn].over) addEndCallback(this, callback);
  sendEnd(this, chunk, encoding);
  return this;
};

// --- The life of an answer on its connection ---

/** Gives the answer its place on the connection. */
function startAnswer(res, conn, seq) {
  res[kConn] = conn;
  res[kSeq] = seq;
  if (conn.current !== null) {
    (conn.waiting ??= []).push(res);
    return;
  }
  conn.current = res;
  if (res.emit !== plain.emit || res.listenerCount('socket') > 0) res.emit('socket', conn.socketOf(res));
  if (conn.redirected) redirect(res, conn);
}

/** From now on the answer is written by the connection's socket; Go is told when it is over. */
function redirect(res, conn) {
  res[kConn] = null;
  outgoingSocket.set.call(res, conn.socket);
  OutgoingMessage.prototype.prependListener.call(res, 'finish', () => {
    conn.write(res[kSeq], res._last ? kAnswerEnd | kAnswerClose : kAnswerEnd, undefined, undefined);
    res[kSocket] = null;
    release(conn, res);
  });
}

function finishSoon(conn, res, pending) {
  if (conn.stalled || (pending >= flushSize && !conn.flush())) conn.finishing = res;
  else process.nextTick(finish, conn, res);
}

// Everything of the answer is with the kernel.
function finish(conn, res) {
  if (res._closed || res[kConn] === null) return; // the connection was lost in between
  res[kConn] = null;
  release(conn, res);
  onFinish(res);
}

/** The answer is complete. */
function endAnswer(conn, res) {
  conn.server._onFinish(conn, res);
  process.nextTick(destroyedNT, res);
}

// The answer leaves its connection, and the next one has it.
function release(conn, res) {
  endAnswer(conn, res);
  const { waiting } = conn;
  conn.current = null;
  if (waiting === null || waiting.length === 0) return;
  if (conn.redirected) nextAnswer(conn);
  else process.nextTick(nextAnswer, conn);
}

function destroyedNT(res) {
  res.destroyed = true;
  closeNT(res);
}

// The next answer has its turn: Go has put out what was written of it.
function nextAnswer(conn) {
  if (conn.current !== null || conn.waiting.length === 0) return;
  const res = conn.current = conn.waiting.shift();
  res.outputSize = 0;
  if (res.emit !== plain.emit || res.listenerCount('socket') > 0) res.emit('socket', conn.socketOf(res));
  const callbacks = res[kQueuedCallbacks];
  res[kQueuedCallbacks] = null;
  if (callbacks !== null) for (const callback of callbacks) callback(null);
  if (res.finished) {
    finishSoon(conn, res, flushSize);
  } else {
    drainNT(res);
    if (conn.redirected && conn.current === res) redirect(res, conn);
  }
}

/** Takes the callbacks of what Go keeps of an answer. */
function queuedCallbacks(res) {
  const callbacks = res[kQueuedCallbacks];
  res[kQueuedCallbacks] = null;
  return callbacks ?? [];
}

/** The kernel has taken everything. */
function answerDrained(conn) {
  const { callbacks, finishing, current } = conn;
  conn.callbacks = null;
  conn.finishing = null;
  if (callbacks !== null) for (const callback of callbacks) callback(null);
  if (finishing !== null) finish(conn, finishing);
  else if (current !== null) drainNT(current);
}

/** The connection was lost before the answer was sent. */
function answerAborted(res) {
  res[kConn] = null;
  if (res._closed) return;
  const callbacks = res[kEndCallbacks];
  res[kEndCallbacks] = null;
  if (callbacks !== null) {
    const error = res[kErrored] ?? new codes.ERR_STREAM_PREMATURE_CLOSE();
    for (const callback of callbacks) process.nextTick(callback, error);
  }
  res.destroyed = true;
  res._closed = true;
  res.emit('close');
}

ServerResponse.prototype.destroy = function destroy(error) {
  const conn = this[kConn];
  if (conn === null || this.destroyed) return OutgoingMessage.prototype.destroy.call(this, error);
  this.destroyed = true;
  this[kErrored] = error;
  if (conn.socket !== null) conn.socket.destroy(error);
  else conn.destroy();
  return this;
};

ServerResponse.prototype._finish = function _finish() {
  if (this[kPerf] !== undefined) {
    const { statusCode, statusMessage } = this;
    stopPerf(this, kPerf, { detail: { res: { statusCode, statusMessage, headers: this.getHeaders() } } });
  }
  this.emit('prefinish');
};

// --- Streams that applications give it ---

function onServerResponseClose() {
  // The answer may have been detached from the socket in between.
  const res = this._httpMessage;
  if (!res) return;
  res.destroyed = true;
  res._closed = true;
  res.emit('close');
}

ServerResponse.prototype.assignSocket = function assignSocket(socket) {
  if (socket._httpMessage) throw new codes.ERR_HTTP_SOCKET_ASSIGNED();
  socket._httpMessage = this;
  socket.on('close', onServerResponseClose);
  this.socket = socket;
  this.emit('socket', socket);
  this._flush();
};

ServerResponse.prototype.detachSocket = function detachSocket(socket) {
  socket.removeListener('close', onServerResponseClose);
  socket._httpMessage = null;
  this.socket = null;
};

const outgoingSocket = Object.getOwnPropertyDescriptor(OutgoingMessage.prototype, 'socket');
const outgoingLength = Object.getOwnPropertyDescriptor(OutgoingMessage.prototype, 'writableLength');

function getSocket() {
  const conn = this[kConn];
  if (conn === null || conn === undefined) return this[kSocket];
  return conn.current === this ? conn.socketOf(this) : null;
}

for (const name of ['socket', 'connection']) {
  Object.defineProperty(ServerResponse.prototype, name, {
    __proto__: null, get: getSocket, set: outgoingSocket.set, enumerable: false, configurable: true,
  });
}

Object.defineProperty(ServerResponse.prototype, 'writableLength', {
  __proto__: null,
  get() {
    const conn = this[kConn];
    if (conn === null) return outgoingLength.get.call(this);
    if (conn.current !== this) return this.outputSize + this[kChunkedLength];
    return this[kChunkedLength] + conn.unsent();
  },
  set: undefined,
  enumerable: false,
  configurable: true,
});

ServerResponse.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  const { socket } = this;
  if (socket) socket.setTimeout(msecs);
  else this.once('socket', (s) => s.setTimeout(msecs));
  return this;
};

module.exports = { STATUS_CODES, ServerResponse, answerAborted, answerDrained, endAnswer, kConn, kSeq, queuedCallbacks, redirect, startAnswer, ConnResetException };
