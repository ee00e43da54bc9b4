'use strict';
// Large pieces of a body are not copied on their way to the kernel: what is changed afterwards is not sent, and what the
// kernel does not take at once arrives all the same.

const { createHash } = require('crypto');
const http = require('http');
const net = require('net');

const bytes = Buffer.alloc(3 << 20);
for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >>> 8;
const hash = (data) => createHash('sha1').update(data).digest('hex');

const handlers = {
  // One piece, changed when the answer is finished for the application.
  '/end'(req, res) {
    const own = Buffer.from(bytes);
    res.on('prefinish', () => own.fill(0));
    res.end(own);
    own.fill(1);
  },
  // Pieces of all sizes, text between them, with a length and without.
  '/length'(req, res) {
    res.setHeader('Content-Length', bytes.length);
    for (let i = 0, size = 1; i < bytes.length; i += size) {
      size *= 3;
      res.write(bytes.subarray(i, i + size));
    }
    res.end();
  },
  '/chunked'(req, res) {
    for (let i = 0; i < bytes.length; i += 100_000) {
      res.write(bytes.subarray(i, i + 100_000));
      res.write(`after ${i}\n`);
    }
    res.end(bytes.subarray(0, 200_000));
  },
  '/views'(req, res) {
    res.write(new Uint8Array(bytes.buffer, bytes.byteOffset + 1, 100_001));
    res.write(new Uint8Array(new SharedArrayBuffer(70_000)));
    res.end(new Uint8Array(bytes.buffer, bytes.byteOffset, 65_536));
  },
  // With back-pressure, and a callback for each piece.
  async '/drain'(req, res) {
    let callbacks = 0;
    let drains = 0;
    for (let i = 0; i < bytes.length; i += 1 << 18) {
      if (!res.write(bytes.subarray(i, i + (1 << 18)), () => callbacks++)) {
        await new Promise((resolve) => res.once('drain', resolve));
        drains++;
      }
    }
    res.end(() => console.log('callbacks', callbacks, 'drains', drains));
  },
  '/trailer'(req, res) {
    res.writeHead(200, { Trailer: 'X' });
    res.write('a');
    res.addTrailers({ X: 'y' });
    res.end(bytes.subarray(0, 100_000));
  },
  '/head'(req, res) { res.end(bytes); },
};

const server = http.createServer((req, res) => handlers[req.url](req, res));

function get(path, slowly, method = 'GET') {
  return new Promise((resolve) => {
    http.request({ port: server.address().port, path, method }, (res) => {
      const pieces = [];
      res.on('data', (piece) => {
        pieces.push(piece);
        if (!slowly || pieces.length % 8 !== 0) return;
        res.pause();
        setImmediate(() => setImmediate(() => res.resume()));
      });
      res.on('end', () => {
        const body = Buffer.concat(pieces);
        console.log(method, path, slowly, body.length, hash(body), res.headers['content-length'], res.trailers);
        setImmediate(resolve);
      });
    }).end();
  });
}

// Answers that wait for their turn, and one that is large, on one connection.
function pipelined() {
  return new Promise((resolve) => {
    const socket = net.connect(server.address().port);
    const pieces = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => {
      const text = Buffer.concat(pieces).toString('latin1').replace(/Date: .*\r\n/g, '');
      console.log('pipelined', text.length, hash(Buffer.from(text, 'latin1')));
      resolve();
    });
    socket.write('GET /chunked HTTP/1.1\r\nHost: a\r\n\r\nGET /views HTTP/1.1\r\nHost: a\r\n\r\nGET /trailer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  });
}

// The same for sockets without HTTP.
function sockets() {
  return new Promise((resolve) => {
    const echo = net.createServer((socket) => socket.pipe(socket)).listen(0, () => {
      const socket = net.connect(echo.address().port);
      const pieces = [];
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('end', () => {
        const body = Buffer.concat(pieces);
        console.log('echo', body.length, hash(body));
        echo.close(resolve);
      });
      socket.cork();
      for (let i = 0; i < bytes.length; i += 50_000) {
        socket.write(bytes.subarray(i, i + 50_000));
        socket.write('between');
      }
      socket.uncork();
      socket.end(bytes);
    });
  });
}

server.listen(0, async () => {
  for (const path of Object.keys(handlers)) {
    await get(path, false, path === '/head' ? 'HEAD' : 'GET');
    if (path !== '/head') await get(path, true);
  }
  await pipelined();
  await sockets();
  server.close();
});
