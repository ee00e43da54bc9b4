'use strict';

// module.registerHooks(): functions of the program that take part in resolving and loading, for require and import
// alike, in this thread. The last one registered is asked first; each may ask the next, and Node's own way is last.

const { errors, getImportConditions, getRequireConditions, pathToURL, urlToPath } = require('internal/modules/helpers');
const builtins = require('internal/modules/builtins');

const resolvers = [];
const loaders = [];

/** Whether any hook is registered. */
function active() { return resolvers.length > 0 || loaders.length > 0; }

class ModuleHooks {
  #resolve;
  #load;
  constructor(resolve, load) {
    this.#resolve = resolve && { hook: resolve };
    this.#load = load && { hook: load };
    if (this.#resolve) resolvers.push(this.#resolve);
    if (this.#load) loaders.push(this.#load);
  }

  /** Takes the hooks out again. */
  deregister() {
    remove(resolvers, this.#resolve);
    remove(loaders, this.#load);
  }
}

function remove(list, entry) {
  const index = list.indexOf(entry);
  if (index !== -1) list.splice(index, 1);
}

function registerHooks(hooks) {
  const { resolve, load } = hooks;
  const { validateFunction } = require('internal/validators');
  if (resolve) validateFunction(resolve, 'hooks.resolve');
  if (load) validateFunction(load, 'hooks.load');
  return new ModuleHooks(resolve, load);
}

// Calls the hooks of a list, the last first, down to `last`. Context given to next() is merged into the one so far.
function chain(list, name, subject, context, last, validate) {
  const at = (index, given, sofar) => {
    if (index < 0) return last(given, sofar);
    let asked = false;
    const next = (following, more) => {
      asked = true;
      return at(index - 1, following, more === undefined ? sofar : { ...sofar, ...more });
    };
    const result = list[index].hook(given, sofar, next);
    if (!asked && result.shortCircuit !== true) {
      throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('true', name, 'shortCircuit', result.shortCircuit);
    }
    validate(result);
    return result;
  };
  return at(list.length - 1, subject, context);
}

function validateResolved(result) {
  const { url, format, importAttributes } = result;
  if (typeof url !== 'string') throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('a URL string', 'resolve', 'url', url);
  if (format !== undefined && format !== null && typeof format !== 'string') {
    throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('string', 'resolve', 'format', format);
  }
  if (importAttributes !== undefined && (typeof importAttributes !== 'object' || importAttributes === null)) {
    throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('object', 'resolve', 'importAttributes', importAttributes);
  }
}

function validateLoaded(result) {
  const { source, format } = result;
  if (source !== undefined && source !== null && typeof source !== 'string' && !ArrayBuffer.isView(source) &&
      !require('internal/util/types').isAnyArrayBuffer(source)) {
    throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)(
      'a string, an ArrayBuffer, a TypedArray or null', 'load', 'source', source);
  }
  if (format !== undefined && format !== null && typeof format !== 'string') {
    throw new (errors().ERR_INVALID_RETURN_PROPERTY_VALUE)('a string', 'load', 'format', format);
  }
}

// import ----------------------------------------------------------------------------------------------------------------

/** What import resolves `specifier` to: { url, format }. */
function resolve(specifier, parentURL, attributes) {
  const { getLoader } = require('internal/modules/esm/loader');
  const context = { conditions: [...getImportConditions()], importAttributes: attributes, parentURL };
  const last = (request, { parentURL: from = parentURL, conditions }) => {
    const url = getLoader().resolveDefault(request, from, changed(conditions, context.conditions));
    const { formatOf } = require('internal/modules/esm/formats');
    return { __proto__: null, url, format: formatOf(url, true) ?? null };
  };
  if (resolvers.length === 0) return { url: last(specifier, context).url, format: undefined };
  const { url, format } = chain(resolvers, 'resolve', specifier, context, last, validateResolved);
  return { url, format: format ?? undefined };
}

// The resolver keeps its answers for the usual conditions; a hook may ask for others.
function changed(conditions, usual) {
  return conditions === undefined || conditions === usual ? undefined : new Set(conditions);
}

/** What import loads from a URL: { format, source }. */
function load(url, format, attributes) {
  const { getLoader } = require('internal/modules/esm/loader');
  const { formatOf } = require('internal/modules/esm/formats');
  format ??= formatOf(url, true) ?? null;
  const context = { conditions: [...getImportConditions()], format, importAttributes: attributes };
  const last = (from, { format: given, importAttributes }) => {
    const { format: found, source } = getLoader().loadDefault(from, given ?? undefined, importAttributes);
    return { __proto__: null, format: found, source };
  };
  if (loaders.length === 0) return last(url, context);
  return chain(loaders, 'load', url, context, last, validateLoaded);
}

// require -----------------------------------------------------------------------------------------------------------------

/** What require resolves `request` to: { filename, url, format }; the file name may be a builtin's "node:…". */
function resolveForRequire(request, parent, isMain) {
  const { Module } = require('internal/modules/cjs/loader');
  const toURL = (name) => {
    if (name.startsWith('node:')) return name;
    if (builtins.canBeRequiredWithoutScheme(name)) return `node:${name}`;
    return pathToURL(name);
  };
  if (resolvers.length === 0) {
    const filename = request.startsWith('node:') ? request : Module._resolveFilename(request, parent, isMain);
    return { filename, url: toURL(filename), format: undefined };
  }
  const context = {
    conditions: [...getRequireConditions()],
    importAttributes: { __proto__: null },
    parentURL: parent?.filename ? pathToURL(parent.filename) : undefined,
  };
  let plain;
  const last = (asked, { conditions }) => {
    if (asked.startsWith('file:')) asked = urlToPath(asked);
    plain = asked.startsWith('node:') ? asked :
      Module._resolveFilename(asked, parent, isMain, { conditions: changed(conditions, context.conditions) });
    return { __proto__: null, url: toURL(plain), format: undefined };
  };
  const { url, format } = chain(resolvers, 'resolve', request, context, last, validateResolved);
  let filename;
  if (plain !== undefined && toURL(plain) === url) filename = plain;
  else filename = url.startsWith('file:') ? urlToPath(url.replace(/[?#].*$/s, '')) : url;
  if (url.startsWith('node:')) filename = url;
  return { filename, url, format: format ?? undefined };
}

/** What require loads from a file: { format, source }. */
function loadForRequire(url, filename, format) {
  const { readText } = require('internal/modules/helpers');
  const context = { conditions: [...getRequireConditions()], format, importAttributes: { __proto__: null } };
  const last = (from, { format: given }) => {
    const name = from.startsWith('file:') ? urlToPath(from.replace(/[?#].*$/s, '')) : filename;
    return { __proto__: null, format: given, source: readText(name) };
  };
  url ??= pathToURL(filename);
  if (loaders.length === 0) return last(url, context);
  const { format: found, source } = chain(loaders, 'load', url, context, last, validateLoaded);
  return { format: found ?? undefined, source };
}

/** A builtin as load hooks give it: its exports, or undefined when no hook has replaced it. */
function loadBuiltinForRequire(filename, url) {
  if (loaders.length === 0 || !url?.startsWith('node:')) return undefined;
  const context = { conditions: [...getRequireConditions()], format: 'builtin', importAttributes: { __proto__: null } };
  const last = () => ({ __proto__: null, format: 'builtin', source: undefined });
  const { format, source } = chain(loaders, 'load', url, context, last, validateLoaded);
  if (format === undefined || format === null || format === 'builtin') return undefined;
  const { Module } = require('internal/modules/cjs/loader');
  const mod = new Module(filename);
  mod.filename = filename;
  mod._compile(typeof source === 'string' ? source : new TextDecoder().decode(source), filename, format);
  mod.loaded = true;
  return mod.exports;
}

module.exports = {
  registerHooks, active, resolve, load, resolveForRequire, loadForRequire, loadBuiltinForRequire,
};
