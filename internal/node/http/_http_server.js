'use strict';
// The server's side of http: Server. What a connection brings arrives through internal/http/connection; an answer is a
// ServerResponse of internal/http/server_response.

const net = require('net');
const EE = require('events');
const { codes, ConnResetException, ErrnoException } = require('internal/errors');
const { validateBoolean, validateInteger, validateObject, validateFunction } = require('internal/validators');
const asyncContext = require('internal/async_context');
const { behindEdge, edgeTimeouts, insecureFlags, isSecure, joinEdge, kFrame, methods, serve, setTimeouts } = require('internal/http/connection');
const { STATUS_CODES, ServerResponse, answerAborted, answerDrained, startAnswer, kSeq } = require('internal/http/server_response');
const { IncomingMessage, kBody, kConnection, kDumped, kEndBody, kHead, kNamed, kSetTrailers } = require('_http_incoming');
const { kUniqueHeaders, parseUniqueHeadersOption } = require('_http_outgoing');
const { activity, activeChannel } = require('internal/channels');
const { getOptionValue } = require('internal/options');
const { promisify } = require('internal/util');
const { isFull, kBehindEdge, kListening } = require('internal/net/server');

const kHalfOpen = Symbol('kHalfOpen');
const kMaxHeadersCount = Symbol('kMaxHeadersCount');

// The facts of a request; the numbers are those of http/http.go.
const factKeepAlive = 1 << 12;
const factComplete = 1 << 13;
const factUpgrade = 1 << 14;
const factHost = 1 << 15;
const factExpect = 1 << 16;
const factContinue = 1 << 17;
const factFraming = 1 << 20;
const factNamed = 1 << 21;

const kConnections = Symbol('http.server.connections');
const kHandleId = Symbol('kHandleId');
const kIncomingMessage = Symbol('IncomingMessage');
const kServerResponse = Symbol('ServerResponse');
const kTimeouts = Symbol('kTimeouts');
const kResponseOptions = Symbol('kResponseOptions');
const kConnectionsCheckingInterval = Symbol('http.server.connectionsCheckingInterval');

// --- Options ---

function defaulted(value, validate, fallback) {
  if (value === undefined) return fallback;
  validate(value);
  return value;
}

function duration(options, name, fallback) {
  return defaulted(options[name], (v) => validateInteger(v, name, 0), fallback);
}

function flag(options, name, fallback) {
  return defaulted(options[name], (v) => validateBoolean(v, `options.${name}`), fallback);
}

function storeHTTPOptions(options) {
  this[kIncomingMessage] = options.IncomingMessage || IncomingMessage;
  this[kServerResponse] = options.ServerResponse || ServerResponse;

  const { maxHeaderSize } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = maxHeaderSize;
  const { insecureHTTPParser } = options;
  if (insecureHTTPParser !== undefined) validateBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  this.insecureHTTPParser = insecureHTTPParser;

  const requestTimeout = duration(options, 'requestTimeout', 300_000);
  const headersTimeout = duration(options, 'headersTimeout', Math.min(60_000, requestTimeout || 60_000));
  if (requestTimeout > 0 && headersTimeout > 0 && headersTimeout > requestTimeout) {
    throw new codes.ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', headersTimeout);
  }
  this[kTimeouts] = {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: duration(options, 'keepAliveTimeout', 5_000),
    keepAliveTimeoutBuffer: duration(options, 'keepAliveTimeoutBuffer', 1_000),
  };
  this[kConnectionsCheckingInterval] = duration(options, 'connectionsCheckingInterval', 30_000);

  this.requireHostHeader = flag(options, 'requireHostHeader', true);
  this.joinDuplicateHeaders = flag(options, 'joinDuplicateHeaders', undefined);
  this.rejectNonStandardBodyWrites = flag(options, 'rejectNonStandardBodyWrites', false);
  this.optimizeEmptyRequests = flag(options, 'optimizeEmptyRequests', false);

  const { shouldUpgradeCallback } = options;
  if (shouldUpgradeCallback !== undefined) validateFunction(shouldUpgradeCallback, 'options.shouldUpgradeCallback');
  this.shouldUpgradeCallback = shouldUpgradeCallback || defaultShouldUpgrade;
}

function defaultShouldUpgrade() {
  return this.listenerCount('upgrade') > 0;
}

/** What a server of HTTP has beside net.Server, or tls.Server. */
function initialize(options) {
  this[kHalfOpen] = false;
  this.timeout = 0;
  this[kMaxHeadersCount] = null;
  this.maxRequestsPerSocket = 0;
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);
  this[kHandleId] = 0;
  this[kFrame] = undefined;
  this[kConnections] = new Set();
  this._httpHighWaterMark = options.highWaterMark ?? require('internal/streams/state').getDefaultHighWaterMark();
  this[kResponseOptions] = {
    highWaterMark: this._httpHighWaterMark,
    rejectNonStandardBodyWrites: this.rejectNonStandardBodyWrites,
  };
}

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === 'function') {
    requestListener = options;
    options = {};
  } else if (options === undefined || options === null) {
    options = {};
  } else {
    validateObject(options, 'options');
  }
  storeHTTPOptions.call(this, options);
  net.Server.call(this, {
    allowHalfOpen: true,
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
    highWaterMark: options.highWaterMark,
  });
  if (requestListener) this.on('request', requestListener);
  this.on('connection', connectionListener);
  this.on('listening', setupConnectionsTracking);

  initialize.call(this, options);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

// Timeouts may be changed at any time: Go is told.
for (const name of ['headersTimeout', 'requestTimeout', 'keepAliveTimeout', 'keepAliveTimeoutBuffer']) {
  Object.defineProperty(Server.prototype, name, {
    __proto__: null,
    get() { return this[kTimeouts]?.[name]; },
    set(value) {
      this[kTimeouts][name] = value;
      if (this[kHandleId] !== 0) setTimeouts(this[kHandleId], ...nativeTimeouts(this));
    },
    enumerable: true,
    configurable: true,
  });
}

// What may be set at any time too: httpAllowHalfOpen (undocumented, but known: finishes the answers after the client
// has ended its side), and how many fields a head may have, for connections from then on.
for (const [name, key] of [['httpAllowHalfOpen', kHalfOpen], ['maxHeadersCount', kMaxHeadersCount]]) {
  Object.defineProperty(Server.prototype, name, {
    __proto__: null,
    get() { return this[key]; },
    set(value) {
      this[key] = value;
      if (this[kHandleId] !== 0) serve(this[kHandleId], this, nativeOptions(this));
    },
    enumerable: true,
    configurable: true,
  });
}

// Fields that a head, or a trailer section, may have: negative means that only its bytes are bounded.
function maxFields(count) {
  if (typeof count !== 'number') return 1000;
  const n = count << 1 >> 1; // as Node, which counts names and values
  return n > 0 ? n : -1;
}

function milliseconds(value) {
  return Number(value) > 0 ? Number(value) : 0;
}

function nativeTimeouts(server) {
  const t = server[kTimeouts];
  const keepAlive = milliseconds(t.keepAliveTimeout);
  return [
    milliseconds(t.headersTimeout), milliseconds(t.requestTimeout),
    keepAlive === 0 ? 0 : keepAlive + milliseconds(t.keepAliveTimeoutBuffer),
  ];
}

// req.id is the name that the edge has given a request. An application may set its own.
const requestId = {
  __proto__: null,
  get() {
    const head = this[kHead];
    return this[kNamed] === true ? head.slice(head.indexOf(':') + 2, head.indexOf('\r')) : undefined;
  },
  set(value) {
    Object.defineProperty(this, 'id', { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  },
  enumerable: true,
  configurable: true,
};

/** The first server of an application with the edge in front listens where the edge does. */
Server.prototype[kBehindEdge] = function() {
  const path = behindEdge();
  if (path === undefined) return undefined;
  const { PipeServer, TCPServer } = require('internal/net_handle');
  const handle = path === '' ? new TCPServer('', 0, 0) : new PipeServer(path, 0);
  if (path !== '') this._pipeName = path;
  handle.open = joinEdge;
  Object.defineProperty(IncomingMessage.prototype, 'id', requestId);
  // What connections obey are the edge's timeouts: the server says so.
  const [headersTimeout, requestTimeout, keepAliveTimeout, keepAliveTimeoutBuffer] = edgeTimeouts();
  this[kTimeouts] = { headersTimeout, requestTimeout, keepAliveTimeout, keepAliveTimeoutBuffer };
  return handle;
};

/** Called by net when the listener is there, before it accepts: its connections are ours. */
Server.prototype[kListening] = function(handle) {
  this[kHandleId] = handle.id;
  this[kFrame] = asyncContext.current();
  serve(handle.id, this, nativeOptions(this));
};

// In the order in which the native half wants them.
function nativeOptions(server) {
  const insecure = server.insecureHTTPParser ?? getOptionValue('--insecure-http-parser');
  return [
    server.maxHeaderSize || getOptionValue('--max-http-header-size'),
    insecure ? insecureFlags : 0,
    ...nativeTimeouts(server),
    server._httpHighWaterMark,
    Boolean(server.httpAllowHalfOpen),
    maxFields(server.maxHeadersCount),
  ];
}

Server.prototype.setTimeout = function setTimeout(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on('timeout', callback);
  return this;
};

// Deadlines are kept in Go, where they cost nothing: there is no timer that looks at all connections. What remains of
// Node's is whether connections are watched.
class ConnectionsWatch {
  _destroyed = false;
  close() { this._destroyed = true; }
}

/** Begins to watch the connections, anew. */
function setupConnectionsTracking() {
  this[kConnections] ??= new Set();
  const watch = this[kConnectionsCheckingInterval];
  if (watch instanceof ConnectionsWatch) watch.close();
  this[kConnectionsCheckingInterval] = new ConnectionsWatch();
}

function httpServerPreClose(server) {
  server.closeIdleConnections();
  const watch = server[kConnectionsCheckingInterval];
  if (watch instanceof ConnectionsWatch) watch.close();
}

Server.prototype.close = function close(...args) {
  httpServerPreClose(this);
  net.Server.prototype.close.apply(this, args);
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function() {
  await promisify(this.close).call(this);
};

Server.prototype.closeAllConnections = function closeAllConnections() {
  for (const conn of this[kConnections]) {
    if (conn.socket !== null) conn.socket.destroy();
    else conn.destroy();
  }
};

Server.prototype.closeIdleConnections = function closeIdleConnections() {
  for (const conn of this[kConnections]) {
    // One that has not sent its first request yet is not idle: its request may be on the way.
    if (conn.requests === 0 || conn.current !== null || conn.incoming !== null) continue;
    if (conn.socket !== null) conn.socket.destroy();
    else conn.destroy();
  }
};

Server.prototype[EE.captureRejectionSymbol] = function(err, event, ...args) {
  switch (event) {
    case 'request': {
      const { 1: res } = args;
      if (!res.headersSent && !res.writableEnded) {
        for (const name of res.getHeaderNames()) res.removeHeader(name);
        res.statusCode = 500;
        res.end(STATUS_CODES[500]);
      } else {
        res.destroy();
      }
      break;
    }
    default:
      net.Server.prototype[EE.captureRejectionSymbol].apply(this, arguments);
  }
};

// --- Connections ---

/** A stream that an application made an HTTP connection of, by server.emit('connection', stream). */
function connectionListener(socket) {
  if (socket._httpConnection) return; // one of our own, announced to the application
  const conn = require('internal/http/stream_connection').serveStream(this, socket, nativeOptions(this));
  this[kConnections].add(conn);
  if (this.timeout > 0) socket.setTimeout?.(this.timeout);
}

Server.prototype._makeSocket = function _makeSocket(conn) {
  const { attach, makeSocket } = require('internal/http/server_socket');
  if (conn.closed || !isSecure(conn.id)) return makeSocket(this, conn);
  return attach(this, conn, require('internal/tls/edge_socket').adoptEdgeSocket(this, conn.id));
};

Server.prototype._onConnection = function _onConnection(conn) {
  if (isFull(this)) {
    const socket = conn.socketOf();
    const { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily } = socket;
    this[kConnections].add(conn);
    this._connections++;
    conn.destroy();
    this.emit('drop', { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily });
    return;
  }
  this._connections++;
  this._addConnection(conn);
  // Our own listener does not need the socket.
  if (this.listenerCount('connection') > 1) this.emit('connection', conn.socketOf());
  if (activity.count !== 0) activeChannel('net.server.socket')?.publish({ socket: conn.socketOf() });
};

/** A connection that speaks HTTP from now on. */
Server.prototype._addConnection = function _addConnection(conn) {
  this[kConnections].add(conn);
  if (this.timeout > 0) conn.socketOf().setTimeout(this.timeout);
};

function newRequest(server, conn, url, head, facts) {
  const Class = server[kIncomingMessage];
  const req = Class === IncomingMessage ? new IncomingMessage(undefined) : new Class(conn.socketOf());
  req[kConnection] = conn;
  req[kHead] = head;
  req.url = url;
  req.method = methods[facts & 255];
  req.httpVersion = ((facts >> 8) & 15) === 1 ? '1.1' : '1.0';
  req.upgrade = false;
  req.joinDuplicateHeaders = server.joinDuplicateHeaders;
  if ((facts & factNamed) !== 0) req[kNamed] = true;
  if (Class !== IncomingMessage) void req._readableState; // its methods are called for every event, as those of any stream
  return req;
}

Server.prototype._onRequest = function _onRequest(conn, seq, url, head, facts) {
  const req = newRequest(this, conn, url, head, facts);
  if (conn.socket !== null) conn.socket[kUpdate]?.();
  conn.incoming = req;
  if ((facts & factUpgrade) !== 0 && leaveHTTP(this, conn, req)) return;
  try {
    answer(this, conn, seq, req, facts);
  } finally {
    if ((facts & factComplete) !== 0) completed(conn, req);
  }
};

const kUpdate = Symbol.for('sluice.updateTimer');

// Says whether the request ends HTTP on its connection; _onUpgrade follows.
function leaveHTTP(server, conn, req) {
  const upgrade = req.method === 'CONNECT' || server.shouldUpgradeCallback(req);
  if (upgrade) {
    req.upgrade = true;
    conn.upgrade = req;
  }
  conn.decide(upgrade);
  return upgrade;
}

function answer(server, conn, seq, req, facts) {
  const res = new server[kServerResponse](req, server[kResponseOptions]);
  const max = server.maxRequestsPerSocket;
  res._keepAliveTimeout = server[kTimeouts].keepAliveTimeout;
  res._maxRequestsPerSocket = max;
  res[kUniqueHeaders] = server[kUniqueHeaders];
  res.shouldKeepAlive = (facts & factKeepAlive) !== 0;
  if (activity.count !== 0) publish('http.server.request.start', server, conn, res);
  startAnswer(res, conn, seq);
  conn.requests++;
  if (server.optimizeEmptyRequests && (facts & factFraming) === 0) req._dumpAndCloseReadable();

  if (max > 0) {
    res.maxRequestsOnConnectionReached = max <= conn.requests;
    if (max < conn.requests) {
      server.emit('dropRequest', req, conn.socketOf());
      res.writeHead(503);
      res.end();
      return;
    }
  }
  if ((facts & (factHost | factExpect)) !== factHost && special(server, req, res, facts)) return;
  server.emit('request', req, res);
}

function publish(name, server, conn, response) {
  activeChannel(name)?.publish({ request: response.req, response, socket: conn.socketOf(), server });
}

// Requests without Host, or with an expectation. Returns whether the request was dealt with.
function special(server, req, res, facts) {
  if (req.httpVersion !== '1.1') return false;
  // RFC 9112, section 3.2: a server must answer a 1.1 request without Host with 400.
  if (server.requireHostHeader && (facts & factHost) === 0) {
    res.writeHead(400, ['Connection', 'close']);
    res.end();
    return true;
  }
  if ((facts & factExpect) === 0) return false;
  if ((facts & factContinue) !== 0) {
    res._expect_continue = true;
    if (server.listenerCount('checkContinue') > 0) {
      server.emit('checkContinue', req, res);
      return true;
    }
    res.writeContinue();
    return false;
  }
  if (server.listenerCount('checkExpectation') > 0) {
    server.emit('checkExpectation', req, res);
  } else {
    res.writeHead(417);
    res.end();
  }
  return true;
}

function completed(conn, req) {
  req.complete = true;
  if (conn.incoming === req) conn.incoming = conn.answered = null;
  req[kEndBody]();
}

Server.prototype._onBody = function _onBody(conn, chunk) {
  const req = conn.incoming;
  if (req === null || req._dumped) return;
  if (conn.socket !== null) conn.socket[kUpdate]?.();
  if (!req.push(chunk)) conn.pause();
};

Server.prototype._onEnd = function _onEnd(conn, trailers) {
  const req = conn.incoming;
  if (req === null) return;
  if (trailers !== null) req[kSetTrailers](trailers);
  completed(conn, req);
  // A reader that had enough before the last piece does not ask for more: the next request must come all the same.
  if (conn.paused) conn.readStart();
};

Server.prototype._onUpgrade = function _onUpgrade(conn, head) {
  const req = conn.upgrade;
  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  const socket = conn.socketOf();
  this[kConnections].delete(conn);
  if (conn.isStream) conn.leave();
  else require('internal/http/server_socket').takeOver(conn);
  completed(conn, req);
  if (this.listenerCount(event) > 0) this.emit(event, req, socket, head);
  else socket.destroy();
};

/** An answer was handed to the kernel. */
Server.prototype._onFinish = function _onFinish(conn, res) {
  const { req } = res;
  if (conn.incoming === req) conn.answered = req; // its body is still to come
  if (!req._consuming) {
    // Nobody reads the body: it is thrown away where it arrives.
    if (!req.complete && req[kBody] === 0 && req._eventsCount === 0) conn.dump(res[kSeq]);
    req._dump();
    if (req[kBody] !== kDumped) conn.unread = req;
  }
  if (conn.socket !== null && !conn.isStream && res._last) conn.socket.end();
  if (activity.count !== 0) publish('http.server.response.finish', this, conn, res);
};

Server.prototype._onDrain = answerDrained;

// --- What goes wrong ---

/** The client has ended its side. */
Server.prototype._onEOF = function _onEOF(conn) {
  if (conn.socket !== null && !conn.isStream) require('internal/http/server_socket').ended(conn);
  if (this.httpAllowHalfOpen) return;
  if (conn.isStream) this._abortRequests(conn);
  // Who ends his side does not wait for answers, as Node sees it. What is not answered is aborted when it is closed.
  if (!conn.isStream && conn.finishing === null) conn.closing();
};

/** Destroys the requests that were not answered. */
Server.prototype._abortRequests = function _abortRequests(conn) {
  const requests = [];
  if (conn.current !== null) requests.push(conn.current.req);
  if (conn.waiting !== null) for (const res of conn.waiting) requests.push(res.req);
  // A request whose answer is complete is nobody's business any more, even if its body is not.
  const { incoming } = conn;
  if (incoming !== null && incoming !== conn.answered && !requests.includes(incoming)) requests.push(incoming);
  conn.incoming = null;
  for (const req of requests) {
    if (!req.destroyed) req.destroy(new ConnResetException('aborted'));
  }
};

/** Closes the answers that can not be sent any more. */
Server.prototype._abortAnswers = function _abortAnswers(conn) {
  const { callbacks, current, waiting } = conn;
  conn.callbacks = null;
  conn.current = null;
  conn.waiting = null;
  if (callbacks !== null) {
    for (const callback of callbacks) process.nextTick(callback, new codes.ERR_STREAM_DESTROYED('write'));
  }
  if (current !== null) answerAborted(current);
  if (waiting !== null) for (const res of waiting) answerAborted(res);
};

Server.prototype._onClosed = function _onClosed(conn, errno) {
  if (conn.isStream && !conn.gone) {
    conn.ended();
    return;
  }
  this[kConnections].delete(conn);
  if (errno !== 0 && conn.socket === null && this.listenerCount('clientError') > 0) {
    conn.socketOf(); // its 'error' becomes 'clientError'
  }
  if (conn.socket !== null && !conn.isStream) {
    // What it had goes with the socket's 'close'.
    require('internal/http/server_socket').closed(conn, errno);
    return;
  }
  this._abortRequests(conn);
  this._abortAnswers(conn);
  if (!conn.isStream) {
    this._connections--;
    this._emitCloseIfDrained();
  }
};

const badAnswers = {
  408: 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n',
  413: 'HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n',
  431: 'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n',
};

function badAnswer(status) {
  return badAnswers[status] ?? `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`;
}

// The application may answer by itself; otherwise the status is sent, if nothing else is on its way, and the
// connection ends.
function clientError(server, conn, error, status) {
  if (server.listenerCount('clientError') > 0) {
    const socket = conn.socketOf();
    if (!conn.isStream) require('internal/http/server_socket').expectErrors(socket);
    server.emit('clientError', error, socket);
    return;
  }
  if (conn.isStream) conn.refused = true;
  conn.errored = error;
  conn.preempt(badAnswer(status));
  conn.closing();
}

Server.prototype._onParseError = function _onParseError(conn, [code, reason, bytesParsed, status, rawPacket]) {
  // What the end of the input cuts short has no reason in its message.
  const error = new Error(code === 'HPE_INVALID_EOF_STATE' ? 'Parse Error' : `Parse Error: ${reason}`);
  error.bytesParsed = bytesParsed;
  error.code = code;
  error.reason = reason;
  if (code !== 'HPE_INVALID_EOF_STATE') error.rawPacket = rawPacket;
  clientError(this, conn, error, status);
};

Server.prototype._onRequestTimeout = function _onRequestTimeout(conn) {
  clientError(this, conn, new codes.ERR_HTTP_REQUEST_TIMEOUT(), 408);
};

module.exports = {
  STATUS_CODES,
  Server,
  ServerResponse,
  _connectionListener: connectionListener,
  httpServerPreClose,
  initialize,
  kConnectionsCheckingInterval,
  kIncomingMessage,
  kServerResponse,
  setupConnectionsTracking,
  storeHTTPOptions,
};
