'use strict';
// EventEmitter. What every request uses is here; `once`, `on` and the other helpers on promises are loaded when used.

const { codes, genericNodeError, kEnhanceStackBeforeInspector } = require('internal/errors');

const kCapture = Symbol('kCapture');
const kErrorMonitor = Symbol('events.errorMonitor');
const kShapeMode = Symbol('shapeMode');
const kRejection = Symbol.for('nodejs.rejection');
// On a list of listeners: how many emit() calls are walking it. Who changes the list meanwhile makes a copy.
const kEmitting = Symbol('events.emitting');
const kMaxEventTargetListeners = Symbol('events.maxEventTargetListeners');
const kMaxEventTargetListenersWarned = Symbol('events.maxEventTargetListenersWarned');

let defaultMaxListeners = 10;

// What an emitter without listeners has: shared, and replaced by the first listener.
// Most of the emitters of a server (requests, responses) are made and dropped without ever getting there.
const noEvents = Object.freeze({ __proto__: null });

function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;

Object.defineProperty(EventEmitter.prototype, kCapture, { __proto__: null, value: false, writable: true, enumerable: false });

function checkListener(listener) {
  if (typeof listener !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('listener', 'Function', listener);
}

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
  require('internal/validators').validateNumber(n, 'setMaxListeners', 0);
  this._maxListeners = n;
  return this;
};

function maxListenersOf(emitter) {
  return emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
}

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
  return maxListenersOf(this);
};

// --- Emitting ---

EventEmitter.prototype.emit = function emit(type, ...args) {
  const events = this._events;

  if (type === 'error') {
    if (events !== undefined && events[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args);
    if (events === undefined || events.error === undefined) throw unhandledError(this, args[0]);
  } else if (events === undefined) {
    return false;
  }

  const listeners = events[type];
  if (listeners === undefined) return false;

  if (typeof listeners === 'function') {
    // V8 hands the rest parameter on without making an array.
    const result = Reflect.apply(listeners, this, args);
    if (result !== undefined && result !== null && this[kCapture]) addCatch(this, result, type, args);
    return true;
  }

  listeners[kEmitting]++;
  try {
    const length = listeners.length;
    for (let i = 0; i < length; i++) {
      const result = Reflect.apply(listeners[i], this, args);
      if (result !== undefined && result !== null && this[kCapture]) addCatch(this, result, type, args);
    }
  } finally {
    listeners[kEmitting]--;
  }
  return true;
};
require('internal/plain').emit = EventEmitter.prototype.emit;

// What emit('error', error) throws when nobody listens.
function unhandledError(emitter, error) {
  if (error instanceof Error) {
    try {
      const capture = {};
      Error.captureStackTrace(capture, EventEmitter.prototype.emit);
      Object.defineProperty(error, kEnhanceStackBeforeInspector, {
        __proto__: null,
        value: () => enhanceStackTrace(emitter, error, capture),
        configurable: true,
      });
    } catch { /* a frozen error is thrown as it is */ }
    return error;
  }

  let shown;
  try {
    shown = require('internal/util/inspect').inspect(error);
  } catch {
    shown = error;
  }
  const unhandled = new codes.ERR_UNHANDLED_ERROR(shown);
  unhandled.context = error;
  return unhandled;
}

// The error's stack, followed by the stack of the emit() that nobody listened to.
function enhanceStackTrace(emitter, error, own) {
  let instance = '';
  try {
    const { name } = emitter.constructor;
    if (name !== 'EventEmitter') instance = ` on ${name} instance`;
  } catch { /* without a constructor, without its name */ }

  const errorStack = error.stack.split('\n').slice(1);
  const ownStack = own.stack.split('\n').slice(1);
  const { length, offset } = commonLines(ownStack, errorStack);
  if (length > 0) ownStack.splice(offset + 1, length - 2, '    [... lines matching original stack trace ...]');
  return `${error.stack}\nEmitted 'error' event${instance} at:\n${ownStack.join('\n')}`;
}

// The first run of more than three lines of `a` that are also a run of `b`.
function commonLines(a, b) {
  for (let i = 0; i < a.length - 3; i++) {
    const position = b.indexOf(a[i]);
    if (position === -1) continue;
    const rest = b.length - position;
    if (rest <= 3) continue;
    let length = 1;
    const most = Math.min(a.length - i, rest);
    while (most > length && a[i + length] === b[position + length]) length++;
    if (length > 3) return { length, offset: i };
  }
  return { length: 0, offset: 0 };
}

// --- Rejections of async listeners (captureRejections) ---

function addCatch(emitter, promise, type, args) {
  try {
    // Anything with a then() will do; it is read once.
    const { then } = promise;
    if (typeof then === 'function') {
      then.call(promise, undefined, (error) => {
        // Out of the promise: an exception in the handler is an uncaught one.
        process.nextTick(emitUnhandledRejectionOrError, emitter, error, type, args);
      });
    }
  } catch (error) {
    emitter.emit('error', error);
  }
}

function emitUnhandledRejectionOrError(emitter, error, type, args) {
  if (typeof emitter[kRejection] === 'function') {
    emitter[kRejection](error, type, ...args);
    return;
  }
  // Off for now, lest an async 'error' listener that rejects goes round for ever.
  const previous = emitter[kCapture];
  try {
    emitter[kCapture] = false;
    emitter.emit('error', error);
  } finally {
    emitter[kCapture] = previous;
  }
}

// --- Adding ---

function addListenerTo(emitter, type, listener, prepend) {
  checkListener(listener);

  let events = emitter._events;
  let existing;
  if (events === undefined || events === noEvents) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else {
    // Before it is added: a listener for 'newListener' does not hear of itself.
    if (events.newListener !== undefined) {
      emitter.emit('newListener', type, listener.listener ?? listener);
      events = emitter._events;
      if (events === noEvents) events = emitter._events = { __proto__: null };
    }
    existing = events[type];
  }

  if (existing === undefined) {
    events[type] = listener;
    ++emitter._eventsCount;
    return emitter;
  }

  let list;
  if (typeof existing === 'function') {
    list = prepend ? [listener, existing] : [existing, listener];
    list[kEmitting] = 0;
    events[type] = list;
  } else {
    list = writable(events, type, existing);
    if (prepend) list.unshift(listener);
    else list.push(listener);
  }

  const max = maxListenersOf(emitter);
  if (max > 0 && list.length > max && !list.warned) warnOfLeak(emitter, type, list, max);
  return emitter;
}

// The list of listeners of a type, safe to be changed: a copy if an emit() walks it.
function writable(events, type, list) {
  if (!(list[kEmitting] > 0)) return list;
  const copy = list.slice();
  copy[kEmitting] = 0;
  if (list.warned) copy.warned = true;
  events[type] = copy;
  return copy;
}

function warnOfLeak(emitter, type, list, max) {
  list.warned = true;
  const { inspect } = require('internal/util/inspect');
  process.emitWarning(genericNodeError(
    `Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners ` +
    `added to ${inspect(emitter, { depth: -1 })}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`,
    { name: 'MaxListenersExceededWarning', emitter, type, count: list.length }));
}

EventEmitter.prototype.addListener = function addListener(type, listener) {
  return addListenerTo(this, type, listener, false);
};

EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
  return addListenerTo(this, type, listener, true);
};

function onceWrap(target, type, listener) {
  let fired = false;
  function wrapper(...args) {
    if (fired) return undefined;
    fired = true;
    target.removeListener(type, wrapper);
    return args.length === 0 ? listener.call(target) : Reflect.apply(listener, target, args);
  }
  wrapper.listener = listener;
  return wrapper;
}

EventEmitter.prototype.once = function once(type, listener) {
  checkListener(listener);
  this.on(type, onceWrap(this, type, listener));
  return this;
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
  checkListener(listener);
  this.prependListener(type, onceWrap(this, type, listener));
  return this;
};

// --- Removing ---

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  const events = this._events;
  if (events === undefined) return this;
  const existing = events[type];
  if (existing === undefined) return this;

  if (existing === listener || existing.listener === listener) {
    forget(this, events, type);
    if (events.removeListener !== undefined) this.emit('removeListener', type, existing.listener || listener);
    return this;
  }
  if (typeof existing === 'function') return this;

  let position = existing.length - 1;
  for (; position >= 0; position--) {
    if (existing[position] === listener || existing[position].listener === listener) break;
  }
  if (position < 0) return this;

  if (existing.length === 2) {
    events[type] = existing[1 - position];
  } else {
    const list = writable(events, type, existing);
    if (position === 0) list.shift();
    else if (position === list.length - 1) list.pop();
    else list.splice(position, 1);
  }
  if (events.removeListener !== undefined) this.emit('removeListener', type, listener);
  return this;
};

EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

// Takes a type out of the events. In shape mode its slot stays.
function forget(emitter, events, type) {
  emitter._eventsCount -= 1;
  if (emitter[kShapeMode]) events[type] = undefined;
  else delete events[type];
}

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;

  if (events.removeListener === undefined) {
    // Nobody wants to hear of it.
    if (arguments.length === 0) {
      this._events = noEvents;
      this._eventsCount = 0;
    } else if (events[type] !== undefined) {
      if (--this._eventsCount === 0) this._events = noEvents;
      else delete events[type];
    }
    this[kShapeMode] = false;
    return this;
  }

  if (arguments.length === 0) {
    for (const key of Reflect.ownKeys(events)) {
      if (key !== 'removeListener') this.removeAllListeners(key);
    }
    this.removeAllListeners('removeListener');
    this._events = noEvents;
    this._eventsCount = 0;
    this[kShapeMode] = false;
    return this;
  }

  const listeners = events[type];
  if (typeof listeners === 'function') {
    this.removeListener(type, listeners);
  } else if (listeners !== undefined) {
    // The last one first. The list may be replaced under our feet.
    const list = listeners.slice();
    for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i]);
  }
  return this;
};

// --- Asking ---

function listenersOf(emitter, type, unwrap) {
  const existing = emitter._events?.[type];
  if (existing === undefined) return [];
  if (typeof existing === 'function') return [unwrap ? existing.listener || existing : existing];
  return unwrap ? existing.map((listener) => listener.listener || listener) : existing.slice();
}

EventEmitter.prototype.listeners = function listeners(type) {
  return listenersOf(this, type, true);
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
  return listenersOf(this, type, false);
};

EventEmitter.prototype.listenerCount = function listenerCount(type, listener) {
  const existing = this._events?.[type];
  if (existing === undefined) return 0;
  if (typeof existing === 'function') {
    return listener == null || listener === existing || listener === existing.listener ? 1 : 0;
  }
  if (listener == null) return existing.length;
  let matching = 0;
  for (let i = 0; i < existing.length; i++) {
    if (existing[i] === listener || existing[i].listener === listener) matching++;
  }
  return matching;
};

EventEmitter.prototype.eventNames = function eventNames() {
  return this._eventsCount > 0 ? Reflect.ownKeys(this._events).filter((type) => this._events[type] !== undefined) : [];
};

// --- Statics ---

EventEmitter.addAbortListener = function addAbortListener(signal, listener) {
  return require('internal/events/abort_listener').addAbortListener(signal, listener);
};

EventEmitter.once = async function once(emitter, name, options) {
  return require('internal/events/async').once(emitter, name, options);
};
Object.defineProperty(EventEmitter.once, 'length', { __proto__: null, value: 2, configurable: true });

EventEmitter.on = function on(emitter, event, options) {
  return require('internal/events/async').on(emitter, event, options);
};
Object.defineProperty(EventEmitter.on, 'length', { __proto__: null, value: 2, configurable: true });

// Listeners of an EventEmitter or an EventTarget.
EventEmitter.getEventListeners = function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listeners === 'function') return emitterOrTarget.listeners(type);
  const { isEventTarget, kEvents } = require('internal/event_target');
  if (isEventTarget(emitterOrTarget)) {
    const listeners = [];
    let handler = emitterOrTarget[kEvents].get(type)?.next;
    while (handler?.listener !== undefined) {
      const listener = handler.listener?.deref ? handler.listener.deref() : handler.listener;
      listeners.push(listener);
      handler = handler.next;
    }
    return listeners;
  }
  throw new codes.ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
};

EventEmitter.getMaxListeners = function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === 'function') return maxListenersOf(emitterOrTarget);
  if (typeof emitterOrTarget?.[kMaxEventTargetListeners] === 'number') return emitterOrTarget[kMaxEventTargetListeners];
  throw new codes.ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
};

EventEmitter.listenerCount = function listenerCount(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listenerCount === 'function') return emitterOrTarget.listenerCount(type);
  const { isEventTarget, kEvents } = require('internal/event_target');
  if (isEventTarget(emitterOrTarget)) return emitterOrTarget[kEvents].get(type)?.size ?? 0;
  throw new codes.ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
};

EventEmitter.EventEmitter = EventEmitter;
EventEmitter.usingDomains = false;
EventEmitter.captureRejectionSymbol = kRejection;

let EventEmitterAsyncResource;

Object.defineProperties(EventEmitter, {
  captureRejections: {
    __proto__: null,
    get() { return EventEmitter.prototype[kCapture]; },
    set(value) {
      require('internal/validators').validateBoolean(value, 'EventEmitter.captureRejections');
      EventEmitter.prototype[kCapture] = value;
    },
    configurable: false,
    enumerable: true,
  },
  EventEmitterAsyncResource: {
    __proto__: null,
    enumerable: true,
    get() { return EventEmitterAsyncResource ??= require('internal/events/resource').EventEmitterAsyncResource; },
    set: undefined,
    configurable: true,
  },
  errorMonitor: { __proto__: null, value: kErrorMonitor, writable: false, configurable: false, enumerable: true },
  defaultMaxListeners: {
    __proto__: null,
    enumerable: true,
    get() { return defaultMaxListeners; },
    set(value) {
      require('internal/validators').validateNumber(value, 'defaultMaxListeners', 0);
      defaultMaxListeners = value;
    },
    configurable: false,
  },
  kMaxEventTargetListeners: { __proto__: null, value: kMaxEventTargetListeners, enumerable: false, configurable: false, writable: false },
  kMaxEventTargetListenersWarned: {
    __proto__: null, value: kMaxEventTargetListenersWarned, enumerable: false, configurable: false, writable: false,
  },
});

// Sets the limit for the given emitters and targets, or for all that have none of their own.
EventEmitter.setMaxListeners = function(n = defaultMaxListeners, ...eventTargets) {
  require('internal/validators').validateNumber(n, 'setMaxListeners', 0);
  if (eventTargets.length === 0) {
    defaultMaxListeners = n;
    return;
  }
  const { isEventTarget } = require('internal/event_target');
  for (const target of eventTargets) {
    if (isEventTarget(target)) {
      target[kMaxEventTargetListeners] = n;
      target[kMaxEventTargetListenersWarned] = false;
    } else if (typeof target.setMaxListeners === 'function') {
      target.setMaxListeners(n);
    } else {
      throw new codes.ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target);
    }
  }
};

// The constructor's work, on its own so that it can be replaced (the module domain does).
EventEmitter.init = function(options) {
  const events = this._events;
  if (events === undefined || events === Object.getPrototypeOf(this)._events) {
    this._events = noEvents;
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
  // True when a subclass (a stream) has prepared its events' slots before.
  if (this[kShapeMode] === undefined) this[kShapeMode] = false;

  if (options?.captureRejections) {
    require('internal/validators').validateBoolean(options.captureRejections, 'options.captureRejections');
    this[kCapture] = true;
  } else {
    // Assigned, not inherited: every emitter has the same shape.
    this[kCapture] = EventEmitter.prototype[kCapture];
  }
};

module.exports = EventEmitter;
