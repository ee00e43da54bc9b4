'use strict';
// Domains (deprecated): what goes wrong in one's callbacks, timers and emitters becomes the domain's 'error' event.
//
// The active domain is carried by the async context frame, as a value of AsyncLocalStorage is: whatever is started in
// a domain continues in it. On top of it lies what was entered since the present callback began.

const EventEmitter = require('events');
const { codes } = require('internal/errors');
const asyncContext = require('internal/async_context');
const exceptions = require('internal/process_exceptions');

if (process.hasUncaughtExceptionCaptureCallback()) throw new codes.ERR_DOMAIN_CALLBACK_NOT_AVAILABLE();

// --- The active domain, and the stack of those entered ---

const kActive = { name: 'domain' }; // its key in a frame

// What process.domain is when there is none: Node's history of it.
let none = null;

function activeDomain() {
  const frame = asyncContext.current();
  const at = frame === undefined ? -1 : asyncContext.indexOf(frame, kActive);
  return at === -1 ? none : frame[at + 1];
}

function setActive(domain) {
  const frame = asyncContext.current();
  if (domain) {
    asyncContext.set(asyncContext.extend(frame, kActive, domain));
    return;
  }
  none = domain;
  asyncContext.set(asyncContext.without(frame, kActive));
}

// The domains that were entered and not left, the latest last.
let entered = [];

// The stack as of now. A callback begins with the domain in which it was made; what former callbacks left behind does
// not count.
function currentStack() {
  const active = activeDomain();
  if (!active) entered = [];
  else if (entered.at(-1) !== active) entered = [active];
  return entered;
}

function popTo(length) {
  entered.length = length;
  setActive(length === 0 ? undefined : entered[length - 1]);
}

// --- Errors ---

function mark(error, domain, thrown) {
  if ((typeof error !== 'object' || error === null) && typeof error !== 'function') return;
  Object.defineProperty(error, 'domain', { __proto__: null, configurable: true, enumerable: false, value: domain, writable: true });
  error.domainThrown = thrown;
}

function clear() {
  entered = [];
  setActive(null);
}

// The hook of uncaught exceptions: returns whether a domain dealt with it.
function onUncaught(error) {
  const stack = currentStack();
  if (stack.every((domain) => domain.listenerCount('error') === 0)) {
    clear();
    return false;
  }
  try {
    stack.at(-1)._errorHandler(error);
  } finally {
    clear();
  }
  return true;
}

exceptions.setDomainHook(onUncaught, new Error('require(\'domain\') was called here').stack);

// --- Domain ---

class Domain extends EventEmitter {
  constructor() {
    super();
    this.members = [];
  }

  /** An exception was thrown in this domain. */
  _errorHandler(error) {
    mark(error, this, true);
    // Its handler does not run in the domain itself.
    let stack = currentStack();
    let length = stack.length;
    while (length > 0 && stack[length - 1] === this) length--;
    popTo(length);
    stack = entered;
    if (stack.length === 0) return this.listenerCount('error') > 0 && this.emit('error', error);
    try {
      return this.emit('error', error);
    } catch (second) {
      // The handler failed: that is for the domain around it.
      stack = currentStack();
      if (stack.length === 0) throw second;
      return stack.at(-1)._errorHandler(second);
    }
  }

  enter() {
    currentStack().push(this);
    setActive(this);
  }

  exit() {
    const index = currentStack().lastIndexOf(this);
    if (index !== -1) popTo(index);
  }

  add(emitter) {
    if (emitter.domain === this) return;
    if (emitter.domain) emitter.domain.remove(emitter);
    // No circles: they would have no end when an error goes up.
    if (this.domain && emitter instanceof Domain) {
      for (let domain = this.domain; domain; domain = domain.domain) {
        if (emitter === domain) return;
      }
    }
    Object.defineProperty(emitter, 'domain', { __proto__: null, configurable: true, enumerable: false, value: this, writable: true });
    this.members.push(emitter);
  }

  remove(emitter) {
    emitter.domain = null;
    const index = this.members.indexOf(emitter);
    if (index !== -1) this.members.splice(index, 1);
  }

  run(fn, ...args) {
    this.enter();
    const value = Reflect.apply(fn, this, args);
    this.exit();
    return value;
  }

  bind(callback) {
    const domain = this;
    return boundTo(domain, function runBound(...args) {
      domain.enter();
      const value = Reflect.apply(callback, this, args);
      domain.exit();
      return value;
    });
  }

  intercept(callback) {
    const domain = this;
    return boundTo(domain, function runIntercepted(...args) {
      const { 0: error } = args;
      if (error && error instanceof Error) {
        error.domainBound = callback;
        mark(error, domain, false);
        domain.emit('error', error);
        return undefined;
      }
      domain.enter();
      const value = Reflect.apply(callback, this, args.slice(1));
      domain.exit();
      return value;
    });
  }
}

function boundTo(domain, fn) {
  Object.defineProperty(fn, 'domain', { __proto__: null, configurable: true, enumerable: false, value: domain, writable: true });
  return fn;
}

// --- Emitters: they belong to the domain in which they were made ---

EventEmitter.usingDomains = true;

const { init } = EventEmitter;
EventEmitter.init = function(options) {
  Object.defineProperty(this, 'domain', { __proto__: null, configurable: true, enumerable: false, value: null, writable: true });
  const active = activeDomain();
  if (active && !(this instanceof Domain)) this.domain = active;
  return Reflect.apply(init, this, [options]);
};

const { emit } = EventEmitter.prototype;
EventEmitter.prototype.emit = function emitInDomain(...args) {
  const { domain } = this;
  const { 0: type } = args;
  if (domain === null || domain === undefined || this === process || (type === 'error' && this.listenerCount('error') > 0)) {
    return Reflect.apply(emit, this, args);
  }
  if (type === 'error') {
    emitError(this, domain, args[1]);
    return false;
  }
  domain.enter();
  const value = Reflect.apply(emit, this, args);
  domain.exit();
  return value;
};

// Nobody listens for the error of the emitter: it is the domain's. Its handler runs below the active domain.
function emitError(emitter, domain, given) {
  const error = given || new codes.ERR_UNHANDLED_ERROR(given);
  if (typeof error === 'object') error.domainEmitter = emitter;
  mark(error, domain, false);
  const before = activeDomain();
  const stack = currentStack().slice();
  let length = stack.length;
  while (length > 0 && stack[length - 1] === before) length--;
  entered = stack.slice(0, length);
  setActive(length === 0 ? null : entered[length - 1]);
  domain.emit('error', error);
  entered = stack;
  setActive(before);
}

// --- The module ---

function create() {
  return new Domain();
}

Object.defineProperty(process, 'domain', { __proto__: null, enumerable: true, configurable: true, get: activeDomain, set: setActive });

Object.defineProperty(module.exports, '_stack', { __proto__: null, enumerable: true, configurable: true, get: currentStack });
Object.assign(module.exports, { Domain, createDomain: create, create });
Object.defineProperty(module.exports, 'active', { __proto__: null, enumerable: true, configurable: true, get: activeDomain, set: setActive });
