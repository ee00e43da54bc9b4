'use strict';
// Starts a server as the environment says, over TCP or TLS, and prints its address. It ends with standard input.
const fs = require('fs');

const secure = Boolean(process.env.TLS_KEY);

/** Options for https.createServer(). */
const tls = secure ? { key: fs.readFileSync(process.env.TLS_KEY), cert: fs.readFileSync(process.env.TLS_CERT) } : {};

function createServer(...args) {
  return secure ? require('https').createServer(tls, ...args) : require('http').createServer(...args);
}

function announce(server) {
  console.log(`${secure ? 'https' : 'http'}://127.0.0.1:${server.address().port}`);
}

function listen(server) {
  server.listen(0, '127.0.0.1', () => announce(server));
  return server;
}

process.stdin.on('end', () => process.exit()).resume();

module.exports = { announce, createServer, listen, secure, tls };
