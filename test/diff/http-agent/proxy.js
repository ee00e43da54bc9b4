'use strict';
// Proxies from the environment: what a proxy gets to see, what goes past it, what is refused.
const http = require('http');
const net = require('net');

const kept = [];
const proxy = net.createServer((socket) => {
  socket.on('data', (data) => {
    console.log('>>', JSON.stringify(hide(data)));
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  socket.on('error', () => {});
});
const target = http.createServer((req, res) => {
  console.log('target', req.url, hide(JSON.stringify(req.headers)));
  res.end('direct');
});
let proxyPort;
let targetPort;
const hide = (text) => String(text).replaceAll(String(targetPort), 'TPORT').replaceAll(String(proxyPort), 'PPORT');

const done = (req) => new Promise((resolve) => {
  req.on('response', (res) => res.resume().on('end', resolve));
  req.on('error', (error) => {
    console.log('error', error.code, hide(error.message));
    resolve();
  });
});

async function attempt(label, start) {
  console.log('--', hide(label));
  try {
    await done(start());
  } catch (error) {
    console.log('throws', error.name, error.code, hide(error.message));
  }
}

const agent = (proxyEnv, options) => {
  const made = new http.Agent({ proxyEnv, ...options });
  kept.push(made);
  return made;
};

async function main() {
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => target.listen(0, '127.0.0.1', resolve));
  proxyPort = proxy.address().port;
  targetPort = target.address().port;
  const url = `http://127.0.0.1:${proxyPort}`;
  const get = (label, env, options) => attempt(label, () => http.request({ host: 'example.com', agent: agent(env), ...options }).end());

  // Which variable counts.
  await get('upper case', { HTTP_PROXY: url });
  await get('lower case', { http_proxy: url });
  await get('lower case wins', { http_proxy: url, HTTP_PROXY: 'http://127.0.0.1:1' });
  await get('empty lower case', { http_proxy: '', HTTP_PROXY: url });
  await get('for https only', { HTTPS_PROXY: url }, { host: '127.0.0.1', port: targetPort });
  for (const bad of ['nonsense', 'socks5://x:1', 'ftp://x:1', '127.0.0.1:8080', 'http://', '', 'http://127.0.0.1:99999']) {
    await get(`bad URL ${bad}`, { HTTP_PROXY: bad }, { host: '127.0.0.1', port: targetPort });
  }
  await get('nobody there', { HTTP_PROXY: 'http://127.0.0.1:1' });

  // Credentials.
  await get('user and password', { HTTP_PROXY: `http://us%20er:p%3Aw@127.0.0.1:${proxyPort}` });
  await get('user', { HTTP_PROXY: `http://user@127.0.0.1:${proxyPort}` });
  await get('line ends', { HTTP_PROXY: `http://us%0d%0aer:pw@127.0.0.1:${proxyPort}` });

  // The target.
  const env = { HTTP_PROXY: `http://u:p@127.0.0.1:${proxyPort}` };
  for (const options of [
    { path: '/a?b', host: '127.0.0.1', port: targetPort }, { host: '::1', port: 81, path: '/x' }, { host: '[::1]' },
    { host: undefined, hostname: 'example.org' }, { port: '81' }, { defaultPort: 8080 }, { defaultPort: 8080, port: 8080 },
    { path: 'http://example.com/zz' }, { path: 'http://example.com:80/zz' }, { path: 'HTTP://EXAMPLE.com/zz' },
    { path: 'http://example.com' }, { path: '//x/y' }, { path: '/x#f' }, { path: { toString: () => '/o' } },
    { method: 'OPTIONS', path: '*' }, { path: 'abc' }, { path: '?q' }, { path: 'https://example.com/zz' },
    { path: 'http://a:b@example.com/zz' }, { host: 'a b' }, { host: 'a\r\nb' }, { socketPath: '/nonexistent' },
  ]) await get(JSON.stringify(options), env, options);
  await attempt('a URL', () => http.get('http://user:pw@example.com:81/x#frag', { agent: agent(env) }));
  await attempt('another URL', () => http.get('http://example.com/', { path: 'http://elsewhere.com/zz', agent: agent(env) }));

  // Headers.
  for (const headers of [
    { Host: 'example.com' }, { Host: 'example.com:80' }, { Host: 'EXAMPLE.com' }, { host: 'other:99' },
    { 'Proxy-Authorization': 'mine', 'Proxy-Connection': 'x', 'X-A': '1' }, ['Host', 'example.com', 'X-A', '1'], ['X-A', '1'],
    ['Host', 'other'], [['Host', 'example.com'], ['Proxy-Authorization', 'mine']],
  ]) await get(`headers ${JSON.stringify(headers)}`, env, { headers });
  await get('host and port', env, { port: 81, headers: { Host: 'example.com:81' } });
  await get('host without port', env, { port: 81, headers: { Host: 'example.com' } });
  await get('no Host', env, { setHost: false, path: '/abc' });
  await get('no defaults', env, { setDefaultHeaders: false, path: '/abc' });
  await get('post', env, { method: 'POST', headers: { 'Content-Length': 0 } });

  // Past the proxy.
  for (const noProxy of [
    '*', '127.0.0.1', 'localhost', `127.0.0.1:${targetPort}`, '127.0.0.1:1', '127.0.0.0-127.0.0.9', '127.0.0.2-127.0.0.9',
    ' foo , 127.0.0.1 ', '127.0.0.*', '*.0.0.1', '.0.0.1', '127.0.0.1-', '0.0.1',
  ]) await get(`NO_PROXY ${noProxy}`, { HTTP_PROXY: url, NO_PROXY: noProxy }, { host: '127.0.0.1', port: targetPort });
  const lookup = (name, options, callback) => callback(Object.assign(new Error('looked up'), { code: 'EDIRECT' }));
  for (const [host, noProxy] of [
    ['sub.example.com', 'example.com'], ['sub.example.com', '.example.com'], ['example.com', '.example.com'],
    ['sub.example.com', '*.example.com'], ['example.com', '*.example.com'], ['SUB.example.com', 'sub.EXAMPLE.com'],
    ['xexample.com', '*example.com'],
  ]) await get(`NO_PROXY ${noProxy} for ${host}`, { HTTP_PROXY: url, no_proxy: noProxy }, { host, lookup });

  // Connections are those to the target.
  const pool = agent({ HTTP_PROXY: url }, { keepAlive: true, maxSockets: 1 });
  const requests = [1, 2, 3].map((i) => http.get({ host: 'example.com', port: 5, path: `/${i}`, agent: pool }));
  console.log(requests[0].host, requests[0].path, requests[0].protocol, requests[0].getHeaders());
  console.log(Object.keys(pool.sockets), Object.keys(pool.requests));
  await Promise.all(requests.map(done));
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(Object.keys(pool.freeSockets), requests.map((req) => req.reusedSocket));

  // For all.
  const restore = http.setGlobalProxyFromEnv({ HTTP_PROXY: url });
  const globalAgent = http.globalAgent;
  await attempt('global', () => http.get('http://example.com/global'));
  restore();
  globalAgent.destroy();
  await attempt('restored', () => http.get({ host: '127.0.0.1', port: targetPort }));
  http.globalAgent.destroy();
  for (const bad of [null, 'x', 5, { HTTP_PROXY: 'zzz' }, {}]) {
    try {
      console.log(typeof http.setGlobalProxyFromEnv(bad));
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }
  }
}

main().finally(() => {
  for (const one of kept) one.destroy();
  proxy.close();
  target.close();
  setTimeout(() => process.exit(), 200).unref();
});
