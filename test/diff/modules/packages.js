'use strict';
// package.json: "exports", "imports", conditions, patterns, self-reference, and what is wrong with them.
const { tree, tryAll, importAll } = require('./_tree');
const { createRequire } = require('module');
const { pathToFileURL } = require('url');
const path = require('path');

const id = 'module.exports = __filename.slice(__filename.lastIndexOf("node_modules"))';
const dir = tree({
  'package.json': { name: 'self', exports: { '.': './index.js', './sub': { import: './sub.mjs', require: './sub.js' }, './hidden': null },
    imports: { '#own': './sub.js', '#dep': 'exp', '#cond': { import: './sub.mjs', default: './sub.js' }, '#pat/*': './pat/*.js', '#node': 'node:path', '#bad': '../x.js', '#nothing': null, '#missing': './missing.js', '#missingdep': 'missing', '#': './sub.js', '#/slash': './sub.js', '#nested': { require: { x: './x.js' } } } },
  'index.js': 'module.exports = "self"', 'sub.js': 'module.exports = "self sub"', 'sub.mjs': 'export default "self sub mjs"', 'pat/one.js': 'module.exports = "pattern one"', 'main.mjs': 'export const load = (s, o) => import(s, o)',
  'node_modules/exp/package.json': { name: 'exp', main: './wrong.js', exports: {
    '.': { import: './i.mjs', require: './i.js' }, './sub': './sub.js', './array': ['bad', './sub.js'], './array2': [{ nope: './x.js' }, './sub.js'], './emptyarray': [],
    './features/*': './f/*.js', './features/internal/*': null, './features/*.js': './f/*.js', './deep/*/x': './f/*/x.js', './a*b': './f/*.js', './twice/*': './f/*/*.js',
    './none': { nope: './x.js' }, './null': null, './nested': { node: { require: './sub.js', default: './i.mjs' } }, './order': { default: './sub.js', require: './i.js' }, './module-sync': { 'module-sync': './i.mjs', default: './sub.js' },
    './missing': './missing.js', './dir': './f', './space': './sp%20ace.js', './query': './sub.js?x', './custom': { custom: './sub.js', default: './i.js' }, './package.json': './package.json' } },
  'node_modules/exp/i.js': id, 'node_modules/exp/i.mjs': 'export default "i.mjs"', 'node_modules/exp/sub.js': id, 'node_modules/exp/f/one.js': id, 'node_modules/exp/f/internal/x.js': id, 'node_modules/exp/f/two/x.js': id, 'node_modules/exp/f/q/q.js': id, 'node_modules/exp/sp ace.js': id,
  'node_modules/bad/package.json': { exports: { '.': 'i.js', './up': '../x.js', './number': 5, './nm': './node_modules/x.js', './dots': './a/../b.js', './enc': './%2e%2e/x.js', './abs': '/x.js', './pat/*': './f/*', './mixed': { '0': './x.js', a: './y.js' }, './double': './/x.js', './bool': true } },
  'node_modules/mixed/package.json': { exports: { './x': './x.js', require: './y.js' } },
  'node_modules/string/package.json': { exports: './s.js' }, 'node_modules/string/s.js': id,
  'node_modules/conds/package.json': { exports: { import: './m.mjs', require: './r.js' } }, 'node_modules/conds/r.js': id, 'node_modules/conds/m.mjs': 'export default "m.mjs"',
  'node_modules/emptyexports/package.json': { exports: {} }, 'node_modules/nullexports/package.json': { exports: null, main: 'm.js' }, 'node_modules/nullexports/m.js': id,
  'node_modules/falseexports/package.json': { exports: false }, 'node_modules/falseexports/index.js': id,
  'node_modules/broken/package.json': '{"name":', 'node_modules/broken/index.js': id, 'node_modules/list/package.json': '[]', 'node_modules/list/index.js': id, 'node_modules/emptyjson/package.json': '', 'node_modules/emptyjson/index.js': id,
  'node_modules/@scope/pkg/package.json': { exports: { '.': './x.js', './y': './y.js' } }, 'node_modules/@scope/pkg/x.js': id, 'node_modules/@scope/pkg/y.js': id,
  'node_modules/main/package.json': { main: 'lib/main' }, 'node_modules/main/lib/main.js': id, 'node_modules/main/lib/other.js': id, 'node_modules/nomain/other.js': id,
});

const requests = ['exp', 'exp/', 'exp/sub', 'exp/sub.js', 'exp/i.js', 'exp/array', 'exp/array2', 'exp/emptyarray', 'exp/features/one', 'exp/features/one.js', 'exp/features/internal/x', 'exp/features/two/x', 'exp/features/', 'exp/features/../sub', 'exp/features/node_modules/x',
  'exp/deep/two/x', 'exp/aoneb', 'exp/ab', 'exp/twice/q', 'exp/none', 'exp/null', 'exp/nested', 'exp/order', 'exp/module-sync', 'exp/missing', 'exp/dir', 'exp/space', 'exp/custom', 'exp/package.json', 'exp/constructor', 'exp/__proto__',
  'bad', 'bad/up', 'bad/number', 'bad/nm', 'bad/dots', 'bad/enc', 'bad/abs', 'bad/pat/../x', 'bad/mixed', 'bad/bool', 'mixed', 'mixed/x', 'string', 'string/s.js', 'conds', 'conds/x', 'emptyexports', 'nullexports', 'falseexports', 'broken', 'list', 'emptyjson',
  '@scope/pkg', '@scope/pkg/y', '@scope/pkg/z', '@scope', '@scope/none', 'main', 'main/lib/main', 'main/lib/main.js', 'main/lib/other', 'main/lib', 'nomain', 'nomain/other', 'nomain/other.js',
  'self', 'self/sub', 'self/hidden', 'self/index.js', '#own', '#dep', '#cond', '#pat/one', '#pat/two', '#node', '#bad', '#nothing', '#missing', '#missingdep', '#', '#/slash', '#undefined', '#nested', '%', 'a%2fb', 'a\\b', '.x'];

console.log('--- require');
tryAll(createRequire(path.join(dir, 'main.js')), requests, (x) => (typeof x === 'string' ? x : typeof x));
console.log('--- import');
import(pathToFileURL(path.join(dir, 'main.mjs'))).then(async ({ load }) => {
  await importAll(load, requests, (ns) => (typeof ns.default === 'string' ? ns.default : typeof ns.default));
});
