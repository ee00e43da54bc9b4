'use strict';
const { base, ca, steps } = require('./lib');
const superagent = require('superagent');

const api = (method, path) => { const r = superagent(method, base + path); return ca ? r.ca(ca) : r; };
const short = ({ status, headers, type, charset, body, text, redirects }) => ({ status, headers, type, charset, body, text, redirects });
const fails = (promise) => promise.then((r) => ({ unexpected: r.status }), (e) => ({ name: e.name, code: e.code, errno: typeof e.errno, message: e.message, status: e.status, timeout: e.timeout, text: e.response?.text }));

steps({
  'get': async () => short(await api('GET', '/echo').query({ a: 1, b: ['x', 'y'] }).set('X-Mine', 'é'.normalize('NFD').slice(0, 1))),
  'post json': async () => short(await api('POST', '/echo').send({ a: 1 }).send({ b: 'é' })),
  'post form': async () => short(await api('POST', '/echo').type('form').send({ a: 1 }).send({ b: '2 3' })),
  'post text': async () => short(await api('POST', '/echo').type('text').send('text')),
  'multipart': async () => short(await api('POST', '/echo').field('a', '1').attach('f', Buffer.from('content'), { filename: 'f.txt', contentType: 'text/plain' })),
  'put': async () => (await api('PUT', '/echo').send({})).body.method,
  'delete': async () => (await api('DELETE', '/echo')).body.method,
  'head': async () => short(await api('HEAD', '/echo')),
  'text': async () => (await api('GET', '/text').buffer(true)).text,
  'bytes': async () => (await api('GET', '/text').responseType('blob')).body,
  'gzip': async () => short(await api('GET', '/gzip')),
  'deflate': async () => short(await api('GET', '/deflate').buffer(true)),
  'br': async () => short(await api('GET', '/br').buffer(true)),
  'not gzip': () => fails(api('GET', '/not-gzip').buffer(true)),
  'redirect': async () => short(await api('GET', '/redirect')),
  'redirect 307': async () => short(await api('POST', '/redirect307').send({ keep: 'me' })),
  'redirect 303': async () => short(await api('POST', '/redirect303').send({ drop: 'me' })),
  'no redirects': () => fails(api('GET', '/redirect').redirects(0)),
  'too many redirects': () => fails(api('GET', '/loop')),
  '404': () => fails(api('GET', '/404')),
  '500': () => fails(api('GET', '/500')),
  'ok(404)': async () => short(await api('GET', '/404').ok((r) => r.status < 500)),
  '204': async () => short(await api('GET', '/204')),
  '304': () => fails(api('GET', '/304')),
  'bad json': () => fails(api('GET', '/bad-json')),
  'auth': async () => (await api('GET', '/auth').auth('ann', 's3:cret').buffer(true)).text,
  'timeout': () => fails(api('GET', '/hang').timeout(60)),
  'response timeout': () => fails(api('GET', '/hang').timeout({ response: 60 })),
  'deadline in the body': () => fails(api('GET', '/slow-body').buffer(true).timeout({ deadline: 90 })),
  'abort': () => { const r = api('GET', '/hang'); setTimeout(() => r.abort(), 30); return fails(Promise.race([r, new Promise((_, no) => r.on('abort', () => no(new Error('aborted'))))])); },
  'dropped': () => fails(api('GET', '/drop')),
  'cut': () => fails(api('GET', '/cut').buffer(true)),
  'garbage': () => fails(api('GET', '/garbage')),
  'refused': () => fails(superagent.get('http://127.0.0.1:1/')),
  'retry': async () => (await api('GET', `/flaky?key=super${Date.now()}${Math.random()}`).retry(4).buffer(true)).text,
  'pipe out': async () => { const { PassThrough } = require('stream'); const out = new PassThrough(); api('GET', '/chunks').pipe(out); let all = ''; for await (const c of out) all += c; return all; },
  'pipe in': async () => { const { Readable } = require('stream'); const r = api('POST', '/echo').type('text'); const done = new Promise((resolve) => r.on('response', (res) => resolve(res.body))); Readable.from(['abc', 'def']).pipe(r); return done; },
  'agent with cookies': async () => { const a = superagent.agent(); if (ca) a.ca(ca); await a.get(`${base}/cookie`).buffer(true); return (await a.get(`${base}/cookie`).buffer(true)).text; },
  'callback': () => new Promise((resolve) => api('GET', '/echo').end((err, res) => resolve([err, res.body.method]))),
  'large': async () => (await api('GET', '/large').responseType('blob')).body,
  'too large': () => fails(api('GET', '/large').maxResponseSize(1000).buffer(true)),
  'large upload': async () => (await api('POST', '/echo').type('application/octet-stream').send(Buffer.alloc(3_000_000, 'x'))).body.length,
  'parser': async () => (await api('GET', '/chunks').buffer(true).parse((res, done) => { let n = 0; res.on('data', (c) => { n += c.length; }); res.on('end', () => done(null, n)); })).body,
  'many at once': async () => (await Promise.all(Array.from({ length: 30 }, (_, i) => api('GET', `/echo?${i}`)))).map((r) => r.body.url).join(' '),
});
