'use strict';
// Which file a request means: relative paths, extensions, directories, node_modules, symbolic links.
const { tree, tryAll, hide } = require('./_tree');
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');

const id = 'module.exports = require("path").relative(process.env.ROOT, __filename) + " from " + (module.parent && require("path").relative(process.env.ROOT, module.parent.filename))';
const dir = tree({
  'a/main.js': id, 'a/file.js': id, 'a/file.json': { json: 1 }, 'a/file': id, 'a/dir/index.js': id, 'a/dir.js': id,
  'a/only.json': [1], 'a/onlydir/index.json': { index: 1 }, 'a/pkg/package.json': { main: 'lib' }, 'a/pkg/lib/index.js': id,
  'a/pkg2/package.json': { main: './lib/x' }, 'a/pkg2/lib/x.js': id, 'a/pkg3/package.json': { main: 'nowhere' }, 'a/pkg3/index.js': id,
  'a/pkg4/package.json': { main: 'nowhere.js' }, 'a/pkg5/package.json': { main: '' }, 'a/pkg5/index.js': id, 'a/pkg6/package.json': { main: '.' }, 'a/pkg6/index.js': id,
  'a/bom.json': '\uFEFF{"bom":true}', 'a/bom.js': '\uFEFFmodule.exports = "bom"', 'a/bang.js': '#!/usr/bin/env node\nmodule.exports = "bang"', 'a/empty.js': '', 'a/two.dots.js': id,
  'a/noext': 'module.exports = "noext"', 'a/other.ext': 'module.exports = "other"', 'a/.hidden': 'module.exports = "hidden"', 'a/sp ace%20#?.js': id,
  'a/node_modules/near/index.js': id, 'node_modules/far/index.js': id, 'node_modules/near/index.js': id, 'node_modules/@s/p/index.js': id, 'node_modules/@s/p/sub.js': id,
  'a/node_modules/file.js': id, 'a/b/c/d.js': id, 'a/b/node_modules/deep/index.js': 'module.exports = ["deep", require("near"), require("far")]',
  'node_modules/dep/node_modules/inner/index.js': id, 'node_modules/dep/index.js': 'module.exports = require("inner")',
  'link.js': '->a/file.js', 'linkdir': '->a/dir', 'node_modules/linked': '->../a/pkg', 'a/broken.js': '->nowhere.js', 'a/loop.js': '->loop.js',
});
process.env.ROOT = dir;
const from = (file) => createRequire(path.join(dir, file));

tryAll(from('a/main.js'), ['./file', './file.js', './file.json', './dir', './dir/', './dir.js', './only', './onlydir', './pkg', './pkg/', './pkg2',
  './pkg3', './pkg4', './pkg5', './pkg6', './bom', './bom.json', './bang', './empty', './two.dots', './noext', './other.ext', './.hidden', './sp ace%20#?', './sp ace%20#?.js',
  '.', './', '..', '../', '../a', '../a/', '../link', '../linkdir', './broken', './loop', './nothing', './file.js/', './dir/..', './dir/../file', dir + '/a/file', dir + '/a//file', dir + '/./a/../a/dir',
  'near', 'far', 'near/index', 'near/index.js', 'near/', 'file', '@s/p', '@s/p/sub', '@s/p/nothing', '@s', 'linked', 'nothing', 'dep', './b/c/d', './b/node_modules/deep']);
tryAll(from('a/b/c/d.js'), ['deep', 'near', 'far', '../../file', './d', 'a/b', 'file']);
tryAll(from('node_modules/far/index.js'), ['near', 'far', '@s/p']);
tryAll(from('a/main.js').resolve, ['./file', 'near', 'fs', 'node:fs', './nothing', 'node:nothing', '', './pkg3']);

const req = from('a/main.js');
const show = (x) => (x === null ? 'null' : hide(JSON.stringify(x.filter((p) => p.startsWith(dir)))));
for (const request of ['fs', 'node:fs', './x', '../x', 'x', '@s/p', '.', '..', '/x']) console.log(request, show(req.resolve.paths(request)));
tryAll((r) => req.resolve(r, { paths: [path.join(dir, 'a/b/c')] }), ['deep', './d', 'near', './file', '../../file', 'nothing']);
tryAll((r) => req.resolve(r, { paths: [dir, path.join(dir, 'a')] }), ['./file', 'near', './link', './nothing']);
tryAll((r) => req.resolve(r, { paths: [] }), ['./file', 'near', 'fs']);
for (const paths of [5, 'x', {}, [5], [null]]) tryAll((r) => req.resolve(r, { paths }), ['./file', 'near']);

// Who changes the disk sees it: nothing missing is remembered.
tryAll(req, ['./later', 'later']);
fs.writeFileSync(path.join(dir, 'a/later.js'), 'module.exports = "now"');
fs.mkdirSync(path.join(dir, 'a/node_modules/later'));
fs.writeFileSync(path.join(dir, 'a/node_modules/later/index.js'), 'module.exports = "package now"');
tryAll(req, ['./later', 'later']);
