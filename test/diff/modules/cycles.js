'use strict';
// Modules that require each other see what there is so far.
const { tree, describe } = require('./_tree');
const { createRequire } = require('module');
const path = require('path');

const dir = tree({
  'a.js': 'exports.one = 1; const b = require("./b"); exports.two = b.seen; exports.done = true',
  'b.js': 'const a = require("./a"); exports.seen = Object.keys(a).join(); exports.later = () => a.done; exports.missing = a.nothing',
  'c.js': 'module.exports = { replaced: false }; require("./d"); module.exports = { replaced: true }',
  'd.js': 'const c = require("./c"); exports.c = () => c.replaced',
  'e.js': 'require("./f"); throw new Error("e fails")', 'f.js': 'try { require("./e") } catch { exports.caught = true } exports.ran = (globalThis.ran = (globalThis.ran || 0) + 1)',
  'self.js': 'exports.me = require("./self") === exports; exports.main = require.main === module; exports.id = module.id === __filename',
  'class.js': 'module.exports = class A {}; require("./uses"); ', 'uses.js': 'const A = require("./class"); exports.x = A.nothing; class B extends A {}',
});
const warnings = [];
process.on('warning', (w) => warnings.push(w.message));
const req = createRequire(path.join(dir, 'main.js'));
console.log(req('./a'), req('./b').later(), Object.getPrototypeOf(req('./a')) === Object.prototype);
console.log(req('./c'), req('./d').c());
for (let i = 0; i < 2; i++) try { req('./e'); } catch (error) { console.log(describe(error)); }
console.log(req('./f').ran, Object.keys(req.cache).filter((f) => f.startsWith(dir)).map((f) => path.basename(f)));
console.log(req('./self'), typeof req('./class'));
setImmediate(() => console.log(warnings));
