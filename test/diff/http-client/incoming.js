'use strict';
// IncomingMessage by itself: header objects, and its life as a stream.
const { IncomingMessage } = require('http');
const { Readable } = require('stream');

const log = (...args) => console.log(...args);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

{
  const m = new IncomingMessage(null);
  const all = {};
  for (const [name, value] of [
    ['toString', 'x'], ['constructor', 'y'], ['__proto__', 'z'], ['hasOwnProperty', 'q'], ['toString', 'x2'], ['set-cookie', 'a'],
    ['Set-Cookie', 'b'], ['Cookie', '1'], ['Cookie', '2'], ['host', 'a'], ['host', 'b'], ['X', '1'], ['x', '2'],
    ['content-type', 'q'], ['content-type', 'r'], ['', 'e'],
  ]) m._addHeaderLine(name, value, all);
  log(all);
  m.joinDuplicateHeaders = true;
  m._addHeaderLine('Content-Type', 'z', all);
  log(all);
  m._addHeaderLines(['A', '1', 'a', '2', 'Host', 'x', 'HOST', 'y', 'toString', 'u'], 8);
  log(m.headers, m.headersDistinct, m.rawHeaders, m.trailers, m.rawTrailers, m.trailersDistinct);
  m.complete = true;
  m._addHeaderLines(['T', '1', 't', '2'], 4);
  log(m.rawTrailers, m.trailersDistinct);
  m.headers = { own: 1 };
  log(m.headers);
  log(m instanceof Readable, m.httpVersion, m.httpVersionMajor, m.aborted, m.upgrade, m.url, m.method, m.statusCode,
    m.statusMessage, m.socket, m.connection, m._consuming, m._dumped, m.readable, m.readableFlowing, m.destroyed,
    m.readableEnded, m.readableHighWaterMark, m.readableLength);
}

(async () => {
  {
    const m = new IncomingMessage();
    for (const event of ['aborted', 'close', 'error', 'end', 'readable', 'data']) m.on(event, (...args) => log('destroyed', event, ...args.map((a) => a.message)));
    m.destroy(new Error('why'));
    log(m.destroyed, m.aborted);
    await wait(5);
  }
  {
    const m = new IncomingMessage();
    m.destroy().on('close', () => log('close'));
    log(m.signal.aborted);
    await wait(5);
  }
  {
    const m = new IncomingMessage({ readable: true, resume() {}, readableHighWaterMark: 7 });
    log(m.readableHighWaterMark);
    m.push('ab');
    for (const event of ['end', 'close', 'aborted']) m.on(event, () => log('flows', event, m.complete, m.aborted));
    m.on('data', (chunk) => log('flows', `${chunk}`));
    await wait(5);
    m.complete = true;
    m.push(null);
    await wait(5);
  }
  {
    const m = new IncomingMessage({ readable: true, _paused: true });
    m.complete = true;
    m.push(null);
    m.on('readable', () => log('pulls', m.read()));
    m.on('end', () => log('pulls end'));
    await wait(5);
  }
  {
    const m = new IncomingMessage();
    m._dump();
    log(m._dumped, m.readableFlowing);
    const n = new IncomingMessage();
    n._dumpAndCloseReadable?.();
    log(n._dumped, n.destroyed, n.readableEnded, n.closed);
  }
})();
