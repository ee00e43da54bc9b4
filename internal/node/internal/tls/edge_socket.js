'use strict';
// The TLSSocket of a connection that the edge has made secure. Its handshake was Go's alone, and its settings are the
// edge's: JavaScript only looks at what came of it.

const { TLSWrap } = require('internal/tls/handle');
const { TLSSocket, kAdopted } = require('internal/tls/socket');
const { authorize } = require('internal/tls/server');

const noContext = { context: null };

function adoptEdgeSocket(server, id) {
  const handle = new TLSWrap(null, null, noContext, true, id);
  handle.shared = true;
  handle.started = true;
  const socket = new TLSSocket(undefined, {
    isServer: true, server, requestCert: handle.getPeerChain().length > 0, rejectUnauthorized: false, [kAdopted]: handle,
  });
  socket._finishInit();
  authorize(socket);
  socket._releaseControl();
  socket.secureConnecting = false;
  return socket;
}

module.exports = { adoptEdgeSocket };
