'use strict';
// Scripts and functions compiled at run time.
const vm = require('vm');

const attempt = (f) => { try { return f(); } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };
const stack = (f) => { try { return f(); } catch (error) { return error.stack.split('\n').filter((l) => !/node:|at Object|at Module/.test(l)).slice(0, 5).join('\n'); } };
const script = new vm.Script('globalThis.n = (globalThis.n || 0) + 1', 'name.js');
const box = vm.createContext({});
console.log(script.runInThisContext(), script.runInThisContext(), script.runInContext(box), script.runInNewContext({ n: 10 }), script.runInNewContext(), Object.keys(script), script instanceof vm.Script, script.sourceMapURL);
console.log(new vm.Script('1\n//# sourceMappingURL=x.map').sourceMapURL, new vm.Script('1', { produceCachedData: true }).cachedDataProduced);
const cached = new vm.Script('(function f() { return 42; })()').createCachedData();
console.log(Buffer.isBuffer(cached), new vm.Script('(function f() { return 42; })()', { cachedData: cached }).cachedDataRejected, new vm.Script('function other(){} 1', { cachedData: cached }).cachedDataRejected);
console.log(stack(() => new vm.Script('let x =\n  ;;', { filename: 'bad.js', lineOffset: 10, columnOffset: 5 })));
console.log(stack(() => new vm.Script('  let x = ;', { filename: 'bad.js', columnOffset: 5 })));
console.log(stack(() => vm.runInThisContext('\n\nthrow new Error("run")', 'run.js')));
console.log(stack(() => vm.runInThisContext('throw new Error("run")', { filename: 'run.js', displayErrors: false })));
console.log(stack(() => vm.runInNewContext('throw new Error("new")')));
console.log(attempt(() => vm.runInThisContext('for (;;);', { timeout: 20 })), attempt(() => vm.runInNewContext('while (true) {}', {}, { timeout: 20 })), attempt(() => vm.runInThisContext('1 + 1', { timeout: 1000 })));
const add = vm.compileFunction('return a + b + (typeof ext === "undefined" ? 0 : ext)', ['a', 'b'], { contextExtensions: [{ ext: 100 }] });
console.log(add(1, 2), add.length, add.name, vm.compileFunction('return this')() === globalThis, vm.compileFunction('return typeof arguments')());
console.log(vm.compileFunction('return typeof x', [], { parsingContext: vm.createContext({ x: 1 }) })(), vm.compileFunction('', [], { produceCachedData: true }).cachedDataProduced);
console.log(stack(() => vm.compileFunction('let y = ;', ['a'], { filename: 'fn.js' })), attempt(() => vm.compileFunction('}); (function () {')));
for (const bad of [() => new vm.Script(), () => new vm.Script('1', 5), () => new vm.Script('1', { filename: 5 }), () => new vm.Script('1', { lineOffset: 1.5 }), () => new vm.Script('1', { cachedData: 5 }), () => new vm.Script('1', { produceCachedData: 5 }), () => new vm.Script('1', { importModuleDynamically: 5 }), () => script.runInThisContext({ timeout: 0 }), () => script.runInThisContext({ timeout: -1 }), () => script.runInThisContext({ timeout: 'x' }), () => script.runInThisContext({ displayErrors: 5 }), () => script.runInThisContext({ breakOnSigint: 5 }), () => script.runInThisContext(5), () => script.runInContext(), () => vm.Script.prototype.runInThisContext.call({}), () => vm.Script('1'),
  () => vm.compileFunction(5), () => vm.compileFunction('', 5), () => vm.compileFunction('', [5]), () => vm.compileFunction('', [], 5), () => vm.compileFunction('', [], { parsingContext: {} }), () => vm.compileFunction('', [], { contextExtensions: 5 }), () => vm.compileFunction('', [], { contextExtensions: [5] })]) console.log(attempt(bad));
(async () => {
  const dynamic = (options) => vm.runInThisContext('import("node:path")', options).then((ns) => typeof ns.default, (e) => `${e.code} ${e.message}`);
  console.log(await dynamic(), await dynamic({ importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }), await vm.compileFunction('return import("path")', [], { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })().then((ns) => typeof ns.sep));
})();
console.log(Object.keys(vm).join(), Object.keys(vm.constants));
