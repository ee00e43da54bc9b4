'use strict';
// Either side gives up, at every stage.

const events = ['socket', 'finish', 'response', 'abort', 'error', 'close'];
const resEvents = ['aborted', 'error', 'end', 'close'];

/** Calls act a while after the connection of a request is open. */
function later(end, req, act) {
  req.on('socket', (socket) => socket.on(end.secure ? 'secureConnect' : 'connect', () => setTimeout(act, 40)));
}

/**
 * Runs one request that ends badly; its events, then those of its response, are logged when it is over. What may come
 * before or after something else, `loose`, is not.
 */
function run(end, name, { loose, ...options }, act) {
  return new Promise((resolve) => {
    const lines = [];
    const note = (what, value) => lines.push(value instanceof Error ? `${what} ${value.code ?? ''} ${value.message}` : what);
    const req = end.request({ agent: false, ...options });
    for (const event of events) if (event !== loose) req.on(event, (value) => note(event, value));
    req.on('response', (res) => {
      for (const event of resEvents) res.on(event, (value) => note(`res ${event}`, value));
      res.on('close', () => note(`res complete ${res.complete} aborted ${res.aborted} destroyed ${res.destroyed}`));
      if (!options.still) res.resume();
    });
    req.on('close', () => setTimeout(() => {
      end.log(name, lines.join(', '), `destroyed ${req.destroyed} aborted ${req.aborted} reused ${req.reusedSocket}`);
      resolve();
    }, 25));
    act(req);
  });
}

/** A server that tells what happens to its requests. */
const telling = (handler) => ({ createServer, log }) => createServer((req, res) => {
  const name = req.url;
  for (const event of ['aborted', 'error', 'end', 'close']) req.on(event, (value) => log(name, `req ${event}`, value instanceof Error ? value : '', event === 'close' ? `complete ${req.complete} aborted ${req.aborted} destroyed ${req.destroyed}` : ''));
  for (const event of ['finish', 'error', 'close']) res.on(event, (value) => log(name, `res ${event}`, value instanceof Error ? value : '', event === 'close' ? `ended ${res.writableEnded} finished ${res.writableFinished} destroyed ${res.destroyed}` : ''));
  handler(req, res, log);
});

exports['the client destroys'] = {
  server: telling((req, res) => {
    if (req.url.includes('head')) { res.writeHead(200); res.flushHeaders(); }
    if (req.url.includes('part')) { res.write('part'); req.resume(); }
    if (req.url.includes('ok')) res.end('ok');
    if (req.url.includes('read')) req.resume();
  }),
  async client(end) {
    await run(end, 'at once', { path: '/ok1' }, (req) => { req.end(); req.destroy(); });
    await run(end, 'at once, with an error', { path: '/ok2' }, (req) => { req.end(); req.destroy(new Error('mine')); });
    await run(end, 'before end', { path: '/ok3', method: 'POST' }, (req) => { req.write('x'); req.destroy(); });
    await run(end, 'on socket', { path: '/ok4' }, (req) => { req.end(); req.on('socket', () => req.destroy()); });
    await run(end, 'when connected', { path: '/ok5', method: 'POST' }, (req) => { req.on('socket', (s) => s.on('connect', () => req.destroy())); });
    await run(end, 'in the head\'s wait', { path: '/hang6' }, (req) => { req.end(); later(end, req, () => req.destroy()); });
    await run(end, 'in the upload', { path: '/read7', method: 'POST' }, (req) => { req.write('x'); later(end, req, () => req.destroy()); });
    await run(end, 'in the upload, with an error', { path: '/read8', method: 'POST' }, (req) => { req.write('x'); later(end, req, () => req.destroy(new Error('mine'))); });
    await run(end, 'on response', { path: '/head9' }, (req) => { req.end(); req.on('response', () => req.destroy()); });
    await run(end, 'on response, with an error', { path: '/head10' }, (req) => { req.end(); req.on('response', () => req.destroy(new Error('mine'))); });
    await run(end, 'on response, the response', { path: '/head11' }, (req) => { req.end(); req.on('response', (res) => res.destroy()); });
    await run(end, 'on response, the response, with an error', { path: '/head12' }, (req) => { req.end(); req.on('response', (res) => res.destroy(new Error('mine'))); });
    await run(end, 'on data', { path: '/part13' }, (req) => { req.end(); req.on('response', (res) => res.once('data', () => req.destroy())); });
    await run(end, 'on data, the response', { path: '/part14' }, (req) => { req.end(); req.on('response', (res) => res.once('data', () => res.destroy())); });
    await run(end, 'on data, the upload under way', { path: '/part15', method: 'POST' }, (req) => { req.write('up'); req.on('response', (res) => res.once('data', () => res.destroy())); });
    await run(end, 'on end', { path: '/ok16' }, (req) => { req.end(); req.on('response', (res) => res.on('end', () => req.destroy())); });
    await run(end, 'abort()', { path: '/hang17' }, (req) => { req.end(); later(end, req, () => req.abort()); });
    await run(end, 'abort() in the response', { path: '/part18' }, (req) => { req.end(); req.on('response', () => req.abort()); });
    const first = new AbortController();
    await run(end, 'a signal', { path: '/hang19', signal: first.signal }, (req) => { req.end(); later(end, req, () => first.abort()); });
    const controller = new AbortController();
    await run(end, 'a signal in the response', { path: '/part20', signal: controller.signal }, (req) => { req.end(); req.on('response', (res) => res.once('data', () => controller.abort(new Error('reason')))); });
    await run(end, 'the socket', { path: '/hang21' }, (req) => { req.end(); later(end, req, () => req.socket.destroy()); });
    await run(end, 'the socket, with an error', { path: '/hang22' }, (req) => { req.end(); later(end, req, () => req.socket.destroy(new Error('mine'))); });
    await run(end, 'the socket in the response', { path: '/part23' }, (req) => { req.end(); req.on('response', (res) => res.once('data', () => req.socket.destroy())); });
    await run(end, 'twice', { path: '/hang24' }, (req) => { req.end(); later(end, req, () => { req.destroy(new Error('first')); req.destroy(new Error('second')); }); });
  },
};

exports['the client destroys on a kept connection'] = {
  server: telling((req, res) => { if (req.url.includes('ok')) res.end('ok'); else if (req.url.includes('part')) res.write('part'); }),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    const loose = end.secure ? 'finish' : undefined; // the answer may come before
    const warm = async () => { await end.read(await end.response({ path: '/ok', agent })); await end.wait(5); };
    await warm();
    await run(end, 'at once', { path: '/hang1', agent, loose }, (req) => { req.end(); req.destroy(); });
    end.log(Object.values(agent.freeSockets).flat().length);
    await warm();
    await run(end, 'on socket', { path: '/hang2', agent, loose }, (req) => { req.end(); req.on('socket', () => req.destroy()); });
    await warm();
    await run(end, 'later', { path: '/hang3', agent, loose }, (req) => { req.end(); setTimeout(() => req.destroy(), 30); });
    await warm();
    await run(end, 'in the response', { path: '/part4', agent, loose }, (req) => { req.end(); req.on('response', (res) => res.once('data', () => req.destroy())); });
    await end.wait(10);
    end.log(Object.values(agent.freeSockets).flat().length, Object.values(agent.sockets).flat().length);
    agent.destroy();
  },
};

exports['the server destroys'] = {
  server: telling((req, res) => {
    const path = req.url;
    if (path === '/req') req.destroy();
    if (path === '/req-error') req.destroy(new Error('mine'));
    if (path === '/res') res.destroy();
    if (path === '/res-error') res.destroy(new Error('mine'));
    if (path === '/socket') req.socket.destroy();
    if (path === '/reset') req.socket.resetAndDestroy?.() ?? req.socket.destroy();
    if (path === '/end') req.socket.end();
    if (path === '/after-head') { res.writeHead(200, { 'Content-Length': 5 }); res.flushHeaders(); setTimeout(() => res.destroy(), 20); }
    if (path === '/after-part') { res.writeHead(200, { 'Content-Length': 5 }); res.write('123'); setTimeout(() => req.socket.destroy(), 20); }
    if (path === '/after-chunk') { res.write('123'); setTimeout(() => res.destroy(), 20); }
    if (path === '/after-chunk-end') { res.write('123'); setTimeout(() => req.socket.end(), 20); }
    if (path === '/after-end') { res.end('all'); setTimeout(() => res.destroy(), 20); }
    if (path === '/until-close') { res.removeHeader('Transfer-Encoding'); res.writeHead(200, { Connection: 'close' }); res.write('123'); setTimeout(() => req.socket.destroy(), 20); }
    if (path.startsWith('/in-upload')) req.once('data', () => (path.endsWith('res') ? res.destroy() : req.destroy()));
  }),
  async client(end) {
    for (const path of ['/req', '/req-error', '/res', '/res-error', '/socket', '/end', '/after-head', '/after-part', '/after-chunk', '/after-chunk-end', '/after-end', '/until-close']) {
      await run(end, path, { path }, (req) => req.end());
    }
    for (const path of ['/in-upload-res', '/in-upload-req']) await run(end, path, { path, method: 'POST' }, (req) => req.write('x'));
  },
};

exports['the server destroys a kept connection'] = {
  server: telling((req, res) => { if (req.url === '/ok') res.end('ok'); else req.socket.destroy(); }),
  async client(end) {
    const agent = end.agent({ keepAlive: true });
    await end.read(await end.response({ path: '/ok', agent }));
    await end.wait(5);
    await run(end, 'reused', { path: '/drop', agent, loose: end.secure ? 'finish' : undefined }, (req) => req.end());
    end.log(Object.values(agent.freeSockets).flat().length, Object.values(agent.sockets).flat().length);
    agent.destroy();
  },
};

exports['nobody listens'] = {
  server: telling((req, res) => { if (req.url === '/large') res.end(Buffer.alloc(300_000)); else res.end('ok'); }),
  async client(end) {
    const agent = end.agent({ keepAlive: true, maxSockets: 1 });
    // Without a listener for the response it is dumped, and the connection free again.
    const req = end.watch('req', end.request({ path: '/large', agent }), ['socket', 'finish', 'close', 'error']);
    req.end();
    end.log(await end.read(await end.response({ path: '/small', agent })));
    agent.destroy();
  },
};

exports['a response that is not read'] = {
  server: telling((req, res) => res.end('body')),
  async client(end) {
    const req = end.watch('req', end.request({ path: '/', agent: false }), ['close']);
    const closed = new Promise((resolve) => req.on('close', resolve));
    const res = await new Promise((resolve) => req.on('response', resolve).end());
    end.watch('res', res, ['end', 'close', 'aborted', 'error']);
    const read = new Promise((resolve) => res.on('close', resolve));
    await end.wait(100);
    end.log('complete', res.complete, 'now read');
    res.resume();
    await read;
    await closed;
  },
};
