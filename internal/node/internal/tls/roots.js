'use strict';

// The certificates that are trusted when a program names none: tls.rootCertificates, getCACertificates() and
// setDefaultCACertificates().

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateString } = require('internal/validators');
const { isUint8Array, isArrayBufferView } = require('internal/util/types');
const { getOptionValue } = require('internal/options');
const { Buffer } = require('buffer');
const binding = internalBinding('tls');

let configured = false;
let extraFile = '';

/** Says once where the defaults come from: options of the command line and the environment. */
function configure() {
  if (configured) return;
  configured = true;
  extraFile = process.env.NODE_EXTRA_CA_CERTS ?? '';
  const onlySystem = getOptionValue('--use-openssl-ca');
  const useSystem = onlySystem || getOptionValue('--use-system-ca') || process.env.NODE_USE_SYSTEM_CA === '1';
  binding.rootsConfigure(!onlySystem, useSystem === true, extraFile);
  if (extraFile === '') return;
  const extra = binding.extraRoots();
  if (typeof extra !== 'string') return;
  process.emitWarning(`Ignoring extra certs from \`${extraFile}\`, load failed: ${opensslReason(extra)}`);
}

function opensslReason(text) {
  if (/no such file/.test(text)) return 'error:80000002:system library::No such file or directory';
  if (/no start line/.test(text)) return 'error:0480006C:PEM routines::no start line';
  return text;
}

const frozen = new Map();
function listed(kind, load) {
  let list = frozen.get(kind);
  if (list === undefined) {
    list = Object.freeze(load());
    frozen.set(kind, list);
  }
  return list;
}

const bundledRoots = () => listed('bundled', () => binding.bundledRoots());

function extraRoots() {
  configure();
  return listed('extra', () => {
    const found = extraFile === '' ? [] : binding.extraRoots();
    return typeof found === 'string' ? [] : found;
  });
}

function getCACertificates(type = 'default') {
  validateString(type, 'type');
  configure();
  switch (type) {
    case 'default': return listed('default', () => binding.defaultRoots());
    case 'bundled': return bundledRoots();
    case 'system': return listed('system', () => binding.systemRoots());
    case 'extra': return extraRoots();
    default: throw new ERR_INVALID_ARG_VALUE('type', type);
  }
}

function setDefaultCACertificates(certs) {
  if (!Array.isArray(certs)) throw new ERR_INVALID_ARG_TYPE('certs', 'Array', certs);
  const texts = [];
  for (let i = 0; i < certs.length; i++) {
    const cert = certs[i];
    if (typeof cert !== 'string' && !isArrayBufferView(cert))
      throw new ERR_INVALID_ARG_TYPE(`certs[${i}]`, ['string', 'ArrayBufferView'], cert);
    texts.push(typeof cert === 'string' ? Buffer.from(cert) :
      isUint8Array(cert) ? cert : Buffer.from(cert.buffer, cert.byteOffset, cert.byteLength));
  }
  configure();
  binding.setDefaultRoots(texts);
  frozen.delete('default');
}

module.exports = {
  configure,
  get rootCertificates() { return bundledRoots(); },
  getCACertificates,
  setDefaultCACertificates,
};
