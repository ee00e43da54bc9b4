'use strict';
// Connections of tls, one case after the other: names, protocols, versions, certificates of clients, what can be asked
// of a socket, errors, half-close, streams that are no sockets.
const fs = require('fs');
const net = require('net');
const path = require('path');
const tls = require('tls');
const { duplexPair } = require('stream');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));

const own = { key: at('server-key.pem'), cert: at('server.pem') };
const ca = at('ca.pem');
const mask = (value) => String(value).replace(/127\.0\.0\.1:\d+/g, 'HOST');
// The message of OpenSSL's errors has addresses of its memory and lines of its files in it.
const shown = (error) => mask([error.name, error.code, error.reason, error.library ?? error.message].filter((x) => x !== undefined).join(' | '));

/** Runs a server and one client; prints what both have noted, each in its own order. */
async function run(name, { server: serverOptions = {}, client: clientOptions = {}, onServer, onClient, raw }) {
  const serverLog = [];
  const clientLog = [];
  const note = (log) => (...parts) => log.push(parts.map((part) => (part instanceof Error ? shown(part) : typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
  const noteServer = note(serverLog);
  const server = tls.createServer({ ...own, ...serverOptions }, (socket) => {
    noteServer('secure', socket.authorized, String(socket.authorizationError), socket.getProtocol(), String(socket.alpnProtocol), String(socket.servername));
    socket.on('error', (error) => noteServer('error', error));
    if (onServer) onServer(socket, noteServer);
    else socket.end('hello');
  });
  server.on('tlsClientError', (error, socket) => { noteServer('tlsClientError', error); socket.destroy(); });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (raw) {
    await raw(server.address().port, note(clientLog));
  } else {
    const noteClient = note(clientLog);
    await new Promise((resolve) => {
      let socket;
      try {
        socket = tls.connect({ port: server.address().port, host: '127.0.0.1', ca, servername: 'localhost', ...clientOptions });
      } catch (error) {
        noteClient('throws', error);
        resolve();
        return;
      }
      socket.on('secureConnect', () => noteClient('secure', socket.authorized, String(socket.authorizationError), socket.getProtocol(), String(socket.alpnProtocol)));
      socket.on('error', (error) => noteClient('error', error));
      socket.on('end', () => noteClient('end'));
      socket.on('close', (hadError) => { noteClient('close', hadError); resolve(); });
      if (onClient) onClient(socket, noteClient);
      else socket.on('data', (data) => noteClient('data', String(data)));
    });
  }
  await new Promise((resolve) => server.close(resolve));
  console.log(name);
  for (const line of serverLog) console.log('  server', line);
  for (const line of clientLog) console.log('  client', line);
}

const other = tls.createSecureContext({ key: at('cnonly-key.pem'), cert: at('cnonly.pem') });

async function main() {
  await run('plain', {});
  await run('untrusted', { client: { ca: undefined } });
  await run('untrusted, accepted', { client: { ca: undefined, rejectUnauthorized: false } });
  await run('another name', { client: { servername: 'elsewhere.example' } });
  await run('another name, own check', { client: { servername: 'elsewhere.example', checkServerIdentity: (host, cert) => { console.log('check', host, cert.subject.CN); } } });
  await run('own check that fails', { client: { checkServerIdentity: () => Object.assign(new Error('I do not like it'), { code: 'EMINE' }) } });
  await run('no name', { client: { servername: '' } });

  // Names
  const chosen = [];
  await run('SNICallback', {
    server: { SNICallback: (name, done) => { chosen.push(name); setTimeout(done, 5, null, other); } },
    client: { servername: 'cnonly.example', rejectUnauthorized: false },
    onClient: (socket, note) => socket.on('secureConnect', () => { note(socket.getPeerCertificate().subject.CN); }).resume(),
  });
  await run('SNICallback, no context', { server: { SNICallback: (name, done) => done(null, null) } });
  await run('SNICallback, an error', { server: { SNICallback: (name, done) => done(new Error(`not ${name}`)) } });
  await run('SNICallback, nonsense', { server: { SNICallback: (name, done) => done(null, 'context') } });
  console.log(chosen);

  // Protocols
  for (const [theirs, ours] of [[['h2', 'http/1.1'], ['http/1.1']], [['a'], ['b']], [['a'], undefined], [undefined, ['b']], [['b', 'a'], ['a', 'b']]]) {
    await run(`ALPN ${theirs} and ${ours}`, { server: { ALPNProtocols: theirs }, client: { ALPNProtocols: ours } });
  }
  await run('ALPNCallback', { server: { ALPNCallback: ({ servername, protocols }) => { console.log(servername, protocols); return protocols[1]; } }, client: { ALPNProtocols: ['x', 'y'] } });
  await run('ALPNCallback, none', { server: { ALPNCallback: () => undefined }, client: { ALPNProtocols: ['x'] } });
  await run('ALPNCallback, not proposed', { server: { ALPNCallback: () => 'z' }, client: { ALPNProtocols: ['x'] } });

  // Versions
  for (const [server, client] of [
    [{ minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }], [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }], [{ maxVersion: 'TLSv1.2' }, {}],
    [{}, { maxVersion: 'TLSv1.2' }], [{ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.2' }], [{}, { minVersion: 'nonsense' }],
  ]) await run(`versions ${JSON.stringify(server)} ${JSON.stringify(client)}`, { server, client });

  // Certificates of clients
  const cert = { key: at('client-key.pem'), cert: at('client.pem') };
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2']) {
    await run(`${maxVersion}: a client's certificate`, { server: { requestCert: true, ca, maxVersion }, client: cert,
      onServer: (socket, note) => { note(socket.getPeerCertificate().subject); socket.end(); }, onClient: (socket) => socket.resume() });
    await run(`${maxVersion}: not asked for`, { server: { maxVersion }, client: cert, onServer: (socket, note) => { note(socket.getPeerCertificate()); socket.end(); }, onClient: (socket) => socket.resume() });
    await run(`${maxVersion}: none, and not needed`, { server: { requestCert: true, rejectUnauthorized: false, ca, maxVersion } });
    await run(`${maxVersion}: untrusted, and not needed`, { server: { requestCert: true, rejectUnauthorized: false, maxVersion }, client: cert });
  }
  await run('TLSv1.2: none', { server: { requestCert: true, ca, maxVersion: 'TLSv1.2' } });

  // What can be asked
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2']) {
    await run(`${maxVersion}: facts`, {
      client: { maxVersion },
      onServer: (socket, note) => {
        note(socket.getCertificate().subject.CN, socket.getPeerCertificate(), socket.isSessionReused(), socket.encrypted, typeof socket.getTLSTicket(), socket.getEphemeralKeyInfo());
        socket.end('x');
      },
      onClient: (socket, note) => {
        note(socket.encrypted, socket.getProtocol(), socket.authorized, socket.secureConnecting, socket.getCipher() === undefined);
        socket.on('secureConnect', () => {
          const cert = socket.getPeerCertificate(true);
          note(Object.keys(cert), cert.subject, cert.issuer, cert.subjectaltname, cert.valid_to, cert.fingerprint256, cert.serialNumber, cert.bits, cert.issuerCertificate.subject, cert.issuerCertificate.issuerCertificate === cert.issuerCertificate);
          note(socket.getCipher().version, Object.keys(socket.getCipher()), socket.getCipher().standardName === undefined);
          note(Object.keys(socket.getEphemeralKeyInfo()), socket.getEphemeralKeyInfo().type, socket.isSessionReused(), socket.getCertificate(), Buffer.isBuffer(socket.getSession()), socket.secureConnecting);
          note(socket.getPeerX509Certificate().subject, String(socket.getX509Certificate()), socket.exportKeyingMaterial(16, 'label').length);
        }).resume();
        socket.on('close', () => note([socket.getProtocol(), socket.getCipher(), socket.getPeerCertificate(), socket.getSession(), socket.isSessionReused(), socket.ssl]));
      },
    });
  }

  // Ends
  await run('half-close', {
    server: { allowHalfOpen: true }, client: { allowHalfOpen: true },
    onServer: (socket, note) => { let all = ''; socket.on('data', (d) => { all += d; }).on('end', () => { note('end', all); socket.write('answer '); setTimeout(() => socket.end('to the end'), 5); }); },
    onClient: (socket, note) => { let all = ''; socket.end('question'); socket.on('data', (d) => { all += d; }).on('end', () => note(all)); },
  });
  await run('written before it is secure', {
    onServer: (socket, note) => socket.on('data', (data) => note(String(data))).on('end', () => socket.end()),
    onClient: (socket, note) => { socket.write('early ', () => note('written')); socket.on('connect', () => socket.end('and more', () => note('ended'))); socket.resume(); },
  });
  await run('ended with nothing, before it is secure', { onServer: (socket) => socket.on('end', () => socket.end()).resume(), onClient: (socket) => { socket.end(''); socket.resume(); } });
  await run('destroyed by the server', { onServer: (socket) => socket.destroy(), onClient: (socket) => socket.resume() });
  await run('large', { onServer: (socket) => socket.end(Buffer.alloc(3_000_000, 'x')), onClient: (socket, note) => { let n = 0; socket.on('data', (d) => { n += d.length; }).on('end', () => note(n)); } });

  // Not TLS
  await run('a client that speaks HTTP', { raw: (port, note) => new Promise((resolve) => { const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n')); socket.on('error', () => {}); socket.on('close', () => { note('closed'); resolve(); }).resume(); }) });
  await run('a client that says nothing', { server: { handshakeTimeout: 50 }, raw: (port, note) => new Promise((resolve) => { const socket = net.connect(port, '127.0.0.1'); socket.on('error', () => {}); socket.on('close', () => { note('closed'); resolve(); }).resume(); }) });
  await run('a client that leaves', { raw: (port, note) => new Promise((resolve) => { const socket = net.connect(port, '127.0.0.1', () => socket.end()); socket.on('close', () => { note('closed'); resolve(); }).resume(); }) });
  await new Promise((resolve) => {
    const plain = net.createServer((socket) => { socket.on('error', () => {}).resume(); socket.end('this is not TLS, and it is long enough\r\n'); }).listen(0, '127.0.0.1', () => {
      tls.connect({ port: plain.address().port, host: '127.0.0.1' }).on('error', (error) => console.log('a server that is none:', shown(error))).on('close', () => plain.close(resolve));
    });
  });
  await new Promise((resolve) => {
    const silent = net.createServer((socket) => socket.on('error', () => {}).on('data', () => socket.end())).listen(0, '127.0.0.1', () => {
      tls.connect({ port: silent.address().port, host: '127.0.0.1' }).on('error', (error) => console.log('a server that leaves:', shown(error), error.host, error.localAddress)).on('close', () => silent.close(resolve));
    });
  });
  await new Promise((resolve) => tls.connect({ port: 1, host: '127.0.0.1' }).on('error', (error) => console.log('nobody there:', error.code, error.syscall, error.message)).on('close', resolve));

  // TLS in TLS
  await new Promise((resolve) => {
    const inner = tls.createServer(own, (socket) => socket.end('through both '.repeat(5000)));
    const outer = tls.createServer(own, (socket) => { const to = net.connect(inner.address().port, '127.0.0.1'); to.on('error', () => {}); socket.on('error', () => {}).on('close', () => to.destroy()); to.pipe(socket).pipe(to); });
    inner.listen(0, '127.0.0.1', () => outer.listen(0, '127.0.0.1', () => {
      const socket = tls.connect({ port: outer.address().port, host: '127.0.0.1', ca, servername: 'localhost' });
      const within = tls.connect({ socket, ca, servername: 'localhost' });
      let n = 0;
      within.on('data', (d) => { n += d.length; }).on('end', () => { console.log('TLS in TLS', n, within.authorized); within.destroy(); socket.destroy(); outer.close(() => inner.close(resolve)); });
    }));
  });

  // Over a stream that is no socket
  const [near, far] = duplexPair();
  const there = new tls.TLSSocket(far, { isServer: true, ...own });
  there.on('data', (data) => there.end(`you said ${data}`));
  const here = tls.connect({ socket: near, ca, servername: 'localhost' });
  console.log('over a stream', here.remoteAddress, here.connecting);
  here.write('hello');
  let text = '';
  here.on('data', (data) => { text += data; });
  await new Promise((resolve) => here.on('end', resolve));
  console.log(here.authorized, text);
  here.end();
  console.log('done');
}

main();
