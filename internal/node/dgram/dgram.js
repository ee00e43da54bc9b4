'use strict';
// Node's dgram. The classes are in internal/dgram/.

const { Socket, createSocketHandle } = require('internal/dgram/socket');
const { deprecate } = require('internal/util');

function createSocket(type, listener) {
  return new Socket(type, listener);
}

module.exports = {
  _createSocketHandle: deprecate(createSocketHandle, 'dgram._createSocketHandle() is deprecated', 'DEP0112'),
  createSocket,
  Socket,
};
