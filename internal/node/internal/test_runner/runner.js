'use strict';
// node:test: tests and suites, one after the other (or several at once where that is asked for), with hooks around them.

const { AsyncLocalStorage } = require('async_hooks');
const { AbortError, codes: { ERR_TEST_FAILURE } } = require('internal/errors');
const { validateAbortSignal, validateFunction, validateNumber, validateObject } = require('internal/validators');
const { SuiteContext, TestContext } = require('internal/test_runner/context');
const { report, summarize } = require('internal/test_runner/reporter');

const longestTimeout = 2 ** 31 - 1;

/** The test or suite whose function is running. */
const current = new AsyncLocalStorage();

/** What an options object says of a name or of several: a boolean or a reason. */
const reason = (value) => (value === undefined || value === false ? undefined : value === true ? '' : String(value));

/** An error of the runner itself. */
function failure(message, type) {
  return new ERR_TEST_FAILURE(message, type);
}

/** The place outside the runtime where a test was defined. */
function callerSite() {
  const site = internalBinding('util').getCallSites(20).find(({ scriptName }) => !scriptName.startsWith('node:'));
  if (site === undefined) return { file: undefined, location: '?' };
  const { scriptName, lineNumber, columnNumber } = site;
  const file = scriptName.startsWith('file:') ? require('internal/url').fileURLToPath(scriptName) : scriptName;
  return { file, location: `${require('path').relative(process.cwd(), file)}:${lineNumber}:${columnNumber}` };
}

/** Calls a function with (argument, done) or (argument), for its promise. */
function call(fn, self, argument) {
  if (fn.length < 2) return Promise.resolve(Reflect.apply(fn, self, [argument]));
  return new Promise((resolve, reject) => {
    let done = false;
    const callback = (error) => {
      if (done) return reject(failure('callback invoked multiple times', 'multipleCallbackInvocations'));
      done = true;
      if (error) reject(error);
      else resolve();
    };
    const result = Reflect.apply(fn, self, [argument, callback]);
    if (typeof result?.then === 'function') {
      reject(failure('passed a callback but also returned a Promise', 'callbackAndPromisePresent'));
    }
  });
}

class Test {
  constructor(parent, name, options, fn) {
    this.parent = parent;
    this.name = name;
    this.fn = fn;
    this.nesting = parent === null ? -1 : parent.nesting + 1;
    const { concurrency = 1, only, plan, signal, skip, timeout = parent?.timeout ?? Infinity, todo } = options;
    this.concurrency = concurrency === true ? Infinity : concurrency || 1;
    this.timeout = timeout;
    if (timeout !== Infinity) validateNumber(timeout, 'options.timeout', 0, longestTimeout);
    if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
    this.only = only;
    this.outerSignal = signal;
    this.skipped = reason(skip) ?? (parent?.skipped === undefined ? undefined : '');
    this.todo = reason(todo);
    Object.assign(this, parent === null ? {} : callerSite());

    this.diagnostics = [];
    this.subtests = [];
    this.waiting = []; // subtests that have not been started
    this.active = 0;
    this.hooks = { __proto__: null, before: [], after: [], beforeEach: [], afterEach: [] };
    this.cleanups = [];
    this.planned = undefined;
    this.assertions = 0;
    this.ended = false;
    this.cancelled = false;
    this.error = undefined;
    this.duration = 0;
    this.beforeDone = undefined; // the promise of the hooks before the first subtest
    this.finished = Promise.withResolvers();
    this.abort = Promise.withResolvers(); // rejected when the test is cancelled
    this.abort.promise.catch(() => {});
    if (plan !== undefined) this.setPlan(plan, false);
  }

  get isSuite() {
    return false;
  }

  get failed() {
    return this.error !== undefined;
  }

  get fullName() {
    const outer = this.parent?.parent ? `${this.parent.fullName} > ` : '';
    return outer + this.name;
  }

  get signal() {
    this.abortController ??= new AbortController();
    return this.abortController.signal;
  }

  setPlan(count, wait) {
    this.planned = { count, wait };
  }

  countAssertion() {
    this.assertions++;
  }

  atEnd(fn) {
    this.cleanups.push(fn);
  }

  addHook(kind, fn, options = {}) {
    validateFunction(fn, 'fn');
    this.hooks[kind].push({ fn, timeout: options.timeout ?? Infinity });
  }

  addSubtest(name, options, fn, overrides) {
    return this.add(Test, name, options, fn, overrides);
  }

  add(Class, name, options, fn, overrides) {
    if (typeof name === 'function') fn = name;
    else if (name !== null && typeof name === 'object') {
      fn = options;
      options = name;
    } else if (typeof options === 'function') fn = options;
    if (options === null || typeof options !== 'object') options = {};
    validateObject(options, 'options');
    const settings = { ...options, ...overrides };
    const label = (typeof name === 'string' && name) || fn?.name || '<anonymous>';
    const subtest = new Class(this, label, settings, fn ?? (() => {}));
    subtest.isTodoOnly = fn === undefined;
    this.subtests.push(subtest);
    if (this.ended) {
      subtest.end(failure('test could not be started because its parent finished', 'parentAlreadyFinished'));
    } else {
      this.waiting.push(subtest);
      if (!this.holdsSubtests) this.startNext();
    }
    return subtest.finished.promise;
  }

  startNext() {
    while (this.waiting.length !== 0 && this.active < this.concurrency) {
      const subtest = this.waiting.shift();
      this.active++;
      subtest.run().then(() => {
        this.active--;
        this.startNext();
      });
    }
  }

  async runHooks(hooks, subject) {
    for (const { fn, timeout } of hooks) {
      await current.run(this, () => this.limited(call(fn, undefined, subject), timeout));
    }
  }

  /** The promise, or a rejection when that takes too long or the test is cancelled. */
  limited(promise, timeout) {
    const racers = [promise, this.abort.promise];
    if (timeout === Infinity) return Promise.race(racers);
    let timer;
    racers.push(new Promise((_, reject) => {
      timer = setTimeout(() => {
        this.cancelled = true;
        reject(failure(`test timed out after ${timeout}ms`, 'testTimeoutFailure'));
      }, timeout);
      timer.unref();
    }));
    return Promise.race(racers).finally(() => clearTimeout(timer));
  }

  /** The hooks that surround each test, of all suites and tests that it is in. */
  surrounding(kind) {
    const outer = this.parent === null ? [] : this.parent.surrounding(kind);
    return kind === 'beforeEach' ? [...outer, ...this.hooks[kind]] : [...this.hooks[kind], ...outer];
  }

  /** Runs the `before` hooks once, those of the outer ones first. */
  async prepare() {
    if (this.parent !== null) await this.parent.prepare();
    this.beforeDone ??= this.runHooks(this.hooks.before, this.context);
    return this.beforeDone;
  }

  async run() {
    await null; // never in the middle of the code that defines it
    const start = process.hrtime.bigint();
    this.start = start;
    let error;
    if (this.skipped === undefined) {
      this.context = this.makeContext();
      const onAbort = () => this.cancel(this.outerSignal.reason ?? new AbortError());
      if (this.outerSignal?.aborted) onAbort();
      this.outerSignal?.addEventListener('abort', onAbort, { once: true });
      try {
        await this.execute();
      } catch (thrown) {
        error = thrown ?? failure(`test failed with ${thrown}`, 'testCodeFailure');
      }
      this.outerSignal?.removeEventListener('abort', onAbort);
    }
    this.end(error);
  }

  makeContext() {
    return new TestContext(this);
  }

  async execute() {
    let error;
    try {
      await this.parent.prepare();
      await this.runHooks(this.parent.surrounding('beforeEach'), this.context);
      await current.run(this, () => this.limited(this.runFunction(), this.timeout));
      this.checkPlan();
    } catch (thrown) {
      error = { thrown };
    }
    this.cancelSubtests();
    try {
      await this.runHooks(this.parent.surrounding('afterEach'), this.context);
      await this.runHooks(this.hooks.after, this.context);
    } catch (thrown) {
      error ??= { thrown };
    }
    if (error !== undefined) throw error.thrown;
  }

  runFunction() {
    return call(this.fn, this.context, this.context);
  }

  checkPlan() {
    if (this.planned === undefined || this.planned.count === this.assertions) return;
    throw failure(`plan expected ${this.planned.count} assertions but received ${this.assertions}`, 'testPlanFailure');
  }

  /** A test does not wait for its subtests: whoever wants them finished awaits them. */
  cancelSubtests() {
    for (const subtest of this.subtests) {
      if (subtest.ended) continue;
      const error = failure('test did not finish before its parent and was cancelled', 'cancelledByParent');
      if (this.waiting.includes(subtest)) {
        subtest.cancelled = true;
        subtest.end(error);
      } else {
        subtest.cancel(error);
      }
    }
    this.waiting = [];
  }

  cancel(error) {
    if (this.ended) return;
    this.cancelled = true;
    this.abort.reject(error);
    this.cancelSubtests();
  }

  end(error) {
    if (this.ended) return;
    this.ended = true;
    for (const cleanup of this.cleanups) cleanup();
    this.abortController?.abort();
    if (error === undefined) {
      const failed = this.subtests.filter((subtest) => subtest.failed && subtest.todo === undefined).length;
      if (failed !== 0) error = failure(`${failed} subtest${failed > 1 ? 's' : ''} failed`, 'subtestsFailed');
    }
    this.error ??= error;
    if (this.start !== undefined) this.duration = Number(process.hrtime.bigint() - this.start) / 1e6;
    report(this);
    this.root.count(this);
    this.finished.resolve();
  }

  get root() {
    return this.parent === null ? this : this.parent.root;
  }
}

/** describe(): its function defines tests at once; they run when it is the suite's turn. */
class Suite extends Test {
  constructor(parent, name, options, fn) {
    super(parent, name, options, fn);
    this.holdsSubtests = true;
    this.context = new SuiteContext(this);
    try {
      this.defined = this.skipped === undefined ?
        Promise.resolve(current.run(this, () => Reflect.apply(fn, this.context, [this.context]))) : Promise.resolve();
    } catch (error) {
      this.defined = Promise.reject(error);
    }
    this.defined.catch(() => {});
  }

  get isSuite() {
    return true;
  }

  makeContext() {
    return this.context;
  }

  async execute() {
    let error;
    try {
      await this.limited(this.defined, this.timeout);
      await this.parent.prepare();
      if (this.subtests.length === 0) await this.prepare();
      this.holdsSubtests = false;
      this.startNext();
      await this.limited(Promise.all(this.subtests.map((subtest) => subtest.finished.promise)), this.timeout);
    } catch (thrown) {
      error = { thrown };
    }
    this.cancelSubtests();
    await this.runHooks(this.hooks.after, this.context);
    if (error !== undefined) throw error.thrown;
  }
}

/** What holds the tests of a process. */
class Root extends Test {
  constructor() {
    super(null, '<root>', {}, () => {});
    this.counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
    this.failures = [];
    this.began = process.hrtime.bigint();
    // When nothing is left to do, whatever has not ended never will.
    process.on('beforeExit', () => this.finish());
    process.on('exit', () => this.finish());
    process.on('uncaughtException', (error) => this.blame(error));
    process.on('unhandledRejection', (error) => this.blame(error));
  }

  /** An error that nobody caught is that of the test whose code was running. */
  blame(error) {
    let test = current.getStore();
    test ??= this.subtests.find((subtest) => !subtest.ended && !this.waiting.includes(subtest));
    if (test === undefined || test.ended) {
      this.diagnostics.push(`Error: A resource generated asynchronous activity after the test ended. ` +
        `This activity created the error "${error}" which triggered an uncaughtException event.`);
      process.exitCode = 1;
      return;
    }
    test.error ??= error;
    test.cancelled = false;
    test.abort.reject(error);
  }

  count(test) {
    const { counts } = this;
    if (test.isSuite) {
      counts.suites++;
    } else {
      counts.tests++;
      if (test.skipped !== undefined) counts.skipped++;
      else if (test.todo !== undefined) counts.todo++;
      else if (test.cancelled) counts.cancelled++;
      else counts[test.failed ? 'fail' : 'pass']++;
    }
    if (!test.failed || test.skipped !== undefined) return;
    if (test.todo === undefined) process.exitCode = 1;
    if (test.error.failureType !== 'subtestsFailed') this.failures.push(test);
  }

  async finish() {
    if (this.ended) return;
    const open = this.subtests.filter((subtest) => !subtest.ended);
    if (open.length === 0 && this.hooks.after.length !== 0) {
      const hooks = this.hooks.after.splice(0);
      try {
        await this.runHooks(hooks, undefined);
      } catch (error) {
        this.diagnostics.push(String(error));
        process.exitCode = 1;
      }
      return; // comes back when the loop is empty again
    }
    this.ended = true;
    for (const subtest of open) {
      subtest.cancelled = true;
      subtest.end(failure('Promise resolution is still pending but the event loop has already resolved', 'cancelledByParent'));
    }
    const duration = Number(process.hrtime.bigint() - this.began) / 1e6;
    summarize({ ...this.counts, duration_ms: duration }, this.failures, this.diagnostics);
  }
}

let root;

/** The test that a call of test(), describe() or a hook belongs to. */
const owner = () => current.getStore() ?? (root ??= new Root());

module.exports = { Suite, Test, owner };
