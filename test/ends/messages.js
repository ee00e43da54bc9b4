'use strict';
// What a request and a response carry: methods, fields, bodies with and without a length, trailers, 1xx.

const shown = (headers) => {
  const copy = { ...headers };
  if (copy.date) copy.date = 'DATE';
  if (copy.host) copy.host = 'HOST';
  return copy;
};

/** A server that answers what it got. */
const echo = ({ createServer, text }, options) => createServer(options ?? {}, async (req, res) => {
  const body = await text(req);
  const answer = JSON.stringify({ method: req.method, url: req.url, version: req.httpVersion, headers: shown(req.headers), raw: req.rawHeaders.filter((_, i) => i % 2 === 0), trailers: req.trailers, rawTrailers: req.rawTrailers, complete: req.complete, body });
  res.setHeader('X-Method', req.method);
  res.end(answer);
});

const show = async ({ log, read }, res) => {
  log(res.statusCode, res.statusMessage, res.httpVersion, shown(res.headers));
  log(res.rawHeaders.map((v, i) => (res.rawHeaders[i - 1] === 'Date' ? 'DATE' : v)));
  const body = await read(res);
  log(body.length > 500 ? `${body.length} bytes` : body);
  log('trailers', res.trailers, res.rawTrailers, res.complete);
};

exports['methods'] = {
  server: echo,
  async client(end) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'M-SEARCH', 'PURGE', 'QUERY', 'get']) {
      const res = await end.response({ method, path: `/${method}?q` });
      end.log(method, res.statusCode, res.headers['x-method'], res.headers['content-length'] > 0, (await end.read(res)).replace(/"headers".*/, ''));
    }
  },
};

exports['headers of a request'] = {
  server: echo,
  async client(end) {
    await show(end, await end.response({ path: '/a%20b?c=d#not-sent', headers: { 'X-One': '1', 'x-many': ['a', 'b'], 'X-Latin': 'é', 'Cookie': ['a=1', 'b=2'], 'X-Number': 7, 'X-Empty': '' } }));
    await show(end, await end.response({ headers: ['Host', 'mine', 'X-Dup', '1', 'X-Dup', '2', 'User-Agent', 'u', 'User-Agent', 'v'] }));
    await show(end, await end.response({ auth: 'ann:päss', setHost: false, headers: { host: 'given' } }));
    const req = end.request({ method: 'POST' });
    req.setHeader('X-A', 'a');
    req.appendHeader('X-A', 'b');
    req.setHeaders(new Map([['x-b', 'b'], ['x-c', ['1', '2']]]));
    req.removeHeader('x-b');
    end.log(req.getHeaderNames(), req.hasHeader('X-A'), req.getHeader('x-a'), req.getRawHeaderNames());
    const res = new Promise((resolve) => req.on('response', resolve));
    req.end('body');
    await show(end, await res);
  },
};

exports['headers of a response'] = {
  server: ({ createServer }) => createServer((req, res) => {
    if (req.url === '/array') res.writeHead(201, 'Made Here', ['X-A', '1', 'x-a', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Length', '2']).end('ok');
    else if (req.url === '/object') res.writeHead(299, { 'X-List': ['1', '2'], 'ETag': '"e"', 'Content-Type': 'text/plain; charset=utf-8' }).end('é', 'utf8');
    else if (req.url === '/dups') res.writeHead(200, ['Content-Type', 'a/b', 'Content-Type', 'c/d', 'Age', '1', 'Age', '2', 'X', '1', 'X', '2', 'Cookie', 'a', 'Cookie', 'b']).end();
    else if (req.url === '/nothing') { res.sendDate = false; res.end(); } else if (req.url === '/latin') { res.setHeader('X-Latin', 'é'); res.statusMessage = 'Très bien'; res.end(Buffer.from([0, 128, 255])); }
  }),
  async client(end) {
    for (const path of ['/array', '/object', '/dups', '/nothing', '/latin']) await show(end, await end.response(path));
    const res = await end.response({ path: '/dups', joinDuplicateHeaders: true });
    end.log(shown(res.headers), Object.entries(res.headersDistinct).filter(([k]) => k !== 'date'));
    res.resume();
  },
};

exports['bodies'] = {
  server: ({ createServer, text, log }) => createServer(async (req, res) => {
    log(req.method, req.url, req.headers['content-length'], req.headers['transfer-encoding'], (await text(req)).length);
    if (req.url === '/length') { res.setHeader('Content-Length', 5); res.write('he'); res.end('llo'); }
    if (req.url === '/chunked') { res.write('one'); await 0; res.write(Buffer.from('two')); res.write('dHJlZQ==', 'base64'); res.end('four', 'latin1'); }
    if (req.url === '/one') res.end('all at once');
    if (req.url === '/none') res.end();
    if (req.url === '/close') { res.shouldKeepAlive = false; res.removeHeader('transfer-encoding'); res.useChunkedEncodingByDefault = false; res.write('until the '); res.end('end'); }
    if (req.url === '/empty-writes') { res.write(''); res.write('a'); res.write(Buffer.alloc(0)); res.end(''); }
    if (req.url === '/flush') { res.flushHeaders(); setTimeout(() => res.end('later'), 20); }
    if (req.url === '/cork') { res.cork(); res.write('a'); res.write('b'); setTimeout(() => { res.uncork(); res.end('c'); }, 10); }
  }),
  async client(end) {
    for (const path of ['/length', '/chunked', '/one', '/none', '/close', '/empty-writes', '/flush', '/cork']) {
      await show(end, await end.response({ path, method: 'POST' }, 'sent at once'));
      const res = new Promise((resolve, reject) => {
        const req = end.request({ path, method: 'PUT' }, resolve).on('error', reject);
        req.write('one');
        setTimeout(() => { req.write('two'); req.end('three'); }, 5);
      });
      await show(end, await res);
      await show(end, await end.response({ path, headers: { Connection: 'close' } }));
    }
  },
};

exports['trailers'] = {
  server: ({ createServer, text, log }) => createServer(async (req, res) => {
    log(await text(req), req.trailers, req.rawTrailers, req.trailersDistinct);
    res.writeHead(200, { Trailer: 'X-Sum, X-Other' });
    res.write('body');
    res.addTrailers({ 'X-Sum': '42', 'x-other': 'o' });
    res.addTrailers([['X-More', 'm']]);
    res.end();
  }),
  async client(end) {
    const res = await new Promise((resolve, reject) => {
      const req = end.request({ method: 'POST', headers: { Trailer: 'X-Digest' } }, resolve).on('error', reject);
      req.write('up');
      req.addTrailers({ 'X-Digest': 'd', 'X-Twice': ['1', '2'] });
      req.end();
    });
    await show(end, res);
  },
};

exports['informational answers'] = {
  server: ({ createServer }) => createServer((req, res) => {
    if (req.url === '/all') {
      res.writeContinue();
      res.writeProcessing();
      res.writeEarlyHints({ 'link': ['</a.css>; rel=preload', '</b.js>; rel=preload'], 'x-hint': '1' });
      res.end('done');
    } else if (req.url === '/raw') {
      res.socket.write('HTTP/1.1 199 Odd\r\nX: y\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
  }),
  async client({ request, log, read, watch }) {
    for (const path of ['/all', '/raw']) {
      await new Promise((resolve) => {
        const req = request(path);
        req.on('information', (info) => log('information', info.statusCode, info.statusMessage, info.headers, info.rawHeaders, info.httpVersion));
        watch('req', req, ['continue', 'finish', 'close', 'error', 'socket']);
        req.on('response', async (res) => log('response', res.statusCode, await read(res)));
        req.on('close', resolve);
        req.end();
      });
    }
  },
};

exports['expect: 100-continue'] = {
  server: ({ createServer, text, log }) => createServer(async (req, res) => {
    log('request', req.headers.expect ?? 'none');
    res.end(`got ${await text(req)}`);
  }),
  async client({ request, log, read, watch }) {
    for (const headers of [{ Expect: '100-continue' }, { 'Expect': '100-Continue', 'Content-Length': 4 }, {}]) {
      await new Promise((resolve) => {
        const req = request({ method: 'POST', headers });
        watch('req', req, ['continue', 'finish', 'error']);
        if (headers.Expect) req.on('continue', () => req.end('body'));
        else req.end('body');
        req.on('response', async (res) => log('response', res.statusCode, await read(res)));
        req.on('close', resolve);
      });
    }
  },
};

exports['checkContinue and checkExpectation'] = {
  server({ createServer, text, log }) {
    const server = createServer(async (req, res) => { log('request', req.url); res.end('plain'); });
    server.on('checkContinue', async (req, res) => {
      log('checkContinue', req.url);
      if (req.url === '/no') { res.writeHead(417, { Connection: 'close' }).end('no'); return; }
      res.writeContinue();
      res.end(`continued ${await text(req)}`);
    });
    server.on('checkExpectation', (req, res) => { log('checkExpectation', req.headers.expect); req.resume(); res.writeHead(417).end('what?'); });
    return server;
  },
  async client({ request, log, read, watch }) {
    for (const [path, expect] of [['/yes', '100-continue'], ['/no', '100-continue'], ['/odd', 'the-unexpected'], ['/yes', undefined]]) {
      await new Promise((resolve) => {
        const req = request({ path, method: 'PUT', headers: expect ? { Expect: expect } : {} });
        watch('req', req, ['continue', 'error']);
        if (expect === '100-continue') { req.flushHeaders(); req.on('continue', () => req.end('body')); } else req.end('body');
        req.on('response', async (res) => log('response', res.statusCode, await read(res)));
        req.on('close', resolve);
      });
    }
  },
};

exports['no bodies'] = {
  server: ({ createServer }) => createServer((req, res) => {
    const [, status] = req.url.split('/');
    if (req.url.endsWith('/write')) { res.statusCode = +status; try { res.write('ignored?'); } catch (e) { res.setHeader('X-Error', e.code); } res.end(); } else if (req.url.endsWith('/length')) { res.writeHead(+status, { 'Content-Length': 10 }); res.end(); } else res.writeHead(+status).end();
  }),
  async client(end) {
    for (const method of ['HEAD', 'GET']) {
      for (const path of ['/200/write', '/200', '/204', '/204/write', '/304', '/304/write', ...(method === 'HEAD' ? ['/200/length', '/304/length'] : ['/304/length'])]) {
        end.log(method, path);
        await show(end, await end.response({ method, path }));
      }
    }
  },
};

exports['lengths that do not fit'] = {
  server: ({ createServer, log, watch }) => createServer((req, res) => {
    watch(`res ${req.url}`, res, ['error', 'close', 'finish']);
    res.strictContentLength = req.url !== '/lax';
    res.writeHead(200, { 'Content-Length': 5 });
    try {
      if (req.url === '/more') { res.write('123'); res.write('456'); }
      res.end(req.url === '/less' ? '123' : '12345678');
    } catch (error) {
      log(req.url, error);
      setImmediate(() => res.destroy()); // what was written goes first
    }
  }),
  async client({ response, read, log, request }) {
    for (const path of ['/more', '/less', '/lax']) {
      try { log(path, await read(await response({ path, agent: false }))); } catch (error) { log(path, error); }
    }
    const req = request({ method: 'POST', headers: { 'Content-Length': 3 }, agent: false });
    req.strictContentLength = true;
    req.on('error', (e) => log('error', e));
    try { req.end('too long'); } catch (error) { log('end', error); req.destroy(); }
  },
};

exports['HTTP/1.0 and odd requests'] = {
  server: echo,
  async client({ talk, log }) {
    const shorter = (answer) => log(answer.replace(/"headers":\{[^}]*\},/, ''));
    shorter(await talk('GET / HTTP/1.0\r\n\r\n'));
    shorter(await talk('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'GET /2 HTTP/1.0\r\n\r\n'));
    shorter(await talk('POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    shorter(await talk('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n', '3\r\nabc\r\n', '2;ext=1\r\nde\r\n0\r\n', 'X-T: 1\r\n\r\n'));
    shorter(await talk('GET http://other/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n'));
    shorter(await talk('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    shorter(await talk('\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
  },
};

exports['limits'] = {
  server: (end) => echo(end, { maxHeaderSize: 1000 }),
  async client(end) {
    const large = await end.response({ headers: { 'x-large': 'x'.repeat(2000) } });
    end.log(large.statusCode, large.headers.connection, await end.read(large));
    const req = end.request({ path: '/', maxHeaderSize: 60 });
    await new Promise((resolve) => req.on('error', (e) => { end.log(e); resolve(); }).on('response', () => resolve(end.log('response'))).end());
    const few = end.request({ path: '/' });
    few.maxHeadersCount = 2;
    await new Promise((resolve) => few.on('response', (r) => { end.log(Object.keys(r.headers).sort()); r.resume().on('end', resolve); }).end());
  },
};
