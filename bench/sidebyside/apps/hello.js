// One field, one short body.
const server = require('http').createServer((req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello, world!');
});
server.keepAliveTimeout = 120000; // the idle connections of the measurement stay
server.listen(process.env.PORT);
