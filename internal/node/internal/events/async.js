'use strict';
// events.once() and events.on(): events as promises and as async iterators.

const { AbortError, codes } = require('internal/errors');
const { kEmptyObject } = require('internal/util');
const { validateAbortSignal, validateInteger, validateObject } = require('internal/validators');

const kWatermarkData = Symbol.for('nodejs.watermarkData');
// An option of on(): the iterator gives the first argument of each event in place of an array of all.
const kFirstEventParam = Symbol.for('nodejs.kFirstEventParam');

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

function addListener(emitter, name, listener, flags) {
  if (typeof emitter.on === 'function') {
    if (flags?.once) emitter.once(name, listener);
    else emitter.on(name, listener);
  } else if (typeof emitter.addEventListener === 'function') {
    emitter.addEventListener(name, listener, flags);
  } else {
    throw new codes.ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}

function removeListener(emitter, name, listener, flags) {
  if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
  else if (typeof emitter.removeEventListener === 'function') emitter.removeEventListener(name, listener, flags);
  else throw new codes.ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
}

// A promise of the arguments of the next event; an 'error' event or the signal rejects it.
async function once(emitter, name, options = kEmptyObject) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });

  return new Promise((resolve, reject) => {
    const forgetSignal = () => {
      if (signal != null) removeListener(signal, 'abort', onAbort);
    };
    const onError = (error) => {
      emitter.removeListener(name, onEvent);
      forgetSignal();
      reject(error);
    };
    const onEvent = (...args) => {
      if (typeof emitter.removeListener === 'function') emitter.removeListener('error', onError);
      forgetSignal();
      resolve(args);
    };
    const { kResistStopPropagation } = require('internal/event_target');
    const flags = { __proto__: null, once: true, [kResistStopPropagation]: true };
    function onAbort() {
      removeListener(emitter, name, onEvent);
      removeListener(emitter, 'error', onError);
      reject(new AbortError(undefined, { cause: signal?.reason }));
    }

    addListener(emitter, name, onEvent, flags);
    // EventTargets have no 'error' semantics.
    if (name !== 'error' && typeof emitter.once === 'function') emitter.once('error', onError);
    if (signal != null) addListener(signal, 'abort', onAbort, { __proto__: null, once: true, [kResistStopPropagation]: true });
  });
}

const result = (value, done) => ({ value, done });

// Listeners of several emitters, taken away together.
class Listeners {
  #list = [];

  add(emitter, event, handler, flags) {
    addListener(emitter, event, handler, flags);
    this.#list.push([emitter, event, handler, flags]);
  }

  removeAll() {
    for (const [emitter, event, handler, flags] of this.#list.splice(0)) removeListener(emitter, event, handler, flags);
  }
}

// Stops an emitter that can be stopped while more than `high` events wait, and starts it again when fewer than `low` do.
function watermark(options) {
  const name = (base) => (options[`${base}Watermark`] !== undefined && options[`${base}WaterMark`] === undefined ? `${base}Watermark` : `${base}WaterMark`);
  const high = options[name('high')] ?? Number.MAX_SAFE_INTEGER;
  const low = options[name('low')] ?? 1;
  validateInteger(high, 'options.highWaterMark', 1);
  validateInteger(low, 'options.lowWaterMark', 1);
  return { high, low };
}

// An async iterator over the events. Options: signal, close (names of events that end it), highWaterMark, lowWaterMark.
function on(emitter, event, options = kEmptyObject) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const { high, low } = watermark(options);

  const FixedQueue = require('internal/fixed_queue');
  const unconsumedEvents = new FixedQueue();
  const unconsumedPromises = new FixedQueue();
  const listeners = new Listeners();
  let paused = false;
  let error = null;
  let finished = false;
  let size = 0;
  let abortListener = null;

  const iterator = Object.setPrototypeOf({
    next() {
      // What came before an error or the end comes first.
      if (size > 0) {
        const value = unconsumedEvents.shift();
        size--;
        if (paused && size < low) {
          emitter.resume();
          paused = false;
        }
        return Promise.resolve(result(value, false));
      }
      if (error) {
        const rejected = Promise.reject(error);
        // Only once; then the iterator has ended.
        error = null;
        return rejected;
      }
      if (finished) return close();
      return new Promise((resolve, reject) => unconsumedPromises.push({ resolve, reject }));
    },

    return() { return close(); },

    throw(reason) {
      if (!reason || !(reason instanceof Error)) throw new codes.ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', reason);
      fail(reason);
    },

    [Symbol.asyncIterator]() { return this; },

    // For tests.
    [kWatermarkData]: {
      get size() { return size; },
      get low() { return low; },
      get high() { return high; },
      get isPaused() { return paused; },
    },
  }, AsyncIteratorPrototype);

  function push(value) {
    const promise = unconsumedPromises.shift();
    if (promise !== null) {
      promise.resolve(result(value, false));
      return;
    }
    size++;
    if (!paused && size > high) {
      paused = true;
      emitter.pause();
    }
    unconsumedEvents.push(value);
  }

  function fail(reason) {
    const promise = unconsumedPromises.shift();
    if (promise === null) error = reason;
    else promise.reject(reason);
    close();
  }

  function close() {
    abortListener?.[Symbol.dispose]();
    listeners.removeAll();
    finished = true;
    const done = result(undefined, true);
    for (let promise = unconsumedPromises.shift(); promise !== null; promise = unconsumedPromises.shift()) promise.resolve(done);
    return Promise.resolve(done);
  }

  listeners.add(emitter, event, options[kFirstEventParam] ? push : (...args) => push(args));
  if (event !== 'error' && typeof emitter.on === 'function') listeners.add(emitter, 'error', fail);
  for (const name of options.close ?? []) listeners.add(emitter, name, close);
  if (signal) {
    const { addAbortListener } = require('internal/events/abort_listener');
    abortListener = addAbortListener(signal, () => fail(new AbortError(undefined, { cause: signal.reason })));
  }
  return iterator;
}

module.exports = { kFirstEventParam, kWatermarkData, on, once };
