'use strict';
// Contexts, channels and the order of ticks across the requests of one connection, and listeners that throw.
const http = require('http');
const { AsyncLocalStorage, createHook } = require('async_hooks');
const channel = require('diagnostics_channel');
const { ask, get, last, post } = require('./_ask');

const log = (...args) => console.log(...args);
const store = new AsyncLocalStorage();
let n = 0;

(async () => {
  log('# a store for each request');
  await ask(http.createServer((req, res) => {
    log('before', store.getStore());
    store.run(++n, () => {
      req.on('end', () => log(req.url, 'end', store.getStore()));
      res.on('finish', () => log(req.url, 'finish', store.getStore()));
      res.on('close', () => log(req.url, 'close', store.getStore()));
      req.resume();
      setImmediate(() => res.end(`in ${store.getStore()}`, () => log(req.url, 'end callback', store.getStore())));
    });
  }), get('/a'), get('/b'), post('/c', 'body'), last('/d'));
  log('# entered, and left to the next');
  await ask(http.createServer((req, res) => {
    log(req.url, store.getStore());
    store.enterWith(req.url);
    Promise.resolve().then(() => { log('then', store.getStore()); res.end(); });
  }), get('/a'), last('/b'), last('/c'));

  log('# the order of ticks');
  await ask(http.createServer((req, res) => {
    log('request', req.url);
    process.nextTick(() => log('tick 1'));
    Promise.resolve().then(() => log('microtask'));
    setImmediate(() => log('immediate'));
    req.on('end', () => log('end'));
    req.on('close', () => log('req close'));
    res.on('prefinish', () => log('prefinish'));
    res.on('finish', () => log('finish'));
    res.on('close', () => log('close'));
    req.resume();
    res.end('x', () => log('callback'));
    process.nextTick(() => log('tick 2'));
  }), last('/a'), post('/b', 'body', 'Connection: close'));

  log('# channels');
  const names = ['http.server.request.start', 'http.server.response.created', 'http.server.response.finish'];
  const heard = names.map((name) => [name, (message) => log(name, Object.keys(message).sort().join(), message.request.url)]);
  for (const [name, f] of heard) channel.subscribe(name, f);
  await ask(http.createServer((req, res) => res.end('x')), get('/a'), last('/b'));
  for (const [name, f] of heard) channel.unsubscribe(name, f);
  await ask(http.createServer((req, res) => res.end('x')), last('/c'));

  log('# hooks that come between two requests');
  let hook;
  const types = new Set();
  await ask(http.createServer((req, res) => {
    if (req.url === '/b') hook = createHook({ init: (id, type) => types.add(type) }).enable();
    process.nextTick(() => res.end('x'));
  }), get('/a'), get('/b'), last('/c'));
  hook.disable();
  log(types.has('TickObject'));

  log('# listeners that throw');
  process.on('uncaughtException', (error, origin) => log('caught', error.message, origin));
  const throwing = {
    '/end'(req, res) {
      req.on('end', () => { setImmediate(() => res.end('after the end')); throw new Error('in end'); });
      req.resume();
    },
    '/write'(req, res) {
      res.write('a', () => { setImmediate(() => res.end('b')); throw new Error('in the callback'); });
    },
    '/x'(req, res) { res.end('last'); },
  };
  for (const path of Object.keys(throwing)) {
    await ask(http.createServer((req, res) => throwing[req.url](req, res)), get(path), last('/x'));
  }
})();
