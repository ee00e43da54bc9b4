'use strict';

// The builtin modules as programs see them: which names are theirs, and how they get them.
// `require` here is the loader of builtins itself; it knows all ids and what is loaded.

const { ids, cache } = require;

// Reachable by "node:" only, so that packages of these names keep working.
const schemeOnly = new Set(['sea', 'sqlite', 'test', 'test/reporters']);

function isPublic(id) { return ids.has(id) && !id.startsWith('internal/'); }

/** require('fs'): a builtin's name without scheme. */
function canBeRequiredWithoutScheme(id) { return isPublic(id) && !schemeOnly.has(id); }

/** What follows "node:". */
function canBeRequiredWithScheme(id) { return isPublic(id); }

/** A name as a program writes it, with or without "node:". */
function canBeRequired(name) {
  return name.startsWith('node:') ? isPublic(name.slice(5)) : canBeRequiredWithoutScheme(name);
}

/** module.isBuiltin */
function isBuiltin(name) {
  return typeof name === 'string' && canBeRequired(name);
}

/** The exports of a builtin, by an id that canBeRequired… accepted. */
function requireForUser(id) { return require(id); }

/** The exports of a builtin that something has loaded already, or undefined. */
function loaded(id) {
  const mod = cache.get(id);
  return mod !== undefined && mod.loaded ? mod.exports : undefined;
}

/** module.builtinModules */
function list() {
  const plain = [];
  const schemed = [];
  for (const id of ids) {
    if (!isPublic(id)) continue;
    if (schemeOnly.has(id)) schemed.push(`node:${id}`);
    else plain.push(id);
  }
  return plain.sort().concat(schemed.sort());
}

module.exports = {
  canBeRequired, canBeRequiredWithScheme, canBeRequiredWithoutScheme, isBuiltin, requireForUser, loaded, list,
};
