'use strict';
// Values of every kind, by name.
const sym = Symbol('sym');
class A { constructor() { this.a = 1; } get g() { return 1; } }
class B extends A { #private = 1; static s = 1; }
class NamelessParent extends (class {}) {}
class MyMap extends Map {}
class MySet extends Set { get [Symbol.toStringTag]() { return 'Tagged'; } }
class MyArray extends Array {}
class MyError extends Error { constructor(m) { super(m); this.code = 'E_MY'; } }
class MyPromise extends Promise {}
class MyDate extends Date {}
class MyRegExp extends RegExp {}
class MyUint8 extends Uint8Array {}
class Tagged { get [Symbol.toStringTag]() { return 'Special'; } }
class MyFunction extends Function {}

Error.stackTraceLimit = 0;

const nullProto = (object) => Object.setPrototypeOf(object, null);
const withProps = (object, props = { own: 1 }) => Object.assign(object, props);
const circular = { name: 'c', list: [], inner: {} };
circular.self = circular;
circular.list.push(circular, circular.list);
circular.inner.back = circular.inner;
const map = new Map([['a', 1], [{ k: 1 }, { v: [1, 2] }]]);
const set = new Set(['x', { y: 1 }, [1]]);
const rejected = Promise.reject(new Error('no'));
rejected.catch(() => {});
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const holes = [1, , 3, , , 6];
holes.extra = 'e';
holes[-1] = 'm';
const stacked = (stack, props) => Object.assign(Object.defineProperty(new Error('shown'), 'stack', {
  value: stack, writable: true, configurable: true,
}), props);
const frames = '    at f (/app/a.js:1:2)\n    at Object.<anonymous> (/app/node_modules/dep/b.js:3:4)\n    at async g (file:///app/c.mjs:5:6)';
const deep = (n) => { let v = 'end'; for (let i = 0; i < n; i++) v = i % 2 ? [v] : { v }; return v; };

module.exports = {
  undefined, 'null': null, 'true': true, zero: 0, minusZero: -0, nan: NaN, infinity: Infinity, million: 1234567.891, tiny: 1e-7,
  huge: 1e21, negative: -12345.6789, bigint: 12345678901234567890n, negativeBigint: -1234n, symbol: sym, emptySymbol: Symbol(),
  strangeSymbol: Symbol('a\nb'), string: 'text', empty: '', single: "it's", double: 'say "hi"', both: `"it's"`, all: '"it\'s" `q`',
  template: '"\'${x}', control: '\x00\x07\b\t\n\v\f\r\x1b\x7f\x80\x9f\xa0', surrogate: 'a\ud800b\udc00c😀', backslash: 'a\\b',
  longString: 'word '.repeat(40), multiline: 'line one\nline two\nline three', longMultiline: 'some longer line of text\n'.repeat(5),
  date: new Date(0), invalidDate: new Date(NaN), dateProps: withProps(new Date(0)), nullDate: nullProto(new Date(0)), myDate: new MyDate(0),
  regexp: /a\/b/gi, regexpProps: withProps(/x/), myRegExp: new MyRegExp('y'), nullRegExp: nullProto(/z/),
  object: { a: 1, b: 'two', c: [3], d: { e: { f: { g: 1 } } } }, emptyObject: {}, keys: { 'a-b': 1, 1: 2, [sym]: 3, __proto__x: 4, ['__proto__']: 5, 'quo\'te': 6, 'ünï': 7, $: 8, a1: 9 },
  nullObject: Object.assign(Object.create(null), { a: 1 }), emptyNull: Object.create(null), nullTagged: Object.assign(Object.create(null), { [Symbol.toStringTag]: 'T' }),
  inheritedNull: Object.create(Object.create(null)), plainInherited: Object.create({ inherited: 1 }), hidden: Object.defineProperty({}, 'h', { value: 1 }),
  accessors: { get get() { return 5; }, set set(v) {}, get both() { return { x: 1 }; }, set both(v) {}, get throwing() { throw new TypeError('boom'); }, get nothing() { return null; } },
  instance: new A(), derived: new B(), nameless: new NamelessParent(), tagged: new Tagged(), fakeConstructor: { constructor: 'x', a: 1 }, objectWithClass: { constructor: A },
  prototypeOfA: A.prototype, prototypeOfB: B.prototype, dateProto: Date.prototype, mapProto: Map.prototype, errorProto: Error.prototype, arrayProto: Array.prototype, objectProto: Object.prototype, functionProto: Function.prototype,
  classA: A, classB: B, classNull: class extends null {}, anonymousClass: class {}, staticProps: withProps(class S {}), nullClass: nullProto(class N {}), nameless2: NamelessParent, taggedClass: Object.assign(class Q {}, { [Symbol.toStringTag]: 'T' }), classWithName: class { static name = 'renamed'; },
  fn: function named() {}, arrow: () => {}, anonymous: (() => () => {})(), async: async () => {}, generator: function* gen() {}, asyncGenerator: async function* agen() {}, method: { m() {} }.m, getter: Object.getOwnPropertyDescriptor({ get x() { return 1; } }, 'x').get, bound: function b() {}.bind(), fnProps: withProps(function p() {}), nullFn: nullProto(function n() {}), myFunction: new MyFunction('return 1'), builtin: Math.max, symbolNamed: { [sym]() {} }[sym], fnTagged: Object.defineProperty(() => {}, Symbol.toStringTag, { value: 'T' }),
  array: [1, 'a', null], emptyArray: [], nested: [[1, [2, [3, [4]]]]], holes, allHoles: new Array(5), longHoles: Object.assign(new Array(200), { 150: 1 }), arrayProps: withProps([1]), myArray: MyArray.from([1, 2]), nullArray: nullProto([1, 2]), undefinedArray: [undefined, , undefined],
  numbers: Array.from({ length: 30 }, (_, i) => i * 7), manyNumbers: Array.from({ length: 150 }, (_, i) => i), words: 'the quick brown fox jumps over the lazy dog again and again'.split(' '), mixedLengths: ['a', 'bb', 'ccc', 'x'.repeat(60), 'd', 'ee', 'fff', 'g'], sevenObjects: Array.from({ length: 7 }, (_, i) => ({ i })), bigints: [1n, 22n, 333n, 4444n, 5n, 6n, 7n, 8n], fullWidth: ['あ', 'いう', 'え', 'お', 'か', 'き', 'くけこ', 'a'], floats: [1.5, -2.25, 100, 0.001, 3, 4, 5, 6, 7, 8.125], emoji: ['😀', '👨‍👩‍👧', 'e\u0301', 'a', 'b', 'c', 'd', 'e'],
  uint8: new Uint8Array([1, 2, 3]), emptyTyped: new Float64Array(0), floats32: new Float32Array([0.5, -0, NaN]), bigTyped: new BigInt64Array([1n, -2n]), longTyped: new Uint16Array(200), clamped: new Uint8ClampedArray(2), myUint8: new MyUint8(2), nullTyped: nullProto(new Int8Array(2)), typedProps: withProps(new Int32Array(1)), buffer: new Uint8Array([1, 2, 255]).buffer, longBuffer: new ArrayBuffer(80), shared: new SharedArrayBuffer(3), dataView: new DataView(new ArrayBuffer(4), 1), bufferProps: withProps(new ArrayBuffer(1)),
  map, emptyMap: new Map(), myMap: new MyMap([[1, 2]]), nullMap: nullProto(new Map([[1, { a: 1 }]])), mapProps: withProps(new Map([[1, 2]])), mapKeys: map.keys(), mapValues: map.values(), mapEntries: map.entries(), longMap: new Map(Array.from({ length: 120 }, (_, i) => [i, i])), bigKeys: new Map([[{ a: 'x'.repeat(40), b: 'y'.repeat(40) }, { c: 'z'.repeat(40) }]]),
  set, emptySet: new Set(), mySet: new MySet([1]), nullSet: nullProto(new Set([1])), setValues: set.values(), setEntries: set.entries(), setProps: withProps(new Set([1])), nestedSet: new Set([new Set([new Set([new Set([1])])])]), longSet: new Set(Array.from({ length: 120 }, (_, i) => i)),
  weakMap: new WeakMap([[{}, 1]]), weakSet: new WeakSet([{}]), weakRef: new WeakRef({ a: 1 }), promise: Promise.resolve(5), pending: new Promise(() => {}), rejected, myPromise: MyPromise.resolve({ a: { b: {} } }), nullPromise: nullProto(Promise.resolve(1)), promiseProps: withProps(Promise.resolve('x')),
  arrayIterator: [1, 2][Symbol.iterator](), stringIterator: 'ab'[Symbol.iterator](), regexpIterator: 'ab'.matchAll(/a/g), generatorObject: (function* g() {})(), asyncGeneratorObject: (async function* g() {})(),
  boxedNumber: new Number(-0), boxedString: new String('s\n'), boxedBoolean: new Boolean(false), boxedBigint: Object(5n), boxedSymbol: Object(sym), boxedProps: withProps(new String('abc')), nullBoxed: nullProto(new Number(1)), myString: new (class MyString extends String {})('m'),
  arguments: (function() { return arguments; })(1, 'a'), emptyArguments: (function() { return arguments; })(), math: Math, json: JSON, reflect: Reflect, intl: Intl, atomics: Atomics,
  proxy: new Proxy({ a: 1 }, { get() { throw new Error('trap'); } }), arrayProxy: new Proxy([1, 2], {}), functionProxy: new Proxy(function f() {}, {}), proxyOfProxy: new Proxy(new Proxy({ x: { y: { z: {} } } }, {}), {}), revoked: revoked.proxy,
  error: new Error('message'), emptyError: new Error(''), errorProps: withProps(new Error('p'), { code: 'E', info: { a: 1 } }), typeError: new TypeError('t'), myError: new MyError('m'), cause: new Error('outer', { cause: new Error('inner', { cause: 'text' }) }), undefinedCause: new Error('u', { cause: undefined }), aggregate: new AggregateError([new Error('1'), new TypeError('2')], 'several'), renamed: withProps(new Error('r'), { name: 'Renamed' }), nameInMessage: withProps(new Error('r'), { name: 'MyName', message: 'changed' }), stacked: stacked(`Error: shown\n${frames}`), stackedProps: stacked(`Error: shown\n${frames}`, { code: 5 }), wrongStack: stacked('nothing like it'), otherName: stacked(`TypeError: shown\n${frames}`, { name: 'TypeError' }), numberStack: stacked(5), objectStack: stacked({ a: 1 }), nullError: nullProto(new Error('n')), errorLike: { name: 'Error', message: 'm', stack: 's' }, errorInObject: { e: stacked(`Error: shown\n${frames}`), f: [stacked('Error: shown')] }, multilineError: new Error('one\ntwo'), tampered: Object.defineProperty(new Error('x'), 'name', { value: 404 }), badMessage: Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('y'); } }),
  circular, circularMap: (() => { const m = new Map(); m.set('self', m).set(m, 1); return m; })(), circularSet: (() => { const s = new Set(); return s.add(s); })(), twice: (() => { const o = { x: 1 }; return { a: o, b: o }; })(),
  custom: { [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) { return `custom<${depth} ${options.showHidden} ${inspect('x', options)}>`; } }, customObject: { [Symbol.for('nodejs.util.inspect.custom')]() { return { replaced: [1, 2] }; } }, customLines: { x: { [Symbol.for('nodejs.util.inspect.custom')]() { return 'line\nline'; } } }, customThis: { a: 1, [Symbol.for('nodejs.util.inspect.custom')]() { return this; } }, customProxy: new Proxy({ [Symbol.for('nodejs.util.inspect.custom')](d, o) { return `proxied ${Object.keys(o).length}`; } }, {}),
  deep3: deep(3), deep8: deep(8), wide: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key${i}`, i])), longValues: { first: 'x'.repeat(50), second: 'y'.repeat(50) }, seventy: { a: 'x'.repeat(30), b: 'y'.repeat(28) }, nestedLong: { level: { list: Array.from({ length: 20 }, (_, i) => `item ${i}`), map: new Map([['k', { deep: { er: 1 } }]]) } }, url: new URL('http://user@example.com:8080/p?q=1#h'), globalDate: Date, symbolKeys: { [Symbol('a b')]: 1, [Symbol()]: { x: 1 } },
};
