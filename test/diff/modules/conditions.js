// Flags: -C custom --conditions=other
'use strict';
// Conditions of the command line take part in require and import.
const { tree, tryAll, importAll } = require('./_tree');
const { createRequire } = require('module');
const { pathToFileURL } = require('url');
const path = require('path');

const dir = tree({
  'main.mjs': 'export const load = (s) => import(s)',
  'node_modules/c/package.json': { exports: { './a': { custom: './custom.js', default: './plain.js' }, './b': { other: './custom.js' }, './c': { third: './custom.js', default: './plain.js' } } },
  'node_modules/c/custom.js': 'module.exports = "custom"', 'node_modules/c/plain.js': 'module.exports = "plain"',
});
const requests = ['c/a', 'c/b', 'c/c'];
tryAll(createRequire(path.join(dir, 'x.js')), requests);
import(pathToFileURL(path.join(dir, 'main.mjs'))).then(({ load }) => importAll(load, requests));
