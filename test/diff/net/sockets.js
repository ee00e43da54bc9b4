'use strict';
// What sockets and servers do with their options: half-open connections, pauses, limits, counts, signals, buffers.
const net = require('net');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { once } = require('events');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'net-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));

// What two sockets do at the same time has no order: it is shown one after the other.
let apart = null;
function say(label, ...args) {
  if (apart === null) console.log(label, ...args);
  else (apart[label] ??= []).push(args);
}
function together() {
  for (const [label, lines] of Object.entries(apart).sort()) for (const line of lines) console.log(label, ...line);
  apart = null;
}

function trace(label, socket, names = ['connect', 'ready', 'lookup', 'data', 'end', 'finish', 'drain', 'timeout', 'error', 'close', 'connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout']) {
  for (const name of names) {
    socket.on(name, (...args) => say(label, name, ...args.map((arg) => (arg instanceof Error ? arg.code ?? arg.message : Buffer.isBuffer(arg) ? String(arg).slice(0, 20) : typeof arg === 'number' && arg > 1000 ? 'PORT' : arg))));
  }
  return socket;
}

async function listen(options, onConnection, at = { port: 0, host: '127.0.0.1' }) {
  const server = net.createServer(options, onConnection);
  server.listen(at);
  await once(server, 'listening');
  return server;
}

const state = (socket) => [socket.readyState, socket.readable, socket.writable, socket.destroyed, socket.connecting, socket.pending, socket.bytesRead, socket.bytesWritten, socket.writableLength, socket.bufferSize, socket.allowHalfOpen, socket.timeout].join();

const parts = {
  async halfOpen() {
    for (const server of [false, true]) {
      for (const client of [false, true]) {
        console.log('-- allowHalfOpen', server, client);
        apart = {};
        const s = await listen({ allowHalfOpen: server }, (socket) => {
          trace('server', socket, ['end', 'finish', 'close', 'data']);
          socket.on('end', () => {
            say('server', 'state', state(socket));
            if (server) setTimeout(() => socket.end('late'), 5);
          });
        });
        const c = net.connect({ port: s.address().port, host: '127.0.0.1', allowHalfOpen: client });
        trace('client', c, ['end', 'finish', 'close', 'data']);
        c.on('end', () => { if (client) setTimeout(() => c.destroy(), 5); });
        c.end('first');
        await once(c, 'close');
        s.close();
        await once(s, 'close');
        together();
      }
    }
  },

  async states() {
    const s = await listen({}, (socket) => {
      console.log('accepted', state(socket), socket.server === s);
      socket.on('data', () => socket.end('pong'));
    });
    const c = net.connect(s.address().port, '127.0.0.1');
    console.log('connecting', state(c), c.localPort, c.remoteAddress, c.address());
    c.write('early');
    console.log('written', state(c), c._bytesDispatched);
    await once(c, 'connect');
    console.log('connected', state(c), c.remoteAddress, c.remoteFamily, c.remotePort === s.address().port, c.localAddress, c.localFamily, c.address().family);
    c.write('ping');
    c.resume();
    await once(c, 'end');
    console.log('ended', state(c));
    await once(c, 'close');
    console.log('closed', state(c), c.remoteAddress, c.localAddress, c.address());
    s.close();
    console.log(new net.Socket().readyState, state(new net.Socket()));
  },

  async pauseOnConnect() {
    const s = await listen({ pauseOnConnect: true }, async (socket) => {
      console.log('flowing', socket.readableFlowing, socket.isPaused());
      socket.on('data', (data) => console.log('got', String(data)));
      await wait(10);
      console.log('read so far', socket.bytesRead);
      socket.resume();
      socket.on('end', () => s.close());
    });
    net.connect(s.address().port, '127.0.0.1').end('hello').on('end', () => {}).resume();
    await once(s, 'close');
  },

  async limits() {
    for (const [max, drop] of [[1, undefined], [0, true], [2, false], [null, undefined], [undefined, undefined]]) {
      const accepted = [];
      const s = await listen({}, (socket) => accepted.push(socket));
      s.maxConnections = max;
      s.dropMaxConnection = drop;
      s.on('drop', (data) => console.log('drop', Object.keys(data).join(), data.localAddress, data.remoteFamily));
      const clients = [1, 2, 3].map(() => net.connect(s.address().port, '127.0.0.1').on('error', () => {}).resume());
      await wait(20);
      console.log('max', max, accepted.length, clients.map((c) => c.destroyed).join());
      s.getConnections((error, n) => console.log('connections', error, n));
      await wait(1);
      for (const socket of [...accepted, ...clients]) socket.destroy();
      s.close();
      await once(s, 'close');
    }
  },

  async reset() {
    const s = await listen({}, (socket) => trace('server', socket, ['error', 'close']).resume());
    apart = {};
    const c = net.connect(s.address().port, '127.0.0.1');
    trace('client', c, ['error', 'close']);
    await once(c, 'connect');
    await wait(5);
    console.log(c.resetAndDestroy() === c, c.destroyed);
    await once(c, 'close');
    await wait(10);
    together();
    const early = net.connect(s.address().port, '127.0.0.1');
    trace('early', early, ['connect', 'error', 'close']);
    early.resetAndDestroy();
    await once(early, 'close');
    trace('never', new net.Socket(), ['error', 'close']).resetAndDestroy();
    await wait(10);
    s.close();
    const unix = await listen({}, () => {}, { path: path.join(dir, 'r') });
    const u = net.connect(path.join(dir, 'r'));
    await once(u, 'connect');
    try { u.resetAndDestroy(); } catch (error) { console.log(error.code, error.message); }
    u.destroy();
    unix.close();
  },

  async onread() {
    const s = await listen({}, (socket) => socket.end('abcdefghij'));
    const at = { port: s.address().port, host: '127.0.0.1' };
    for (const [label, onread] of [
      ['buffer', { buffer: Buffer.alloc(4), callback(n, buffer) { console.log('callback', n, String(buffer.subarray(0, n)), this instanceof net.Socket); return true; } }],
      ['function', { buffer: () => new Uint8Array(3), callback(n, buffer) { console.log('callback', n, buffer.constructor.name, String(Buffer.from(buffer).subarray(0, n))); return true; } }],
      ['stopping', { buffer: Buffer.alloc(4), callback(n, buffer) { console.log('stop', String(buffer.subarray(0, n))); setTimeout(() => this.resume(), 2); return false; } }],
      ['bad buffer', { buffer: 'x', callback() { console.log('not called'); } }],
      ['no callback', { buffer: Buffer.alloc(4) }],
    ]) {
      const c = net.connect({ ...at, onread });
      let data = '';
      c.on('data', (chunk) => { data += chunk; });
      await once(c, 'close');
      console.log(label, c.bytesRead, data);
    }
    s.close();
  },

  async signals() {
    const s = await listen({}, (socket) => socket.resume());
    const at = { port: s.address().port, host: '127.0.0.1' };
    for (const [label, make] of [['before', () => AbortSignal.abort()], ['while', () => { const c = new AbortController(); setImmediate(() => c.abort(new Error('mine'))); return c.signal; }]]) {
      const c = net.connect({ ...at, signal: make() });
      trace(label, c, ['error', 'close']);
      await once(c, 'close').catch(() => wait(5));
    }
    try { net.connect({ ...at, signal: 5 }); } catch (error) { console.log(error.code); }
    s.close();
    const controller = new AbortController();
    const other = net.createServer().listen({ port: 0, signal: controller.signal });
    await once(other, 'listening');
    controller.abort();
    await once(other, 'close');
    console.log('server closed', other.listening);
    const never = net.createServer().listen({ port: 0, signal: AbortSignal.abort() });
    await once(never, 'close');
    console.log('never listened', never.listening);
  },

  async timeouts() {
    const s = await listen({}, (socket) => socket.resume());
    const c = net.connect({ port: s.address().port, host: '127.0.0.1', timeout: 20 });
    trace('client', c, ['timeout', 'close']);
    await once(c, 'timeout');
    console.log(c.timeout, c.destroyed);
    c.setTimeout(0);
    const called = () => console.log('callback');
    c.setTimeout(10, called);
    await once(c, 'timeout');
    console.log(c.listenerCount('timeout'));
    c.destroy();
    await once(c, 'close');
    s.close();
  },

  async options() {
    const s = await listen({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000, highWaterMark: 1234 }, (socket) => {
      console.log('server side', socket.readableHighWaterMark, socket.writableHighWaterMark);
      socket.resume();
    });
    console.log(s.noDelay, s.keepAlive, s.keepAliveInitialDelay, s.highWaterMark, s.allowHalfOpen, s.pauseOnConnect);
    const c = net.connect({ port: s.address().port, host: '127.0.0.1', noDelay: true, keepAlive: true, keepAliveInitialDelay: 5000, highWaterMark: 99, localAddress: '127.0.0.2' });
    await once(c, 'connect');
    console.log(c.localAddress, c.readableHighWaterMark, c.setNoDelay() === c, c.setKeepAlive(true, 5) === c, c.ref() === c, c.unref() === c, c.setEncoding('utf8') === c, c.pause() === c, c.resume() === c, c.setTimeout(0) === c);
    if (c.setTypeOfService) {
      console.log(c.getTypeOfService(), c.setTypeOfService(0x10) === c, c.getTypeOfService());
      for (const bad of [-1, 256, 'x', NaN, 1.5]) try { c.setTypeOfService(bad); } catch (error) { console.log(error.code, error.message); }
    }
    c.destroy();
    s.close();
    await once(s, 'close');
  },

  async counts() {
    const s = await listen({}, (socket) => socket.on('end', () => {
      console.log('server', socket.bytesRead, socket.bytesWritten);
      socket.end('é');
    }).resume());
    const c = net.connect(s.address().port, '127.0.0.1').resume();
    c.write('é');
    c.write('é', 'latin1');
    c.write('ff', 'hex');
    c.write(Buffer.alloc(100_000));
    console.log('before', c.bytesWritten);
    c.cork();
    c.write('abc');
    c.write('def');
    console.log('corked', c.bytesWritten);
    c.uncork();
    c.end('end');
    console.log('after', c.bytesWritten);
    await once(c, 'close');
    console.log('closed', c.bytesWritten, c.bytesRead);
    s.close();
  },

  async eyeballs() {
    const s = await listen({}, (socket) => socket.end(), { port: 0, host: '127.0.0.1' });
    const { port } = s.address();
    const to = (addresses) => (name, options, callback) => (options.all ? callback(null, addresses) : callback(null, addresses[0].address, addresses[0].family));
    for (const [label, options] of [
      ['second is right', { lookup: to([{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]) }],
      ['one', { lookup: to([{ address: '127.0.0.1', family: 4 }]) }],
      ['none is right', { port: 1, lookup: to([{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]) }],
      ['interleaved', { port: 1, lookup: to([{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 }, { address: '::1', family: 6 }]) }],
      ['off', { autoSelectFamily: false, lookup: to([{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }]) }],
      ['blocked', { blockList: (() => { const list = new net.BlockList(); list.addAddress('127.0.0.1'); return list; })(), lookup: to([{ address: '127.0.0.1', family: 4 }]) }],
    ]) {
      console.log('--', label);
      const c = trace('client', net.connect({ host: 'a.example', port, ...options }), ['lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout', 'connect', 'error', 'close']);
      c.resume();
      c.on('error', (error) => console.log(error.constructor.name, error.message === '' ? error.errors.map((one) => one.message.replace(port, 'PORT')) : error.message.replace(port, 'PORT')));
      await new Promise((resolve) => c.on('close', resolve));
      console.log(c.autoSelectFamilyAttemptedAddresses?.map((one) => one.replace(port, 'PORT')));
    }
    console.log(net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout());
    net.setDefaultAutoSelectFamilyAttemptTimeout(5);
    console.log(net.getDefaultAutoSelectFamilyAttemptTimeout());
    net.setDefaultAutoSelectFamily(false);
    console.log(net.getDefaultAutoSelectFamily());
    s.close();
  },

  async descriptors() {
    const s = await listen({}, (socket) => socket.end('via fd'));
    console.log(typeof s._handle.fd, s._handle.fd > 2);
    for (const fd of [-1, 'x', 1.5, null]) try { new net.Socket({ fd }); console.log('fine'); } catch (error) { console.log(error.code); }
    s.close();
  },

  async unix() {
    const at = path.join(dir, 'u');
    const s = await listen({}, (socket) => socket.pipe(socket), { path: at, readableAll: true, writableAll: true });
    console.log(s.address() === at, (fs.statSync(at).mode & 0o777).toString(8), s.listening);
    const c = net.connect({ path: at });
    c.end('echo');
    console.log(String((await c.toArray())[0]), c.remoteAddress, c.localAddress, c.remoteFamily, c.address());
    s.close();
    await once(s, 'close');
    console.log(fs.existsSync(at), s.address() === at, s.listening);
    try { net.connect({ path: 5 }); } catch (error) { console.log(error.code); }
  },

  async misc() {
    const s = net.createServer();
    console.log(s.listening, s.address(), s.listen(0) === s, s.listening, s.ref() === s, s.unref() === s);
    s.ref();
    await once(s, 'listening');
    try { s.listen(0); } catch (error) { console.log(error.code); }
    await new Promise((resolve) => s.close((error) => { console.log('closed', error); resolve(); }));
    s.close((error) => console.log(error.code));
    await s[Symbol.asyncDispose]();
    const c = new net.Socket();
    c.on('error', (error) => console.log('write before connect', error.code));
    console.log(c.write('x', (error) => console.log('callback', error?.code)));
    await wait(5);
    console.log(Object.keys(net).sort().join());
    console.log(Object.getOwnPropertyNames(net.Socket.prototype).filter((name) => !name.startsWith('_')).sort().join());
    console.log(Object.getOwnPropertyNames(net.Server.prototype).filter((name) => !name.startsWith('_')).sort().join());
  },
};

(async () => {
  for (const [name, part] of Object.entries(parts)) {
    console.log(`== ${name}`);
    await part();
  }
  process.exit();
})();
