// An Express 5 application: routing, bodies, cookies, static files, errors, conditional answers. Prints its port.
'use strict';

const path = require('path');
const express = require('express');
const cookieParser = require('cookie-parser');

const app = express();
app.set('trust proxy', 'loopback');
app.use(cookieParser('secret'));
app.use(express.json({ limit: '10kb' }));
app.use(express.urlencoded({ extended: true }));
app.use(express.text());
app.use('/static', express.static(path.join(__dirname, 'public'), { maxAge: '1h', etag: true, lastModified: false }));

const items = new Map([[1, { id: 1, name: 'first' }], [2, { id: 2, name: 'second' }]]);
const api = express.Router();
api.param('id', (req, res, next, id) => {
  req.item = items.get(Number(id));
  if (!req.item) return next(Object.assign(new Error(`no item ${id}`), { status: 404 }));
  next();
});
api.get('/items', (req, res) => res.json([...items.values()]));
api.get('/items/:id', (req, res) => res.json(req.item));
api.post('/items', (req, res) => {
  if (!req.body || typeof req.body.name !== 'string') return res.status(400).json({ error: 'name is missing' });
  const item = { id: items.size + 1, name: req.body.name };
  items.set(item.id, item);
  res.status(201).location(`/api/items/${item.id}`).json(item);
});
api.delete('/items/:id', (req, res) => { items.delete(req.item.id); res.sendStatus(204); });
app.use('/api', api);

app.get('/', (req, res) => res.send('<h1>Hello</h1>'));
app.get('/text', (req, res) => res.type('text').send('plain'));
app.get('/buffer', (req, res) => res.send(Buffer.from('bytes')));
app.get('/json', (req, res) => res.json({ ip: req.ip, ips: req.ips, protocol: req.protocol, secure: req.secure, host: req.hostname, path: req.path, q: req.query, xhr: req.xhr }));
app.get('/users/:name/posts/{:post}', (req, res) => res.json(req.params));
app.get('/files/*rest', (req, res) => res.json(req.params));
app.get('/cookies', (req, res) => {
  res.cookie('plain', 'value', { httpOnly: true, maxAge: 60000, expires: new Date(0) });
  res.cookie('signed', 'secret value', { signed: true, sameSite: 'lax' });
  res.clearCookie('old');
  res.json({ cookies: req.cookies, signed: req.signedCookies });
});
app.get('/file', (req, res) => res.sendFile('page.html', { root: path.join(__dirname, 'public'), lastModified: false }));
app.get('/download', (req, res) => res.download(path.join(__dirname, 'public', 'data.txt'), 'répört.txt', { lastModified: false }));
app.get('/missing-file', (req, res) => res.sendFile(path.join(__dirname, 'public', 'nothing')));
app.get('/redirect', (req, res) => res.redirect(301, '/elsewhere?x=1'));
app.get('/format', (req, res) => res.format({ text: () => res.send('text'), html: () => res.send('<p>html</p>'), json: () => res.json({ json: true }) }));
app.get('/vary', (req, res) => res.vary('Accept').append('Link', '<a>').append('Link', '<b>').links({ next: '/n' }).send('x'));
app.get('/stream', (req, res) => {
  res.type('text/plain');
  let n = 0;
  const timer = setInterval(() => { if (n++ < 3) res.write(`line ${n}\n`); else { clearInterval(timer); res.end(); } }, 2);
});
app.get('/late', async (req, res) => { await new Promise((r) => setTimeout(r, 5)); res.send('late'); });
app.get('/throw', () => { throw new Error('thrown'); });
app.get('/reject', async () => { throw Object.assign(new Error('rejected'), { status: 418 }); });
app.get('/next', (req, res, next) => next());
app.get('/next', (req, res) => res.send('second handler'));
app.all('/method', (req, res) => res.send(req.method));
app.post('/form', (req, res) => res.json(req.body ?? null));
app.route('/chain').get((req, res) => res.send('get')).put((req, res) => res.send('put'));

app.use((req, res) => res.status(404).json({ error: 'not found', path: req.originalUrl }));
app.use((err, req, res, next) => {
  if (res.headersSent) return next(err);
  res.status(err.status || 500).json({ error: err.message, type: err.type });
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
