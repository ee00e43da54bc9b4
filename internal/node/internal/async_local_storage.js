'use strict';
// AsyncLocalStorage on the async context frame.

const asyncContext = require('internal/async_context');
const { kEmptyObject } = require('internal/util');
const { validateObject } = require('internal/validators');

class AsyncLocalStorage {
  #defaultValue;
  #name;

  // Options: defaultValue (what getStore() gives outside of run()), name (for people).
  constructor(options = kEmptyObject) {
    validateObject(options, 'options');
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  get name() { return this.#name || ''; }

  // fn, which runs in the context of now whenever it is called.
  static bind(fn) {
    const { AsyncResource } = require('async_hooks');
    return AsyncResource.bind(fn);
  }

  // A function that calls what it is given in the context of now.
  static snapshot() {
    return AsyncLocalStorage.bind((fn, ...args) => fn(...args));
  }

  // Forgets the store of the current context.
  disable() {
    asyncContext.set(asyncContext.without(asyncContext.current(), this));
  }

  enterWith(data) {
    asyncContext.set(asyncContext.extend(asyncContext.current(), this, data));
  }

  run(data, fn, ...args) {
    const prior = asyncContext.current();
    const priorStore = this.getStore();
    if (Object.is(priorStore, data)) return Reflect.apply(fn, null, args);
    const frame = asyncContext.extend(prior, this, data);
    asyncContext.set(frame);
    try {
      return Reflect.apply(fn, null, args);
    } finally {
      // What fn entered of other storages stays.
      const after = asyncContext.current();
      asyncContext.set(after === frame ? prior : asyncContext.extend(after, this, priorStore));
    }
  }

  exit(fn, ...args) {
    return this.run(undefined, fn, ...args);
  }

  getStore() {
    const frame = asyncContext.current();
    if (frame === undefined) return this.#defaultValue;
    const at = asyncContext.indexOf(frame, this);
    return at === -1 ? this.#defaultValue : frame[at + 1];
  }

  // Enters a context until the scope is disposed of: using _ = storage.withScope(data).
  withScope(data) {
    return new RunScope(this, data);
  }
}

class RunScope {
  #prior = asyncContext.current();
  #disposed = false;

  constructor(storage, data) { storage.enterWith(data); }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    asyncContext.set(this.#prior);
  }

  [Symbol.dispose]() { this.dispose(); }
}

module.exports = { AsyncLocalStorage };
