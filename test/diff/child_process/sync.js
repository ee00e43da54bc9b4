'use strict';
// Children that are waited for.
const cp = require('child_process');
const { inspect } = require('util');

const show = (result) => {
  const { pid, ...rest } = result;
  console.log(typeof pid, inspect(rest, { depth: 3 }).replace(/\n +at .*/g, ''));
};
show(cp.spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 3']));
show(cp.spawnSync('cat', { input: 'in', encoding: 'utf8' }));
show(cp.spawnSync('cat', { input: Buffer.from('in') }));
show(cp.spawnSync('sleep', ['60'], { timeout: 50 }));
show(cp.spawnSync('sleep', ['60'], { timeout: 50, killSignal: 'SIGKILL' }));
show(cp.spawnSync('sh', ['-c', 'printf 0123456789; sleep 60'], { maxBuffer: 5, encoding: 'utf8' }));
show(cp.spawnSync('nope-nope', ['a']));
show(cp.spawnSync('sh', ['-c', 'kill -9 $$']));
show(cp.spawnSync('echo $0 $A', { shell: true, env: { A: 'b', PATH: process.env.PATH }, encoding: 'latin1' }));
show(cp.spawnSync('sh', ['-c', 'echo x'], { stdio: 'ignore' }));
show(cp.spawnSync('sh', ['-c', 'echo three >&3'], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], encoding: 'utf8' }));
console.log(cp.execSync('echo hi'), cp.execSync('echo hi', { encoding: 'utf8' }), cp.execFileSync('echo', ['a', 'b'], { encoding: 'utf8' }));
const attempt = (name, call) => {
  try {
    console.log(name, call());
  } catch (err) {
    const { pid, stack, ...rest } = err;
    console.log(name, err.name, err.message, inspect(rest).replace(/\n +at .*/g, '').replace(/pid: \d+/g, 'pid'));
  }
};
attempt('execSync', () => cp.execSync('echo out; echo err >&2; exit 4', { stdio: 'pipe' }));
attempt('execFileSync', () => cp.execFileSync('sh', ['-c', 'exit 5']));
attempt('missing', () => cp.execFileSync('nope-nope'));
attempt('timeout', () => cp.execSync('sleep 60', { timeout: 50 }));
attempt('input type', () => cp.spawnSync('cat', { input: 5 }));
attempt('timeout type', () => cp.spawnSync('cat', { timeout: 'x' }));
attempt('maxBuffer type', () => cp.spawnSync('cat', { maxBuffer: -1 }));
attempt('ipc', () => cp.spawnSync('cat', { stdio: ['ipc'] }));
attempt('inherit', () => cp.spawnSync('sh', ['-c', 'echo inherited'], { stdio: 'inherit' }).status);
