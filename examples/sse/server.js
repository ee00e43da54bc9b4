// Server-sent events: every client hears every message, and a clock.
//
//   sluice examples/sse/server.js
//   curl -N http://localhost:8080/events
//   curl -d 'hello' http://localhost:8080/messages
'use strict';

const http = require('http');

const clients = new Set();
let lastId = 0;

function send(event, data) {
  const text = `id: ${++lastId}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  for (const res of clients) {
    // A client that does not read must not fill our memory: it is cut off and will reconnect.
    if (res.writableLength > 64 * 1024) res.destroy();
    else res.write(text);
  }
}

const clock = setInterval(() => send('time', new Date().toISOString()), Number(process.env.INTERVAL || 1000));

const page = `<!doctype html><meta charset="utf-8"><title>Events</title>
<h1>Events</h1><ul id="list"></ul>
<script>
  const list = document.getElementById('list');
  const events = new EventSource('/events');
  for (const name of ['time', 'message']) {
    events.addEventListener(name, (e) => {
      const item = document.createElement('li');
      item.textContent = name + ': ' + JSON.parse(e.data);
      list.prepend(item);
    });
  }
</script>`;

const server = http.createServer((req, res) => {
  if (req.method === 'GET' && req.url === '/') {
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    res.end(page);
  } else if (req.method === 'GET' && req.url === '/events') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(`retry: 2000\n\n`);
    clients.add(res);
    res.on('close', () => clients.delete(res));
  } else if (req.method === 'POST' && req.url === '/messages') {
    let text = '';
    req.setEncoding('utf8');
    req.on('data', (chunk) => {
      text += chunk;
      if (text.length > 10_000) req.destroy();
    });
    req.on('end', () => {
      send('message', text);
      res.writeHead(202, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify({ clients: clients.size }));
    });
  } else {
    res.writeHead(404, { 'Content-Type': 'text/plain' });
    res.end('not found\n');
  }
});

server.listen(process.env.PORT || 8080, () => {
  console.log(`listening on http://localhost:${server.address().port}`);
});

process.on('SIGTERM', () => {
  clearInterval(clock);
  for (const res of clients) res.end();
  server.close();
});
