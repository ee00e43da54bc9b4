'use strict';
// node:test's mocks: functions that remember how they were called.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } } = require('internal/errors');
const { kEmptyObject } = require('internal/util');
const { validateBoolean, validateFunction, validateInteger, validateObject } = require('internal/validators');

/** What is known about one mocked function. */
class MockFunctionContext {
  #calls = [];
  #implementation;
  #original;
  #restore;
  #once = new Map(); // implementations by number of the call
  #times; // after so many calls the original is back

  constructor(original, implementation, restore, times) {
    this.#original = original;
    this.#implementation = implementation;
    this.#restore = restore;
    this.#times = times;
  }

  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    validateFunction(implementation, 'implementation');
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall) {
    validateFunction(implementation, 'implementation');
    const next = this.#calls.length;
    const call = onCall ?? next;
    validateInteger(call, 'onCall', next);
    this.#once.set(call, implementation);
  }

  resetCalls() {
    this.#calls = [];
  }

  restore() {
    if (this.#restore === undefined) return;
    const { descriptor, object, original, name } = this.#restore;
    if (typeof name === 'string' || typeof name === 'symbol') Object.defineProperty(object, name, descriptor);
    else this.#implementation = original;
    this.#once.clear();
    this.#times = Infinity;
    this.#implementation = this.#original;
  }

  /** The implementation for the call that is being made. */
  #next() {
    const call = this.#calls.length;
    const once = this.#once.get(call);
    if (once !== undefined) this.#once.delete(call);
    if (call + 1 === this.#times) {
      const implementation = once ?? this.#implementation;
      this.restore();
      return implementation;
    }
    return once ?? this.#implementation;
  }

  /** Calls or constructs, and takes it down. */
  record(args, thisArg, target, isNew) {
    const implementation = this.#next();
    let result;
    let error;
    try {
      if (isNew) {
        result = Reflect.construct(implementation, args, target);
        thisArg = result;
      } else {
        result = Reflect.apply(implementation, thisArg, args);
      }
    } catch (thrown) {
      error = thrown;
      throw thrown;
    } finally {
      this.#calls.push({
        arguments: args, error, result, stack: new Error(), target: isNew ? target : undefined, this: thisArg,
      });
    }
    return result;
  }
}

function makeMock(target, context) {
  return new Proxy(target, {
    __proto__: null,
    apply: (_, thisArg, args) => context.record(args, thisArg, undefined, false),
    construct(_, args, newTarget) {
      return context.record(args, undefined, newTarget, true);
    },
    get: (object, key, receiver) => (key === 'mock' ? context : Reflect.get(object, key, receiver)),
  });
}

function findDescriptor(object, name) {
  for (let layer = object; layer !== null; layer = Object.getPrototypeOf(layer)) {
    const descriptor = Object.getOwnPropertyDescriptor(layer, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

function validateTimes(times) {
  if (times !== Infinity) validateInteger(times, 'options.times', 1);
}

function validateKey(name) {
  if (typeof name !== 'string' && typeof name !== 'symbol') {
    throw new ERR_INVALID_ARG_TYPE('methodName', ['string', 'symbol'], name);
  }
}

/** `t.mock` and `mock`: makes mocks and undoes them. */
class MockTracker {
  #mocks = [];

  fn(original = function() {}, implementation = original, options = kEmptyObject) {
    if (original !== null && typeof original === 'object') {
      options = original;
      original = function() {};
      implementation = original;
    } else if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, 'original');
    validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const { times = Infinity } = options;
    validateTimes(times);
    return this.#track(original, implementation, { original }, times);
  }

  method(object, name, implementation = kEmptyObject, options = kEmptyObject) {
    validateKey(name);
    if (typeof object !== 'function') validateObject(object, 'object');
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    validateObject(options, 'options');
    const { getter = false, setter = false, times = Infinity } = options;
    validateBoolean(getter, 'options.getter');
    validateBoolean(setter, 'options.setter');
    validateTimes(times);
    if (getter && setter) {
      throw new ERR_INVALID_ARG_VALUE('options.setter', setter, "cannot be used with 'options.getter'");
    }

    const descriptor = findDescriptor(object, name);
    const part = getter ? 'get' : setter ? 'set' : 'value';
    const original = descriptor?.[part];
    if (typeof original !== 'function') throw new ERR_INVALID_ARG_VALUE('methodName', original, 'must be a method');
    const mock = this.#track(original, implementation ?? original, { descriptor, object, original, name }, times);
    Object.defineProperty(object, name, { ...descriptor, [part]: mock, configurable: true });
    return mock;
  }

  getter(object, name, implementation = kEmptyObject, options = kEmptyObject) {
    return this.#accessor('getter', object, name, implementation, options);
  }

  setter(object, name, implementation = kEmptyObject, options = kEmptyObject) {
    return this.#accessor('setter', object, name, implementation, options);
  }

  #accessor(kind, object, name, implementation, options) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    if (options[kind] === false) {
      throw new ERR_INVALID_ARG_VALUE(`options.${kind}`, false, `cannot be false`);
    }
    return this.method(object, name, implementation, { ...options, [kind]: true });
  }

  /** Replaces the value of a property. */
  property(object, name, value) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor === undefined) throw new ERR_INVALID_ARG_VALUE('propertyName', name, 'is not a property of the object');
    if (!descriptor.configurable) throw new ERR_INVALID_STATE(`property ${String(name)} cannot be mocked`);
    Object.defineProperty(object, name, { value, writable: true, enumerable: descriptor.enumerable, configurable: true });
    const context = { restore: () => Object.defineProperty(object, name, descriptor) };
    this.#mocks.push(context);
    return context;
  }

  #track(original, implementation, restore, times) {
    const context = new MockFunctionContext(original, implementation, restore, times);
    this.#mocks.push(context);
    return makeMock(original, context);
  }

  restoreAll() {
    for (const context of this.#mocks) context.restore();
  }

  reset() {
    this.restoreAll();
    this.#mocks = [];
  }
}

module.exports = { MockFunctionContext, MockTracker };
