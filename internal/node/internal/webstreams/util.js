'use strict';

// What all web streams have in common (WHATWG Streams, section 8): queues with sizes, strategies, calls of the
// application's functions, inspection.

const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateFunction } = require('internal/validators');

const kState = Symbol('kState');
const kType = Symbol('kType');
// The word by which classes of this folder may be constructed from inside.
const kSkipThrow = Symbol('kSkipThrow');

const nop = () => {};

function customInspect(depth, options, name, data) {
  if (depth < 0) return name;
  const { inspect } = require('internal/util/inspect');
  return `${name} ${inspect(data, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

const kInspect = Symbol.for('nodejs.util.inspect.custom');

/** A promise that may be rejected without anybody listening. */
function handled(promise) {
  promise.then(nop, nop);
  return promise;
}

function rejectedHandled(error) {
  return handled(Promise.reject(error));
}

/** Promise.withResolvers with a rejection that needs no listener. */
function deferred() {
  const d = Promise.withResolvers();
  d.promise.then(nop, nop);
  return d;
}

/** A promise with its resolvers, which knows whether it is settled: the standard asks. */
class Deferred {
  constructor() {
    this.settled = false;
    this.promise = new Promise((resolve, reject) => {
      this.resolvePromise = resolve;
      this.rejectPromise = reject;
    });
  }
  resolve(value) {
    this.settled = true;
    this.resolvePromise(value);
  }
  reject(error) {
    this.settled = true;
    this.rejectPromise(error);
  }
}

/** A first-in-first-out list that may be long: taking from it does not move the rest. */
class Fifo {
  constructor() {
    this.items = [];
    this.head = 0;
  }
  get length() { return this.items.length - this.head; }
  push(item) { this.items.push(item); }
  peek() { return this.items[this.head]; }
  shift() {
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) {
      this.items.length = 0;
      this.head = 0;
    } else if (this.head > 1024) {
      this.items.splice(0, this.head);
      this.head = 0;
    }
    return item;
  }
  clear() {
    this.items = [];
    this.head = 0;
  }
  toArray() { return this.items.slice(this.head); }
}

// ---- queue with sizes (8.1): fields `queue` and `queueTotalSize` of a controller's state ----

function enqueueValueWithSize(state, value, size) {
  size = +size;
  if (typeof size !== 'number' || Number.isNaN(size) || size < 0 || size === Infinity)
    throw new ERR_INVALID_ARG_VALUE.RangeError('size', size);
  state.queue.push({ value, size });
  state.queueTotalSize += size;
}

function dequeueValue(state) {
  const { value, size } = state.queue.shift();
  state.queueTotalSize = Math.max(0, state.queueTotalSize - size);
  return value;
}

function resetQueue(state) {
  state.queue.clear();
  state.queueTotalSize = 0;
}

// ---- strategies ----

function extractHighWaterMark(value, byDefault) {
  if (value === undefined) return byDefault;
  value = +value;
  if (Number.isNaN(value) || value < 0) throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.highWaterMark', value);
  return value;
}

const one = () => 1;

function extractSizeAlgorithm(size) {
  if (size === undefined) return one;
  validateFunction(size, 'strategy.size');
  return size;
}

// ---- the application's functions ----

/** A method of an underlying source or sink, bound to it; `byDefault` when there is none. */
function getMethod(object, name, label, byDefault) {
  const method = object?.[name];
  if (method === undefined) return byDefault;
  validateFunction(method, `${label}.${name}`);
  return (...args) => Reflect.apply(method, object, args);
}

/** Calls a function of the application; what it gives is a promise, always. */
function callAsync(fn, ...args) {
  try {
    return Promise.resolve(fn(...args));
  } catch (error) {
    return Promise.reject(error);
  }
}

// ---- buffers ----

/** Takes the memory away from whoever had it. */
function transferBuffer(buffer) {
  return buffer.transfer();
}

function canTransfer(buffer) {
  return !buffer.detached;
}

function cloneAsUint8Array(view) {
  return new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

// ---- errors ----

const invalidState = (message) => new ERR_INVALID_STATE.TypeError(message);
const invalidThis = (name) => new ERR_INVALID_THIS(name);

/** Names shown in inspection and by Object.prototype.toString; members are enumerable as Web IDL wants. */
function finishClass(Class, members) {
  const descriptors = {};
  for (const name of members) descriptors[name] = { __proto__: null, enumerable: true };
  Object.defineProperties(Class.prototype, descriptors);
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null, configurable: true, value: Class.name,
  });
}

module.exports = {
  kState, kType, kSkipThrow, kInspect, nop,
  customInspect, handled, rejectedHandled, deferred, Deferred, Fifo,
  enqueueValueWithSize, dequeueValue, resetQueue,
  extractHighWaterMark, extractSizeAlgorithm, getMethod, callAsync,
  transferBuffer, canTransfer, cloneAsUint8Array,
  invalidState, invalidThis, finishClass,
};
