'use strict';
// What a client makes of responses, good ones and bad ones, whole and in pieces.
const http = require('http');
const net = require('net');

function exchange(raw, options, inPieces) {
  return new Promise((resolve) => {
    const log = [];
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        const bytes = Buffer.from(raw, 'latin1');
        if (!inPieces) {
          socket.end(bytes);
          return;
        }
        let i = 0;
        (function next() {
          if (socket.destroyed) return;
          if (i >= bytes.length) socket.end();
          else {
            socket.write(bytes.subarray(i, i += 7));
            setImmediate(next);
          }
        })();
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const req = http.request({ port: server.address().port, host: '127.0.0.1', agent: false, ...options });
      for (const event of ['continue', 'information', 'upgrade', 'connect', 'timeout', 'abort']) {
        req.on(event, (...args) => {
          log.push(`req ${event} ${event === 'information' ? JSON.stringify(args[0]) : event === 'upgrade' || event === 'connect' ? `${args[0].statusCode} ${JSON.stringify(args[0].headers)} ${args[2]}` : ''}`);
          if (event === 'upgrade' || event === 'connect') args[1].destroy();
        });
      }
      req.on('error', (error) => log.push(`req error ${error.code} ${error.reason ?? ''} ${error.message}`));
      req.on('response', (res) => {
        log.push(`res ${res.statusCode} ${JSON.stringify(res.statusMessage)} ${res.httpVersion} ${res.httpVersionMajor} ${res.httpVersionMinor} ${JSON.stringify(res.headers)} ${JSON.stringify(res.rawHeaders)}`);
        let body = '';
        res.setEncoding('latin1');
        res.on('data', (chunk) => { body += chunk; });
        for (const event of ['aborted', 'error', 'close', 'end']) {
          res.on(event, (error) => log.push(`res ${event} ${error ? `${error.code} ${error.message}` : ''} ${event === 'end' ? `${JSON.stringify(body)} ${JSON.stringify(res.trailers)} ${JSON.stringify(res.rawTrailers)} ${res.complete} ${res.aborted}` : ''}`));
        }
      });
      req.on('close', () => {
        log.push(`req close ${req.shouldKeepAlive} ${req.destroyed} ${req.reusedSocket}`);
        server.close();
        setTimeout(() => resolve(log), 10);
      });
      req.end();
    });
  });
}

const ok = 'HTTP/1.1 200 OK\r\n';
const cases = [
  ['length', `${ok}Content-Length: 5\r\n\r\nhello`],
  ['too short', `${ok}Content-Length: 9\r\n\r\nhello`],
  ['more than the length', `${ok}Content-Length: 3\r\n\r\nhello`],
  ['until the end', `${ok}\r\nhello`],
  ['chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n`],
  ['trailers', `${ok}Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\na\r\n0\r\nX: 1\r\nx: 2\r\n\r\n`],
  ['cut chunk', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
  ['bad chunk', `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nab`],
  ['no last chunk', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n`],
  ['HEAD', `${ok}Content-Length: 5\r\n\r\n`, { method: 'HEAD' }],
  ['204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
  ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ['1.0', 'HTTP/1.0 200 OK\r\n\r\nold'],
  ['1.0 keep-alive', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx'],
  ['continue', `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`],
  ['early hints', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok}Content-Length: 0\r\n\r\n`],
  ['upgrade', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nrest', { headers: { Connection: 'Upgrade', Upgrade: 'x' } }],
  ['upgrade that nobody asked for', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ['connect', 'HTTP/1.1 200 Connected\r\n\r\nrest', { method: 'CONNECT', path: 'a:1' }],
  ['refused connect', 'HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno', { method: 'CONNECT', path: 'a:1' }],
  ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
  ['empty reason', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n'],
  ['odd status', 'HTTP/1.1 999 Über\r\nContent-Length: 0\r\n\r\n'],
  ['bad status', 'HTTP/1.1 xx OK\r\n\r\n'],
  ['short status', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['bad version', 'HTTP/3.9 200 OK\r\n\r\n'],
  ['no HTTP', 'SSH-2.0-x\r\n'],
  ['nothing', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\nA: b'],
  ['no colon', `${ok}nonsense\r\n\r\n`],
  ['space before the colon', `${ok}A : b\r\n\r\n`],
  ['bad value', `${ok}A: b\x01\r\nContent-Length: 0\r\n\r\n`],
  ['obs-text', `${ok}A: \xe9\r\nContent-Length: 0\r\n\r\n`],
  ['folded', `${ok}A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
  ['LF alone', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['CR alone', `${ok}A: b\rc\r\n\r\n`],
  ['both framings', `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`],
  ['two lengths', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ['bad length', `${ok}Content-Length: x\r\n\r\n`],
  ['joined headers', `${ok}Set-Cookie: a\r\nset-cookie: b\r\nX: 1\r\nx: 2\r\nETag: 1\r\nETag: 2\r\nCookie: c\r\nCookie: d\r\nContent-Length: 0\r\n\r\n`],
  ['joined duplicates', `${ok}ETag: 1\r\nETag: 2\r\nContent-Length: 0\r\n\r\n`, { joinDuplicateHeaders: true }],
  ['large head', `${ok}A: ${'x'.repeat(17000)}\r\nContent-Length: 0\r\n\r\n`],
  ['larger head allowed', `${ok}A: ${'x'.repeat(17000)}\r\nContent-Length: 0\r\n\r\n`.replace(/x+/, 'x'.repeat(170)), { maxHeaderSize: 100 }],
  ['two responses', `${ok}Content-Length: 1\r\n\r\na${ok}Content-Length: 1\r\n\r\nb`],
  ['insecure', `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`, { insecureHTTPParser: true }],
];

(async () => {
  for (const [label, raw, options] of cases) {
    const whole = await exchange(raw, options, false);
    console.log(label);
    for (const line of whole) console.log('  ', line.length > 600 ? `${line.slice(0, 60)} ... ${line.length}` : line);
    const pieces = await exchange(raw, options, true);
    if (JSON.stringify(pieces) !== JSON.stringify(whole)) for (const line of pieces) console.log('   in pieces', line.length > 600 ? `${line.slice(0, 60)} ... ${line.length}` : line);
  }
})();
