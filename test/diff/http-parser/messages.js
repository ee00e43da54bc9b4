'use strict';
// Which callbacks come when, with what, and what execute() and finish() return.
const { HTTPParser } = require('_http_common');
const { parser, show, code, test } = require('./_log');
const { REQUEST, RESPONSE } = HTTPParser;

const fields = (n) => Array.from({ length: n }, (_, i) => `h${i}: ${i}\r\n`).join('');

test('a request in two pieces', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('G')));
  show(p.execute(Buffer.from('ET / HTTP/1.1\r\nA: b\r\n\r\n')));
  show(p.finish());
});
test('trailers come with the URL', () => {
  show(parser(REQUEST).execute(Buffer.from('POST /it HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: v\r\n\r\n')));
});
for (const n of [31, 32, 33, 62, 63, 70]) {
  test(`${n} fields`, () => show(parser(REQUEST).execute(Buffer.from(`GET /many HTTP/1.1\r\n${fields(n)}\r\n`))));
}
test('fields of a response', () => show(parser(RESPONSE).execute(Buffer.from(`HTTP/1.1 204 No\r\n${fields(40)}\r\n`))));
test('many trailers', () => {
  show(parser(REQUEST).execute(Buffer.from(`POST /it HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${fields(40)}\r\n`)));
});
test('after trailers, fields go to kOnHeaders', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n')));
  p.initialize(REQUEST, {});
  show(p.execute(Buffer.from('GET /3 HTTP/1.1\r\nHost: h\r\n\r\n')));
});
test('fields that nobody takes', () => {
  const p = parser(REQUEST);
  p[HTTPParser.kOnHeaders] = undefined;
  show(p.execute(Buffer.from(`GET / HTTP/1.1\r\n${fields(33)}\r\n`)));
});
test('a response to the end', () => {
  const p = parser(RESPONSE);
  show(p.execute(Buffer.from('HTTP/1.1 200 OK\r\n\r\nabc')));
  show(p.finish());
});
test('a response cut short', () => {
  const p = parser(RESPONSE);
  show(p.execute(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc')));
  show(p.finish());
  show(p.finish());
});
test('a head cut short', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('GET / HT')));
  show(p.finish());
});
test('informational, then the last', () => {
  show(parser(RESPONSE).execute(Buffer.from(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nxjunk')));
});
test('other kinds of bytes', () => {
  const bytes = new Uint8Array(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  show(parser(REQUEST).execute(bytes));
  show(parser(REQUEST).execute(new DataView(bytes.buffer)));
  show(parser(REQUEST).execute(Buffer.alloc(0)));
});
test('an upgrade, and what comes behind', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nrest')));
  show(p.execute(Buffer.from('GET /2 HTTP/1.1\r\n\r\nx')));
});
for (const answer of [1, 2, 3, -1, 21, true, '1', null, false, {}, 1.9]) {
  test(`kOnHeadersComplete of a request returns ${JSON.stringify(answer)}`, () => {
    show(parser(REQUEST, { answer }).execute(Buffer.from('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')));
  });
}
for (const answer of [1, 2]) {
  test(`kOnHeadersComplete of a response returns ${answer}`, () => {
    show(parser(RESPONSE, { answer }).execute(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')));
  });
}
test('an error, and what comes behind', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('GET / HTTP/1.1\r\nA b\r\n\r\n')));
  code(p.execute(Buffer.from('GET')));
  show(p.finish());
  p.initialize(REQUEST, {});
  show(p.execute(Buffer.from('GET / HTTP/1.1\r\n\r\n')));
});
test('garbage', () => show(parser(REQUEST).execute(Buffer.from('\x00\x01'))));
test('empty lines, then garbage', () => {
  const p = parser(REQUEST);
  show(p.execute(Buffer.from('\r\n\r\n')));
  show(p.execute(Buffer.from('\r\n{}')));
});
test('too large a head', () => show(parser(REQUEST, { max: 20 }).execute(Buffer.from('GET / HTTP/1.1\r\nAaaaaaaaaaaaaaaaa: bbbbbbbbbbbbbbbbbb\r\n\r\n'))));
for (const [name, bits] of Object.entries(HTTPParser).filter(([name]) => name.startsWith('kLenient'))) {
  test(`${name} ${bits}`, () => {
    show(parser(REQUEST, { lenient: bits }).execute(Buffer.from('GET / HTTP/1.1\r\nHost: a\n\n')));
    show(parser(REQUEST, { lenient: bits }).execute(Buffer.from('GET / HTTP/1.1\r\nA: b\x01c\r\n\r\n')));
    show(parser(REQUEST, { lenient: bits }).execute(Buffer.from('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1 \r\nx0\r\n\r\n')));
  });
}
