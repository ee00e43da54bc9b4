// A body of JSON, collected piece by piece, and an answer that is made from it.
const http = require('http');

http.createServer((req, res) => {
  const pieces = [];
  req.on('data', (piece) => pieces.push(piece));
  req.on('end', () => {
    let order;
    try {
      order = JSON.parse(Buffer.concat(pieces).toString());
    } catch {
      res.writeHead(400).end();
      return;
    }
    res.writeHead(201, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ id: 12, customer: order.customer, sum: order.lines.reduce((sum, line) => sum + line.price, 0) }));
  });
}).listen(process.env.PORT);
