'use strict';

// What both loaders share: the require function of a module, real paths, the conditions, and small conversions.

const native = internalBinding('module_files');

function errors() { return require('internal/errors').codes; }

/** Text without its byte order mark. */
function stripBOM(text) {
  return text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text;
}

/** The path without symbolic links. */
function toRealPath(path) {
  return native.realpath(path);
}

/** Reads a file of source text. Who replaces fs.readFileSync (virtual file systems do) is asked instead. */
function readText(path) {
  const fs = require('internal/modules/builtins').loaded('fs');
  if (fs !== undefined) {
    // What ours is was noted when the file system was first seen here, which is before programs run.
    ourReadFileSync ??= fs.readFileSync;
    if (fs.readFileSync !== ourReadFileSync) return fs.readFileSync(path, 'utf8');
  }
  return native.readText(path);
}
let ourReadFileSync;

// Conditions ---------------------------------------------------------------------------------------------------------

let requireConditions;
let importConditions;

function userConditions() {
  return require('internal/modules/options').conditions;
}

function makeConditions(first) {
  const set = new Set();
  set.add(first).add('node').add('module-sync').add('node-addons');
  const extra = userConditions();
  for (let i = 0; i < extra.length; i++) set.add(extra[i]);
  return set;
}

/** The conditions of require. */
function getRequireConditions() {
  return requireConditions ??= makeConditions('require');
}

/** The conditions of import. */
function getImportConditions() {
  return importConditions ??= makeConditions('import');
}

// Require functions --------------------------------------------------------------------------------------------------

/** The `require` of a module: calls module.require, so that replacing it on one module or on the prototype works. */
function makeRequireFunction(mod) {
  const { Module } = require('internal/modules/cjs/loader');

  const require_ = { require(path) { return Reflect.apply(mod.require, mod, [path]); } }.require;

  function resolve(request, options) {
    require('internal/validators').validateString(request, 'request');
    return Module._resolveFilename(request, mod, false, options);
  }
  require_.resolve = resolve;

  function paths(request) {
    require('internal/validators').validateString(request, 'request');
    return Module._resolveLookupPaths(request, mod);
  }
  resolve.paths = paths;

  // Not by assignment: Object.prototype may have a setter of that name.
  Object.defineProperty(require_, 'main', {
    __proto__: null, value: process.mainModule, writable: true, enumerable: true, configurable: true,
  });
  require_.extensions = Module._extensions;
  require_.cache = Module._cache;
  return require_;
}

// Referrers ----------------------------------------------------------------------------------------------------------

/** The URL of who imports: a file name, a file URL, or nothing in particular (the working directory). */
function normalizeReferrerURL(name) {
  if (typeof name === 'string' && name !== '') {
    if (name[0] === '/') return pathToURL(name);
    if (URL.canParse(name)) return name;
  }
  return cwdURL();
}

function cwdURL() {
  return pathToURL(`${process.cwd()}/`);
}

// Nothing in such a path is escaped in a URL.
const plainPath = /^\/[\w./@+~=,-]*$/;

/** The href of the file URL of an absolute path. */
function pathToURL(path) {
  if (plainPath.test(path) && !path.includes('/.') && !path.includes('//')) return `file://${path}`;
  return require('internal/url').pathToFileURL(path).href;
}

const plainURL = /^file:\/\/\/[\w./@+~=,-]*$/;

/** The path of the href of a file URL. */
function urlToPath(url) {
  if (plainURL.test(url)) return url.slice(7);
  return require('internal/url').fileURLToPath(url);
}

/** Whether a request is relative to who makes it: ".", "..", "./x" or "../x". */
function isRelative(request) {
  if (request.charCodeAt(0) !== 46) return false;
  return request.length === 1 || request.charCodeAt(1) === 47 ||
    (request.charCodeAt(1) === 46 && (request.length === 2 || request.charCodeAt(2) === 47));
}

module.exports = {
  __proto__: null,
  errors, stripBOM, toRealPath, readText, getRequireConditions, getImportConditions, makeRequireFunction,
  normalizeReferrerURL, pathToURL, urlToPath, isRelative,
};
