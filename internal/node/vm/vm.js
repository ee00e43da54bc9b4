'use strict';

// node:vm: scripts, functions and contexts compiled at run time. https://nodejs.org/api/vm.html

const native = internalBinding('contextify');
const {
  referrerFor, adopt, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY,
} = require('internal/vm');
const { codes } = require('internal/errors');
const {
  validateArray, validateBoolean, validateBuffer, validateInt32, validateObject, validateOneOf, validateString,
  validateStringArray, validateUint32, kValidateObjectAllowArray, kValidateObjectAllowNullable,
} = require('internal/validators');

// The native script behind a Script; programs see only the properties below.
const kScript = Symbol('script');

/** A compiled classic script, to be run in any context, any number of times. */
class Script {
  constructor(code, options = {}) {
    code = `${code}`;
    if (typeof options === 'string') options = { filename: options };
    else validateObject(options, 'options');
    const {
      filename = 'evalmachine.<anonymous>', lineOffset = 0, columnOffset = 0, cachedData,
      produceCachedData = false, importModuleDynamically, [kParsingContext]: parsingContext,
    } = options;
    validateString(filename, 'options.filename');
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (cachedData !== undefined) checkCachedData(cachedData);
    validateBoolean(produceCachedData, 'options.produceCachedData');

    const symbol = referrerFor(importModuleDynamically, filename);
    const script = native.compileScript(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, symbol,
      parsingContext);
    hide(this, kScript, script);
    copyOwn(this, script, 'cachedDataRejected');
    copyOwn(this, script, 'cachedDataProduced');
    copyOwn(this, script, 'cachedData');
    this.sourceURL = script.sourceURL;
    this.sourceMapURL = script.sourceMapURL;
    adopt(symbol, importModuleDynamically, this);
  }

  runInThisContext(options) {
    const { timeout, displayErrors } = runOptions(options);
    return run(this, null, timeout, displayErrors);
  }

  runInContext(contextifiedObject, options) {
    validateContext(contextifiedObject);
    const { timeout, displayErrors } = runOptions(options);
    return run(this, contextifiedObject, timeout, displayErrors);
  }

  runInNewContext(contextObject, options) {
    const context = createContext(contextObject, contextOptions(options));
    return this.runInContext(context, options);
  }

  createCachedData() {
    return native.createCachedData(this[kScript]);
  }
}

// Scripts compiled for one context are parsed there, so that what is wrong with them is an error of that context.
const kParsingContext = Symbol('script parsing context');

function hide(object, key, value) {
  Object.defineProperty(object, key, { __proto__: null, value, enumerable: false });
}

function copyOwn(to, from, key) {
  if (Object.hasOwn(from, key)) to[key] = from[key];
}

function checkCachedData(cachedData) {
  if (!ArrayBuffer.isView(cachedData)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData);
  }
}

function run(script, context, timeout, displayErrors) {
  const handle = script[kScript];
  if (handle === undefined) throw new TypeError('Illegal invocation');
  return native.runScript(handle, context, timeout, displayErrors);
}

function validateContext(contextifiedObject) {
  if (!isContext(contextifiedObject)) {
    throw new codes.ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject);
  }
}

function runOptions(options = {}) {
  validateObject(options, 'options');
  const { breakOnSigint = false, displayErrors = true } = options;
  let { timeout } = options;
  if (timeout === undefined) timeout = -1;
  else validateUint32(timeout, 'options.timeout', true);
  validateBoolean(displayErrors, 'options.displayErrors');
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return { timeout, displayErrors };
}

// The options of runInNewContext that are createContext's.
function contextOptions(options) {
  if (options === undefined) return {};
  validateObject(options, 'options');
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options;
  if (contextName !== undefined) validateString(contextName, 'options.contextName');
  if (contextOrigin !== undefined) validateString(contextOrigin, 'options.contextOrigin');
  let codeGeneration;
  if (contextCodeGeneration !== undefined) {
    validateObject(contextCodeGeneration, 'options.contextCodeGeneration');
    const { strings, wasm } = contextCodeGeneration;
    if (strings !== undefined) validateBoolean(strings, 'options.contextCodeGeneration.strings');
    if (wasm !== undefined) validateBoolean(wasm, 'options.contextCodeGeneration.wasm');
    codeGeneration = { strings, wasm };
  }
  if (microtaskMode !== undefined) validateString(microtaskMode, 'options.microtaskMode');
  return { name: contextName, origin: contextOrigin, codeGeneration, microtaskMode };
}

let contexts = 0;

/** Makes `contextObject` the global object of a context of its own. */
function createContext(contextObject = {}, options = {}) {
  const vanilla = contextObject === DONT_CONTEXTIFY;
  if (!vanilla && isContext(contextObject)) return contextObject;
  validateObject(options, 'options');
  const {
    name = `VM Context ${++contexts}`, origin, codeGeneration, microtaskMode, importModuleDynamically,
  } = options;
  validateString(name, 'options.name');
  if (origin !== undefined) validateString(origin, 'options.origin');
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration');
  let strings = true;
  let wasm = true;
  if (codeGeneration !== undefined) {
    ({ strings = true, wasm = true } = codeGeneration);
    validateBoolean(strings, 'options.codeGeneration.strings');
    validateBoolean(wasm, 'options.codeGeneration.wasm');
  }
  validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined]);
  referrerFor(importModuleDynamically, name);
  return native.makeContext(vanilla ? undefined : contextObject, strings, wasm, microtaskMode === 'afterEvaluate');
}

function isContext(object) {
  validateObject(object, 'object', kValidateObjectAllowArray);
  return native.isContext(object);
}

function createScript(code, options) {
  return new Script(code, options);
}

// Everything that follows takes a file name in place of options.
function fromName(options) {
  return typeof options === 'string' ? { filename: options } : options;
}

function runInContext(code, contextifiedObject, options) {
  validateContext(contextifiedObject);
  options = { ...fromName(options), [kParsingContext]: contextifiedObject };
  return createScript(code, options).runInContext(contextifiedObject, options);
}

function runInNewContext(code, contextObject, options) {
  options = fromName(options);
  contextObject = createContext(contextObject, contextOptions(options));
  options = { ...options, [kParsingContext]: contextObject };
  return createScript(code, options).runInNewContext(contextObject, options);
}

function runInThisContext(code, options) {
  options = fromName(options);
  return createScript(code, options).runInThisContext(options);
}

/** A function with the given parameters and body. */
function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  if (params !== undefined) validateStringArray(params, 'params');
  validateObject(options, 'options');
  const {
    filename = '', columnOffset = 0, lineOffset = 0, cachedData, produceCachedData = false, parsingContext,
    contextExtensions = [], importModuleDynamically,
  } = options;
  validateString(filename, 'options.filename');
  validateInt32(columnOffset, 'options.columnOffset');
  validateInt32(lineOffset, 'options.lineOffset');
  if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData');
  validateBoolean(produceCachedData, 'options.produceCachedData');
  if (parsingContext !== undefined && (typeof parsingContext !== 'object' || parsingContext === null || !isContext(parsingContext))) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext);
  }
  validateArray(contextExtensions, 'options.contextExtensions');
  for (let i = 0; i < contextExtensions.length; i++) {
    validateObject(contextExtensions[i], `options.contextExtensions[${i}]`, kValidateObjectAllowNullable);
  }

  const symbol = referrerFor(importModuleDynamically, filename);
  const result = native.compileFunction(code, filename, lineOffset, columnOffset, cachedData, produceCachedData,
    parsingContext, contextExtensions, params, symbol);
  const fn = result.function;
  adopt(symbol, importModuleDynamically, fn);
  copyOwn(fn, result, 'sourceMapURL');
  copyOwn(fn, result, 'cachedDataProduced');
  copyOwn(fn, result, 'cachedData');
  copyOwn(fn, result, 'cachedDataRejected');
  return fn;
}

const measureModes = ['summary', 'detailed'];

/** The memory of the heap, as far as V8 says it: the isolate's, not each context's. */
function measureMemory(options = {}) {
  require('internal/util').emitExperimentalWarning('vm.measureMemory');
  validateObject(options, 'options');
  const { mode = 'summary', execution = 'default' } = options;
  validateOneOf(mode, 'options.mode', measureModes);
  validateOneOf(execution, 'options.execution', ['default', 'eager']);
  return Promise.reject(new codes.ERR_METHOD_NOT_IMPLEMENTED('vm.measureMemory()'));
}

module.exports = {
  Script,
  createContext,
  createScript,
  runInContext,
  runInNewContext,
  runInThisContext,
  isContext,
  compileFunction,
  measureMemory,
  constants: Object.freeze({ __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY }),
};

if (require('internal/options').getOptionValue('--experimental-vm-modules')) {
  const { Module, SourceTextModule, SyntheticModule } = require('internal/vm_module');
  module.exports.Module = Module;
  module.exports.SourceTextModule = SourceTextModule;
  module.exports.SyntheticModule = SyntheticModule;
}
