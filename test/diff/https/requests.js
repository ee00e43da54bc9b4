'use strict';
// https: requests and answers, options that reach the connection, the agent's pools and sessions, servers that close.
const fs = require('fs');
const https = require('https');
const path = require('path');
const tls = require('tls');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));

const own = { key: at('server-key.pem'), cert: at('server.pem') };
const ca = at('ca.pem');
const shown = (error) => [error.name, error.code, error.library ?? error.message].filter((x) => x !== undefined).join(' | ').replace(/127\.0\.0\.1:\d+/g, 'HOST');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: server.address().port, ca, servername: 'localhost' };
}

const closed = (server) => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });

/** One request: what it gives, as a line. */
function ask(options, body) {
  return new Promise((resolve) => {
    const req = https.request(options, async (res) => {
      const { socket } = res;
      const reused = socket.isSessionReused();
      const chunks = [];
      for await (const chunk of res) chunks.push(chunk);
      resolve(`${res.statusCode} ${Buffer.concat(chunks)} | ${socket.authorized} ${req.reusedSocket} ${reused}`);
    });
    req.on('error', (error) => resolve(shown(error)));
    req.end(body);
  });
}

const count = (lists) => Object.values(lists).reduce((n, list) => n + list.length, 0);
const pool = (agent) => `sockets ${count(agent.sockets)} free ${count(agent.freeSockets)} requests ${count(agent.requests)} total ${agent.totalSocketCount}`;

async function main() {
  // Basics
  {
    const server = https.createServer(own, (req, res) => {
      const { socket } = req;
      let n = 0;
      req.on('data', (d) => { n += d.length; });
      req.on('end', () => res.end(`${req.method} ${req.url} ${n} ${socket.encrypted} ${socket.getProtocol()} ${socket.authorized} ${socket.alpnProtocol} ${socket.servername} ${socket instanceof tls.TLSSocket} ${socket.remoteAddress}`));
    });
    const to = await listening(server);
    console.log('get', await ask({ ...to, path: '/a' }));
    console.log('post', await ask({ ...to, method: 'POST', path: '/b' }, 'x'.repeat(100_000)));
    console.log('url', await new Promise((resolve) => https.get(`https://127.0.0.1:${to.port}/c?d`, { ca }, (res) => { res.resume(); resolve(res.statusCode); })));
    console.log('TLSv1.2', await ask({ ...to, maxVersion: 'TLSv1.2', agent: false }));
    console.log('untrusted', await ask({ ...to, ca: undefined, agent: false }));
    console.log('untrusted, accepted', await ask({ ...to, ca: undefined, rejectUnauthorized: false, agent: false }));
    console.log('another name', await ask({ ...to, servername: 'elsewhere.example', agent: false }));
    console.log('the name of Host', await ask({ ...to, servername: undefined, headers: { Host: 'elsewhere.example:1' }, agent: false }));
    console.log('own check', await ask({ ...to, agent: false, checkServerIdentity: (host, cert) => new Error(`${host} is not ${cert.subject.OU}`) }));
    console.log('versions', await ask({ ...to, agent: false, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }));
    console.log('protocol', (() => { try { https.request({ protocol: 'http:' }); return 'none'; } catch (error) { return shown(error); } })());
    await closed(server);
  }

  // Certificates of clients
  {
    const server = https.createServer({ ...own, requestCert: true, rejectUnauthorized: false, ca }, (req, res) => {
      res.end(`${req.socket.authorized} ${req.socket.authorizationError} ${req.socket.getPeerCertificate().subject?.CN}`);
    });
    const to = await listening(server);
    const agent = new https.Agent();
    console.log('a certificate', await ask({ ...to, agent, key: at('client-key.pem'), cert: at('client.pem') }));
    console.log('none', await ask({ ...to, agent }));
    console.log('not one of ours', await ask({ ...to, agent, key: at('self-key.pem'), cert: at('self.pem') }));
    console.log('names differ', new Set([agent.getName(to), agent.getName({ ...to, cert: 'x' }), agent.getName({ ...to, rejectUnauthorized: false })]).size);
    await closed(server);
  }

  // Names of pools
  {
    const agent = new https.Agent();
    for (const options of [
      {}, { host: 'a', port: 1 }, { host: 'a', servername: 'a' }, { host: 'a', servername: 'b' }, { ca: 'ca', cert: 'cert', key: 'key', pfx: 'pfx' }, { ciphers: 'c', crl: 'crl', dhparam: 'd', ecdhCurve: 'e' },
      { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', secureProtocol: 'TLS_method' }, { rejectUnauthorized: false, honorCipherOrder: true, secureOptions: 7 }, { rejectUnauthorized: true }, { sessionIdContext: 's', sigalgs: 'RSA+SHA256' },
      { socketPath: '/s', localAddress: 'l', family: 6 },
    ]) console.log(agent.getName(options));
    console.log(agent.defaultPort, agent.protocol, agent.maxCachedSessions, Object.keys(agent._sessionCache), https.globalAgent.options.keepAlive, https.globalAgent.options.timeout);
  }

  // Connections that are kept, and sessions
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2']) {
    const server = https.createServer({ ...own, maxVersion }, (req, res) => res.end(`reused ${req.socket.isSessionReused()}`));
    const to = await listening(server);
    const kept = new https.Agent({ keepAlive: true, ca });
    for (let i = 0; i < 3; i++) {
      console.log(maxVersion, 'kept', await ask({ ...to, agent: kept }));
      await wait(20);
      console.log(pool(kept));
    }
    kept.destroy();
    await wait(20);
    console.log(pool(kept));
    const agent = new https.Agent({ ca });
    for (let i = 0; i < 3; i++) {
      console.log(maxVersion, 'sessions', await ask({ ...to, agent }));
      await wait(20);
      console.log(Object.keys(agent._sessionCache.map).length, agent._sessionCache.list.length, pool(agent));
    }
    const without = new https.Agent({ maxCachedSessions: 0, ca });
    for (let i = 0; i < 2; i++) console.log(maxVersion, 'no sessions', await ask({ ...to, agent: without }), Object.keys(without._sessionCache.map).length);
    const few = new https.Agent({ maxSockets: 1, keepAlive: true, ca });
    console.log(maxVersion, (await Promise.all([1, 2, 3].map(() => ask({ ...to, agent: few })))).map((line) => line.slice(0, 5)), pool(few));
    few.destroy();
    await closed(server);
  }

  // Ends
  {
    const server = https.createServer({ ...own, keepAliveTimeout: 100 }, (req, res) => {
      if (req.url === '/destroy') req.socket.destroy();
      else if (req.url === '/part') { res.writeHead(200, { 'Content-Length': 10 }); res.write('12345', () => setTimeout(() => res.destroy(), 20)); } else if (req.url === '/chunks') { res.write('a'); setTimeout(() => res.end('b'), 10); } else if (req.url === '/upgrade') res.end('not upgraded');
    });
    server.on('tlsClientError', (error, socket) => console.log('tlsClientError', shown(error), socket instanceof tls.TLSSocket));
    server.on('clientError', (error, socket) => { console.log('clientError', error.code, socket.encrypted); socket.end('HTTP/1.1 400 Mine\r\nConnection: close\r\n\r\n'); });
    server.on('upgrade', (req, socket, head) => { socket.write(`HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n${socket.encrypted} ${head}`); socket.on('data', (d) => socket.end(String(d).toUpperCase())); });
    const to = await listening(server);
    for (const url of ['/destroy', '/chunks']) console.log(url, await ask({ ...to, path: url, agent: false }));
    await new Promise((resolve) => https.get({ ...to, path: '/part', agent: false }, (res) => {
      const seen = [];
      for (const event of ['aborted', 'error', 'end', 'close']) res.on(event, (value) => seen.push(value instanceof Error ? shown(value) : event));
      res.on('close', () => { console.log('/part', seen, res.complete); resolve(); }).resume();
    }));
    await new Promise((resolve) => https.request({ ...to, path: '/up', agent: false, headers: { Connection: 'Upgrade', Upgrade: 'x' } }).on('upgrade', (res, socket, head) => {
      let text = String(head);
      socket.write('loud');
      socket.on('data', (d) => { text += d; }).on('end', () => { console.log('upgrade', res.statusCode, text); socket.end(); }).on('close', resolve);
    }).end());
    await new Promise((resolve) => {
      const socket = tls.connect(to, () => socket.write('not HTTP\r\n\r\n'));
      let text = '';
      socket.on('data', (d) => { text += d; }).on('close', () => { console.log(JSON.stringify(text)); resolve(); });
    });
    await new Promise((resolve) => require('net').connect(to.port, to.host, function() { this.write('GET / HTTP/1.1\r\n\r\n'); }).on('error', () => {}).on('close', resolve).resume());
    const signal = AbortSignal.timeout(60);
    console.log('aborted', await ask({ ...to, path: '/hang', agent: false, signal }));
    console.log('timeout', await new Promise((resolve) => { const req = https.get({ ...to, path: '/hang', agent: false, timeout: 200 }); req.on('timeout', () => { req.destroy(); resolve('told'); }).on('error', () => {}); }));
    const gone = new Promise((resolve) => server.on('close', resolve));
    server.close();
    server.closeAllConnections();
    await gone;
    console.log('closed', server.listening, await ask({ ...to, agent: false }).then((line) => line.split(' | ')[1]));
  }
  console.log('done');
}

main();
