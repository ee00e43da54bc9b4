// Streaming upload: the body goes to disk piece by piece, whatever its size, and its
// SHA-256 is computed on the way. Back-pressure works end to end: while the disk is
// busy, the client is slowed down, and memory stays flat.
//
//   sluice examples/upload/server.js
//   curl -T big.iso http://localhost:8080/big.iso
'use strict';

const http = require('http');
const fs = require('fs');
const os = require('os');
const path = require('path');
const crypto = require('crypto');
const { pipeline } = require('stream/promises');
const { Transform } = require('stream');

const folder = process.env.UPLOADS || fs.mkdtempSync(path.join(os.tmpdir(), 'uploads-'));
const limit = Number(process.env.LIMIT || 10 * 1024 * 1024 * 1024);

// Passes chunks through, counts and hashes them, and fails beyond the limit.
class Meter extends Transform {
  constructor() {
    super();
    this.bytes = 0;
    this.hash = crypto.createHash('sha256');
  }

  _transform(chunk, encoding, done) {
    this.bytes += chunk.length;
    if (this.bytes > limit) return done(Object.assign(new Error('too large'), { statusCode: 413 }));
    this.hash.update(chunk);
    done(null, chunk);
  }
}

function answer(res, status, value) {
  const body = JSON.stringify(value) + '\n';
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}

async function receive(req, res) {
  const name = path.basename(decodeURIComponent(new URL(req.url, 'http://x').pathname));
  if (name === '' || name.startsWith('.')) return answer(res, 400, { error: 'a file name is needed: PUT /name' });
  const target = path.join(folder, name);
  const part = `${target}.${crypto.randomUUID()}.part`;
  const meter = new Meter();
  try {
    await pipeline(req, meter, fs.createWriteStream(part, { flags: 'wx' }));
    await fs.promises.rename(part, target);
    answer(res, 201, { name, bytes: meter.bytes, sha256: meter.hash.digest('hex') });
  } catch (err) {
    await fs.promises.rm(part, { force: true });
    if (res.headersSent || res.destroyed) return;
    if (err.statusCode === 413) res.setHeader('Connection', 'close');
    answer(res, err.statusCode || 500, { error: err.message });
  }
}

const server = http.createServer((req, res) => {
  if (req.method === 'PUT') {
    receive(req, res).catch((err) => { console.error(err); res.destroy(); });
  } else {
    answer(res, 405, { error: 'PUT a file' });
  }
});

server.listen(process.env.PORT || 8080, () => {
  console.log(`listening on http://localhost:${server.address().port}, writing to ${folder}`);
});
