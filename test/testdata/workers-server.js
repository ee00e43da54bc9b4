// A server of which every worker can be brought down in each way. Prints its port.
const fs = require('node:fs');
const http = require('node:http');

const id = require('node:crypto').randomUUID();

function spin() { for (;;); }
function backtrack() { return /^(a+)+$/.test(`${'a'.repeat(64)}b`); }
function fill() {
  const all = [];
  for (;;) all.push(new Array(1000).fill(all.length));
}
// The test makes a file when something has to go on.
function computeUntil(file) {
  while (!fs.existsSync(file)) {
    const end = Date.now() + 5;
    while (Date.now() < end);
  }
}
function waitFor(file, then) {
  if (fs.existsSync(file)) then();
  else setTimeout(waitFor, 10, file, then);
}

const large = 'x'.repeat(1 << 20);

const routes = {
  '/large': (res) => res.end(large),
  '/huge-answer': (res) => res.end(Buffer.alloc(32 << 20)),
  '/echo': (res, until, req) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (chunk) => { body += chunk; });
    req.on('end', () => res.end(body));
  },
  '/id': (res) => res.end(id),
  '/pid': (res) => res.end(String(process.pid)),
  '/held': (res, until) => {
    console.log('held');
    waitFor(until, () => res.end(id));
  },
  '/stream': (res, until) => {
    res.write('begin ');
    waitFor(until, () => res.end('end'));
  },
  '/later': (res) => {
    res.write('begin ');
    setTimeout(() => res.end('end'), 5);
  },
  '/compute': (res, until) => {
    console.log('computing');
    computeUntil(until);
    res.end('computed');
  },
  '/throw': () => setTimeout(() => { throw new Error('boom'); }),
  '/reject': () => { Promise.reject(new Error('rejected')); },
  '/hang': () => {
    if (process.env.TELL) console.log('hangs');
    spin();
  },
  '/regexp': () => backtrack(),
  '/microtasks': () => {
    // Nothing is returned: a chain of promises that wait for each other would fill the heap.
    const again = () => { Promise.resolve().then(again); };
    again();
  },
  '/heap': () => fill(),
  '/buffers': () => {
    const all = [];
    for (;;) all.push(Buffer.alloc(1 << 20, 1));
  },
  '/huge': () => 'x'.repeat(2 ** 28).split(''),
  '/abort': () => process.abort(),
  '/exit': () => process.exit(3),
  '/block': () => require('node:child_process').execSync(`sleep ${process.env.BLOCK || 5}`),
};

const options = { headersTimeout: Number(process.env.HEADERS_TIMEOUT || 60_000), keepAliveTimeout: 60_000 };
if (process.env.TLS_KEY) {
  options.key = fs.readFileSync(process.env.TLS_KEY);
  options.cert = fs.readFileSync(process.env.TLS_CERT);
}
const server = (options.key ? require('node:https') : http).createServer(options, (req, res) => {
  const url = new URL(req.url, 'http://x');
  const route = routes[url.pathname];
  if (route === undefined) {
    res.statusCode = 404;
    res.end();
    return;
  }
  route(res, url.searchParams.get('until'), req);
});

// An upgraded connection gets back what it sends, until the peer ends it.
server.on('upgrade', (req, socket) => {
  socket.on('error', () => {});
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.pipe(socket);
});

if (process.env.MAX_CONNECTIONS) {
  server.maxConnections = Number(process.env.MAX_CONNECTIONS);
  server.on('drop', () => console.log('dropped'));
}

if (process.env.FIRST) { // one worker makes the file and goes on, the others do not come so far
  try {
    fs.closeSync(fs.openSync(process.env.FIRST, 'wx'));
  } catch {
    spin();
  }
}

if (process.env.OWN_STOP) {
  process.on('SIGTERM', () => server.close(() => console.log('closed')));
}

server.listen(Number(process.env.PORT || 0), '127.0.0.1', () => console.log(server.address().port));
