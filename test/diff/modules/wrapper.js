'use strict';
// A program that changes the wrapper text gets its own.
const { tree } = require('./_tree');
const Module = require('module');
const path = require('path');

const dir = tree({ 'a.js': 'exports.a = typeof extra + __line' });
const req = Module.createRequire(path.join(dir, 'main.js'));
Module.wrapper[0] += 'const __line = 7, extra = 1; ';
console.log(Module.wrapper[0], req('./a'));
Module.wrap = (text) => `(function (exports) { const __line = 8; ${text}\n})`;
delete req.cache[path.join(dir, 'a.js')];
console.log(req('./a'));
