'use strict';
// Node's errors: codes.ERR_X are classes, of which little is made before the first error (there are three hundred, a
// program meets three).
//
//   throw new codes.ERR_INVALID_ARG_TYPE('name', 'string', value);
//
// is a TypeError with `code`, whose stack starts "TypeError [ERR_INVALID_ARG_TYPE]: …".
// The texts are in errors/messages.js and errors/formatters.js, system errors in errors/system.js.

// A class is finished when its first error is made, by when an application may have replaced these.
const { defineProperties, defineProperty, hasOwn, keys, setPrototypeOf } = Object;
const { construct } = Reflect;

const kIsNodeError = Symbol('kIsNodeError');

const bases = { Error, TypeError, RangeError, SyntaxError, URIError };

// Codes that also exist for other base classes: codes.ERR_INVALID_STATE.TypeError.
const variants = {
  __proto__: null,
  ERR_HTTP2_INVALID_SETTING_VALUE: ['RangeError'],
  ERR_INVALID_ARG_VALUE: ['RangeError'],
  ERR_INVALID_RETURN_VALUE: ['RangeError'],
  ERR_INVALID_STATE: ['TypeError', 'RangeError'],
  ERR_OPERATION_FAILED: ['TypeError'],
};

let formatters;
let messages;

// --- Classes ---

function assertArguments(condition, key, given, required) {
  if (condition) return;
  throw new codes.ERR_INTERNAL_ASSERTION(
    `Code: ${key}; The provided arguments length (${given}) does not match the required ones (${required}).`);
}

// What all classes of codes share: the code in toString(), and the base class as `constructor`.
function decorate(NodeError, Base, key) {
  defineProperties(NodeError.prototype, {
    __proto__: null,
    constructor: { __proto__: null, get() { return Base; }, enumerable: false, configurable: true },
    [kIsNodeError]: { __proto__: null, get() { return true; }, enumerable: false, configurable: true },
    toString: {
      __proto__: null,
      value() { return `${this.name} [${key}]: ${this.message}`; },
      writable: true, enumerable: false, configurable: true,
    },
  });
}

// The message is a sentence with holes. Properties come in Node's order: inspect() shows it.
function fixedClass(Base, key, template) {
  const holes = countHoles(template);
  return class extends Base {
    code = key;
    constructor(...args) {
      assertArguments(args.length === holes, key, args.length, holes);
      super(holes === 0 ? template : fill(template, args));
    }
  };
}

function countHoles(template) {
  let count = 0;
  for (let at = template.indexOf('%'); at >= 0; at = template.indexOf('%', at + 1)) {
    if ('sdifjoOc'.includes(template[at + 1])) count++;
  }
  return count;
}

function fill(template, args) {
  for (let i = 0; i < args.length; i++) {
    if (typeof args[i] !== 'string') return require('internal/util/inspect').format(template, ...args);
  }
  let next = 0;
  return template.replace(/%[sdj]/g, (hole) => {
    const value = args[next++];
    return hole === '%s' ? value : hole === '%j' ? JSON.stringify(value) : `${+value}`;
  });
}

// The message is computed, and the computation may set further properties.
function computedClass(Base, key, formatter) {
  return class extends Base {
    code = key;
    constructor(...args) {
      assertArguments(formatter.length <= args.length, key, args.length, formatter.length);
      super();
      Object.defineProperty(this, 'message', {
        __proto__: null,
        value: Reflect.apply(formatter, this, args),
        enumerable: false,
        writable: true,
        configurable: true,
      });
    }
  };
}

function systemClass(Base, key) {
  return class extends Base {
    constructor(context) { super(key, context); }
  };
}

// What there is of a code: its base class, and how the class that makes the message comes from one.
function look(key) {
  formatters ??= require('internal/errors/formatters');
  messages ??= require('internal/errors/messages');
  if (hasOwn(formatters.SystemError, key)) {
    return { Base: require('internal/errors/system').SystemError, make: systemClass, system: true };
  }
  for (const base of keys(bases)) {
    if (formatters[base] !== undefined && hasOwn(formatters[base], key)) {
      return { Base: bases[base], make: (Base) => computedClass(Base, key, formatters[base][key]), system: false };
    }
    if (messages[base] !== undefined && hasOwn(messages[base], key)) {
      return { Base: bases[base], make: (Base) => fixedClass(Base, key, messages[base][key]), system: false };
    }
  }
  return undefined;
}

// Makes NodeError what it is, and returns the class whose constructor its instances go through.
function complete(NodeError, key, variant, found = look(key)) {
  if (found === undefined) throw new codes.ERR_INTERNAL_ASSERTION(`There is no error with the code ${key}`);
  const Base = variant === undefined ? found.Base : bases[variant];
  setPrototypeOf(NodeError.prototype, Base.prototype);
  if (!found.system) decorate(NodeError, Base, key);
  return found.make(Base, key);
}

// The same class without a stack of its own: for throwing inside of functions wrapped by hideStackFrames, which take it.
function makeStackless(NodeError) {
  return class HideStackFramesError extends NodeError {
    constructor(...args) {
      if (isErrorStackTraceLimitWritable()) {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
          super(...args);
        } finally {
          Error.stackTraceLimit = limit;
        }
      } else {
        super(...args);
      }
    }
  };
}

// What the classes themselves have.
const statics = {
  __proto__: Error,
  get HideStackFramesError() {
    const value = makeStackless(this);
    defineProperty(this, 'HideStackFramesError', { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    return value;
  },
};

// The class of a code. Modules name all errors that they might throw when they are loaded, and a program makes three of
// them: so it is no more than a function until the first is made. `found` is what look() would find.
function classOf(key, variant, found) {
  let Class;
  function NodeError(...args) {
    Class ??= complete(NodeError, key, variant, found);
    // V8 leaves out of the stack what is above new.target.
    return construct(Class, args, new.target);
  }
  return setPrototypeOf(NodeError, statics);
}

function define(key) {
  const NodeError = classOf(key);
  if (key in variants) {
    for (const other of variants[key]) NodeError[other] = classOf(key, other);
  }
  return NodeError;
}

// Classes are made on first use, then they are ordinary properties of the target.
const codes = new Proxy({ __proto__: null }, {
  get(target, key) {
    const existing = target[key];
    if (existing !== undefined || typeof key !== 'string' || !key.startsWith('ERR_')) return existing;
    return target[key] = define(key);
  },
  has(target, key) { return target[key] !== undefined || look(key) !== undefined; },
});

// Adds a code, for tests of this module: E('ERR_X', 'text %s', TypeError) makes codes.ERR_X.
function E(key, value, Base) {
  const make = typeof value === 'string' ? fixedClass : computedClass;
  codes[key] = classOf(key, undefined, { Base, make: () => make(Base, key, value), system: false });
}

class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

// Several failures as one, with the code of the first.
class NodeAggregateError extends AggregateError {
  constructor(errors, message) {
    super(errors, message);
    this.code = errors[0]?.code;
  }

  get [kIsNodeError]() { return true; }
  get ['constructor']() { return AggregateError; }
}

// An error met while another one was being handled: both, the outer one first.
function aggregateTwoErrors(inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner);
    return outer;
  }
  const error = new AggregateError([outer, inner], outer.message);
  error.code = outer.code;
  captureStack(error, aggregateTwoErrors);
  return error;
}

// An Error with a message and some properties.
function genericNodeError(message, properties) {
  const error = new Error(message);
  Object.assign(error, properties);
  captureStack(error, genericNodeError);
  return error;
}

// --- Stacks ---

// False after --frozen-intrinsics, or when somebody made the property read-only.
function isErrorStackTraceLimitWritable() {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  if (descriptor === undefined) return Object.isExtensible(Error);
  return Object.hasOwn(descriptor, 'writable') ? descriptor.writable : descriptor.set !== undefined;
}

function captureStack(error, above) {
  if (Error.stackTraceLimit) Error.captureStackTrace(error, above);
}

// Wraps fn so that errors thrown in it look as if thrown where the wrapper was called.
// Where a function is hot, hide(error, fn) at its throw does the same without a wrapper.
function hideStackFrames(fn) {
  function wrappedFn(...args) {
    try {
      return Reflect.apply(fn, this, args);
    } catch (error) {
      captureStack(error, wrappedFn);
      throw error;
    }
  }
  wrappedFn.withoutStackTrace = fn;
  return wrappedFn;
}

// The error, with a stack that starts at the caller of fn.
function hide(error, fn) {
  captureStack(error, fn);
  return error;
}

// Kept for users of Node's internals: every stack of ours starts where the error was made.
const hideInternalStackFrames = (error) => error;

// Errors whose call sites somebody wants instead of text: error to function(error, callSites).
const overrideStackTrace = new WeakMap();

// What it throws (a getter in place of the message), reading the stack throws.
function errorHead(error) {
  if (kIsNodeError in error) return `${error.name} [${error.code}]: ${error.message}`;
  return Error.prototype.toString.call(error);
}

// The outermost frames that only start what runs below them: in Node they are not JavaScript.
function isScaffold(site) {
  const file = site.getFileName();
  return file === 'node:internal/bootstrap' ||
    (file === 'node:internal/task_queues' && site.getFunctionName() !== 'processTicksAndRejections');
}

function defaultPrepareStackTrace(globalThis, error, trace) {
  const head = errorHead(error);
  let count = trace.length;
  while (count > 0 && isScaffold(trace[count - 1])) count--;
  if (count === 0) return head;
  return `${head}\n    at ${(count === trace.length ? trace : trace.slice(0, count)).join('\n    at ')}`;
}

let internalPrepareStackTrace = defaultPrepareStackTrace;

// The default of Error.prepareStackTrace.
function ErrorPrepareStackTrace(error, trace) {
  return internalPrepareStackTrace(globalThis, error, trace);
}

// Called by V8 when the stack of an error is read for the first time.
function prepareStackTraceCallback(global, error, trace) {
  if (overrideStackTrace.has(error)) {
    const prepare = overrideStackTrace.get(error);
    overrideStackTrace.delete(error);
    return prepare(error, trace);
  }
  const user = global.Error?.prepareStackTrace;
  if (typeof user === 'function' && user !== ErrorPrepareStackTrace) return Reflect.apply(user, global.Error, [error, trace]);
  // An error of another context goes by that context's rules, and then by ours.
  if (global !== globalThis) {
    const main = globalThis.Error.prepareStackTrace;
    if (typeof main === 'function' && main !== ErrorPrepareStackTrace) return Reflect.apply(main, globalThis.Error, [error, trace]);
  }
  return internalPrepareStackTrace(global, error, trace);
}

function setInternalPrepareStackTrace(callback) {
  internalPrepareStackTrace = callback;
}

internalBinding('errors').setPrepareStackTraceCallback(prepareStackTraceCallback);

// As in Node, and for packages that save it, set their own and put it back.
Object.defineProperty(Error, 'prepareStackTrace', {
  __proto__: null, value: ErrorPrepareStackTrace, writable: true, enumerable: false, configurable: true,
});

let maxStackName;
let maxStackMessage;

// Whether V8 ran out of stack; its error is found out by making one.
function isStackOverflowError(error) {
  if (maxStackMessage === undefined) {
    try {
      (function overflow() { overflow(); })();
    } catch (overflown) {
      maxStackMessage = overflown.message;
      maxStackName = overflown.name;
    }
  }
  return Boolean(error) && error.name === maxStackName && error.message === maxStackMessage;
}

function isErrorLike(value) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'stack');
}

// Under this key an error carries a function that adds to its stack before the process dies of it.
const kEnhanceStackBeforeInspector = Symbol('kEnhanceStackBeforeInspector');

const fatalExceptionStackEnhancers = {
  beforeInspector(error) {
    if (typeof error[kEnhanceStackBeforeInspector] !== 'function') return error.stack;
    try {
      // Keep what was added: it is printed, and whoever looks afterwards sees the same.
      error.stack = error[kEnhanceStackBeforeInspector]();
    } catch { /* a frozen error keeps its stack */ }
    return error.stack;
  },
  afterInspector(error) {
    const { inspect } = require('internal/util/inspect');
    let colors = false;
    const stderr = process.stderr;
    if (stderr?.isTTY && typeof stderr.hasColors === 'function') colors = stderr.hasColors();
    try {
      return inspect(error, { colors, customInspect: false, depth: Math.max(inspect.defaultOptions.depth, 5) });
    } catch {
      return error.stack;
    }
  },
};

// inspect() for messages: an object that throws while it is shown is shown once more without its own customisation.
function inspectWithNoCustomRetry(object, options) {
  const { inspect } = require('internal/util/inspect');
  try {
    return inspect(object, options);
  } catch {
    return inspect(object, { ...options, customInspect: false });
  }
}

module.exports = {
  __proto__: null,
  AbortError,
  E,
  ErrorPrepareStackTrace,
  NodeAggregateError,
  aggregateTwoErrors,
  codes,
  defaultPrepareStackTrace,
  fatalExceptionStackEnhancers,
  genericNodeError,
  hide,
  hideInternalStackFrames,
  hideStackFrames,
  inspectWithNoCustomRetry,
  isErrorLike,
  isErrorStackTraceLimitWritable,
  isStackOverflowError,
  kEnhanceStackBeforeInspector,
  kIsNodeError,
  overrideStackTrace,
  prepareStackTraceCallback,
  setInternalPrepareStackTrace,
  determineSpecificType: (value) => require('internal/errors/formatters').determineSpecificType(value),
  formatList: (array, type) => require('internal/errors/formatters').formatList(array, type),
};

// System errors are seldom needed to start: their module is loaded by the first one.
for (const name of ['ConnResetException', 'DNSException', 'ErrnoException', 'ExceptionWithHostPort', 'SystemError',
  'UVException', 'UVExceptionWithHostPort']) {
  lazy(name, () => require('internal/errors/system')[name]);
}
lazy('uvErrmapGet', () => require('internal/errors/uv').uvErrmapGet);

function lazy(name, load) {
  let value;
  Object.defineProperty(module.exports, name, { __proto__: null, get() { return value ??= load(); }, enumerable: true, configurable: true });
}
