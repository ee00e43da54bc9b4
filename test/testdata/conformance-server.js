'use strict';
// An application whose answers are those of the HTTP layer, as far as that is possible.
const routes = {
  '/': (req, res) => { res.end('hello'); },
  '/chunked': (req, res) => { res.write('a'); res.end('b'); },
  '/etag': (req, res) => {
    res.setHeader('ETag', '"e"');
    res.setHeader('Cache-Control', 'no-cache');
    if (req.headers['if-none-match'] === '"e"') { res.statusCode = 304; res.end(); } else res.end('tagged');
  },
  '/204': (req, res) => { res.statusCode = 204; res.end(); },
  '/205': (req, res) => { res.statusCode = 205; res.end(); },
  '/301': (req, res) => { res.writeHead(301, { Location: '/' }); res.end(); },
  '/404': (req, res) => { res.statusCode = 404; res.end('none'); },
  '/405': (req, res) => { res.writeHead(405, { Allow: 'PUT' }); res.end(); },
  '/trailers': (req, res) => { if (req.method !== 'HEAD') res.setHeader('Trailer', 'X-T'); res.write('t'); res.addTrailers({ 'X-T': 'v' }); res.end(); },
  '/early': (req, res) => { res.writeEarlyHints({ link: '</a>; rel=preload' }); res.end('late'); },
};
const server = require('http').createServer((req, res) => {
  req.resume();
  if (req.method === 'TRACE') {
    res.writeHead(405, { 'Allow': 'GET, HEAD, POST', 'Content-Type': 'text/plain' });
    res.end();
    return;
  }
  if (![204, 205, 301, 405].includes(Number(req.url.slice(1)))) res.setHeader('Content-Type', 'text/plain; charset=utf-8');
  (routes[req.url] ?? routes['/404'])(req, res);
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
