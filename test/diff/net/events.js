'use strict';
// The order of events on both sides of a connection, in several ways to end it.
const net = require('net');

const names = ['lookup', 'connectionAttempt', 'connect', 'ready', 'data', 'end', 'finish', 'close', 'error', 'timeout', 'drain'];
function watch(label, socket, log) {
  for (const name of names) {
    if (name === 'drain' || name === 'lookup' || name === 'connectionAttempt') continue;
    socket.on(name, (value) => log.push(`${label} ${name}${name === 'data' ? ` ${value}` : name === 'close' ? ` ${value}` : name === 'error' ? ` ${value.code}` : ''}`));
  }
  return socket;
}
const sides = (log) => [log.filter((l) => l.startsWith('c')), log.filter((l) => l.startsWith('s'))];

const cases = {
  clientEnds(c, s) { c.end('bye'); s.resume(); },
  serverEnds(c, s) { s.end('hi'); c.resume(); },
  clientDestroys(c) { c.destroy(); },
  clientDestroysWithError(c) { c.destroy(Object.assign(new Error('x'), { code: 'MINE' })); },
  serverDestroys(c, s) { s.destroy(); },
  halfOpen(c, s) {
    c.end('request');
    s.on('end', () => s.end('answer'));
  },
  writeAfterEnd(c) { c.end(); c.write('late', (error) => c.log.push(`c callback ${error.code}`)); },
  writeAfterDestroy(c) { c.destroy(); c.write('late', (error) => c.log.push(`c callback ${error.code}`)); },
  endWithCallback(c) { c.end('x', () => c.log.push('c end callback')); },
  destroySoon(c) { c.write('abc'); c.destroySoon(); },
  reset(c) { c.resetAndDestroy(); },
  timeout(c) { c.setTimeout(20, () => { c.log.push('c timeout callback'); c.destroy(); }); },
};

async function run(name, serverOptions, clientOptions) {
  const log = [];
  const server = net.createServer(serverOptions);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise((resolve) => server.on('connection', (s) => { watch('s', s, log); s.on('data', () => {}); resolve(s); }));
  const c = watch('c', net.connect({ port: server.address().port, host: '127.0.0.1', ...clientOptions }), log);
  c.log = log;
  log.push(`c connecting ${c.connecting} ${c.pending} ${c.readyState}`);
  const s = await accepted;
  if (c.connecting) await new Promise((resolve) => c.once('ready', resolve));
  log.push(`c ${c.connecting} ${c.pending} ${c.readyState} ${c.remoteFamily} ${c.remotePort === server.address().port} ${c.localAddress}`);
  cases[name](c, s);
  await Promise.all([c, s].map((socket) => (socket.closed ? null : new Promise((resolve) => {
    socket.on('close', resolve);
    setTimeout(() => socket.destroy(), 150).unref();
  }))));
  await new Promise((resolve) => server.close(resolve));
  const [client, other] = sides(log);
  console.log(name, JSON.stringify(serverOptions), client, other, c.readyState, c.destroyed, c.bytesWritten, c.bytesRead, s.bytesRead);
}

(async () => {
  for (const name of Object.keys(cases)) {
    if (name === 'halfOpen') await run(name, { allowHalfOpen: true }, {});
    else await run(name, {}, {});
  }
  await run('clientEnds', { pauseOnConnect: true }, {});
  await run('serverEnds', {}, { allowHalfOpen: true });
})();
