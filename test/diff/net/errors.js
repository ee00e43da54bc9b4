'use strict';
// What goes wrong when connecting, listening, or with arguments; all messages.
const net = require('net');
const os = require('os');
const path = require('path');
const fs = require('fs');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'net-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));
const hide = (text) => String(text).replaceAll(dir, 'DIR').replace(/\b\d{5}\b/g, 'PORT');
const show = (label, error) => console.log(label, error.name, error.code, error.errno, error.syscall, hide(error.address), error.port === undefined ? '' : typeof error.port, hide(error.message));
const attempt = (label, f) => {
  try {
    f();
    console.log(label, 'fine');
  } catch (error) {
    show(label, error);
  }
};
const event = (emitter, label) => new Promise((resolve) => emitter.on('error', (error) => { show(label, error); resolve(error); }));

attempt('connect()', () => net.connect());
attempt('connect({})', () => net.connect({}));
for (const port of [-1, 65536, 'x', NaN, null, true, {}, '0x10000']) attempt(`port ${String(port)}`, () => net.connect({ port, host: '127.0.0.1' }).on('error', () => {}));
attempt('localAddress', () => net.connect({ port: 1, localAddress: 'foo' }));
attempt('localPort', () => net.connect({ port: 1, localPort: 'foo' }));
attempt('lookup', () => net.connect({ port: 1, lookup: 'foo' }));
attempt('host', () => net.connect({ port: 1, host: 'a\0b' }));
attempt('family', () => net.connect({ port: 1, autoSelectFamily: 'x' }));
attempt('attempt timeout', () => net.connect({ port: 1, autoSelectFamilyAttemptTimeout: 0 }));
attempt('objectMode', () => new net.Socket({ objectMode: true }));
attempt('writableObjectMode', () => new net.Socket({ writableObjectMode: true }));
attempt('keepAliveInitialDelay', () => new net.Socket({ keepAliveInitialDelay: 'x' }));
attempt('fd', () => new net.Socket({ fd: -1 }));
attempt('fd of a file', () => new net.Socket({ fd: fs.openSync(__filename, 'r') }));
attempt('setTimeout', () => new net.Socket().setTimeout('x'));
attempt('setTimeout callback', () => new net.Socket().setTimeout(1, 'x'));
attempt('listen({})', () => net.createServer().listen({}));
attempt('listen port', () => net.createServer().listen(-1));
attempt('listen path', () => net.createServer().listen({ path: '' }));
attempt('server options', () => net.createServer('x'));
attempt('setDefaultAutoSelectFamily', () => net.setDefaultAutoSelectFamily(1));
attempt('setDefaultAutoSelectFamilyAttemptTimeout', () => net.setDefaultAutoSelectFamilyAttemptTimeout(0));

(async () => {
  const used = net.createServer();
  await new Promise((resolve) => used.listen(0, '127.0.0.1', resolve));
  const { port } = used.address();
  attempt('listen twice', () => used.listen(0));
  await event(net.createServer().listen(port, '127.0.0.1'), 'in use');
  await event(net.createServer().listen(0, '203.0.113.77'), 'not ours');
  await new Promise((resolve) => used.close(resolve));
  used.close((error) => show('close twice', error));
  await event(net.connect(port, '127.0.0.1'), 'refused');
  await event(net.connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' }), 'refused local');
  await event(net.connect(path.join(dir, 'none.sock')), 'no such socket');
  fs.writeFileSync(path.join(dir, 'file'), '');
  await event(net.connect(path.join(dir, 'file')), 'not a socket');
  await event(net.createServer().listen(path.join(dir, 'no', 'sock')), 'no such folder');
  const taken = net.createServer();
  await new Promise((resolve) => taken.listen(path.join(dir, 's.sock'), resolve));
  console.log(hide(taken.address()));
  await event(net.createServer().listen(path.join(dir, 's.sock')), 'path in use');
  await new Promise((resolve) => taken.close(resolve));
  console.log('removed', !fs.existsSync(path.join(dir, 's.sock')));
  await event(net.connect({ port, host: 'x.invalid', lookup: (host, options, done) => done(Object.assign(new Error('no'), { code: 'ENO' })) }), 'lookup fails');
  await event(net.connect({ port, host: 'x.invalid', autoSelectFamily: false, lookup: (host, options, done) => done(null, 'nonsense', 4) }), 'lookup nonsense');
  await event(net.connect({ port, host: 'x.invalid', autoSelectFamily: false, lookup: (host, options, done) => done(null, '127.0.0.1', 5) }), 'lookup family');
  const several = (host, options, done) => done(null, [{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 }]);
  const all = await event(net.connect({ port, host: 'x.invalid', lookup: several }), 'all refused');
  for (const error of all.errors) show(' one', error);
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.write('x', (error) => console.log('callback', error.code));
  await event(socket, 'refused with a write');
})();
