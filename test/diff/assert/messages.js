'use strict';
// The messages of all assertions, over pairs of values.
Error.stackTraceLimit = 0;
const assert = require('assert');

class Point { constructor(x, y) { this.x = x; this.y = y; } }
class NamedPoint extends Point { constructor() { super(1, 2); this.name = 'p'; } }
const sym = Symbol('sym');
const circular = { name: 'circular' };
circular.self = circular;
const long = Array.from({ length: 60 }, (_, i) => `line ${i}`);
const changed = long.slice();
changed[30] = 'changed';
changed.splice(5, 0, 'new');
const text = 'The quick brown fox jumps over the lazy dog';

const pairs = [
  [1, 2], [1, '1'], [0, -0], [NaN, 0], [1n, 2n], [null, undefined], [true, false], [sym, Symbol('sym')],
  ['a', 'b'], [text, text.replace('fox', 'cat')], [text, `${text}.`], ['a\nb\nc', 'a\nB\nc'], ['', 'x'],
  ["it's", 'it is'], ['x'.repeat(300), `${'x'.repeat(299)}y`],
  [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 1 }], [{ a: 1, b: 2 }, { b: 2 }], [{ b: 1, a: 2 }, { a: 2, b: 1, c: 3 }],
  [[1, 2, 3], [1, 2, 4]], [[1, 2, 3], [3, 2, 1]], [[1, 2, 3, 4], [1, 2]], [[1, [2, [3, [4]]]], [1, [2, [3, [5]]]]],
  [long, changed], [changed, long], [long, long.slice()], [{ long }, { long: changed }],
  [new Point(1, 2), new Point(1, 3)], [new Point(1, 2), { x: 1, y: 2 }], [new Point(1, 2), new NamedPoint()],
  [new Map([[1, { a: 1 }], ['k', 2]]), new Map([[1, { a: 2 }], ['k', 2]])],
  [new Set([1, 2, { a: 1 }]), new Set([1, 2, { a: 2 }])],
  [new Error('one'), new Error('two')], [new Error('one'), new TypeError('one')],
  [Object.assign(new Error('x'), { code: 'A' }), Object.assign(new Error('x'), { code: 'B' })],
  [new Error('x', { cause: new Error('y') }), new Error('x', { cause: new Error('z') })],
  [/a/g, /a/i], [new Date(0), new Date(1)], [Buffer.from('abc'), Buffer.from('abd')],
  [new Uint8Array([1, 2]), new Uint16Array([1, 2])], [new Float32Array([0.5]), new Float32Array([0.25])],
  [circular, { name: 'circular', self: {} }], [{ [sym]: 1 }, { [sym]: 2 }], [{ get a() { return 1; } }, { a: 2 }],
  [Object.create(null), {}], [[undefined], [null]], [[, 1], [undefined, 1]], [new String('a'), 'a'],
  [function f() {}, function f() {}], [() => {}, class A {}], [[], {}], [{}, []], ['a', ['a']], [undefined, {}],
];

function show(name, f) {
  try {
    f();
    console.log(name, 'holds');
  } catch (error) {
    console.log(name, error.name, error.code, error.generatedMessage, error.operator, error.diff);
    console.log(error.message);
  }
}

const operators = [
  'equal', 'notEqual', 'strictEqual', 'notStrictEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual',
  'notDeepStrictEqual', 'partialDeepStrictEqual',
];
pairs.forEach(([a, b], i) => {
  for (const operator of operators) {
    show(`${i} ${operator}`, () => assert[operator](a, b));
    if (operator.startsWith('not')) show(`${i} ${operator} itself`, () => assert[operator](a, a));
  }
  show(`${i} strict`, () => assert.strict.equal(a, b, 'my message'));
  show(`${i} with message`, () => assert.equal(a, b, 'my message'));
  show(`${i} deep with message`, () => assert.deepStrictEqual(a, b, 'my message'));
});

const full = new assert.Assert({ diff: 'full' });
show('full', () => full.deepStrictEqual(long, changed));
show('full same', () => full.strictEqual(long, long.slice()));
show('full not', () => full.notDeepStrictEqual(long, long));
const lax = new assert.Assert({ strict: false });
show('lax', () => lax.equal(1, '1'));
const noPrototype = new assert.Assert({ skipPrototype: true });
show('no prototype', () => noPrototype.deepStrictEqual(new Point(1, 2), { x: 1, y: 2 }));
show('bad option', () => new assert.Assert({ diff: 'x' }));
show('no new', () => assert.Assert());
show('missing', () => assert.equal(1));
show('error as message', () => assert.equal(1, 2, new RangeError('mine')));
