'use strict';
// node:test.

const { Suite, Test, owner } = require('internal/test_runner/runner');
const { MockTracker } = require('internal/test_runner/mock');

/** A function that defines tests of a class, with its variants skip, todo and only. */
function definer(Class) {
  const define = (overrides) => function(name, options, fn) {
    return owner().add(Class, name, options, fn, overrides);
  };
  const result = define();
  result.skip = define({ skip: true });
  result.todo = define({ todo: true });
  result.only = define({ only: true });
  return result;
}

const test = definer(Test);
const suite = definer(Suite);

const hook = (kind) => (fn, options) => owner().addHook(kind, fn, options);

module.exports = test;
Object.assign(module.exports, {
  after: hook('after'),
  afterEach: hook('afterEach'),
  before: hook('before'),
  beforeEach: hook('beforeEach'),
  describe: suite,
  it: test,
  mock: new MockTracker(),
  suite,
  test,
});
