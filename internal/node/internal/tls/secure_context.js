'use strict';

// tls.createSecureContext(): the options of a context, looked at and handed to the native half in the order in which
// Node does, because the first thing that is wrong is what a program is told.

const {
  codes: {
    ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
    ERR_TLS_INVALID_PROTOCOL_VERSION, ERR_TLS_PROTOCOL_VERSION_CONFLICT,
  },
} = require('internal/errors');
const {
  validateBuffer, validateInt32, validateInteger, validateObject, validateString,
} = require('internal/validators');
const native = require('internal/tls/native_context');

const SSL_OP_CIPHER_SERVER_PREFERENCE = 1 << 22;

const versions = {
  '__proto__': null, 'TLSv1': native.TLS1, 'TLSv1.1': native.TLS1_1, 'TLSv1.2': native.TLS1_2, 'TLSv1.3': native.TLS1_3,
};

// The defaults are properties of the module tls, which programs set.
const defaults = () => require('tls');

function versionNumber(which, version, byDefault) {
  version ??= byDefault;
  const number = versions[version];
  if (number === undefined) throw new ERR_TLS_INVALID_PROTOCOL_VERSION(version, which);
  return number;
}

function SecureContext(secureProtocol, secureOptions, minVersion, maxVersion) {
  if (!(this instanceof SecureContext)) return new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  if (secureProtocol) {
    for (const version of [minVersion, maxVersion]) {
      if (version != null) throw new ERR_TLS_PROTOCOL_VERSION_CONFLICT(version, secureProtocol);
    }
  }
  this.context = new native.SecureContext();
  const { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = defaults();
  this.context.init(
    secureProtocol,
    versionNumber('minimum', minVersion, DEFAULT_MIN_VERSION),
    versionNumber('maximum', maxVersion, DEFAULT_MAX_VERSION));
  if (secureOptions) {
    validateInteger(secureOptions, 'secureOptions');
    this.context.setOptions(secureOptions);
  }
}

const listOf = (value) => (Array.isArray(value) ? value : [value]);

function checkKeyOrCert(name, value) {
  if (typeof value !== 'string' && !ArrayBuffer.isView(value))
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value);
}

function setCiphers(context, ciphers, name) {
  if (ciphers != null) validateString(ciphers, name);
  // Suites of TLS 1.3 have names of their own, and a list of their own.
  const suites = [];
  const rest = [];
  for (const cipher of (ciphers || defaults().DEFAULT_CIPHERS).split(':')) {
    if (cipher.length === 0) continue;
    const isSuite = cipher.startsWith('TLS_') || /^[!+-]TLS_/.test(cipher) === true;
    (isSuite ? suites : rest).push(cipher);
  }
  const list = rest.join(':');
  if (suites.length > 0) context.setCipherSuites(suites.join(':'));
  context.setCiphers(list);
  // Without a cipher for them, older versions are not offered.
  if (list === '' && context.getMinProto() < native.TLS1_3 && context.getMaxProto() > native.TLS1_2)
    context.setMinProto(native.TLS1_3);
}

function setKey(context, key, passphrase, name) {
  checkKeyOrCert(`${name}.key`, key);
  if (passphrase != null) validateString(passphrase, `${name}.passphrase`);
  context.setKey(key, passphrase);
}

function setKeys(context, key, passphrase, name) {
  for (const value of listOf(key)) {
    const isPair = Array.isArray(key) && value?.pem !== undefined;
    const own = Array.isArray(key) && value?.passphrase !== undefined ? value.passphrase : passphrase;
    setKey(context, isPair ? value.pem : value, own, name);
  }
}

const optionalString = ['string', 'null', 'undefined'];

function checkEngineKey(options, name) {
  const { key, privateKeyIdentifier, privateKeyEngine } = options;
  if (privateKeyIdentifier == null) return;
  if (privateKeyEngine == null) throw new ERR_INVALID_ARG_VALUE(`${name}.privateKeyEngine`, privateKeyEngine);
  if (key) throw new ERR_INVALID_ARG_VALUE(`${name}.privateKeyIdentifier`, privateKeyIdentifier);
  if (typeof privateKeyIdentifier !== 'string')
    throw new ERR_INVALID_ARG_TYPE(`${name}.privateKeyIdentifier`, optionalString, privateKeyIdentifier);
  if (typeof privateKeyEngine !== 'string')
    throw new ERR_INVALID_ARG_TYPE(`${name}.privateKeyEngine`, optionalString, privateKeyEngine);
  throw new ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED(); // There are no engines here.
}

function loadPfx(context, pfx, passphrase) {
  for (const value of listOf(pfx)) {
    const isPair = Array.isArray(pfx);
    const data = (isPair && value.buf) || value;
    const own = (isPair && value.passphrase) || passphrase;
    const bytes = native.toBuffer(data);
    if (!ArrayBuffer.isView(bytes)) {
      const error = new Error('Unable to load PFX certificate');
      error.code = 'ERR_CRYPTO_OPERATION_FAILED';
      throw error;
    }
    context.loadPKCS12(bytes, own == null ? undefined : native.toBuffer(own));
  }
}

function configSecureContext(context, options = {}, name = 'options') {
  validateObject(options, name);
  const {
    allowPartialTrustChain, ca, cert, clientCertEngine, crl, dhparam, key, passphrase, pfx, sessionIdContext,
    sessionTimeout, sigalgs, ticketKeys,
  } = options;
  // Ciphers first: a security level among them decides about certificates.
  setCiphers(context, options.ciphers === undefined ? defaults().DEFAULT_CIPHERS : options.ciphers, `${name}.ciphers`);
  // Authorities before certificates, whose issuers may be among them; keys after certificates, to be compared.
  if (ca) {
    for (const value of listOf(ca)) {
      checkKeyOrCert(`${name}.ca`, value);
      context.addCACert(value);
    }
  } else {
    context.addRootCerts();
  }
  if (allowPartialTrustChain) context.setAllowPartialTrustChain();
  if (cert) {
    for (const value of listOf(cert)) {
      checkKeyOrCert(`${name}.cert`, value);
      context.setCert(value);
    }
  }
  if (key) setKeys(context, key, passphrase, name);
  if (sigalgs != null) {
    validateString(sigalgs, `${name}.sigalgs`);
    if (sigalgs === '') throw new ERR_INVALID_ARG_VALUE(`${name}.sigalgs`, sigalgs);
    context.setSigalgs(sigalgs);
  }
  checkEngineKey(options, name);
  const curve = options.ecdhCurve === undefined ? defaults().DEFAULT_ECDH_CURVE : options.ecdhCurve;
  validateString(curve, `${name}.ecdhCurve`);
  context.setECDHCurve(curve);
  if (dhparam != null) {
    checkKeyOrCert(`${name}.dhparam`, dhparam);
    context.setDHParam(dhparam === 'auto' || dhparam);
  }
  if (crl != null) {
    for (const value of listOf(crl)) {
      checkKeyOrCert(`${name}.crl`, value);
      context.addCRL(value);
    }
  }
  if (sessionIdContext != null) {
    validateString(sessionIdContext, `${name}.sessionIdContext`);
    context.setSessionIdContext(sessionIdContext);
  }
  if (pfx != null) loadPfx(context, pfx, passphrase);
  if (typeof clientCertEngine === 'string') throw new ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED();
  if (clientCertEngine != null)
    throw new ERR_INVALID_ARG_TYPE(`${name}.clientCertEngine`, optionalString, clientCertEngine);
  if (ticketKeys != null) {
    validateBuffer(ticketKeys, `${name}.ticketKeys`);
    if (ticketKeys.byteLength !== 48)
      throw new ERR_INVALID_ARG_VALUE(`${name}.ticketKeys`, ticketKeys.byteLength, 'must be exactly 48 bytes');
    context.setTicketKeys(ticketKeys);
  }
  if (sessionTimeout != null) {
    validateInt32(sessionTimeout, `${name}.sessionTimeout`, 0);
    context.setSessionTimeout(sessionTimeout);
  }
}

function createSecureContext(options) {
  options ||= {};
  const { honorCipherOrder, minVersion, maxVersion, secureProtocol } = options;
  let { secureOptions } = options;
  if (honorCipherOrder) secureOptions |= SSL_OP_CIPHER_SERVER_PREFERENCE;
  const context = new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  configSecureContext(context.context, options);
  return context;
}

module.exports = {
  SecureContext,
  createSecureContext,
  get translatePeerCertificate() { return require('internal/tls/certificates').translatePeerCertificate; },
};
