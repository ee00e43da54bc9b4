'use strict';
// Talks to a server of its own through the proxy of examples/proxy: plain requests, tunnels, upgrades.
const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const path = require('path');
const tls = require('tls');

const proxy = { host: '127.0.0.1', port: Number(process.argv[2]) };
const text = async (stream) => { let all = ''; for await (const chunk of stream) all += chunk; return all; };
const mask = (s) => s.replace(/127\.0\.0\.1:\d+/g, 'HOST');

const origin = http.createServer(async (req, res) => {
  if (req.url === '/cut') { res.writeHead(200, { 'Content-Length': 10 }); res.write('12345'); setTimeout(() => res.destroy(), 20); return; }
  res.writeHead(req.url === '/404' ? 404 : 200, ['X-Origin', 'yes', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Connection', 'X-Hop', 'X-Hop', 'not to be seen']);
  res.end(`${req.method} ${req.url} ${req.headers.via} ${req.headers.host} ${req.headers['proxy-connection']} ${await text(req)}`);
});
origin.on('upgrade', (req, socket, head) => {
  if (req.url === '/declined') { socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'); return; }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${req.headers.upgrade}\r\n\r\nhead was ${head} `);
  socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
  socket.on('end', () => socket.end());
});
const echo = net.createServer((socket) => { socket.on('error', () => {}); socket.pipe(socket); });

const pem = (name) => fs.readFileSync(path.join(__dirname, 'tls', name));
const secure = https.createServer({ key: pem('server-key.pem'), cert: pem('server.pem') }, async (req, res) => {
  res.end(`${req.method} ${req.url} ${req.socket.encrypted} ${req.headers.via} ${(await text(req)).length}`);
});

const connectTo = (authority, head = '') => new Promise((resolve, reject) => {
  const req = http.request({ ...proxy, method: 'CONNECT', path: authority, headers: { Host: authority } });
  req.on('connect', (res, socket, first) => resolve({ status: res.statusCode, socket, first }));
  req.on('error', reject);
  req.end();
});

/** Sends bytes to the proxy, then ends, and resolves to all that comes. */
const raw = (...pieces) => new Promise((resolve) => {
  let all = '';
  const socket = net.connect(proxy.port, proxy.host, async () => {
    for (const piece of pieces) { socket.write(piece); await new Promise((r) => setTimeout(r, 30)); }
    socket.end();
  });
  socket.on('data', (data) => { all += data; }).on('error', (e) => { all += e.code; }).on('close', () => resolve(mask(all)));
});

async function main() {
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const at = `127.0.0.1:${origin.address().port}`;
  const echoAt = `127.0.0.1:${echo.address().port}`;
  const ask = (path, options = {}, body) => new Promise((resolve) => {
    const req = http.request({ ...proxy, path: path.startsWith('/') ? path : `http://${path}`, ...options }, async (res) => {
      const { date, ...headers } = res.headers;
      resolve(`${res.statusCode} ${JSON.stringify(headers)} ${mask(await text(res).catch((e) => e.message))}`);
    });
    req.on('error', (e) => resolve(e.message));
    req.end(body);
  });
  console.log('get', await ask(`${at}/a?b=c`, { headers: { Host: at, 'Proxy-Connection': 'keep-alive' } }));
  console.log('post', await ask(`${at}/p`, { method: 'POST', headers: { Host: at, 'Content-Length': 4 } }, 'body'));
  console.log('chunks', await ask(`${at}/p`, { method: 'PUT', headers: { Host: at, 'Transfer-Encoding': 'chunked' } }, 'body in chunks'));
  console.log('404', await ask(`${at}/404`, { headers: { Host: at } }));
  console.log('cut', await ask(`${at}/cut`, { headers: { Host: at } }));
  console.log('refused', await ask('127.0.0.1:1/', { headers: { Host: '127.0.0.1:1' } }));
  console.log('itself', await ask('/'));
  console.log('not allowed', await ask('elsewhere.example/', { headers: { Host: 'elsewhere.example' } }));

  const tunnel = await connectTo(echoAt);
  tunnel.socket.write('through the tunnel');
  console.log('tunnel', tunnel.status, tunnel.first.length, String(await new Promise((r) => tunnel.socket.once('data', r))));
  const closed = new Promise((r) => tunnel.socket.once('close', r));
  tunnel.socket.end();
  await closed;
  // HTTP in a tunnel, the bytes of the request right behind the CONNECT.
  console.log('head', (await raw(`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\nGET /inside HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\n\r\n`)).replace(/Date: .*/, 'Date: X'));
  console.log('large', await new Promise(async (resolve) => {
    const { socket } = await connectTo(echoAt);
    let n = 0;
    socket.on('data', (d) => { n += d.length; if (n === 8 << 20) { socket.destroy(); resolve(n); } });
    socket.write(Buffer.alloc(8 << 20, 'x'));
  }));
  await new Promise((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const { socket: below } = await connectTo(`127.0.0.1:${secure.address().port}`);
  console.log('https', await new Promise((resolve, reject) => {
    const createConnection = () => tls.connect({ socket: below, ca: pem('ca.pem'), servername: 'localhost' });
    const req = https.request({ method: 'POST', path: '/inside', createConnection }, async (res) => resolve(`${res.socket.authorized} ${await text(res)}`));
    req.on('error', reject).end('x'.repeat(200_000));
  }));
  secure.close();
  console.log('tunnel to nowhere', (await connectTo('127.0.0.1:1')).status, (await connectTo('elsewhere.example:1')).status);

  const upgrade = (path, ...more) => raw(`GET http://${at}${path} HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade\r\nUpgrade: loud\r\n\r\nearly`, 'hello', ...more);
  console.log('upgrade', await upgrade('/up'));
  console.log('declined', await upgrade('/declined'));
  origin.close();
  origin.closeAllConnections();
  echo.close();
}

main().then(() => setTimeout(() => process.exit(), 10));
