'use strict';
// Ids of async resources, the stack of what executes, and the hooks of async_hooks.createHook().
// All of it lives in JavaScript: resources are made here (ticks, timers, AsyncResource, promises by V8's hooks).

const async_id_symbol = Symbol('async_id_symbol');
const trigger_async_id_symbol = Symbol('trigger_async_id_symbol');
const owner_symbol = Symbol('owner_symbol');

const init_symbol = Symbol('init');
const before_symbol = Symbol('before');
const after_symbol = Symbol('after');
const destroy_symbol = Symbol('destroy');
const promise_resolve_symbol = Symbol('promiseResolve');
const kNoPromiseHook = Symbol('kNoPromiseHook');

// --- Ids and the stack of executions ---

let lastAsyncId = 1; // 1 is the main script's.

// What executes now. The main script is 1, made by nobody; what the loop calls by itself is 0.
let executionId = 1;
let triggerId = 0;
let resource = {};
// The ones below it: id, trigger, resource, three places each.
const stack = [];
// For resources that are made on behalf of another one; -1: none.
let defaultTriggerId = -1;

function newAsyncId() {
  return ++lastAsyncId;
}

function executionAsyncId() { return executionId; }

function triggerAsyncId() { return triggerId; }

function executionAsyncResource() { return resource; }

function pushAsyncContext(asyncId, trigger, asyncResource) {
  stack.push(executionId, triggerId, resource);
  executionId = asyncId;
  triggerId = trigger;
  resource = asyncResource;
}

// Returns whether something was popped: an exception handler may have cleared the stack meanwhile.
function popAsyncContext(asyncId) {
  if (stack.length === 0) return false;
  if (asyncId !== undefined && executionId !== asyncId) {
    // Out of order: only after an exception that somebody swallowed.
    return false;
  }
  resource = stack.pop();
  triggerId = stack.pop();
  executionId = stack.pop();
  return true;
}

function clearAsyncIdStack() {
  stack.length = 0;
  executionId = 0;
  triggerId = 0;
  resource = {};
}

// The main script has ended: from now on only what the loop calls executes.
function endMain() {
  if (stack.length === 0 && executionId === 1) clearAsyncIdStack();
}

function hasAsyncIdStack() {
  return stack.length > 0;
}

function getDefaultTriggerAsyncId() {
  return defaultTriggerId < 0 ? executionId : defaultTriggerId;
}

function clearDefaultTriggerAsyncId() {
  defaultTriggerId = -1;
}

// Calls block(...args) while resources count as made by triggerAsyncId.
function defaultTriggerAsyncIdScope(trigger, block, ...args) {
  if (trigger === undefined) return Reflect.apply(block, null, args);
  const before = defaultTriggerId;
  defaultTriggerId = trigger;
  try {
    return Reflect.apply(block, null, args);
  } finally {
    defaultTriggerId = before;
  }
}

function getOrSetAsyncId(object) {
  if (Object.hasOwn(object, async_id_symbol)) return object[async_id_symbol];
  return object[async_id_symbol] = newAsyncId();
}

// --- Hooks ---

// The enabled hooks. Never changed in place: whoever is walking it goes on with what there was.
let hooks = [];
let inits = 0;
let befores = 0;
let afters = 0;
let destroys = 0;
let resolves = 0;
let promiseTrackers = 0;

function count(hook, by) {
  if (hook[init_symbol]) inits += by;
  if (hook[before_symbol]) befores += by;
  if (hook[after_symbol]) afters += by;
  if (hook[destroy_symbol]) destroys += by;
  if (hook[promise_resolve_symbol]) resolves += by;
  if (!hook[kNoPromiseHook]) promiseTrackers += by;
}

function enableHook(hook) {
  if (hooks.includes(hook)) return;
  hooks = [...hooks, hook];
  count(hook, 1);
  updatePromiseHooks();
}

function disableHook(hook) {
  if (!hooks.includes(hook)) return;
  hooks = hooks.filter((other) => other !== hook);
  count(hook, -1);
  updatePromiseHooks();
}

function enabledHooksExist() { return hooks.length > 0; }
function initHooksExist() { return inits > 0; }
function afterHooksExist() { return afters > 0; }
function destroyHooksExist() { return destroys > 0; }

// An exception in a hook ends the process, whoever listens for exceptions.
function fatalError(error) {
  let text = error?.stack;
  if (typeof text !== 'string') {
    const holder = new Error(String(error));
    Error.captureStackTrace(holder, fatalError);
    text = holder.stack;
  }
  internalBinding('core').writeError(`${text}\n`);
  if (process.execArgv?.includes('--abort-on-uncaught-exception')) process.abort();
  internalBinding('core').exit(1);
}

function call(symbol, ...args) {
  const list = hooks;
  try {
    for (let i = 0; i < list.length; i++) {
      const fn = list[i][symbol];
      if (typeof fn === 'function') Reflect.apply(fn, list[i], args);
    }
  } catch (error) {
    fatalError(error);
  }
}

function emitInit(asyncId, type, trigger, object) {
  if (inits === 0) return;
  call(init_symbol, asyncId, type, trigger ?? getDefaultTriggerAsyncId(), object);
}

function emitBefore(asyncId, trigger, object) {
  pushAsyncContext(asyncId, trigger, object);
  if (befores > 0) call(before_symbol, asyncId);
}

function emitAfter(asyncId) {
  if (afters > 0) call(after_symbol, asyncId);
  popAsyncContext(asyncId);
}

// Destroy hooks run later, not inside of whatever destroys.
let destroyed = [];

function emitDestroyQueued() {
  const ids = destroyed;
  destroyed = [];
  for (const id of ids) call(destroy_symbol, id);
}

function emitDestroy(asyncId) {
  if (destroys === 0 || asyncId <= 0) return;
  if (destroyed.push(asyncId) === 1) require('internal/timers').queueBeforeImmediates(emitDestroyQueued);
}

function emitPromiseResolve(asyncId) {
  if (resolves > 0) call(promise_resolve_symbol, asyncId);
}

// --- Promises ---

let promiseHooksInstalled = false;

// V8 tells of promises only while somebody listens: it slows every promise down.
function updatePromiseHooks() {
  const wanted = hooks.length > 0 && promiseTrackers > 0;
  if (wanted === promiseHooksInstalled) return;
  promiseHooksInstalled = wanted;
  const { setPromiseHooks } = internalBinding('async_wrap');
  if (wanted) setPromiseHooks(promiseInit, promiseBefore, promiseAfter, promiseResolved);
  else setPromiseHooks(undefined, undefined, undefined, undefined);
}

// Promises' ids are kept beside them: an own property would be seen.
const promiseIds = new WeakMap();
let promiseRegistry;

function trackPromise(promise, parent) {
  const asyncId = newAsyncId();
  const trigger = parent === undefined ? getDefaultTriggerAsyncId() : promiseIdsOf(parent).asyncId;
  const ids = { asyncId, trigger };
  promiseIds.set(promise, ids);
  return ids;
}

function promiseIdsOf(promise) {
  return promiseIds.get(promise) ?? trackPromise(promise, undefined);
}

function promiseInit(promise, parent) {
  const ids = trackPromise(promise, parent);
  if (inits > 0) call(init_symbol, ids.asyncId, 'PROMISE', ids.trigger, promise);
  if (destroys > 0) {
    promiseRegistry ??= new FinalizationRegistry((asyncId) => emitDestroy(asyncId));
    promiseRegistry.register(promise, ids.asyncId);
  }
}

function promiseBefore(promise) {
  const ids = promiseIdsOf(promise);
  emitBefore(ids.asyncId, ids.trigger, promise);
}

function promiseAfter(promise) {
  const { asyncId } = promiseIdsOf(promise);
  // The hooks may have been enabled while it ran: then it was not pushed.
  if (afters > 0) call(after_symbol, asyncId);
  if (executionId === asyncId) popAsyncContext(asyncId);
}

function promiseResolved(promise) {
  emitPromiseResolve(promiseIdsOf(promise).asyncId);
}

// --- Resources that forget to tell that they are gone ---

let registry;

function registerDestroyHook(object, asyncId, state) {
  registry ??= new FinalizationRegistry(({ id, destroyedState }) => {
    if (!destroyedState?.destroyed) emitDestroy(id);
  });
  registry.register(object, { id: asyncId, destroyedState: state });
}

module.exports = {
  afterHooksExist,
  clearAsyncIdStack,
  clearDefaultTriggerAsyncId,
  defaultTriggerAsyncIdScope,
  destroyHooksExist,
  disableHook,
  emitAfter,
  emitBefore,
  emitDestroy,
  emitInit,
  enableHook,
  enabledHooksExist,
  endMain,
  executionAsyncId,
  executionAsyncResource,
  getDefaultTriggerAsyncId,
  getOrSetAsyncId,
  hasAsyncIdStack,
  initHooksExist,
  kNoPromiseHook,
  newAsyncId,
  popAsyncContext,
  promiseIdsOf,
  pushAsyncContext,
  registerDestroyHook,
  symbols: {
    async_id_symbol,
    trigger_async_id_symbol,
    owner_symbol,
    init_symbol,
    before_symbol,
    after_symbol,
    destroy_symbol,
    promise_resolve_symbol,
  },
  triggerAsyncId,
};
