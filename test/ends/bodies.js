'use strict';
// Bodies that take their time: large ones with backpressure, early answers, pauses.
const { createHash } = require('crypto');
const { Readable, pipeline } = require('stream');

const MB = 1 << 20;
const block = Buffer.alloc(64 << 10, 'abcdefghijklmnop');
const sum = async (stream) => {
  const hash = createHash('sha1');
  let length = 0;
  for await (const chunk of stream) { hash.update(chunk); length += chunk.length; }
  return `${length} bytes ${hash.digest('hex')}`;
};

/** Writes n bytes, minding what write() says; resolves to whether it ever had to wait. */
async function writeAll(stream, n) {
  let waited = false;
  for (let written = 0; written < n; written += block.length) {
    if (!stream.write(block)) {
      waited = true;
      await new Promise((resolve) => stream.once('drain', resolve));
    }
  }
  stream.end();
  return waited;
}

exports['a large download'] = {
  server: ({ createServer, log }) => createServer(async (req, res) => {
    if (req.url === '/length') res.setHeader('Content-Length', 16 * MB);
    log(req.url, 'waited', await writeAll(res, 16 * MB));
  }),
  async client({ response, log }) {
    for (const path of ['/length', '/chunked']) log(path, await sum(await response(path)));
  },
};

exports['a large upload'] = {
  server: ({ createServer }) => createServer(async (req, res) => res.end(await sum(req))),
  async client({ request, read, log }) {
    for (const headers of [{}, { 'Content-Length': 16 * MB }]) {
      const req = request({ method: 'POST', headers });
      const answer = new Promise((resolve, reject) => { req.on('response', (res) => resolve(read(res))); req.on('error', reject); });
      log('waited', await writeAll(req, 16 * MB), await answer);
    }
    const once = request({ method: 'POST' });
    const answer = new Promise((resolve) => once.on('response', (res) => resolve(read(res))));
    once.end(Buffer.alloc(8 * MB, 'z'));
    log(once.writableLength > 0, await answer);
  },
};

exports['both ways at once'] = {
  server: ({ createServer, log }) => createServer((req, res) => pipeline(req, res, (error) => log('piped', error ?? 'well'))),
  async client({ request, log }) {
    const req = request({ method: 'POST' });
    const answer = new Promise((resolve, reject) => { req.on('response', (res) => resolve(sum(res))); req.on('error', reject); });
    log(await writeAll(req, 8 * MB), await answer);
    const piped = request({ method: 'PUT' });
    const got = new Promise((resolve) => piped.on('response', (res) => resolve(sum(res))));
    // Whether the last write is done before the answer is there depends on the transport.
    const sent = new Promise((resolve) => pipeline(Readable.from([block, block, 'end']), piped, resolve));
    log(await got, 'sent', await sent ?? 'well');
  },
};

exports['a reader that pauses holds the writer up'] = {
  server: ({ createServer }) => createServer((req, res) => {
    let written = 0;
    const more = () => { while (written < 64 * MB && res.write(block)) written += block.length; };
    res.on('drain', more);
    res.on('close', () => { closed = written; });
    if (req.url === '/how-much') { res.end(String(closed < 64 * MB)); return; }
    more();
  }),
  async client({ response, read, wait, log }) {
    const res = await response({ path: '/', agent: false });
    res.once('data', () => res.pause());
    await wait(300);
    res.destroy();
    await wait(50);
    log('not everything was written:', await read(await response('/how-much')));
  },
};
let closed = 0;

exports['an early answer while the upload runs'] = {
  server: ({ createServer, log, watch }) => createServer((req, res) => {
    watch(req.url, req, ['end', 'aborted', 'close', 'error']);
    if (req.url === '/resumed') { res.writeHead(413).end('too much'); req.resume(); }
    if (req.url === '/closed') { res.writeHead(413, { Connection: 'close' }).end('too much'); req.resume(); }
    if (req.url === '/after-first') req.once('data', () => { res.end('seen enough'); req.resume(); });
    if (req.url === '/next') res.end('next');
  }),
  async client({ request, response, agent, read, watch, wait, log }) {
    for (const path of ['/resumed', '/closed', '/after-first']) {
      const pool = agent({ keepAlive: true });
      const req = watch(`client ${path}`, request({ path, method: 'POST', agent: pool }), ['response', 'finish', 'error', 'close']);
      req.write('first part');
      const res = await new Promise((resolve) => req.on('response', resolve));
      log(res.statusCode, await read(res));
      await wait(10);
      log('free', Object.values(pool.freeSockets).flat().length);
      if (!req.destroyed) { req.write('second part'); req.end('last part'); }
      await wait(30);
      log('free', Object.values(pool.freeSockets).flat().length);
      log(await read(await response({ path: '/next', agent: pool })));
      pool.destroy();
    }
  },
};

exports['pause, resume, setEncoding, readable'] = {
  server: ({ createServer, read }) => createServer(async (req, res) => {
    req.setEncoding('utf8');
    req.pause();
    setTimeout(async () => { let s = ''; req.on('data', (c) => { s += c; }); req.on('end', () => res.end(`${typeof s} ${s}`)); req.resume(); }, 20);
  }),
  async client({ request, log, wait }) {
    const req = request({ method: 'POST' });
    req.write('é€'.slice(0, 1));
    await wait(10);
    req.end(Buffer.from('€'));
    const res = await new Promise((resolve) => req.on('response', resolve));
    res.setEncoding('hex');
    let text = '';
    await new Promise((resolve) => { res.on('readable', () => { let c; while ((c = res.read()) !== null) text += c; }); res.on('end', resolve); });
    log(text);
  },
};

exports['callbacks of write and end'] = {
  server: ({ createServer, log }) => createServer((req, res) => {
    req.resume();
    res.write('a', () => log('a written'));
    res.write('b', 'utf8', () => log('b written'));
    res.end('c', () => { log('end', res.writableFinished, res.writableEnded); });
    res.on('finish', () => log('finish'));
    res.on('close', () => log('close'));
  }),
  async client({ request, log, read }) {
    const req = request({ method: 'POST' });
    req.write('a', () => log('a written'));
    req.write('b', () => log('b written'));
    req.end('c', () => log('end'));
    req.on('finish', () => log('finish'));
    log(await read(await new Promise((resolve) => req.on('response', resolve))));
  },
};

exports['writing when it is too late'] = {
  server: ({ createServer, log }) => createServer((req, res) => {
    res.on('error', (error) => log('res', error));
    res.end('done');
    log(res.write('late', (error) => log('write', error)));
    res.end('again', (error) => log('end', error ?? 'no error'));
    try { res.setHeader('X', 'y'); } catch (error) { log(error); }
    try { res.writeHead(200); } catch (error) { log(error); }
  }),
  async client({ request, log, read }) {
    const req = request({ method: 'POST' });
    req.on('error', (error) => log('req', error));
    req.end('done');
    log(req.write('late', (error) => log('write', error)));
    req.end('again', (error) => log('end', error ?? 'no error'));
    try { req.setHeader('X', 'y'); } catch (error) { log(error); }
    log(await read(await new Promise((resolve) => req.on('response', resolve))));
  },
};
