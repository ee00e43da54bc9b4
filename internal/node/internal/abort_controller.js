'use strict';
// AbortController and AbortSignal.
// https://dom.spec.whatwg.org/#aborting-ongoing-activities
//
// Signals made by AbortSignal.timeout() and any() live as long as somebody can hear of their end: the timer and the
// sources hold them weakly, and they are kept strongly while they have listeners.

const { codes, hide } = require('internal/errors');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS } = codes;
const {
  Event,
  EventTarget,
  defineEventHandler,
  kNewListener,
  kRemoveListener,
  kResistStopPropagation,
  kTrustEvent,
  kWeakHandler,
} = require('internal/event_target');
const { kMaxEventTargetListeners } = require('events');
const { kEnumerableProperty } = require('internal/util');
const {
  kValidateObjectAllowObjects,
  validateAbortSignal,
  validateObject,
  validateUint32,
} = require('internal/validators');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

const kAborted = Symbol('kAborted');
const kReason = Symbol('kReason');
const kComposite = Symbol('kComposite');
const kTimeout = Symbol('kTimeout');
const kSourceSignals = Symbol('kSourceSignals');
const kDependentSignals = Symbol('kDependantSignals');
const kDontThrowIllegal = Symbol('kDontThrowSymbol');

const abortedBy = (name, message) => {
  const { DOMException } = require('internal/dom_exception');
  return new DOMException(message, name);
};

// Timers whose signals are gone need not go off.
let clearTimeoutRegistry;
// What would otherwise be collected although somebody listens.
const persistentSignals = new Set();
// Takes what is collected out of the sets of its sources.
let dependentsRegistry;

function inspectAs(self, object, depth, options) {
  if (depth < 0) return self;
  const { name } = self.constructor;
  const { inspect } = require('internal/util/inspect');
  return `${name} ${inspect(object, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

function checkSignal(object) {
  if (object?.[kAborted] === undefined) throw new ERR_INVALID_THIS('AbortSignal');
}

class AbortSignal extends EventTarget {
  constructor(dontThrow = undefined, { aborted = false, reason = undefined, composite = false } = {}) {
    if (dontThrow !== kDontThrowIllegal) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kMaxEventTargetListeners] = 0;
    this[kAborted] = aborted;
    this[kReason] = reason;
    this[kComposite] = composite;
  }

  get aborted() {
    checkSignal(this);
    return this[kAborted];
  }

  get reason() {
    checkSignal(this);
    return this[kReason];
  }

  throwIfAborted() {
    checkSignal(this);
    if (this[kAborted]) throw this[kReason];
  }

  [customInspect](depth, options) {
    return inspectAs(this, { aborted: this.aborted }, depth, options);
  }

  // A signal that is aborted already.
  static abort(reason = abortedBy('AbortError', 'This operation was aborted')) {
    return new AbortSignal(kDontThrowIllegal, { aborted: true, reason });
  }

  // A signal that aborts after a time.
  static timeout(delay) {
    validateUint32(delay, 'delay', false);
    const signal = new AbortSignal(kDontThrowIllegal);
    signal[kTimeout] = true;
    startTimeout(new WeakRef(signal), signal, delay);
    return signal;
  }

  // A signal that aborts when the first of others does.
  static any(signals) {
    const sources = toSignals(signals);
    const result = new AbortSignal(kDontThrowIllegal, { composite: true });
    for (const signal of sources) {
      if (signal.aborted) {
        abortSignal(result, signal.reason);
        return result;
      }
    }
    const weakResult = new WeakRef(result);
    result[kSourceSignals] = new Set();
    for (const signal of sources) {
      // Composite signals stand for their sources.
      if (!signal[kComposite]) addSource(result, weakResult, signal);
      else for (const weak of signal[kSourceSignals] ?? []) {
        const source = weak.deref();
        if (source !== undefined) addSource(result, weakResult, source);
      }
    }
    return result;
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    super[kNewListener](size, type, listener, once, capture, passive, weak);
    const dependent = this[kTimeout] || (this[kComposite] && this[kSourceSignals]?.size > 0);
    if (dependent && type === 'abort' && !this.aborted && !weak && size === 1) persistentSignals.add(this);
  }

  [kRemoveListener](size, type, listener, capture) {
    super[kRemoveListener](size, type, listener, capture);
    if (type === 'abort' && size === 0) persistentSignals.delete(this);
  }
}

function addSource(result, weakResult, source) {
  const weakSource = weakTo(source);
  if (result[kSourceSignals].has(weakSource)) return;
  result[kSourceSignals].add(weakSource);
  source[kDependentSignals] ??= new Set();
  source[kDependentSignals].add(weakResult);
  dependentsRegistry ??= new FinalizationRegistry(({ weakSource: held, weakResult: gone }) => {
    held.deref()?.[kDependentSignals]?.delete(gone);
  });
  dependentsRegistry.register(result, { weakSource, weakResult });
}

// One WeakRef for each signal, so that sets of them have no doubles.
const weakRefs = new WeakMap();

function weakTo(signal) {
  let ref = weakRefs.get(signal);
  if (ref === undefined) {
    ref = new WeakRef(signal);
    weakRefs.set(signal, ref);
  }
  return ref;
}

// Web IDL's sequence<AbortSignal>.
function toSignals(value) {
  const fail = (message) => {
    const error = new TypeError(message);
    error.code = 'ERR_INVALID_ARG_TYPE';
    throw hide(error, toSignals);
  };
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || typeof value[Symbol.iterator] !== 'function') {
    fail('signals cannot be converted to sequence.');
  }
  const list = [...value];
  for (const [index, signal] of list.entries()) {
    if (!(signal instanceof AbortSignal)) fail(`signals[${index}] is not of type AbortSignal.`);
  }
  return list;
}

function startTimeout(weakSignal, signal, delay) {
  const { clearTimeout, setTimeout } = require('timers');
  const timer = setTimeout(() => {
    const live = weakSignal.deref();
    if (live === undefined) return;
    persistentSignals.delete(live);
    abortSignal(live, abortedBy('TimeoutError', 'The operation was aborted due to timeout'));
  }, delay);
  timer.unref();
  clearTimeoutRegistry ??= new FinalizationRegistry(clearTimeout);
  clearTimeoutRegistry.register(signal, timer);
}

Object.defineProperties(AbortSignal.prototype, { aborted: kEnumerableProperty });
Object.defineProperty(AbortSignal.prototype, Symbol.toStringTag, { __proto__: null, value: 'AbortSignal', configurable: true });
defineEventHandler(AbortSignal.prototype, 'abort');

// The signal and those that depend on it are aborted before anybody hears of it.
function abortSignal(signal, reason) {
  if (signal[kAborted]) return;
  signal[kAborted] = true;
  signal[kReason] = reason;
  const aborted = [signal];
  for (const weak of signal[kDependentSignals] ?? []) {
    const dependent = weak.deref();
    if (dependent !== undefined && !dependent[kAborted]) {
      dependent[kAborted] = true;
      dependent[kReason] = reason;
      aborted.push(dependent);
    }
  }
  for (const one of aborted) one.dispatchEvent(new Event('abort', { [kTrustEvent]: true }));
}

class AbortController {
  #signal;

  get signal() {
    return this.#signal ??= new AbortSignal(kDontThrowIllegal);
  }

  abort(reason = abortedBy('AbortError', 'This operation was aborted')) {
    abortSignal(this.#signal ??= new AbortSignal(kDontThrowIllegal), reason);
  }

  [customInspect](depth, options) {
    return inspectAs(this, { signal: this.signal }, depth, options);
  }
}

Object.defineProperties(AbortController.prototype, { signal: kEnumerableProperty, abort: kEnumerableProperty });
Object.defineProperty(AbortController.prototype, Symbol.toStringTag, { __proto__: null, value: 'AbortController', configurable: true });

// A promise of the signal's end, for as long as the resource lives (util.aborted).
async function aborted(signal, resource) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateObject(resource, 'resource', kValidateObjectAllowObjects);
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers();
  signal.addEventListener('abort', resolve, { __proto__: null, [kWeakHandler]: resource, once: true, [kResistStopPropagation]: true });
  await promise;
}

// There is one isolate for each thread, and nothing to transfer between them: these give what they promise.
function transferableAbortSignal(signal) {
  if (signal?.[kAborted] === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  return signal;
}

function transferableAbortController() {
  return new AbortController();
}

module.exports = { AbortController, AbortSignal, aborted, transferableAbortController, transferableAbortSignal };
