'use strict';

// CommonJS: the Module class as programs know and patch it. How a request becomes a file name is in ./resolve;
// what a file becomes by its extension is in ./extensions.

const builtins = require('internal/modules/builtins');
const resolve = require('internal/modules/cjs/resolve');
const { errors, makeRequireFunction } = require('internal/modules/helpers');

// What a module carries besides its public properties. Node shows some of these when a module is printed.
const kIsMain = Symbol('kIsMainSymbol');
const kIsCachedByESMLoader = Symbol('kIsCachedByESMLoader');
const kURL = Symbol('kURL');
const kFormat = Symbol('kFormat');
const kIsExecuting = Symbol('kIsExecuting');
const kRequiredModule = Symbol('kRequiredModuleSymbol');

const parents = new WeakMap();
const dirnameOf = (id) => require('path').dirname(id);

/** The module that first required `mod`; undefined for what nobody required. */
function parentOf(mod) { return parents.get(mod); }

function addChild(parent, child, scan) {
  const children = parent?.children;
  if (children && !(scan && children.includes(child))) children.push(child);
}

function Module(id = '', parent) {
  this.id = id;
  this.path = dirnameOf(id);
  setOwn(this, 'exports', {});
  setParent(this, parent);
  addChild(parent, this, false);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

// Whatever stands on Object.prototype by that name must not be called.
function setOwn(object, key, value) {
  Object.defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function setParent(mod, parent) {
  if (parent !== undefined) parents.set(mod, parent);
}

Module._cache = { __proto__: null };
Module._pathCache = { __proto__: null };
Module._extensions = { __proto__: null };
Module.globalPaths = [];

Object.defineProperty(Module, '_stat', accessor('_stat', (path) => internalBinding('module_files').stat(`${path}`), 'stat'));
Object.defineProperty(Module, '_readPackage', {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: _readPackage,
});

function accessor(name, fn, shown) {
  Object.defineProperty(fn, 'name', { __proto__: null, value: shown, configurable: true });
  return { __proto__: null, configurable: true, enumerable: false, get: () => fn, set(value) { fn = value; } };
}

function _readPackage(dir) {
  const { readPackage } = require('internal/modules/package_json');
  const config = readPackage(require('path').resolve(dir));
  if (config === undefined) return { __proto__: null, exists: false };
  const { name, main, type, exports, imports, path } = config;
  return { __proto__: null, exists: true, name, main, type, exports, imports, pjsonPath: path };
}

// The wrapper -----------------------------------------------------------------------------------------------------

const wrapperParts = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];
let wrapperPatched = false;
let wrap = function(script) { return Module.wrapper[0] + script + Module.wrapper[1]; };
let wrapperView;

// Modules are compiled as functions, without a wrapper text; when a program changes the text, it is used.
Object.defineProperty(Module, 'wrap', {
  __proto__: null, configurable: false, enumerable: false,
  get() { return wrap; },
  set(value) { wrapperPatched = true; wrap = value; },
});
Object.defineProperty(Module, 'wrapper', {
  __proto__: null, configurable: false, enumerable: false,
  get() {
    return wrapperView ??= new Proxy(wrapperParts, {
      __proto__: null,
      set(target, key, value, receiver) { wrapperPatched = true; return Reflect.set(target, key, value, receiver); },
      defineProperty(target, key, descriptor) {
        wrapperPatched = true;
        return Object.defineProperty(target, key, descriptor);
      },
    });
  },
  set(value) { wrapperPatched = true; wrapperView = value; },
});

const isWrapperPatched = () => wrapperPatched;

Module._debug = require('internal/util').deprecate(function() {}, 'Module._debug is deprecated.', 'DEP0077');
Module.isBuiltin = builtins.isBuiltin;

// Properties of modules -------------------------------------------------------------------------------------------

const pendingDeprecation = require('internal/modules/options').pendingDeprecation;
const deprecateParent = pendingDeprecation ?
  (fn) => require('internal/util').deprecate(fn,
    'module.parent is deprecated due to accuracy issues. Please use require.main to find program entry point instead.',
    'DEP0144') :
  (fn) => fn;

Object.defineProperty(Module.prototype, 'constructor', {
  __proto__: null,
  get() { return Module; },
  configurable: false,
  enumerable: false,
});
let preloading = false;
Object.defineProperty(Module.prototype, 'isPreloading', {
  __proto__: null, configurable: true, enumerable: false, get() { return preloading; }, set: undefined,
});
Object.defineProperty(Module.prototype, 'parent', {
  __proto__: null, configurable: true, enumerable: false,
  get: deprecateParent(function() { return parents.get(this); }),
  set: deprecateParent(function(value) { parents.set(this, value); }),
});

// Resolution, in forms that programs may call and replace -----------------------------------------------------------

Module._findPath = function(request, paths, isMain) { return resolve.findPath(Module, request, paths, isMain); };
Object.defineProperty(Module, 'findPathOfOurs', { __proto__: null, value: Module._findPath, enumerable: false });
Module._nodeModulePaths = function(from) { return resolve.nodeModulePaths(from); };
Module._resolveLookupPaths = function(request, parent) { return resolve.resolveLookupPaths(request, parent); };
Module._resolveFilename = function(request, parent, isMain, options) {
  return resolve.resolveFilename(Module, request, parent, isMain, options);
};
Module._initPaths = function() { Module.globalPaths = resolve.initGlobalPaths(); };

// Cycles: half filled exports -----------------------------------------------------------------------------------------

const circularWarning = new Proxy({}, {
  __proto__: null,
  get(target, key) {
    // Asked by helpers of transpilers, and by promises.
    if (key in target || key === '__esModule') return target[key];
    warnOfMissing(key);
    return undefined;
  },
  getOwnPropertyDescriptor(target, key) {
    if (Object.hasOwn(target, key) || key === '__esModule') return Object.getOwnPropertyDescriptor(target, key);
    warnOfMissing(key);
    return undefined;
  },
});

function warnOfMissing(key) {
  process.emitWarning(`Accessing non-existent property '${String(key)}' of module exports inside circular dependency`);
}

// While a module is half loaded, reading what it has not exported yet gets a warning: its exports have the
// proxy above as prototype until it is done.
function exportsInCycle(mod) {
  const { exports } = mod;
  const required = mod[kRequiredModule];
  if (required !== undefined && !require('internal/modules/esm/loader').isEvaluated(required)) {
    // An ES module cannot be seen half done.
    const from = parents.get(mod);
    throw new (errors().ERR_REQUIRE_CYCLE_MODULE)(
      `Cannot require() ES Module ${mod.id} in a cycle.${from ? ` (from ${from.filename})` : ''}`);
  }
  if (exports && !require('internal/util/types').isProxy(exports) &&
      Object.getPrototypeOf(exports) === Object.prototype && !exports.__esModule) {
    Object.setPrototypeOf(exports, circularWarning);
  }
  return exports;
}

function endCycleWarnings(mod) {
  const { exports } = mod;
  if (exports && typeof exports === 'object' && !require('internal/util/types').isProxy(exports) &&
      Object.getPrototypeOf(exports) === circularWarning) {
    Object.setPrototypeOf(exports, Object.prototype);
  }
}

// Loading -------------------------------------------------------------------------------------------------------------

// "folder of who asks, request" -> file name: the requests that were answered before.
const relativeCache = { __proto__: null };

/** Module._load: the exports of `request` as `parent` sees it, loading them first when need be. */
Module._load = function(request, parent, isMain) {
  let relativeKey;
  const hooks = builtins.loaded('internal/modules/customization_hooks');
  const hooked = hooks !== undefined && hooks.active();
  if (parent) {
    relativeKey = `${parent.path}\x00${request}`;
    const filename = relativeCache[relativeKey];
    if (filename !== undefined) {
      const cached = Module._cache[filename];
      if (cached !== undefined) {
        addChild(parent, cached, true);
        return cached.loaded ? cached.exports : exportsInCycle(cached);
      }
      delete relativeCache[relativeKey];
    }
  }

  let url;
  let format;
  let filename;
  if (hooked) {
    ({ filename, url, format } = hooks.resolveForRequire(request, parent, isMain));
  } else {
    if (request.startsWith('node:')) return requireScheme(request);
    filename = Module._resolveFilename(request, parent, isMain);
  }

  const cached = Module._cache[filename];
  if (cached !== undefined) {
    addChild(parent, cached, true);
    if (cached.loaded) return cached.exports;
    return exportsInCycle(cached);
  }

  if (hooked) {
    const replaced = hooks.loadBuiltinForRequire(filename, url);
    if (replaced !== undefined) return replaced;
  }
  if (filename.startsWith('node:')) return requireScheme(filename);
  if (builtins.canBeRequiredWithoutScheme(filename)) return builtins.requireForUser(filename);

  const mod = new Module(filename, parent);
  if (isMain) {
    setMainModule(mod);
    mod.id = '.';
    mod[kIsMain] = true;
  } else {
    mod[kIsMain] = false;
  }
  mod[kIsCachedByESMLoader] = false;
  mod[kURL] = url;
  mod[kFormat] = format;

  Module._cache[filename] = mod;
  if (relativeKey !== undefined) relativeCache[relativeKey] = filename;

  let threw = true;
  try {
    mod.load(filename);
    threw = false;
  } finally {
    if (threw) forget(mod, filename, relativeKey, parent);
    else endCycleWarnings(mod);
  }
  return mod.exports;
};

function forget(mod, filename, relativeKey, parent) {
  delete Module._cache[filename];
  if (relativeKey === undefined) return;
  delete relativeCache[relativeKey];
  const children = parent?.children;
  if (Array.isArray(children)) {
    const index = children.indexOf(mod);
    if (index !== -1) children.splice(index, 1);
  }
}

function requireScheme(request) {
  const id = request.slice(5);
  if (!builtins.canBeRequiredWithScheme(id)) throw new (errors().ERR_UNKNOWN_BUILTIN_MODULE)(request);
  return builtins.requireForUser(id);
}

function setMainModule(mod) {
  process.mainModule = mod;
  mainModule = mod;
}
let mainModule;

/** Runs what the file's extension says with it. */
Module.prototype.load = function(filename) {
  if (this.loaded) throw new (errors().ERR_INTERNAL_ASSERTION)(`Module already loaded: ${filename}`);
  require('internal/validators').validateString(filename, 'path');
  this.filename ??= filename;
  this.paths ??= Module._nodeModulePaths(dirnameOf(filename));

  Module._extensions[findExtension(filename)](this, filename);
  this.loaded = true;
};

// The longest registered extension of a file name; ".js" when there is none.
function findExtension(filename) {
  const name = filename.slice(filename.lastIndexOf('/') + 1);
  let start = 0;
  for (let dot; (dot = name.indexOf('.', start)) !== -1; start = dot + 1) {
    if (dot === 0) continue;
    const extension = name.slice(dot);
    if (Module._extensions[extension]) return extension;
  }
  return '.js';
}

let requireDepth = 0;

/** `require` of one module. */
Module.prototype.require = function(id) {
  if (typeof id !== 'string') require('internal/validators').validateString(id, 'id');
  if (id === '') throw new (errors().ERR_INVALID_ARG_VALUE)('id', id, 'must be a non-empty string');
  requireDepth++;
  try {
    return wrapModuleLoad(id, this, false);
  } finally {
    requireDepth--;
  }
};

// The diagnostics channel "module.require": when nobody has loaded diagnostics_channel, nobody listens.
let channel;
function wrapModuleLoad(request, parent, isMain) {
  const dc = builtins.loaded('diagnostics_channel');
  if (dc !== undefined) {
    channel ??= dc.tracingChannel('module.require');
    if (channel.hasSubscribers) {
      const context = { __proto__: null, parentFilename: parent?.filename, id: request };
      return channel.traceSync(Module._load, context, Module, request, parent, isMain);
    }
  }
  return Module._load(request, parent, isMain);
}

/** Compiles and runs `content` as the body of this module. */
Module.prototype._compile = function(content, filename, format) {
  const compile = require('internal/modules/cjs/compile');
  const fn = compile.compileFor(this, content, filename, format);
  if (fn === undefined) return undefined; // It was an ES module, and has run.

  const require_ = makeRequireFunction(this);
  const { exports } = this;
  const previous = this[kIsExecuting];
  this[kIsExecuting] = true;
  const result = Reflect.apply(fn, exports, [exports, require_, this, filename, dirnameOf(filename)]);
  this[kIsExecuting] = previous ?? false;
  return result;
};

// Entry points ----------------------------------------------------------------------------------------------------------

/** module.createRequire(filename): a require function for a place. */
function createRequire(filename) {
  let path;
  const isURL = typeof filename === 'object' && filename !== null && typeof filename.href === 'string' &&
    typeof filename.protocol === 'string';
  if (isURL || (typeof filename === 'string' && filename[0] !== '/')) {
    try {
      path = require('internal/url').fileURLToPath(filename);
    } catch {
      throw new (errors().ERR_INVALID_ARG_VALUE)('filename', filename, createRequireNeeds);
    }
  } else if (typeof filename !== 'string') {
    throw new (errors().ERR_INVALID_ARG_VALUE)('filename', filename, createRequireNeeds);
  } else {
    path = filename;
  }
  return createRequireFromPath(path);
}
const createRequireNeeds = 'must be a file URL object, file URL string, or absolute path string';

function createRequireFromPath(filename) {
  // A folder, so a name within it is needed.
  const inside = filename.endsWith('/') ? require('path').join(filename, 'noop.js') : filename;
  const mod = new Module(inside);
  mod.filename = inside;
  mod.paths = Module._nodeModulePaths(mod.path);
  return makeRequireFunction(mod);
}

/** Loads what --require names, as if a module in the working directory required it. */
Module._preloadModules = function(requests) {
  if (!Array.isArray(requests)) return;
  preloading = true;
  const parent = new Module('internal/preload', null);
  try {
    parent.paths = Module._nodeModulePaths(process.cwd());
  } catch (error) {
    if (error.code !== 'ENOENT') {
      preloading = false;
      throw error;
    }
  }
  for (let i = 0; i < requests.length; i++) wrapModuleLoad(requests[i], parent, false);
  preloading = false;
};

Module.createRequire = createRequire;
Module.syncBuiltinESMExports = function syncBuiltinESMExports() {
  const translators = builtins.loaded('internal/modules/esm/translators');
  if (translators !== undefined) translators.syncBuiltinExports();
};
Module.Module = Module;

module.exports = {
  Module, parentOf, setParent, wrapModuleLoad, isWrapperPatched, createRequireFromPath,
  kIsMain, kIsCachedByESMLoader, kURL, kFormat, kIsExecuting, kRequiredModule,
  mainModule: () => mainModule, requireDepth: () => requireDepth, setMainModule,
};
require('internal/modules/cjs/extensions');
