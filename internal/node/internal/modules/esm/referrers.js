'use strict';

// Who answers when running code says import() or import.meta.
//
// V8 carries one value from the compilation of a text to the code compiled from it: a symbol. One symbol stands for
// everything the module loader compiles; a text compiled by a program through node:vm gets its own, and what that
// program wants done stands in a weak map under it.

const native = internalBinding('modules');

const defaultReferrer = Symbol('sluice.module');
const missingReferrer = Symbol('vm_dynamic_import_missing');
const mainContextReferrer = Symbol('vm_dynamic_import_main_context_default');

/** symbol or module handle -> { importModuleDynamically(specifier, owner, attributes), initializeImportMeta, owner } */
const registry = new WeakMap();

/** Says what import() and import.meta do in the code compiled with `key` (a symbol), or in the module `key`. */
function register(key, entry) { registry.set(key, entry); }

// import(specifier, { with }) in code compiled with the symbol `key`; `name` is the name of its script.
function importDynamically(key, specifier, attributes, name) {
  if (key === defaultReferrer || key === mainContextReferrer) return importDefault(specifier, attributes, name);
  const entry = key === undefined ? undefined : registry.get(key);
  if (entry !== undefined && entry.importModuleDynamically !== undefined) {
    return entry.importModuleDynamically(specifier, entry.owner, attributes);
  }
  throw new (require('internal/errors').codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING)();
}

function importDefault(specifier, attributes, name) {
  const { getLoader } = require('internal/modules/esm/loader');
  const { normalizeReferrerURL } = require('internal/modules/helpers');
  return getLoader().import(specifier, normalizeReferrerURL(name), attributes, false);
}

function initializeImportMeta(wrap, meta) {
  const entry = registry.get(wrap);
  if (entry !== undefined) {
    if (entry.initializeImportMeta !== undefined) entry.initializeImportMeta(meta, entry.owner);
    return;
  }
  require('internal/modules/esm/import_meta').initialize(meta, wrap.url, wrap.isMain === true);
}

native.setCallbacks(importDynamically, initializeImportMeta);

module.exports = { defaultReferrer, missingReferrer, mainContextReferrer, register };
