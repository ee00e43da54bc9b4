'use strict';
// util.parseArgs over many command lines.
const { parseArgs } = require('util');

const options = {
  foo: { type: 'string', short: 'f' },
  bar: { type: 'boolean', short: 'b' },
  many: { type: 'string', multiple: true, short: 'm' },
  flags: { type: 'boolean', multiple: true, short: 'g' },
  on: { type: 'boolean', default: true },
  text: { type: 'string', default: 'default' },
  list: { type: 'string', multiple: true, default: ['x', 'y'] },
};
const lines = [
  '', 'x y', '--foo v', '--foo=v', '--foo=', '--foo', '-f v', '-fv', '-f', '-f -b', '--foo --bar', '--foo=--bar', '--bar', '--bar=1', '-b', '-bb', '-bfv', '-bf v',
  '-bgx', '--many a --many b -mc -m d', '-ggg', '--no-bar', '--no-on', '--no-foo', '--no-x', '-- --foo', 'a -- b --bar', '-', '--', '--x', '-x', '-xyz', '--x=1', '--=', '---', '-=',
  '--__proto__', '--__proto__=1', '--constructor', '--list z', '--text=', '--on=false', '--bar x', '-b -', '--foo -', '--foo -v',
];
const settings = [{}, { strict: false }, { allowPositionals: true, tokens: true }, { allowNegative: true, allowPositionals: true, tokens: true }, { strict: false, tokens: true, allowNegative: true, allowPositionals: false }];
for (const line of lines) {
  const args = line === '' ? [] : line.split(' ');
  for (const setting of settings) {
    try {
      console.log(JSON.stringify(line), JSON.stringify(parseArgs({ args, options, ...setting })));
    } catch (error) {
      console.log(JSON.stringify(line), error.name, error.code, error.message);
    }
  }
}
const configs = [
  { args: 5 }, { options: 5 }, { options: { a: 5 } }, { options: { a: {} } }, { options: { a: { type: 'number' } } }, { options: { a: { type: 'string', short: 'ab' } } },
  { options: { a: { type: 'string', short: 5 } } }, { options: { a: { type: 'string', multiple: 5 } } }, { options: { a: { type: 'string', default: 5 } } },
  { options: { a: { type: 'boolean', default: 'x' } } }, { options: { a: { type: 'string', multiple: true, default: 'x' } } }, { options: { a: { type: 'boolean', multiple: true, default: [1] } } },
  { strict: 5 }, { tokens: 5 }, { allowPositionals: 5 }, { allowNegative: 5 },
];
for (const config of configs) {
  try {
    console.log(parseArgs({ args: [], ...config }));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(parseArgs({ allowPositionals: true }));
