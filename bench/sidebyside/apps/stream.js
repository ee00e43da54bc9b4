// A mebibyte through a pipe.
const http = require('http');
const { Readable } = require('stream');

const piece = Buffer.alloc(64 << 10, 'stream');

http.createServer((req, res) => {
  let pieces = 0;
  new Readable({
    read() {
      this.push(pieces++ < 16 ? piece : null);
    },
  }).pipe(res);
}).listen(process.env.PORT);
