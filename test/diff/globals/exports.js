'use strict';
// What programs that replace functions (sinon, jest) see of the modules: data properties, where Node has them,
// though the values are made on first use; and which names there are.
for (const id of ['crypto', 'http', 'https', 'stream', 'stream/web', 'zlib', 'tls', 'fs', 'constants']) {
  const exports = require(id);
  const kinds = {};
  for (const name of Object.keys(exports)) {
    // Names that are not there (see docs/compatibility.md), and two that depend on what was loaded before.
    if (['encapsulate', 'decapsulate', 'setEngine', 'getCertificateCompressionAlgorithms', 'Utf8Stream', 'ReadableStreamTee', 'constants', 'defaultCipherList'].includes(name)) continue;
    const { get, set, value, enumerable, writable } = Object.getOwnPropertyDescriptor(exports, name);
    const kind = get || set ? `accessor ${Boolean(get)} ${Boolean(set)}` : `${typeof value} ${enumerable} ${writable}`;
    (kinds[kind] ??= []).push(name);
  }
  for (const kind of Object.keys(kinds).sort()) {
    if (kind.startsWith('number')) console.log(id, kind, kinds[kind].length > 5);
    else console.log(id, kind, kinds[kind].sort().join(' '));
  }
}

const crypto = require('crypto');
const { randomBytes } = crypto;
crypto.randomBytes = () => 'replaced';
console.log(crypto.randomBytes(), randomBytes(4).length, require('crypto').randomBytes === crypto.randomBytes);

const zlib = require('zlib');
console.log(zlib.ZSTD_c_windowLog, zlib.Gzip === zlib.Gzip, zlib.createGzip() instanceof zlib.Gzip);

process.on('warning', ({ name, code, message }) => console.log(name, code, message));
const fs = require('fs');
console.log(fs.F_OK, fs.R_OK, fs.W_OK, fs.X_OK);
