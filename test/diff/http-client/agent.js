'use strict';
// The agent: reuse, queues, limits, timeouts and what becomes of broken connections.
const http = require('http');
const net = require('net');

// The time, and then turns of the loop: however late a timer is, what is on its way over local sockets arrives.
const wait = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};
const counts = (agent) => {
  const size = (set) => Object.values(set).reduce((n, list) => n + list.length, 0);
  return `sockets ${size(agent.sockets)} free ${size(agent.freeSockets)} requests ${size(agent.requests)} total ${agent.totalSocketCount}`;
};

let connections = 0;
let dropped;
const server = http.createServer((req, res) => {
  if (req.url === '/slow') setTimeout(() => res.end('slow'), 40);
  else if (req.url === '/close') { res.setHeader('Connection', 'close'); res.end('close'); }
  else if (req.url === '/short') { res.setHeader('Keep-Alive', 'timeout=1'); res.end('short'); }
  else if (req.url === '/drop') { res.end('drop'); dropped = req.socket; }
  else if (req.url === '/hang') { /* never */ }
  else res.end('ok');
});
server.on('connection', () => { connections++; });

function get(agent, path, options) {
  return new Promise((resolve) => {
    const req = http.get({ port: server.address().port, host: '127.0.0.1', path, agent, ...options }, (res) => {
      let body = '';
      res.on('data', (chunk) => { body += chunk; });
      res.on('end', () => resolve(`${res.statusCode} ${body} reused ${req.reusedSocket} ${req.getHeader('connection')} ${res.headers.connection}`));
    });
    req.on('error', (error) => resolve(`error ${error.code} ${error.message} reused ${req.reusedSocket}`));
    req.on('timeout', () => req.destroy(new Error('timed out')));
  });
}

server.listen(0, '127.0.0.1', async () => {
  for (const options of [undefined, {}, { keepAlive: true, maxSockets: 2, maxFreeSockets: 1, scheduling: 'fifo', keepAliveMsecs: 5 }]) {
    const { requests, sockets, freeSockets, ...rest } = new http.Agent(options);
    console.log(rest.keepAlive, rest.maxSockets, rest.maxFreeSockets, rest.scheduling, rest.keepAliveMsecs, rest.maxTotalSockets, rest.totalSocketCount, rest.defaultPort, rest.protocol, rest.options, Object.keys(requests), Object.keys(sockets), Object.keys(freeSockets));
  }
  for (const options of [{ scheduling: 'x' }, { maxTotalSockets: 'x' }, { maxTotalSockets: -1 }]) {
    try { new http.Agent(options); } catch (error) { console.log(error.code, error.message); }
  }
  const any = new http.Agent();
  for (const options of [undefined, {}, { host: 'a', port: 1 }, { host: 'a', port: 1, localAddress: 'b' }, { family: 4 }, { family: 5 }, { socketPath: '/x' }]) console.log(any.getName(options));

  const plain = new http.Agent();
  console.log(await get(plain, '/'));
  await wait(10);
  console.log(counts(plain), connections);

  connections = 0;
  const keeping = new http.Agent({ keepAlive: true });
  for (const path of ['/', '/', '/slow', '/close', '/', '/short', '/']) {
    const answer = await get(keeping, path);
    await wait(5);
    console.log(path, answer, counts(keeping));
  }
  console.log('connections', connections);
  connections = 0;
  console.log(await Promise.all(['/', '/slow', '/'].map((path) => get(keeping, path))));
  await wait(10);
  console.log(counts(keeping), connections);
  keeping.destroy();
  await wait(10);
  console.log(counts(keeping));

  connections = 0;
  const limited = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const order = [];
  await Promise.all(['/slow', '/1', '/2', '/close', '/3'].map((path) => get(limited, path).then(() => order.push(path))));
  console.log(order, connections);
  await wait(5);
  console.log(counts(limited));
  limited.destroy();

  const total = new http.Agent({ maxTotalSockets: 1 });
  const answers = Promise.all([get(total, '/slow'), get(total, '/slow', { host: 'localhost' })]);
  console.log(counts(total));
  console.log(await answers);
  await wait(5);
  console.log(counts(total));

  const dropping = new http.Agent({ keepAlive: true });
  console.log(await get(dropping, '/drop'));
  await wait(5);
  console.log(counts(dropping));
  dropped.destroy();
  await wait(5);
  console.log(counts(dropping));
  console.log(await get(dropping, '/'));
  dropping.destroy();

  const timing = new http.Agent({ keepAlive: true, timeout: 500 });
  console.log(await get(timing, '/hang'));
  console.log(await get(timing, '/'));
  await wait(600);
  console.log(counts(timing));
  console.log(await get(timing, '/hang', { timeout: 10 }));

  // What a server sends unasked closes the connection, it does not answer the next request.
  let lie;
  const liar = net.createServer((socket) => {
    lie ??= () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
  await new Promise((resolve) => liar.listen(0, '127.0.0.1', resolve));
  const trusting = new http.Agent({ keepAlive: true });
  const ask = () => get(trusting, '/', { port: liar.address().port });
  console.log(await ask());
  await wait(5);
  lie();
  await wait(5);
  console.log(counts(trusting), await ask());
  trusting.destroy();
  liar.close();

  // Events of an agent and of the sockets it is asked for.
  const custom = new http.Agent({ keepAlive: true });
  custom.createConnection = (options, done) => {
    console.log('createConnection', options.port > 0, options.keepAlive, options.timeout, options._agentKey.replace(/\d{4,}/, 'PORT'), options.path);
    const socket = net.connect(options);
    for (const event of ['connect', 'free', 'agentRemove', 'close']) socket.on(event, () => console.log('socket', event));
    setTimeout(done, 1, null, socket);
  };
  custom.on('free', (socket, options) => console.log('agent free', socket instanceof net.Socket, options.host));
  console.log(await get(custom, '/'));
  await wait(5);
  console.log(await get(custom, '/'));
  await wait(5);
  custom.destroy();
  await wait(5);
  const failing = new http.Agent();
  failing.createConnection = (options, done) => { done(new Error('no way')); };
  console.log(await get(failing, '/'));
  const socket = new http.Agent({ keepAlive: true });
  socket.keepSocketAlive = () => false;
  console.log(await get(socket, '/'));
  await wait(10);
  console.log(counts(socket));
  server.closeAllConnections();
  server.close();
});
