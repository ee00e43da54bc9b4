'use strict';

// Which algorithms each operation of the Web Cryptography API has, and which members their parameters must have.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_MISSING_OPTION } } = require('internal/errors');
const { lazyDOMException } = require('internal/util');

const aes = ['AES-CBC', 'AES-CTR', 'AES-GCM', 'AES-OCB', 'AES-KW'];
const rsa = ['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP'];
const octets = ['Ed25519', 'Ed448', 'X25519', 'X448'];

/** The same parameters for several algorithms. */
const each = (names, value) => Object.fromEntries(names.map((name) => [name, value]));

// What is there without parameters of its own.
const plain = ['Algorithm', []];
const aead = ['AeadParams', ['iv']];

const ciphers = {
  'RSA-OAEP': ['RsaOaepParams', []],
  'AES-CBC': ['AesCbcParams', ['iv']],
  'AES-CTR': ['AesCtrParams', ['counter', 'length']],
  'AES-GCM': aead,
  'AES-OCB': aead,
  'ChaCha20-Poly1305': aead,
};
const signatures = {
  'HMAC': plain,
  'RSASSA-PKCS1-v1_5': plain,
  'RSA-PSS': ['RsaPssParams', ['saltLength']],
  'ECDSA': ['EcdsaParams', ['hash']],
  'Ed25519': plain,
  'Ed448': ['ContextParams', []],
};

// Members are in the order of the alphabet, in which the Web's interfaces look at them.
const operations = {
  __proto__: null,
  encrypt: ciphers,
  wrapKey: { ...ciphers, 'AES-KW': plain },
  sign: signatures,
  generateKey: {
    'HMAC': ['HmacKeyGenParams', ['hash']],
    ...each(aes, ['AesKeyGenParams', ['length']]),
    'ChaCha20-Poly1305': plain,
    ...each(rsa, ['RsaHashedKeyGenParams', ['hash', 'modulusLength', 'publicExponent']]),
    ...each(['ECDSA', 'ECDH'], ['EcKeyGenParams', ['namedCurve']]),
    ...each(octets, plain),
  },
  importKey: {
    'HMAC': ['HmacImportParams', ['hash']],
    ...each(aes, plain),
    'ChaCha20-Poly1305': plain,
    ...each(rsa, ['RsaHashedImportParams', ['hash']]),
    ...each(['ECDSA', 'ECDH'], ['EcKeyImportParams', ['namedCurve']]),
    ...each(octets, plain),
    'PBKDF2': plain,
    'HKDF': plain,
  },
  deriveBits: {
    ...each(['ECDH', 'X25519', 'X448'], ['EcdhKeyDeriveParams', ['public']]),
    PBKDF2: ['Pbkdf2Params', ['hash', 'iterations', 'salt']],
    HKDF: ['HkdfParams', ['hash', 'info', 'salt']],
  },
};

// Names in whatever case, as the standard compares them.
const tables = new Map();
function tableOf(operation) {
  let table = tables.get(operation);
  if (table === undefined) {
    table = new Map(Object.entries(operations[operation]).map(([name, params]) => [name.toUpperCase(), [name, params]]));
    tables.set(operation, table);
  }
  return table;
}

/** {...algorithm} with its canonical name, for an operation. */
function normalize(algorithm, operation) {
  const isObject = typeof algorithm === 'object' && algorithm !== null;
  const given = isObject ? algorithm : { name: algorithm };
  if (isObject && given.name === undefined) throw missing('Algorithm', 'name');
  const found = tableOf(operation).get(`${given.name}`.toUpperCase());
  if (found === undefined) throw lazyDOMException('Unrecognized algorithm name', 'NotSupportedError');
  const [name, [dictionary, required]] = found;
  for (const member of required) {
    if (given[member] === undefined) throw missing(dictionary, member);
  }
  return { ...given, name };
}

function missing(dictionary, member) {
  const error = new ERR_MISSING_OPTION(member);
  error.message = `Failed to normalize algorithm: passed algorithm cannot be converted to '${dictionary}' because ` +
    `'${member}' is required in '${dictionary}'.`;
  return error;
}

const ordinals = ['', '1st', '2nd', '3rd', '4th', '5th', '6th', '7th'];

/** An argument that must be one of the words of an enumeration. */
function checkEnum(value, words, type, method, position) {
  if (words.includes(value)) return;
  const error = new ERR_INVALID_ARG_VALUE('value', value);
  error.message =
    `Failed to execute '${method}' on 'SubtleCrypto': ${position} '${value}' is not a valid enum value of type ${type}.`;
  throw error;
}

const formats = ['raw', 'pkcs8', 'spki', 'jwk', 'raw-public', 'raw-private', 'raw-seed', 'raw-secret'];
const checkFormat = (format, method, index = 1) => checkEnum(format, formats, 'KeyFormat', method, `${ordinals[index]} argument`);

const allUsages = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];

/** The usages that a program gave, each a word of the standard. */
function checkUsageWords(usages, method, index) {
  const list = [...usages];
  list.forEach((usage, i) => checkEnum(usage, allUsages, 'KeyUsage', method, `${ordinals[index]} argument[${i}]`));
  return list;
}

module.exports = { normalize, checkFormat, checkUsageWords, allUsages, ordinals };
