'use strict';

// The public module "module": the Module class with what Node hangs on it.

const { Module } = require('internal/modules/cjs/loader');
const builtins = require('internal/modules/builtins');

Module.registerHooks = function registerHooks(hooks) {
  return require('internal/modules/customization_hooks').registerHooks(hooks);
};
Module.builtinModules = builtins.list();
Module.runMain = require('internal/modules/run_main').runMain;
Module.register = register;
Module.constants = {
  __proto__: null,
  compileCacheStatus: { __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 },
};
Object.freeze(Module.constants);
Object.freeze(Module.constants.compileCacheStatus);
Module.enableCompileCache = enableCompileCache;
Module.findPackageJSON = findPackageJSON;
Module.flushCompileCache = function flushCompileCache() {};
Module.getCompileCacheDir = function getCompileCacheDir() { return undefined; };
Module.stripTypeScriptTypes = function stripTypeScriptTypes(code, options) {
  return require('internal/modules/typescript').stripTypeScriptTypes(code, options);
};
Module.findSourceMap = function findSourceMap() { return undefined; };
Module.SourceMap = require('internal/modules/source_map').SourceMap;
Module.getSourceMapsSupport = function getSourceMapsSupport() {
  return { __proto__: null, ...sourceMaps };
};
Module.setSourceMapsSupport = setSourceMapsSupport;

let sourceMaps = { enabled: false, nodeModules: false, generatedCode: false };

function setSourceMapsSupport(enabled, options = {}) {
  const { validateBoolean, validateObject } = require('internal/validators');
  validateBoolean(enabled, 'enabled');
  validateObject(options, 'options');
  const { nodeModules = false, generatedCode = false } = options;
  validateBoolean(nodeModules, 'options.nodeModules');
  validateBoolean(generatedCode, 'options.generatedCode');
  sourceMaps = { enabled, nodeModules, generatedCode };
}

// Hooks that run on a thread of their own are not there yet; saying nothing would leave a program without its loader.
function register() {
  const { ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors').codes;
  throw new ERR_METHOD_NOT_IMPLEMENTED('module.register()');
}

// Compiled code is not kept on disk: a program may ask for it, and is told that it is not.
function enableCompileCache() {
  return { __proto__: null, status: Module.constants.compileCacheStatus.DISABLED };
}

/** The path of the package.json that governs `specifier` as `base` sees it, or undefined. */
function findPackageJSON(specifier, base = 'data:') {
  const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('specifier');
  const { validateString } = require('internal/validators');
  const { pathToURL, urlToPath } = require('internal/modules/helpers');
  const { nearestPackage } = require('internal/modules/package_json');
  const { findPackageFolder, resolve } = require('internal/modules/esm/resolve');

  specifier = `${specifier}`;
  validateString(specifier, 'specifier');
  let parent = `${base}`;
  if (parent[0] === '/') parent = pathToURL(parent);

  if (/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) {
    if (specifier[0] === '/') specifier = pathToURL(specifier);
    const url = new URL(specifier, parent).href;
    return nearestPackage(urlToPath(url))?.path;
  }
  const url = resolveLoosely(specifier, parent, resolve);
  if (url === undefined || url.startsWith('node:')) return undefined;
  const folder = findPackageFolder(specifier, parent);
  if (folder !== undefined) return require('internal/modules/package_json').readPackage(folder)?.path;
  return nearestPackage(urlToPath(url))?.path;
}

// A package may be there without an entry point that can be imported.
function resolveLoosely(specifier, parent, resolve) {
  try {
    return resolve(specifier, parent);
  } catch (error) {
    if (error.url !== undefined) return error.url;
    if (require('internal/modules/esm/resolve').findPackageFolder(specifier, parent) !== undefined) return parent;
    throw error;
  }
}

module.exports = Module;
