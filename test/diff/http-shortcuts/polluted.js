'use strict';
// Prototypes that were changed by somebody: emit() that everybody calls, enumerable fields of Object and Array.
const http = require('http');
const EventEmitter = require('events');
const { Readable, Writable } = require('stream');
const { ask, get, last, post } = require('./_ask');

const log = (...args) => console.log(...args);

function server() {
  return http.createServer((req, res) => {
    let body = '';
    req.on('data', (d) => { body += d; });
    req.on('end', () => {
      res.setHeader('X-Names', Object.keys(req.headers).join());
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.write('a');
      res.end(body);
    });
  });
}

(async () => {
  log('# emit');
  const { emit } = EventEmitter.prototype;
  const seen = [];
  EventEmitter.prototype.emit = function(name, ...args) {
    if (this instanceof http.IncomingMessage) seen.push(`req ${String(name)}`);
    else if (this instanceof http.ServerResponse) seen.push(`res ${String(name)}`);
    else if (this instanceof http.Server && name === 'request') seen.push('server request');
    return emit.call(this, name, ...args);
  };
  await ask(server(), get('/a'), post('/b', 'body', 'Connection: close'));
  EventEmitter.prototype.emit = emit;
  log(seen.filter((s) => s !== 'res pipe'));

  log('# on and once');
  const { on } = EventEmitter.prototype;
  const names = new Set();
  EventEmitter.prototype.on = function(name, f) {
    if (this instanceof http.ServerResponse) names.add(name);
    return on.call(this, name, f);
  };
  await ask(http.createServer((req, res) => { res.on('finish', () => log('finish')); res.end('x'); }), last('/'));
  EventEmitter.prototype.on = on;
  log([...names]);

  log('# read, push, write');
  const { push } = Readable.prototype;
  const pushed = [];
  Readable.prototype.push = function(chunk, encoding) {
    if (this instanceof http.IncomingMessage) pushed.push(chunk && chunk.toString());
    return push.call(this, chunk, encoding);
  };
  await ask(server(), post('/b', 'body', 'Connection: close'));
  Readable.prototype.push = push;
  log(pushed, Writable.prototype.write.length);

  log('# Object.prototype');
  Object.prototype.polluted = 'field'; // eslint-disable-line no-extend-native
  Object.prototype.host = 'evil'; // eslint-disable-line no-extend-native
  Object.prototype.statusCode = 999; // eslint-disable-line no-extend-native
  Object.prototype.highWaterMark = 1; // eslint-disable-line no-extend-native
  Object.prototype['content-length'] = '1'; // eslint-disable-line no-extend-native
  Array.prototype.extra = 'array'; // eslint-disable-line no-extend-native
  try {
    await ask(server(), get('/a', 'X: 1'), post('/b', 'body', 'Connection: close'));
  } finally {
    for (const name of ['polluted', 'host', 'statusCode', 'highWaterMark', 'content-length']) delete Object.prototype[name];
    delete Array.prototype.extra;
  }
  log('# getters on Object.prototype');
  let reads = 0;
  Object.defineProperty(Object.prototype, 'x-none', { configurable: true, get() { reads++; return 'from the prototype'; } });
  await ask(http.createServer((req, res) => { res.end(String(res.getHeader('x-none')) + String('x-none' in res.getHeaders())); }), last('/'));
  delete Object.prototype['x-none'];
  log(reads >= 0);
})();
