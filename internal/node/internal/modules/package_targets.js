'use strict';

// The "exports" and "imports" fields of package.json: from a subpath ("./feature") or an internal name ("#feature")
// to a target, by patterns and conditions. https://nodejs.org/api/packages.html, "Resolution algorithm".
//
// Targets stay relative to the package ("./lib/feature.js") here: require turns them into paths, import into URLs.

const hasOwn = Object.prototype.hasOwnProperty;

/** A target of "imports" that names another package instead of a file of this one. */
class ExternalTarget {
  constructor(specifier) { this.specifier = specifier; }
}

function codes() { return require('internal/errors').codes; }

/**
 * Resolves `subpath` ('.' or './…') by the "exports" of `config`.
 * `base` (a URL, or undefined for require) is who asks, for the messages.
 */
function resolveExports(config, subpath, base, conditions) {
  const exports = mainSugar(config, base);
  if (hasOwn.call(exports, subpath) && !subpath.includes('*') && !subpath.endsWith('/')) {
    const target = resolveTarget(config, exports[subpath], '', subpath, base, false, false, conditions);
    if (target === undefined || target === null) throw notExported(config, subpath, base);
    return target;
  }
  const match = bestPattern(exports, subpath);
  if (match !== undefined) {
    const target = resolveTarget(config, exports[match.key], match.rest, match.key, base, true, false, conditions);
    if (target !== undefined && target !== null) return target;
  }
  throw notExported(config, subpath, base);
}

/** Resolves the internal name `name` ('#…') by the "imports" of `config`; undefined when nothing defines it. */
function resolveImports(config, name, base, conditions) {
  const imports = config.imports;
  if (imports === undefined) return undefined;
  if (hasOwn.call(imports, name) && !name.includes('*')) {
    const target = resolveTarget(config, imports[name], '', name, base, false, true, conditions);
    return target === null ? undefined : target;
  }
  const match = bestPattern(imports, name);
  if (match === undefined) return undefined;
  const target = resolveTarget(config, imports[match.key], match.rest, match.key, base, true, true, conditions);
  return target === null ? undefined : target;
}

// "exports": "./x.js", or conditions alone, are short for { ".": … }.
function mainSugar(config, base) {
  const exports = config.exports;
  if (typeof exports === 'string' || Array.isArray(exports)) return { '.': exports };
  const keys = Object.keys(exports);
  let subpaths = 0;
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === '' || keys[i][0] !== '.') continue;
    subpaths++;
  }
  if (subpaths === 0) return keys.length === 0 ? exports : { '.': exports };
  if (subpaths !== keys.length) {
    throw new (codes().ERR_INVALID_PACKAGE_CONFIG)(config.path, base && String(base),
      '"exports" cannot contain some keys starting with \'.\' and some not. The exports object must either be ' +
      'an object of package subpath keys or an object of main entry condition name keys only.');
  }
  return exports;
}

// The most specific key with a "*" that matches, and what the star stands for.
function bestPattern(map, name) {
  let best;
  let rest = '';
  const keys = Object.keys(map);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const star = key.indexOf('*');
    if (star === -1 || !name.startsWith(key.slice(0, star))) continue;
    const tail = key.slice(star + 1);
    if (name.length > key.length - 1 && name.endsWith(tail) && key.indexOf('*', star + 1) === -1 &&
        (best === undefined || comparePatterns(best, key) > 0)) {
      best = key;
      rest = name.slice(star, name.length - tail.length);
    }
  }
  return best === undefined ? undefined : { key: best, rest };
}

// Longer before the star first, then longer altogether.
function comparePatterns(a, b) {
  const starA = a.indexOf('*');
  const starB = b.indexOf('*');
  if (starA !== starB) return starB - starA;
  return b.length - a.length;
}

function resolveTarget(config, target, rest, key, base, pattern, internal, conditions) {
  if (typeof target === 'string') {
    return resolveString(config, target, rest, key, base, pattern, internal);
  }
  if (Array.isArray(target)) {
    return resolveFirst(config, target, rest, key, base, pattern, internal, conditions);
  }
  if (typeof target === 'object' && target !== null) {
    const keys = Object.keys(target);
    for (let i = 0; i < keys.length; i++) {
      if (isArrayIndex(keys[i])) {
        throw new (codes().ERR_INVALID_PACKAGE_CONFIG)(config.path, base && String(base),
          '"exports" cannot contain numeric property keys.');
      }
    }
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== 'default' && !conditions.has(keys[i])) continue;
      const found = resolveTarget(config, target[keys[i]], rest, key, base, pattern, internal, conditions);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (target === null) return null;
  throw invalidTarget(config, key, target, internal, base);
}

// An array is a list of fallbacks: the first that is valid, whether or not a file is there.
function resolveFirst(config, list, rest, key, base, pattern, internal, conditions) {
  if (list.length === 0) return null;
  let last;
  for (let i = 0; i < list.length; i++) {
    let found;
    try {
      found = resolveTarget(config, list[i], rest, key, base, pattern, internal, conditions);
    } catch (error) {
      if (error.code !== 'ERR_INVALID_PACKAGE_TARGET') throw error;
      last = error;
      continue;
    }
    if (found === undefined) continue;
    if (found === null) { last = null; continue; }
    return found;
  }
  if (last === undefined || last === null) return last;
  throw last;
}

function resolveString(config, target, rest, key, base, pattern, internal) {
  if (rest !== '' && !pattern && !target.endsWith('/')) {
    throw invalidTarget(config, key, target, internal, base);
  }
  if (!target.startsWith('./')) {
    if (internal && !target.startsWith('../') && !target.startsWith('/') && !URL.canParse(target)) {
      return new ExternalTarget(pattern ? target.replaceAll('*', () => rest) : target + rest);
    }
    throw invalidTarget(config, key, target, internal, base);
  }
  const bad = segments(target.slice(2));
  if (bad === 'invalid') throw invalidTarget(config, key, target, internal, base);
  if (rest === '') {
    if (bad === 'empty') warnDoubleSlash(config, target, key, internal, base);
    return target;
  }
  const badRest = segments(rest);
  if (badRest === 'invalid') {
    throw invalidSubpath(config, pattern ? key.replace('*', () => rest) : key + rest, key, internal, base);
  }
  const full = pattern ? target.replaceAll('*', () => rest) : target + rest;
  if (bad === 'empty' || badRest === 'empty') warnDoubleSlash(config, full, key, internal, base);
  return full;
}

// "invalid" when a segment would leave the package or enter its node_modules, however it is written;
// "empty" for the double slashes that are deprecated only.
function segments(path) {
  let empty = false;
  const list = path.split(/[/\\]/);
  for (let i = 0; i < list.length; i++) {
    let segment = list[i];
    if (segment === '') {
      empty ||= i !== list.length - 1;
      continue;
    }
    if (segment.includes('%')) {
      segment = segment.replace(/%([2-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    }
    if (segment === '.' || segment === '..' || segment.toLowerCase() === 'node_modules') return 'invalid';
  }
  return empty ? 'empty' : undefined;
}

function isArrayIndex(key) {
  const number = +key;
  return `${number}` === key && number >= 0 && number < 0xFFFF_FFFF;
}

let warned;
function warnDoubleSlash(config, target, key, internal, base) {
  const id = `${config.path}|${target}`;
  warned ??= new Set();
  if (process.noDeprecation || warned.has(id)) return;
  warned.add(id);
  process.emitWarning(
    `Use of deprecated double slash resolving "${target}" for module request "${key}" matched to "${key}" ` +
    `in the "${internal ? 'imports' : 'exports'}" field module resolution of the package at ${config.path}` +
    `${base ? ` imported from ${asPath(base)}` : ''}.`, 'DeprecationWarning', 'DEP0166');
}

function asPath(base) {
  const text = String(base);
  return text.startsWith('file:') ? require('internal/url').fileURLToPath(text) : text;
}

function notExported(config, subpath, base) {
  return new (codes().ERR_PACKAGE_PATH_NOT_EXPORTED)(config.dir === '/' ? '/' : `${config.dir}/`, subpath,
    base === undefined ? undefined : asPath(base));
}

function invalidTarget(config, key, target, internal, base) {
  const shown = typeof target === 'object' && target !== null ? JSON.stringify(target, null, '') : `${target}`;
  return new (codes().ERR_INVALID_PACKAGE_TARGET)(config.dir === '/' ? '/' : `${config.dir}/`, key, shown, internal,
    base === undefined ? undefined : asPath(base));
}

function invalidSubpath(config, request, match, internal, base) {
  const reason = `request is not a valid match in pattern "${match}" for the ` +
    `"${internal ? 'imports' : 'exports'}" resolution of ${config.path}`;
  return new (codes().ERR_INVALID_MODULE_SPECIFIER)(request, reason, base === undefined ? undefined : asPath(base));
}

module.exports = { resolveExports, resolveImports, ExternalTarget };
