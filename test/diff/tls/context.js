'use strict';
// tls.createSecureContext(): what is taken, and in which words the rest is refused.
const fs = require('fs');
const path = require('path');
const tls = require('tls');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));

function show(name, options) {
  try {
    const context = tls.createSecureContext(options);
    console.log(name, '| made', context instanceof tls.SecureContext, context.context.getMinProto(), context.context.getMaxProto());
  } catch (error) {
    const { name: kind, message, code, library, reason, opensslErrorStack } = error;
    console.log(name, '|', kind, code, message, library, reason, opensslErrorStack);
  }
}

const bad = (kind, body) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;

for (const key of ['x', at('server.pem'), bad('PRIVATE KEY', '!!!!'), '-----BEGIN PRIVATE KEY-----\nMIIC\n', at('server-key.pem')])
  show('key', { key });
for (const cert of [
  'x', at('server-key.pem'), bad('CERTIFICATE', 'MIIC'), bad('CERTIFICATE', '!!!!'), '-----BEGIN CERTIFICATE-----\nMIIC\n',
  at('server.pem') + bad('CERTIFICATE', 'MIIC'), Buffer.concat([at('below.pem'), at('inter.pem')]),
]) show('cert', { cert });
for (const name of ['server', 'server-ec', 'server-ed', 'self', 'expired']) show(name, { cert: at(`${name}.pem`) });
show('small', { cert: at('small.pem') });
show('small, level 1', { cert: at('small.pem'), ciphers: 'DEFAULT@SECLEVEL=1' });
show('sha1', { cert: at('sha1.pem'), key: at('sha1-key.pem'), ciphers: 'DEFAULT@SECLEVEL=0' });
show('mismatch', { key: at('client-key.pem'), cert: at('server.pem') });
show('kinds', { key: [at('server-ec-key.pem'), at('server-key.pem')], cert: [at('server.pem'), at('server-ec.pem')] });
show('pem', { key: [{ pem: at('server-key.pem') }], cert: at('server.pem') });
for (const kind of ['pkcs8', 'legacy']) {
  for (const passphrase of [undefined, 'secret', 'wrong']) show(`${kind} ${passphrase}`, { key: at(`server-key-${kind}.pem`), passphrase });
  show(`${kind} own`, { key: [{ pem: at(`server-key-${kind}.pem`), passphrase: 'secret' }], passphrase: 'wrong' });
}
for (const ca of ['', 'x', bad('CERTIFICATE', 'MIIC'), [at('ca.pem'), at('inter.pem')], [1], {}]) show('ca', { ca });
for (const crl of ['x', at('crl.pem'), [at('crl.pem')], 1]) show('crl', { ca: at('ca.pem'), crl });
for (const dhparam of ['x', 'auto', at('dh2048.pem'), 1]) show('dhparam', { dhparam });
for (const ciphers of [
  'foo', 'AES256-SHA:foo', 1, '', null, 'TLS_FOO', '!TLS_AES_128_GCM_SHA256', 'DEFAULT@SECLEVEL=9', '@FOO', 'HIGH:!aNULL:@STRENGTH',
  'HIGH,MEDIUM LOW', 'tls_aes_128_gcm_sha256', 'aes128-sha', 'TLS_AES_128_GCM_SHA256:TLS_FOO', 'TLS_AES_128_GCM_SHA256',
  'ECDHE+AESGCM', 'ECDHE+FOO', 'ALL:!ALL', '!FOO', 'ECDHE-RSA-AES128-GCM-SHA256', '+HIGH', 'HIGH:-AES:AES128', 'RC4', 'ALL:!eNULL',
]) show(`ciphers ${ciphers}`, { ciphers });
for (const ecdhCurve of ['foo', 'P-256:X25519', 1, '', 'auto', 'P-256:P-256', 'p-256', 'X25519MLKEM768', '?foo:P-256', 'P-256:foo', null])
  show(`curve ${ecdhCurve}`, { ecdhCurve });
for (const sigalgs of ['foo', '', 'RSA-PSS+SHA256:ECDSA+SHA256', 'rsa_pss_rsae_sha256', 1, 'RSA+FOO', null]) show(`sigalgs ${sigalgs}`, { sigalgs });
for (const minVersion of ['foo', 'TLSv1', 'TLSv1.1', 'TLSv1.3', 1, null]) show(`min ${minVersion}`, { minVersion });
for (const maxVersion of ['TLSv1.4', 'TLSv1.2', '']) show(`max ${maxVersion}`, { maxVersion });
show('bounds', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' });
for (const secureProtocol of [
  'foo', 'SSLv2_method', 'SSLv3_method', 'SSLv23_method', 'TLS_method', 'TLSv1_2_method', 'TLSv1_1_client_method', 'TLSv1_server_method', 1, '',
]) show(`method ${secureProtocol}`, { secureProtocol });
show('method and version', { secureProtocol: 'TLSv1_2_method', minVersion: 'TLSv1' });
for (const secureOptions of ['x', 1.5, 1 << 14, 0]) show(`options ${secureOptions}`, { secureOptions });
for (const ticketKeys of [Buffer.alloc(10), 'x', new Uint8Array(48), null]) show('ticket keys', { ticketKeys });
for (const sessionTimeout of ['x', -1, 1.5, 0, 2 ** 31]) show(`timeout ${sessionTimeout}`, { sessionTimeout });
for (const sessionIdContext of [1, 'x', '']) show('session context', { sessionIdContext });
show('engine', { privateKeyIdentifier: 'x' });
show('engine', { privateKeyIdentifier: 1, privateKeyEngine: 'y' });
show('engine', { privateKeyIdentifier: 'x', privateKeyEngine: 1 });
show('engine', { clientCertEngine: 1 });
show('pfx', { pfx: 'x' });
for (const passphrase of [undefined, '', 'secret', 'wrong']) show(`pfx ${passphrase}`, { pfx: at('server.pfx'), passphrase });
show('pfx list', { pfx: [{ buf: at('server.pfx'), passphrase: 'secret' }, { buf: at('server-ec.pfx') }] });
show('pfx, no key', { pfx: at('nokey.pfx'), passphrase: 'secret' });
show('pfx, empty passphrase', { pfx: at('server-ec.pfx') });
show('pfx, not bytes', { pfx: 1 });
for (const value of [1, {}, true, Symbol.iterator.description]) {
  show('key', { key: value });
  show('cert', { cert: value });
  show('passphrase', { key: at('server-key.pem'), passphrase: value });
}
show('key list', { key: [{ pem: 1 }] });
show('nothing', { key: null, cert: null, ca: null, crl: null, pfx: null, dhparam: null, sessionTimeout: null });
show('not an object', 1);
show('no options');

const context = tls.createSecureContext({ ticketKeys: Buffer.alloc(48, 7), cert: at('server.pem'), ca: at('ca.pem') }).context;
console.log(context.getTicketKeys(), context.getCertificate().equals(new (require('crypto').X509Certificate)(at('server.pem')).raw));
console.log(context.getIssuer().equals(new (require('crypto').X509Certificate)(at('ca.pem')).raw));
console.log(tls.createSecureContext().context.getTicketKeys().length, tls.createSecureContext().context.getCertificate());
console.log(tls.SecureContext() instanceof tls.SecureContext, tls.createSecureContext());
console.log(tls.DEFAULT_CIPHERS, tls.DEFAULT_MIN_VERSION, tls.DEFAULT_MAX_VERSION, tls.DEFAULT_ECDH_CURVE);
