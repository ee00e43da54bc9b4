'use strict';

// From what a program passes to require() to a file name: relative paths, node_modules folders, "exports" and
// "imports", extensions and directories. https://nodejs.org/api/modules.html#all-together

const native = internalBinding('module_files');
const builtins = require('internal/modules/builtins');
const options = require('internal/modules/options');
const { readPackage, nearestPackage } = require('internal/modules/package_json');
const { resolveExports, resolveImports, ExternalTarget } = require('internal/modules/package_targets');
const { isRelative, getRequireConditions, toRealPath, urlToPath, pathToURL } = require('internal/modules/helpers');

const packageRequest = /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/;
const escapedTarget = /[%?#\\]|[^\x20-\x7e]/;

/** Whether the last part is `.` or `..`. */
function namesFolder(request) {
  return request.endsWith('.') && (request === '.' || request === '..' || request.endsWith('/.') || request.endsWith('/..'));
}

function extensionNames(Module) { return Object.keys(Module._extensions); }

/** Module._findPath: the file that `request` means in one of the folders `paths`, or false. */
function findPath(Module, request, paths, isMain, conditions = getRequireConditions()) {
  const absolute = request.charCodeAt(0) === 47;
  if (absolute) paths = [''];
  else if (!paths || paths.length === 0) return false;

  const key = `${request}\x00${paths.length === 1 ? paths[0] : paths.join('\x00')}`;
  // Paths that were found before. Programs empty it, or put another in its place.
  const pathCache = Module._pathCache;
  const known = pathCache[key];
  if (known) return known;

  const wantsDirectory = request.endsWith('/') || namesFolder(request);
  // A relative request names a place, whether or not the folder that asks for it exists.
  const relative = isRelative(request);
  let extensions;

  for (let i = 0; i < paths.length; i++) {
    const folder = paths[i];
    if (typeof folder !== 'string') {
      throw new (require('internal/errors').codes.ERR_INVALID_ARG_TYPE)('paths', 'array of strings', paths);
    }
    if (folder !== '' && !relative && native.stat(folder) < 1) continue;
    if (!absolute) {
      const exported = findExported(folder, request, conditions);
      if (exported !== undefined) return exported;
    }
    const base = resolvePath(folder, request);
    let found;
    let kind;
    if (!wantsDirectory) {
      extensions ??= extensionNames(Module);
      found = native.findFile(base, extensions);
      if (typeof found === 'number') { kind = found; found = undefined; }
    } else {
      kind = native.stat(base);
    }
    if (found !== undefined) {
      // The file a directory's name plus extension points to comes before the directory itself.
      found = finalPath(found, isMain);
    } else if (kind === 1) {
      extensions ??= extensionNames(Module);
      found = findInDirectory(base, extensions, isMain, request);
    }
    if (found) return pathCache[key] = found;
  }
  return false;
}

function finalPath(file, isMain) {
  return (isMain ? options.preserveSymlinksMain : options.preserveSymlinks) ? resolvePath(file) : toRealPath(file);
}

function resolvePath(a, b) {
  const path = require('path');
  return b === undefined ? path.resolve(a) : path.resolve(a, b);
}

// Files only: what "main" and "exports" point to.
function tryFile(path, isMain) {
  return native.stat(path) === 0 && finalPath(path, isMain);
}

function tryExtensions(base, extensions, isMain) {
  for (let i = 0; i < extensions.length; i++) {
    const found = tryFile(base + extensions[i], isMain);
    if (found) return found;
  }
  return false;
}

// A directory stands for the "main" of its package.json, else for its index file.
function findInDirectory(dir, extensions, isMain, request) {
  const config = readPackage(dir);
  const main = config === undefined ? undefined : config.main;
  if (!main) return tryExtensions(join(dir, 'index'), extensions, isMain);

  const file = resolvePath(dir, main);
  const found = tryFile(file, isMain) || tryExtensions(file, extensions, isMain) ||
    tryExtensions(join(file, 'index'), extensions, isMain);
  if (found) return found;
  const index = tryExtensions(join(dir, 'index'), extensions, isMain);
  if (!index) {
    const error = new Error(`Cannot find module '${file}'. Please verify that the package.json has a valid "main" entry`);
    error.code = 'MODULE_NOT_FOUND';
    error.path = config.path;
    error.requestPath = request;
    throw error;
  }
  process.emitWarning(
    `Invalid 'main' field in '${config.path}' of '${main}'. Please either fix that or report it to the module author`,
    'DeprecationWarning', 'DEP0128');
  return index;
}

function join(dir, name) {
  return dir.endsWith('/') ? dir + name : `${dir}/${name}`;
}

// "pkg/sub" in a node_modules folder, by the "exports" of pkg.
function findExported(folder, request, conditions) {
  const match = packageRequest.exec(request);
  if (match === null) return undefined;
  const config = readPackage(resolvePath(folder, match[1]));
  if (config === undefined || config.exports === undefined) return undefined;
  const target = resolveExports(config, `.${match[2] ?? ''}`, undefined, conditions);
  return finalizeTarget(config, target);
}

// The file a target names has to be there: no extensions are tried.
function finalizeTarget(config, target, shown = config.dir) {
  const file = escapedTarget.test(target) ?
    urlToPath(new URL(target, pathToURL(`${config.dir}/`)).href) : resolvePath(config.dir, target);
  return finalizeFile(file, shown);
}

function finalizeFile(file, shown) {
  if (native.stat(file) === 0) return toRealPathUnlessPreserved(file);
  const error = new Error(`Cannot find module '${file}'`);
  error.code = 'MODULE_NOT_FOUND';
  if (shown !== undefined) error.path = shown;
  throw error;
}

function toRealPathUnlessPreserved(file) {
  return options.preserveSymlinks ? resolvePath(file) : toRealPath(file);
}

// A package may ask for itself by its own name when it has "exports".
function findSelf(parentPath, request, conditions) {
  if (!parentPath) return false;
  const config = nearestPackage(parentPath);
  if (config === undefined || config.exports === undefined || config.name === undefined) return false;
  const { name } = config;
  let subpath;
  if (request === name) subpath = '.';
  else if (request.startsWith(`${name}/`)) subpath = `.${request.slice(name.length)}`;
  else return false;
  let target;
  try {
    target = resolveExports(config, subpath, pathToURL(parentPath), conditions);
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') throw esmNotFound(request, config.path);
    throw error;
  }
  return finalizeTarget(config, target, config.path);
}

function esmNotFound(request, path) {
  const error = new Error(`Cannot find module '${request}'`);
  error.code = 'MODULE_NOT_FOUND';
  if (path !== undefined) error.path = path;
  return error;
}

// '#name', by the "imports" of the package of who asks. False when that package has no "imports".
function findInternal(parentPath, request, conditions) {
  const config = nearestPackage(parentPath);
  if (config === undefined || config.imports === undefined) return false;
  const base = pathToURL(parentPath);
  if (request === '#') {
    throw new (require('internal/errors').codes.ERR_INVALID_MODULE_SPECIFIER)(request,
      'is not a valid internal imports specifier name', parentPath);
  }
  const target = resolveImports(config, request, base, conditions);
  if (target === undefined) {
    throw new (require('internal/errors').codes.ERR_PACKAGE_IMPORT_NOT_DEFINED)(request, `${config.dir}/`, parentPath);
  }
  if (!(target instanceof ExternalTarget)) return finalizeTarget(config, target, config.path);
  try {
    const { packageResolve } = require('internal/modules/esm/resolve');
    const url = packageResolve(target.specifier, pathToURL(config.path), conditions);
    return url.startsWith('node:') ? url : finalizeFile(urlToPath(url), config.path);
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') throw esmNotFound(request);
    throw error;
  }
}

/** The node_modules folders from `from` upwards. */
function nodeModulePaths(from) {
  from = resolvePath(from);
  if (from === '/') return ['/node_modules'];
  const paths = [];
  for (let end = from.length; end > 0; end = from.lastIndexOf('/', end - 1)) {
    const dir = from.slice(0, end);
    if (!dir.endsWith('/node_modules')) paths.push(`${dir}/node_modules`);
  }
  paths.push('/node_modules');
  return paths;
}

// NODE_PATH, ~/.node_modules, ~/.node_libraries and PREFIX/lib/node.
let globalPaths = [];

/** Module._initPaths: reads the environment. Returns the list that programs see as Module.globalPaths. */
function initGlobalPaths() {
  const path = require('path');
  const home = process.env.HOME;
  const paths = [path.resolve(process.execPath, '..', '..', 'lib', 'node')];
  if (home) {
    paths.unshift(path.resolve(home, '.node_libraries'));
    paths.unshift(path.resolve(home, '.node_modules'));
  }
  const nodePath = process.env.NODE_PATH;
  if (nodePath) {
    const list = nodePath.split(path.delimiter);
    for (let i = list.length - 1; i >= 0; i--) {
      if (list[i]) paths.unshift(list[i]);
    }
  }
  globalPaths = paths;
  return paths.slice();
}

/** Module._resolveLookupPaths: the folders to look in, null for a builtin. */
function resolveLookupPaths(request, parent) {
  if (builtins.canBeRequired(request)) return null;
  if (!isRelative(request)) {
    const own = parent?.paths;
    return own?.length ? own.concat(globalPaths) : globalPaths;
  }
  // No module asks, so the working directory does.
  if (!parent?.id || !parent.filename) return ['.'];
  return [require('path').dirname(parent.filename)];
}

/** Module._resolveFilename: the file name of `request` from `parent`, or the builtin's id. */
function resolveFilename(Module, request, parent, isMain, resolveOptions) {
  if (builtins.canBeRequired(request)) return request;

  const conditions = resolveOptions?.conditions ?? getRequireConditions();
  let paths;
  if (typeof resolveOptions === 'object' && resolveOptions !== null) {
    paths = pathsFromOptions(Module, request, parent, resolveOptions);
  } else {
    paths = Module._resolveLookupPaths(request, parent);
  }

  if (request[0] === '#' && (parent?.filename || parent?.id === '<repl>')) {
    const from = parent?.filename ?? join(process.cwd(), 'repl');
    const found = findInternal(from, request, conditions);
    if (found) return found;
  }
  if (parent?.filename) {
    const found = findSelf(parent.filename, request, conditions);
    if (found) {
      Module._pathCache[`${request}\x00${paths.length === 1 ? paths[0] : paths.join('\x00')}`] = found;
      return found;
    }
  }
  const filename = Module._findPath === Module.findPathOfOurs ?
    findPath(Module, request, paths, isMain, conditions) : Module._findPath(request, paths, isMain);
  if (filename) return filename;
  throw notFound(request, parent);
}

function pathsFromOptions(Module, request, parent, { paths: from }) {
  if (from === undefined) return Module._resolveLookupPaths(request, parent);
  if (!Array.isArray(from)) {
    throw new (require('internal/errors').codes.ERR_INVALID_ARG_VALUE)('options.paths', from);
  }
  if (isRelative(request)) return from;
  const paths = [];
  const asker = { paths: undefined };
  for (let i = 0; i < from.length; i++) {
    asker.paths = Module._nodeModulePaths(from[i]);
    const found = Module._resolveLookupPaths(request, asker);
    for (let j = 0; j < found.length; j++) {
      if (!paths.includes(found[j])) paths.push(found[j]);
    }
  }
  return paths;
}

function notFound(request, parent) {
  const { parentOf } = require('internal/modules/cjs/loader');
  const requireStack = [];
  for (let cursor = parent; cursor; cursor = parentOf(cursor)) {
    requireStack.push(cursor.filename || cursor.id);
  }
  let message = `Cannot find module '${request}'`;
  if (requireStack.length > 0) message += `\nRequire stack:\n- ${requireStack.join('\n- ')}`;
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = requireStack;
  return error;
}

module.exports = {
  findPath, nodeModulePaths, initGlobalPaths, resolveLookupPaths, resolveFilename,
};
