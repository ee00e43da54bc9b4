'use strict';

// Reads package.json files, once each, and finds the one that governs a file.

const native = internalBinding('module_files');

const hasOwn = Object.prototype.hasOwnProperty;

/** What module resolution needs of one package.json. */
class PackageConfig {
  // Own from the start: what stands on Object.prototype by these names must not be called.
  dir; path; name; main; type; exports; imports; data;

  constructor(dir, data) {
    this.dir = dir;
    this.path = (dir === '/' ? '' : dir) + '/package.json';
    this.name = own(data, 'name', 'string');
    this.main = own(data, 'main', 'string');
    const type = own(data, 'type', 'string');
    this.type = type === 'module' || type === 'commonjs' ? type : 'none';
    this.exports = targets(data, 'exports');
    this.imports = own(data, 'imports', 'object') || undefined;
    this.data = data;
  }
}

function own(data, key, type) {
  if (hasOwn.call(data, key)) {
    const value = data[key];
    if (typeof value === type) return value;
  }
  return undefined;
}

// A string, an array or an object; anything else is as if it were not there.
function targets(data, key) {
  if (!hasOwn.call(data, key)) return undefined;
  const value = data[key];
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? value : undefined;
}

// Directory -> PackageConfig. Missing files are not remembered: a program may write them and try again.
const cache = new Map();

/**
 * The package.json of a directory, undefined when it has none.
 * `specifier` and `base` (a path) say in an error what was being imported from where.
 */
function readPackage(dir, specifier, base) {
  const known = cache.get(dir);
  if (known !== undefined) return known;
  const text = native.readPackage(dir);
  if (text === undefined) return undefined;
  let data;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw invalidConfig(dir, specifier, base, cause);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalidConfig(dir, specifier, base);
  }
  const config = new PackageConfig(dir, data);
  cache.set(dir, config);
  return config;
}

// Node makes this one natively: a plain Error whose stack does not carry the code.
function invalidConfig(dir, specifier, base) {
  let message = `Invalid package config ${dir === '/' ? '' : dir}/package.json`;
  if (base !== undefined) {
    message += ` while importing "${specifier}" from ${base}`;
  }
  const error = new Error(`${message}.`);
  error.code = 'ERR_INVALID_PACKAGE_CONFIG';
  return error;
}

/** The package.json that governs the file at `path`, undefined when there is none. */
function nearestPackage(path) {
  const dir = native.nearestPackage(path);
  return dir === undefined ? undefined : readPackage(dir);
}

/** 'module', 'commonjs' or 'none': what the package of `path` says of its .js files. */
function nearestType(path) {
  const config = nearestPackage(path);
  return config === undefined ? 'none' : config.type;
}

module.exports = { readPackage, nearestPackage, nearestType };
