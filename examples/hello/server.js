// The smallest server: one handler, one answer.
//
//   sluice examples/hello/server.js
'use strict';

const http = require('http');

const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end('Hello World\n');
});

server.listen(process.env.PORT || 8080, () => {
  console.log(`listening on http://localhost:${server.address().port}`);
});
