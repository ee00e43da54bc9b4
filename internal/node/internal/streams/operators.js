'use strict';

// The iterator helpers of Readable: map, filter, take, toArray and so on, as async generators over the stream.

const {
  AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateAbortSignal, validateFunction, validateInteger, validateObject } = require('internal/validators');
const { addAbortSignal } = require('internal/streams/add-abort-signal');
const { isNodeStream, isWritable } = require('internal/streams/utils');

const kEmpty = Symbol('kEmpty'); // Nothing to give for this chunk.
const kEof = Symbol('kEof');

function checkOptions(options) {
  if (options != null) validateObject(options, 'options');
  if (options?.signal != null) validateAbortSignal(options.signal, 'options.signal');
}

function throwIfAborted(options) {
  if (options?.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
}

function map(fn, options) {
  validateFunction(fn, 'fn');
  checkOptions(options);
  let concurrency = 1;
  if (options?.concurrency != null) concurrency = Math.floor(options.concurrency);
  let highWaterMark = concurrency - 1;
  if (options?.highWaterMark != null) highWaterMark = Math.floor(options.highWaterMark);
  validateInteger(concurrency, 'options.concurrency', 1);
  validateInteger(highWaterMark, 'options.highWaterMark', 0);
  return mapChunks(this, fn, options, concurrency, highWaterMark + concurrency);
}

async function* mapChunks(stream, fn, options, concurrency, limit) {
  const signal = AbortSignal.any([options?.signal].filter(Boolean));
  const fnOptions = { signal };
  const queue = []; // Promises of results, in order.
  let next; // Wakes the reader of the queue.
  let resume; // Wakes the pump.
  let done = false;
  let running = 0;

  function maybeResume() {
    if (resume && !done && running < concurrency && queue.length < limit) {
      resume();
      resume = null;
    }
  }
  function onSettled() {
    running--;
    maybeResume();
  }
  function onFailed() {
    done = true;
    onSettled();
  }
  function wakeReader() {
    if (next) {
      next();
      next = null;
    }
  }

  async function pump() {
    try {
      for await (let value of stream) {
        if (done) return;
        if (signal.aborted) throw new AbortError();
        try {
          value = fn(value, fnOptions);
          if (value === kEmpty) continue;
          value = Promise.resolve(value);
        } catch (err) {
          value = Promise.reject(err);
        }
        running++;
        value.then(onSettled, onFailed);
        queue.push(value);
        wakeReader();
        if (!done && (queue.length >= limit || running >= concurrency)) await new Promise((r) => { resume = r; });
      }
      queue.push(kEof);
    } catch (err) {
      const failed = Promise.reject(err);
      failed.then(onSettled, onFailed);
      queue.push(failed);
    } finally {
      done = true;
      wakeReader();
    }
  }
  pump();

  try {
    while (true) {
      while (queue.length > 0) {
        const value = await queue[0];
        if (value === kEof) return;
        if (signal.aborted) throw new AbortError();
        if (value !== kEmpty) yield value;
        queue.shift();
        maybeResume();
      }
      await new Promise((r) => { next = r; });
    }
  } finally {
    done = true;
    if (resume) {
      resume();
      resume = null;
    }
  }
}

function filter(fn, options) {
  validateFunction(fn, 'fn');
  return map.call(this, async (value, fnOptions) => ((await fn(value, fnOptions)) ? value : kEmpty), options);
}

function flatMap(fn, options) {
  return flatten(map.call(this, fn, options));
}

async function* flatten(values) {
  for await (const value of values) yield* value;
}

// Numbers of chunks are converted as ECMAScript's iterator helpers do.
function toIntegerOrInfinity(number) {
  number = Number(number);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw new ERR_OUT_OF_RANGE('number', '>= 0', number);
  return number;
}

function drop(number, options) {
  checkOptions(options);
  number = toIntegerOrInfinity(number);
  return dropChunks(this, number, options);
}

async function* dropChunks(stream, number, options) {
  throwIfAborted(options);
  for await (const value of stream) {
    throwIfAborted(options);
    if (number-- <= 0) yield value;
  }
}

function take(number, options) {
  checkOptions(options);
  number = toIntegerOrInfinity(number);
  return takeChunks(this, number, options);
}

async function* takeChunks(stream, number, options) {
  throwIfAborted(options);
  for await (const value of stream) {
    throwIfAborted(options);
    if (number-- > 0) yield value;
    // Not one chunk is read for nothing.
    if (number <= 0) return;
  }
}

async function some(fn, options = undefined) {
  for await (const unused of filter.call(this, fn, options)) return true; // eslint-disable-line no-unused-vars
  return false;
}

async function every(fn, options = undefined) {
  validateFunction(fn, 'fn');
  // Every is not some not.
  return !(await some.call(this, async (...args) => !(await fn(...args)), options));
}

async function find(fn, options) {
  for await (const value of filter.call(this, fn, options)) return value;
  return undefined;
}

async function forEach(fn, options) {
  validateFunction(fn, 'fn');
  async function call(value, fnOptions) {
    await fn(value, fnOptions);
    return kEmpty;
  }
  for await (const unused of map.call(this, call, options)); // eslint-disable-line no-unused-vars
}

class ReduceAwareErrMissingArgs extends ERR_MISSING_ARGS {
  constructor() {
    super('reduce');
    this.message = 'Reduce of an empty stream requires an initial value';
  }
}

async function reduce(reducer, initialValue, options) {
  validateFunction(reducer, 'reducer');
  checkOptions(options);
  let hasValue = arguments.length > 1;
  if (options?.signal?.aborted) {
    const err = new AbortError(undefined, { cause: options.signal.reason });
    this.once('error', () => {}); // The rejection says it.
    await require('internal/streams/end-of-stream').finished(this.destroy(err));
    throw err;
  }
  const controller = new AbortController();
  const signal = controller.signal;
  if (options?.signal) options.signal.addEventListener('abort', () => controller.abort(), { once: true });
  let gotAny = false;
  try {
    for await (const value of this) {
      gotAny = true;
      if (options?.signal?.aborted) throw new AbortError();
      if (!hasValue) {
        initialValue = value;
        hasValue = true;
      } else {
        initialValue = await reducer(initialValue, value, { signal });
      }
    }
    if (!gotAny && !hasValue) throw new ReduceAwareErrMissingArgs();
  } finally {
    controller.abort();
  }
  return initialValue;
}

async function toArray(options) {
  checkOptions(options);
  const result = [];
  for await (const value of this) {
    if (options?.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
    result.push(value);
  }
  return result;
}

function compose(stream, options) {
  checkOptions(options);
  if (isNodeStream(stream) && !isWritable(stream))
    throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
  const composed = require('internal/streams/compose')(this, stream);
  if (options?.signal) addAbortSignal(options.signal, composed);
  return composed;
}

module.exports = {
  streamReturningOperators: { drop, filter, flatMap, map, take },
  promiseReturningOperators: { every, forEach, reduce, toArray, some, find },
  compose,
};
