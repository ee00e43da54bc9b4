'use strict';
// Names of Unix sockets that are not plain: with NUL bytes, with an @ in front, too long.
const net = require('net');
const fs = require('fs');
const os = require('os');
const path = require('path');

const shown = (text) => text.replaceAll('\0', '<NUL>').replace(/\d{3,}/g, 'N').slice(0, 60);
const use = (name) => new Promise((resolve) => {
  const server = net.createServer((socket) => socket.end('hello'));
  server.on('error', (error) => { console.log('listen', error.code, error.syscall, error.errno, shown(error.message)); resolve(); });
  server.listen(name, () => {
    console.log('address', shown(server.address()), fs.readdirSync('.').map(shown));
    const socket = net.connect(name);
    socket.on('error', (error) => { console.log('connect', error.code, shown(error.message)); server.close(resolve); });
    socket.on('data', (chunk) => console.log(String(chunk)));
    socket.on('end', () => server.close(() => { console.log(fs.readdirSync('.').map(shown)); resolve(); }));
  });
});
(async () => {
  process.chdir(fs.mkdtempSync(path.join(os.tmpdir(), 'unix-names-')));
  await use('plain');
  await use('@at');
  await use('a\0b');
  await use(`\0abstract-${process.pid}`);
  await use(`x${'y'.repeat(106)}`);
  for (const name of ['a\0b', '@none', 'none', 'z'.repeat(120)]) {
    await new Promise((resolve) => net.connect(name).on('error', (error) => { console.log(error.code, error.syscall, error.errno, shown(error.message)); resolve(); }));
  }
})();
