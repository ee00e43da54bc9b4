'use strict';
// EventTarget, Event and CustomEvent of the web, and NodeEventTarget, which has some of EventEmitter's methods.
// https://dom.spec.whatwg.org/#events

const EventEmitter = require('events');
const { kMaxEventTargetListeners, kMaxEventTargetListenersWarned } = EventEmitter;
const { codes, genericNodeError } = require('internal/errors');
const { ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = codes;
const { kEmptyObject, kEnumerableProperty } = require('internal/util');
const { kValidateObjectAllowObjects, validateAbortSignal, validateObject, validateString } = require('internal/validators');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

const kIsEventTarget = Symbol.for('nodejs.event_target');
const kIsNodeEventTarget = Symbol('kIsNodeEventTarget');
const kHybridDispatch = Symbol.for('nodejs.internal.kHybridDispatch');

const kEvents = Symbol('kEvents');
const kHandlers = Symbol('kHandlers');
const kTarget = Symbol('kTarget');
const kType = Symbol('type');
const kDetail = Symbol('detail');
const kIsBeingDispatched = Symbol('kIsBeingDispatched');
const kInPassiveListener = Symbol('kInPassiveListener');
const kCreateEvent = Symbol('kCreateEvent');
const kNewListener = Symbol('kNewListener');
const kRemoveListener = Symbol('kRemoveListener');
const kRemoveWeakListenerHelper = Symbol('kRemoveWeakListenerHelper');
// An option of Event's constructor: the event is ours, not the application's.
const kTrustEvent = Symbol('kTrustEvent');
// Options of addEventListener:
// the listener is held as long as this object lives, not as long as the target does;
const kWeakHandler = Symbol('kWeak');
// the listener hears of the event although another one stopped it;
const kResistStopPropagation = Symbol('kResistStopPropagation');
// the listener gets the value that was emitted rather than an Event.
const kIsNodeStyleListener = Symbol('kIsNodeStyleListener');

// --- Events ---

let now;

function isEvent(value) {
  return typeof value?.[kType] === 'string';
}

class Event {
  #cancelable = false;
  #bubbles = false;
  #composed = false;
  #trusted = false;
  #defaultPrevented = false;
  #propagationStopped = false;
  #stopped = false;
  #timestamp;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (options != null) {
      validateObject(options, 'options');
      this.#bubbles = Boolean(options.bubbles);
      this.#cancelable = Boolean(options.cancelable);
      this.#composed = Boolean(options.composed);
      this.#trusted = Boolean(options[kTrustEvent]);
    }
    now ??= require('internal/perf/utils').now;
    this.#timestamp = now();
    this[kType] = `${type}`;
    this[kTarget] = null;
    this[kIsBeingDispatched] = false;
    this[kInPassiveListener] = false;
  }

  static #check(event) {
    if (typeof event !== 'object' || event === null || !(#timestamp in event)) throw new ERR_INVALID_THIS('Event');
  }

  // Whether stopImmediatePropagation() was called.
  static isStopped(event) { return event.#stopped; }

  initEvent(type, bubbles = false, cancelable = false) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (this[kIsBeingDispatched]) return;
    this[kType] = `${type}`;
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
  }

  stopImmediatePropagation() {
    Event.#check(this);
    // Also what stopPropagation() does; there is no tree, so nothing else follows from it.
    this.#propagationStopped = true;
    this.#stopped = true;
  }

  preventDefault() {
    Event.#check(this);
    if (this.#cancelable && !this[kInPassiveListener]) this.#defaultPrevented = true;
  }

  get target() {
    Event.#check(this);
    return this[kTarget];
  }

  get currentTarget() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? this[kTarget] : null;
  }

  get srcElement() {
    Event.#check(this);
    return this[kTarget];
  }

  get type() {
    Event.#check(this);
    return this[kType];
  }

  get cancelable() {
    Event.#check(this);
    return this.#cancelable;
  }

  get defaultPrevented() {
    Event.#check(this);
    return this.#cancelable && this.#defaultPrevented;
  }

  get timeStamp() {
    Event.#check(this);
    return this.#timestamp;
  }

  // Without a tree the path is the target, while the event is on its way.
  composedPath() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? [this[kTarget]] : [];
  }

  get returnValue() {
    Event.#check(this);
    return !this.#cancelable || !this.#defaultPrevented;
  }

  set returnValue(value) {
    Event.#check(this);
    if (!value) this.preventDefault();
  }

  get bubbles() {
    Event.#check(this);
    return this.#bubbles;
  }

  get composed() {
    Event.#check(this);
    return this.#composed;
  }

  get eventPhase() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    Event.#check(this);
    return this.#propagationStopped;
  }

  set cancelBubble(value) {
    Event.#check(this);
    if (value) this.#propagationStopped = true;
  }

  stopPropagation() {
    Event.#check(this);
    this.#propagationStopped = true;
  }

  get isTrusted() {
    Event.#check(this);
    return this.#trusted;
  }

  [customInspect](depth, options) {
    Event.#check(this);
    const { name } = this.constructor;
    if (depth < 0) return name;
    const { inspect } = require('internal/util/inspect');
    return `${name} ${inspect({
      type: this[kType],
      defaultPrevented: this.defaultPrevented,
      cancelable: this.#cancelable,
      timeStamp: this.#timestamp,
    }, { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth })}`;
  }
}

for (const [index, phase] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) {
  Object.defineProperty(Event, phase, { __proto__: null, enumerable: true, value: index });
}

function enumerable(prototype, names) {
  for (const name of names) Object.defineProperty(prototype, name, kEnumerableProperty);
}

function tag(prototype, name) {
  Object.defineProperty(prototype, Symbol.toStringTag, { __proto__: null, value: name, configurable: true });
}

enumerable(Event.prototype, [
  'initEvent', 'stopImmediatePropagation', 'preventDefault', 'target', 'currentTarget', 'srcElement', 'type', 'cancelable',
  'defaultPrevented', 'timeStamp', 'composedPath', 'returnValue', 'bubbles', 'composed', 'eventPhase', 'cancelBubble', 'stopPropagation',
]);
// [LegacyUnforgeable]
Object.defineProperty(Event.prototype, 'isTrusted', { __proto__: null, enumerable: true, configurable: false });
tag(Event.prototype, 'Event');

const { isStopped } = Event;
delete Event.isStopped;

function isCustomEvent(value) {
  return isEvent(value) && value?.[kDetail] !== undefined;
}

class CustomEvent extends Event {
  constructor(type, options = kEmptyObject) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, options);
    this[kDetail] = options?.detail ?? null;
  }

  get detail() {
    if (!isCustomEvent(this)) throw new ERR_INVALID_THIS('CustomEvent');
    return this[kDetail];
  }
}

enumerable(CustomEvent.prototype, ['detail']);
tag(CustomEvent.prototype, 'CustomEvent');

// --- Listeners ---

// When the object that a weak listener depends on is gone, so is the listener.
let weakListeners;

// A listener in the list of its type.
class Listener {
  constructor(target, type, previous, listener, options) {
    this.next = undefined;
    if (previous !== undefined) previous.next = this;
    this.previous = previous;
    this.listener = listener;
    this.once = options.once;
    this.capture = options.capture;
    this.passive = options.passive;
    this.isNodeStyleListener = options.isNodeStyleListener;
    this.resistStopPropagation = options.resistStopPropagation;
    this.weak = Boolean(options.weak);
    this.removed = false;

    if (this.weak) {
      this.callback = new WeakRef(listener);
      this.target = new WeakRef(target);
      this.type = type;
      weakListeners ??= new FinalizationRegistry((held) => {
        const handler = held.deref();
        handler?.target.deref()?.[kRemoveWeakListenerHelper](handler.type, handler);
      });
      weakListeners.register(listener, new WeakRef(this), this);
      // The object keeps the listener alive.
      holdWhile(options.weak, listener);
      this.listener = this.callback;
    } else if (typeof listener === 'function') {
      this.callback = listener;
    } else {
      this.callback = (...args) => {
        // Looked up at every event.
        if (listener.handleEvent) return Reflect.apply(listener.handleEvent, listener, args);
        return undefined;
      };
    }
  }

  same(listener, capture) {
    const own = this.weak ? this.listener.deref() : this.listener;
    return own === listener && this.capture === capture;
  }

  remove() {
    if (this.previous !== undefined) this.previous.next = this.next;
    if (this.next !== undefined) this.next.previous = this.previous;
    this.removed = true;
    if (this.weak) weakListeners.unregister(this);
  }
}

const heldBy = new WeakMap();

function holdWhile(object, listener) {
  const held = heldBy.get(object);
  if (held === undefined) heldBy.set(object, [listener]);
  else held.push(listener);
}

function initEventTarget(self) {
  self[kEvents] = new Map();
  self[kMaxEventTargetListeners] = EventEmitter.defaultMaxListeners;
  self[kMaxEventTargetListenersWarned] = false;
  self[kHandlers] = new Map();
}

function isEventTarget(object) {
  return object?.constructor?.[kIsEventTarget];
}

function isNodeEventTarget(object) {
  return object?.constructor?.[kIsNodeEventTarget];
}

function checkTarget(object) {
  if (!isEventTarget(object)) throw new ERR_INVALID_THIS('EventTarget');
}

// https://webidl.spec.whatwg.org/#es-DOMString
function toType(value) {
  if (typeof value === 'symbol') {
    const error = new TypeError('Value is a Symbol and cannot be converted to a string.');
    error.code = 'ERR_INVALID_ARG_TYPE';
    throw error;
  }
  return `${value}`;
}

// Whether there is something to add: null is not, and warned of by the caller.
function shouldAddListener(listener) {
  if (typeof listener === 'function' || (typeof listener === 'object' && listener !== null)) return true;
  if (listener == null) return false;
  throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener);
}

function listenerOptions(options) {
  if (typeof options === 'boolean') return { once: false, capture: options, passive: false, signal: undefined, weak: undefined, resistStopPropagation: false, isNodeStyleListener: false };
  if (options === null) options = kEmptyObject;
  validateObject(options, 'options', kValidateObjectAllowObjects);
  return {
    once: Boolean(options.once),
    capture: Boolean(options.capture),
    passive: Boolean(options.passive),
    signal: options.signal,
    weak: options[kWeakHandler],
    resistStopPropagation: options[kResistStopPropagation] ?? false,
    isNodeStyleListener: Boolean(options[kIsNodeStyleListener]),
  };
}

class EventTarget {
  static [kIsEventTarget] = true;

  constructor() { initEventTarget(this); }

  // Called after a listener was added, with how many there are of its type.
  [kNewListener](size, type, _listener, _once, _capture, _passive, _weak) {
    if (this[kMaxEventTargetListeners] > 0 && size > this[kMaxEventTargetListeners] && !this[kMaxEventTargetListenersWarned]) {
      this[kMaxEventTargetListenersWarned] = true;
      const { inspect } = require('internal/util/inspect');
      process.emitWarning(genericNodeError(
        `Possible EventTarget memory leak detected. ${size} ${type} listeners added to ${inspect(this, { depth: -1 })}. ` +
        `MaxListeners is ${this[kMaxEventTargetListeners]}. Use events.setMaxListeners() to increase limit`,
        { name: 'MaxListenersExceededWarning', target: this, type, count: size }));
    }
  }

  [kRemoveListener](_size, _type, _listener, _capture) {}

  addEventListener(type, listener, options = kEmptyObject) {
    checkTarget(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');

    const flags = listenerOptions(options);
    const { signal } = flags;
    validateAbortSignal(signal, 'options.signal');

    if (!shouldAddListener(listener)) {
      // The DOM silently passes over this. It is likely to be a mistake.
      const warning = new Error(`addEventListener called with ${listener} which has no effect.`);
      warning.name = 'AddEventListenerArgumentTypeWarning';
      warning.target = this;
      warning.type = type;
      process.emitWarning(warning);
      return;
    }
    type = toType(type);

    if (signal) {
      if (signal.aborted) return;
      signal.addEventListener('abort', () => this.removeEventListener(type, listener, options),
        { __proto__: null, once: true, [kWeakHandler]: this, [kResistStopPropagation]: true });
    }

    let root = this[kEvents].get(type);
    if (root === undefined) {
      root = { size: 0, next: undefined, resistStopPropagation: false };
      this[kEvents].set(type, root);
    }
    // At the end, unless it is there already.
    let last = root;
    for (let handler = root.next; handler !== undefined; handler = handler.next) {
      if (handler.same(listener, flags.capture)) return;
      last = handler;
    }
    const added = new Listener(this, type, last, listener, flags);
    root.size++;
    root.resistStopPropagation ||= added.resistStopPropagation;
    this[kNewListener](root.size, type, listener, flags.once, flags.capture, flags.passive, flags.weak);
  }

  removeEventListener(type, listener, options = kEmptyObject) {
    checkTarget(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    if (!shouldAddListener(listener)) return;

    type = toType(type);
    const capture = typeof options === 'boolean' ? options : options?.capture === true || Boolean(options?.capture);
    const root = this[kEvents].get(type);
    if (root === undefined || root.next === undefined) return;

    for (let handler = root.next; handler !== undefined; handler = handler.next) {
      if (handler.same(listener, capture)) {
        handler.remove();
        root.size--;
        if (root.size === 0) this[kEvents].delete(type);
        this[kRemoveListener](root.size, type, listener, capture);
        break;
      }
    }
  }

  // Takes a listener away whose function is gone.
  [kRemoveWeakListenerHelper](type, listener) {
    const root = this[kEvents].get(type);
    if (root === undefined) return;
    for (let handler = root.next; handler !== undefined; handler = handler.next) {
      if (handler === listener) {
        handler.remove();
        root.size--;
        if (root.size === 0) this[kEvents].delete(type);
        this[kRemoveListener](root.size, type, undefined, handler.capture);
        break;
      }
    }
  }

  dispatchEvent(event) {
    checkTarget(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('event');
    if (!isEvent(event)) throw new ERR_INVALID_ARG_TYPE('event', 'Event', event);
    if (event[kIsBeingDispatched]) throw new ERR_EVENT_RECURSION(event.type);
    this[kHybridDispatch](event, event.type, event);
    return event.defaultPrevented !== true;
  }

  // Calls the listeners of a type with an event, made when the first listener wants one.
  [kHybridDispatch](nodeValue, type, event) {
    const begin = () => {
      event[kTarget] = this;
      event[kIsBeingDispatched] = true;
    };
    if (event !== undefined) begin();

    const root = this[kEvents].get(type);
    let handler = root?.next;
    while (handler !== undefined) {
      const { next } = handler;
      const stopped = event !== undefined && isStopped(event);
      if (stopped && !root.resistStopPropagation) break;
      if (handler.removed || (stopped && !handler.resistStopPropagation)) {
        handler = next;
        continue;
      }
      if (handler.once) {
        handler.remove();
        root.size--;
        if (root.size === 0 && this[kEvents].get(type) === root) this[kEvents].delete(type);
        this[kRemoveListener](root.size, type, handler.listener, handler.capture);
      }
      try {
        let argument = nodeValue;
        if (!handler.isNodeStyleListener) {
          if (event === undefined) {
            event = this[kCreateEvent](nodeValue, type);
            begin();
          }
          argument = event;
        }
        const callback = handler.weak ? handler.callback.deref() : handler.callback;
        if (callback) {
          if (event !== undefined) event[kInPassiveListener] = handler.passive;
          const result = Reflect.apply(callback, this, [argument]);
          if (result !== undefined && result !== null) addCatch(result);
        }
      } catch (error) {
        emitUncaughtException(error);
      } finally {
        if (event !== undefined) event[kInPassiveListener] = false;
      }
      handler = next;
    }

    if (event !== undefined) event[kIsBeingDispatched] = false;
  }

  [kCreateEvent](_nodeValue, _type) {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED('EventTarget[kCreateEvent]');
  }

  [customInspect](depth, options) {
    checkTarget(this);
    const { name } = this.constructor;
    if (depth < 0) return name;
    const { inspect } = require('internal/util/inspect');
    return `${name} ${inspect({}, { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth })}`;
  }
}

enumerable(EventTarget.prototype, ['addEventListener', 'removeEventListener', 'dispatchEvent']);
tag(EventTarget.prototype, 'EventTarget');

// An async listener that rejects is an uncaught exception.
function addCatch(promise) {
  const { then } = promise;
  if (typeof then === 'function') then.call(promise, undefined, emitUncaughtException);
}

// Later: the other listeners are called in any case.
function emitUncaughtException(error) {
  process.nextTick(() => { throw error; });
}

// --- The likeness of EventEmitter ---

class NodeEventTarget extends EventTarget {
  static [kIsNodeEventTarget] = true;
  static defaultMaxListeners = 10;

  setMaxListeners(n) {
    checkNodeTarget(this);
    EventEmitter.setMaxListeners(n, this);
  }

  getMaxListeners() {
    checkNodeTarget(this);
    return this[kMaxEventTargetListeners];
  }

  eventNames() {
    checkNodeTarget(this);
    return [...this[kEvents].keys()];
  }

  listenerCount(type) {
    checkNodeTarget(this);
    return this[kEvents].get(String(type))?.size ?? 0;
  }

  off(type, listener, options) {
    checkNodeTarget(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  removeListener(type, listener, options) {
    checkNodeTarget(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  on(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { [kIsNodeStyleListener]: true });
    return this;
  }

  addListener(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { [kIsNodeStyleListener]: true });
    return this;
  }

  emit(type, argument) {
    checkNodeTarget(this);
    validateString(type, 'type');
    const had = this.listenerCount(type) > 0;
    this[kHybridDispatch](argument, type);
    return had;
  }

  once(type, listener) {
    checkNodeTarget(this);
    this.addEventListener(type, listener, { once: true, [kIsNodeStyleListener]: true });
    return this;
  }

  removeAllListeners(type) {
    checkNodeTarget(this);
    if (type !== undefined) this[kEvents].delete(String(type));
    else this[kEvents].clear();
    return this;
  }
}

function checkNodeTarget(object) {
  if (!isNodeEventTarget(object)) throw new ERR_INVALID_THIS('NodeEventTarget');
}

enumerable(NodeEventTarget.prototype, [
  'setMaxListeners', 'getMaxListeners', 'eventNames', 'listenerCount', 'off', 'removeListener', 'on', 'addListener',
  'once', 'emit', 'removeAllListeners',
]);

// --- Attributes like onabort ---

function makeEventHandler(handler) {
  // An attribute may be set again: the listener keeps its place.
  function eventHandler(...args) {
    if (typeof eventHandler.handler !== 'function') return undefined;
    return Reflect.apply(eventHandler.handler, this, args);
  }
  eventHandler.handler = handler;
  return eventHandler;
}

// Gives a prototype the attribute `on${name}`.
function defineEventHandler(emitter, name, event = name) {
  const key = `on${name}`;
  function get() {
    validateHandlers(this, key);
    return this[kHandlers]?.get(event)?.handler ?? null;
  }
  Object.defineProperty(get, 'name', { __proto__: null, value: `get ${key}`, configurable: true });

  function set(value) {
    validateHandlers(this, key);
    let wrapped = this[kHandlers]?.get(event);
    if (wrapped) {
      if (typeof wrapped.handler === 'function') {
        const root = this[kEvents].get(event);
        if (root !== undefined) {
          root.size--;
          this[kRemoveListener](root.size, event, wrapped.handler, false);
        }
      }
      wrapped.handler = value;
      if (typeof wrapped.handler === 'function') {
        const root = this[kEvents].get(event);
        if (root !== undefined) {
          root.size++;
          this[kNewListener](root.size, event, value, false, false, false, false);
        }
      }
    } else if (value) {
      wrapped = makeEventHandler(value);
      this.addEventListener(event, wrapped);
    }
    if (wrapped) this[kHandlers].set(event, wrapped);
  }
  Object.defineProperty(set, 'name', { __proto__: null, value: `set ${key}`, configurable: true });

  Object.defineProperty(emitter, key, { __proto__: null, get, set, configurable: true, enumerable: true });
}

function validateHandlers(object, key) {
  if (!isEventTarget(object) || object[kHandlers] === undefined) {
    throw new ERR_INVALID_THIS(key === 'onabort' ? 'AbortSignal' : 'EventTarget');
  }
}

// For objects that are made without calling the constructor.
const initNodeEventTarget = initEventTarget;

module.exports = {
  CustomEvent,
  Event,
  EventTarget,
  NodeEventTarget,
  defineEventHandler,
  initEventTarget,
  initNodeEventTarget,
  isEventTarget,
  kCreateEvent,
  kEvents,
  kNewListener,
  kRemoveListener,
  kResistStopPropagation,
  kTrustEvent,
  kWeakHandler,
};
