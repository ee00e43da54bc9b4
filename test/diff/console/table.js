'use strict';
// console.table over everything that has rows.
const tables = [
  [[]], [{}], [[1, 'two', null, undefined, Symbol('x')]], [[[1, 2], [3, 4], [5]]], [[{ a: 1, b: 'x' }, { a: 2, c: true }]],
  [[{ a: 1, b: 2 }, 5, { b: 3 }]], [{ first: { x: 1 }, second: { x: 2, y: 3 } }], [{ a: [1, 2], b: 'text' }],
  [[{ a: 1, b: 2 }, { a: 3, b: 4 }], ['b']], [[{ a: 1 }], ['a', 'missing']], [[1, 2], ['x']], [[{ a: 1 }], []],
  [new Map([['a', 1], ['b', { c: 2 }]])], [new Map([['a', 1]]).entries()], [new Map([['a', 1]]).keys()], [new Map([['a', 1]]).values()],
  [new Set([1, 'x', { y: 1 }])], [new Set([1, 2]).values()], [new Set([1]).entries()], [new Map()], [new Set()],
  [[{ nested: { a: 1, b: { c: 1 } } }]], [[{ three: { a: 1, b: 2, c: 3 } }]], [[[1, 2, 3, 4, 5]]], [{ list: [1, 2, 3, 4, 5, 6, 7] }],
  [new Uint8Array([1, 2])], [new Float64Array(2)], [[new Date(0), /x/, new Error('e'), () => {}, class A {}].slice(0, 2)],
  [['full width: あいう', 'e\u0301', '😀']], [[{ 'あ': 1, b: '\u001b[31mred\u001b[39m' }]], [['multi\nline']], [[{ __proto__: { inherited: 1 }, own: 2 }]],
  [Object.create({ inherited: 1 }, { own: { value: { a: 1 }, enumerable: true } })], [[, 1, , 2]], [Object.assign([1], { extra: 'x' })],
  [5], ['text'], [null], [undefined], [Symbol('s')], [() => {}], [new (class Point { x = 1; y = 2; })()], [[[{ a: { b: { c: 1 } } }]]],
];
for (const args of tables) {
  console.log('---', args.length);
  console.table(...args);
}
for (const properties of [5, 'a', {}, null]) {
  try {
    console.table([{ a: 1 }], properties);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
