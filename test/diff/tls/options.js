// Flags: --tls-cipher-list=AES128-SHA
'use strict';
// What the command line says of TLS.
const { constants } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const tls = require('node:tls');

console.log(tls.DEFAULT_CIPHERS, constants.defaultCipherList, constants.defaultCoreCipherList === constants.defaultCipherList);
for (const options of [
  ['--tls-min-v1.3', '--tls-max-v1.2'],
  ['--tls-min-v1.3'],
  ['--tls-max-v1.2'],
  ['--tls-min-v1.1', '--tls-min-v1.0'],
  ['--tls-min-v1.2', '--tls-max-v1.3'],
]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, '-p', 'tls.DEFAULT_MIN_VERSION + " " + tls.DEFAULT_MAX_VERSION']);
  console.log(options.join(' '), status, String(stdout).trim(), String(stderr).replace(process.execPath, path.basename('program')).trim());
}
