'use strict';

// From the text of a module to a module in V8, by format. CommonJS, JSON and builtins become synthetic modules:
// their exports are set when they are evaluated.

const native = internalBinding('modules');
const builtins = require('internal/modules/builtins');
const { errors, stripBOM, urlToPath, readText } = require('internal/modules/helpers');
const { defaultReferrer } = require('internal/modules/esm/referrers');

/** A handle of the module `source` in the given format. */
function translate(format, url, source, isMain) {
  switch (format) {
    case 'module': return compile(url, textOf(source));
    case 'commonjs': return fromCommonJS(url, source, isMain);
    case 'json': return fromJSON(url, textOf(source));
    case 'builtin': return fromBuiltin(url);
    case 'addon': return native.createSynthetic(url, ['default', 'module.exports'], () => process.dlopen({}, urlToPath(url)));
    default: throw new (errors().ERR_UNKNOWN_MODULE_FORMAT)(mediaTypeOr(format, url), url);
  }
}

// For a data: URL the message names its media type.
function mediaTypeOr(format, url) {
  if (format === null && url.startsWith('data:')) {
    const { dataMediaType } = require('internal/modules/esm/formats');
    return dataMediaType.exec(url)?.[1] ?? null;
  }
  return format;
}

function textOf(source) {
  if (typeof source === 'string') return stripBOM(source);
  if (source === undefined || source === null) {
    throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('string, array buffer, or typed array', 'load', 'source', source);
  }
  return new TextDecoder().decode(source);
}

function compile(url, text) {
  return native.compileModule(url, text, 0, 0, defaultReferrer);
}

// CommonJS ------------------------------------------------------------------------------------------------------------

const exportNames = new Map(); // file name -> Set of names

let lexer;
/** The names that a CommonJS file exports as far as its text shows, with those it passes on from other files. */
function namesOf(filename, source) {
  const known = exportNames.get(filename);
  if (known !== undefined) return known;
  const names = new Set();
  exportNames.set(filename, names);
  lexer ??= require('cjs-module-lexer');
  let found;
  try {
    found = lexer.parse(source);
  } catch {
    return names;
  }
  for (let i = 0; i < found.exports.length; i++) names.add(found.exports[i]);
  if (found.reexports.length === 0) return names;

  const { Module } = require('internal/modules/cjs/loader');
  const asker = new Module(filename);
  asker.filename = filename;
  asker.paths = Module._nodeModulePaths(asker.path);
  for (let i = 0; i < found.reexports.length; i++) {
    let file;
    let text;
    try {
      file = Module._resolveFilename(found.reexports[i], asker);
      if (!/\.c?js$|\/[^./]+$/.test(file)) continue;
      text = readText(file);
    } catch {
      continue;
    }
    for (const name of namesOf(file, text)) names.add(name);
  }
  return names;
}

function fromCommonJS(url, source, isMain) {
  // A load hook may leave the source out: then require() reads the file itself.
  const filename = url.startsWith('file:') ? urlToPath(url.replace(/[?#].*$/s, '')) : url;
  const text = source === undefined || source === null ? readText(filename) : textOf(source);
  const names = new Set(namesOf(filename, text));
  names.delete('default');
  const all = ['default', ...names];
  if (!names.has('module.exports')) all.push('module.exports');

  return native.createSynthetic(url, all, (wrap) => {
    const exports = runCommonJS(filename, url, text, isMain);
    const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
    for (const name of names) {
      if (name === 'module.exports') continue;
      let value;
      try {
        if (isObject && Object.hasOwn(exports, name)) value = exports[name];
      } catch {
        // A getter that throws: undefined.
      }
      native.setExport(wrap, name, value);
    }
    native.setExport(wrap, 'default', exports);
    native.setExport(wrap, 'module.exports', exports);
  });
}

function runCommonJS(filename, url, text, isMain) {
  const { Module, wrapModuleLoad } = require('internal/modules/cjs/loader');
  const cached = Module._cache[filename];
  if (cached !== undefined && cached.loaded) return cached.exports;
  const isFile = url.startsWith('file:') && !/[?#]/.test(url);
  const hooks = builtins.loaded('internal/modules/customization_hooks');
  if (isFile && (hooks === undefined || !hooks.active())) return wrapModuleLoad(filename, undefined, isMain);
  return runText(filename, text, isFile);
}

// A CommonJS module that is not a file, or has a query: a module of its own each time. Or one whose text hooks gave.
function runText(filename, text, cached) {
  const { Module } = require('internal/modules/cjs/loader');
  const mod = new Module(filename);
  if (cached) Module._cache[filename] = mod;
  mod.filename = filename;
  mod.paths = Module._nodeModulePaths(mod.path);
  mod._compile(text, filename, 'commonjs');
  mod.loaded = true;
  return mod.exports;
}

// JSON ----------------------------------------------------------------------------------------------------------------

function fromJSON(url, text) {
  const { Module } = require('internal/modules/cjs/loader');
  let value;
  const filename = url.startsWith('file:') && !/[?#]/.test(url) ? urlToPath(url) : undefined;
  const cached = filename === undefined ? undefined : Module._cache[filename];
  if (cached !== undefined && cached.loaded) {
    value = cached.exports;
  } else {
    try {
      value = JSON.parse(text);
    } catch (error) {
      error.message = `${filename ?? url}: ${error.message}`;
      throw error;
    }
    // require() of the same file gives the same object.
    if (filename !== undefined) Module._cache[filename] = { exports: value, loaded: true };
  }
  return native.createSynthetic(url, ['default'], (wrap) => { native.setExport(wrap, 'default', value); });
}

// Builtins --------------------------------------------------------------------------------------------------------------

const builtinWraps = new Map(); // id -> { wrap, names }

function fromBuiltin(url) {
  const id = url.slice(5);
  if (!builtins.canBeRequiredWithScheme(id)) throw new (errors().ERR_UNKNOWN_BUILTIN_MODULE)(url);
  const known = builtinWraps.get(id);
  if (known !== undefined) return known.wrap;
  const exports = builtins.requireForUser(id);
  const names = Object.keys(exports).filter((name) => name !== 'default');
  const wrap = native.createSynthetic(url, ['default', ...names], (self) => {
    setBuiltinExports(self, names, exports);
    native.setExport(self, 'default', exports);
  });
  builtinWraps.set(id, { wrap, names, exports });
  return wrap;
}

function setBuiltinExports(wrap, names, exports) {
  for (let i = 0; i < names.length; i++) {
    let value;
    try {
      if (Object.hasOwn(exports, names[i])) value = exports[names[i]];
    } catch {
      // A getter that throws: undefined.
    }
    native.setExport(wrap, names[i], value);
  }
}

/** module.syncBuiltinESMExports(): what programs changed on builtins becomes visible to import. */
function syncBuiltinExports() {
  for (const { wrap, names, exports } of builtinWraps.values()) {
    if (native.getStatus(wrap) >= 2) setBuiltinExports(wrap, names, exports);
  }
}

module.exports = { translate, syncBuiltinExports };
