'use strict';
// Contexts: an object as the global object of code.
const vm = require('vm');
const { inspect } = require('util');

const attempt = (f) => { try { return f(); } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };
const box = vm.createContext({ a: 1, console, get getter() { return 'got'; }, set setter(v) { this.was = v; } });
console.log(vm.isContext(box), vm.isContext({}), vm.createContext(box) === box);
for (const code of ['a + 1', 'b = 2; var c = 3; let d = 4; const e = 5; function f() {} class G {}', 'typeof d + typeof G', 'getter', 'setter = 7; was', 'this === globalThis', 'Object.keys(globalThis).sort().join()', 'typeof process + typeof require + typeof setTimeout + typeof URL + typeof WebAssembly',
  'delete a', 'typeof a', 'Object.defineProperty(globalThis, "def", { value: 1 }); def', '"use strict"; undeclared = 1', 'undeclared', 'x = 1; delete x; typeof x', '[] instanceof Array', 'new Error("e") instanceof Error', 'throw new TypeError("thrown")', 'let d = 1', ')', '0 in globalThis', 'globalThis[0] = "zero"; globalThis[0]', 'Symbol.iterator in globalThis', 'Object.getOwnPropertyDescriptor(globalThis, "c")', '"c" in globalThis', 'this.constructor.name', 'Object.prototype.toString.call(globalThis)', 'eval("1 + 1")', 'Function("return typeof process")()', 'for (var i in globalThis) if (i === "c") i', 'f.name', 'globalThis.hasOwnProperty("c")', 'undefined', 'async () => {}', '(async () => 5)() instanceof Promise']) {
  console.log(code, '=>', inspect(attempt(() => vm.runInContext(code, box))));
}
console.log(Object.keys(box).sort(), box.c, typeof box.f, box.d, box[0], Object.getOwnPropertyDescriptor(box, 'def'));
console.log(attempt(() => vm.runInContext('[]', box) instanceof Array), vm.runInContext('Array', box) === Array);
console.log(vm.runInNewContext('x + y', { x: 1, y: 2 }), vm.runInNewContext('typeof x'), vm.runInThisContext('typeof require + typeof process'));
const frozen = vm.createContext(Object.freeze({ z: 1 }));
console.log(attempt(() => vm.runInContext('z = 2; z', frozen)), attempt(() => vm.runInContext('"use strict"; z = 2', frozen)), attempt(() => vm.runInContext('q = 2; typeof q', frozen)));
const proxied = vm.createContext(new Proxy({}, { get: (t, k) => (k === 'magic' ? 'proxied' : Reflect.get(t, k)), has: (t, k) => k === 'magic' || k in t }));
console.log(attempt(() => vm.runInContext('magic', proxied)));
console.log(attempt(() => vm.runInContext('eval("1")', vm.createContext({}, { codeGeneration: { strings: false } }))), attempt(() => vm.runInContext('new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0]))', vm.createContext({}, { codeGeneration: { wasm: false } }))));
const own = vm.createContext({ log: [] }, { microtaskMode: 'afterEvaluate' });
vm.runInContext('Promise.resolve().then(() => log.push("micro")); log.push("sync")', own);
console.log(own.log);
const vanilla = vm.createContext(vm.constants.DONT_CONTEXTIFY);
console.log(vm.isContext(vanilla), vm.runInContext('globalThis', vanilla) === vanilla, vm.runInContext('v = 1; this.v', vanilla), Object.isFrozen(vm.runInContext('Object.freeze(globalThis)', vanilla)));
for (const bad of [() => vm.createContext(5), () => vm.createContext(null), () => vm.runInContext('1', {}), () => vm.runInContext('1'), () => vm.isContext(5), () => vm.createContext({}, 5), () => vm.createContext({}, { name: 5 }), () => vm.createContext({}, { codeGeneration: { strings: 5 } }), () => vm.createContext({}, { microtaskMode: 'x' }), () => vm.runInNewContext('1', 5), () => vm.runInNewContext('1', {}, { contextName: 5 })]) console.log(attempt(bad));
