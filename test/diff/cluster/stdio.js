'use strict';
// What workers write to and read from: silent, stdio, worker.process.stdout.
const cluster = require('node:cluster');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

if (cluster.isWorker) {
  if (process.argv[2] === 'throw') throw new Error('boom');
  process.stdin.setEncoding('utf8');
  let text = '';
  process.stdin.on('data', (chunk) => { text += chunk; });
  process.stdin.on('end', () => {
    console.log(`out ${process.stdout.fd} ${text}`);
    console.error(`err ${process.stderr.fd} ${text}`);
    process.send('read', () => process.disconnect());
  });
  return;
}

const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'stdio-')), 'log');

function run(settings, input) {
  return new Promise((resolve) => {
    cluster.settings = {};
    cluster.setupPrimary(settings);
    const worker = cluster.fork();
    const streams = [worker.process.stdin, worker.process.stdout, worker.process.stderr];
    console.log(JSON.stringify(settings.stdio)?.replace(/\d+/g, 'fd'), settings.silent, streams.map((s) => s && `${s.readable} ${s.writable}`), worker.process.stdio.length);
    const seen = { out: '', err: '' };
    worker.process.stdout?.on('data', (chunk) => { seen.out += chunk; });
    worker.process.stderr?.on('data', (chunk) => { seen.err += chunk; });
    worker.process.stdin?.end(input);
    const events = [];
    worker.on('message', (m) => events.push(m));
    worker.process.on('close', (code, signal) => {
      seen.err = seen.err.split('\n').filter((line) => /^(err|Error)/.test(line)).join('\n');
      if (seen.out.length > 1000) seen.out = `${seen.out.length} characters`;
      console.log(events, seen, code, signal);
      resolve();
    });
  });
}

(async () => {
  await run({ silent: true }, 'given');
  await run({ stdio: 'pipe' }, 'more');
  await run({ stdio: ['pipe', 'pipe', 'ignore', 'ipc'], silent: true }, 'x'.repeat(5000));
  const fd = fs.openSync(file, 'w');
  await run({ stdio: ['pipe', fd, fd, 'ipc'] }, 'to a file');
  fs.closeSync(fd);
  console.log(fs.readFileSync(file, 'utf8'));
  await run({ silent: true, args: ['throw'] });
  for (const stdio of [['pipe', 'pipe', 'pipe'], 'sideways', ['pipe', {}, 'pipe', 'ipc']]) {
    cluster.settings = {};
    cluster.setupPrimary({ stdio });
    try {
      cluster.fork();
    } catch (err) {
      console.log(err.name, err.code, err.message);
    }
  }
  fs.rmSync(path.dirname(file), { recursive: true });
})();
