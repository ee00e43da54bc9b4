'use strict';
// Promises that were rejected and that nobody handles: 'unhandledRejection', 'rejectionHandled',
// and what --unhandled-rejections says should become of the rest.

const { isErrorLike } = require('internal/errors');
const { tickInfo } = internalBinding('task_queue');
const asyncContext = require('internal/async_context');

const kHasRejectionToWarn = 1;

// Rejected without a handler in this turn.
let pending = [];
// Every promise that was, until it gets a handler: to { reason, id, warned, frame }.
const unhandled = new WeakMap();
// Those that got their handler after we had told: { promise, warning }.
const handledLate = [];
let lastId = 0;

function onRejectWithoutHandler(promise, reason) {
  unhandled.set(promise, { reason, id: ++lastId, warned: false, frame: asyncContext.current() });
  pending.push(promise);
  tickInfo[kHasRejectionToWarn] = 1;
}

function onHandlerAdded(promise) {
  const info = unhandled.get(promise);
  if (info === undefined) return;
  unhandled.delete(promise);
  if (!info.warned) return;
  const warning = errorWithoutStack('PromiseRejectionHandledWarning', `Promise rejection was handled asynchronously (rejection id: ${info.id})`);
  Error.captureStackTrace(warning, onHandlerAdded);
  warning.id = info.id;
  handledLate.push({ promise, warning });
  tickInfo[kHasRejectionToWarn] = 1;
}

function errorWithoutStack(name, message) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = limit;
  Object.defineProperty(error, 'name', { __proto__: null, value: name, enumerable: false, writable: true, configurable: true });
  return error;
}

// What a thing is called without running any code of the application.
function noSideEffectsToString(value) {
  switch (typeof value) {
    case 'string': return value;
    case 'object':
    case 'function': {
      if (value === null) return 'null';
      if (typeof value === 'function') return Function.prototype.toString.call(value);
      const name = internalBinding('util').getConstructorName(value);
      return `#<${name || 'Object'}>`;
    }
    case 'bigint':
    default: return String(value);
  }
}

class UnhandledPromiseRejection extends Error {
  code = 'ERR_UNHANDLED_REJECTION';

  constructor(reason) {
    super('This error originated either by throwing inside of an async function without a catch block, ' +
      'or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason ' +
      `"${noSideEffectsToString(reason)}".`);
    this.name = 'UnhandledPromiseRejection';
  }
}

Object.defineProperty(UnhandledPromiseRejection.prototype, 'constructor', { __proto__: null, value: Error, writable: true, configurable: true });

function asError(reason) {
  return isErrorLike(reason) ? reason : new UnhandledPromiseRejection(reason);
}

function triggerUncaughtException(error) {
  require('internal/process_exceptions').onUncaughtException(error, true);
}

function warn(id, reason) {
  const warning = errorWithoutStack('UnhandledPromiseRejectionWarning',
    'Unhandled promise rejection. This error originated either by throwing inside of an async function without a ' +
    'catch block, or by rejecting a promise which was not handled with .catch(). To terminate the node process on ' +
    'unhandled promise rejection, use the CLI flag `--unhandled-rejections=strict` ' +
    `(see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). (rejection id: ${id})`);
  try {
    if (isErrorLike(reason)) {
      warning.stack = reason.stack;
      process.emitWarning(reason.stack, 'UnhandledPromiseRejectionWarning');
    } else {
      process.emitWarning(noSideEffectsToString(reason), 'UnhandledPromiseRejectionWarning');
    }
  } catch { /* a stack that throws: the second warning says enough */ }
  process.emitWarning(warning);
}

const emitUnhandled = (promise, reason) => process.emit('unhandledRejection', reason, promise);

// --unhandled-rejections: what is done with a promise, by mode.
const modes = {
  __proto__: null,
  strict(promise, { reason, id }) {
    triggerUncaughtException(asError(reason));
    if (!emitUnhandled(promise, reason)) warn(id, reason);
  },
  throw(promise, { reason }) {
    if (!emitUnhandled(promise, reason)) triggerUncaughtException(asError(reason));
  },
  warn(promise, { reason, id }) {
    emitUnhandled(promise, reason);
    warn(id, reason);
  },
  none(promise, { reason }) {
    emitUnhandled(promise, reason);
  },
  'warn-with-error-code'(promise, { reason, id }) {
    if (emitUnhandled(promise, reason)) return;
    warn(id, reason);
    process.exitCode = 1;
  },
};

let mode;

// Tells of what became known. Returns whether there may be ticks or microtasks to run after it.
function processPromiseRejections() {
  tickInfo[kHasRejectionToWarn] = 0;
  let ran = handledLate.length > 0;
  while (handledLate.length > 0) {
    const { promise, warning } = handledLate.shift();
    if (!process.emit('rejectionHandled', promise)) process.emitWarning(warning);
  }

  mode ??= modes[require('internal/options').getOptionValue('--unhandled-rejections') || 'throw'] ?? modes.throw;
  const list = pending;
  pending = [];
  for (let i = 0; i < list.length; i++) {
    const promise = list[i];
    const info = unhandled.get(promise);
    if (info === undefined) continue; // Handled before the end of the turn.
    info.warned = true;
    const prior = asyncContext.exchange(info.frame);
    try {
      tell(promise, info);
    } catch (error) {
      // A listener threw: the rest comes next time.
      pending = list.slice(i + 1).concat(pending);
      if (pending.length > 0) tickInfo[kHasRejectionToWarn] = 1;
      throw error;
    } finally {
      asyncContext.set(prior);
    }
    ran = true;
  }
  return ran || pending.length > 0;
}

// In the async context of the promise, when hooks know of it.
function tell(promise, info) {
  const hooks = require('internal/async_hooks');
  if (!hooks.enabledHooksExist()) {
    mode(promise, info);
    return;
  }
  const { asyncId, trigger } = hooks.promiseIdsOf(promise);
  hooks.pushAsyncContext(asyncId, trigger, promise);
  try {
    mode(promise, info);
  } finally {
    hooks.popAsyncContext(asyncId);
  }
}

module.exports = { onHandlerAdded, onRejectWithoutHandler, processPromiseRejections };
