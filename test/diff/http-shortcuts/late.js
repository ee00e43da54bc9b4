'use strict';
// A request that is looked at late: its body, its ends, its fields.
const http = require('http');
const { ask, get, last, post } = require('./_ask');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const log = (...args) => console.log(...args);

const handlers = {
  async '/await'(req, res) {
    await tick(); await tick();
    let n = '';
    req.setEncoding('utf8');
    req.on('data', (d) => { n += d; });
    req.on('end', () => res.end(`${n} ${req.complete}`));
  },
  async '/iterate'(req, res) {
    await tick();
    let n = '';
    for await (const d of req) n += d;
    await tick();
    res.end(n);
  },
  async '/after-end'(req, res) { // listeners that come when everything is over hear what Node's hear
    req.resume();
    await new Promise((resolve) => req.on('end', resolve));
    for (const name of ['data', 'end', 'close', 'aborted', 'error']) req.on(name, () => log('late', name));
    log(req.readableEnded, req.readableFlowing, req.complete, req.destroyed, req.readable, req.listenerCount('end'));
    res.end('x');
    for (const name of ['finish', 'close', 'prefinish', 'error']) res.on(name, () => log('late res', name, res.finished, res.writableFinished, res.writableEnded));
  },
  async '/unread'(req, res) {
    res.end('not read');
    await tick(); await tick();
    log(req.readableEnded, req.complete, req.destroyed, req.readableLength);
  },
  '/read'(req, res) {
    log(req.read(), req.readableLength, req.readableFlowing);
    req.on('readable', () => {
      let d;
      while ((d = req.read(2)) !== null || (d = req.read()) !== null) log('read', d.toString());
    });
    req.on('end', () => res.end('read'));
  },
  '/unshift'(req, res) {
    req.once('data', (d) => {
      req.pause();
      req.unshift(d);
      setImmediate(() => {
        req.on('data', (again) => log('again', again.toString()));
        req.on('end', () => res.end('unshifted'));
        req.resume();
      });
    });
  },
  '/headers'(req, res) {
    req.headers['x-a'] = 'changed';
    delete req.headers.host;
    req.headers.added = 1;
    log(req.headers, req.rawHeaders, req.headersDistinct, Object.keys(req.headers));
    req.rawHeaders.push('X-B', 'raw');
    log(req.headers === req.headers, req.headersDistinct['x-b'], req.headersDistinct === req.headersDistinct);
    req.headers = { all: 'new' };
    req.trailers = { t: '1' };
    log(req.headers, req.trailers, req.rawTrailers);
    res.end();
  },
  '/raw-first'(req, res) {
    req.rawHeaders[1] = 'changed';
    req.rawHeaders.push('X-B', 'raw');
    log(req.headers.host, req.rawHeaders.length);
    res.end();
  },
  '/shape'(req, res) {
    log('headers' in req, Object.hasOwn(req, 'headers'), Object.hasOwn(req, 'url'), 'socket' in res);
    log({ ...req }.url, JSON.stringify(req.headers), Object.assign({}, req).method);
    res.end();
  },
  '/destroy'(req, res) {
    req.on('close', () => log('req close', req.destroyed));
    res.on('close', () => log('res close', res.destroyed, res.writableFinished));
    req.on('error', (error) => log('req error', error.message));
    req.destroy(new Error('enough'));
  },
  '/state'(req, res) {
    log(req.readableHighWaterMark, req.readableObjectMode, req.readableEncoding, req.readableDidRead, req.isPaused(), req.closed, req.errored, req.readableAborted);
    log(res.writableHighWaterMark, res.writableLength, res.writableCorked, res.writableNeedDrain, res.writableObjectMode, res.closed, res.errored, res.writable);
    req.pause();
    log(req.isPaused(), req.readableFlowing);
    res.cork(); res.write('a'); log(res.writableCorked, res.writableLength > 0); res.uncork();
    res.end('b');
    log(res.writableEnded, res.writableFinished, res.headersSent, res.finished);
  },
};

(async () => {
  for (const path of Object.keys(handlers)) {
    log('#', path);
    const server = http.createServer((req, res) => handlers[req.url](req, res));
    const fields = ['X-A: 1', 'X-a: 2', 'Cookie: a=1', 'Cookie: b=2'];
    if (path === '/destroy') await ask(server, post(path, 'some body'));
    else await ask(server, post(path, 'some body', ...fields), last(path === '/read' || path === '/unshift' ? '/state' : path));
  }
})();
