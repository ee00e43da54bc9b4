'use strict';
// The life of a parser: pause and resume, errors in callbacks, initialize again, free and close, the list of free ones.
const { HTTPParser, parsers, methods, freeParser } = require('_http_common');
const { parser, show, code, test } = require('./_log');
const { REQUEST, RESPONSE, kOnHeadersComplete, kOnBody, kOnMessageComplete } = HTTPParser;

const get = (path) => Buffer.from(`GET ${path} HTTP/1.1\r\n\r\n`);
const post = Buffer.from('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc');

test('pause in a callback counts from the end of execute', () => {
  const p = parser(REQUEST);
  p[kOnBody] = () => p.pause();
  show(p.execute(Buffer.concat([post, get('/2')])));
  code(p.execute(get('/3')));
  show(p.finish());
  show(p.resume());
  show(p.execute(get('/4')));
});
test('pause and resume in a callback', () => {
  const p = parser(REQUEST);
  p[kOnBody] = () => {
    p.pause();
    p.resume();
  };
  show(p.execute(post));
  show(p.execute(get('/2')));
});
test('pause between messages', () => {
  const p = parser(REQUEST);
  show(p.pause());
  code(p.execute(get('/')));
  show(p.resume());
  show(p.execute(get('/2')));
});
test('pause in a message', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na')));
  p.pause();
  code(p.execute(Buffer.from('bc')));
  p.resume();
  show(p.execute(Buffer.from('bc')));
});
for (const [name, number] of Object.entries({ kOnHeadersComplete, kOnBody, kOnMessageComplete })) {
  test(`${name} throws`, () => {
    const p = parser(REQUEST);
    p[number] = () => { throw new Error('of the application'); };
    test('it comes out', () => p.execute(post));
    code(p.execute(get('/')));
    show(p.finish());
    p.initialize(REQUEST, {});
    p[number] = undefined;
    show(p.execute(post));
  });
}
test('no callbacks, and callbacks that are none', () => {
  const p = new HTTPParser();
  p.initialize(REQUEST, {});
  show(p.execute(post));
  for (let i = 0; i < 7; i++) p[i] = i;
  show(p.execute(post));
});
test('initialize in the middle of a message', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('GET / HT')));
  show(p.initialize(RESPONSE, {}));
  show(p.execute(Buffer.from('HTTP/1.1 204 x\r\n\r\n')));
});
test('the current buffer', () => {
  const p = parser(REQUEST);
  console.log(p.getCurrentBuffer());
  p[kOnHeadersComplete] = () => console.log(p.getCurrentBuffer().toString('latin1').split('\r\n'));
  p.execute(post);
  console.log(p.getCurrentBuffer());
});
test('a body is a copy', () => {
  const p = parser(REQUEST);
  const kept = [];
  p[kOnBody] = (b) => kept.push(b);
  const input = Buffer.from(post);
  p.execute(input);
  input.fill(0);
  console.log(String(kept));
});
test('free', () => {
  const p = parser(REQUEST);
  show(p.free());
  show(p.execute(get('/')));
});
test('close', () => {
  const p = parser(REQUEST);
  show(p.close());
  for (const name of ['execute', 'finish', 'pause', 'resume', 'getCurrentBuffer', 'remove', 'unconsume', 'free', 'close']) show(p[name](post));
});
test('a class of the application', () => {
  class Mine extends HTTPParser {
    count = 0;
    [kOnHeadersComplete]() { this.count++; }
  }
  const p = new Mine();
  p.initialize(REQUEST, {});
  show(p.execute(Buffer.concat([get('/'), get('/')])));
  console.log(p.count, p instanceof HTTPParser);
});
test('what it is made of', () => {
  console.log(HTTPParser.name, HTTPParser.length, Object.entries(HTTPParser));
  console.log(Object.getOwnPropertyNames(HTTPParser.prototype).sort(), Object.keys(new HTTPParser()));
  console.log(methods, require('http').METHODS);
});
test('the list of free ones', () => {
  const p = parsers.alloc();
  console.log(p instanceof HTTPParser, parsers.name, parsers.max, parsers.list.length, p);
  p.initialize(RESPONSE, {});
  p.onIncoming = (incoming, keepAlive) => console.log(incoming.statusCode, incoming.headers, incoming.rawHeaders, keepAlive);
  show(p.execute(Buffer.from('HTTP/1.1 200 Fine\r\nA: b\r\nContent-Length: 0\r\n\r\n')));
  const req = { parser: p };
  const socket = { parser: p };
  freeParser(p, req, socket);
  console.log(parsers.list.length, req.parser, socket.parser, p.onIncoming, parsers.alloc() === p);
});
