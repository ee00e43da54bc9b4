'use strict';
// What each side makes of the other's certificate: a matrix of chains and trust.
const fs = require('fs');
const path = require('path');
const tls = require('tls');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));
const pair = (name, chain = []) => ({
  key: at(`${name === 'expired' || name === 'future' ? 'revoked' : name}-key.pem`),
  cert: Buffer.concat([at(`${name}.pem`), ...chain.map((c) => at(`${c}.pem`))]),
});
const level0 = { ciphers: 'DEFAULT@SECLEVEL=0' };

const servers = [
  ['good', pair('server'), { ca: at('ca.pem') }],
  ['good, unknown', pair('server'), { ca: at('self.pem') }],
  ['default roots', pair('server'), {}],
  ['ec', pair('server-ec'), { ca: at('ca.pem') }],
  ['ed25519', pair('server-ed'), { ca: at('ca.pem') }],
  ['self-signed', pair('self'), {}],
  ['self-signed, trusted', pair('self'), { ca: at('self.pem') }],
  ['root sent, unknown', pair('server', ['ca']), {}],
  ['root in ca of the server', { ...pair('server'), ca: at('ca.pem') }, {}],
  ['intermediate sent', pair('below', ['inter']), { ca: at('ca.pem') }],
  ['intermediate missing', pair('below'), { ca: at('ca.pem') }],
  ['intermediate sent, root unknown', pair('below', ['inter']), {}],
  ['intermediate trusted', pair('below'), { ca: at('inter.pem') }],
  ['partial chain', pair('below'), { ca: at('inter.pem'), allowPartialTrustChain: true }],
  ['intermediate and root trusted', pair('below'), { ca: [at('inter.pem'), at('ca.pem')] }],
  ['expired', pair('expired'), { ca: at('ca.pem') }],
  ['expired, unknown', pair('expired'), {}],
  ['not yet valid', pair('future'), { ca: at('ca.pem') }],
  ['wrong purpose', pair('client'), { ca: at('ca.pem') }],
  ['revoked, no list', pair('revoked'), { ca: at('ca.pem') }],
  ['revoked', pair('revoked'), { ca: at('ca.pem'), crl: at('crl.pem') }],
  ['list, not on it', pair('server'), { ca: at('ca.pem'), crl: at('crl.pem') }],
  ['list missing', pair('below', ['inter']), { ca: at('ca.pem'), crl: at('crl.pem') }],
  ['common name', pair('cnonly'), { ca: at('ca.pem') }],
  ['other name', pair('below', ['inter']), { ca: at('ca.pem'), servername: 'other.test' }],
  ['sha1', { ...pair('sha1'), ...level0 }, { ca: at('ca.pem') }],
  ['sha1, level 0', { ...pair('sha1'), ...level0 }, { ca: at('ca.pem'), ...level0 }],
  ['small', { ...pair('small'), ...level0 }, { ca: at('ca.pem') }],
  ['small, level 0', { ...pair('small'), ...level0 }, { ca: at('ca.pem'), ...level0 }],
];

function tell(name, error) {
  console.log(name, '|', error ? `${error.code} ${error.message}` : 'accepted');
}

function one([name, serverOptions, clientOptions], strict) {
  return new Promise((resolve) => {
    const server = tls.createServer(serverOptions, (socket) => socket.end());
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1', () => {
      const socket = tls.connect({
        host: 'localhost', port: server.address().port, servername: 'localhost', rejectUnauthorized: strict,
        lookup: (host, options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]), ...clientOptions,
      });
      socket.on('secureConnect', () => {
        if (!strict) console.log(name, '|', socket.authorized, socket.authorizationError ?? null);
        else tell(name);
        socket.destroy();
      });
      socket.on('error', (error) => tell(name, error));
      socket.on('close', () => server.close(resolve));
    });
  });
}

const clients = [
  ['client: good', { ca: at('ca.pem') }, pair('client')],
  ['client: none', { ca: at('ca.pem') }, {}],
  ['client: self-signed', { ca: at('ca.pem') }, pair('self')],
  ['client: for servers', { ca: at('ca.pem') }, pair('server')],
  ['client: expired', { ca: at('ca.pem') }, pair('expired')],
  ['client: unknown', { ca: at('self.pem') }, pair('client')],
  ['client: below', { ca: at('ca.pem') }, pair('below')],
  ['client: below, sent', { ca: at('ca.pem') }, pair('below', ['inter'])],
];

function asked([name, serverOptions, clientOptions]) {
  return new Promise((resolve) => {
    const server = tls.createServer(
      { ...pair('server'), ...serverOptions, requestCert: true, rejectUnauthorized: false }, (socket) => {
        console.log(name, '|', socket.authorized, socket.authorizationError ?? null, socket.getPeerCertificate().subject?.CN);
        socket.end();
      });
    server.listen(0, '127.0.0.1', () => {
      const socket = tls.connect({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false, ...clientOptions });
      socket.on('error', () => {});
      socket.resume();
      socket.on('close', () => server.close(resolve));
    });
  });
}

(async () => {
  for (const strict of [true, false]) {
    for (const entry of servers) await one(entry, strict);
  }
  for (const entry of clients) await asked(entry);
})();
