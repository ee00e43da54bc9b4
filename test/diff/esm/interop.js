'use strict';
// CommonJS as import sees it: named exports found in its text; one instance for require and import.
const { tree, hide } = require('../modules/_tree');
const { createRequire } = require('module');
const { pathToFileURL } = require('url');
const path = require('path');
const { inspect } = require('util');

const files = {
  'names.cjs': 'exports.a = 1; exports["b"] = 2; module.exports.c = 3; Object.defineProperty(exports, "d", { enumerable: true, get() { return 4 } }); exports.e = exports.f = void 0; if (0) exports.never = 1',
  'object.cjs': 'const x = 1, y = 2; module.exports = { x, y, z: 3, "quoted": 4, ...{ spread: 5 } }', 'reexport.cjs': 'module.exports = require("./names.cjs")', 'star.cjs': 'function __exportStar() {} __exportStar(require("./names.cjs"), exports); Object.assign(exports, require("./names.cjs")); exports.own = 1',
  'fn.cjs': 'module.exports = function f() {}; module.exports.prop = 1', 'primitive.cjs': 'module.exports = 5', 'nullish.cjs': 'module.exports = null', 'esm.cjs': 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "default"; exports.named = "named"', 'esmonly.cjs': 'exports.__esModule = true; exports.x = 1', 'default.cjs': 'exports.default = 7', 'getter.cjs': 'Object.defineProperty(exports, "g", { enumerable: true, get: function () { return thrower(); } }); function thrower() { throw new Error("getter") }',
  'dynamic.cjs': 'for (const k of ["a", "b"]) exports[k] = 1', 'me.cjs': 'exports["module.exports"] = 1; exports.x = 2', 'late.cjs': 'exports.now = 1; setTimeout(() => { exports.now = 2 })', 'arr.cjs': 'module.exports = [1, 2]', 'proto.cjs': 'module.exports = Object.create({ inherited: 1 }, { own: { value: 2 } }); exports.inherited = 1; exports.own = 1', 'empty.cjs': '', 'js.js': 'exports.js = 1', 'noext': 'exports.noext = 1', 'ts-helper.cjs': '"use strict"; var __createBinding; var m = require("./names.cjs"); Object.defineProperty(exports, "a", { enumerable: true, get: function () { return m.a; } });',
};
const dir = tree({ ...files, 'main.mjs': 'export const load = (s) => import(s)', 'count.cjs': 'globalThis.count = (globalThis.count || 0) + 1', 'both.mjs': 'import "./count.cjs"; import { createRequire } from "module"; createRequire(import.meta.url)("./count.cjs")', 'j.json': { a: [1] }, 'usesmod.cjs': 'exports.info = [module.parent, require.main === undefined, module.id === __filename, module.loaded, Object.keys(require.cache).includes(__filename)]', 'imports.cjs': 'exports.load = (s) => import(s); exports.meta = () => import("./default2.mjs")', 'default2.mjs': 'export default "two"; export * as ns from "./js.js"', 'live.mjs': 'export let n = 1; export function up() { n++ }' });
const req = createRequire(path.join(dir, 'main.cjs'));
import(pathToFileURL(path.join(dir, 'main.mjs'))).then(async ({ load }) => {
  for (const name of Object.keys(files)) {
    try { console.log(name, inspect(await load(`./${name}`))); } catch (error) { console.log(name, error.message); }
  }
  await load('./both.mjs');
  req('./count.cjs');
  await load('./count.cjs?again');
  console.log(count);
  console.log((await load('./names.cjs')).default === req('./names.cjs'), (await load('./usesmod.cjs')).info);
  console.log((await req('./imports.cjs').load('./default2.mjs')).default, (await req('./imports.cjs').meta()).ns.js);
  const json = await import(pathToFileURL(path.join(dir, 'j.json')), { with: { type: 'json' } });
  console.log(json.default === req('./j.json'), Object.isFrozen(json.default));
  const live = await load('./live.mjs');
  live.up();
  console.log(live.n);
  try { live.n = 5; } catch (error) { console.log(error.message); }
  const { default: fs, readFileSync } = await load('node:fs');
  console.log(fs === require('fs'), readFileSync === fs.readFileSync, (await load('fs')) === (await load('node:fs')));
  const original = fs.readFileSync;
  fs.readFileSync = 5;
  const before = (await load('fs')).readFileSync;
  require('module').syncBuiltinESMExports();
  console.log(before === original, (await load('fs')).readFileSync);
  fs.readFileSync = original;
  require('module').syncBuiltinESMExports();
});
