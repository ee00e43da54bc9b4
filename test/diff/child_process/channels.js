'use strict';
// What child_process publishes to diagnostics_channel.
const channel = require('diagnostics_channel');
const cp = require('child_process');

const names = ['child_process', 'tracing:child_process.spawn:start', 'tracing:child_process.spawn:end', 'tracing:child_process.spawn:error', 'tracing:child_process.spawn:asyncStart'];
for (const name of names) {
  channel.subscribe(name, (message, from) => {
    const { process: child, error, options } = message;
    console.log(from, Object.keys(message).join(), child instanceof cp.ChildProcess, typeof child.pid, error && [error.code, error.syscall, error.errno], options && Object.keys(options).sort().join(), options?.file);
  });
}
const end = (child) => new Promise((resolve) => {
  console.log('returned', typeof child.pid);
  child.on('error', (error) => { console.log(error.code); resolve(); });
  child.on('close', resolve);
});
(async () => {
  await end(cp.spawn('echo', ['a']));
  await end(cp.spawn('nonexistent-program'));
  await end(cp.spawn('true', { stdio: 'ignore', shell: true }));
  await new Promise((resolve) => cp.exec('true', resolve));
  await new Promise((resolve) => cp.execFile('true', resolve));
  cp.spawnSync('true');
  try { cp.spawn('a\0'); } catch (error) { console.log(error.code); }
  const own = new cp.ChildProcess();
  own.spawn({ file: 'true' });
  await end(own);
})();
