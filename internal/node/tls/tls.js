'use strict';
// Node's tls. The protocol itself is not there yet: what would need it says so at once.

const { codes: { ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const net = require('net');

function missing(name) {
  throw new ERR_METHOD_NOT_IMPLEMENTED(name);
}

// A list of protocol names in the form of RFC 7301: each behind its length.
function protocolList(protocols) {
  const parts = protocols.map((name, i) => {
    const bytes = Buffer.from(name);
    if (bytes.length > 255) {
      throw new ERR_OUT_OF_RANGE(`The byte length of the protocol at index ${i} exceeds the maximum length.`, '<= 255', bytes.length, true);
    }
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  return Buffer.concat(parts);
}

function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) out.ALPNProtocols = protocolList(protocols);
  else if (protocols instanceof Uint8Array) out.ALPNProtocols = Buffer.from(protocols);
  else if (ArrayBuffer.isView(protocols)) {
    out.ALPNProtocols = Buffer.from(protocols.buffer.slice(protocols.byteOffset, protocols.byteOffset + protocols.byteLength));
  }
}

function TLSSocket() { missing('tls.TLSSocket'); }
Object.setPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
Object.setPrototypeOf(TLSSocket, net.Socket);

function Server() { missing('tls.Server'); }
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  convertALPNProtocols,
  TLSSocket,
  Server,
  createServer() { missing('tls.createServer()'); },
  connect(...args) {
    // Wrong arguments are told first.
    const [options] = net._normalizeArgs(args);
    if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
    missing('tls.connect()');
  },
};

for (const [id, names] of [
  ['internal/tls/secure_context', ['SecureContext', 'createSecureContext']],
  ['internal/tls/certificates', ['checkServerIdentity']],
  ['internal/tls/ciphers', ['getCiphers']],
  ['internal/tls/roots', ['rootCertificates', 'getCACertificates', 'setDefaultCACertificates']],
]) {
  for (const name of names) {
    Object.defineProperty(module.exports, name, {
      __proto__: null, configurable: true, enumerable: true, get() { return require(id)[name]; },
    });
  }
}
module.exports.DEFAULT_CIPHERS = require('internal/tls/ciphers').defaultCiphers;
