'use strict';
// Node's tls. The protocol is crypto/tls's: internal/tls/socket, server and connect are what applications see of it;
// contexts and certificates are in internal/tls/secure_context and certificates.

const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { getOptionValue } = require('internal/options');

// A list of protocol names in the form of RFC 7301: each behind its length.
function protocolList(protocols) {
  const parts = protocols.map((name, i) => {
    const bytes = Buffer.from(name);
    if (bytes.length === 0) throw new ERR_INVALID_ARG_VALUE(`protocols[${i}]`, name, 'must be a non-empty string');
    if (bytes.length > 255) {
      throw new ERR_OUT_OF_RANGE(`The byte length of the protocol at index ${i} exceeds the maximum length.`, '<= 255', bytes.length, true);
    }
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  return Buffer.concat(parts);
}

function checkedList(bytes) {
  for (let i = 0; i < bytes.length; i += 1 + bytes[i]) {
    if (bytes[i] === 0) throw new ERR_INVALID_ARG_VALUE('ALPNProtocols', bytes, 'must not contain zero-length protocol');
    if (i + 1 + bytes[i] > bytes.length) throw new ERR_INVALID_ARG_VALUE('ALPNProtocols', bytes, 'contains truncated protocol');
  }
  return bytes;
}

function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) {
    out.ALPNProtocols = protocolList(protocols);
  } else if (ArrayBuffer.isView(protocols)) {
    const { buffer, byteOffset, byteLength } = protocols;
    out.ALPNProtocols = checkedList(Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength)));
  }
}

// The versions that options of the command line allow.
function boundary(kind, versions, usual) {
  const found = versions.find((version) => getOptionValue(`--tls-${kind}-v${version}`));
  if (found === undefined) return usual;
  return found === '1.0' ? 'TLSv1' : `TLSv${found}`;
}

exports.CLIENT_RENEG_LIMIT = 3;
exports.CLIENT_RENEG_WINDOW = 600;
exports.DEFAULT_CIPHERS = getOptionValue('--tls-cipher-list') || require('internal/tls/ciphers').defaultCiphers;
exports.DEFAULT_ECDH_CURVE = 'auto';
exports.DEFAULT_MIN_VERSION = boundary('min', ['1.0', '1.1', '1.2', '1.3'], 'TLSv1.2');
exports.DEFAULT_MAX_VERSION = boundary('max', ['1.3', '1.2'], 'TLSv1.3');
exports.convertALPNProtocols = convertALPNProtocols;

// What is made of other modules when somebody wants it: an application that speaks HTTP only pays for none of it.
function lazy(name, id, enumerable = true) {
  internalBinding('util').defineLazyProperties(exports, id, [name], enumerable);
}

lazy('getCiphers', 'internal/tls/ciphers');
Object.defineProperty(exports, 'rootCertificates', {
  __proto__: null,
  get() { return require('internal/tls/roots').rootCertificates; },
  enumerable: true,
  configurable: false,
});
lazy('getCACertificates', 'internal/tls/roots');
lazy('setDefaultCACertificates', 'internal/tls/roots');
lazy('checkServerIdentity', 'internal/tls/certificates');
lazy('createSecureContext', 'internal/tls/secure_context');
lazy('SecureContext', 'internal/tls/secure_context');
lazy('TLSSocket', 'internal/tls/socket');
lazy('Server', 'internal/tls/server');
lazy('createServer', 'internal/tls/server');
lazy('connect', 'internal/tls/connect');
