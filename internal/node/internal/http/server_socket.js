'use strict';
// The net.Socket of a server connection, for those who ask for it. Go keeps the bytes: the socket sees them when the
// connection leaves HTTP, or when somebody listens for its data. Then it reads, and what it has read is fed to HTTP.

const { Socket } = require('net');
const { adopt, closedElsewhere, forget, kOnEnd } = require('internal/net_handle');
const { ErrnoException, codes } = require('internal/errors');
const { release } = require('internal/http/connection');
const { ParserView } = require('internal/http/parser_view');
const binding = internalBinding('http');

const kUpdate = Symbol.for('sluice.updateTimer');

const { addListener, prependListener } = Socket.prototype;

function makeSocket(server, conn) {
  if (conn.closed) return goneSocket(server);
  return attach(server, conn, new Socket({
    handle: adopt(conn.id),
    allowHalfOpen: true,
    manualStart: true,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  }));
}

/** Makes a socket the one of a server connection. */
function attach(server, conn, socket) {
  socket._handle.lender = conn;
  socket._handle.reading = true;
  socket.readableFlowing = true;
  socket.server = server;
  socket._server = server;
  socket._httpConnection = conn;
  socket.parser = new ParserView(conn, onParserTimeout);
  Object.defineProperty(socket, '_httpMessage', {
    __proto__: null,
    get() { return conn.current; },
    set(value) { if (value === null && conn.current !== null && conn.current._closed) conn.current = null; },
    enumerable: true,
    configurable: true,
  });
  Object.defineProperty(socket, 'write', {
    __proto__: null,
    get() { return Socket.prototype.write; },
    set: replaceWrite,
    enumerable: false,
    configurable: true,
  });
  socket[kUpdate] = socket._unrefTimer;
  for (const name of Object.keys(listeners)) addListener.call(socket, name, listeners[name]);
  addListener.call(socket, 'close', onResponseClose);
  socket.setEncoding = setEncoding;
  socket.on = onWithData;
  socket.addListener = onWithData;
  socket.prependListener = prependWithData;
  socket.read(0); // what is pushed flows
  if (conn.paused) socket.pause();
  return socket;
}

// Somebody asks when the connection is closed already.
function goneSocket(server) {
  const socket = new Socket({ allowHalfOpen: true });
  socket.server = server;
  socket._httpConnection = null;
  socket.destroy();
  return socket;
}

// HTTP decodes by itself.
function setEncoding() {
  throw new codes.ERR_HTTP_SOCKET_ENCODING();
}

// --- Observers: from now on the bytes come through the socket ---

function observe(socket) {
  const conn = socket._httpConnection;
  const handle = socket._handle;
  if (conn.observed || conn.closed || !handle?.shared) return;
  conn.observed = true;
  handle.shared = false;
  binding.observe(conn.id);
  if (socket.isPaused()) handle.readStop();
}

function onWithData(name, listener) {
  if (name === 'data' || name === 'readable') observe(this);
  return addListener.call(this, name, listener);
}

function prependWithData(name, listener) {
  if (name === 'data' || name === 'readable') observe(this);
  return prependListener.call(this, name, listener);
}

/** Somebody has his own idea of how to write: the answers go through the socket, as it is now. */
function replaceWrite(write) {
  Object.defineProperty(this, 'write', { __proto__: null, value: write, writable: true, enumerable: true, configurable: true });
  const conn = this._httpConnection;
  if (conn === null || conn.redirected) return;
  conn.redirected = true;
  if (conn.current !== null) require('internal/http/server_response').redirect(conn.current, conn);
}

// --- What happens to the socket. The listeners are there for everybody to see, as in Node. ---

function noop() {}

function feed(chunk) {
  binding.feed(this._httpConnection.id, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
}

function onEnd() {
  const conn = this._httpConnection;
  if (conn.observed) binding.feedEnd(conn.id);
}

function onPause() {
  const conn = this._httpConnection;
  conn.pause();
  if (conn.observed && this._handle?.reading) this._handle.readStop();
}

function onResume() {
  const conn = this._httpConnection;
  conn.readStart();
  if (conn.observed && this._handle && !this._handle.reading) this._handle.readStart();
}

function onTimeout() {
  const { current, incoming } = this._httpConnection;
  const request = incoming !== null && !incoming.complete && incoming.emit('timeout', this);
  const response = current !== null && current.emit('timeout', this);
  const server = this.server.emit('timeout', this);
  if (!request && !response && !server) this.destroy();
}

/** One error of a connection is told; the application may listen for itself, or destroy the socket again. */
function expectErrors(socket) {
  socket.removeListener('error', onError);
  if (socket.listenerCount('error', noop) === 0) addListener.call(socket, 'error', noop);
}

function onError(error) {
  expectErrors(this);
  if (!this.server.emit('clientError', error, this)) this.destroy(error);
}

// Both may be called by those who call all listeners of a socket with something else as `this`.

function onClose() {
  const conn = this?._httpConnection;
  if (!conn) return;
  this.parser?.free();
  this.parser = null;
  this.server._abortRequests(conn);
}

function onResponseClose() {
  const conn = this?._httpConnection;
  if (conn) this.server._abortAnswers(conn);
}

const listeners = {
  timeout: onTimeout,
  error: onError,
  close: onClose,
  data: feed,
  end: onEnd,
  resume: onResume,
  pause: onPause,
};

function onParserTimeout(socket) {
  const conn = socket?._httpConnection;
  if (conn) socket.server._onRequestTimeout(conn);
}

// --- What the connection tells ---

/** The client has ended its side. */
function ended(conn) {
  const { socket } = conn;
  if (!conn.observed && !socket.destroyed) socket[kOnEnd]();
}

/** The connection is closed. */
function closed(conn, errno) {
  const { socket } = conn;
  if (socket.destroyed) {
    closedElsewhere(conn.id); // it waits for this
  } else {
    forget(conn.id);
    socket.destroy(conn.errored ?? (errno === 0 ? undefined : new ErrnoException(-errno, 'read')));
  }
}

/** The connection leaves HTTP: its bytes are the socket's. */
function takeOver(conn) {
  const { socket } = conn;
  const answers = conn.current === null ? null : require('internal/http/left_answers').takeAnswers(conn);
  release(conn);
  conn.takeOver();
  for (const name of Object.keys(listeners)) socket.removeListener(name, listeners[name]);
  socket.removeListener('close', onResponseClose);
  for (const name of ['setEncoding', 'on', 'addListener', 'prependListener']) delete socket[name];
  if (!conn.redirected) delete socket.write;
  socket._httpConnection = null;
  socket.parser?.free();
  socket.parser = null;
  delete socket._httpMessage;
  const handle = socket._handle;
  if (handle) {
    handle.lender = null;
    handle.reading = false;
    handle.takeOver();
    handle.readStart();
  }
  socket.readableFlowing = null;
  if (answers !== null) require('internal/http/left_answers').sendAnswers(conn, socket, answers);
}

module.exports = { attach, closed, ended, expectErrors, makeSocket, takeOver };
