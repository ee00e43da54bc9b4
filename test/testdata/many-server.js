// The server of the test of many connections. Prints its port; /counts says what is left.
'use strict';
const http = require('http');

const counts = { requests: 0, finished: 0, closed: 0, aborted: 0, open: 0 };

const server = http.createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://x');
  if (pathname === '/counts') {
    server.getConnections((err, connections) => res.end(JSON.stringify({ ...counts, connections })));
    return;
  }
  counts.requests++;
  counts.open++;
  res.on('finish', () => { counts.finished++; });
  res.on('close', () => { counts.closed++; counts.open--; });
  req.on('error', () => {});
  req.on('aborted', () => { counts.aborted++; });
  switch (pathname) {
    case '/never':
      return;
    case '/slow':
      setTimeout(() => res.end(searchParams.get('id')), Number(searchParams.get('ms')));
      return;
    case '/endless': {
      const chunk = Buffer.alloc(16384, 'x');
      const pump = () => { while (!res.destroyed && res.write(chunk)); };
      res.on('drain', pump);
      pump();
      return;
    }
    case '/echo':
      req.pipe(res);
      return;
    default:
      res.end(searchParams.get('id'));
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 2048, () => console.log(server.address().port));
