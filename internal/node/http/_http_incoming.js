'use strict';
// IncomingMessage: a request that a server got, or a response that a client got. It is a Readable, but one whose state,
// headers and socket come into being when somebody asks for them: most requests are answered by their URL.

const Readable = require('internal/streams/readable');
const { Stream } = require('internal/streams/legacy');
const { ReadableState, kLazyState } = require('internal/streams/readable-state');
const plain = require('internal/plain');
const { addArray, addDistinct, addField, addText, toArray, toDistinct } = require('internal/http/incoming_headers');

const kAbort = Symbol('kAbort');
const kBody = Symbol('kBody');
const kConnection = Symbol('kConnection');
const kDetachAbortSignal = Symbol('kDetachAbortSignal');
const kEndBody = Symbol('kEndBody');
const kHead = Symbol('kHead');
const kNamed = Symbol('kNamed');
const kHeaders = Symbol('kHeaders');
const kHeadersDistinct = Symbol('kHeadersDistinct');
const kHeadersMax = Symbol('kHeadersMax');
const kRawHeaders = Symbol('kRawHeaders');
const kSetTrailers = Symbol('kSetTrailers');
const kSocket = Symbol('kSocket');
const kTrailers = Symbol('kTrailers');

// message[kBody]: what happened to the body before the message had a readable state.
const kOpen = 0;
const kEnded = 1; // It is over: the state begins with the end.
const kDumped = 2; // Nobody looked until it was over, and the message is closed.

/** Lets the bytes of a connection come. */
function readStart(socket) {
  if (socket && !socket._paused && socket.readable) socket.resume();
}

/** Holds them back. */
function readStop(socket) {
  if (socket) socket.pause();
}

/**
 * A message whose bytes do not come through a socket in JavaScript is made without one, and has at [kConnection] an
 * object with the methods socketOf(message), which makes the socket on first use, readStart(message), and
 * highWaterMark, a number.
 */
function IncomingMessage(socket) {
  Stream.call(this);
  this[kLazyState] = null;
  this[kSocket] = socket;
  this[kConnection] = null;
  this[kBody] = kOpen;
  this[kHead] = null; // The header section: text or array.
  this[kNamed] = false; // The edge has given it a name: the first field.
  this[kHeadersMax] = Infinity; // How many elements of the array are looked at.
  this[kRawHeaders] = null;
  this[kHeaders] = null;
  this[kHeadersDistinct] = null;
  this[kTrailers] = null;
  this[kAbort] = null;

  this.httpVersion = null;
  this.complete = false;
  this.joinDuplicateHeaders = false;
  this.aborted = false;
  this.upgrade = null;

  // Of a request.
  this.url = '';
  this.method = null;

  // Of a response.
  this.statusCode = null;
  this.statusMessage = null;

  this._consuming = false;
  this._dumped = false; // Nobody can want the rest of the body.
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);

// --- The readable state ---

function makeState(msg) {
  const highWaterMark = msg[kConnection] !== null ? msg[kConnection].highWaterMark : msg[kSocket]?.readableHighWaterMark;
  const state = new ReadableState(highWaterMark === undefined ? undefined : { highWaterMark }, msg, false);
  msg[kLazyState] = state;
  // The body comes by itself: nothing is gained by reading ahead.
  state.readingMore = true;
  if (msg[kBody] === kEnded) msg.push(null);
  else if (msg[kBody] === kDumped) markClosed(state);
  return state;
}

function markClosed(state) {
  state.ended = true;
  state.endEmitted = true;
  state.destroyed = true;
  state.closed = true;
  state.closeEmitted = true;
}

Object.defineProperty(IncomingMessage.prototype, '_readableState', {
  __proto__: null,
  get() {
    const state = this[kLazyState];
    if (state !== null && state !== undefined) return state;
    return state === undefined ? undefined : makeState(this); // undefined: this is the prototype itself
  },
  set(state) { this[kLazyState] = state; },
  enumerable: true,
  configurable: true,
});

/** The body is over. */
IncomingMessage.prototype[kEndBody] = function() {
  if (this[kLazyState] !== null) this.push(null);
  else if (this[kBody] === kOpen) this[kBody] = kEnded;
};

IncomingMessage.prototype._read = function _read() {
  if (!this._consuming) {
    this._readableState.readingMore = false;
    this._consuming = true;
  }
  // The parser pushes what comes; here is only said that there is room for it.
  if (this[kConnection] !== null) this[kConnection].readStart(this);
  else if (this.socket.readable) readStart(this.socket);
};

/** Drops the rest of the body: it must be read so that the next message can be. */
IncomingMessage.prototype._dump = function _dump() {
  if (this._dumped) return;
  this._dumped = true;
  if (this[kLazyState] === null && this[kBody] === kEnded && this._eventsCount === 0 && this.emit === plain.emit) {
    this[kBody] = kDumped; // Nobody would see the events.
    return;
  }
  // What is in the buffer is for nobody any more.
  this.removeAllListeners('data');
  this.resume();
};

/** The message is over and nobody will look at it: as _dump, without events. */
IncomingMessage.prototype._dumpAndCloseReadable = function _dumpAndCloseReadable() {
  this._dumped = true;
  if (this[kLazyState] === null) this[kBody] = kDumped;
  else markClosed(this[kLazyState]);
};

// --- Headers ---

function fieldsOf(section, max) {
  return typeof section === 'string' ? toArray(section, max) : section ?? [];
}

function toObject(section, max, join) {
  const dest = {};
  if (typeof section === 'string') addText(dest, section, max, join);
  else if (section !== null) addArray(dest, section, max, join);
  return dest;
}

/** The parser's headers as an array of names and values, of which `n` elements count; after the body, the trailers. */
IncomingMessage.prototype._addHeaderLines = function _addHeaderLines(headers, n) {
  if (!headers?.length) return;
  if (this.complete) {
    this[kSetTrailers](headers, n);
    return;
  }
  this[kHead] = headers;
  this[kRawHeaders] = headers;
  this[kHeadersMax] = n;
  if (this[kHeaders] !== null) addArray(this[kHeaders], headers, n, this.joinDuplicateHeaders);
};

/** Adds a field to `dest` by the rules of `headers`. */
IncomingMessage.prototype._addHeaderLine = function _addHeaderLine(field, value, dest) {
  addField(dest, field, value, this.joinDuplicateHeaders);
};

IncomingMessage.prototype._addHeaderLineDistinct = function _addHeaderLineDistinct(field, value, dest) {
  addDistinct(dest, field.toLowerCase(), value);
};

// Trailers are rare: all there is about them is in one object.
function trailersOf(msg) {
  return msg[kTrailers] ??= { section: null, max: Infinity, raw: null, all: null, distinct: null };
}

/** The trailer section, text or array. */
IncomingMessage.prototype[kSetTrailers] = function(section, max = Infinity) {
  const trailers = trailersOf(this);
  trailers.section = section;
  trailers.max = max;
  trailers.raw = null;
  if (trailers.all !== null) Object.assign(trailers.all, toObject(section, max, this.joinDuplicateHeaders));
};

function accessor(name, get, set) {
  Object.defineProperty(IncomingMessage.prototype, name, { __proto__: null, get, set, enumerable: false, configurable: true });
}

accessor('rawHeaders',
         function() { return this[kRawHeaders] ??= fieldsOf(this[kHead], this[kHeadersMax]); },
         function(value) {
           this[kRawHeaders] = value;
           this[kHead] = value;
         });
accessor('headers',
         function() { return this[kHeaders] ??= toObject(this[kHead], this[kHeadersMax], this.joinDuplicateHeaders); },
         function(value) { this[kHeaders] = value; });
accessor('headersDistinct',
         function() { return this[kHeadersDistinct] ??= toDistinct(this.rawHeaders, this[kHeadersMax]); },
         function(value) { this[kHeadersDistinct] = value; });
accessor('rawTrailers',
         function() {
           const trailers = trailersOf(this);
           return trailers.raw ??= fieldsOf(trailers.section, trailers.max);
         },
         function(value) {
           const trailers = trailersOf(this);
           trailers.raw = value;
           trailers.section = value;
         });
accessor('trailers',
         function() {
           const trailers = trailersOf(this);
           return trailers.all ??= toObject(trailers.section, trailers.max, this.joinDuplicateHeaders);
         },
         function(value) { trailersOf(this).all = value; });
accessor('trailersDistinct',
         function() {
           const trailers = trailersOf(this);
           return trailers.distinct ??= toDistinct(this.rawTrailers, trailers.max);
         },
         function(value) { trailersOf(this).distinct = value; });

// The version is one string; its numbers are looked at by few.
function versionPart(name, index) {
  accessor(name,
           function() { return this.httpVersion === null ? null : Number(this.httpVersion.split('.')[index]); },
           function(value) {
             Object.defineProperty(this, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
           });
}
versionPart('httpVersionMajor', 0);
versionPart('httpVersionMinor', 1);

// --- The socket ---

function getSocket() {
  const socket = this[kSocket];
  if (socket === undefined && this[kConnection]) return this[kSocket] = this[kConnection].socketOf(this);
  return socket;
}

function setSocket(socket) {
  this[kSocket] = socket;
}

accessor('socket', getSocket, setSocket);
accessor('connection', getSocket, setSocket);
accessor('client', getSocket, setSocket);

IncomingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  this.socket.setTimeout(msecs);
  return this;
};

// An error that nobody listens for is not worth a crash: the message was going away anyway.
function finishDestroy(msg, error, callback) {
  callback(msg.listenerCount('error') === 0 ? undefined : error);
}

IncomingMessage.prototype._destroy = function _destroy(err, callback) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit('aborted');
    abort(this);
  }
  // A connection that is gone needs no socket any more.
  const gone = this[kSocket] === undefined && this[kConnection] !== null && this[kConnection].closed;
  const socket = gone ? null : this.socket;
  if (!socket || socket.destroyed || !this.aborted) {
    process.nextTick(finishDestroy, this, err, callback);
    return;
  }
  // The message ends when its socket has.
  socket.destroy(err);
  const { finished } = require('stream');
  const cleanup = finished(socket, (error) => {
    if (error?.code === 'ERR_STREAM_PREMATURE_CLOSE') error = null;
    cleanup();
    process.nextTick(finishDestroy, this, error || err, callback);
  });
};

// --- signal ---

// message[kAbort] is { controller, socket, listener }, or kDetached.
const kDetached = { controller: null, socket: null, listener: null };

function abort(msg) {
  const state = msg[kAbort];
  msg[kDetachAbortSignal]();
  state?.controller?.abort();
}

/** An AbortSignal that is aborted when the connection is lost before the message was answered. */
accessor('signal', function() {
  if (this[kAbort]?.controller) return this[kAbort].controller.signal;
  const { AbortController } = require('internal/abort_controller');
  const detached = this[kAbort] === kDetached;
  const state = this[kAbort] = { controller: new AbortController(), socket: null, listener: null };
  if (this.destroyed && (!this.readableEnded || !this.complete)) {
    state.controller.abort();
  } else if (!detached) {
    const { socket } = this;
    if (socket?.destroyed) {
      state.controller.abort();
    } else if (socket) {
      state.socket = socket;
      state.listener = () => abort(this);
      socket.once('close', state.listener);
    }
  }
  return state.controller.signal;
});

/** The message was answered: the signal stays as it is. */
IncomingMessage.prototype[kDetachAbortSignal] = function() {
  const state = this[kAbort];
  if (state === null) {
    this[kAbort] = kDetached;
  } else if (state.socket !== null) {
    state.socket.removeListener('close', state.listener);
    state.socket = state.listener = null;
  }
};

module.exports = {
  IncomingMessage,
  kDetachAbortSignal,
  readStart,
  readStop,

  // For those who feed messages.
  kBody,
  kDumped,
  kConnection,
  kEndBody,
  kHead,
  kNamed,
  kHeadersMax,
  kSetTrailers,
  kSocket,
};
