'use strict';
// Signals: events, defaults, and that listeners do not keep the process alive.
const { spawn } = require('child_process');

const run = (name, code, ...signals) => new Promise((resolve) => {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
    if (String(data).includes('ready')) for (const signal of signals) child.kill(signal);
  });
  child.on('close', (exitCode, signal) => {
    console.log(name, exitCode, signal, JSON.stringify(text));
    resolve();
  });
});

(async () => {
  const wait = 'setTimeout(() => {}, 5000); console.log("ready");';
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM', 'SIGKILL']) await run(signal, wait, signal);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT']) {
    await run(`listener ${signal}`, `process.on("${signal}", (name, number) => { console.log(name, number); process.exit(4); });${wait}`, signal);
  }
  await run('once', `process.once("SIGTERM", () => console.log("first")); ${wait} setTimeout(() => process.kill(process.pid, "SIGTERM"), 200);`, 'SIGTERM');
  await run('removed', `const f = () => console.log("never"); process.on("SIGTERM", f); process.removeListener("SIGTERM", f); ${wait}`, 'SIGTERM');
  await run('not alive', 'process.on("SIGTERM", () => {}); console.log("end");');
  await run('own', 'process.on("SIGHUP", (name) => { console.log(name); clearTimeout(timer); }); const timer = setTimeout(() => {}, 5000); process.kill(process.pid, "SIGHUP");');
  await run('abort', 'process.abort()');
  try {
    process.on('SIGKILL', () => {});
  } catch (err) {
    console.log(err.code, err.message);
  }
})();
