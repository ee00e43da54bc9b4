'use strict';
// setKeyCert() takes a context's key and certificate, and nothing else of it: neither its versions nor its authorities.
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');

const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));
const pair = (name) => ({ key: at(`${name}-key.pem`), cert: at(`${name}.pem`) });
const other = { ...pair('server-ec'), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' };
const trust = { ca: at('ca.pem'), servername: 'localhost', checkServerIdentity: () => undefined };
const curve = (cert) => `${cert.subject?.CN} ${cert.asn1Curve}`;

// While the handshake asks for the protocol, with an object and with a context.
function asked(given, done) {
  const server = tls.createServer({
    ...pair('server'), minVersion: 'TLSv1.3',
    ALPNCallback({ protocols }) {
      this.setKeyCert(given);
      return protocols[0];
    },
  }, (socket) => {
    console.log('server', socket.getProtocol(), curve(socket.getCertificate()), socket.getCipher().standardName);
    socket.end();
  }).listen(0, () => {
    const client = tls.connect({ port: server.address().port, ALPNProtocols: ['a'], ...trust }, () => {
      console.log('client', client.getProtocol(), curve(client.getPeerCertificate()), client.authorized);
    });
    client.resume().on('close', () => server.close(done));
  });
}

// Before the handshake, of a socket that the application has made.
function before(done) {
  const server = net.createServer((raw) => {
    const socket = new tls.TLSSocket(raw, { isServer: true, secureContext: tls.createSecureContext(pair('server')) });
    socket.setKeyCert(other);
    socket.on('secure', () => {
      console.log('server', socket.getProtocol(), curve(socket.getCertificate()));
      socket.end();
    }).resume();
  }).listen(0, () => {
    const client = tls.connect({ port: server.address().port, ...trust }, () => {
      console.log('client', client.getProtocol(), curve(client.getPeerCertificate()), client.authorized);
    });
    client.resume().on('close', () => server.close(done));
  });
}

asked(other, () => asked(tls.createSecureContext(other), () => before(() => console.log('done'))));
