import lib from './lib.js';
import fetch, { AbortError, FormData, Blob, Headers, Request } from 'node-fetch';
import http from 'http';
import https from 'https';
import { Readable } from 'stream';

const { base, ca, secure, steps } = lib;
const agent = secure ? new https.Agent({ ca, keepAlive: true }) : new http.Agent({ keepAlive: true });
const get = (path, init) => fetch(base + path, { agent, ...init });
const short = async (r) => ({ status: r.status, statusText: r.statusText, ok: r.ok, redirected: r.redirected, url: r.url, type: r.type, headers: Object.fromEntries(r.headers), text: await r.text() });
const fails = (promise) => promise.then((r) => ({ unexpected: r.status ?? r }), (e) => ({ name: e.name, type: e.type, code: e.code, message: e.message, aborted: e instanceof AbortError }));

await steps({
  'get': async () => short(await get('/echo?a=1')),
  'json': async () => (await get('/echo')).json(),
  'post text': async () => short(await get('/echo', { method: 'POST', body: 'text é' })),
  'post params': async () => (await get('/echo', { method: 'POST', body: new URLSearchParams({ a: '1' }) })).json(),
  'post form': async () => { const f = new FormData(); f.set('a', '1'); f.set('b', new Blob(['blob'], { type: 'text/plain' }), 'b.txt'); return (await get('/echo', { method: 'POST', body: f })).json(); },
  'post stream': async () => (await get('/echo', { method: 'POST', body: Readable.from(['abc', 'def']) })).json(),
  'post blob': async () => (await get('/echo', { method: 'POST', body: new Blob(['blob'], { type: 'x/y' }) })).json(),
  'post bytes': async () => (await get('/echo', { method: 'POST', body: new Uint8Array([65, 66]) })).json(),
  'Request': async () => (await fetch(new Request(`${base}/echo`, { method: 'PUT', headers: new Headers([['x-a', '1'], ['x-a', '2']]), body: 'r', agent }))).json(),
  'head': async () => short(await get('/echo', { method: 'HEAD' })),
  'set-cookie': async () => { const r = await get('/cookie'); return [r.headers.raw()['set-cookie'], await r.text()]; },
  'gzip': async () => short(await get('/gzip')),
  'deflate': async () => short(await get('/deflate')),
  'br': async () => short(await get('/br')),
  'not gzip': () => fails(get('/not-gzip').then((r) => r.text())),
  'redirect': async () => short(await get('/redirect')),
  'redirect 307': async () => short(await get('/redirect307', { method: 'POST', body: 'keep me' })),
  'redirect 303': async () => short(await get('/redirect303', { method: 'POST', body: 'drop me' })),
  'redirect manual': async () => short(await get('/redirect', { redirect: 'manual' })),
  'redirect error': () => fails(get('/redirect', { redirect: 'error' })),
  'too many redirects': () => fails(get('/loop')),
  '404': async () => short(await get('/404')),
  '204': async () => short(await get('/204')),
  '304': async () => short(await get('/304')),
  'bad json': () => fails(get('/bad-json').then((r) => r.json())),
  'abort': () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); return fails(get('/hang', { signal: c.signal })); },
  'abort in the body': () => { const c = new AbortController(); setTimeout(() => c.abort(), 60); return fails(get('/slow-body', { signal: c.signal }).then((r) => r.text())); },
  'dropped': () => fails(get('/drop')),
  'cut': () => fails(get('/cut').then((r) => r.text())),
  'cut in chunks': () => fails(get('/cut-chunked').then((r) => r.text())),
  'garbage': () => fails(get('/garbage')),
  'refused': () => fails(fetch('http://127.0.0.1:1/')),
  'not found': () => fails(fetch('http://no-such-host.invalid/')),
  'body stream': async () => { let all = ''; for await (const c of (await get('/chunks')).body) all += c; return all; },
  'clone': async () => { const r = await get('/text'); const c = r.clone(); return [await r.text(), await c.text()]; },
  'size': () => fails(get('/large', { size: 1000 }).then((r) => r.arrayBuffer())),
  'large': async () => Buffer.from(await (await get('/large')).arrayBuffer()),
  'large upload': async () => (await (await get('/echo', { method: 'POST', body: Buffer.alloc(3_000_000, 'x') })).json()).length,
  'compress off': async () => Buffer.from(await (await get('/gzip', { compress: false })).arrayBuffer()).subarray(0, 2),
  'many at once': async () => (await Promise.all(Array.from({ length: 30 }, (_, i) => get(`/echo?${i}`).then((r) => r.json())))).map((r) => r.url).join(' '),
});
agent.destroy();
