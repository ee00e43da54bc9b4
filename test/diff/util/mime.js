'use strict';
// util.MIMEType and MIMEParams.
const util = require('util');
const { MIMEType, MIMEParams } = util;

const inputs = [
  'text/plain', ' Text/HTML ;Charset=UTF-8', 'a/b;c', 'a/b;c=', 'a/b;c=d;c=e', 'a/b;c="d e";f=g', 'a/b;c="d\\"e"', 'a/b;c="open', 'a/b;c="x\\', 'a/b;c="x"junk;d=e',
  'a/b;é=1;c=é', 'a/b; c = d ', 'a/b;;;c=d', '', '/', 'a/', '/b', 'a b/c', 'a/b c', 'a', 'a/b/c', 'a/b;c=Ā', 'a/b;=d', 'a/b;"c"=d', 'A/B;C=D',
];
for (const input of inputs) {
  try {
    const type = new MIMEType(input);
    console.log(JSON.stringify(input), JSON.stringify([type, type.essence, [...type.params], type.params]), util.inspect(type));
  } catch (error) {
    console.log(JSON.stringify(input), error.name, error.code, error.message);
  }
}
const type = new MIMEType('text/plain');
for (const [property, value] of [['type', 'Application'], ['type', 'a b'], ['type', ''], ['subtype', 'JSON'], ['subtype', '/']]) {
  try {
    type[property] = value;
    console.log(`${type}`);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
type.params.set('Name', 'va lue');
type.params.set('other', '');
for (const args of [['', 'x'], ['a b', 'x'], ['a', 'Ā']]) {
  try {
    type.params.set(...args);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(`${type}`, type.params.get('NAME'), type.params.get('none'), type.params.has('other'), [...type.params.keys()], [...type.params.values()]);
type.params.delete('NAME');
console.log(`${type.params}`, new MIMEParams() instanceof MIMEParams, `${new MIMEParams()}`);
console.log(util.inspect(new MIMEParams(), { showHidden: true }));
