'use strict';
// What must not do harm: names that objects have, bytes that become line ends when they are narrowed, fields that
// contradict each other, and exceptions where native code calls back.
const http = require('http');
const net = require('net');

const { HTTPParser } = require('_http_common');

function attempt(name, run) {
  try {
    console.log(name, run());
  } catch (error) {
    console.log(name, error.name, error.code, error.message);
  }
}

function quiet(req) {
  req.on('error', () => {});
  return req.destroy();
}

// Paths and names, when they are given and when they are changed later.
for (const path of ['/a b', '/\u010d\u010a', '/\r\nX: y', '/\xe4', '/a\x00']) {
  attempt(`path ${JSON.stringify(path)}`, () => quiet(http.request({ path, port: 1 })).path);
  // Changed after it was checked.
  attempt(`later path ${JSON.stringify(path)}`, () => { quiet(http.request({ port: 1 })).path = path; });
}
for (const [name, value] of [['X\r\nY', 'a'], ['X', 'a\r\nY: b'], ['X', '\u010d\u010aY: b'], ['X', 'a\x00'], ['', 'a'], ['X Y', 'a'], ['X', '\xe4'], ['__proto__', 'a'], ['constructor', 'b']]) {
  attempt(`field ${JSON.stringify([name, value])}`, () => {
    const out = new http.OutgoingMessage();
    out.setHeader(name, value);
    return out.getHeader(name);
  });
  attempt(`trailer ${JSON.stringify([name, value])}`, () => new http.OutgoingMessage().addTrailers({ [name]: value }));
}
attempt('method', () => http.request({ method: 'GET\r\nX', port: 1 }).destroy());
attempt('status message', () => {
  const res = new http.ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 });
  return res.writeHead(200, 'a\r\nX: y');
});

// Names that every object has, as names of fields.
const server = http.createServer((req, res) => {
  console.log(Object.getPrototypeOf(req.headers) === Object.prototype, req.headers.constructor, Object.hasOwn(req.headers, '__proto__'), typeof req.headers.toString);
  console.log(req.rawHeaders.join('|'));
  let distinct;
  try {
    distinct = req.headersDistinct;
    console.log(Object.keys(distinct).sort().join(), Object.getPrototypeOf(distinct), distinct.__proto__);
  } catch (error) {
    console.log('headersDistinct', error.message);
  }
  console.log(Object.keys(req.headers).slice(0, 3).join());
  req.resume();
  req.on('end', () => {
    console.log(Object.keys(req.trailersDistinct).join(), req.rawTrailers.join('|'));
    res.end('ok');
    server.close();
  });
});
server.listen(0, () => {
  const c = net.connect(server.address().port, () => {
    c.end('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n__proto__: x\r\n__proto__: y\r\nconstructor: z\r\ntoString: t\r\n2: two\r\n1: one\r\n' +
      '4294967295: big\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n__proto__: x\r\n0: y\r\n\r\n');
  });
  let answer = '';
  c.on('data', (d) => { answer += d; });
  c.on('end', () => {
    console.log(answer.split('\r\n')[0]);
    thrown();
  });
});

// An exception in a callback comes out where the parser was called, and nowhere else.
function thrown() {
  const p = new HTTPParser();
  p.initialize(HTTPParser.REQUEST, {});
  for (const name of ['kOnHeadersComplete', 'kOnBody', 'kOnMessageComplete']) {
    p[HTTPParser[name]] = () => { throw new RangeError(name); };
    attempt(name, () => p.execute(Buffer.from('POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx')));
    p[HTTPParser[name]] = undefined;
    p.initialize(HTTPParser.REQUEST, {});
  }
  contradicting();
}

// What an application says of the length, and what it writes: where both runtimes do the same (see also
// test/egress_test.go).
function contradicting() {
  const cases = [
    (res) => { res.setHeader('Content-Length', 2); res.strictContentLength = true; res.end('abc'); },
    (res) => { res.writeHead(304, { 'Transfer-Encoding': 'chunked' }); res.end('hello'); },
    (res) => { res.setHeader('Content-Length', 4); res.write('ab'); res.end('cd'); },
  ];
  let i = 0;
  let answered;
  const s = http.createServer((req, res) => {
    attempt(`contradiction ${i}`, () => cases[i](res));
    setTimeout(answered, 100);
  });
  s.listen(0, function next() {
    if (i === cases.length) {
      s.closeAllConnections();
      s.close();
      return;
    }
    const c = net.connect(s.address().port, () => c.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    let out = '';
    c.on('data', (d) => { out += d; });
    answered = () => {
      console.log(JSON.stringify(out.replace(/Date: [^\r]*/, 'Date: x')));
      c.destroy();
      i++;
      next();
    };
  });
}
