'use strict';
// Many large pieces of an answer in one turn, each written on the 'drain' of the one before, may go to the kernel
// together. Nobody must notice: what write() returns, the order of callbacks and events, what a buffer that is used again
// has sent, and a connection that is destroyed.

const { createHash } = require('crypto');
const { once } = require('events');
const http = require('http');
const net = require('net');
const { Readable } = require('stream');

const size = 64 * 1024;
const piece = (n, length = size) => Buffer.alloc(length, 97 + (n % 26));

const handlers = {
  // Each with a callback, in a buffer that is used again after it.
  async '/callbacks'(req, res) {
    const buffer = Buffer.alloc(size);
    const log = [];
    for (let i = 0; i < 24; i++) {
      buffer.fill(97 + i);
      const drain = once(res, 'drain');
      await new Promise((resolve) => {
        log.push(`${res.write(buffer, (error) => { log.push(`callback ${error ?? 'well'}`); resolve(); })}`);
      });
      await drain;
      log.push(`drain ${res.writableLength} ${res.writableNeedDrain}`);
      buffer.fill(0);
    }
    res.end(() => log.push('ended'));
    log.push(`end ${res.writableEnded} ${res.writableFinished}`);
    res.on('finish', () => log.push(`finish ${res.writableFinished}`));
    res.on('close', () => console.log(summary(log)));
  },
  // By 'drain' alone, text and bytes.
  '/drain'(req, res) {
    let i = 0;
    const returned = new Set();
    (function more() {
      if (i === 40) {
        res.end('the end');
        console.log('returned', [...returned]);
        return;
      }
      const data = i % 3 === 0 ? 'ä'.repeat(size) : piece(i, size + i);
      i++;
      res.once('drain', more);
      returned.add(res.write(data));
    })();
  },
  '/piped'(req, res) {
    let left = 64;
    new Readable({ read() { this.push(left-- > 0 ? piece(left) : null); } }).pipe(res);
  },
  // Pieces below the high-water mark between the large ones, and a length.
  '/mixed'(req, res) {
    res.setHeader('Content-Length', 20 * (size + 1000));
    let i = 0;
    (function more() {
      for (; i < 20; i++) {
        res.write(piece(i, 1000));
        if (!res.write(piece(i))) {
          i++;
          return res.once('drain', more);
        }
      }
      res.end();
    })();
  },
  // Everything that was written before is sent.
  '/destroyed'(req, res) {
    let i = 0;
    (function more() {
      if (i === 12) return res.destroy();
      res.once('drain', more);
      res.write(piece(i++));
    })();
  },
  // An exception goes its way, what was written too.
  '/throws'(req, res) {
    let i = 0;
    (function more() {
      if (i === 10) {
        process.once('uncaughtException', (error) => {
          console.log(error.message);
          res.end('caught');
        });
        throw new Error('in the middle');
      }
      res.once('drain', more);
      res.write(piece(i++));
    })();
  },
};

// What follows each other again and again is shown once.
function summary(log) {
  const steps = log.join(', ').split('false');
  return [...new Set(steps)].join('|');
}

const server = http.createServer((req, res) => handlers[req.url](req, res));

function get(path, agent, slowly) {
  return new Promise((resolve) => {
    http.get({ port: server.address().port, path, agent }, (res) => {
      const hash = createHash('sha1');
      let length = 0;
      let pauses = 0;
      res.on('data', (data) => {
        length += data.length;
        hash.update(data);
        if (!slowly || pauses++ % 16 !== 0) return;
        res.pause();
        setTimeout(() => res.resume(), 1);
      });
      res.on('error', (error) => console.log(path, error.code));
      res.on('close', () => {
        console.log(path, slowly, length, hash.digest('hex'), res.complete);
        resolve();
      });
    });
  });
}

// Answers that wait for each other.
function pipelined() {
  return new Promise((resolve) => {
    const socket = net.connect(server.address().port);
    const hash = createHash('sha1');
    let text = '';
    socket.on('data', (data) => { text += data.latin1Slice(); });
    socket.on('end', () => {
      text = text.replace(/Date: .*\r\n/g, '');
      console.log('pipelined', text.length, hash.update(text).digest('hex'));
      resolve();
    });
    socket.write('GET /piped HTTP/1.1\r\nHost: a\r\n\r\nGET /drain HTTP/1.1\r\nHost: a\r\n\r\nGET /mixed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  });
}

server.listen(0, async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const path of ['/callbacks', '/drain', '/piped', '/mixed', '/destroyed', '/throws']) {
    // The first answer of a connection, and later ones.
    await get(path, agent, false);
    await get(path, agent, false);
    await get(path, agent, true);
  }
  agent.destroy();
  await pipelined();
  server.close();
});
