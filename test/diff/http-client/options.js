'use strict';
// Every overload and option of request() and get(), and what is wrong with bad ones.
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');
const fs = require('fs');
const { once } = require('events');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'http-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true }));
const socketPath = path.join(dir, 's');
let port = 0;
const hide = (text) => String(text).replaceAll(String(port), 'PORT').replaceAll(dir, 'DIR');

// The server shows what it got.
const server = http.createServer((req, res) => {
  let body = '';
  req.setEncoding('latin1').on('data', (chunk) => { body += chunk; }).on('end', () => {
    res.end(JSON.stringify([req.method, req.url, req.rawHeaders, body]));
  });
});

function finish(req) {
  return new Promise((resolve) => {
    req.on('response', (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
    });
    req.on('error', (error) => resolve(`${error.name} ${error.code} ${error.message}`));
    if (!req.writableEnded) req.end();
    setTimeout(() => {
      resolve('nothing');
      req.destroy();
    }, 500).unref();
  });
}

async function attempt(label, start) {
  try {
    console.log(label, hide(await finish(start())));
  } catch (error) {
    console.log(label, 'throws', error.name, error.code, hide(error.message).split('\n')[0]);
  }
}

const request = (options) => http.request({ host: '127.0.0.1', port, agent: false, ...options });

async function overloads() {
  const url = `http://127.0.0.1:${port}`;
  await attempt('url', () => http.request(`${url}/a?b=c#d`));
  await attempt('URL', () => http.request(new URL(`${url}/a?b=c#d`)));
  await attempt('url, options', () => http.request(url, { path: '/other', method: 'PUT', headers: { a: 1 } }));
  await attempt('URL, options', () => http.get(new URL(url), { path: '/other' }));
  await attempt('credentials', () => http.get(`http://us%3Aer:p%20w@127.0.0.1:${port}/`));
  await attempt('auth', () => http.get(url, { auth: 'a:b' }));
  await attempt('auth and header', () => http.get(url, { auth: 'a:b', headers: { Authorization: 'mine' } }));
  await attempt('path of url', () => http.get(`${url}/%F0%9F%98%80 x?q=ä`));
  await attempt('url.parse', () => http.get({ ...require('url').urlToHttpOptions(new URL(`${url}/parsed?x`)) }));
  for (const [label, args] of [
    ['callback only', () => [() => {}]], ['url, callback', () => [url, () => {}]], ['url, options, callback', () => [url, { path: '/z' }, () => {}]],
    ['options, callback', () => [{ port, host: '127.0.0.1' }, () => {}]], ['nothing', () => []], ['null', () => [null]], ['number', () => [5]],
    ['bad url', () => ['not a url']], ['other protocol', () => ['https://127.0.0.1/']], ['ftp', () => ['ftp://127.0.0.1/']],
  ]) {
    await attempt(label, () => http.get(...args()).on('error', () => {}).on('socket', (socket) => {
      if (!/url|options/.test(label)) socket.destroy();
    }));
  }
}

async function methods() {
  for (const method of ['get', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'QUERY', 'M-SEARCH', '', undefined, null, 'A B', 'Ä', 5, {}]) {
    await attempt(`method ${JSON.stringify(method)}`, () => request({ method }));
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'QUERY']) {
    await attempt(`body by ${method}`, () => {
      const req = request({ method });
      req.write('body');
      req.end();
      return req;
    });
    await attempt(`one piece by ${method}`, () => {
      const req = request({ method });
      req.end('body');
      return req;
    });
  }
}

async function headers() {
  for (const given of [
    { 'Content-Length': 4 }, { 'Transfer-Encoding': 'chunked' }, { Connection: 'close' }, { Connection: 'keep-alive' }, { Connection: 'x' },
    { Host: 'other' }, { host: '' }, { 'X-A': ['1', '2'] }, { Cookie: ['a=1', 'b=2'] }, { 'X-N': 5, 'X-B': true, 'X-Z': null },
    ['X-A', '1', 'Host', 'h'], [['X-A', '1'], ['host', 'h']], ['odd'], { 'X-A': undefined }, { 'bad name': 1 }, { 'X-A': 'a\r\nb' }, { 'X-A': 'ä' }, { 'X-A': '€' },
    { Expect: '100-continue' }, { Trailer: 'x' }, { TE: 'trailers' }, {}, [],
  ]) await attempt(`headers ${JSON.stringify(given)}`, () => request({ headers: given, method: 'POST' }));
  await attempt('setHost', () => request({ setHost: false }));
  await attempt('setDefaultHeaders', () => request({ setDefaultHeaders: false }));
  await attempt('setDefaultHeaders, setHost', () => request({ setDefaultHeaders: false, setHost: true }));
  await attempt('uniqueHeaders', () => request({ uniqueHeaders: ['x-a'], headers: { 'X-A': ['1', '2'], 'X-B': ['1', '2'] } }));
  await attempt('defaultPort', () => request({ defaultPort: port, port: undefined }));
  await attempt('hostname wins', () => request({ host: 'nowhere.invalid', hostname: '127.0.0.1' }));
  await attempt('header of the name', () => request({ host: undefined, hostname: 'localhost' }));
}

async function bad() {
  for (const options of [
    { path: 'a b' }, { path: '/ä€' }, { path: '/a\r\nb' }, { path: '/\u00ff' }, { path: 5 }, { host: 5 }, { hostname: {} }, { hostname: 5, host: 'a' },
    { agent: 5 }, { agent: {} }, { agent: true }, { agent: 'x' }, { protocol: 'https:' }, { protocol: 'x' }, { timeout: 'x' }, { timeout: -1 },
    { timeout: null }, { maxHeaderSize: -1 }, { maxHeaderSize: 'x' }, { insecureHTTPParser: 1 }, { joinDuplicateHeaders: 'x' }, { signal: 5 },
    { signal: {} }, { lookup: 5 }, { family: 7 }, { port: -1 }, { port: 65536 }, { port: 'x' }, { localAddress: 'x' }, { createConnection: 5 },
    { auth: 5 }, { headers: 5 }, { headers: 'abc' }, { socketPath: 5 }, { socketPath: '/nonexistent/x' }, { highWaterMark: 'x' },
  ]) await attempt(JSON.stringify(options), () => request(options));
}

async function others() {
  await attempt('socketPath', () => http.get({ socketPath, path: '/unix' }));
  await attempt('socketPath, host', () => http.get({ socketPath, path: '/unix', host: 'example.com', port: 99 }));
  await attempt('lookup', () => request({ host: 'a.example', lookup: (name, options, callback) => {
    console.log('lookup', name, options.all, options.family, options.hints);
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  } }));
  await attempt('lookup fails', () => request({ host: 'a.example', lookup: (name, options, callback) => callback(new Error('no such')) }));
  await attempt('lookup of nothing', () => request({ host: 'a.example', lookup: (name, options, callback) => callback(null, []) }));
  await attempt('family', () => request({ host: 'localhost', family: 4 }));
  await attempt('localAddress', () => request({ localAddress: '127.0.0.1' }));
  await attempt('createConnection', () => request({ createConnection: (options) => {
    console.log('createConnection', options.port === port, options.host, options.path);
    return net.connect(port, '127.0.0.1');
  } }));
  await attempt('createConnection later', () => request({ createConnection: (options, callback) => { setTimeout(() => callback(null, net.connect(port, '127.0.0.1')), 5); } }));
  await attempt('createConnection fails', () => request({ agent: undefined, createConnection: (options, callback) => { callback(new Error('no')); } }));
  await attempt('createConnection throws', () => request({ agent: undefined, createConnection: () => { throw new Error('thrown'); } }));
  const controller = new AbortController();
  const aborted = request({ signal: controller.signal });
  controller.abort();
  await attempt('signal', () => aborted);
  await attempt('aborted signal', () => request({ signal: AbortSignal.abort('why') }));
  await attempt('maxHeaderSize', () => request({ maxHeaderSize: 20 }));
  const req = request({ path: '/visible', method: 'PUT', headers: { A: 'b' } });
  console.log(req.method, req.path, req.host, req.protocol, req.aborted, req.destroyed, req.reusedSocket, req.maxHeadersCount, req.shouldKeepAlive, req.useChunkedEncodingByDefault, hide(JSON.stringify(req.getHeaders())), req.getHeaderNames(), req.getRawHeaderNames(), req.writableEnded, req.headersSent, req.finished, req.agent instanceof http.Agent, req.timeoutCb, req.res, req.parser);
  req.path = '/changed';
  try { req.path = '/a b'; } catch (error) { console.log(error.code); }
  await attempt('changed', () => req);
  console.log(req.headersSent, req.writableFinished, req.destroyed, req.closed, req.socket?.destroyed ?? req.socket);
}

server.listen(0, '127.0.0.1', async () => {
  ({ port } = server.address());
  const unix = http.createServer((req, res) => server.emit('request', req, res)).listen(socketPath);
  await once(unix, 'listening');
  await overloads();
  await methods();
  await headers();
  await bad();
  await others();
  unix.close();
  server.close();
  http.globalAgent.destroy();
});
