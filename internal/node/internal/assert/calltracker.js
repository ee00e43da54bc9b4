'use strict';
// assert.CallTracker (deprecated): counts the calls of functions.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_UNAVAILABLE_DURING_EXIT } } = require('internal/errors');
const { validateUint32 } = require('internal/validators');
const AssertionError = require('internal/assert/assertion_error');

/** One tracked function. */
class Tracked {
  constructor(name, expected) {
    this.name = name;
    this.expected = expected;
    this.calls = [];
    this.origin = new Error(); // where tracking was asked for
  }

  /** What is wrong with the number of calls, if something is. */
  report() {
    const { name, expected, origin, calls: { length: actual } } = this;
    if (actual === expected) return undefined;
    const message = `Expected the ${name} function to be executed ${expected} time(s) but was executed ${actual} time(s).`;
    return { message, actual, expected, operator: name, stack: origin };
  }
}

class CallTracker {
  #all = new Set();
  #byFunction = new WeakMap();

  #get(tracked) {
    const entry = this.#byFunction.get(tracked);
    if (entry === undefined) throw new ERR_INVALID_ARG_VALUE('tracked', tracked, 'is not a tracked function');
    return entry;
  }

  /** A function that does what `fn` does and is expected to be called `expected` times. */
  calls(fn, expected = 1) {
    if (process._exiting) throw new ERR_UNAVAILABLE_DURING_EXIT();
    if (typeof fn === 'number') {
      expected = fn;
      fn = Function.prototype;
    }
    fn ??= Function.prototype;
    validateUint32(expected, 'expected', true);

    const entry = new Tracked(fn.name || 'calls', expected);
    const tracked = new Proxy(fn, {
      __proto__: null,
      apply(target, thisArg, args) {
        entry.calls.push(Object.freeze({ thisArg, arguments: Object.freeze(args.slice()) }));
        return Reflect.apply(target, thisArg, args);
      },
    });
    this.#all.add(entry);
    this.#byFunction.set(tracked, entry);
    return tracked;
  }

  getCalls(tracked) {
    return Object.freeze(this.#get(tracked).calls.slice());
  }

  /** Forgets the calls of one function or of all. */
  reset(tracked) {
    const entries = tracked === undefined ? this.#all : [this.#get(tracked)];
    for (const entry of entries) entry.calls = [];
  }

  report() {
    const reports = [];
    for (const entry of this.#all) {
      const report = entry.report();
      if (report !== undefined) reports.push(report);
    }
    return reports;
  }

  verify() {
    const details = this.report();
    if (details.length === 0) return;
    const message = details.length === 1 ? details[0].message :
      'Functions were not called the expected number of times';
    throw new AssertionError({ message, details });
  }
}

module.exports = CallTracker;
