'use strict';

// The class X509Certificate. A certificate lives in the native half and is a number here; its parts are asked for one
// by one and remembered.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateBoolean, validateObject, validateString } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { Buffer } = require('buffer');
const { codedError, kHandle, opensslError } = require('internal/crypto/util');
const { KeyObject, publicKeyObject } = require('internal/crypto/keys');
const binding = internalBinding('crypto');

const kParts = Symbol('kParts');

// X509_CHECK_FLAG_*
const ALWAYS_CHECK_SUBJECT = 1;
const NO_WILDCARDS = 2;
const NO_PARTIAL_WILDCARDS = 4;
const MULTI_LABEL_WILDCARDS = 8;
const SINGLE_LABEL_SUBDOMAINS = 16;
const NEVER_CHECK_SUBJECT = 32;

function checkFlags(options = {}) {
  validateObject(options, 'options');
  const {
    subject = 'default', wildcards = true, partialWildcards = true, multiLabelWildcards = false,
    singleLabelSubdomains = false,
  } = options;
  validateString(subject, 'options.subject');
  validateBoolean(wildcards, 'options.wildcards');
  validateBoolean(partialWildcards, 'options.partialWildcards');
  validateBoolean(multiLabelWildcards, 'options.multiLabelWildcards');
  validateBoolean(singleLabelSubdomains, 'options.singleLabelSubdomains');
  let flags = 0;
  switch (subject) {
    case 'default': break;
    case 'always': flags |= ALWAYS_CHECK_SUBJECT; break;
    case 'never': flags |= NEVER_CHECK_SUBJECT; break;
    default: throw new ERR_INVALID_ARG_VALUE('options.subject', subject);
  }
  if (!wildcards) flags |= NO_WILDCARDS;
  if (!partialWildcards) flags |= NO_PARTIAL_WILDCARDS;
  if (multiLabelWildcards) flags |= MULTI_LABEL_WILDCARDS;
  if (singleLabelSubdomains) flags |= SINGLE_LABEL_SUBDOMAINS;
  return flags;
}

/** The native half's reasons as OpenSSL's errors. */
function parseError(reason) {
  switch (reason) {
    case 'no start line':
      return opensslError('0480006C', 'PEM routines', reason, 'ERR_OSSL_PEM_NO_START_LINE', null);
    case 'bad base64 decode':
      return opensslError('04800064', 'PEM routines', reason, 'ERR_OSSL_PEM_BAD_BASE64_DECODE', null);
    case 'bad end line':
      return opensslError('04800066', 'PEM routines', reason, 'ERR_OSSL_PEM_BAD_END_LINE', null);
    default:
      return opensslError(
        '0680007B', 'asn1 encoding routines', 'header too long', 'ERR_OSSL_ASN1_HEADER_TOO_LONG', null);
  }
}

let abandoned;

class X509Certificate {
  constructor(buffer) {
    if (typeof buffer === 'string') {
      buffer = Buffer.from(buffer);
    } else if (!isArrayBufferView(buffer)) {
      throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer);
    }
    const handle = binding.x509Parse(buffer);
    if (typeof handle === 'string') throw parseError(handle);
    Object.defineProperty(this, kHandle, { __proto__: null, value: handle });
    Object.defineProperty(this, kParts, { __proto__: null, value: new Map() });
    abandoned ??= new FinalizationRegistry(binding.x509Free);
    abandoned.register(this, handle);
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    if (depth < 0) return this;
    const shown = {};
    for (const name of shownParts) shown[name] = this[name];
    return `X509Certificate ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }

  get subject() { return part(this, 'subject'); }
  get subjectAltName() { return part(this, 'subjectAltName'); }
  get issuer() { return part(this, 'issuer'); }
  get issuerCertificate() { return this[kParts].get('issuerCertificate'); }
  get infoAccess() { return part(this, 'infoAccess'); }
  get validFrom() { return part(this, 'validFrom'); }
  get validTo() { return part(this, 'validTo'); }
  get validFromDate() { return new Date(part(this, 'validFromDate')); }
  get validToDate() { return new Date(part(this, 'validToDate')); }
  get fingerprint() { return part(this, 'fingerprint'); }
  get fingerprint256() { return part(this, 'fingerprint256'); }
  get fingerprint512() { return part(this, 'fingerprint512'); }
  get keyUsage() { return part(this, 'keyUsage'); }
  get serialNumber() { return part(this, 'serialNumber'); }
  get signatureAlgorithm() { return part(this, 'signatureAlgorithm'); }
  get signatureAlgorithmOid() { return part(this, 'signatureAlgorithmOid'); }
  get raw() { return part(this, 'raw'); }
  get publicKey() { return part(this, 'publicKey', readPublicKey); }

  toString() { return part(this, 'pem'); }

  // There's no standardized JSON encoding of certificates.
  toJSON() { return this.toString(); }

  get ca() { return part(this, 'ca'); }

  checkHost(name, options) {
    validateString(name, 'name');
    const flags = checkFlags(options);
    if (name.includes('\0')) throw invalidName();
    return binding.x509CheckHost(this[kHandle], name, flags);
  }

  checkEmail(email, options) {
    validateString(email, 'email');
    const flags = checkFlags(options);
    if (email.includes('\0')) throw invalidName();
    return binding.x509CheckEmail(this[kHandle], email, flags) === undefined ? undefined : email;
  }

  checkIP(ip, options) {
    validateString(ip, 'ip');
    checkFlags(options);
    const fits = binding.x509CheckIP(this[kHandle], ip);
    if (fits === null) throw invalidName();
    return fits ? ip : undefined;
  }

  checkIssued(otherCert) {
    if (!isX509Certificate(otherCert)) throw new ERR_INVALID_ARG_TYPE('otherCert', 'X509Certificate', otherCert);
    return binding.x509CheckIssued(this[kHandle], otherCert[kHandle]);
  }

  checkPrivateKey(pkey) {
    checkKey(pkey, 'private');
    return binding.x509CheckPrivate(this[kHandle], pkey[kHandle]);
  }

  verify(pkey) {
    checkKey(pkey, 'public');
    return binding.x509Verify(this[kHandle], pkey[kHandle]);
  }

  toLegacyObject() { return legacyObject(this); }
}

const invalidName = () => codedError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Invalid name');

const shownParts = [
  'subject', 'subjectAltName', 'issuer', 'infoAccess', 'validFrom', 'validTo', 'validFromDate', 'validToDate',
  'fingerprint', 'fingerprint256', 'fingerprint512', 'keyUsage', 'serialNumber', 'signatureAlgorithm',
  'signatureAlgorithmOid',
];

function part(certificate, name, load) {
  const parts = certificate[kParts];
  if (parts.has(name)) return parts.get(name);
  const value = load === undefined ? binding.x509Get(certificate[kHandle], name) : load(certificate);
  parts.set(name, value);
  return value;
}

function readPublicKey(certificate) {
  return publicKeyObject(binding.x509Key(certificate[kHandle]));
}

function checkKey(key, type) {
  if (!(key instanceof KeyObject)) throw new ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', key);
  if (key.type !== type) throw new ERR_INVALID_ARG_VALUE('pkey', key);
}

const isX509Certificate = (value) => value?.[kParts] !== undefined;

/** Attributes of a name by their short names; one that is there several times is an array. */
function nameObject(list) {
  const object = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) {
    const key = list[i];
    const value = list[i + 1];
    if (object[key] === undefined) object[key] = value;
    else if (Array.isArray(object[key])) object[key].push(value);
    else object[key] = [object[key], value];
  }
  return object;
}

/** Lines `key:value` as an object of arrays; a value in quotes is a JSON string. */
function infoAccessObject(text) {
  const info = { __proto__: null };
  text.replace(/([^\n:]*):([^\n]*)(?:\n|$)/g, (all, key, value) => {
    if (value.charCodeAt(0) === 0x22) value = JSON.parse(value);
    (info[key] ??= []).push(value);
  });
  return info;
}

/** The certificate as tls.getPeerCertificate() shows it. */
function legacyObject(certificate) {
  const handle = certificate[kHandle];
  const [subject, issuer] = binding.x509Names(handle);
  const [modulus, exponent, pubkey, bits, asn1Curve, nistCurve] = binding.x509LegacyKey(handle);
  const infoAccess = certificate.infoAccess;
  return {
    subject: nameObject(subject ?? []),
    issuer: nameObject(issuer ?? []),
    subjectaltname: certificate.subjectAltName,
    infoAccess: infoAccess === undefined ? undefined : infoAccessObject(infoAccess),
    ca: certificate.ca,
    modulus,
    exponent,
    pubkey,
    bits,
    valid_from: certificate.validFrom,
    valid_to: certificate.validTo,
    fingerprint: certificate.fingerprint,
    fingerprint256: certificate.fingerprint256,
    fingerprint512: certificate.fingerprint512,
    ext_key_usage: certificate.keyUsage,
    serialNumber: certificate.serialNumber,
    raw: certificate.raw,
    asn1Curve,
    nistCurve,
  };
}

/** Tells a certificate who issued it; connections know that. */
function setIssuer(certificate, issuer) {
  certificate[kParts].set('issuerCertificate', issuer);
}

module.exports = { X509Certificate, isX509Certificate, infoAccessObject, setIssuer };
