'use strict';
// Errors of require itself, and of what it loads.
const { tree, tryAll, hide, describe } = require('./_tree');
const { createRequire } = require('module');
const path = require('path');

const dir = tree({
  'syntax.js': 'let a = 1;\nlet b = ;\n', 'tab.js': '\tfoo(\n', 'end.js': 'function x() {', 'long.js': `${' '.repeat(200)}let x = ;`,
  'bad.json': '{"a":}', 'empty.json': '', 'throws.js': 'throw new RangeError("thrown")', 'throws5.js': 'throw 5', 'missing.js': 'require("./nothing")', 'chain1.js': 'require("./chain2")', 'chain2.js': 'require("nothing/at/all")',
  'esm.js': 'import "x"; let a = ;', 'strict.js': '"use strict"; with (a) {}', 'addon.node': 'x', 'file.ts': 'let x: number = 1',
  'dup.js': 'let require;', 'await.js': 'function f() { await 1 }', 'ret.js': 'exports.before = 1; return; exports.after = 1',
});
const req = createRequire(path.join(dir, 'main.js'));
tryAll(req, ['./syntax', './tab', './end', './long', './bad.json', './empty.json', './throws', './throws5', './missing', './chain1', './strict', './addon.node', './ret', './await', './nothing.node', 'node:nothing', 'node:', '']);
for (const bad of [undefined, null, 5, {}, [], true, () => {}]) tryAll(req, [bad]);
for (const bad of [undefined, null, 5, {}]) { tryAll(req.resolve, [bad]); tryAll(req.resolve.paths, [bad]); }
// What failed is tried again, and leaves nothing behind.
console.log(Object.keys(req.cache).filter((f) => f.startsWith(dir)).map(hide));
for (const bad of [undefined, null, 'relative', './x', 5, 'http://x/', {}, new URL('http://x/')]) {
  try { createRequire(bad); } catch (error) { console.log(describe(error)); }
}
