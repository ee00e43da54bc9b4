'use strict';
// All forms of listen(), connections over a Unix socket, and what keeps the process alive.
const net = require('net');
const os = require('os');
const path = require('path');
const fs = require('fs');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'net-'));
process.on('exit', (code) => { fs.rmSync(dir, { recursive: true }); console.log('exit', code); });
const sock = path.join(dir, 's');

const forms = [
  [], [0], [0, '127.0.0.1'], ['0'], [0, 'localhost'], [0, 5], [0, '127.0.0.1', 5], [{ port: 0 }], [{ port: 0, host: '::1' }],
  [{ port: undefined }], [null], [{ port: 0, ipv6Only: true, host: '::' }], [{ port: 0, exclusive: true }], [sock], [{ path: sock, readableAll: true, writableAll: true }], [{ path: sock, readableAll: true }], [{ path: sock, writableAll: true }],
];
async function form(args) {
  const server = net.createServer();
  const before = [server.listening, server.address()];
  await new Promise((resolve) => server.listen(...args, resolve));
  const address = server.address();
  const mode = typeof address === 'string' ? (fs.statSync(address).mode & 0o777).toString(8) : '';
  console.log(JSON.stringify(args).replaceAll(dir, 'DIR'), ...before, server.listening,
    typeof address === 'string' ? address.replace(dir, 'DIR') : [address.address, address.family, address.port > 0], mode);
  await new Promise((resolve) => server.close(resolve));
  console.log(server.listening, server.address() === null || typeof server.address());
}

(async () => {
  for (const args of forms) await form(args);

  const server = net.createServer((s) => {
    console.log('remote', s.remoteAddress, s.remotePort, s.address());
    s.pipe(s);
  });
  await new Promise((resolve) => server.listen(sock, resolve));
  const client = net.connect(sock);
  client.setEncoding('utf8');
  let text = '';
  client.on('data', (chunk) => { text += chunk; });
  client.write('über ', 'latin1');
  client.write(Buffer.from('bytes '));
  client.write('68657820', 'hex');
  client.write('ucs', 'utf16le');
  client.end('€');
  await new Promise((resolve) => client.on('close', resolve));
  console.log(JSON.stringify(text), client.bytesRead, client.bytesWritten, client.remoteAddress);
  server.getConnections((error, n) => console.log('connections', error, n));
  await new Promise((resolve) => server.close(resolve));

  const limited = net.createServer().on('connection', (s) => s.end('in'));
  limited.maxConnections = 1;
  limited.on('drop', (data) => console.log('drop', Object.keys(data)));
  await new Promise((resolve) => limited.listen(0, '127.0.0.1', resolve));
  const first = net.connect(limited.address().port, '127.0.0.1');
  await new Promise((resolve) => first.on('connect', resolve));
  const second = net.connect(limited.address().port, '127.0.0.1').on('error', () => {}).resume();
  await new Promise((resolve) => second.on('close', resolve));
  first.resume();
  await new Promise((resolve) => limited.close(resolve));

  const aborted = new AbortController();
  const stoppable = net.createServer().listen({ port: 0, signal: aborted.signal });
  stoppable.on('close', () => console.log('closed by the signal'));
  stoppable.on('listening', () => aborted.abort());
  await new Promise((resolve) => stoppable.on('close', resolve));

  // Nothing that is unreferenced holds the process.
  const idle = net.createServer((s) => s.unref()).listen(0);
  idle.unref();
  idle.on('listening', () => {
    const c = net.connect(idle.address().port);
    c.on('connect', () => { c.unref(); console.log('unreferenced'); });
  });
})();
