'use strict';
// Exit codes and the events around the end.
const { spawnSync } = require('child_process');
const cases = {
  plain: '',
  code: 'process.exitCode = 3',
  string: 'process.exitCode = "4"',
  exit: 'process.exit(5)',
  'exit event': 'process.on("exit", (code) => { console.log("exit", code, process.exitCode); process.exitCode = 9; }); process.exitCode = 2',
  'exit in exit': 'process.on("exit", () => process.exit(7)); process.exit(1)',
  'work in exit': 'process.on("exit", () => { setTimeout(() => console.log("never"), 0); process.nextTick(() => console.log("never")); Promise.resolve().then(() => console.log("never")); })',
  beforeExit: 'let n = 0; process.on("beforeExit", (code) => { console.log("before", code); if (n++ < 2) setTimeout(() => {}, 1); })',
  throws: 'process.on("exit", (code) => console.log("exit", code)); throw new Error("x")',
  rejects: 'process.on("exit", (code) => console.log("exit", code)); Promise.reject(new Error("x"))',
  caught: 'process.on("uncaughtException", (err, origin) => console.log(err.message, origin)); setTimeout(() => console.log("on")); throw new Error("x")',
  unhandled: 'process.on("unhandledRejection", (err) => console.log("unhandled", err.message)); Promise.reject(new Error("x"))',
  'throws in exit': 'process.on("exit", () => { throw new Error("y"); })',
  'big code': 'process.exit(258)',
  negative: 'process.exit(-1)',
  reallyExit: 'process.on("exit", () => console.log("never")); process.reallyExit(6)',
  'bad code': 'process.exit("x")',
};
for (const [name, code] of Object.entries(cases)) {
  const { status, signal, stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  console.log(name, status, signal, JSON.stringify(stdout));
}
