'use strict';
// A reverse proxy in front of a server of its own: plain requests and WebSockets.
const httpProxy = require('http-proxy');
const { WebSocketServer } = require('ws');
const http = require('http');
const { createServer, listen } = require('../listen');

const target = http.createServer((req, res) => {
  const { headers } = req;
  let n = 0;
  if (req.url === '/hang') return;
  if (req.url === '/drop') return req.socket.destroy();
  if (req.url === '/cut') { res.writeHead(200, { 'Content-Length': 10 }); res.write('12345'); setTimeout(() => req.socket.destroy(), 20); return; }
  req.on('data', (c) => { n += c.length; });
  req.on('end', () => {
    res.writeHead(req.url === '/redirect' ? 302 : 200, { 'X-Target': 'yes', 'Set-Cookie': ['a=1; Domain=old.example; Path=/old'], ...(req.url === '/redirect' && { Location: `http://127.0.0.1:${target.address().port}/x` }) });
    const shown = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, v.replace(/127\.0\.0\.1:\d+|\b\d{4,5}\b/g, 'X')]));
    res.end(JSON.stringify({ method: req.method, url: req.url, headers: shown, length: n }));
  });
});
new WebSocketServer({ server: target }).on('connection', (ws) => ws.on('message', (m, binary) => ws.send(binary ? m : `echo ${m}`)));
target.listen(0, '127.0.0.1', () => {
  const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${target.address().port}`, xfwd: true, cookieDomainRewrite: 'new.example', cookiePathRewrite: '/new', proxyTimeout: 300, timeout: 2000, autoRewrite: true });
  proxy.on('proxyReq', (req) => req.setHeader('X-Through', 'proxy'));
  proxy.on('proxyRes', (res) => { res.headers['x-proxied'] = String(res.statusCode); });
  proxy.on('error', (err, req, res) => {
    if (res.writeHead && !res.headersSent) res.writeHead(502);
    res.end(`proxy error ${err.code} ${err.message.replace(/\d{4,5}/, 'PORT')}`);
  });
  const server = createServer((req, res) => proxy.web(req, res, req.url === '/nowhere' ? { target: 'http://127.0.0.1:1' } : {}));
  server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));
  listen(server);
});
