'use strict';
const { base, ca, steps } = require('./lib');
const { request, fetch, stream, pipeline, Agent, Pool, Client, FormData, setGlobalDispatcher, upgrade } = require('undici');
const { Readable, PassThrough } = require('stream');

const dispatcher = new Agent({ connect: { ca }, keepAliveTimeout: 1000 });
setGlobalDispatcher(dispatcher);
const get = async (path, init) => { const r = await request(base + path, init); return { status: r.statusCode, headers: r.headers, trailers: r.trailers, body: await r.body.text() }; };
const fails = (promise) => promise.then((r) => ({ unexpected: r.statusCode ?? r.status ?? r }), (e) => ({ name: e.name, code: e.code, message: e.message, cause: e.cause && { name: e.cause.name, code: e.cause.code, message: e.cause.message } }));

steps({
  'get': () => get('/echo', { query: { a: 1 } }),
  'post': () => get('/echo', { method: 'POST', body: 'text', headers: { 'x-a': ['1', '2'] } }),
  'post stream': () => get('/echo', { method: 'POST', body: Readable.from(['abc', 'def']) }),
  'post form': () => { const f = new FormData(); f.set('a', '1'); return get('/echo', { method: 'POST', body: f }); },
  'head': () => get('/echo', { method: 'HEAD' }),
  '204': () => get('/204'),
  '304': () => get('/304'),
  '500': () => get('/500'),
  'trailers': () => get('/trailers'),
  'hints': async () => { const seen = []; const r = await request(`${base}/hints`, { onInfo: (i) => seen.push(i.statusCode) }); return [seen, await r.body.text()]; },
  'cut': () => fails(get('/cut')),
  'cut in chunks': () => fails(get('/cut-chunked')),
  'dropped': () => fails(get('/drop')),
  'garbage': () => fails(get('/garbage')),
  'refused': () => fails(request('http://127.0.0.1:1/')),
  'headers timeout': () => fails(get('/hang', { headersTimeout: 600 })),
  'body timeout': () => fails(get('/slow-body', { bodyTimeout: 600 })),
  'abort': () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); return fails(get('/hang', { signal: c.signal })); },
  'stream': async () => { const chunks = []; await stream(`${base}/chunks`, { opaque: chunks }, ({ opaque }) => new PassThrough().on('data', (c) => opaque.push(c))); return Buffer.concat(chunks).toString(); },
  'pipeline': () => new Promise((resolve, reject) => { let all = ''; Readable.from(['abc', 'def']).pipe(pipeline(`${base}/echo`, { method: 'POST' }, ({ body }) => body)).on('data', (c) => { all += c; }).on('end', () => resolve(JSON.parse(all).text)).on('error', reject); }),
  'client': async () => { const c = new Client(base, { pipelining: 4, connect: { ca } }); const all = await Promise.all([1, 2, 3, 4, 5].map((i) => c.request({ path: `/echo?${i}`, method: 'GET' }).then((r) => r.body.json()))); await c.close(); return all.map((r) => r.url); },
  'pool': async () => { const p = new Pool(base, { connections: 3, connect: { ca } }); const all = await Promise.all(Array.from({ length: 20 }, (_, i) => p.request({ path: `/echo?${i}`, method: 'GET' }).then((r) => r.body.json()))); await p.close(); return all.map((r) => r.url).join(' '); },
  'fetch': async () => { const r = await fetch(`${base}/redirect`); return [r.status, r.redirected, r.url, (await r.json()).url]; },
  'fetch gzip': async () => (await fetch(`${base}/gzip`)).text(),
  'fetch br': async () => (await fetch(`${base}/br`)).text(),
  'fetch post': async () => (await fetch(`${base}/echo`, { method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'content-type': 'application/json' } })).json(),
  'fetch stream': async () => (await fetch(`${base}/echo`, { method: 'POST', duplex: 'half', body: new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('streamed')); c.close(); } }) })).json(),
  'fetch dropped': () => fails(fetch(`${base}/drop`)),
  'fetch cut': () => fails(fetch(`${base}/cut`).then((r) => r.text())),
  'fetch abort': () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); return fails(fetch(`${base}/hang`, { signal: c.signal })); },
  'fetch refused': () => fails(fetch('http://127.0.0.1:1/')),
  'global fetch': async () => (process.env.TLS_CA ? 'only with --use-system-ca or NODE_EXTRA_CA_CERTS' : (await globalThis.fetch(`${base}/echo`)).status),
  'large': async () => Buffer.from(await (await request(`${base}/large`)).body.arrayBuffer()),
  'large upload': async () => JSON.parse((await get('/echo', { method: 'POST', body: Buffer.alloc(3_000_000, 'x') })).body).length,
  'upgrade refused': () => fails(upgrade(`${base}/text`, { protocol: 'chat' })),
}).then(() => dispatcher.close());
