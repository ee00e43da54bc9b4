'use strict';
// What goes wrong on the way: nobody there, hang-ups, answers that are not HTTP, requests that are not.
const net = require('net');

/** A server that answers each connection with the bytes that the path of the request names. */
const answers = {
  'not http': 'hello\r\n\r\n',
  'bad version': 'HTTP/9.9 200 OK\r\n\r\n',
  'bad status': 'HTTP/1.1 2x0 OK\r\n\r\n',
  'no reason': 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n',
  'bad header': 'HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n',
  'bad value': 'HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n',
  'lone LF': 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  'lone CR': 'HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n',
  'bad length': 'HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc',
  'length and chunked': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'bad chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n',
  'bad chunk end': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n',
  'large head': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'cut in the head': 'HTTP/1.1 200 OK\r\nX:',
  'cut in the body': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345',
  'cut in a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
  'until the end': 'HTTP/1.1 200 OK\r\n\r\nthe body',
  'empty': '',
  'more than the length': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nabcdef',
  'two answers': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb',
  'http/1.0': 'HTTP/1.0 200 OK\r\n\r\nold',
  'folded': 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n',
  'only 100': 'HTTP/1.1 100 Continue\r\n\r\n',
};

exports['answers that are not right'] = {
  server: ({ createRaw }) => createRaw((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => socket.end(Buffer.from(answers[decodeURIComponent(/ \/(\S*) /.exec(data.toString())[1])], 'latin1')));
  }),
  async client({ request, log, wait }) {
    for (const name of Object.keys(answers)) {
      const lines = [];
      await new Promise((resolve) => {
        const req = request({ path: `/${encodeURIComponent(name)}`, agent: false });
        req.on('error', (e) => lines.push(`error ${e.code} ${e.message} ${e.bytesParsed ?? ''} ${e.reason ?? ''} ${e.rawPacket?.length ?? ''}`));
        req.on('response', (res) => {
          let text = '';
          lines.push(`response ${res.statusCode} ${res.statusMessage}`);
          res.on('data', (c) => { text += c; });
          for (const e of ['aborted', 'error', 'end', 'close']) res.on(e, (v) => lines.push(`res ${e} ${v?.code ?? ''} ${v?.message ?? ''} ${e === 'close' ? text : ''} ${e === 'close' ? res.complete : ''}`));
        });
        req.on('close', () => { lines.push('close'); setTimeout(resolve, 10); });
        req.end();
      });
      log(name, lines);
    }
    await wait(10);
  },
};

const requests = {
  'not http': 'hello\r\n\r\n',
  'bad method': 'G@T / HTTP/1.1\r\nHost: x\r\n\r\n',
  'bad version': 'GET / HTTP/1.9\r\nHost: x\r\n\r\n',
  'no host': 'GET / HTTP/1.1\r\n\r\n',
  'bad header': 'GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n',
  'bad length': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n',
  'large head': `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'bad chunk': 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'cut in the head': 'GET / HTTP/1.1\r\nHost:',
};

exports['requests that are not right'] = {
  server({ createServer, log }) {
    const server = createServer((req, res) => { req.on('error', (e) => log('req error', e)); req.on('aborted', () => log('req aborted')); req.resume().on('end', () => res.end('fine')); });
    server.on('clientError', (error, socket) => {
      log('clientError', error.code, error.message, error.bytesParsed ?? '', error.reason ?? '', error.rawPacket?.length ?? '', socket.writable, socket.destroyed);
      socket.end('HTTP/1.1 400 Mine\r\nConnection: close\r\n\r\n');
    });
    return server;
  },
  async client({ connect, log }) {
    for (const [name, text] of Object.entries(requests)) {
      const answer = await new Promise((resolve) => {
        let all = '';
        const socket = connect();
        socket.on('data', (d) => { all += d.toString('latin1'); });
        socket.on('error', (e) => { all += e.code; });
        socket.on('close', () => resolve(all));
        if (name === 'cut in the head') socket.end(text);
        else socket.write(text);
      });
      log(name, answer.replace(/Date: [^\r]*/, 'Date: X'));
    }
  },
};

exports['nobody there'] = {
  server: ({ createServer }) => createServer(),
  async client({ http, log }) {
    const free = await new Promise((resolve) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); }); });
    for (const options of [
      { host: '127.0.0.1', port: free }, { host: 'localhost', port: free, family: 4 }, { host: 'no-such-host.invalid', port: 80 }, { socketPath: '/nowhere/at.sock' },
      { host: '127.0.0.1', port: free, localAddress: '192.0.2.1' }, { host: '127.0.0.1', port: free, lookup: () => { throw new Error('not called'); } },
      { host: 'x.example', port: free, lookup: (name, o, cb) => cb(Object.assign(new Error('my lookup'), { code: 'EMINE' })) },
    ]) {
      await new Promise((resolve) => {
        const seen = [];
        const req = http.request({ agent: false, ...options });
        for (const e of ['socket', 'error', 'close', 'response']) req.on(e, (v) => seen.push(v instanceof Error ? { e, code: v.code, errno: v.errno, syscall: v.syscall, address: v.address, port: v.port === free ? 'free' : v.port, hostname: v.hostname, message: v.message.replace(free, 'free') } : e));
        req.on('close', () => { log(seen); resolve(); });
        req.end();
      });
    }
  },
};

exports['arguments that are not right'] = {
  server: ({ createServer }) => createServer(),
  async client({ http, log }) {
    const attempts = {
      'path with a space': () => http.request({ path: '/a b' }), 'path with €': () => http.request({ path: '/€' }), 'protocol': () => http.request({ protocol: 'gopher:' }), 'method': () => http.request({ method: 'G T' }), 'method number': () => http.request({ method: 1 }),
      'host number': () => http.request({ host: 1 }), 'hostname object': () => http.request({ hostname: {} }), 'agent': () => http.request({ agent: 1 }), 'url': () => http.request('not a url'), 'timeout': () => http.request({ timeout: 'x' }),
      'insecureHTTPParser': () => http.request({ insecureHTTPParser: 1 }), 'maxHeaderSize': () => http.request({ maxHeaderSize: -1 }), 'signal': () => http.request({ signal: 1 }), 'header value': () => http.request({ headers: { a: 'x\ny' } }), 'header name': () => http.request({ headers: { 'a b': 'x' } }),
      'header undefined': () => http.request({ headers: { a: undefined } }), 'port': () => http.request({ port: 70000 }), 'scheduling': () => new http.Agent({ scheduling: 'x' }), 'maxTotalSockets': () => new http.Agent({ maxTotalSockets: 0 }),
      'joinDuplicateHeaders': () => http.request({ joinDuplicateHeaders: 1 }), 'write': () => http.request({ method: 'POST' }).on('error', () => {}).write(1), 'write null': () => http.request({ method: 'POST' }).on('error', () => {}).write(null),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        const req = attempt();
        req.on?.('error', () => {}).destroy?.();
        log(name, 'no error');
      } catch (error) {
        log(name, error);
      }
    }
  },
};
