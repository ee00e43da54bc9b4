// A forward proxy: plain requests with http.request(), everything else through CONNECT. Upgrades (WebSockets) of
// plain requests pass, too.
//
//   sluice examples/proxy/server.js
//   curl -x http://localhost:8080 http://example.com/
//   curl -x http://localhost:8080 https://example.com/
//
// ALLOW names the hosts that may be reached, separated by commas; without it, all.
'use strict';

const http = require('http');
const net = require('net');

const allowed = process.env.ALLOW?.split(',');
const isAllowed = (host) => !allowed || allowed.includes(host);

// Connections to servers are kept for the requests to come.
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

// Fields that concern one connection only, and so are not passed on (RFC 9110, section 7.6.1).
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection',
  'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** The raw fields of a message without those of its own connection, and those that `Connection` names. */
function passedOn(message) {
  const named = new Set((message.headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const { rawHeaders } = message;
  const fields = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (!hopByHop.has(name) && !named.has(name)) fields.push(rawHeaders[i], rawHeaders[i + 1]);
  }
  return fields;
}

/** The options of http.request() for what a client asks of the proxy, or undefined if it is nothing to pass on. */
function target(req) {
  if (!URL.canParse(req.url)) return undefined; // a request to the proxy itself
  const url = new URL(req.url);
  if (url.protocol !== 'http:') return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || 80, path: url.pathname + url.search, method: req.method, agent };
}

/** The status for a server that could not be reached. */
function statusOf(error) {
  return error.code === 'ETIMEDOUT' ? 504 : 502;
}

const server = http.createServer((req, res) => {
  const options = target(req);
  if (!options) {
    res.writeHead(400).end('This is a proxy: ask for http://host/path, or CONNECT.\n');
    return;
  }
  if (!isAllowed(options.host)) {
    res.writeHead(403).end(`${options.host} is not allowed.\n`);
    return;
  }
  const headers = passedOn(req);
  headers.push('Via', '1.1 sluice');
  // A body whose length is not known goes on in chunks.
  if (req.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  const forward = http.request({ ...options, headers });
  forward.on('response', (answer) => {
    res.writeHead(answer.statusCode, answer.statusMessage, passedOn(answer));
    answer.on('error', () => res.destroy()); // cut off there, cut off here
    answer.pipe(res);
  });
  forward.on('information', ({ statusCode, headers: hints }) => {
    if (statusCode === 103 && hints.link) res.writeEarlyHints({ link: hints.link });
  });
  forward.on('error', (error) => {
    if (res.headersSent) res.destroy();
    else res.writeHead(statusOf(error)).end(`${error.message}\n`);
  });
  // A client that leaves takes its request with it.
  res.on('close', () => { if (!res.writableFinished) forward.destroy(); });
  req.pipe(forward);
});

/** Joins two connections: what comes from one goes to the other, and both end together. */
function join(client, upstream) {
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  client.pipe(upstream);
  upstream.pipe(client);
}

function refuse(client, status) {
  client.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

// CONNECT host:port: a tunnel. `head` is what the client sent behind its request without waiting for the answer.
server.on('connect', (req, client, head) => {
  client.on('error', () => {});
  const { hostname, port } = URL.canParse(`tcp://${req.url}`) ? new URL(`tcp://${req.url}`) : {};
  if (!hostname || !port) {
    refuse(client, 400);
    return;
  }
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!isAllowed(host)) {
    refuse(client, 403);
    return;
  }
  const upstream = net.connect(port, host);
  const failed = (error) => refuse(client, statusOf(error));
  upstream.once('error', failed);
  upstream.once('connect', () => {
    upstream.removeListener('error', failed);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    join(client, upstream);
  });
});

// An upgrade of a plain request: asked for there, and given here if it is given there.
server.on('upgrade', (req, client, head) => {
  client.on('error', () => {});
  const options = target(req);
  if (!options || !isAllowed(options.host)) {
    refuse(client, options ? 403 : 400);
    return;
  }
  const headers = [...passedOn(req), 'Connection', 'Upgrade', 'Upgrade', req.headers.upgrade];
  const forward = http.request({ ...options, agent: false, headers });
  const write = (answer, more) => {
    const fields = [...passedOn(answer), ...more];
    let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
    for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
    client.write(`${text}\r\n`, 'latin1');
  };
  forward.on('upgrade', (answer, upstream, upstreamHead) => {
    write(answer, ['Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade]);
    client.write(upstreamHead);
    upstream.write(head);
    join(client, upstream);
  });
  forward.on('response', (answer) => { // declined
    write(answer, ['Connection', 'close']);
    answer.pipe(client);
  });
  forward.on('error', (error) => refuse(client, statusOf(error)));
  forward.end();
});

server.listen(process.env.PORT || 8080, () => console.log(`A forward proxy on http://localhost:${server.address().port}`));
