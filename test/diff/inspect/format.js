'use strict';
// util.format: each placeholder with each kind of value.
const util = require('util');
const values = require('./_values.js');

for (const [name, value] of Object.entries(values)) {
  if (['url', 'intl', 'errorProto'].includes(name)) continue; // %o shows the runtime's own internals
  for (const placeholder of ['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', '%x', '%%']) {
    console.log(`--- ${name} ${placeholder}`);
    try {
      console.log(util.format(`<${placeholder}>`, value));
    } catch (error) {
      console.log('threw', error.name, error.message);
    }
  }
}

const cases = [
  [], [''], ['%'], ['%s'], ['%%'], ['%s%s', 'a'], ['%s', 'a', 'b', { c: 1 }], ['a%', 1], ['%%s', 1], ['%%%s%%', 'x'], ['%s %', 1],
  [1, 2, '3'], [{ a: 1 }, 'text', 5], ['100%', 'done'], ['%d%%', 50], ['%s', 'a\nb'], ['a', 'b\n', 'c'], [Symbol('a'), 'b'], ['%s:%s', 'a', undefined, null],
  ['%z %s', 'x'], ['%s', -0], ['%d', '0x10'], ['%i', 42.9], ['%f', '1.5abc'], ['%s', 123456789n], ['%d', {}], [null], [undefined, undefined], ['%s', () => 5], ['%s', class Foo {}],
  ['%s', { toString() { return 'mine'; } }], ['%s', { [Symbol.toPrimitive]() { return 'primitive'; } }], ['%s', Object.create(null)], ['%s', new Date(0)], ['%s', [1, [2, [3]]]], ['%j', { toJSON() { return 'json'; } }], ['%j', undefined], ['%c text', 'color: red'],
];
for (const args of cases) {
  console.log(JSON.stringify(util.format(...args)));
  console.log(JSON.stringify(util.formatWithOptions({ colors: true, numericSeparator: true }, ...args)));
}
for (const bad of [undefined, null, 5, 'x', () => {}, []]) {
  try {
    console.log(util.formatWithOptions(bad, 'a'));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
