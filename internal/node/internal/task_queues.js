'use strict';
// process.nextTick(), queueMicrotask(), and what runs after every callback from the loop:
// ticks, then microtasks, until there are none, then the promises that nobody handles.

const { enqueueMicrotask, promiseRejectEvents, runMicrotasks, setPromiseRejectCallback, tickInfo } = internalBinding('task_queue');
const { codes } = require('internal/errors');
const FixedQueue = require('internal/fixed_queue');
const asyncContext = require('internal/async_context');
const hooks = require('internal/async_hooks');
const { emitAfter, emitBefore, emitDestroy, emitInit, getDefaultTriggerAsyncId, newAsyncId } = hooks;
const { async_id_symbol, trigger_async_id_symbol } = hooks.symbols;

const kAsyncContextFrame = Symbol('kAsyncContextFrame');
const kHasTickScheduled = 0;
const kHasRejectionToWarn = 1;

const queue = new FixedQueue();

// --- Ticks ---

class Tick {
  constructor(callback, args) {
    this[async_id_symbol] = newAsyncId();
    this[trigger_async_id_symbol] = getDefaultTriggerAsyncId();
    this[kAsyncContextFrame] = asyncContext.current();
    this.callback = callback;
    this.args = args;
  }
}

function nextTick(callback, ...args) {
  if (typeof callback !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  if (process._exiting) return;
  const tick = new Tick(callback, args.length === 0 ? undefined : args);
  tickInfo[kHasTickScheduled] = 1;
  if (hooks.initHooksExist()) emitInit(tick[async_id_symbol], 'TickObject', tick[trigger_async_id_symbol], tick);
  queue.push(tick);
}

Object.defineProperty(nextTick, 'length', { __proto__: null, value: 1, configurable: true });

// Runs all ticks and microtasks. A tick that throws ends it; the rest waits for the next callback.
function processTicksAndRejections() {
  do {
    let tick;
    while ((tick = queue.shift()) !== null) {
      const asyncId = tick[async_id_symbol];
      emitBefore(asyncId, tick[trigger_async_id_symbol], tick);
      asyncContext.set(tick[kAsyncContextFrame]);
      try {
        const { args, callback } = tick;
        if (args === undefined) {
          callback();
        } else {
          switch (args.length) {
            case 1: callback(args[0]); break;
            case 2: callback(args[0], args[1]); break;
            case 3: callback(args[0], args[1], args[2]); break;
            default: callback(...args);
          }
        }
      } finally {
        if (hooks.destroyHooksExist()) emitDestroy(asyncId);
      }
      // Not in `finally`: an exception is handled in the context that threw it.
      asyncContext.set(undefined);
      emitAfter(asyncId);
    }
    runMicrotasks();
  } while (!queue.isEmpty() || processRejections());
  tickInfo[kHasTickScheduled] = 0;
}

function processRejections() {
  return tickInfo[kHasRejectionToWarn] !== 0 && promises.processPromiseRejections();
}

// Between two timers or immediates. An exception is the caller's.
function runNextTicks() {
  if (tickInfo[kHasTickScheduled] === 0 && tickInfo[kHasRejectionToWarn] === 0) {
    runMicrotasks();
    if (tickInfo[kHasTickScheduled] === 0 && tickInfo[kHasRejectionToWarn] === 0) return;
  }
  processTicksAndRejections.call(process); // stacks say "at process.processTicksAndRejections", as in Node
}

let draining = false;

// After every callback from the loop. An exception ends it and is the loop's: the rest waits for the next callback.
function drain() {
  hooks.endMain();
  draining = true;
  runNextTicks();
  draining = false;
}

// After an exception that nobody caught, when the loop goes on. Returns whether it was drain() that it cut off.
function recover() {
  asyncContext.set(undefined);
  const cut = draining;
  draining = false;
  return cut;
}

// --- Microtasks ---

class Microtask {
  constructor(callback) {
    this.callback = callback;
    this[async_id_symbol] = newAsyncId();
    this[trigger_async_id_symbol] = getDefaultTriggerAsyncId();
  }
}

function queueMicrotask(callback) {
  if (typeof callback !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  const task = new Microtask(callback);
  const frame = asyncContext.current();
  if (hooks.initHooksExist()) emitInit(task[async_id_symbol], 'Microtask', task[trigger_async_id_symbol], task);
  enqueueMicrotask(() => runMicrotask(task, frame));
}

function runMicrotask(task, frame) {
  const asyncId = task[async_id_symbol];
  emitBefore(asyncId, task[trigger_async_id_symbol], task);
  const prior = asyncContext.exchange(frame);
  try {
    const { callback } = task;
    callback();
  } catch (error) {
    require('internal/process_exceptions').onUncaughtException(error);
  } finally {
    asyncContext.set(prior);
    if (hooks.destroyHooksExist()) emitDestroy(asyncId);
  }
  // The stack may be gone: the exception handler clears it.
  if (hooks.executionAsyncId() === asyncId) emitAfter(asyncId);
}

// --- Rejections ---

// Loaded by the first promise that is rejected without a handler.
let promises;

setPromiseRejectCallback((type, promise, reason) => {
  if (type === promiseRejectEvents.kPromiseRejectWithNoHandler) {
    promises ??= require('internal/promises');
    promises.onRejectWithoutHandler(promise, reason);
  } else if (type === promiseRejectEvents.kPromiseHandlerAddedAfterReject) {
    promises?.onHandlerAdded(promise);
  } else if (process.listenerCount('multipleResolves') > 0) {
    // Settled a second time. In a tick: a listener's exception is not the executor's.
    const how = type === promiseRejectEvents.kPromiseRejectAfterResolved ? 'reject' : 'resolve';
    nextTick(() => process.emit('multipleResolves', how, promise, reason));
  }
});

module.exports = { drain, kAsyncContextFrame, nextTick, processTicksAndRejections, queueMicrotask, recover, runNextTicks };
