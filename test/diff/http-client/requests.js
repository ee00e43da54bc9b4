'use strict';
// The bytes that a request sends, for all kinds of options.
const http = require('http');
const net = require('net');

const attempt = (f) => {
  try {
    return f();
  } catch (error) {
    console.log('  throws', error.name, error.code, error.message);
    return undefined;
  }
};

let port;
// Sends one request to a server that answers nothing but its end, and shows what came.
function show(label, make) {
  return new Promise((resolve) => {
    const pieces = [];
    const server = net.createServer((socket) => {
      let timer;
      socket.on('data', (chunk) => {
        pieces.push(chunk);
        clearTimeout(timer);
        timer = setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), 15);
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1', () => {
      ({ port } = server.address());
      console.log(label);
      const done = () => {
        server.close();
        const text = Buffer.concat(pieces).toString('latin1').replaceAll(String(port), 'PORT');
        if (text !== '') console.log(JSON.stringify(text));
        resolve();
      };
      const req = attempt(() => make({ host: '127.0.0.1', port }));
      if (req === undefined) return done();
      req.on('error', (error) => console.log('  error', error.code, error.message));
      req.on('close', done);
      req.on('response', (res) => res.resume());
    });
  });
}

const plain = (options) => (base) => {
  const req = http.request({ ...base, agent: false, ...options });
  req.end();
  return req;
};

const cases = {
  'nothing': plain({}),
  'path and method': plain({ path: '/a?b=c#d', method: 'options' }),
  'odd method': plain({ method: 'FROB' }),
  'bad method': plain({ method: 'A B' }),
  'method of another type': plain({ method: 1 }),
  'bad path': plain({ path: '/a b' }),
  'obs-text in the path': plain({ path: '/\xe9' }),
  'wide path': plain({ path: '/\u0100' }),
  'headers': plain({ headers: { 'A': '1', 'b': ['2', '3'], 'Cookie': ['x=1', 'y=2'], 'Connection': 'x' } }),
  'header array': plain({ headers: ['A', '1', 'a', '2', 'Host', 'other'] }),
  'header pairs': plain({ headers: [['A', '1'], ['Content-Length', '0']] }),
  'bad header': plain({ headers: { 'A': 'x\r\ny' } }),
  'own host': plain({ headers: { host: 'example.com' } }),
  'no host': plain({ setHost: false }),
  'no defaults': plain({ setDefaultHeaders: false }),
  'auth': plain({ auth: 'user:päss' }),
  'auth and header': plain({ auth: 'u:p', headers: { Authorization: 'x' } }),
  'IPv6 name': (base) => plain({ host: '127.0.0.1', hostname: undefined, headers: { Host: '[::1]:80' } })(base),
  'default port': plain({ defaultPort: 0 }),
  'protocol': plain({ protocol: 'https:' }),
  'agent of another kind': plain({ agent: {} }),
  'bad timeout': plain({ timeout: 'x' }),
  'bad host': plain({ hostname: 1 }),
  'bad maxHeaderSize': plain({ maxHeaderSize: -1 }),
  'bad insecureHTTPParser': plain({ insecureHTTPParser: 1 }),
  'bad joinDuplicateHeaders': plain({ joinDuplicateHeaders: 1 }),
  'body in one piece': (base) => { const r = http.request({ ...base, agent: false, method: 'POST' }); r.end('höme'); return r; },
  'body in pieces': (base) => { const r = http.request({ ...base, agent: false, method: 'POST' }); r.write('a'); r.write(Buffer.from('bc')); r.end('d'); return r; },
  'body with length': (base) => { const r = http.request({ ...base, agent: false, method: 'PUT', headers: { 'Content-Length': 3 } }); r.write('ab'); r.end('c'); return r; },
  'body of a GET': (base) => { const r = http.request({ ...base, agent: false }); r.write('ab'); r.end('c'); return r; },
  'body of a DELETE': (base) => { const r = http.request({ ...base, agent: false, method: 'DELETE' }); r.end('c'); return r; },
  'empty POST': plain({ method: 'POST' }),
  'trailers': (base) => { const r = http.request({ ...base, agent: false, method: 'POST', headers: { Trailer: 'X' } }); r.addTrailers({ X: 'y' }); r.end('b'); return r; },
  'flushed': (base) => { const r = http.request({ ...base, agent: false, method: 'POST' }); r.flushHeaders(); setTimeout(() => r.end('b'), 5); return r; },
  'expect': (base) => { const r = http.request({ ...base, agent: false, method: 'POST', headers: { Expect: '100-continue' } }); setTimeout(() => r.end('b'), 5); return r; },
  'keep-alive agent': (base) => { const agent = new http.Agent({ keepAlive: true }); const r = http.get({ ...base, agent }); r.on('close', () => agent.destroy()); return r; },
  'maxSockets agent': (base) => http.get({ ...base, agent: new http.Agent({ maxSockets: 1 }) }),
  'set later': (base) => { const r = http.request({ ...base, agent: false }); r.setHeader('X', 'y'); r.removeHeader('host'); r.path = '/new'; r.end(); return r; },
  'bad path later': (base) => { const r = http.request({ ...base, agent: false }); attempt(() => { r.path = '/a b'; }); r.end(); return r; },
  'text URL': ({ port: p }) => http.get(`http://u%20x:p@127.0.0.1:${p}/a/../b?q=ä#h`, { agent: false }),
  'URL': ({ port: p }) => http.get(new URL(`http://127.0.0.1:${p}/x`), { agent: false, headers: { A: '1' } }),
  'unique headers': (base) => plain({ uniqueHeaders: ['x-a'], headers: { 'x-a': ['1', '2'], 'x-b': ['1', '2'] } })(base),
  'bare connection': (base) => { const r = http.request({ createConnection: () => net.connect(base), path: '/bare' }); r.end(); return r; },
  'connection by callback': (base) => { const r = http.request({ createConnection(options, done) { setTimeout(() => done(null, net.connect(base)), 5); }, path: '/later' }); r.end(); return r; },
};

(async () => {
  for (const label of Object.keys(cases)) await show(label, cases[label]);
  for (const args of [[], [null], ['x'], [{ host: 1 }], ['http://a b/'], ['https://a/']]) attempt(() => http.request(...args).on('error', () => {}).destroy());
  http.request({ createConnection() { throw new Error('no connection'); } }).on('error', (error) => console.log(error.message)).end();
})();
