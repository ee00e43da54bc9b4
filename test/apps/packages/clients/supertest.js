'use strict';
// supertest starts the server itself, in the same process.
const { steps } = require('./lib');
const request = require('supertest');
const express = require('express');
const http = require('http');

const app = express().set('env', 'test'); // an error is answered, not printed
app.use(express.json());
app.get('/user', (req, res) => res.status(200).json({ name: 'john', agent: Boolean(req.headers['user-agent']) }));
app.post('/user', (req, res) => res.status(201).location('/user/1').json(req.body));
app.get('/cookie', (req, res) => { res.cookie('seen', '1'); res.send(req.headers.cookie || 'none'); });
app.get('/redirect', (req, res) => res.redirect('/user'));
app.get('/boom', () => { throw Object.assign(new Error('boom'), { status: 503, expose: true }); });
app.get('/drop', (req) => req.socket.destroy());
app.post('/upload', (req, res) => { let n = 0; req.on('data', (c) => { n += c.length; }); req.on('end', () => res.json({ type: req.headers['content-type'].split(';')[0], some: n > 100 })); });
const fails = (test) => test.then(() => 'unexpected', (e) => e.message.split('\n')[0]);

steps({
  'json': async () => (await request(app).get('/user').expect('Content-Type', /json/).expect('Content-Length', '29').expect(200)).body,
  'post': async () => { const r = await request(app).post('/user').send({ a: 'é' }).set('Accept', 'application/json').expect(201).expect('Location', '/user/1', undefined); return r.body; },
  'status differs': () => fails(request(app).get('/user').expect(404)),
  'body differs': () => fails(request(app).get('/user').expect({ name: 'x' })),
  'header differs': () => fails(request(app).get('/user').expect('Content-Type', 'text/html')),
  'header missing': () => fails(request(app).get('/user').expect('X-None', 'x')),
  'callback': () => new Promise((resolve, reject) => request(app).get('/user').expect(200).end((err, res) => (err ? reject(err) : resolve(res.text)))),
  'redirect': async () => (await request(app).get('/redirect').redirects(1)).body,
  'not followed': async () => (await request(app).get('/redirect').expect(302)).headers.location,
  'error': async () => (await request(app).get('/boom')).status,
  'dropped': () => fails(request(app).get('/drop')),
  'agent': async () => { const a = request.agent(app); await a.get('/cookie').expect('none'); return (await a.get('/cookie')).text; },
  'upload': async () => (await request(app).post('/upload').field('a', 'b').attach('f', Buffer.alloc(200), 'f.bin')).body,
  'a server of one\'s own': async () => { const server = http.createServer((req, res) => res.end(req.url)).listen(0); const r = await request(server).get('/path'); await new Promise((done) => server.close(done)); return r.text; },
  'a server not listening': async () => (await request(http.createServer((req, res) => res.end('started for this'))).get('/')).text,
  'by URL': async () => { const server = http.createServer((req, res) => res.end(req.method)).listen(0); await new Promise((r) => server.once('listening', r)); const r = await request(`http://127.0.0.1:${server.address().port}`).options('/'); server.close(); return r.text; },
  'in parallel': async () => (await Promise.all(Array.from({ length: 20 }, () => request(app).get('/user')))).map((r) => r.status).join(' '),
});
