'use strict';
// Sockets that are bound before anybody knows what for.
const net = require('net');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { once } = require('events');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'net-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));
const hide = (text) => String(text).replaceAll(dir, 'DIR').replace(/\b\d{5}\b/g, 'PORT');
const attempt = (label, f) => {
  try {
    const value = f();
    console.log(label, value === undefined ? '' : hide(JSON.stringify(value)));
  } catch (error) {
    console.log(label, error.name, error.code, error.syscall, hide(error.message).split('\n')[0]);
  }
};

(async () => {
  for (const options of [
    undefined, {}, { port: 0 }, { host: '127.0.0.1' }, { host: '::1' }, { ipv6Only: true }, { ipv6Only: true, host: '127.0.0.1' }, { reusePort: true },
    { host: 'localhost' }, { host: 5 }, { port: -1 }, { port: 'x' }, { port: 65536 }, { ipv6Only: 1 }, { reusePort: 1 }, null, 5,
    { path: path.join(dir, 'a'), port: 1 }, { path: 5 }, { path: path.join(dir, 'none', 'a') }, { host: '203.0.113.9' }, { host: null },
  ]) {
    attempt(hide(JSON.stringify(options)), () => {
      const bound = new net.BoundSocket(options);
      const address = bound.address();
      const fd = bound.fd();
      bound.close();
      return [address, fd > 2];
    });
  }
  attempt('called', () => net.BoundSocket());
  const closed = new net.BoundSocket();
  closed.close();
  for (const name of ['address', 'fd', 'close']) attempt(`${name} when closed`, () => closed[name]());
  closed[Symbol.dispose]?.();

  const bound = new net.BoundSocket({ host: '127.0.0.1' });
  const { port } = bound.address();
  attempt('in use', () => new net.BoundSocket({ host: '127.0.0.1', port }));
  const server = net.createServer((socket) => {
    console.log('from', socket.remoteAddress, socket.remotePort === wanted);
    socket.end('hello');
  });
  let wanted = 0;
  server.listen(bound);
  await once(server, 'listening');
  console.log(server.address().port === port, server.address().address);
  for (const name of ['address', 'fd', 'close']) attempt(`${name} when adopted`, () => bound[name]());
  attempt('listen again', () => net.createServer().listen(bound));

  const local = new net.BoundSocket({ host: '127.0.0.3' });
  wanted = local.address().port;
  const client = new net.Socket({ handle: local });
  attempt('adopted', () => local.address());
  client.connect({ port, host: '127.0.0.1' });
  await once(client, 'connect');
  console.log(client.localAddress, client.localPort === wanted);
  console.log(String((await client.toArray())[0]));
  attempt('socket again', () => new net.Socket({ handle: local }));

  const at = path.join(dir, 'u');
  const unix = new net.BoundSocket({ path: at });
  console.log(hide(unix.address()), fs.existsSync(at));
  attempt('path in use', () => new net.BoundSocket({ path: at }));
  const other = net.createServer((socket) => socket.end('unix')).listen({ handle: unix });
  await once(other, 'listening');
  console.log(hide(other.address()));
  console.log(String((await net.connect(at).toArray())[0]));
  other.close();
  await once(other, 'close');
  console.log(fs.existsSync(at));
  server.close();
  {
    const unused = new net.BoundSocket();
    unused[Symbol.dispose]?.();
    attempt('disposed', () => unused.address());
  }
})();
