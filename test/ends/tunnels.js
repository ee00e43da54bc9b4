'use strict';
// Where HTTP ends: upgrades and CONNECT, with bytes that came with the head, accepted and declined.

exports['an upgrade'] = {
  server({ createServer, log }) {
    const server = createServer((req, res) => { log('request', req.url); res.end('plain'); });
    server.on('upgrade', (req, socket, head) => {
      log('upgrade', req.url, req.headers.upgrade, req.headers.connection, head.toString(), req.upgrade);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nwith the head ');
      socket.on('data', (data) => { log('data', data.toString()); socket.end(`you said ${data}`); });
      socket.on('end', () => log('end'));
      socket.on('close', (hadError) => log('close', hadError));
    });
    return server;
  },
  async client({ request, response, read, watch, log }) {
    await new Promise((resolve) => {
      const req = request({ path: '/up', headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
      watch('req', req, ['response', 'finish', 'close', 'error']);
      req.on('upgrade', (res, socket, head) => {
        log('upgrade', res.statusCode, res.statusMessage, res.headers, res.upgrade, req.upgradeOrConnect);
        let text = head.toString();
        socket.on('data', (data) => { text += data; });
        socket.on('end', () => log('end', text));
        socket.on('close', () => resolve());
        socket.write('hello');
      });
      req.end();
    });
    log(await read(await response('/plain')));
  },
};

exports['bytes after the head of a request'] = {
  server({ createServer, log }) {
    const server = createServer();
    const answer = (event) => server.on(event, (req, socket, head) => {
      log(event, req.method, req.url, `head ${head}`, head.length);
      socket.on('error', () => {});
      socket.on('data', (data) => socket.end(`more ${data}`));
      socket.write(event === 'upgrade' ? 'HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n' : 'HTTP/1.1 200 Established\r\n\r\n');
      socket.write(`got ${head} `);
    });
    answer('upgrade');
    answer('connect');
    return server;
  },
  async client({ talk, log }) {
    log(await talk('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nearly', 'late'));
    log(await talk('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n', 'late'));
    log(await talk('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nearly', 'late'));
    log(await talk('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r', '\nGET / HTTP/1.1\r\n\r\n', 'late'));
  },
};

exports['CONNECT'] = {
  server({ createServer, log }) {
    const server = createServer((req, res) => res.end('plain'));
    server.on('connect', (req, socket, head) => {
      log('connect', req.url, req.headers.host === req.url, head.length);
      if (req.url.startsWith('no')) { socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'); return; }
      socket.write('HTTP/1.1 200 Connection Established\r\nX-Proxy: p\r\n\r\nfirst ');
      socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
      socket.on('end', () => { log('end'); socket.end(); });
      socket.on('close', () => log('close'));
    });
    return server;
  },
  async client({ request, watch, log, read }) {
    for (const target of ['yes.example:443', 'no.example:80']) {
      await new Promise((resolve) => {
        // With TLS the name in Host would be the one that the proxy has to have.
        const req = watch('req', request({ method: 'CONNECT', path: target, servername: 'localhost', headers: { Host: target } }), ['response', 'close', 'error', 'socket']);
        req.on('connect', (res, socket, head) => {
          log('connect', res.statusCode, res.headers, req.destroyed, socket.listenerCount('data'));
          let text = head.toString();
          socket.on('data', (data) => { text += data; if (text.endsWith('BYE')) socket.end(); });
          socket.on('end', () => log('end', text));
          socket.on('close', (hadError) => { log('close', hadError); resolve(); });
          socket.write('hello bye');
        });
        req.end();
      });
    }
    await new Promise((resolve) => watch('nobody', request({ method: 'CONNECT', path: 'yes.example:1' }), ['error', 'close']).on('close', resolve).end());
  },
};

exports['declined upgrades are requests'] = {
  server: ({ createServer, log, text }) => createServer(async (req, res) => {
    log(req.url, req.headers.upgrade, req.upgrade);
    res.end(`plain ${await text(req)}`);
  }),
  async client({ request, response, read, watch, talk, log }) {
    const res = await response({ path: '/get', headers: { Connection: 'Upgrade', Upgrade: 'h2c' } });
    log(res.statusCode, await read(res));
    const post = await response({ path: '/post', method: 'POST', headers: { Connection: 'Upgrade', Upgrade: 'h2c' } }, 'body');
    log(post.statusCode, await read(post));
    log(await talk('GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: y\r\n\r\n', 'GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    await new Promise((resolve) => watch('connect', request({ method: 'CONNECT', path: 'a:1' }), ['connect', 'error', 'close', 'response']).on('close', resolve).end());
  },
};

exports['shouldUpgradeCallback'] = {
  server({ createServer, log }) {
    const server = createServer({ shouldUpgradeCallback: (req) => req.headers.upgrade === 'yes' }, (req, res) => { log('request', req.url); res.end('declined'); });
    server.on('upgrade', (req, socket) => { log('upgrade', req.url); socket.end('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: yes\r\n\r\naccepted'); });
    return server;
  },
  async client({ talk, log }) {
    for (const name of ['yes', 'no']) log(await talk(`GET /${name} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade${name === 'no' ? ', close' : ''}\r\nUpgrade: ${name}\r\n\r\n`));
  },
};

exports['an upgrade that the server answers as usual'] = {
  server({ createServer }) {
    const server = createServer();
    server.on('upgrade', (req, socket) => {
      socket.on('error', () => {}); // a client that has read the answer may close at once
      if (req.url === '/426') socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes');
      else if (req.url === '/drop') socket.destroy();
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    return server;
  },
  async client({ request, read, watch, log, wait }) {
    for (const path of ['/426', '/200', '/drop']) {
      const req = watch('req', request({ path, agent: false, headers: { Connection: 'Upgrade', Upgrade: 'x' } }), ['upgrade', 'error', 'close']);
      req.on('response', async (res) => { log('response', res.statusCode, await read(res)); });
      const over = new Promise((resolve) => req.on('close', resolve));
      req.end();
      await over;
      await wait(10);
    }
  },
};

exports['an upgrade that nobody awaits'] = {
  server({ createServer, log }) {
    const server = createServer();
    server.on('upgrade', (req, socket) => { socket.on('error', () => {}); socket.on('close', () => log('closed')); socket.write('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nbytes'); });
    return server;
  },
  async client({ request, watch, log }) {
    const unheard = request({ agent: false, headers: { Connection: 'Upgrade', Upgrade: 'x' } });
    await new Promise((resolve) => watch('unheard', unheard, ['response', 'error', 'close']).on('close', resolve).end());
  },
};

exports['an answer of 101 that nobody asked for'] = {
  server: ({ createRaw }) => createRaw((socket) => { socket.on('error', () => {}); socket.on('data', () => socket.write('HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nbytes')); }),
  async client({ request, watch, log }) {
    for (const listen of [true, false]) {
      const req = watch('req', request({ agent: false }), ['response', 'error', 'close']);
      if (listen) req.on('upgrade', (res, socket, head) => { log('upgrade', head.toString()); socket.destroy(); });
      await new Promise((resolve) => req.on('close', resolve).end());
    }
  },
};

exports['upgraded through an agent'] = {
  server({ createServer }) {
    const server = createServer((req, res) => res.end('plain'));
    server.on('upgrade', (req, socket) => { socket.write('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'); socket.on('data', (d) => socket.write(d)); socket.on('error', () => {}); });
    return server;
  },
  async client({ request, response, agent, read, wait, log }) {
    const pool = agent({ keepAlive: true, maxSockets: 1 });
    const sizes = () => [Object.values(pool.sockets).flat().length, Object.values(pool.freeSockets).flat().length, pool.totalSocketCount];
    const socket = await new Promise((resolve) => { request({ agent: pool, headers: { Connection: 'Upgrade', Upgrade: 'x' } }).on('upgrade', (res, s) => resolve(s)).end(); });
    log(sizes());
    // The connection has left the pool: there is room for another.
    log(await read(await response({ agent: pool })));
    await wait(5);
    log(sizes());
    socket.write('still open');
    log(String(await new Promise((resolve) => socket.once('data', resolve))));
    socket.destroy();
    await wait(5);
    log(sizes());
    pool.destroy();
  },
};
