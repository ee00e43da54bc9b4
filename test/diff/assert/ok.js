'use strict';
// assert.ok quotes the expression that was false.
const assert = require('assert');

function show(f) {
  try {
    f();
    console.log('holds');
  } catch (error) {
    console.log(JSON.stringify(error.message), error.name, error.code, error.generatedMessage, error.operator, error.expected);
  }
}

let a;
show(() => assert(0));
show(() => assert.ok(null));
show(() => assert.ok( 0 , undefined));
show(() => assert['ok'](''));
show(() => assert?.ok(false));
show(() => { assert.ok(NaN); assert.ok(1); });
show(() => (assert.ok(0), assert.ok(1)));
show(() => assert.ok(typeof 123 === 'string' && /a\)[(]/.test(')')));
show(() => assert.ok(typeof 123 ===
  'string'));
show(() => assert.strict.ok(false));
show(() => assert.ok());
show(() => assert.equal(assert.ok(''), 1));
show(() => { const o = { assert }; o.assert.ok(0); });
show(() => [false].forEach(assert));
show(() => assert.ok(...[0]));
show(() => (0, assert.ok)(false));
show(() => new assert.Assert().ok(0));
show(() => eval('assert(1 === 2)'));
show(() => new Function('assert', 'assert(1 === 2)')(assert));
show(() => assert.ok.call(null, 0));
show(() => assert.ok(a = `)` === 1));
show(() => assert.ok('"' === `${(1)}`));
show(() => assert.ok(`${`${0}`}` === ')'));
show(() => { assert(4 / 2 / 1 === 3); });
show(() => { assert(/\/[)]/.exec('')); });
show(() => { assert((() => 0)(1)); });
show(() => { assert.ok(a = /* ) */0); });
show(() => { assert.ok(0 // )
); });
show(() => { assert((() => { return false; })()); });
show(() => assert.ok(false, 'my message'));
show(() => assert.ok(false, new RangeError('mine')));
show(() => assert.strict(0));
show(() => { ({ f: { 1: assert.ok } }).f[1](0); });
show(() => { this?.assert; assert.ok([][0]?.x.y); });
show(() => { const ässört = assert; ässört.ok(''); });
