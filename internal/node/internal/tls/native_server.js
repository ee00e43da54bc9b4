'use strict';
// Servers whose connections the native half takes and secures, such as https: a connection becomes an object here only
// when somebody asks for it, or when its handshake asks something or fails.

const { TLSWrap, binding, flags: bits, setNativeServer } = require('internal/tls/handle');
const { handleOf } = require('internal/net_handle');
const { close: closeConnection } = internalBinding('net');
const { Socket } = require('net');
const { isFull } = require('internal/net/server');
const { authorize, kHandshakeTimeout, kTaken, listen, needsContextCallback, socketOptions } = require('internal/tls/server');

const servers = new Map(); // by the listener's id
const handshakes = new Map(); // connections that are not secure yet: id to server

/** Makes the connections of a listener, which the native half takes, secure. */
function secureListener(server, id) {
  servers.set(id, server);
  server.once('close', () => servers.delete(id));
  binding.listen(id);
}

function flagsOf(server) {
  let flags = bits.kServer;
  if (server.requestCert) flags |= bits.kRequestCert;
  if (server.rejectUnauthorized) flags |= bits.kRequireCert;
  if (server.listenerCount('keylog') > 0) flags |= bits.kKeylog;
  if (server.listenerCount('newSession') > 0 || server.listenerCount('resumeSession') > 0) flags |= bits.kSessions;
  if (server.listenerCount('OCSPRequest') > 0) flags |= bits.kOCSP;
  if (server.ALPNCallback) flags |= bits.kALPN;
  if (needsContextCallback(server)) flags |= bits.kSNI;
  return flags;
}

function accepted(listener, below, id) {
  const server = servers.get(listener);
  if (server === undefined) {
    closeConnection(id);
    return;
  }
  if (isFull(server)) {
    const { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily } = rawSocketOf(server, below);
    closeConnection(id);
    server.emit('drop', { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily });
    return;
  }
  handshakes.set(id, server);
  server._connections++;
  if (server.listenerCount('connection') > 1) {
    const rawSocket = rawSocketOf(server, below);
    server.emit('connection', rawSocket);
    if (rawSocket.destroyed) return;
  }
  const { context } = server._sharedCreds;
  binding.start(id, 0, context.id, flagsOf(server), server.ALPNProtocols, '', undefined);
  binding.deadline(id, server[kHandshakeTimeout]);
}

// The connection below, for those who listen for 'connection'. TLS has its bytes.
function rawSocketOf(server, id) {
  const { adopt } = require('internal/net_handle');
  const socket = new Socket({ handle: adopt(id), allowHalfOpen: true, manualStart: true });
  socket.server = server;
  socket[kTaken] = true;
  return socket;
}

/** The TLSSocket of a connection that the native half has. */
function adoptSocket(server, id) {
  const existing = handleOf(id)?.owner;
  if (existing) return existing;
  const { TLSSocket, kAdopted } = require('internal/tls/socket');
  const handle = new TLSWrap(null, null, server._sharedCreds, true, id);
  handle.shared = true;
  handle.started = true;
  const socket = new TLSSocket(undefined, { ...socketOptions(server), [kAdopted]: handle });
  if (handshakes.has(id)) {
    listen(server, socket);
    handle.onhandshakedone = () => {
      handshakes.delete(id);
      release(server, socket);
    };
  } else {
    release(server, socket);
  }
  return socket;
}

// The handshake is done, and a client that is not welcome has been refused.
function release(server, socket) {
  socket._finishInit();
  authorize(socket);
  socket._server = server; // which counts its connections by this from now on
  socket._releaseControl();
  socket.secureConnecting = false;
}

setNativeServer({
  accepted,
  secure(id) { handshakes.delete(id); },
  lost(id) {
    const server = handshakes.get(id);
    if (server === undefined) return;
    handshakes.delete(id);
    server._connections--;
    server._emitCloseIfDrained();
  },
  materialize(id) {
    const server = handshakes.get(id);
    if (server === undefined) {
      closeConnection(id);
      return undefined;
    }
    return adoptSocket(server, id)._handle ?? undefined;
  },
});

module.exports = { adoptSocket, secureListener };
