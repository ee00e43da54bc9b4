'use strict';
// throws, rejects and their opposites: what is accepted, and what they say.
Error.stackTraceLimit = 0;
const assert = require('assert');
const util = require('util');

function show(name, f) {
  const report = (error) => {
    if (error?.code === undefined) return console.log(name, 'threw', String(error));
    console.log(name, error.name, error.code, error.generatedMessage, error.operator);
    console.log(error.message);
    console.log('actual', util.inspect(error.actual, { depth: 0 }).split('\n')[0]);
    console.log('expected', util.inspect(error.expected, { depth: 0 }).split('\n')[0]);
  };
  try {
    const result = f();
    if (result instanceof Promise) return result.then(() => console.log(name, 'holds'), report);
    console.log(name, 'holds');
  } catch (error) {
    report(error);
  }
}

class MyError extends Error {}
const thrown = {
  error: Object.assign(new Error('wrong value'), { code: 'E_WRONG', info: { nested: true } }),
  typeError: new TypeError('wrong type'),
  mine: new MyError('mine'),
  string: 'text',
  undefined,
  null: null,
  object: { message: 'plain', code: 5 },
};
const expectations = {
  Error,
  TypeError,
  MyError,
  regexp: /^Error: wrong value$/,
  other: /nothing/,
  object: { message: 'wrong value', code: 'E_WRONG' },
  wrongObject: { message: 'wrong value', code: 'E_OTHER', info: { nested: false } },
  patterns: { message: /wrong/, name: /Error/ },
  wrongPatterns: { message: /right/, code: 'E_WRONG' },
  missingKey: { message: /wrong/, absent: undefined },
  empty: {},
  instance: new Error('wrong value'),
  trueFunction: () => true,
  falseFunction: function validate() { return false; },
  anonymous: (() => () => 'truthy')(),
  message: 'a message',
  sameMessage: 'wrong value',
  number: 5,
};

(async () => {
  for (const [thrownName, value] of Object.entries(thrown)) {
    const fn = () => { throw value; };
    show(`${thrownName} alone`, () => assert.throws(fn));
    show(`${thrownName} doesNotThrow`, () => assert.doesNotThrow(fn, 'unwanted'));
    for (const [name, expected] of Object.entries(expectations)) {
      show(`${thrownName} ${name}`, () => assert.throws(fn, expected));
      show(`${thrownName} ${name} with message`, () => assert.throws(fn, expected, 'my message'));
      await show(`${thrownName} ${name} rejected`, () => assert.rejects(Promise.reject(value), expected));
      show(`${thrownName} ${name} not`, () => assert.doesNotThrow(fn, expected, 'my message'));
    }
  }
  const quiet = () => {};
  for (const [name, expected] of Object.entries(expectations)) {
    show(`quiet ${name}`, () => assert.throws(quiet, expected));
    await show(`quiet ${name} rejects`, () => assert.rejects(async () => {}, expected, 'my message'));
  }
  show('not a function', () => assert.throws('x'));
  await show('not a promise', () => assert.rejects(() => 5));
  await show('nothing', () => assert.rejects(5));
  await show('thenable', () => assert.rejects({ then() {} }));
  await show('throws at once', () => assert.rejects(() => { throw new Error('sync'); }));
  await show('does not reject', () => assert.doesNotReject(Promise.reject(new Error('late')), 'why'));
  for (const value of [null, undefined, 0, '', 'text', new Error('inside'), new Error(''), { message: 'm' }]) {
    show('ifError', () => assert.ifError(value));
  }
  for (const [string, regexp] of [['abc', /b/], ['abc', /x/], [5, /5/], ['abc', 'abc'], [null, /n/]]) {
    show('match', () => assert.match(string, regexp));
    show('doesNotMatch', () => assert.doesNotMatch(string, regexp, 'my message'));
  }
  show('fail', () => assert.fail());
  show('fail with message', () => assert.fail('boom'));
  show('fail with error', () => assert.fail(new TypeError('boom')));
})();
