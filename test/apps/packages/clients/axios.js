'use strict';
const { base, ca, steps } = require('./lib');
const axios = require('axios');
const http = require('http');
const https = require('https');
const { Readable } = require('stream');

const agents = { httpAgent: new http.Agent({ keepAlive: true }), httpsAgent: new https.Agent({ keepAlive: true, ca }) };
const api = axios.create({ baseURL: base, ...agents });
const short = ({ status, statusText, headers, data }) => ({ status, statusText, headers: { ...headers }, data });
const fails = (promise) => promise.then((r) => ({ unexpected: r.status }), (e) => ({ name: e.name, code: e.code, message: e.message, status: e.response?.status, data: typeof e.response?.data === 'string' ? e.response.data : undefined, cause: e.cause?.message }));

steps({
  'get': async () => short(await api.get('/echo?a=1', { params: { b: ['x', 'y'], c: 'é' } })),
  'post json': async () => short(await api.post('/echo', { a: 1, b: 'é' })),
  'post form': async () => short(await api.post('/echo', new URLSearchParams({ a: '1', b: '2 3' }))),
  'post text': async () => short(await api.post('/echo', 'text', { headers: { 'Content-Type': 'text/plain' } })),
  'post buffer': async () => short(await api.post('/echo', Buffer.from([1, 2, 3]))),
  'post multipart': async () => short(await api.postForm('/echo', { field: 'v', file: new Blob(['content'], { type: 'text/plain' }) })),
  'post stream': async () => short(await api.post('/echo', Readable.from([Buffer.from('abc'), Buffer.from('def')]), { maxRedirects: 0 })),
  'put': async () => short(await api.put('/echo', { x: 1 })),
  'patch': async () => short(await api.patch('/echo', { x: 1 })),
  'delete': async () => short(await api.delete('/echo', { data: { x: 1 } })),
  'head': async () => short(await api.head('/echo')),
  'options': async () => short(await api.options('/echo')),
  'text': async () => (await api.get('/text')).data,
  'bytes': async () => (await api.get('/text', { responseType: 'arraybuffer' })).data,
  'stream': async () => { const { data } = await api.get('/chunks', { responseType: 'stream' }); let all = ''; for await (const c of data) all += c; return all; },
  'gzip': async () => short(await api.get('/gzip')),
  'deflate': async () => (await api.get('/deflate')).data,
  'br': async () => (await api.get('/br')).data,
  'no decompression': async () => (await api.get('/gzip', { decompress: false, responseType: 'arraybuffer' })).data.subarray(0, 2),
  'not gzip': () => fails(api.get('/not-gzip')),
  'redirect': async () => short(await api.get('/redirect')),
  'redirect 307': async () => short(await api.post('/redirect307', { keep: 'me' })),
  'redirect 303': async () => short(await api.post('/redirect303', { drop: 'me' })),
  'no redirect': () => fails(api.get('/redirect', { maxRedirects: 0 })),
  'too many redirects': () => fails(api.get('/loop')),
  '404': () => fails(api.get('/404')),
  '500': () => fails(api.get('/500')),
  'accepted 404': async () => short(await api.get('/404', { validateStatus: null })),
  '204': async () => short(await api.get('/204')),
  'bad json': async () => (await api.get('/bad-json')).data,
  'auth': async () => (await api.get('/auth', { auth: { username: 'ann', password: 's3:cret' } })).data,
  'timeout': () => fails(api.get('/hang', { timeout: 60 })),
  'timeout in the body': () => fails(api.get('/slow-body', { timeout: 60 })),
  'abort': () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); return fails(api.get('/hang', { signal: c.signal })); },
  'abort in the body': () => { const c = new AbortController(); setTimeout(() => c.abort(), 60); return fails(api.get('/slow-body', { signal: c.signal })); },
  'aborted before': () => fails(api.get('/text', { signal: AbortSignal.abort() })),
  'cancel token': () => { const s = axios.CancelToken.source(); setTimeout(() => s.cancel('changed my mind'), 20); return fails(api.get('/hang', { cancelToken: s.token })); },
  'dropped': () => fails(api.get('/drop')),
  'cut': () => fails(api.get('/cut')),
  'cut in chunks': () => fails(api.get('/cut-chunked')),
  'garbage': () => fails(api.get('/garbage')),
  'refused': () => fails(axios.get('http://127.0.0.1:1/')),
  'large': async () => (await api.get('/large', { responseType: 'arraybuffer' })).data,
  'too large': () => fails(api.get('/large', { maxContentLength: 1000 })),
  'large upload': async () => { const { length, headers } = (await api.post('/echo', Buffer.alloc(3_000_000, 'x'), { maxBodyLength: Infinity })).data; return { length, headers }; },
  'upload too large': () => fails(api.post('/echo', Buffer.alloc(3_000), { maxBodyLength: 100 })),
  'progress': async () => { const seen = []; await api.get('/large', { responseType: 'arraybuffer', onDownloadProgress: ({ loaded }) => { seen.push(loaded); } }); return seen.at(-1); },
  'interceptors': async () => { const a = axios.create({ baseURL: base, ...agents }); a.interceptors.request.use((c) => { c.headers.set('X-Added', 'yes'); return c; }); a.interceptors.response.use((r) => r.data.headers['x-added']); return a.get('/echo'); },
  'many at once': async () => (await Promise.all(Array.from({ length: 30 }, (_, i) => api.get(`/echo?${i}`)))).map((r) => r.data.url).join(' '),
  'fetch adapter': async () => (await axios.get(`${base}/echo`, { adapter: 'fetch' }).then(short)).data.method,
}).then(() => { agents.httpAgent.destroy(); agents.httpsAgent.destroy(); });
