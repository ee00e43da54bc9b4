'use strict';
// The net.Socket of a server connection, for those who ask for it. Go keeps the bytes: the socket sees them only when
// the connection leaves HTTP.

const { Socket } = require('net');
const { adopt, closedElsewhere, forget, kOnEnd } = require('internal/net_handle');
const { ErrnoException } = require('internal/errors');
const { release } = require('internal/http/connection');

const kUpdate = Symbol.for('sluice.updateTimer');

function makeSocket(server, conn) {
  const socket = new Socket({
    handle: adopt(conn.id),
    allowHalfOpen: true,
    manualStart: true,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  });
  socket.server = server;
  socket._server = server;
  socket._httpConnection = conn;
  socket.parser = new ParserView(conn);
  Object.defineProperty(socket, '_httpMessage', {
    __proto__: null,
    get() { return conn.current; },
    set(value) { if (value === null && conn.current !== null && conn.current._closed) conn.current = null; },
    enumerable: true,
    configurable: true,
  });
  socket[kUpdate] = socket._unrefTimer;
  socket.on('timeout', onTimeout);
  socket.on('error', onError);
  return socket;
}

// What applications look at of socket.parser.
class ParserView {
  #conn;
  constructor(conn) { this.#conn = conn; }
  get incoming() { return this.#conn.incoming; }
  get socket() { return this.#conn.socket; }
}

function onTimeout() {
  const { current, incoming } = this._httpConnection;
  const request = incoming !== null && !incoming.complete && incoming.emit('timeout', this);
  const response = current !== null && current.emit('timeout', this);
  const server = this.server.emit('timeout', this);
  if (!request && !response && !server) this.destroy();
}

function noop() {}

function onError(error) {
  // The application may listen for itself, or destroy the socket again.
  this.removeListener('error', onError);
  if (this.listenerCount('error', noop) === 0) this.on('error', noop);
  if (!this.server.emit('clientError', error, this)) this.destroy(error);
}

/** The client has ended its side. */
function ended(conn) {
  if (!conn.socket.destroyed) conn.socket[kOnEnd]();
}

/** The connection is closed. */
function closed(conn, errno) {
  const { socket } = conn;
  if (socket.destroyed) {
    closedElsewhere(conn.id); // it waits for this
  } else {
    forget(conn.id);
    socket.destroy(errno === 0 ? undefined : new ErrnoException(-errno, 'read'));
  }
}

/** The connection leaves HTTP: its bytes are the socket's. */
function takeOver(conn) {
  const { socket } = conn;
  release(conn);
  conn.takeOver();
  socket._handle?.takeOver();
  socket._handle?.readStart();
  socket.removeListener('timeout', onTimeout);
  socket.removeListener('error', onError);
  socket.parser = null;
  Object.defineProperty(socket, '_httpMessage', { __proto__: null, value: null, writable: true, enumerable: true, configurable: true });
}

module.exports = { closed, ended, makeSocket, takeOver };
