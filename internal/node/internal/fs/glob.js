'use strict';
// fs.glob: the paths that match patterns. The package minimatch takes patterns apart and compares names;
// walking the directories is done here, in steps (see steps.js).

const { validateFunction, validateObject, validateString, validateStringArray } = require('internal/validators');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { Dirent, direntType, getValidatedPath, numbersIn, constants: { UV_DIRENT_DIR, UV_DIRENT_LINK, UV_DIRENT_UNKNOWN } } = require('internal/fs/utils');
const { runSync } = require('internal/fs/steps');
const { basename, dirname, join, resolve } = require('path');

const matchOptions = {
  nocase: process.platform === 'win32' || process.platform === 'darwin',
  windowsPathsNoEscape: true,
  nonegate: true,
  nocomment: true,
  optimizationLevel: 2,
  platform: process.platform,
  nocaseMagicOnly: true,
};

function matcherOf(pattern) {
  const { Minimatch } = require('minimatch');
  return new Minimatch(pattern, matchOptions);
}

/** Says of a path (or Dirent) whether it is left out. */
function exclusion(exclude, cwd, withFileTypes) {
  if (exclude === undefined || exclude === null) return () => false;
  if (Array.isArray(exclude)) {
    validateStringArray(exclude, 'options.exclude');
    const matchers = exclude.map((pattern) => matcherOf(resolve(cwd, pattern)));
    // 'a/**' is a itself, too.
    const excluded = (path) => matchers.some((matcher) => matcher.match(resolve(cwd, path)) || matcher.match(`${resolve(cwd, path)}/`));
    excluded.byPattern = true;
    return excluded;
  }
  validateFunction(exclude, 'options.exclude');
  return withFileTypes ? (path, dirent) => exclude(dirent) : (path) => exclude(path);
}

/** Whether one part of a pattern matches a name. */
function matches(segment, name) {
  return typeof segment === 'string' ? segment === name : typeof segment !== 'symbol' && segment.test(name);
}

/** One walk for one list of a pattern's segments. */
class Walk {
  constructor(cwd, excluded, found, throughLinks) {
    this.cwd = cwd;
    this.excluded = excluded;
    this.found = found;
    this.throughLinks = throughLinks;
    this.listings = new Map();
    this.seen = new Set();
  }

  /** The entries of a directory, none for what is no directory. */
  * entries(path) {
    const whole = resolve(this.cwd, path);
    let list = this.listings.get(whole);
    if (list === undefined) {
      list = [];
      try {
        const [names, types] = yield ['readdir', whole, false];
        list = names.map((name, i) => new Dirent(name, types[i], whole));
      } catch {
        // Not a directory, gone, or closed to us: nothing matches in it.
      }
      this.listings.set(whole, list);
    }
    return list;
  }

  * typeOf(path) {
    const whole = resolve(this.cwd, path || '.');
    const kind = yield [(target) => internalBinding('fs').internalModuleStat(target), whole];
    return kind;
  }

  * visit(path, segments, i, afterStar = false) {
    const { GLOBSTAR } = require('minimatch');
    if (i === segments.length) {
      yield* this.add(path);
      return;
    }
    const key = `${i}:${segments.length}:${path}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const segment = segments[i];
    const last = i === segments.length - 1;
    if (segment === GLOBSTAR) {
      yield* this.star(path, segments, i);
    } else if (typeof segment === 'string') {
      const next = segment === '' ? (i === 0 ? '/' : path) : path === '' ? segment : join(path, segment);
      if (this.excluded.byPattern && next !== '/' && this.excluded(next)) return;
      // What '**' has found is not gone through when it is a link.
      if (afterStar && !last && segment !== '..' && segment !== '.' && (yield* this.isLink(next))) return;
      if (segment === '' && last) {
        if ((yield* this.typeOf(path)) === 1) yield* this.add(path);
      } else if ((yield* this.typeOf(next)) >= 0 || (yield* this.isLink(next))) {
        yield* this.visit(next, segments, i + 1);
      }
    } else {
      for (const entry of yield* this.entries(path || '.')) {
        if (!segment.test(entry.name)) continue;
        const next = join(path, entry.name);
        if (!last && (!entry.isDirectory() || this.excluded(next, entry))) continue;
        yield* this.visit(next, segments, i + 1);
      }
    }
  }

  * isLink(path) {
    try {
      return direntType(numbersIn(yield ['stat', resolve(this.cwd, path), false, false], false)[1]) === UV_DIRENT_LINK;
    } catch {
      return false;
    }
  }

  // '**' is nothing, or any directories below, but not what links lead to. As in Node, the next part may match there all the same
  // in './**', and where it matches the link as well.
  * star(path, segments, i) {
    const last = i === segments.length - 1;
    if (!last) yield* this.visit(path, segments, i + 1, true);
    else if (path !== '') yield* this.add(path);
    for (const entry of yield* this.entries(path || '.')) {
      if (entry.name.startsWith('.')) continue;
      const next = join(path, entry.name);
      if (this.excluded(next, entry)) continue;
      const isDirectory = entry.isDirectory();
      if (isDirectory) yield* this.visit(next, segments, i);
      else if (last) yield* this.add(next, entry);
      else if (entry.isSymbolicLink() && (this.throughLinks || matches(segments[i + 1], entry.name))) yield* this.visit(next, segments, i + 1, true);
    }
  }

  * add(path, entry) {
    const name = path === '' ? '.' : path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    if (this.found.has(name)) return;
    const whole = resolve(this.cwd, name);
    if (entry === undefined) {
      const siblings = this.listings.get(dirname(whole));
      entry = siblings?.find((sibling) => sibling.name === basename(whole));
    }
    if (entry === undefined) entry = new Dirent(basename(whole), (yield* this.typeOf(name)) === 1 ? UV_DIRENT_DIR : UV_DIRENT_UNKNOWN, dirname(whole));
    if (this.excluded(name, entry)) return;
    this.found.set(name, entry);
  }
}

/** The steps that find all matches: paths, or Dirents. */
function* globPaths(pattern, options = {}) {
  validateObject(options, 'options');
  const { cwd: given = process.cwd(), exclude, withFileTypes = false } = options;
  const cwd = resolve(getValidatedPath(given, 'options.cwd').toString());
  if (Array.isArray(pattern)) validateStringArray(pattern, 'patterns');
  else if (typeof pattern !== 'string') throw new ERR_INVALID_ARG_TYPE('patterns', ['string', 'string[]'], pattern);
  const excluded = exclusion(exclude, cwd, withFileTypes);
  const found = new Map();
  for (const text of Array.isArray(pattern) ? pattern : [pattern]) {
    validateString(text, 'pattern');
    for (const segments of matcherOf(text).set) {
      const walk = new Walk(cwd, excluded, found, segments[0] === '.');
      yield* walk.visit('', segments, 0);
    }
  }
  return withFileTypes ? Array.from(found.values()) : Array.from(found.keys());
}

function globSync(pattern, options) {
  return runSync(globPaths(pattern, options));
}

module.exports = { globPaths, globSync };
