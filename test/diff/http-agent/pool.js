'use strict';
// The pool: how idle connections are chosen, kept, and dropped; who waits, and in which order.
const http = require('http');
const net = require('net');
const { once } = require('events');

// The time, and then turns of the loop: however late a timer is, what is on its way over local sockets arrives.
const wait = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};
const count = (map) => Object.fromEntries(Object.entries(map).map(([key, list]) => [key.replace(/:\d+:/, ':PORT:'), list.length]));
const show = (label, agent) => console.log(label, 'sockets', count(agent.sockets), 'free', count(agent.freeSockets), 'requests', count(agent.requests), agent.totalSocketCount);

function get(port, agent, options) {
  return new Promise((resolve) => {
    const req = http.get({ host: '127.0.0.1', port, agent, ...options }, (res) => {
      let text = '';
      const local = req.socket.localPort;
      res.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve({ text, local, reused: req.reusedSocket }));
      res.on('error', () => {});
    });
    req.on('error', (error) => resolve({ error: error.code, message: error.message, reused: req.reusedSocket }));
  });
}

// The server says which of its connections a request came by.
async function serve(handler, options = {}) {
  let connections = 0;
  const server = http.createServer(options, handler ?? ((req, res) => res.end(`${req.socket.number}${req.url}`)));
  server.on('connection', (socket) => { socket.number = ++connections; });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function main() {
  {
    console.log('== scheduling');
    for (const scheduling of ['lifo', 'fifo']) {
      const server = await serve((req, res) => setTimeout(() => res.end(`${req.socket.number}`), req.url === '/slow' ? 30 : 0));
      const { port } = server.address();
      const agent = new http.Agent({ keepAlive: true, scheduling });
      await Promise.all([get(port, agent), get(port, agent), get(port, agent, { path: '/slow' })]);
      await wait(10);
      const used = [];
      for (let i = 0; i < 3; i++) {
        used.push((await get(port, agent)).text);
        await wait(5);
      }
      console.log(scheduling, used.join());
      show('after', agent);
      agent.destroy();
      server.close();
    }
    try { new http.Agent({ scheduling: 'filo' }); } catch (error) { console.log(error.code, error.message); }
  }
  {
    console.log('== order of those who wait');
    const server = await serve((req, res) => setTimeout(() => res.end(req.url), 2));
    const { port } = server.address();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
    const order = [];
    await Promise.all(Array.from({ length: 9 }, (_, i) => {
      const promise = get(port, agent, { path: `/${i}` }).then(({ text }) => order.push(text));
      if (i === 8) show('queued', agent);
      return promise;
    }));
    console.log(order.join());
    show('after', agent);
    await wait(5);
    show('later', agent);
    agent.destroy();
    await wait(5);
    show('destroyed', agent);
    server.close();
  }
  {
    console.log('== maxTotalSockets');
    const one = await serve((req, res) => setTimeout(() => res.end('one'), 5));
    const two = await serve((req, res) => setTimeout(() => res.end('two'), 5));
    const agent = new http.Agent({ keepAlive: true, maxTotalSockets: 2, maxSockets: 2 });
    const order = [];
    const all = [one, one, one, two, two].map((server) => get(server.address().port, agent).then(({ text, error }) => order.push(text ?? error)));
    console.log(agent.totalSocketCount, Object.keys(agent.requests).length, Object.values(agent.requests).map((list) => list.length));
    await Promise.all(all);
    console.log(order.join(), agent.totalSocketCount);
    agent.destroy();
    one.close();
    two.close();
    for (const bad of [0, -1, 'x', NaN, null]) {
      try { new http.Agent({ maxTotalSockets: bad }); console.log('fine'); } catch (error) { console.log(error.name, error.code, error.message); }
    }
  }
  {
    console.log('== maxFreeSockets');
    const server = await serve();
    const { port } = server.address();
    const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1 });
    await Promise.all([1, 2, 3].map(() => get(port, agent)));
    await wait(10);
    show('one stays', agent);
    agent.destroy();
    server.close();
  }
  {
    console.log('== the server says how long');
    for (const [hint, options] of [
      ['timeout=1', {}], ['timeout=1', { agentKeepAliveTimeoutBuffer: 0 }], ['timeout=5', {}], ['timeout=5', { agentKeepAliveTimeoutBuffer: 4950 }],
      ['timeout=0', { agentKeepAliveTimeoutBuffer: 0 }], ['max=5', {}], ['max=5, timeout=1', {}], ['TIMEOUT=1', {}], ['timeout=x', {}],
      ['timeout=2', { timeout: 500 }], ['timeout=2', { timeout: 5000 }],
    ]) {
      const server = await serve((req, res) => res.writeHead(200, { 'Keep-Alive': hint, Connection: 'keep-alive' }).end('x'));
      const { port } = server.address();
      const agent = new http.Agent({ keepAlive: true, ...options });
      await get(port, agent);
      await wait(5);
      const free = Object.values(agent.freeSockets)[0];
      console.log(hint, JSON.stringify(options), agent.agentKeepAliveTimeoutBuffer, free?.length, free?.[0].timeout);
      agent.destroy();
      server.close();
    }
    for (const value of [-1, 'x', Infinity, NaN, 250]) console.log(String(value), new http.Agent({ agentKeepAliveTimeoutBuffer: value }).agentKeepAliveTimeoutBuffer);
  }
  {
    console.log('== stray bytes, and ends, on idle connections');
    for (const [label, act] of [
      ['bytes', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison')],
      ['end', (socket) => socket.end()],
      ['reset', (socket) => socket.resetAndDestroy()],
      ['with the answer', null],
    ]) {
      let connections = 0;
      const sockets = [];
      const server = net.createServer((socket) => {
        const number = ++connections;
        sockets.push(socket);
        socket.on('error', () => {});
        socket.on('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${number}`);
          if (label === 'with the answer' && number === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison');
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address();
      const agent = new http.Agent({ keepAlive: true });
      const first = await get(port, agent);
      await wait(10);
      if (act) act(sockets[0]);
      await wait(20);
      const second = await get(port, agent);
      console.log(label, first.text, second.text ?? second.error, second.reused);
      agent.destroy();
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  }
  {
    console.log('== methods that applications replace');
    const server = await serve();
    const { port } = server.address();
    class Mine extends http.Agent {
      keepSocketAlive(socket) { console.log('keepSocketAlive', socket instanceof net.Socket); return super.keepSocketAlive(socket); }
      reuseSocket(socket, req) { console.log('reuseSocket', req instanceof http.ClientRequest); super.reuseSocket(socket, req); }
      createConnection(options, callback) { console.log('createConnection', options.port === port, options.host, typeof callback); return super.createConnection(options, callback); }
      getName(options) { return `mine:${super.getName(options)}`.replace(port, 'PORT'); }
    }
    const agent = new Mine({ keepAlive: true });
    agent.on('free', (socket, options) => console.log('free', socket instanceof net.Socket, options.port === port));
    await get(port, agent);
    await wait(5);
    show('mine', agent);
    await get(port, agent);
    await wait(5);
    agent.keepSocketAlive = () => false;
    await get(port, agent);
    await wait(5);
    show('not kept', agent);
    agent.destroy();
    const later = new http.Agent();
    later.createConnection = (options, callback) => { setImmediate(() => callback(null, net.connect({ port, host: '127.0.0.1' }))); };
    console.log('later', (await get(port, later)).text);
    later.createConnection = (options, callback) => { setImmediate(() => callback(new Error('no connection'))); };
    console.log('never', (await get(port, later)).message);
    later.createConnection = () => { throw new Error('thrown'); };
    try { await get(port, later); } catch (error) { console.log('throws', error.message); }
    console.log(await new Promise((resolve) => http.get({ port, host: '127.0.0.1', agent: false, createConnection: () => net.connect(port, '127.0.0.1') }, (res) => res.resume().on('end', () => resolve(res.statusCode)))));
    server.close();
  }
  {
    console.log('== names');
    const agent = new http.Agent();
    for (const options of [undefined, {}, { host: 'a' }, { port: 1 }, { host: 'a', port: 1, localAddress: 'b' }, { family: 4 }, { family: 6, host: 'a' }, { family: 0 }, { socketPath: '/x' }, { socketPath: '/x', port: 2, family: 6, localAddress: 'l' }]) console.log(agent.getName(options));
  }
  {
    console.log('== timeouts');
    const server = await serve((req, res) => setTimeout(() => res.end('late'), 900));
    const { port } = server.address();
    const agent = new http.Agent({ keepAlive: true, timeout: 500 });
    await new Promise((resolve) => {
      const req = http.get({ port, host: '127.0.0.1', agent }, (res) => res.resume().on('end', resolve));
      req.on('timeout', () => console.log('timeout', req.socket.timeout));
    });
    await wait(5);
    show('kept', agent);
    await wait(600);
    show('idle for too long', agent);
    const own = await new Promise((resolve) => {
      const req = http.get({ port, host: '127.0.0.1', agent, timeout: 10 }, () => {});
      req.on('timeout', () => req.destroy(new Error('mine')));
      req.on('error', (error) => resolve(error.message));
    });
    console.log(own);
    agent.destroy();
    server.close();
  }
  {
    console.log('== destroy while waiting');
    const server = await serve((req, res) => setTimeout(() => res.end('x'), 10));
    const { port } = server.address();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const order = [];
    const requests = [0, 1, 2, 3].map((i) => http.get({ port, host: '127.0.0.1', path: `/${i}`, agent })
      .on('response', (res) => res.resume().on('end', () => order.push(`end ${i}`)))
      .on('error', (error) => order.push(`${error.code} ${i}`)).on('close', () => order.push(`close ${i}`)));
    const closed = Promise.all(requests.map((req) => new Promise((resolve) => req.on('close', resolve))));
    requests[1].destroy();
    requests[0].destroy();
    await closed;
    await wait(5);
    console.log(order.join(', '));
    show('after', agent);
    agent.destroy();
    server.close();
  }
}

main().then(() => setTimeout(() => process.exit(), 50).unref());
