// Requests that contradict themselves, two of each on what may be one connection: prints what the server read, a
// line of JSON for each case: its name, what was thrown, and the bytes of each connection.
'use strict';
const http = require('http');
const net = require('net');

const cases = {
  'length and chunked'(req) { req.setHeader('Content-Length', 2); req.setHeader('Transfer-Encoding', 'chunked'); req.end('ab'); },
  'lengths'(req) { req.setHeader('Content-Length', ['1', '2']); req.end('a'); },
  'length is none'(req) { req.setHeader('Content-Length', '-1'); req.end('a'); },
  'coding without an end'(req) { req.setHeader('Transfer-Encoding', 'gzip'); req.end('a'); },
  'chunked twice'(req) { req.setHeader('Transfer-Encoding', 'chunked, chunked'); req.end('a'); },
  'longer'(req) { req.setHeader('Content-Length', 2); req.end('abPUT / HTTP/1.1\r\n\r\n'); },
  'longer in pieces'(req) { req.setHeader('Content-Length', 2); req.write('a'); req.write('bc'); req.end('d'); },
  'shorter'(req) { req.setHeader('Content-Length', 4); req.end('ab'); },
  'exact'(req) { req.setHeader('Content-Length', 4); req.write('ab'); req.end(Buffer.from('cd')); },
  'body without framing'(req) { req.method = 'DELETE'; req.useChunkedEncodingByDefault = false; req.end('PUT / HTTP/1.1\r\n\r\n'); },
  'pieces without framing'(req) { req.useChunkedEncodingByDefault = false; req.write('PUT / '); req.end('HTTP/1.1\r\n\r\n'); },
  'method changed'(req) { req.method = 'GET / HTTP/1.1\r\nX: y\r\n\r\nPUT'; req.end(); },
  'path changed'(req) { req.path = '/ HTTP/1.1\r\nX: y\r\n\r\nPUT /'; req.end(); },
  'path narrowed'(req) { req.path = '/\u010d\u010aX:'; req.end(); },
  'value changed'(req) { const values = ['a']; req.setHeader('X', values); values.push('b\r\nY: c'); req.end(); },
  'trailer that frames'(req) { req.write('a'); req.addTrailers({ 'Content-Length': 1 }); req.end(); },
};

async function attempt(name, agent, port) {
  const req = http.request({ port, agent, method: 'POST', headers: { Host: 'a' } });
  const over = new Promise((resolve) => {
    req.on('response', (res) => res.resume().on('end', () => setTimeout(resolve, 20)));
    req.on('error', resolve);
  });
  try {
    cases[name](req);
  } catch (error) {
    req.destroy();
    await over;
    return error.code;
  }
  await over;
  return 'sent';
}

async function run(name) {
  const connections = [];
  const server = net.createServer((socket) => {
    const i = connections.push('') - 1;
    socket.on('error', () => {});
    let timer;
    socket.on('data', (bytes) => {
      connections[i] += bytes;
      clearTimeout(timer);
      timer = setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 30);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const outcomes = [await attempt(name, agent, server.address().port), await attempt(name, agent, server.address().port)];
  agent.destroy();
  server.close();
  console.log(JSON.stringify([name, outcomes[0], ...connections.filter(Boolean)]));
}

(async () => {
  for (const name of Object.keys(cases)) await run(name);
})();
