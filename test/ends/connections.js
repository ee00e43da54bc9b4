'use strict';
// Connections: kept and used again, pooled, limited, timed out, closed.

// A server that counts its connections. With TLS, connections that a client opens at once (`together`) are open in any
// order, and so are their requests.
const numbered = (end, options, handler, together = false) => {
  let connections = 0;
  const server = end.createServer(options ?? {}, (req, res) => {
    if (!together || !end.secure) end.log(`request ${req.url} on connection ${req.socket.n}`);
    handler?.(req, res, server);
    if (!res.writableEnded && !handler) res.end(`${req.url} on ${req.socket.n}`);
  });
  server.on(end.secure ? 'secureConnection' : 'connection', (socket) => { socket.n = ++connections; });
  return server;
};
const get = async ({ response, read }, options) => read(await response(options));
const pool = (agent) => ({ sockets: count(agent.sockets), free: count(agent.freeSockets), requests: count(agent.requests), total: agent.totalSocketCount });
const count = (lists) => Object.values(lists).reduce((n, list) => n + list.length, 0);

exports['kept alive'] = {
  server: (end) => numbered(end),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    for (let i = 0; i < 3; i++) {
      const reused = [];
      end.log(await new Promise((resolve, reject) => {
        const req = end.request({ path: `/${i}`, agent }, (res) => end.read(res).then(resolve, reject));
        req.on('error', reject);
        req.on('socket', () => reused.push(req.reusedSocket));
        req.end();
      }), reused);
      await end.wait(5);
      end.log(pool(agent));
    }
    agent.destroy();
    await end.wait(20);
    end.log('destroyed', pool(agent));
  },
};

exports['not kept'] = {
  server: (end) => numbered(end),
  async client(end) {
    for (const options of [{ agent: false }, { agent: end.agent({ keepAlive: false }) }, { agent: end.agent({ keepAlive: true }), headers: { Connection: 'close' } }]) {
      const res = await end.response({ path: '/', ...options });
      end.log(res.headers.connection, await end.read(res));
      end.log(await get(end, { path: '/again', ...options }));
    }
  },
};

exports['an agent of at most two connections'] = {
  server: (end) => numbered(end, {}, (req, res) => setTimeout(() => res.end(req.url), 30), true),
  async client(end) {
    const agent = end.agent({ keepAlive: true, maxSockets: 2, maxFreeSockets: 1 });
    const done = [];
    const all = Promise.all([1, 2, 3, 4, 5].map((i) => get(end, { path: `/${i}`, agent }).then(() => done.push(i))));
    end.log(pool(agent));
    await end.wait(0);
    end.log(pool(agent));
    await all;
    end.log(done.toSorted(), pool(agent));
    await end.wait(20);
    end.log(pool(agent));
    agent.destroy();
  },
};

exports['waiting requests in order'] = {
  server: (end) => numbered(end),
  async client(end) {
    for (const scheduling of ['fifo', 'lifo']) {
      for (const keepAlive of [true, false]) {
        const agent = end.agent({ keepAlive, maxSockets: 1, scheduling });
        const order = [];
        await Promise.all([1, 2, 3, 4].map((i) => get(end, { path: `/${i}`, agent }).then((text) => order.push(text.split(' ')[0]))));
        end.log(scheduling, keepAlive, order);
        agent.destroy();
      }
    }
  },
};

exports['a limit for all hosts'] = {
  server: (end) => numbered(end, {}, (req, res) => setTimeout(() => res.end(), 10), true),
  async client(end) {
    const agent = end.agent({ keepAlive: true, maxTotalSockets: 2 });
    let highest = 0;
    const all = Promise.all([1, 2, 3, 4, 5, 6].map((i) => get(end, { path: `/${i}`, agent, servername: i % 2 ? 'localhost' : undefined, family: i % 2 ? 4 : undefined }).then(() => { highest = Math.max(highest, agent.totalSocketCount); })));
    await all;
    end.log(highest, pool(agent).requests);
    agent.destroy();
  },
};

exports['a queued request is destroyed'] = {
  server: (end) => numbered(end, {}, (req, res) => setTimeout(() => res.end(req.url), 30)),
  async client(end) {
    const agent = end.agent({ keepAlive: true, maxSockets: 1 });
    const first = get(end, { path: '/1', agent });
    const second = end.watch('second', end.request({ path: '/2', agent }), ['socket', 'error', 'response', 'close']);
    second.end();
    const third = get(end, { path: '/3', agent });
    second.destroy();
    end.log(await first, await third);
    await end.wait(20);
    end.log(pool(agent));
    agent.destroy();
  },
};

exports['the server closes a kept connection'] = {
  server: (end) => { const server = numbered(end, { keepAliveTimeout: 60 }); server.keepAliveTimeoutBuffer = 0; return server; },
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    const res = await end.response({ path: '/1', agent });
    end.log(res.headers['keep-alive'], await end.read(res));
    await end.wait(400);
    end.log(pool(agent));
    end.log(await get(end, { path: '/2', agent }));
    agent.destroy();
  },
};

exports['Keep-Alive: timeout is minded'] = {
  server: ({ createServer }) => createServer((req, res) => { res.setHeader('Keep-Alive', req.url === '/0' ? 'timeout=0' : req.url === '/1' ? 'timeout=1' : 'timeout=2'); res.end(); }),
  async client(end) {
    for (const path of ['/0', '/1', '/2']) {
      const agent = end.agent({ keepAlive: true });
      const timeouts = [];
      const req = end.request({ path, agent });
      req.on('socket', (s) => { const set = s.setTimeout; s.setTimeout = function (ms, ...rest) { timeouts.push(ms); return set.call(this, ms, ...rest); }; });
      await new Promise((resolve) => req.on('response', (res) => res.resume().on('end', resolve)).end());
      await end.wait(10);
      end.log(path, timeouts, pool(agent));
      agent.destroy();
    }
  },
};

exports['requests of a connection are limited'] = {
  server: (end) => {
    const server = numbered(end, {});
    server.maxRequestsPerSocket = 2;
    server.on('dropRequest', (req) => end.log('dropped', req.url));
    return server;
  },
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    for (let i = 0; i < 4; i++) {
      const res = await end.response({ path: `/${i}`, agent });
      end.log(res.statusCode, res.headers.connection, res.headers['keep-alive'], await end.read(res));
    }
    agent.destroy();
  },
};

exports['pipelined'] = {
  server: (end) => numbered(end, {}, (req, res) => setTimeout(() => res.end(req.url), req.url === '/a' ? 30 : req.url === '/b' ? 15 : 0)),
  async client({ talk, log }) {
    const line = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    log(await talk(line('/a') + line('/b') + line('/c', 'Connection: close\r\n')));
    log(await talk(`POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc${line('/b', 'Connection: close\r\n')}`));
    log(await talk(line('/a').slice(0, 10), line('/a').slice(10) + line('/b').slice(0, 5), line('/b', 'Connection: close\r\n').slice(5)));
  },
};

exports['a request times out'] = {
  // With TLS a request may not have got here when its time is over.
  server: ({ createServer, log, secure }) => createServer((req, res) => {
    if (!secure) req.on('close', () => log(req.url, 'closed', res.writableFinished));
    if (req.url.startsWith('/body')) { res.writeHead(200); res.write('begun'); }
  }),
  async client(end) {
    const ms = end.secure ? 250 : 50;
    const run = (name, options, change) => new Promise((resolve) => {
      const req = end.watch(name, end.request({ agent: false, ...options }), ['timeout', 'error', 'close']);
      req.on('timeout', () => req.destroy());
      req.on('response', (res) => { end.watch(`${name} res`, res, ['timeout', 'aborted', 'error', 'end', 'close']); res.resume(); });
      req.on('close', () => setTimeout(resolve, 10));
      change?.(req);
      req.end();
    });
    await run('option', { path: '/hang', timeout: ms });
    await run('method', { path: '/hang' }, (req) => req.setTimeout(ms));
    await run('callback', { path: '/hang' }, (req) => req.setTimeout(ms, () => end.log('called')));
    await run('in the body', { path: '/body', timeout: ms });
    await run('agent', { path: '/hang', agent: end.agent({ timeout: ms }) });
    await run('signal', { path: '/hang', signal: AbortSignal.timeout(ms) });
    await run('cleared', { path: '/hang', timeout: ms }, (req) => { req.setTimeout(0); setTimeout(() => req.destroy(new Error('at last')), 2.5 * ms); });
  },
};

exports['a server times out'] = {
  server({ createServer, log, watch }) {
    const server = createServer({ headersTimeout: 80, requestTimeout: 160, connectionsCheckingInterval: 10 }, (req, res) => { req.on('error', (e) => log('req', e)); req.resume().on('end', () => res.end('read')); });
    const told = new Set();
    server.on('clientError', (error, socket) => { if (!told.has(socket)) log('clientError', error); told.add(socket); if (socket.writable) socket.end('HTTP/1.1 408 Too Slow\r\nConnection: close\r\n\r\n'); });
    return server;
  },
  async client({ talk, log }) {
    log('head', await talk('GET / HTTP/1.1\r\nHost: x\r\n'));
    log('body', await talk('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'));
  },
};

exports['the timeout of a server\'s connections'] = {
  server({ createServer, log }) {
    const server = createServer((req, res) => {
      if (req.url === '/listened') res.setTimeout(60, () => { log('res timeout'); res.end('late'); });
      if (req.url === '/req') req.setTimeout(60, () => { log('req timeout'); res.end('late'); });
    });
    server.setTimeout(60, (socket) => { log('server timeout'); socket.destroy(); });
    return server;
  },
  async client(end) {
    for (const path of ['/listened', '/req', '/none']) {
      try { end.log(await get(end, { path, agent: false })); } catch (error) { end.log(error); }
    }
  },
};

exports['the server closes'] = {
  server: (end) => {
    const server = numbered(end, {}, (req, res, self) => {
      if (req.url === '/close') { self.close(() => end.log('closed')); setTimeout(() => res.end('after close()'), 20); } else res.end('before');
    });
    return server;
  },
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    end.log(await get(end, { path: '/1', agent }));
    const busy = await end.response({ path: '/close', agent });
    end.log(busy.headers.connection, await end.read(busy));
    await end.wait(20);
    end.log(pool(agent));
    await get(end, { path: '/3', agent }).catch((error) => end.log(error.code === 'ENOENT' ? 'ECONNREFUSED' : error.code));
  },
};

exports['closeIdleConnections and closeAllConnections'] = {
  server: (end) => numbered(end, {}, (req, res, self) => {
    if (req.url === '/idle') { self.closeIdleConnections(); setTimeout(() => res.end('still answered'), 20); } else if (req.url === '/all') self.closeAllConnections();
    else res.end('ok');
  }, true),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    await Promise.all([get(end, { path: '/1', agent }), get(end, { path: '/2', agent })]);
    await end.wait(10);
    end.log(pool(agent));
    end.log(await get(end, { path: '/idle', agent }));
    await end.wait(20);
    end.log(pool(agent));
    await get(end, { path: '/all', agent }).catch((error) => end.log(error));
    agent.destroy();
  },
};

exports['stray bytes on an idle connection'] = {
  server: ({ createRaw }) => createRaw((socket) => {
    let n = 0;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      n += data.toString().split('\r\n\r\n').length - 1;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${n}`);
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray'), 10);
    });
  }),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    end.log(await get(end, { path: '/1', agent }));
    await end.wait(50);
    end.log(pool(agent));
    end.log(await get(end, { path: '/2', agent }));
    agent.destroy();
  },
};

exports['createConnection'] = {
  server: (end) => numbered(end),
  async client(end) {
    if (end.secure) return;
    end.log(await get(end, { path: '/sync', agent: false, createConnection: () => end.connect() }));
    end.log(await get(end, { path: '/callback', createConnection: (options, done) => { const s = end.connect(() => done(null, s)); } }));
    await get(end, { path: '/error', createConnection: (options, done) => { setTimeout(done, 5, new Error('no connection')); } }).catch((error) => end.log(error));
    await get(end, { path: '/throw', createConnection: () => { throw new Error('thrown'); } }).catch((error) => end.log(error));
    class Mine extends end.http.Agent { createConnection(options, done) { end.log('asked for', options.path ?? 'no path', typeof done); return super.createConnection(options, done); } }
    const agent = new Mine({ keepAlive: true });
    end.log(await get(end, { path: '/mine', agent }));
    end.log(await get(end, { path: '/mine2', agent }));
    agent.destroy();
  },
};

exports['keepSocketAlive and reuseSocket'] = {
  server: (end) => numbered(end),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    agent.keepSocketAlive = (socket) => { end.log('keepSocketAlive', socket.constructor.name !== ''); return keep; };
    agent.reuseSocket = (socket, req) => { end.log('reuseSocket', req.path); req.reusedSocket = true; };
    agent.on('free', () => end.log('free'));
    let keep = true;
    end.log(await get(end, { path: '/1', agent }));
    await end.wait(5);
    end.log(await get(end, { path: '/2', agent }));
    await end.wait(5);
    keep = false;
    end.log(await get(end, { path: '/3', agent }));
    await end.wait(10);
    end.log(pool(agent));
    end.log(await get(end, { path: '/4', agent }));
    agent.destroy();
  },
};
