'use strict';
// What the function of a test is given.

const assert = require('assert');
const { validateFunction, validateInteger, validateString } = require('internal/validators');
const { MockTracker } = require('internal/test_runner/mock');

// assert's functions that make sense on their own.
const assertions = [
  'deepEqual', 'deepStrictEqual', 'doesNotMatch', 'doesNotReject', 'doesNotThrow', 'equal', 'fail', 'ifError', 'match',
  'notDeepEqual', 'notDeepStrictEqual', 'notEqual', 'notStrictEqual', 'ok', 'partialDeepStrictEqual', 'rejects',
  'strictEqual', 'throws',
];

/** assert for one test: the calls count for its plan. */
function makeAssert(test) {
  const object = {};
  for (const name of assertions) {
    object[name] = (...args) => {
      test.countAssertion();
      return assert[name](...args);
    };
  }
  return object;
}

class TestContext {
  #test;
  #assert;
  #mock;

  constructor(test) {
    this.#test = test;
  }

  get name() {
    return this.#test.name;
  }

  get fullName() {
    return this.#test.fullName;
  }

  get filePath() {
    return this.#test.file;
  }

  get signal() {
    return this.#test.signal;
  }

  get passed() {
    return this.#test.ended && !this.#test.failed;
  }

  get error() {
    return this.#test.error ?? null;
  }

  get assert() {
    return this.#assert ??= makeAssert(this.#test);
  }

  get mock() {
    if (this.#mock === undefined) {
      this.#mock = new MockTracker();
      this.#test.atEnd(() => this.#mock.reset());
    }
    return this.#mock;
  }

  diagnostic(message) {
    this.#test.diagnostics.push(message);
  }

  plan(count, options) {
    validateInteger(count, 'count', 0);
    this.#test.setPlan(count, options?.wait ?? false);
  }

  skip(message) {
    this.#test.skipped = message === undefined ? '' : String(message);
  }

  todo(message) {
    this.#test.todo = message === undefined ? '' : String(message);
  }

  runOnly() {
    // Without --test-only, `only` changes nothing.
  }

  test(name, options, fn) {
    this.#test.countAssertion();
    return this.#test.addSubtest(name, options, fn);
  }

  before(fn, options) {
    this.#test.addHook('before', fn, options);
  }

  after(fn, options) {
    this.#test.addHook('after', fn, options);
  }

  beforeEach(fn, options) {
    this.#test.addHook('beforeEach', fn, options);
  }

  afterEach(fn, options) {
    this.#test.addHook('afterEach', fn, options);
  }

  /** Calls the condition again and again until it does not throw any more. */
  async waitFor(condition, { interval = 50, timeout = 1000 } = {}) {
    validateFunction(condition, 'condition');
    const { setTimeout: sleep } = require('timers/promises');
    const end = performance.now() + timeout;
    for (;;) {
      try {
        return await condition();
      } catch (error) {
        if (performance.now() >= end) throw new Error('waitFor() timed out', { cause: error });
      }
      await sleep(interval);
    }
  }
}

/** What the function of a suite is given. */
class SuiteContext {
  #suite;

  constructor(suite) {
    this.#suite = suite;
  }

  get name() {
    return this.#suite.name;
  }

  get fullName() {
    return this.#suite.fullName;
  }

  get filePath() {
    return this.#suite.file;
  }

  get signal() {
    return this.#suite.signal;
  }

  diagnostic(message) {
    validateString(message, 'message');
    this.#suite.diagnostics.push(message);
  }
}

module.exports = { SuiteContext, TestContext };
