'use strict';
// Large pieces of one turn that wait to go to the kernel together do not wait for an application that computes between
// them: what was written before has reached the client when the turn is far from over.

const { spawn } = require('child_process');
const { once } = require('events');
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');

const size = 64 * 1024;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gathered-'));
const count = path.join(dir, 'count');
const nobody = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(nobody, 0, 0, ms);

// Another process, because this one sleeps: it notes how much has arrived.
const client = `
  const fs = require('fs');
  let n = 0;
  const socket = require('net').connect(+process.env.PORT, '127.0.0.1');
  socket.on('data', (data) => { n += data.length; fs.writeFileSync(process.env.COUNT, String(n)); });
  socket.on('end', () => socket.end());
  socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n');
`;

function arrived(bytes) {
  for (let i = 0; i < 2000; i++) {
    let n = 0;
    try { n = Number(fs.readFileSync(count, 'latin1')); } catch { /* nothing yet */ }
    if (n >= bytes) return true;
    sleep(10);
  }
  return false;
}

const server = http.createServer(async (req, res) => {
  for (let i = 0; i < 9; i++) {
    if (!res.write(Buffer.alloc(size, 'x'))) await once(res, 'drain');
  }
  sleep(20);
  const drain = once(res, 'drain');
  res.write(Buffer.alloc(size, 'y'));
  console.log('arrived', arrived(9 * size));
  await drain;
  res.end();
});

server.listen(0, '127.0.0.1', async () => {
  const env = { ...process.env, PORT: String(server.address().port), COUNT: count };
  const child = spawn(process.execPath, ['-e', client], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  console.log('client', code, Number(fs.readFileSync(count, 'latin1')) > 10 * size);
  fs.rmSync(dir, { recursive: true });
  server.close();
});
