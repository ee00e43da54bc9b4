// A todos REST service on nothing but Node's own modules: what a small real service has.
//
//   GET    /api/todos?page=1&limit=10&done=false   a page of todos
//   POST   /api/todos                              make one (JSON or URL-encoded)
//   GET    /api/todos/:id                          one
//   PUT    /api/todos/:id                          change one
//   DELETE /api/todos/:id                          delete one
//   GET    /health                                 how it is
//   GET    /…                                      files from public/
'use strict';

const http = require('http');
const path = require('path');
const { HttpError, readBody, sendJson } = require('./http-helpers');
const { createLimiter } = require('./rate-limit');
const { serveFile } = require('./static-files');
const { TodoStore } = require('./store');

const store = new TodoStore();
const limiter = createLimiter({ limit: Number(process.env.RATE_LIMIT || 100), windowMs: 60_000 });
const publicFolder = path.join(__dirname, 'public');

function listTodos(req, res, url) {
  const number = (name, fallback, max) => {
    const text = url.searchParams.get(name);
    if (text === null) return fallback;
    const n = Number(text);
    if (!Number.isInteger(n) || n < 1 || n > max) throw new HttpError(400, `${name} must be an integer from 1 to ${max}`);
    return n;
  };
  const done = url.searchParams.get('done');
  if (done !== null && done !== 'true' && done !== 'false') throw new HttpError(400, 'done must be true or false');
  const page = number('page', 1, 1_000_000);
  const limit = number('limit', 10, 100);
  sendJson(res, 200, store.list({ page, limit, done: done === null ? undefined : done === 'true' }));
}

async function createTodo(req, res) {
  const todo = store.create(await readBody(req));
  res.setHeader('Location', `/api/todos/${todo.id}`);
  sendJson(res, 201, todo);
}

async function oneTodo(req, res, id) {
  if (!store.has(id)) throw new HttpError(404, `no todo ${id}`);
  switch (req.method) {
    case 'GET':
    case 'HEAD':
      return sendJson(res, 200, store.get(id));
    case 'PUT':
      return sendJson(res, 200, store.update(id, await readBody(req)));
    case 'DELETE':
      store.delete(id);
      res.writeHead(204);
      return res.end();
    default:
      throw notAllowed(res, 'GET, HEAD, PUT, DELETE');
  }
}

function notAllowed(res, methods) {
  res.setHeader('Allow', methods);
  return new HttpError(405, 'method not allowed');
}

function cors(req, res) {
  const origin = req.headers.origin;
  if (origin === undefined) return false;
  res.setHeader('Access-Control-Allow-Origin', '*');
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false;
  res.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
    'Access-Control-Allow-Headers': 'Content-Type',
    'Access-Control-Max-Age': '600',
  });
  res.end();
  return true;
}

async function route(req, res) {
  if (cors(req, res)) return;
  const url = new URL(req.url, 'http://localhost');
  if (url.pathname === '/health') {
    return sendJson(res, 200, { status: 'ok', uptime: process.uptime(), todos: store.size, runtime: process.version });
  }
  if (url.pathname.startsWith('/api/')) {
    const wait = limiter(req.socket.remoteAddress);
    if (wait > 0) {
      res.setHeader('Retry-After', String(Math.ceil(wait / 1000)));
      throw new HttpError(429, 'too many requests');
    }
    if (url.pathname === '/api/todos') {
      if (req.method === 'GET' || req.method === 'HEAD') return listTodos(req, res, url);
      if (req.method === 'POST') return createTodo(req, res);
      throw notAllowed(res, 'GET, HEAD, POST');
    }
    const match = /^\/api\/todos\/(\d+)$/.exec(url.pathname);
    if (match) return oneTodo(req, res, Number(match[1]));
    throw new HttpError(404, 'no such resource');
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') throw notAllowed(res, 'GET, HEAD');
  return serveFile(req, res, publicFolder, url.pathname);
}

function fail(req, res, err) {
  const status = err instanceof HttpError ? err.status : 500;
  if (status === 500) console.error(err);
  if (res.headersSent) return res.destroy();
  // What is left of a body that we refused to read must not be taken for the next request.
  if (!req.complete) res.setHeader('Connection', 'close');
  sendJson(res, status, { error: status === 500 ? 'internal error' : err.message });
}

const server = http.createServer((req, res) => {
  const began = process.hrtime.bigint();
  res.on('finish', () => {
    const ms = Number(process.hrtime.bigint() - began) / 1e6;
    console.log(`${req.method} ${req.url} ${res.statusCode} ${ms.toFixed(1)} ms`);
  });
  route(req, res).catch((err) => fail(req, res, err));
});

server.listen(process.env.PORT || 8080, () => {
  console.log(`todos: http://localhost:${server.address().port}`);
});

// Graceful stop: no new connections, requests under way finish, then the process ends by itself.
process.on('SIGTERM', () => {
  console.log('stopping');
  limiter.stop();
  server.close(() => console.log('stopped'));
});
