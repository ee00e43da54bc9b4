'use strict';

// What `secureContext.context` is: the certificates, keys and rules of connections, which live in the native half.

const binding = internalBinding('tls');
const { Buffer } = require('buffer');

const kBounds = Symbol('kBounds');

const TLS1 = 0x301;
const TLS1_1 = 0x302;
const TLS1_2 = 0x303;
const TLS1_3 = 0x304;

/** Bounds of versions by OpenSSL's names of methods; -1 where the caller's bound holds. */
const methods = {
  __proto__: null,
  SSLv23: [-1, TLS1_2], // from what the caller says
  TLS: [0, TLS1_3],
  TLSv1: [TLS1, TLS1],
  TLSv1_1: [TLS1_1, TLS1_1],
  TLSv1_2: [TLS1_2, TLS1_2],
};

let abandoned;

class SecureContext {
  #handle = 0;

  init(secureProtocol, minVersion = 0, maxVersion = 0) {
    let bounds = [minVersion, maxVersion];
    if (typeof secureProtocol === 'string') {
      bounds = boundsOf(secureProtocol);
      if (bounds[0] === -1) bounds[0] = minVersion;
    }
    if (this.#handle !== 0) this.close();
    require('internal/tls/roots').configure();
    this.#handle = binding.newContext(bounds[0], bounds[1]);
    // The number by which the native half knows the context.
    Object.defineProperty(this, 'id', { __proto__: null, configurable: true, value: this.#handle });
    Object.defineProperty(this, kBounds, { __proto__: null, configurable: true, value: bounds });
    abandoned ??= new FinalizationRegistry(binding.freeContext);
    abandoned.register(this, this.#handle, this);
  }

  setKey(pem, passphrase) { binding.contextKey(this.#handle, pem, passphrase ?? null); }
  setCert(pem) { binding.contextCert(this.#handle, pem); }
  addCACert(pem) { binding.contextCA(this.#handle, pem); }
  addRootCerts() { binding.contextRoots(this.#handle); }
  addCRL(pem) { binding.contextCRL(this.#handle, pem); }
  setAllowPartialTrustChain() { binding.contextPartial(this.#handle); }
  setCipherSuites(list) { binding.contextSuites(this.#handle, list); }
  setCiphers(list) { binding.contextCiphers(this.#handle, list); }
  setSigalgs(list) { binding.contextSigalgs(this.#handle, list); }
  setECDHCurve(list) { binding.contextCurves(this.#handle, list); }
  setDHParam(param) { if (param !== true) binding.contextDH(this.#handle, param); }
  setOptions(bits) { binding.contextOptions(this.#handle, bits); }
  setSessionIdContext(id) { binding.contextSessions(this.#handle, id); }
  setSessionTimeout(seconds) { binding.contextTimeout(this.#handle, seconds); }
  setTicketKeys(keys) { binding.contextTicketKeys(this.#handle, keys); }
  getTicketKeys() { return binding.getTicketKeys(this.#handle); }
  loadPKCS12(data, passphrase) { binding.contextPFX(this.#handle, data, passphrase ?? null); }
  getCertificate() { return binding.contextOwn(this.#handle) ?? null; }
  getIssuer() { return binding.contextIssuer(this.#handle) ?? null; }

  getMinProto() { return this[kBounds][0]; }
  getMaxProto() { return this[kBounds][1]; }
  setMinProto(version) {
    this[kBounds][0] = version;
    binding.contextBounds(this.#handle, ...this[kBounds]);
  }
  setMaxProto(version) {
    this[kBounds][1] = version;
    binding.contextBounds(this.#handle, ...this[kBounds]);
  }

  close() {
    abandoned.unregister(this);
    binding.freeContext(this.#handle);
    this.#handle = 0;
  }
}

function boundsOf(protocol) {
  const invalid = (message) => {
    const error = new TypeError(message);
    error.code = 'ERR_TLS_INVALID_PROTOCOL_METHOD';
    return error;
  };
  if (/^SSLv2_(server_|client_)?method$/.test(protocol)) throw invalid('SSLv2 methods disabled');
  if (/^SSLv3_(server_|client_)?method$/.test(protocol)) throw invalid('SSLv3 methods disabled');
  const name = /^(\w+?)_(?:server_|client_)?method$/.exec(protocol)?.[1];
  const bounds = name === undefined ? undefined : methods[name];
  if (bounds === undefined) throw invalid(`Unknown method: ${protocol}`);
  return [...bounds];
}

/** Certificates in PEM or DER or text as bytes. */
const toBuffer = (value) => (typeof value === 'string' ? Buffer.from(value) : value);

module.exports = { SecureContext, TLS1, TLS1_1, TLS1_2, TLS1_3, toBuffer };
