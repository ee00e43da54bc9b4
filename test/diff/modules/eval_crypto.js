'use strict';
// In programs of the command line `crypto` is the module, as `fs` is, unless they call something else so.
const { spawnSync } = require('node:child_process');

for (const program of [
  'crypto.createHash("md5").update("x").digest("hex")',
  'crypto === require("crypto")',
  'globalThis.crypto === crypto',
  'typeof globalThis.crypto.getRandomValues',
  'const crypto = require("node:crypto").webcrypto; typeof crypto.createHash',
  'function crypto() {} typeof crypto',
  '"cryptography".length',
  'typeof crypto.subtle',
]) {
  const { status, stdout } = spawnSync(process.execPath, ['-p', program]);
  console.log(status, program, '=>', String(stdout).trim());
}
