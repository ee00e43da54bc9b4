'use strict';
// Small things that Node's modules share: deprecations, promisify, lazy properties, names of encodings and errors.

const { codes, hideStackFrames, isErrorLike, overrideStackTrace } = require('internal/errors');
const { ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_SIGNAL } = codes;

const kEmptyObject = Object.freeze({ __proto__: null });
const kEnumerableProperty = Object.freeze({ __proto__: null, enumerable: true });

const customInspectSymbol = Symbol.for('nodejs.util.inspect.custom');
const kCustomPromisifiedSymbol = Symbol.for('nodejs.util.promisify.custom');
// On a function whose callback gets several values: their names, which become the properties of the promise's object.
const customPromisifyArgs = Symbol('customPromisifyArgs');
const kIsEncodingSymbol = Symbol('kIsEncodingSymbol');
const kVmBreakFirstLineSymbol = Symbol('kVmBreakFirstLineSymbol');

const isWindows = process.platform === 'win32';
const isMacOS = process.platform === 'darwin';

// --- Errors ---

// As instanceof, whatever an application does to Error[Symbol.hasInstance].
const hasInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance]);

function isError(value) {
  return Error.isError(value) || hasInstance(Error, value);
}

function getSystemErrorName(errno) {
  return require('internal/errors/uv').errname(errno);
}

function getSystemErrorMessage(errno) {
  return require('internal/errors/uv').uvErrmapGet(errno)?.[1] ?? `Unknown system error ${errno}`;
}

function getSystemErrorMap() {
  return require('internal/errors/uv').errorMap();
}

const lazyDOMException = hideStackFrames((message, name) => {
  const { DOMException } = require('internal/dom_exception');
  return new DOMException(message, name);
});

function lazyDOMExceptionClass() {
  return require('internal/dom_exception').DOMException;
}

// --- Warnings ---

const codesWarned = new Set();

function isPendingDeprecation() {
  const { getOptionValue } = require('internal/options');
  return getOptionValue('--pending-deprecation') && !getOptionValue('--no-deprecation');
}

// A function that warns the first time it is called; a code warns once however many functions have it.
function getDeprecationWarningEmitter(code, message, deprecated, useEmitSync, shouldEmitWarning = () => true) {
  let warned = false;
  return function() {
    if (warned || !shouldEmitWarning()) return;
    warned = true;
    if (code === undefined) {
      process.emitWarning(message, 'DeprecationWarning', deprecated);
      return;
    }
    if (code === 'ExperimentalWarning') {
      process.emitWarning(message, code, deprecated);
      return;
    }
    if (codesWarned.has(code)) return;
    codesWarned.add(code);
    if (useEmitSync) require('internal/process/warning').emitWarningSync(message, 'DeprecationWarning', code, deprecated);
    else process.emitWarning(message, 'DeprecationWarning', code, deprecated);
  };
}

// fn, which warns when it is called first. It passes for fn: `new`, instanceof and statics work.
function deprecate(fn, message, code, useEmitSync = false, modifyPrototype = true) {
  if (code !== undefined && typeof code !== 'string') throw new ERR_INVALID_ARG_TYPE('code', 'string', code);
  const emitDeprecationWarning = getDeprecationWarningEmitter(code, message, deprecated, useEmitSync);

  function deprecated(...args) {
    if (!process.noDeprecation) emitDeprecationWarning();
    if (new.target) return Reflect.construct(fn, args, new.target);
    return Reflect.apply(fn, this, args);
  }

  if (modifyPrototype) {
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  Object.defineProperty(deprecated, 'length', { __proto__: null, ...Object.getOwnPropertyDescriptor(fn, 'length') });
  return deprecated;
}

// Deprecated only under --pending-deprecation.
function pendingDeprecate(fn, message, code) {
  const emitDeprecationWarning = getDeprecationWarningEmitter(code, message, deprecated, false, isPendingDeprecation);
  function deprecated(...args) {
    emitDeprecationWarning();
    return Reflect.apply(fn, this, args);
  }
  Object.defineProperty(deprecated, 'length', { __proto__: null, ...Object.getOwnPropertyDescriptor(fn, 'length') });
  return deprecated;
}

// For constructors that can be called without `new`.
function deprecateInstantiation(target, code, ...args) {
  if (!codesWarned.has(code)) {
    codesWarned.add(code);
    process.emitWarning(`Instantiating ${target.name} without the 'new' keyword has been deprecated.`, 'DeprecationWarning', code);
  }
  return Reflect.construct(target, args);
}

const experimentalWarnings = new Set();

function emitExperimentalWarning(feature, messagePrefix, code, ctor) {
  if (experimentalWarnings.has(feature)) return;
  experimentalWarnings.add(feature);
  const message = `${messagePrefix ?? ''}${feature} is an experimental feature and might change at any time`;
  process.emitWarning(message, 'ExperimentalWarning', code, ctor);
}

// --- Functions ---

// callback, which does nothing the second time.
function once(callback, { preserveReturnValue = false } = kEmptyObject) {
  let called = false;
  let result;
  return function(...args) {
    if (called) return result;
    called = true;
    const value = Reflect.apply(callback, this, args);
    if (preserveReturnValue) result = value;
    return value;
  };
}

function promisify(original) {
  const { validateFunction } = require('internal/validators');
  validateFunction(original, 'original');

  if (original[kCustomPromisifiedSymbol]) {
    const fn = original[kCustomPromisifiedSymbol];
    validateFunction(fn, 'util.promisify.custom');
    return Object.defineProperty(fn, kCustomPromisifiedSymbol, { __proto__: null, value: fn, configurable: true });
  }

  const argumentNames = original[customPromisifyArgs];

  function fn(...args) {
    return new Promise((resolve, reject) => {
      const result = Reflect.apply(original, this, [...args, (error, ...values) => {
        if (error) return reject(error);
        if (argumentNames !== undefined && values.length > 1) {
          const object = {};
          for (let i = 0; i < argumentNames.length; i++) object[argumentNames[i]] = values[i];
          resolve(object);
        } else {
          resolve(values[0]);
        }
      }]);
      if (result instanceof Promise) {
        process.emitWarning('Calling promisify on a function that returns a Promise is likely a mistake.', 'DeprecationWarning', 'DEP0174');
      }
    });
  }

  Object.setPrototypeOf(fn, Object.getPrototypeOf(original));
  Object.defineProperty(fn, kCustomPromisifiedSymbol, { __proto__: null, value: fn, configurable: true });
  const descriptors = Object.getOwnPropertyDescriptors(original);
  for (const key of Reflect.ownKeys(descriptors)) {
    Object.setPrototypeOf(descriptors[key], null);
    Object.defineProperty(fn, key, descriptors[key]);
  }
  return fn;
}

promisify.custom = kCustomPromisifiedSymbol;

// fn under a name; a symbol's name is written in brackets, as the language does it.
function assignFunctionName(name, fn, descriptor = kEmptyObject) {
  if (typeof name !== 'string') {
    const description = name.description;
    name = description === undefined ? '' : `[${description}]`;
  }
  return Object.defineProperty(fn, 'name', {
    __proto__: null, writable: false, enumerable: false, configurable: true,
    ...Object.getOwnPropertyDescriptor(fn, 'name'), ...descriptor, value: name,
  });
}

// The function's value, computed once; callers get their own copy of the array.
function cachedResult(fn) {
  let result;
  return () => {
    result ??= fn();
    return result.slice();
  };
}

// A value computed on the first call.
function getLazy(initializer) {
  let value;
  let initialized = false;
  return function() {
    if (initialized === false) {
      value = initializer();
      initialized = true;
    }
    return value;
  };
}

// --- Properties ---

function setOwnProperty(target, key, value) {
  return Object.defineProperty(target, key, { __proto__: null, configurable: true, enumerable: true, value, writable: true });
}

// https://webidl.spec.whatwg.org/#define-the-operations
function defineOperation(target, name, method) {
  Object.defineProperty(target, name, { __proto__: null, writable: true, enumerable: true, configurable: true, value: method });
}

// https://webidl.spec.whatwg.org/#es-interfaces
function exposeInterface(target, name, interfaceObject) {
  Object.defineProperty(target, name, { __proto__: null, writable: true, enumerable: false, configurable: true, value: interfaceObject });
}

// https://webidl.spec.whatwg.org/#namespace-object
function exposeNamespace(target, name, namespaceObject) {
  exposeInterface(target, name, namespaceObject);
}

// Properties that require(id) when they are first read, and can be assigned.
function defineLazyProperties(target, id, keys, enumerable = true) {
  internalBinding('util').defineLazyProperties(target, id, keys, enumerable);
}

function exposeLazyInterfaces(target, id, keys) {
  defineLazyProperties(target, id, keys, false);
}

// Web IDL's replaceable attributes: accessors named "get x" that keep what is assigned.
function defineReplaceableLazyAttribute(target, id, keys, writable = true, check) {
  for (const key of keys) {
    let value;
    let assigned = false;
    function get() {
      if (check !== undefined) check.call(this);
      if (!assigned) {
        value = require(id)[key];
        assigned = true;
      }
      return value;
    }
    Object.defineProperty(get, 'name', { __proto__: null, value: `get ${key}`, configurable: true });
    function set(replacement) {
      value = replacement;
      assigned = true;
    }
    Object.defineProperty(set, 'name', { __proto__: null, value: `set ${key}`, configurable: true });
    Object.defineProperty(target, key, { __proto__: null, enumerable: true, configurable: true, get, set: writable ? set : undefined });
  }
}

// The first constructor up the chain of prototypes that has a name.
function getConstructorOf(object) {
  while (object) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
    if (descriptor !== undefined && typeof descriptor.value === 'function' && descriptor.value.name !== '') return descriptor.value;
    object = Object.getPrototypeOf(object);
  }
  return null;
}

// --- Strings and arrays ---

// Removes one element: twice as fast as Array.prototype.splice for short lists.
function spliceOne(list, index) {
  for (; index + 1 < list.length; index++) list[index] = list[index + 1];
  list.pop();
}

function join(output, separator) {
  return output.join(separator);
}

const ansi = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g;

function removeColors(string) {
  return string.includes('\u001B') || string.includes('\u009B') ? string.replace(ansi, '') : string;
}

function toUSVString(value) {
  return String(value).toWellFormed();
}

// Strings that differ in case only become one, in lower case if `low`; sorted.
function filterDuplicateStrings(items, low) {
  const map = new Map();
  for (const item of items) {
    const key = item.toLowerCase();
    if (low) map.set(key, key);
    else map.set(key, item);
  }
  return [...map.values()].sort();
}

const encodingsMap = { __proto__: null, ascii: 0, utf8: 1, base64: 2, utf16le: 3, latin1: 4, hex: 5, buffer: 6, base64url: 7 };

// Every spelling in lower case, to the canonical name.
const encodingNames = new Map([
  ['utf8', 'utf8'], ['utf-8', 'utf8'],
  ['ucs2', 'utf16le'], ['ucs-2', 'utf16le'], ['utf16le', 'utf16le'], ['utf-16le', 'utf16le'],
  ['latin1', 'latin1'], ['binary', 'latin1'],
  ['base64', 'base64'], ['base64url', 'base64url'], ['hex', 'hex'], ['ascii', 'ascii'],
]);

// The canonical name of an encoding; undefined when there is no such encoding, utf8 when none is given.
function normalizeEncoding(encoding) {
  if (encoding === 'utf8' || encoding === 'utf-8' || encoding == null || encoding === '') return 'utf8';
  const name = encodingNames.get(encoding);
  if (name !== undefined) return name;
  if (typeof encoding !== 'string') return undefined;
  return encodingNames.get(encoding.toLowerCase());
}

// Regular expressions used on strings of the application must leave RegExp.$1 and its kin alone;
// V8 keeps those for each context, and builtins share the application's. What is matched here is short and rare.
function SideEffectFreeRegExpPrototypeExec(regexp, string) {
  return RegExp.prototype.exec.call(regexp, string);
}

function SideEffectFreeRegExpPrototypeSymbolReplace(regexp, string, replacement) {
  return RegExp.prototype[Symbol.replace].call(regexp, string, replacement);
}

function SideEffectFreeRegExpPrototypeSymbolSplit(regexp, string, limit) {
  return RegExp.prototype[Symbol.split].call(regexp, string, limit);
}

// --- Signals and addresses ---

let signalsByNumber;

// A signal's number from its name (in any case) or number.
function convertToValidSignal(signal) {
  const { signals } = require('os').constants;
  if (typeof signal === 'number') {
    if (signalsByNumber === undefined) {
      signalsByNumber = { __proto__: null };
      for (const name of Object.keys(signals)) signalsByNumber[signals[name]] = name;
    }
    if (signalsByNumber[signal]) return signal;
  }
  if (typeof signal === 'string') {
    const number = signals[signal.toUpperCase()];
    if (number) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

function convertProcessSignalToExitCode(signalCode) {
  const { validateOneOf } = require('internal/validators');
  const { signals } = require('os').constants;
  validateOneOf(signalCode, 'signalCode', Object.keys(signals));
  return 128 + signals[signalCode];
}

// The number of leading ones of one group of a netmask; -1 when ones follow a zero.
function onesOf(value, bits) {
  const zeros = Math.clz32(~(value << (32 - bits)));
  return (value & ((1 << (bits - zeros)) - 1)) === 0 ? zeros : -1;
}

// "127.0.0.1/8", or null when the netmask is not a prefix.
function getCIDR(address, netmask, family) {
  const bits = family === 'IPv6' ? 16 : 8;
  const groups = family === 'IPv6' ? expandGroups(netmask) : netmask.split('.').map(Number);
  let ones = 0;
  let ended = false;
  for (const group of groups) {
    const count = onesOf(group, bits);
    if (count === -1 || (ended && count > 0)) return null;
    ones += count;
    if (count < bits) ended = true;
  }
  return `${address}/${ones}`;
}

// The eight groups of an IPv6 address with its '::' filled in.
function expandGroups(address) {
  const [head, tail] = address.split('::');
  const parse = (part) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const first = parse(head);
  const last = tail === undefined ? [] : parse(tail);
  return [...first, ...new Array(8 - first.length - last.length).fill(0), ...last];
}

// --- The rest ---

function guessHandleType(fd) {
  return internalBinding('net').handleType(fd);
}

let sleepArray;

function sleep(milliseconds) {
  const { validateUint32 } = require('internal/validators');
  validateUint32(milliseconds, 'msec');
  sleepArray ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(sleepArray, 0, 0, milliseconds);
}

function getCWDURL() {
  const { pathToFileURL } = require('internal/url');
  return pathToFileURL(`${process.cwd()}/`);
}

// V8's call sites of the caller.
function getStructuredStack() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  const error = new Error();
  Error.stackTraceLimit = limit;
  overrideStackTrace.set(error, (_, trace) => trace.slice(1));
  return error.stack;
}

const nodeModules = /[/\\]node_modules[/\\](.+?)(?=[/\\])/;

function isUnderNodeModules(filename) {
  return filename && nodeModules.test(filename);
}

// Whether the first frame outside of the builtins is in a package.
function isInsideNodeModules(frameLimit = 100) {
  const stack = getStructuredStack();
  if (!Array.isArray(stack)) return false;
  for (let i = 0; i < stack.length && i < frameLimit; i++) {
    const filename = stack[i].getFileName();
    if (filename == null || filename.startsWith('node:')) continue;
    return nodeModules.test(filename);
  }
  return false;
}

// Holds its object strongly while incRef was called more often than decRef, weakly otherwise.
class WeakReference {
  #weak;
  #strong = null;
  #count = 0;

  constructor(object) { this.#weak = new WeakRef(object); }

  incRef() {
    this.#count++;
    if (this.#count === 1) this.#strong = this.#weak.deref();
    return this.#count;
  }

  decRef() {
    this.#count--;
    if (this.#count === 0) this.#strong = null;
    return this.#count;
  }

  get() { return this.#weak.deref(); }
}

function constructSharedArrayBuffer(size) {
  return new SharedArrayBuffer(size);
}

function assertCrypto() {
  if (!process.versions.openssl) throw new codes.ERR_NO_CRYPTO();
}

module.exports = {
  __proto__: null,
  SideEffectFreeRegExpPrototypeExec,
  SideEffectFreeRegExpPrototypeSymbolReplace,
  SideEffectFreeRegExpPrototypeSymbolSplit,
  WeakReference,
  assertCrypto,
  assignFunctionName,
  cachedResult,
  constructSharedArrayBuffer,
  convertProcessSignalToExitCode,
  convertToValidSignal,
  customInspectSymbol,
  customPromisifyArgs,
  defineLazyProperties,
  defineOperation,
  defineReplaceableLazyAttribute,
  deprecate,
  deprecateInstantiation,
  emitExperimentalWarning,
  encodingsMap,
  exposeInterface,
  exposeLazyInterfaces,
  exposeNamespace,
  filterDuplicateStrings,
  getCIDR,
  getCWDURL,
  getConstructorOf,
  getDeprecationWarningEmitter,
  getLazy,
  getStructuredStack,
  getSystemErrorMap,
  getSystemErrorMessage,
  getSystemErrorName,
  guessHandleType,
  isError,
  isErrorLike,
  isInsideNodeModules,
  isMacOS,
  isPendingDeprecation,
  isUnderNodeModules,
  isWindows,
  join,
  kEmptyObject,
  kEnumerableProperty,
  kIsEncodingSymbol,
  kVmBreakFirstLineSymbol,
  lazyDOMException,
  lazyDOMExceptionClass,
  normalizeEncoding,
  once,
  pendingDeprecate,
  promisify,
  removeColors,
  setOwnProperty,
  sleep,
  spliceOne,
  toUSVString,
};
