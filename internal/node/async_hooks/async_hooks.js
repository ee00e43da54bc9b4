'use strict';
// The module async_hooks: AsyncLocalStorage, AsyncResource, and the hooks themselves.

const { codes } = require('internal/errors');
const { ERR_ASYNC_CALLBACK, ERR_ASYNC_TYPE, ERR_INVALID_ASYNC_ID } = codes;
const { kEmptyObject } = require('internal/util');
const { validateBoolean, validateFunction, validateString } = require('internal/validators');
const asyncContext = require('internal/async_context');
const hooks = require('internal/async_hooks');
const { emitAfter, emitBefore, emitDestroy, emitInit, getDefaultTriggerAsyncId, newAsyncId } = hooks;
const {
  async_id_symbol, trigger_async_id_symbol,
  init_symbol, before_symbol, after_symbol, destroy_symbol, promise_resolve_symbol,
} = hooks.symbols;

const contextFrameSymbol = Symbol('context_frame');
const destroyedSymbol = Symbol('destroyed');

// --- Hooks ---

class AsyncHook {
  constructor({ init, before, after, destroy, promiseResolve, trackPromises }) {
    if (init !== undefined && typeof init !== 'function') throw new ERR_ASYNC_CALLBACK('hook.init');
    if (before !== undefined && typeof before !== 'function') throw new ERR_ASYNC_CALLBACK('hook.before');
    if (after !== undefined && typeof after !== 'function') throw new ERR_ASYNC_CALLBACK('hook.after');
    if (destroy !== undefined && typeof destroy !== 'function') throw new ERR_ASYNC_CALLBACK('hook.destroy');
    if (promiseResolve !== undefined && typeof promiseResolve !== 'function') throw new ERR_ASYNC_CALLBACK('hook.promiseResolve');
    if (trackPromises !== undefined) validateBoolean(trackPromises, 'trackPromises');
    if (trackPromises === false && promiseResolve !== undefined) {
      throw new codes.ERR_INVALID_ARG_VALUE('trackPromises', trackPromises, 'must not be false when promiseResolve is enabled');
    }

    this[init_symbol] = init;
    this[before_symbol] = before;
    this[after_symbol] = after;
    this[destroy_symbol] = destroy;
    this[promise_resolve_symbol] = promiseResolve;
    this[hooks.kNoPromiseHook] = trackPromises === false;
  }

  enable() {
    hooks.enableHook(this);
    return this;
  }

  disable() {
    hooks.disableHook(this);
    return this;
  }
}

function createHook(fns) {
  return new AsyncHook(fns);
}

// --- Resources ---

class AsyncResource {
  constructor(type, options = kEmptyObject) {
    validateString(type, 'type');

    let triggerAsyncId = options;
    let requireManualDestroy = false;
    if (typeof options !== 'number') {
      triggerAsyncId = options.triggerAsyncId === undefined ? getDefaultTriggerAsyncId() : options.triggerAsyncId;
      requireManualDestroy = Boolean(options.requireManualDestroy);
    }
    if (!Number.isSafeInteger(triggerAsyncId) || triggerAsyncId < -1) {
      throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', triggerAsyncId);
    }

    this[contextFrameSymbol] = asyncContext.current();
    const asyncId = newAsyncId();
    this[async_id_symbol] = asyncId;
    this[trigger_async_id_symbol] = triggerAsyncId;

    if (hooks.initHooksExist()) {
      if (type.length === 0) throw new ERR_ASYNC_TYPE(type);
      emitInit(asyncId, type, triggerAsyncId, this);
    }
    if (!requireManualDestroy && hooks.destroyHooksExist()) {
      // Told once, by emitDestroy() or by the collector.
      const state = { destroyed: false };
      this[destroyedSymbol] = state;
      hooks.registerDestroyHook(this, asyncId, state);
    }
  }

  // Calls fn as if the resource's operation called back: its id, its hooks, its context.
  runInAsyncScope(fn, thisArg, ...args) {
    const asyncId = this[async_id_symbol];
    emitBefore(asyncId, this[trigger_async_id_symbol], this);
    const prior = asyncContext.exchange(this[contextFrameSymbol]);
    try {
      return Reflect.apply(fn, thisArg, args);
    } finally {
      asyncContext.set(prior);
      if (hooks.hasAsyncIdStack()) emitAfter(asyncId);
    }
  }

  emitDestroy() {
    if (this[destroyedSymbol] !== undefined) this[destroyedSymbol].destroyed = true;
    emitDestroy(this[async_id_symbol]);
    return this;
  }

  asyncId() { return this[async_id_symbol]; }

  triggerAsyncId() { return this[trigger_async_id_symbol]; }

  bind(fn, thisArg) {
    validateFunction(fn, 'fn');
    const resource = this;
    const bound = thisArg === undefined ?
      function(...args) { return resource.runInAsyncScope(fn, this, ...args); } :
      function(...args) { return resource.runInAsyncScope(fn, thisArg, ...args); };
    let self = this;
    Object.defineProperties(bound, {
      name: { __proto__: null, configurable: true, enumerable: false, value: 'bound', writable: false },
      length: { __proto__: null, configurable: true, enumerable: false, value: fn.length, writable: false },
      asyncResource: {
        __proto__: null,
        configurable: true,
        enumerable: true,
        get: deprecated(() => self),
        set: deprecated((value) => { self = value; }),
      },
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    type ||= fn.name || 'bound-anonymous-fn';
    return new AsyncResource(type).bind(fn, thisArg);
  }
}

// The property asyncResource of bound functions warns, when somebody looks.
function deprecated(fn) {
  return function(...args) {
    require('internal/util').getDeprecationWarningEmitter('DEP0172',
      'The asyncResource property on bound functions is deprecated')();
    return fn(...args);
  };
}

module.exports = {
  get AsyncLocalStorage() { return require('internal/async_local_storage').AsyncLocalStorage; },
  createHook,
  executionAsyncId: hooks.executionAsyncId,
  triggerAsyncId: hooks.triggerAsyncId,
  executionAsyncResource: hooks.executionAsyncResource,
  asyncWrapProviders: Object.freeze({ __proto__: null, NONE: 0, ...providers() }),
  AsyncResource,
};

// Node's kinds of native resources, by number.
function providers() {
  const names = ['DIRHANDLE', 'DNSCHANNEL', 'ELDHISTOGRAM', 'FILEHANDLE', 'FILEHANDLECLOSEREQ', 'BLOBREADER',
    'FSEVENTWRAP', 'FSREQCALLBACK', 'FSREQPROMISE', 'GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'HEAPSNAPSHOT',
    'CPUHEAPPROFILE', 'HTTP2SESSION', 'HTTP2STREAM', 'HTTP2PING', 'HTTP2SETTINGS', 'HTTPINCOMINGMESSAGE',
    'HTTPCLIENTREQUEST', 'LOCKS', 'JSSTREAM', 'JSUDPWRAP', 'MESSAGEPORT', 'PIPECONNECTWRAP', 'PIPESERVERWRAP',
    'PIPEWRAP', 'PROCESSWRAP', 'PROMISE', 'QUERYWRAP', 'SHUTDOWNWRAP', 'SIGNALWRAP', 'STATWATCHER',
    'STREAMPIPE', 'TCPCONNECTWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'TTYWRAP', 'UDPSENDWRAP', 'UDPWRAP', 'SIGINTWATCHDOG',
    'WORKER', 'WORKERHEAPSNAPSHOT', 'WRITEWRAP', 'ZLIB'];
  return Object.fromEntries(names.map((name, index) => [name, index + 1]));
}
