'use strict';

// Module._extensions: what becomes of a file by its extension.

const { Module, parentOf, kFormat, kURL } = require('internal/modules/cjs/loader');
const { stripBOM, readText } = require('internal/modules/helpers');
const { nearestPackage } = require('internal/modules/package_json');

/** The source of a file: from what a load hook gave, or read. Remembers the format that a hook gave. */
function sourceOf(mod, filename) {
  const hooks = require('internal/modules/builtins').loaded('internal/modules/customization_hooks');
  if (hooks !== undefined && hooks.active()) {
    const { source, format } = hooks.loadForRequire(mod[kURL], filename, mod[kFormat]);
    if (format !== undefined) mod[kFormat] = format;
    if (source !== undefined && source !== null) {
      return typeof source === 'string' ? source : new TextDecoder().decode(source);
    }
  }
  return readText(filename);
}

// A compiler that registers the extension comes here with what it has made of the file.
function isPlainTypeScript(filename) {
  const match = /\.[cm]?ts$/.exec(filename);
  if (match === null || Module._extensions[match[0]] !== undefined) return false;
  if (require('internal/modules/options').stripTypes) return true;
  throw new (require('internal/errors').codes.ERR_UNKNOWN_FILE_EXTENSION)(match[0], filename);
}

function isESM(format) { return format === 'module' || format === 'module-typescript'; }

Module._extensions['.js'] = function(mod, filename) {
  let format = mod[kFormat];
  let config;
  if (format === undefined) {
    if (filename.endsWith('.js')) {
      config = nearestPackage(filename);
      if (config !== undefined && config.type !== 'none') format = config.type;
    } else if (filename.endsWith('.mjs')) {
      format = 'module';
    } else if (filename.endsWith('.cjs')) {
      format = 'commonjs';
    } else if (filename.endsWith('ts') && isPlainTypeScript(filename)) {
      config = nearestPackage(filename);
      format = require('internal/modules/typescript').formatOfTypeScript(filename, config?.type ?? 'none') ?? 'typescript';
    }
  }
  const content = sourceOf(mod, filename);
  if (mod[kFormat] !== undefined) format = mod[kFormat];
  if (format === 'json') return loadJSON(mod, filename, content);
  if (isESM(format) && !require('internal/modules/options').requireModule) {
    throw requireESMError(mod, filename, config?.path);
  }
  mod[kFormat] = format;
  mod._compile(content, filename, format);
};

// With --no-experimental-require-module.
function requireESMError(mod, filename, packageJsonPath) {
  const { ERR_REQUIRE_ESM } = require('internal/errors').codes;
  return new ERR_REQUIRE_ESM(filename, true, parentOf(mod)?.filename, packageJsonPath);
}

Module._extensions['.json'] = function(mod, filename) {
  loadJSON(mod, filename, sourceOf(mod, filename));
};

function loadJSON(mod, filename, content) {
  let value;
  try {
    value = JSON.parse(stripBOM(content));
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
  Object.defineProperty(mod, 'exports', {
    __proto__: null, value, writable: true, enumerable: true, configurable: true,
  });
}

Module._extensions['.node'] = function(mod, filename) {
  return (process.dlopen ?? require('internal/modules/addons').dlopen)(mod, require('path').resolve(filename));
};

for (const extension of Object.keys(Module._extensions)) {
  // Anonymous, as programs print them.
  Object.defineProperty(Module._extensions[extension], 'name', { __proto__: null, value: '', configurable: true });
}
