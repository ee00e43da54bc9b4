'use strict';
// The class X509Certificate.
const fs = require('fs');
const path = require('path');
const { X509Certificate, createPrivateKey, createPublicKey } = require('crypto');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));

for (const name of ['server', 'ca', 'inter', 'client', 'server-ec', 'server-ed', 'self', 'sha1', 'small', 'expired']) {
  const cert = new X509Certificate(at(`${name}.pem`));
  console.log(name, cert);
  console.log(cert.toLegacyObject());
  console.log(cert.ca, cert.raw.length, cert.publicKey.asymmetricKeyType, cert.publicKey.asymmetricKeyDetails, cert.issuerCertificate);
  console.log(cert.toString() === at(`${name}.pem`).toString(), JSON.stringify(cert) === JSON.stringify(cert.toString()));
  console.log(new X509Certificate(cert.raw).fingerprint === cert.fingerprint, cert.raw === cert.raw);
}

const call = (name, f) => {
  try {
    console.log(name, f());
  } catch (error) {
    console.log(name, error.name, error.code, error.message);
  }
};
for (const value of [undefined, 1, {}, 'x', Buffer.from('x'), '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n', new ArrayBuffer(3)])
  call('new', () => new X509Certificate(value));

const server = new X509Certificate(at('server.pem'));
const ca = new X509Certificate(at('ca.pem'));
const client = new X509Certificate(at('client.pem'));
for (const host of ['localhost', 'LOCALHOST', 'a.example.com', 'example.com', 'b.a.example.com', '.example.com', '', 'a\0b', '*.example.com', 'x*.example.com']) {
  for (const options of [
    undefined, { wildcards: false }, { partialWildcards: false }, { multiLabelWildcards: true }, { singleLabelSubdomains: true },
    { subject: 'always' }, { subject: 'never' },
  ]) call(`host ${host} ${JSON.stringify(options)}`, () => server.checkHost(host, options));
}
for (const options of [1, null, { subject: 'x' }, { subject: 1 }, { wildcards: 1 }]) call('options', () => server.checkHost('localhost', options));
call('client', () => [client.checkHost('client'), client.checkHost('client', { subject: 'never' }), client.checkEmail('client@example.com')]);
call('client', () => [client.checkEmail('client@EXAMPLE.com'), client.checkEmail('Client@example.com'), client.checkEmail('x')]);
for (const ip of ['127.0.0.1', '127.0.0.2', '::1', '0:0:0:0:0:0:0:1', '::2', 'x', '']) call(`ip ${ip}`, () => server.checkIP(ip));
call('email', () => [server.checkEmail('a@example.com'), server.checkEmail('A@example.com'), server.checkEmail('a@Example.com')]);
for (const name of ['checkHost', 'checkEmail', 'checkIP', 'checkIssued', 'checkPrivateKey', 'verify']) call(name, () => server[name](1));
call('issued', () => [server.checkIssued(ca), ca.checkIssued(ca), ca.checkIssued(server), client.checkIssued(ca), server.checkIssued(client)]);
call('issued', () => new X509Certificate(at('below.pem')).checkIssued(ca));
call('key', () => [server.checkPrivateKey(createPrivateKey(at('server-key.pem'))), server.checkPrivateKey(createPrivateKey(at('client-key.pem')))]);
call('key', () => server.checkPrivateKey(createPublicKey(at('server-key.pem'))));
call('verify', () => [server.verify(ca.publicKey), server.verify(server.publicKey), ca.verify(ca.publicKey), client.verify(ca.publicKey)]);
call('verify', () => server.verify(createPrivateKey(at('server-key.pem'))));
call('public key', () => createPublicKey(at('server.pem')).export({ type: 'spki', format: 'pem' }) === server.publicKey.export({ type: 'spki', format: 'pem' }));
