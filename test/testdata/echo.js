'use strict';
// Answers every request with its body.
const server = require('http').createServer((req, res) => {
  const pieces = [];
  req.on('data', (d) => pieces.push(d));
  req.on('end', () => res.end(Buffer.concat(pieces)));
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
