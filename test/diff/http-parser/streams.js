'use strict';
// An HTTP server on streams that are no sockets: server.emit('connection', duplex).
const http = require('http');
const { Duplex, PassThrough, duplexPair } = require('stream');

const done = [];
let current = Promise.resolve();
function test(name, run) {
  current = current.then(() => {
    console.log(name);
    return new Promise((resolve) => {
      const timer = setTimeout(() => { console.log('  (nothing more)'); resolve(); }, 1500);
      run(() => { clearTimeout(timer); setImmediate(resolve); });
    });
  });
  done.push(current);
}
const dates = (s) => s.replace(/Date: [^\r]*/g, 'Date: x');
const shown = (s) => JSON.stringify(dates(String(s)));

function server(onRequest) {
  const s = http.createServer({ keepAliveTimeout: 0 }, onRequest);
  s.on('clientError', (e, stream) => {
    console.log('  clientError', e.code, e.message, stream.destroyed);
    stream.end('HTTP/1.1 400 Mine\r\n\r\n');
  });
  return s;
}

// A stream that keeps what is written to it.
class Memory extends Duplex {
  constructor(input, options) {
    super(options);
    this.out = '';
    for (const piece of input) this.push(piece);
  }
  _read() {}
  _write(chunk, encoding, callback) {
    this.out += chunk.latin1Slice();
    callback();
  }
}

test('input that was there before', (next) => {
  const s = server((req, res) => {
    console.log('  request', req.method, req.url, req.headers.host, req.socket === m);
    res.end('answer');
  });
  const m = new Memory(['GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HT', 'TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  m.on('finish', () => console.log('  finish'));
  s.emit('connection', m);
});

test('a pair, with a body both ways', (next) => {
  const s = server((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (d) => { body += d; });
    req.on('end', () => {
      console.log('  body', body, req.complete);
      res.writeHead(201, { 'X-A': 'b' });
      res.write('some');
      setImmediate(() => res.end('more'));
    });
    res.on('finish', () => console.log('  finish of the answer'));
    res.on('close', () => console.log('  close of the answer'));
  });
  const [client, side] = duplexPair();
  s.emit('connection', side);
  let out = '';
  client.on('data', (d) => { out += d; });
  client.on('end', () => { console.log('  end', shown(out)); next(); });
  client.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  setImmediate(() => client.write('2\r\nde\r\n0\r\n\r\n'));
});

test('garbage', (next) => {
  const s = server(() => console.log('  request?'));
  const m = new Memory(['nonsense\r\n\r\n']);
  m.on('finish', () => { console.log('  finish', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('garbage, and nobody listens', (next) => {
  const s = http.createServer(() => console.log('  request?'));
  const m = new Memory(['nonsense\r\n\r\n']);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('the peer ends after its request', (next) => {
  const s = server((req, res) => {
    req.on('end', () => console.log('  end of the request'));
    req.on('aborted', () => console.log('  aborted'));
    req.on('close', () => console.log('  close of the request'));
    res.on('close', () => console.log('  close of the answer', res.writableFinished));
    req.resume();
    setTimeout(() => res.end('late'), 20);
  });
  const m = new Memory(['GET / HTTP/1.1\r\nHost: a\r\n\r\n']);
  setTimeout(() => m.push(null), 5);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('the peer ends after its request, half open', (next) => {
  const s = server((req, res) => {
    req.resume();
    setTimeout(() => res.end('late'), 20);
  });
  s.httpAllowHalfOpen = true;
  const m = new Memory(['GET / HTTP/1.1\r\nHost: a\r\n\r\n', null]);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('the peer ends in its request', (next) => {
  const s = server((req) => {
    req.on('error', (e) => console.log('  error of the request', e.code, e.message));
    req.on('close', () => { console.log('  close of the request', req.complete, req.aborted); });
    req.resume();
  });
  const m = new Memory(['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc', null]);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('a stream that is destroyed meanwhile', (next) => {
  const s = server((req, res) => {
    req.on('error', (e) => console.log('  error of the request', e.code, e.message));
    res.on('error', (e) => console.log('  error of the answer', e.code, e.message));
    res.on('close', () => { console.log('  close of the answer', res.writableFinished, res.destroyed); next(); });
    m.destroy();
    setImmediate(() => console.log('  written', res.write('x')));
  });
  const m = new Memory(['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc']);
  m.on('close', () => console.log('  close', shown(m.out)));
  s.emit('connection', m);
});

test('a stream that fails', (next) => {
  const s = server((req, res) => {
    req.on('error', (e) => console.log('  error of the request', e.code, e.message));
    res.on('close', () => console.log('  close of the answer', res.writableFinished));
    setImmediate(() => m.destroy(new Error('broken')));
  });
  const m = new Memory(['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc']);
  m.on('close', () => { console.log('  close', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('an upgrade', (next) => {
  const s = server(() => console.log('  request?'));
  const m = new Memory(['GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nraw']);
  s.on('upgrade', (req, stream, head) => {
    console.log('  upgrade', req.url, stream === m, String(head), stream.listenerCount('data'), stream.readableFlowing);
    stream.on('data', (d) => {
      console.log('  data', String(d));
      stream.end('bye');
    });
    stream.on('finish', () => { console.log('  finish', shown(m.out)); next(); });
    m.push('more');
  });
  s.emit('connection', m);
});

test('CONNECT, and HTTP again on the same stream', (next) => {
  const s = server((req, res) => {
    console.log('  request', req.url);
    res.end('inner');
  });
  const m = new Memory(['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n']);
  s.on('connect', (req, stream) => {
    console.log('  connect', req.url, stream === m);
    stream.write('HTTP/1.1 200 OK\r\n\r\n');
    s.emit('connection', stream);
    m.push('GET /inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  });
  m.on('finish', () => { console.log('  finish', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('an answer larger than the stream takes at once', (next) => {
  const s = server((req, res) => {
    let n = 0;
    (function more() {
      while (n < 20) {
        n++;
        if (!res.write('x'.repeat(5000))) {
          res.once('drain', more);
          return;
        }
      }
      res.end();
    })();
    res.on('finish', () => console.log('  finish of the answer'));
  });
  const [client, side] = duplexPair();
  s.emit('connection', side);
  let bytes = 0;
  client.on('data', (d) => { bytes += d.length; });
  client.on('end', () => { console.log('  end', bytes > 100000); next(); });
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
});

test('a client on the other side of the pair', (next) => {
  const s = server((req, res) => res.end(`${req.method} ${req.url}`));
  const [client, side] = duplexPair();
  s.emit('connection', side);
  http.get({ createConnection: () => client, path: '/c', headers: { Connection: 'close' } }, (res) => {
    res.setEncoding('utf8');
    res.on('data', (d) => console.log('  data', d));
    res.on('end', () => { console.log('  end', res.complete); next(); });
  });
});

test('through two transforms', (next) => {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const side = Duplex.from({ readable: toServer, writable: toClient });
  const s = server((req, res) => {
    console.log('  request', req.socket === side, req.socket.remoteAddress);
    res.setHeader('X-Y', 'z');
    res.end('through');
  });
  s.emit('connection', side);
  let out = '';
  toClient.on('data', (d) => { out += d; });
  toClient.on('end', () => { console.log('  end', shown(out)); next(); });
  toServer.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
});

test('a stream that looks like TLS', (next) => {
  const s = server((req, res) => {
    console.log('  request', req.socket.encrypted, req.socket.authorized, req.connection === req.socket, req.client === req.socket);
    res.end('secret');
  });
  const m = new Memory(['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'], { allowHalfOpen: false });
  m.encrypted = true;
  m.authorized = false;
  m.on('close', () => { console.log('  close', shown(m.out)); });
  m.on('finish', () => { console.log('  finish', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('a stream that is destroyed before', (next) => {
  const s = server(() => console.log('  request?'));
  const m = new Memory(['GET / HTTP/1.1\r\nHost: a\r\n\r\n']);
  m.destroy();
  m.on('close', () => {
    s.emit('connection', m);
    setTimeout(next, 50);
  });
});

test('a stream that has ended before', (next) => {
  const s = server(() => console.log('  request?'));
  const m = new Memory([null]);
  m.resume();
  m.on('end', () => {
    s.emit('connection', m);
    setTimeout(next, 50);
  });
});

test('a timeout of the server', (next) => {
  const s = server((req, res) => res.end());
  const m = new Memory([]);
  let set;
  m.setTimeout = (ms) => { set = ms; };
  s.timeout = 50;
  s.on('timeout', (stream) => { console.log('  timeout', stream === m, set); stream.destroy(); next(); });
  s.emit('connection', m);
  m.emit('timeout');
});

test('a body that nobody reads, and the next request', (next) => {
  const s = server((req, res) => {
    console.log('  request', req.url);
    res.end(req.url);
  });
  const m = new Memory(['POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel', 'loGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']);
  m.on('finish', () => { console.log('  finish', shown(m.out)); next(); });
  s.emit('connection', m);
});

test('pipelined requests that are answered the other way round', (next) => {
  const waiting = [];
  const s = server((req, res) => {
    waiting.push(() => res.end(req.url));
    if (waiting.length === 3) for (const answer of waiting.reverse()) answer();
  });
  const m = new Memory(['GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']);
  m.on('finish', () => { console.log('  finish', m.out.match(/\/\d/g)); next(); });
  s.emit('connection', m);
});
