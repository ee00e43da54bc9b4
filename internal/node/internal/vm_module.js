'use strict';

// vm.SourceTextModule and vm.SyntheticModule: ES modules that a program links itself (--experimental-vm-modules).

const native = internalBinding('modules');
const { codes } = require('internal/errors');
const {
  validateBoolean, validateFunction, validateInt32, validateObject, validateString, validateUint32,
} = require('internal/validators');
const { referrerFor, adopt } = require('internal/vm');
const { register } = require('internal/modules/esm/referrers');
const { isContext } = internalBinding('contextify');

const kWrap = Symbol('kWrap');
const kContext = Symbol('kContext');

const statusNames = ['unlinked', 'linking', 'linked', 'evaluating', 'evaluated', 'errored'];
const kLinked = 2;
const kErrored = 5;

const counters = new WeakMap(); // context -> how many of its modules had no name
const mainCounter = {};

function nextName(context) {
  const key = context ?? mainCounter;
  const n = counters.get(key) ?? 0;
  counters.set(key, n + 1);
  return `vm:module(${n})`;
}

function check(module) {
  if (typeof module !== 'object' || module === null || !(kWrap in module)) {
    throw new codes.ERR_INVALID_THIS('Module');
  }
}

function isModule(value) {
  return typeof value === 'object' && value !== null && kWrap in value;
}

/** What both kinds share. It cannot be constructed itself. */
class Module {
  constructor(options) {
    require('internal/util').emitExperimentalWarning('VM Modules');
    if (new.target === Module) throw new TypeError('Module is not a constructor');
    const { context, identifier } = options;
    if (context !== undefined) {
      validateObject(context, 'context');
      if (!isContext(context)) throw new codes.ERR_INVALID_ARG_TYPE('options.context', 'vm.Context', context);
    }
    if (identifier !== undefined) validateString(identifier, 'options.identifier');
    hide(this, kContext, context);
  }

  get identifier() {
    check(this);
    return this[kWrap].url;
  }

  get context() {
    check(this);
    return this[kContext];
  }

  get namespace() {
    check(this);
    if (native.getStatus(this[kWrap]) < kLinked) throw new codes.ERR_VM_MODULE_STATUS('must not be unlinked or linking');
    return native.getNamespace(this[kWrap]);
  }

  get status() {
    check(this);
    return statusNames[native.getStatus(this[kWrap])];
  }

  get error() {
    check(this);
    if (native.getStatus(this[kWrap]) !== kErrored) throw new codes.ERR_VM_MODULE_STATUS('must be errored');
    return native.getError(this[kWrap]);
  }

  async link(linker) {
    check(this);
    validateFunction(linker, 'linker');
    if (this.status === 'linked') throw new codes.ERR_VM_MODULE_ALREADY_LINKED();
    if (this.status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    await this[kLink](linker);
    native.instantiate(this[kWrap]);
  }

  // A function that is not async: what a synthetic module answers is settled at once.
  evaluate(options = {}) {
    try {
      check(this);
      validateObject(options, 'options');
      let { timeout } = options;
      if (timeout === undefined) timeout = -1;
      else validateUint32(timeout, 'options.timeout', true);
      const { breakOnSigint = false } = options;
      validateBoolean(breakOnSigint, 'options.breakOnSigint');
      const status = this[kReady]();
      if (status !== 'linked' && status !== 'evaluated' && status !== 'errored') {
        throw new codes.ERR_VM_MODULE_STATUS('must be one of linked, evaluated, or errored');
      }
      return native.evaluate(this[kWrap], timeout);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    check(this);
    const constructor = this.constructor ?? Module;
    if (typeof depth === 'number' && depth < 0) return `[${constructor.name}]`;
    const shown = Object.create(Object.getPrototypeOf(this));
    for (const key of ['status', 'identifier', 'context']) {
      Object.defineProperty(shown, key, { __proto__: null, value: this[key], enumerable: true });
    }
    return require('internal/util/inspect').inspect(shown, { ...options, customInspect: false });
  }
}

const kLink = Symbol('kLink');
const kReady = Symbol('kReady');

function hide(object, key, value) {
  Object.defineProperty(object, key, { __proto__: null, value, enumerable: false, writable: true, configurable: true });
}

class SourceTextModule extends Module {
  #error = none;
  #requests;
  #specifiers;
  #linking = false;
  #linked = false;

  constructor(sourceText, options = {}) {
    validateString(sourceText, 'sourceText');
    validateObject(options, 'options');
    const {
      lineOffset = 0, columnOffset = 0, initializeImportMeta, importModuleDynamically, context, identifier, cachedData,
    } = options;
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (initializeImportMeta !== undefined) validateFunction(initializeImportMeta, 'options.initializeImportMeta');
    if (importModuleDynamically !== undefined) {
      validateFunction(importModuleDynamically, 'options.importModuleDynamically');
    }
    if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) {
      throw new codes.ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData);
    }
    super({ context, identifier });

    const name = identifier ?? nextName(context);
    const symbol = referrerFor(importModuleDynamically, name);
    const wrap = native.compileModule(name, sourceText, lineOffset, columnOffset, symbol, cachedData, context);
    if (wrap.cachedDataRejected) throw new codes.ERR_VM_MODULE_CACHED_DATA_REJECTED();
    hide(this, kWrap, wrap);
    adopt(symbol, importModuleDynamically, this);
    register(wrap, { owner: this, initializeImportMeta });

    const flat = native.getModuleRequests(wrap) ?? [];
    this.#requests = [];
    for (let i = 0; i < flat.length; i += 2) {
      this.#requests.push(Object.freeze({
        __proto__: null,
        specifier: flat[i],
        attributes: Object.freeze(flat[i + 1] ?? { __proto__: null }),
        phase: 'evaluation',
      }));
    }
    Object.freeze(this.#requests);
  }

  async [kLink](linker) {
    this.#linking = true;
    const linked = new Array(this.#requests.length);
    try {
      await Promise.all(this.#requests.map(async ({ specifier, attributes }, i) => {
        const module = await linker(specifier, this, { attributes, assert: attributes });
        if (!isModule(module)) throw new codes.ERR_VM_MODULE_NOT_MODULE();
        if (module.context !== this.context) throw new codes.ERR_VM_MODULE_DIFFERENT_CONTEXT();
        if (module.status === 'errored') {
          throw new codes.ERR_VM_MODULE_LINK_FAILURE(
            `request for '${specifier}' resolved to an errored module`, module.error);
        }
        linked[i] = module[kWrap];
        if (module.status === 'unlinked') await module[kLink](linker);
      }));
      native.link(this[kWrap], linked);
      this.#linked = true;
    } catch (error) {
      this.#error = error;
      throw error;
    } finally {
      this.#linking = false;
    }
  }

  linkRequests(modules) {
    check(this);
    if (this.status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    if (!Array.isArray(modules)) throw new codes.ERR_INVALID_ARG_TYPE('modules', 'Array', modules);
    const wraps = modules.map((module) => {
      if (!isModule(module)) throw new codes.ERR_VM_MODULE_NOT_MODULE();
      if (module.context !== this.context) throw new codes.ERR_VM_MODULE_DIFFERENT_CONTEXT();
      return module[kWrap];
    });
    if (wraps.length !== this.#requests.length) {
      throw new codes.ERR_MODULE_LINK_MISMATCH(
        `Expected ${this.#requests.length} modules, got ${wraps.length}`);
    }
    native.link(this[kWrap], wraps);
    this.#linked = true;
  }

  instantiate() {
    check(this);
    if (this.status !== 'unlinked') throw new codes.ERR_VM_MODULE_STATUS('must be unlinked');
    if (!this.#linked) {
      throw new codes.ERR_VM_MODULE_LINK_FAILURE(`module '${this.identifier}' is not linked`, undefined);
    }
    native.instantiate(this[kWrap]);
  }

  get dependencySpecifiers() {
    check(this);
    return this.#specifiers ??= Object.freeze(this.#requests.map(({ specifier }) => specifier));
  }

  get moduleRequests() {
    check(this);
    return this.#requests;
  }

  get status() {
    check(this);
    if (this.#error !== none) return 'errored';
    if (this.#linking) return 'linking';
    return super.status;
  }

  get error() {
    check(this);
    return this.#error !== none ? this.#error : super.error;
  }

  [kReady]() { return this.status; }

  hasAsyncGraph() {
    check(this);
    if (native.getStatus(this[kWrap]) < kLinked) throw new codes.ERR_VM_MODULE_STATUS('must be instantiated');
    return native.isGraphAsync(this[kWrap]);
  }

  hasTopLevelAwait() {
    check(this);
    return native.hasTopLevelAwait(this[kWrap]);
  }

  createCachedData() {
    const { status } = this;
    if (status === 'evaluating' || status === 'evaluated' || status === 'errored') {
      throw new codes.ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA();
    }
    return native.createCachedData(this[kWrap]);
  }
}
const none = Symbol('no error');

class SyntheticModule extends Module {
  constructor(exportNames, evaluateCallback, options = {}) {
    if (!Array.isArray(exportNames) || exportNames.some((name) => typeof name !== 'string')) {
      throw new codes.ERR_INVALID_ARG_TYPE('exportNames', 'Array of unique strings', exportNames);
    }
    exportNames.forEach((name, i) => {
      if (exportNames.indexOf(name, i + 1) !== -1) {
        throw new codes.ERR_INVALID_ARG_VALUE(`exportNames.${name}`, name, 'is duplicated');
      }
    });
    validateFunction(evaluateCallback, 'evaluateCallback');
    validateObject(options, 'options');
    const { context, identifier } = options;
    super({ context, identifier });
    const wrap = native.createSynthetic(identifier ?? nextName(context), exportNames,
      () => { Reflect.apply(evaluateCallback, this, []); }, context);
    hide(this, kWrap, wrap);
    // It imports nothing, so it is linked from the start.
    native.instantiate(wrap);
  }

  link() {
    check(this);
    return Promise.resolve();
  }

  [kLink]() { return Promise.resolve(); }

  [kReady]() { return this.status; }

  setExport(name, value) {
    check(this);
    validateString(name, 'name');
    native.setExport(this[kWrap], name, value);
  }
}

module.exports = { Module, SourceTextModule, SyntheticModule };
