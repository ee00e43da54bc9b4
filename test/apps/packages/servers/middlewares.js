'use strict';
// Express with the middlewares that most applications have.
const express = require('express');
const bodyParser = require('body-parser');
const multer = require('multer');
const compression = require('compression');
const morgan = require('morgan');
const cookieParser = require('cookie-parser');
const helmet = require('helmet');
const cors = require('cors');
const session = require('express-session');
const { createServer, listen } = require('../listen');

const lines = [];
const app = express();
app.use(morgan((tokens, req, res) => [tokens.method(req, res), tokens.url(req, res), tokens.status(req, res), tokens.res(req, res, 'content-length'), tokens['http-version'](req, res), Number.isFinite(+tokens['response-time'](req, res))].join(' '), { stream: { write: (line) => lines.push(line.trim()) } }));
app.get('/log', (req, res) => res.json(lines));
app.use(helmet());
app.use(cors({ origin: ['http://a.example', /\.b\.example$/], credentials: true, maxAge: 600, exposedHeaders: 'X-Total' }));
app.use(compression({ threshold: 500 }));
app.use(cookieParser('secret'));
app.use(session({ secret: 'keys', resave: false, saveUninitialized: false, genid: () => 'fixed-id', name: 'sid' }));

const upload = multer({ storage: multer.memoryStorage(), limits: { fileSize: 2000, files: 2 } });
const shownFile = ({ fieldname, originalname, encoding, mimetype, size, buffer }) => ({ fieldname, originalname, encoding, mimetype, size, text: buffer.toString() });

app.get('/long', (req, res) => res.type('text').send('a line of text\n'.repeat(200)));
app.get('/short', (req, res) => res.send('short'));
app.get('/stream', (req, res) => { res.type('text'); for (let i = 0; i < 50; i++) res.write(`line ${i} ${'x'.repeat(20)}\n`); res.flush?.(); res.end('last'); });
app.get('/image', (req, res) => res.type('png').send(Buffer.alloc(3000, 7)));
app.post('/json', bodyParser.json({ limit: 1000 }), (req, res) => res.json({ body: req.body }));
app.post('/form', bodyParser.urlencoded({ extended: true }), (req, res) => res.json({ body: req.body }));
app.post('/text', bodyParser.text(), (req, res) => res.json({ body: req.body }));
app.post('/raw', bodyParser.raw({ inflate: true, type: '*/*' }), (req, res) => res.json({ length: req.body.length, hex: req.body.toString('hex') }));
app.post('/upload', upload.single('file'), (req, res) => res.json({ body: req.body, file: shownFile(req.file) }));
app.post('/uploads', upload.array('files', 2), (req, res) => res.json({ body: req.body, files: req.files.map(shownFile) }));
app.get('/cookies', (req, res) => { res.cookie('plain', 'a b'); res.cookie('signed', 'v', { signed: true, httpOnly: true, sameSite: 'strict' }); res.json({ cookies: req.cookies, signed: req.signedCookies }); });
app.get('/visits', (req, res) => { req.session.n = (req.session.n || 0) + 1; res.json({ n: req.session.n, id: req.sessionID }); });
app.get('/logout', (req, res) => req.session.destroy(() => res.send('bye')));
app.get('/boom', () => { throw Object.assign(new Error('boom'), { status: 418 }); });
app.use((err, req, res, next) => { res.status(err.status || 500).json({ name: err.name, code: err.code, type: err.type, message: err.message }); });
listen(createServer(app));
