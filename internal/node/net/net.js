'use strict';
// Node's net. The classes are in internal/net/.

const { isIP, isIPv4, isIPv6 } = require('internal/net');
const { Socket } = require('internal/net/socket');
const connecting = require('internal/net/connect');
const { BoundSocket } = require('internal/net/bound_socket');
const { Server, createServerHandle } = require('internal/net/server');

function createServer(options, connectionListener) {
  return new Server(options, connectionListener);
}

module.exports = {
  _createServerHandle: createServerHandle,
  _normalizeArgs: connecting.normalizeArgs,
  get BlockList() { return require('internal/blocklist').BlockList; },
  get SocketAddress() { return require('internal/socketaddress').SocketAddress; },
  BoundSocket,
  connect: connecting.connect,
  createConnection: connecting.connect,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
  Server,
  Socket,
  Stream: Socket,
  getDefaultAutoSelectFamily: connecting.getDefaultAutoSelectFamily,
  setDefaultAutoSelectFamily: connecting.setDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout: connecting.getDefaultAutoSelectFamilyAttemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout: connecting.setDefaultAutoSelectFamilyAttemptTimeout,
};
