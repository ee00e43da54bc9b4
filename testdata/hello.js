// The application of the examples.
const http = require('node:http');

http.createServer((req, res) => {
  res.end(`${process.env.GREETING ?? 'Hello'} from ${req.url}\n`);
}).listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log('it listens'));
