'use strict';

// Names of ciphers.

const binding = internalBinding('tls');

let names;

module.exports = {
  get defaultCiphers() { return require('internal/crypto/constants').defaultCipherList; },

  /** The ciphers that connections can have: OpenSSL's names in lower case. */
  getCiphers() {
    names ??= binding.ciphers();
    return names.slice();
  },
};
