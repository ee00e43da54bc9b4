import lib from './lib.js';
import got from 'got';
import http from 'http';
import https from 'https';
import { Readable } from 'stream';
import { pipeline } from 'stream/promises';

const { base, ca, steps } = lib;
const agent = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true, ca }) };
const api = got.extend({ prefixUrl: base, retry: { limit: 0 }, agent, https: { certificateAuthority: ca } });
const short = ({ statusCode, statusMessage, headers, body, url, redirectUrls, httpVersion, isFromCache, retryCount, ip }) => ({ statusCode, statusMessage, headers, body, url, redirectUrls: redirectUrls.map(String), httpVersion, isFromCache, retryCount, ip });
const fails = (promise) => promise.then((r) => ({ unexpected: r.statusCode }), (e) => ({ name: e.name, code: e.code, message: e.message, status: e.response?.statusCode, body: typeof e.response?.body === 'string' ? e.response.body : undefined }));

await steps({
  'get': async () => short(await api('echo', { searchParams: { a: 1, b: 'é' } })),
  'json': async () => api('echo').json(),
  'post json': async () => api.post('echo', { json: { a: 1, b: 'é' } }).json(),
  'post form': async () => api.post('echo', { form: { a: 1, b: '2 3' } }).json(),
  'post body': async () => api.post('echo', { body: 'text' }).json(),
  'post bytes': async () => api.post('echo', { body: Buffer.from([1, 2, 3]) }).json(),
  'post stream': async () => api.post('echo', { body: Readable.from(['abc', 'def']) }).json(),
  'post generator': async () => api.post('echo', { body: (async function* () { yield 'one '; yield 'two'; })() }).json(),
  'post FormData': async () => { const form = new FormData(); form.set('a', '1'); form.set('f', new File(['x'], 'x.txt', { type: 'text/plain' })); return api.post('echo', { body: form }).json(); },
  'put': async () => (await api.put('echo', { json: 1 }).json()).method,
  'patch': async () => (await api.patch('echo', { json: 1 }).json()).method,
  'delete': async () => (await api.delete('echo').json()).method,
  'head': async () => short(await api.head('echo')),
  'buffer': async () => api('text').buffer(),
  'text': async () => api('text').text(),
  'gzip': async () => short(await api('gzip')),
  'deflate': async () => api('deflate').text(),
  'br': async () => api('br').text(),
  'not gzip': () => fails(api('not-gzip')),
  'redirect': async () => short(await api('redirect')),
  'redirect 307': async () => short(await api.post('redirect307', { json: 'keep me' })),
  'redirect 303': async () => short(await api.post('redirect303', { json: 'drop me' })),
  'not followed': async () => short(await api('redirect', { followRedirect: false })),
  'too many redirects': () => fails(api('loop')),
  '404': () => fails(api('404')),
  '500': () => fails(api('500')),
  '204': async () => short(await api('204')),
  '304': async () => short(await api('304')),
  'no throw': async () => short(await api('404', { throwHttpErrors: false })),
  'bad json': () => fails(api('bad-json').json()),
  'retry': async () => { const r = await api('flaky?key=got' + Date.now() + Math.random(), { retry: { limit: 5, calculateDelay: ({ computedValue }) => (computedValue ? 5 : 0) } }); return [r.body, r.retryCount]; },
  'timeout': () => fails(api('hang', { timeout: { request: 60 } })),
  'response timeout': () => fails(api('hang', { timeout: { response: 60 } })),
  'read timeout': () => fails(api('slow-body', { timeout: { read: 60 } })),
  'socket timeout': () => fails(api('hang', { timeout: { socket: 60 } })),
  'abort': () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); return fails(api('hang', { signal: c.signal })); },
  'cancel': () => { const p = api('hang'); setTimeout(() => p.cancel(), 20); return fails(p); },
  'dropped': () => fails(api('drop')),
  'cut': () => fails(api('cut')),
  'cut in chunks': () => fails(api('cut-chunked')),
  'garbage': () => fails(api('garbage')),
  'refused': () => fails(got('http://127.0.0.1:1/', { retry: { limit: 0 } })),
  'not found': () => fails(got('http://no-such-host.invalid/', { retry: { limit: 0 } })),
  'stream': async () => { let all = ''; for await (const chunk of api.stream('chunks')) all += chunk; return all; },
  'stream events': async () => { const seen = []; const s = api.stream('redirect'); for (const e of ['response', 'redirect', 'end', 'error']) s.on(e, (v) => seen.push(`${e} ${v?.statusCode ?? ''}`)); s.resume(); await new Promise((r) => s.on('end', r)); return seen; },
  'stream upload': async () => { const s = api.stream.post('echo'); pipeline(Readable.from(['x'.repeat(100_000), 'y']), s, async function* (source) { for await (const c of source) yield c; }, async (source) => { let all = ''; for await (const c of source) all += c; done(JSON.parse(all).length); }).catch((e) => done(e.message)); let done; return new Promise((r) => { done = r; }); },
  'stream 404': async () => { const s = api.stream('404'); s.resume(); return new Promise((r) => s.on('error', (e) => r([e.name, e.message]))); },
  'progress': async () => { let last; await api('large').on('downloadProgress', (p) => { last = p; }).buffer(); return last; },
  'large upload': async () => (await api.post('echo', { body: Buffer.alloc(3_000_000, 'x') }).json()).length,
  'timings': async () => { const { timings } = await api('text'); return Object.keys(timings.phases); },
  'hooks': async () => { const seen = []; await api('redirect', { hooks: { beforeRequest: [(o) => { seen.push(o.method); }], beforeRedirect: [(o, r) => { seen.push(r.statusCode); }], afterResponse: [(r) => { seen.push(r.statusCode); return r; }] } }); return seen; },
  'cookies': async () => { const jar = { async getCookieString() { return 'k=v'; }, async setCookie(c) { jar.set.push(c); }, set: [] }; const r = await api('cookie', { cookieJar: jar }); return [r.body, jar.set]; },
  'pagination': async () => { let n = 0; return api.paginate.all('echo', { responseType: 'json', pagination: { transform: (r) => [r.body.url], paginate: () => (++n < 3 ? { searchParams: { page: n } } : false) } }); },
  'cache': async () => { const cache = new Map(); const a = await api('text', { cache }); return [a.isFromCache, a.body]; },
  'many at once': async () => (await Promise.all(Array.from({ length: 30 }, (_, i) => api(`echo?${i}`).json()))).map((r) => r.url).join(' '),
});
agent.http.destroy();
agent.https.destroy();
