'use strict';

// From an import specifier and the URL of who imports to a URL. https://nodejs.org/api/esm.html#resolution-algorithm

const native = internalBinding('module_files');
const builtins = require('internal/modules/builtins');
const options = require('internal/modules/options');
const { readPackage, nearestPackage } = require('internal/modules/package_json');
const { resolveExports, resolveImports, ExternalTarget } = require('internal/modules/package_targets');
const { errors, getImportConditions, isRelative, pathToURL, urlToPath, toRealPath } = require('internal/modules/helpers');

const escapedSeparator = /%2f|%5c/i;
const plainSpecifier = /^\.{1,2}\/[\w./@+~=,-]*[\w@+~=,-]$/;
const plainParent = /^file:\/\/\/[\w./@+~=,-]*$/;

/** The URL of `specifier` imported from `parentURL`; it exists when it is a file. */
function resolve(specifier, parentURL, conditions = getImportConditions()) {
  try {
    return resolveAny(specifier, parentURL, conditions);
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'ERR_UNSUPPORTED_DIR_IMPORT') {
      suggest(error, specifier, parentURL);
    }
    throw error;
  }
}

function resolveAny(specifier, parentURL, conditions) {
  // The usual case needs no URL parser: both are made of characters that mean only themselves.
  if (plainSpecifier.test(specifier) && plainParent.test(parentURL) && !specifier.includes('//')) {
    const path = require('path').posix;
    const file = path.resolve(parentURL.slice(7, parentURL.lastIndexOf('/') + 1), specifier);
    if (!file.includes('/.')) return finalizeFile(file, `file://${file}`, '', parentURL);
  }

  if (isRelativeOrAbsolute(specifier)) {
    let url;
    try {
      url = new URL(specifier, parentURL);
    } catch (cause) {
      throw unresolvable(specifier, parentURL, cause);
    }
    checkParentScheme(specifier, parentURL, url);
    return finalize(url, parentURL);
  }
  if (specifier[0] === '#') return resolveInternal(specifier, parentURL, conditions);

  let url;
  try {
    url = new URL(specifier);
  } catch (cause) {
    if (parentURL.startsWith('data:') && !builtins.canBeRequiredWithoutScheme(specifier)) {
      throw unresolvable(specifier, parentURL, cause);
    }
    const found = packageResolve(specifier, parentURL, conditions);
    return found.startsWith('file:') ? finalize(new URL(found), parentURL) : found;
  }
  return finalize(url, parentURL);
}

function isRelativeOrAbsolute(specifier) {
  return specifier[0] === '/' || isRelative(specifier);
}

function unresolvable(specifier, parentURL, cause) {
  const error = new (errors().ERR_UNSUPPORTED_RESOLVE_REQUEST)(specifier, parentURL);
  Object.defineProperty(error, 'cause', {
    __proto__: null, value: cause, configurable: true, writable: true, enumerable: true,
  });
  return error;
}

function checkParentScheme(specifier, parentURL, url) {
  if (!parentURL.startsWith('data:') || url.protocol === 'data:') return;
  throw unresolvable(specifier, parentURL);
}

// Checks that what a URL names can be imported; "data:" and "node:" URLs are left as they are.
function finalize(url, parentURL) {
  const { protocol, href } = url;
  if (protocol === 'data:') return href;
  if (protocol === 'node:') {
    if (!builtins.canBeRequiredWithScheme(href.slice(5))) throw new (errors().ERR_UNKNOWN_BUILTIN_MODULE)(href);
    return href;
  }
  // These resolve, and cannot be loaded.
  if (protocol === 'http:' || protocol === 'https:') return href;
  if (protocol !== 'file:') {
    throw new (errors().ERR_UNSUPPORTED_ESM_URL_SCHEME)(url, schemes);
  }
  if (escapedSeparator.test(url.pathname)) {
    throw new (errors().ERR_INVALID_MODULE_SPECIFIER)(url.pathname, 'must not include encoded "/" or "\\" characters',
      asPath(parentURL));
  }
  let path;
  try {
    path = require('internal/url').fileURLToPath(url);
  } catch (error) {
    error.input = href;
    error.module = parentURL;
    throw error;
  }
  return finalizeFile(path, href, url.search + url.hash, parentURL);
}
const schemes = ['file', 'data', 'node'];

function finalizeFile(path, href, suffix, parentURL) {
  const kind = path.endsWith('/') ? 1 : native.stat(path);
  if (kind === 1) {
    throw new (errors().ERR_UNSUPPORTED_DIR_IMPORT)(path, asPath(parentURL), href);
  }
  if (kind !== 0) throw new (errors().ERR_MODULE_NOT_FOUND)(path, asPath(parentURL), href);
  if (options.preserveSymlinks) return href;
  const real = toRealPath(path);
  return real === path && suffix === '' ? href : pathToURL(real) + suffix;
}

// "Did you mean": what require() would have found, for an import that found nothing or a directory.
function suggest(error, specifier, parentURL) {
  if (parentURL === undefined || !parentURL.startsWith('file:')) return;
  if (specifier.startsWith('file:')) specifier = urlToPath(specifier);
  let found;
  try {
    const { Module } = require('internal/modules/cjs/loader');
    const asker = new Module(urlToPath(parentURL), null);
    asker.paths = Module._nodeModulePaths(asker.path);
    // Relative requests are looked up from the working directory, as Node does.
    found = Module._resolveFilename(specifier, asker, false);
  } catch {
    return;
  }
  const path = require('path').posix;
  if (isRelative(specifier)) {
    found = path.relative(path.dirname(urlToPath(parentURL)), found);
    if (!found.startsWith('../')) found = `./${found}`;
  } else if (specifier[0] !== '/') {
    const index = found.lastIndexOf(`/node_modules/${specifier.slice(0, specifier.indexOf('/'))}`);
    if (index !== -1) found = found.slice(index + '/node_modules/'.length);
  }
  const text = `\nDid you mean to import ${JSON.stringify(found)}?`;
  const { stack } = error;
  const end = stack.indexOf(error.message) + error.message.length;
  error.message += text;
  error.stack = stack.slice(0, end) + text + stack.slice(end);
}

function asPath(url) {
  return url !== undefined && url.startsWith('file:') ? urlToPath(url) : url;
}

// Packages ------------------------------------------------------------------------------------------------------------

/** The URL of a bare specifier: a builtin, or a file of a package. The file may not be there. */
function packageResolve(specifier, base, conditions) {
  if (builtins.canBeRequiredWithoutScheme(specifier)) return `node:${specifier}`;
  const { name, subpath } = parsePackageName(specifier, base);

  const basePath = urlToPath(base);
  const own = nearestPackage(basePath);
  if (own !== undefined && own.exports !== undefined && own.name === name) {
    return targetURL(own, resolveExports(own, subpath, base, conditions));
  }

  // Up the folders from the one of who imports.
  let dir = require('path').dirname(basePath);
  for (;;) {
    if (!dir.endsWith('/node_modules')) {
      const folder = `${dir === '/' ? '' : dir}/node_modules/${name}`;
      if (native.stat(folder) === 1) return fromPackage(folder, specifier, subpath, base, conditions);
    }
    if (dir === '/') break;
    dir = require('path').dirname(dir);
  }
  throw new (errors().ERR_MODULE_NOT_FOUND)(name, asPath(base), undefined);
}

function fromPackage(folder, specifier, subpath, base, conditions) {
  const config = readPackage(folder.endsWith('/') ? folder.slice(0, -1) : folder, specifier, asPath(base));
  if (config !== undefined && config.exports !== undefined) {
    return targetURL(config, resolveExports(config, subpath, base, conditions));
  }
  const url = pathToURL(folder.endsWith('/') ? folder : `${folder}/`);
  if (subpath === '.') return legacyMain(folder, config, url, base);
  return new URL(subpath, url).href;
}

const mainTries = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'];
const indexTries = ['index.js', 'index.json', 'index.node'];

function legacyMain(folder, config, url, base) {
  const main = config === undefined ? undefined : config.main;
  if (main !== undefined) {
    for (let i = 0; i < mainTries.length; i++) {
      const found = new URL(`./${main}${mainTries[i]}`, url);
      if (native.stat(urlToPath(found.href)) === 0) return found.href;
    }
  }
  for (let i = 0; i < indexTries.length; i++) {
    if (native.stat(require('path').join(folder, indexTries[i])) === 0) return url + indexTries[i];
  }
  // Node makes this one natively: a plain Error whose stack does not carry the code.
  const shown = require('path').join(folder, main ?? 'index.js');
  const error = new Error(`Cannot find package '${shown}' imported from ${asPath(base)}`);
  error.code = 'ERR_MODULE_NOT_FOUND';
  throw error;
}

function targetURL(config, target) {
  const url = new URL(target, pathToURL(`${config.dir}/`));
  return url.href;
}

function parsePackageName(specifier, base) {
  let end = specifier.indexOf('/');
  let valid = true;
  if (specifier[0] === '@') {
    if (end === -1 || specifier.length === 0) valid = false;
    else end = specifier.indexOf('/', end + 1);
  }
  const name = end === -1 ? specifier : specifier.slice(0, end);
  if (!valid || name[0] === '.' || name.includes('%') || name.includes('\\')) {
    throw new (errors().ERR_INVALID_MODULE_SPECIFIER)(specifier, 'is not a valid package name', asPath(base));
  }
  return { name, subpath: `.${end === -1 ? '' : specifier.slice(end)}` };
}

function resolveInternal(name, base, conditions) {
  if (name === '#') {
    throw new (errors().ERR_INVALID_MODULE_SPECIFIER)(name, 'is not a valid internal imports specifier name',
      asPath(base));
  }
  const config = base.startsWith('file:') ? nearestPackage(urlToPath(base)) : undefined;
  const target = config === undefined ? undefined : resolveImports(config, name, base, conditions);
  if (target === undefined) {
    throw new (errors().ERR_PACKAGE_IMPORT_NOT_DEFINED)(name, config && `${config.dir}/`, asPath(base));
  }
  if (target instanceof ExternalTarget) {
    // It is the package that asks, not the module.
    const found = packageResolve(target.specifier, pathToURL(config.path), conditions);
    return found.startsWith('file:') ? finalize(new URL(found), base) : found;
  }
  return finalize(new URL(targetURL(config, target)), base);
}

/**
 * The package.json that governs the entry point of a package, for module.findPackageJSON: the folder of the package
 * `specifier` (bare), searched from `base`.
 */
function findPackageFolder(specifier, base) {
  const { name } = parsePackageName(specifier, base);
  let dir = require('path').dirname(urlToPath(base));
  for (;;) {
    const folder = `${dir === '/' ? '' : dir}/node_modules/${name}`;
    if (native.stat(folder) === 1) return folder;
    if (dir === '/') return undefined;
    dir = require('path').dirname(dir);
  }
}

module.exports = { resolve, packageResolve, findPackageFolder };
