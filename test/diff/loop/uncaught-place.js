'use strict';
// What is printed of an exception that ends the process: the line where it was thrown, with a caret.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'uncaught-'));
const programs = [
  'throw new Error("main")',
  'throw {a: 1}',
  'throw undefined',
  'setTimeout(() => { throw "timer" }, 1)',
  'setImmediate(() => { throw new TypeError("immediate") })',
  'process.nextTick(function f() { throw null })',
  'const made = new Error("made here");\nsetTimeout(() => {\n\tthrow made;\n}, 1)',
  'require("fs").readFile("/none", () => { null.x })',
  'function f() { JSON.parse("{x") }\nf()',
  'Promise.reject(new Error("rejected"))',
  'process.on("uncaughtException", (e) => { throw e });\nthrow new Error("twice")',
  'const { AsyncLocalStorage } = require("async_hooks");\nnew AsyncLocalStorage().run(1, () => {\n  throw new Error("inside");\n})',
  'let a = 1;\nlet b = ;',
];
try {
  programs.forEach((text, i) => {
    const file = path.join(dir, `p${i}.js`);
    fs.writeFileSync(file, text);
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 20000 });
    console.log(`--- ${i}: ${status}`);
    console.log(stderr.replaceAll(dir, '').replace(/^ {4}at .*\n/gm, '').replace(/Use `\w+/, 'Use `node').replace(/v24\.\S+/, 'v24'));
  });
} finally {
  fs.rmSync(dir, { recursive: true });
}
