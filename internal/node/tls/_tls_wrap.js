'use strict';
// Deprecated in Node, and used: the classes of tls by an older name.

const { TLSSocket, Server, createServer, connect } = require('tls');

module.exports = { TLSSocket, Server, createServer, connect };
