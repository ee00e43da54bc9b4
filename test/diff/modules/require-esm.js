'use strict';
// require() of ES modules.
const { tree, tryAll, describe, hide } = require('./_tree');
const { createRequire } = require('module');
const path = require('path');
const { inspect } = require('util');

const dir = tree({
  'default.mjs': 'export default 4; export const b = 2', 'named.mjs': 'export const a = 1', 'me.mjs': 'export { x as "module.exports" }; export const hidden = 1; const x = { u: 1 }', 'esmod.mjs': 'export const __esModule = true; export default 6', 'esfalse.mjs': 'export const __esModule = false; export default 6',
  'tla.mjs': 'export const z = await 1', 'imports-tla.mjs': 'import { z } from "./tla.mjs"; export { z }', 'throws.mjs': 'throw new Error("thrown")', 'throws5.mjs': 'throw 5', 'syntax.mjs': 'let = 5', 'imports-syntax.mjs': 'import "./syntax.mjs"', 'missing.mjs': 'import "./nothing.mjs"', 'noexport.mjs': 'import { nope } from "./named.mjs"', 'nocjsexport.mjs': 'import { nope } from "./plain.cjs"', 'plain.cjs': 'exports.x = 1',
  'type/package.json': { type: 'module' }, 'type/a.js': 'export default typeof require', 'type/uses-require.js': 'require("x")', 'type/uses-module.js': 'module.exports = 1', 'type/uses-dirname.js': '__dirname', 'type/own.js': 'own', 'type/c.cjs': 'module.exports = require("./a.js").default', 'type/noext': 'export const x = 1',
  'detect.js': 'export const detected = import.meta.url.startsWith("file:")', 'detect-tla.js': 'await 0; export {}', 'detect-redeclare.js': 'const module = 1, require = 2; export default module + require', 'both.js': 'module.exports = 1; export const a = 1',
  'cycle.mjs': 'import "./cycle.cjs"; export const x = 1', 'cycle.cjs': 'require("./cycle.mjs")', 'fn.mjs': 'export default function f() {} export const a = 1', 'live.mjs': 'export let n = 0; export const up = () => n++;', 'json.mjs': 'import j from "./j.json" with { type: "json" }; export { j }', 'j.json': { j: 1 },
  'order.mjs': 'import "./o1.mjs"; import "./o2.cjs"; globalThis.log.push("order")', 'o1.mjs': 'globalThis.log.push("o1")', 'o2.cjs': 'globalThis.log.push("o2")',
});
globalThis.log = [];
const req = createRequire(path.join(dir, 'main.cjs'));
const requests = ['./default.mjs', './named.mjs', './me.mjs', './esmod.mjs', './esfalse.mjs', './throws.mjs', './throws5.mjs', './throws.mjs', './syntax.mjs', './imports-syntax.mjs', './missing.mjs', './noexport.mjs', './nocjsexport.mjs', './type/a.js', './type/uses-require.js', './type/uses-module.js', './type/uses-dirname.js', './type/own.js', './type/c.cjs',
  './detect.js', './detect-redeclare.js', './both.js', './fn.mjs', './json.mjs', './order.mjs', './tla.mjs', './imports-tla.mjs', './detect-tla.js'];
tryAll(req, requests, (x) => inspect(x));
console.log(log, req('./default.mjs') === req('./default.mjs'), Object.prototype.toString.call(req('./named.mjs')));
const live = req('./live.mjs');
live.up();
console.log(live.n, req.cache[path.join(dir, 'live.mjs')].exports === live, req.cache[path.join(dir, 'live.mjs')].loaded);
for (const file of ['./cycle.mjs', './cycle.cjs']) try { req(file); } catch (error) { console.log(describe(error)); }
(async () => {
  console.log(await import(path.join(dir, 'named.mjs')) === req('./named.mjs'), (await import(path.join(dir, 'default.mjs'))) === req('./default.mjs'), (await import(path.join(dir, 'default.mjs'))).default);
  console.log(hide(inspect(await import(path.join(dir, 'me.mjs')))), await import(path.join(dir, 'tla.mjs')));
})();
