// What a page of a list costs: the request's fields are looked at, the answer has many, and a kilobyte of JSON.
const http = require('http');

const rows = Array.from({ length: 14 }, (_, id) => ({ id, title: `row ${id}`, labels: ['open', 'new'], total: id * 2.5 }));

http.createServer((req, res) => {
  const url = new URL(req.url, `http://${req.headers.host}`);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'private, no-store');
  res.setHeader('Vary', 'Accept-Encoding, Cookie');
  res.setHeader('X-Request-Id', req.headers['x-request-id'] ?? '-');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Frame-Options', 'SAMEORIGIN');
  res.setHeader('Set-Cookie', ['seen=1; Path=/', 'theme=dark; Path=/; HttpOnly']);
  res.end(JSON.stringify({ page: Number(url.searchParams.get('page')), language: req.headers['accept-language'], rows }));
}).listen(process.env.PORT);
