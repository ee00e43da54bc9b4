'use strict';
// Requests that end early, in every phase: which events come, in which order, with which errors.
const http = require('http');
const net = require('net');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const server = http.createServer((req, res) => {
  req.on('error', () => {});
  res.on('error', () => {});
  if (req.url === '/head') res.writeHead(200, { 'Content-Length': 10 }), res.write('abc');
  else if (req.url === '/cut') { res.writeHead(200, { 'Content-Length': 10 }); res.write('abc'); setTimeout(() => req.socket.destroy(), 10); }
  else if (req.url === '/drop') req.socket.destroy();
  else if (req.url === '/read') { req.resume(); req.on('end', () => res.end('read')); }
  else if (req.url === '/ok') res.end('ok');
});

function watch(req, log) {
  for (const event of ['socket', 'abort', 'error', 'response', 'finish', 'close', 'timeout', 'drain']) {
    req.on(event, (value) => {
      log.push(`req ${event}${event === 'error' ? ` ${value.name} ${value.code} ${value.message}` : ''}`);
      if (event === 'response') {
        for (const e of ['aborted', 'error', 'end', 'close']) value.on(e, (error) => log.push(`res ${e}${e === 'error' ? ` ${error.code} ${error.message}` : ''} ${value.aborted} ${value.complete} ${value.destroyed}`));
        value.resume();
      }
    });
  }
  return req;
}

const cases = {
  'destroy at once': (get) => { const r = get('/ok'); r.destroy(); return r; },
  'destroy at once with an error': (get) => { const r = get('/ok'); r.destroy(new Error('mine')); return r; },
  'abort at once': (get) => { const r = get('/ok'); r.abort(); return r; },
  'abort twice': (get) => { const r = get('/ok'); r.abort(); r.abort(); return r; },
  'destroy on socket': (get) => { const r = get('/ok'); r.on('socket', () => r.destroy()); return r; },
  'destroy on connect': (get) => { const r = get('/ok'); r.on('socket', (s) => (s.connecting ? s.once('connect', () => r.destroy()) : r.destroy())); return r; },
  'destroy on response': (get) => { const r = get('/head'); r.on('response', () => r.destroy()); return r; },
  'destroy on response with an error': (get) => { const r = get('/head'); r.on('response', () => r.destroy(new Error('mine'))); return r; },
  'abort on response': (get) => { const r = get('/head'); r.on('response', () => r.abort()); return r; },
  'destroy the response': (get) => { const r = get('/head'); r.on('response', (res) => res.destroy()); return r; },
  'destroy the response with an error': (get) => { const r = get('/head'); r.on('response', (res) => res.destroy(new Error('mine'))); return r; },
  'destroy on data': (get) => { const r = get('/head'); r.on('response', (res) => res.on('data', () => r.destroy())); return r; },
  'destroy on end': (get) => { const r = get('/ok'); r.on('response', (res) => res.on('end', () => r.destroy())); return r; },
  'destroy after close': (get) => { const r = get('/ok'); r.on('close', () => r.destroy(new Error('late'))); return r; },
  'server drops': (get) => get('/drop'),
  'server cuts': (get) => get('/cut'),
  'timeout option': (get) => { const r = get('/hang', { timeout: 15 }); r.on('timeout', () => r.destroy()); return r; },
  'setTimeout': (get) => { const r = get('/hang'); r.setTimeout(15, () => r.destroy(new Error('too slow'))); return r; },
  'signal before': (get) => get('/ok', { signal: AbortSignal.abort() }),
  'signal before, with a reason': (get) => get('/ok', { signal: AbortSignal.abort(new Error('reason')) }),
  'signal later': (get) => { const c = new AbortController(); const r = get('/hang', { signal: c.signal }); setTimeout(() => c.abort(), 10); return r; },
  'signal during the response': (get) => { const c = new AbortController(); const r = get('/head', { signal: c.signal }); r.on('response', () => c.abort()); return r; },
  'refused': (get) => get('/ok', { port: 1 }),
  'write after destroy': (get, post, log) => { const r = post('/read'); r.destroy(); r.write('x', (error) => log.push(`write ${error.code}`)); r.end('y', (error) => log.push(`end ${error?.code}`)); return r; },
  'write after end': (get, post, log) => { const r = post('/read'); r.end('a'); r.write('x', (error) => log.push(`write ${error.code}`)); return r; },
  'end twice': (get, post, log) => { const r = post('/read'); r.end('a', () => log.push('first end')); r.end((error) => log.push(`second end ${error?.code}`)); return r; },
  'destroy in the middle of the body': (get, post) => { const r = post('/read'); r.write('abc'); r.on('socket', (s) => s.on('connect', () => setTimeout(() => r.destroy(), 5))); return r; },
};

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const keepAlive of [false, true]) {
    for (const label of Object.keys(cases)) {
      const log = [];
      const agent = new http.Agent({ keepAlive });
      const get = (path, options) => { const r = watch(http.request({ port, host: '127.0.0.1', path, agent, ...options }), log); r.end(); return r; };
      const post = (path) => watch(http.request({ port, host: '127.0.0.1', path, agent, method: 'POST' }), log);
      const req = cases[label](get, post, log);
      if (!req.closed) await Promise.race([new Promise((resolve) => req.on('close', resolve)), wait(200)]);
      await wait(10);
      console.log(label, keepAlive, log, req.destroyed, req.aborted, req.closed, req.writableFinished, req.errored === null ? null : req.errored?.message);
      agent.destroy();
    }
  }
  server.closeAllConnections();
  server.close();
});
