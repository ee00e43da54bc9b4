'use strict';
// Children beside this process: events, streams, errors.
const cp = require('child_process');
const { promisify } = require('util');

const show = (err) => (err ? { name: err.name, code: err.code, message: err.message, killed: err.killed, signal: err.signal, cmd: err.cmd, syscall: err.syscall, path: err.path, spawnargs: err.spawnargs } : err);
const ended = (child, name) => new Promise((resolve) => {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (data) => { out += data; });
  child.stderr?.setEncoding('utf8').on('data', (data) => { err += data; });
  child.on('error', (failure) => console.log(name, 'error', show(failure)));
  child.on('exit', (code, signal) => console.log(name, 'exit', code, signal, child.killed));
  child.on('close', (code, signal) => {
    console.log(name, 'close', code, signal, JSON.stringify(out), JSON.stringify(err));
    resolve();
  });
});

(async () => {
  await ended(cp.spawn('sh', ['-c', 'echo out; echo err >&2; exit 3']), 'simple');
  const cat = cp.spawn('cat');
  cat.stdin.write('one ');
  cat.stdin.end('two');
  await ended(cat, 'cat');
  await ended(cp.spawn('nope-nope', ['a', 'b']), 'missing');
  await ended(cp.spawn('/'), 'directory');
  await ended(cp.spawn('ls', { cwd: '/nope' }), 'no folder');
  const sleeper = cp.spawn('sleep', ['60']);
  console.log(typeof sleeper.pid, sleeper.spawnfile, sleeper.spawnargs, sleeper.exitCode, sleeper.connected, sleeper.kill(), sleeper.killed);
  await ended(sleeper, 'killed');
  console.log(sleeper.kill(), sleeper.signalCode);
  await ended(cp.spawn('sleep', ['60'], { timeout: 50, killSignal: 'SIGKILL' }), 'timeout');
  const controller = new AbortController();
  const aborted = cp.spawn('sleep', ['60'], { signal: controller.signal });
  const over = ended(aborted, 'aborted');
  controller.abort();
  await over;
  await ended(cp.spawn('echo $A-$0', { shell: true, env: { A: 'x', PATH: process.env.PATH } }), 'shell');
  await ended(cp.spawn('sh', ['-c', 'echo $0'], { argv0: 'other' }), 'argv0');
  await ended(cp.spawn('sh', ['-c', 'pwd'], { cwd: '/' }), 'cwd');
  await ended(cp.spawn('sh', ['-c', 'echo three >&3'], { stdio: ['ignore', 'pipe', 'pipe', 1] }), 'fd');
  const extra = cp.spawn('sh', ['-c', 'read line <&3; echo got $line >&4'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  extra.stdio[4].setEncoding('utf8').on('data', (data) => console.log('extra', data));
  extra.stdio[3].end('line\n');
  await ended(extra, 'extra');
  console.log(extra.stdin, extra.stdout, extra.stdio.length);

  await new Promise((resolve) => cp.exec('echo hi; exit 2', (err, out, errOut) => { console.log(show(err), out, errOut); resolve(); }));
  await new Promise((resolve) => cp.execFile('echo', ['a b'], { encoding: 'buffer' }, (err, out) => { console.log(err, out); resolve(); }));
  await new Promise((resolve) => cp.exec('yes', { maxBuffer: 10 }, (err, out) => { console.log(show(err), out.length); resolve(); }));
  await new Promise((resolve) => cp.exec('sleep 60', { timeout: 50 }, (err) => { console.log(show(err)); resolve(); }));
  await new Promise((resolve) => cp.execFile('nope-nope', (err, out) => { console.log(show(err), JSON.stringify(out)); resolve(); }));
  console.log(await promisify(cp.exec)('echo promised'));
  await promisify(cp.execFile)('sh', ['-c', 'echo o; echo e >&2; exit 1']).catch((err) => console.log(show(err), err.stdout, err.stderr));

  const attempt = (name, call) => {
    try {
      console.log(name, typeof call());
    } catch (err) {
      console.log(name, err.name, err.code, err.message);
    }
  };
  for (const args of [[], [''], [1], ['x', 1], ['x', 'y'], ['x', [], 1], ['x', [], { cwd: 1 }], ['x', [], { shell: 1 }], ['x', [], { uid: 'x' }], ['x', [], { detached: 1 }], ['x', ['a\0b']], ['a\0b'],
                      ['x', [], { stdio: 'x' }], ['x', [], { stdio: [{}] }], ['x', [], { timeout: -1 }], ['x', [], { killSignal: 'x' }], ['x', [], { argv0: 1 }], ['x', [], { stdio: ['ipc', 'ipc'] }], ['x', [], { env: { 'A\0': 1 } }]]) {
    attempt(`spawn ${JSON.stringify(args)}`, () => cp.spawn(...args));
  }
  attempt('exec', () => cp.exec(1));
  attempt('exec callback', () => cp.exec('x', {}, 1));
  attempt('fork', () => cp.fork());
  attempt('fork stdio', () => cp.fork('x', { stdio: ['pipe'] }));
})();
