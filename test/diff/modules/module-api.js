'use strict';
// The Module class, as programs that patch it use it.
const { tree, hide, describe, tryAll } = require('./_tree');
const Module = require('module');
const path = require('path');

const dir = tree({ 'a.js': 'exports.file = __filename; exports.from = module.parent && module.parent.id', 'b.txt': 'text', 'c.js': 'module.exports = [require("./a").from, require("virtual")]', 'x.two.dots': 'dots', 'main.js': '', 'node_modules/p/index.js': 'module.exports = "p"' });
const req = Module.createRequire(path.join(dir, 'main.js'));
const main = new Module(path.join(dir, 'main.js'), null);
main.filename = main.id; main.paths = Module._nodeModulePaths(dir);

console.log(Module === Module.Module, Module.prototype.constructor === Module, new Module('x') instanceof Module, module instanceof Module, Module.length, Module.name);
console.log(Module.wrapper, Module.wrap('x'), Object.keys(Module._extensions), Module._cache === require.cache, require.extensions === Module._extensions);
console.log(Module._nodeModulePaths('/a/node_modules/b/c'), Module._nodeModulePaths('/'), Module._nodeModulePaths('/node_modules'), Module._nodeModulePaths('/a/node_modules2'));
console.log(Module.isBuiltin('fs'), Module.isBuiltin('node:fs'), Module.isBuiltin('nothing'), Module.isBuiltin('test'), Module.isBuiltin('internal/util'), Module.isBuiltin(5), Module.builtinModules.includes('fs'), Module.builtinModules.includes('internal/util'));
console.log(hide(Module._resolveFilename('./a', main)), hide(Module._findPath('./a', [dir])), Module._findPath('./nothing', [dir]), hide(Module._findPath(path.join(dir, 'a'))), Module._findPath('x', []));
console.log(hide(JSON.stringify(Module._resolveLookupPaths('./x', main))), Module._resolveLookupPaths('fs', main), Module._resolveLookupPaths('./x'), hide(Module._resolveLookupPaths('x', main)[0]));
console.log(Module._load('./a', main).from === main.id, main.children.length, main.children[0].parent === main, main.children[0].loaded);
console.log(main.require('./a') === main.children[0].exports, main.loaded, main.isPreloading, Object.keys(main));
tryAll((x) => main.require(x), ['./nothing', 'p']);
tryAll((x) => typeof Module._load(x, null, false), ['nothing', 'fs']);

// Extensions of a program's own.
Module._extensions['.txt'] = (m, file) => { m.exports = require('fs').readFileSync(file, 'utf8'); };
Module._extensions['.two.dots'] = (m) => { m.exports = 'two dots'; };
console.log(req('./b'), req('./b.txt'), req('./x.two.dots'));
delete Module._extensions['.txt'];
delete Module._extensions['.two.dots'];

// Replacing parts of the machine.
const { _resolveFilename, _load } = Module;
Module._resolveFilename = function(request, ...rest) {
  if (request === 'virtual') return path.join(dir, 'virtual.js');
  return Reflect.apply(_resolveFilename, this, [request, ...rest]);
};
Module._cache[path.join(dir, 'virtual.js')] = { exports: 'virtual exports', loaded: true };
console.log(hide(req('./c')), req('virtual'));
Module._resolveFilename = _resolveFilename;
const log = [];
Module._load = function(request, parent, isMain) { log.push([request, parent && path.basename(parent.filename), isMain]); return Reflect.apply(_load, this, arguments); };
req('./a'); require('path');
Module._load = _load;
console.log(log);
const { require: original } = Module.prototype;
Module.prototype.require = function(x) { return x === 'magic' ? 'magic' : Reflect.apply(original, this, [x]); };
console.log(req('magic'), require('magic'));
Module.prototype.require = original;

// Compiling by hand.
const made = new Module('/virtual/made.js', module);
console.log(made._compile('exports.a = [__filename, __dirname, this === exports, module.id, typeof require]; return 7', '/virtual/made.js'), made.exports, made.loaded);
const { _compile } = Module.prototype;
Module.prototype._compile = function(content, filename) { return Reflect.apply(_compile, this, [`${content};exports.added = true`, filename]); };
delete req.cache[path.join(dir, 'a.js')];
console.log(req('./a').added);
Module.prototype._compile = _compile;
const old = Module._extensions['.js'];
Module._extensions['.js'] = (m, file) => { m.exports.hooked = true; old(m, file); };
delete req.cache[path.join(dir, 'a.js')];
console.log(req('./a').hooked);
Module._extensions['.js'] = old;
for (const call of [() => new Module('x').load(), () => new Module('x').require(), () => module.require('')]) {
  try { call(); } catch (error) { console.log(describe(error).split('\n')[0]); }
}
console.log(Module._stat(dir), Module._stat(path.join(dir, 'a.js')), Module._stat('/nothing') < 0);
console.log(require.main === module, process.mainModule === module, module.parent, module.id, module.children.length > 0, module.paths[0] === path.join(__dirname, 'node_modules'), module.filename === __filename, module.path === __dirname);
console.log(typeof Module.enableCompileCache, Module.getCompileCacheDir(), Module.constants.compileCacheStatus, typeof Module.syncBuiltinESMExports, typeof Module.registerHooks, Module.runMain.name);
console.log(process.getBuiltinModule('fs') === require('fs'), process.getBuiltinModule('node:path') === path, process.getBuiltinModule('nothing'));
