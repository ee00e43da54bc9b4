'use strict';
// Deprecated in Node, and used: contexts of tls by an older name.

const { SecureContext, createSecureContext } = require('tls');

module.exports = {
  SecureContext,
  createSecureContext,
  get translatePeerCertificate() { return require('internal/tls/secure_context').translatePeerCertificate; },
};
