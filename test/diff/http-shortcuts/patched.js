'use strict';
// What agents and frameworks put in the place of methods is called: on one answer, on the prototypes, between them.
const http = require('http');
const { ask, get, last } = require('./_ask');

const { ServerResponse, OutgoingMessage, IncomingMessage, Server } = http;
const log = (...args) => console.log(...args);

function wrap(target, name, text) {
  const own = Object.hasOwn(target, name);
  const before = target[name];
  target[name] = function(...args) {
    log(text, name, args.map((a) => (typeof a === 'function' ? 'function' : Buffer.isBuffer(a) ? 'bytes' : a)));
    return before.apply(this, args);
  };
  return () => { if (own) target[name] = before; else delete target[name]; };
}

const handlers = {
  '/end': (req, res) => { wrap(res, 'end', 'own'); wrap(res, 'write', 'own'); wrap(res, 'writeHead', 'own'); res.end('ended'); },
  '/write': (req, res) => { wrap(res, 'writeHead', 'own'); wrap(res, 'end', 'own'); res.write('a'); res.end('b'); },
  '/writeHead': (req, res) => {
    const { writeHead } = res;
    res.writeHead = function(code, ...more) { this.setHeader('X-Late', 'yes'); return writeHead.call(this, code + 1, ...more); };
    res.end('moved');
  },
  '/compress': (req, res) => { // as compression() does it
    const { write, end } = res;
    res.write = (chunk, encoding) => write.call(res, String(chunk).toUpperCase(), encoding);
    res.end = (chunk, encoding) => {
      if (chunk) res.write(chunk, encoding);
      return end.call(res);
    };
    res.setHeader('X', 'y');
    res.write('first ');
    res.end('second');
  },
  '/implicit': (req, res) => { wrap(res, '_implicitHeader', 'own'); res.end('x'); },
  '/setHeader': (req, res) => { wrap(res, 'setHeader', 'own'); wrap(res, 'getHeader', 'own'); res.setHeader('A', '1'); res.writeHead(200, { B: '2' }); res.end(); },
  '/emit': (req, res) => {
    const { emit } = res;
    res.emit = function(name, ...args) { log('res emits', name); return emit.call(this, name, ...args); };
    const reqEmit = req.emit;
    req.emit = function(name, ...args) { log('req emits', name); return reqEmit.call(this, name, ...args); };
    res.end('x');
  },
  '/proto': (req, res) => { // as Express does it
    const reqProto = Object.create(IncomingMessage.prototype, { path: { get() { return this.url.slice(1); } } });
    const resProto = Object.create(ServerResponse.prototype);
    resProto.send = function(text) { this.setHeader('Content-Type', 'text/plain'); return this.end(text); };
    resProto.end = function(...args) { log('proto end', args); return ServerResponse.prototype.end.apply(this, args); };
    Object.setPrototypeOf(req, reqProto);
    Object.setPrototypeOf(res, resProto);
    res.send(req.path);
  },
  '/own-fields': (req, res) => {
    Object.defineProperty(res, 'statusCode', { value: 201, writable: true });
    Object.defineProperty(req, 'url', { get: () => 'other' });
    Object.defineProperty(res, 'headersSent', { get: () => 'mine' });
    res.end(`${req.url} ${res.headersSent}`);
  },
  '/twice': (req, res) => { res.end('one', () => log('called')); res.end('two', (error) => log(error.code)); res.write('three', (error) => log(error.code)); },
};

function server() {
  return http.createServer((req, res) => {
    res.on('finish', () => log('finish', req.url));
    res.on('error', (error) => log('error', error.code));
    handlers[req.url](req, res);
  });
}

(async () => {
  for (const path of Object.keys(handlers)) {
    log('#', path);
    await ask(server(), get(path), last('/end'));
  }
  log('# prototypes');
  const undo = [
    wrap(ServerResponse.prototype, 'end', 'ServerResponse'), wrap(ServerResponse.prototype, 'writeHead', 'ServerResponse'), wrap(OutgoingMessage.prototype, 'end', 'OutgoingMessage'),
    wrap(OutgoingMessage.prototype, 'write', 'OutgoingMessage'), wrap(OutgoingMessage.prototype, 'setHeader', 'OutgoingMessage'),
  ];
  const { emit } = Server.prototype;
  Server.prototype.emit = function(name, ...args) {
    if (name !== 'connection' && name !== 'close' && name !== 'listening') log('server emits', name, args.length);
    return emit.call(this, name, ...args);
  };
  for (const path of ['/end', '/write', '/setHeader']) await ask(server(), get(path), last(path));
  undo.forEach((f) => f());
  delete Server.prototype.emit;
})();
