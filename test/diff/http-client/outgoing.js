'use strict';
// OutgoingMessage by itself: headers, framing and errors, on a stream that collects what is sent.
const { OutgoingMessage, validateHeaderName, validateHeaderValue } = require('http');
const { Writable } = require('stream');

const log = (...args) => console.log(...args);
function attempt(f) {
  try {
    const value = f();
    return value instanceof OutgoingMessage ? 'this' : value;
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
}
const outHeaders = (message) => message[Object.getOwnPropertySymbols(message).find((s) => s.description === 'kOutHeaders')];

function make(headers) {
  const message = new OutgoingMessage();
  message._implicitHeader = function() {
    this._storeHeader('GET / HTTP/1.1\r\n', headers === undefined ? outHeaders(this) : headers);
  };
  message.sent = [];
  message.socket = new Writable({
    decodeStrings: true,
    write(chunk, encoding, done) {
      message.sent.push(chunk.toString('latin1'));
      done();
    },
  });
  message.socket._httpMessage = message;
  return message;
}

for (const name of ['', 'a b', undefined, null, 1, 'é', `${'x'.repeat(20)}\n`, 'a:b', 'ok-1', '!#$%&\'*+-.^_`|~09azAZ']) {
  log(attempt(() => new OutgoingMessage().setHeader(name, '1')), attempt(() => validateHeaderName(name)),
    attempt(() => validateHeaderName(name, 'Foo')), attempt(() => new OutgoingMessage().appendHeader(name, '1')));
}
for (const value of [undefined, null, 1, 'é', '\u0100', '\x7f', 'a\nb', ['a', 'b\r'], ['a', 1], {}, 'ok\t', '', '\0']) {
  log(attempt(() => new OutgoingMessage().setHeader('X-Y', value).getHeaders()), attempt(() => validateHeaderValue('n', value)));
}
{
  const m = make();
  m.setHeader('A', '1').setHeader('b', [1, 2]).appendHeader('a', '3').appendHeader('C', 'q').appendHeader('b', [3]);
  m.setHeader('Cookie', ['x', 'y']);
  log(m.getHeaders(), m.getHeaderNames(), m.getRawHeaderNames(), m._renderHeaders(), m.hasHeader('B'), m.getHeader('a'));
  m.removeHeader('A');
  m.setHeader('B', 'again');
  log(m.getHeaderNames(), m.getRawHeaderNames());
  log(attempt(() => m.getHeader()), attempt(() => m.hasHeader(1)), attempt(() => m.removeHeader({})));
}

// Each runs alone; what it sent is shown when it has settled.
const cases = [];
const test = (label, headers, f) => cases.push([label, headers, f]);
test('text', null, (m) => m.end('héllo'));
test('bytes', null, (m) => m.end(Buffer.from('héllo')));
test('nothing', null, (m) => m.end());
test('pieces', null, (m) => { m.write('a'); m.write(Buffer.from('bc')); m.write('dé', 'latin1'); m.end('x'); });
test('encodings', null, (m) => { m.write('6162', 'hex'); m.end('YQ==', 'base64'); });
test('transfer-encoding', { 'Transfer-Encoding': 'chunked', 'A': 1 }, (m) => m.end('x'));
test('pairs', [['Content-Length', 1], ['Date', 'x']], (m) => m.end('x'));
test('flat', ['Connection', 'close', 'X', 'y', 'Keep-Alive', 'x'], (m) => m.end('x'));
test('odd', ['Connection', 'close', 'X'], (m) => m.end('x'));
test('bad value', ['Connection', 'clo\nse'], (m) => m.end('x'));
test('bad name', { 'a b': 1 }, (m) => m.end('x'));
test('undefined value', { a: undefined }, (m) => m.end('x'));
test('trailers', { Trailer: 'a' }, (m) => { m.addTrailers({ a: 'b', c: ['d', 'e'] }); m.end('x'); });
test('trailer pairs', { Trailer: 'a' }, (m) => { m.addTrailers([['a', 'b'], ['q', ['1']]]); m.write('x'); m.end(); });
test('trailers without chunks', { Trailer: 'a' }, (m) => { m.useChunkedEncodingByDefault = false; m.end('x'); });
test('bad trailer name', null, (m) => m.addTrailers({ 'a b': 1 }));
test('bad trailer', null, (m) => m.addTrailers({ a: '\n' }));
test('no length', undefined, (m) => { m.removeHeader('content-length'); m.end('x'); });
test('no framing', undefined, (m) => { m.removeHeader('content-length'); m.removeHeader('Transfer-Encoding'); m.end('x'); });
test('no connection', undefined, (m) => { m.removeHeader('connection'); m.end('x'); });
test('no chunks', null, (m) => { m.useChunkedEncodingByDefault = false; m.end('x'); });
test('no body', null, (m) => { m._hasBody = false; m.end('x'); });
test('204', { 'transfer-encoding': 'chunked' }, (m) => { m.statusCode = 204; m._hasBody = false; m.end(); });
test('expect', { Expect: '100-continue' }, (m) => { setTimeout(() => m.end('x'), 1); });
test('expect, flushed', { Expect: '100-continue' }, (m) => m.flushHeaders());
test('keep-alive', null, (m) => { m._keepAliveTimeout = 5500; m._maxRequestsPerSocket = 3; m.end('x'); });
test('not kept', null, (m) => { m._keepAliveTimeout = 5500; m.shouldKeepAlive = false; m.end('x'); });
test('last one', null, (m) => { m.maxRequestsOnConnectionReached = true; m.end('x'); });
test('disposition', undefined, (m) => { m.setHeader('Content-Disposition', 'a\xc3\xa9'); m.end('x'); });
test('obs-text and text', { 'X-A': 'é' }, (m) => m.end('x'));
test('obs-text and latin1', { 'X-A': 'é' }, (m) => m.end('x', 'latin1'));
test('obs-text and bytes', { 'X-A': 'é' }, (m) => m.end(Buffer.from('x')));
test('obs-text and chunks', { 'X-A': 'é' }, (m) => { m.write('ü'); m.end('x'); });
test('arrays', undefined, (m) => {
  m.setHeader('cookie', ['a', 'b']);
  m.setHeader('set-cookie', ['a', 'b']);
  m.setHeader('X', ['1', 2]);
  m.setHeader('E', []);
  m.end('x');
});
test('cork', null, (m) => { m.cork(); m.write('a', () => {}); m.write('b', () => {}); m.uncork(); m.end(); });
test('cork after the head', null, (m) => {
  m.flushHeaders();
  m.cork();
  m.write('a', () => log('callback a'));
  m.write('b');
  log(m.writableCorked, m.writableLength);
  m.end('zz', () => log('end callback'));
});
test('too long', { 'content-length': 3 }, (m) => { m.strictContentLength = true; m.write('abc'); m.end('d'); });
test('too short', { 'content-length': 4 }, (m) => { m.strictContentLength = true; m.write('abc'); m.end(); });
test('just right', { 'content-length': 4 }, (m) => { m.strictContentLength = true; m.write('abc'); m.end('d'); });
test('strict without length', null, (m) => { m.strictContentLength = true; m.end('dddd'); });
test('after the end', null, (m) => {
  m.on('error', (error) => log('error', error.code));
  m.end('a', (error) => log('first', error));
  m.write('x', (error) => log('write', error.code));
  m.end('y', (error) => log('second', error.code));
  m.end((error) => log('third', error && error.code));
});
test('null', null, (m) => m.write(null));
test('undefined', null, (m) => m.write());
test('array', null, (m) => m.end([1]));
test('empty', null, (m) => { m.write(''); m.write('a'); m.end(''); });
test('destroyed', null, (m) => {
  m.on('close', () => log('close'));
  m.destroy();
  m.write('x', (error) => log(error.code));
  m.end('y', (error) => log('never', error.code));
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
(async () => {
  for (const [label, headers, f] of cases) {
    const m = make(headers);
    const result = attempt(() => f(m));
    await settled();
    log(label, typeof result === 'string' ? result : '', JSON.stringify(m.sent.join('')), m._last, m.chunkedEncoding, m.shouldKeepAlive,
      m.writableEnded, m.writableFinished, m.headersSent, m.headersSent && m._contentLength, m.finished, m.writable, m.destroyed);
  }
  const m = new OutgoingMessage();
  m._implicitHeader = function() { this._storeHeader('X\r\n', null); };
  log(m.write('a'), m.writableHighWaterMark, m.writableNeedDrain, m.writableObjectMode, m.socket, m.connection);
  m.end('b');
  log(m.writableCorked);
  for (const f of [() => m.setHeader('a', 'b'), () => m.appendHeader('a', 'b'), () => m.removeHeader('a'), () => m._renderHeaders(), () => m.setHeaders(new Map())]) log(attempt(f));
  log(attempt(() => new OutgoingMessage().end()), attempt(() => new OutgoingMessage().write('s')), attempt(() => new OutgoingMessage().setHeaders({})));
  const p = new OutgoingMessage();
  p.on('error', (error) => log(error.code, error.message));
  p.pipe();
  p.setHeaders(new Map([['set-cookie', ['a', 'b']], ['x', 'y']]));
  log(p.getHeaders());
})();
