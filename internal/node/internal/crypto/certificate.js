'use strict';

// The class Certificate: keys and challenges that are signed with the key (SPKAC).

const { validateInteger } = require('internal/validators');
const { getArrayBufferOrView } = require('internal/crypto/util');
const binding = internalBinding('crypto');

function bytesOf(spkac, encoding) {
  const bytes = getArrayBufferOrView(spkac, 'spkac', encoding);
  validateInteger(bytes.byteLength, 'spkac.byteLength', 0, 2 ** 31 - 1);
  return bytes;
}

function verifySpkac(spkac, encoding) { return binding.spkacVerify(bytesOf(spkac, encoding)); }
function exportPublicKey(spkac, encoding) { return binding.spkacKey(bytesOf(spkac, encoding)) ?? ''; }
function exportChallenge(spkac, encoding) { return binding.spkacChallenge(bytesOf(spkac, encoding)) ?? ''; }

// Its functions are there on the class and on what it makes.
function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}
Certificate.prototype.verifySpkac = verifySpkac;
Certificate.prototype.exportPublicKey = exportPublicKey;
Certificate.prototype.exportChallenge = exportChallenge;
Certificate.exportChallenge = exportChallenge;
Certificate.exportPublicKey = exportPublicKey;
Certificate.verifySpkac = verifySpkac;

module.exports = { Certificate };
