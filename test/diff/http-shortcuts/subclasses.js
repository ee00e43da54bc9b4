'use strict';
// Classes of the application in the place of IncomingMessage and ServerResponse.
const http = require('http');
const { ask, get, last, post } = require('./_ask');

const log = (...args) => console.log(...args);

const pushed = []; // when is the connection's matter

class Request extends http.IncomingMessage {
  extra = 'field';
  constructor(socket) { super(socket); log('new Request', socket !== undefined, this.url, this.method); }
  get path() { return this.url.split('?')[0]; }
  get headers() { return { ...super.headers, mine: 'yes' }; }
  set headers(value) { super.headers = value; }
  push(chunk, encoding) { pushed.push(chunk && chunk.toString()); return super.push(chunk, encoding); }
  emit(name, ...args) { log('req', name); return super.emit(name, ...args); }
}

class Response extends http.ServerResponse {
  constructor(req, options) { super(req, options); log('new Response', req instanceof Request, typeof options); this.setHeader('X-Made', 'yes'); }
  json(value) { this.setHeader('Content-Type', 'application/json'); this.end(JSON.stringify(value)); }
  writeHead(code, ...more) { log('writeHead', code, more.length); return super.writeHead(code, ...more); }
  write(chunk, ...more) { log('write', String(chunk)); return super.write(chunk, ...more); }
  end(chunk, ...more) { log('end', chunk && String(chunk)); return super.end(chunk, ...more); }
  emit(name, ...args) { log('res', name); return super.emit(name, ...args); }
  _implicitHeader() { log('_implicitHeader'); return super._implicitHeader(); }
}

function Old(req, options) { // as of before there were classes
  http.ServerResponse.call(this, req, options);
  this.old = true;
}
Object.setPrototypeOf(Old.prototype, http.ServerResponse.prototype);
Object.setPrototypeOf(Old, http.ServerResponse);

(async () => {
  log('# classes');
  await ask(http.createServer({ IncomingMessage: Request, ServerResponse: Response }, (req, res) => {
    log(req.constructor.name, res.constructor.name, req.extra, req.path, req.headers);
    res.json({ path: req.path });
  }), get('/a?b'), last('/c'));
  log('# with a body');
  await ask(http.createServer({ IncomingMessage: Request, ServerResponse: Response }, (req, res) => {
    let n = 0;
    req.on('data', (d) => { n += d.length; });
    req.on('end', () => { res.write('n '); res.end(String(n)); });
  }), post('/', 'body', 'Connection: close'));
  log(pushed);
  log('# old');
  await ask(http.createServer({ ServerResponse: Old }, (req, res) => res.end(`${res.old} ${res instanceof Old}`)), get('/'), last('/'));
})();
