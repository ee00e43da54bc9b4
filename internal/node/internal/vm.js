'use strict';

// What node:vm, the module loader and the command line share of compiling text.

const native = internalBinding('contextify');
const { defaultReferrer, missingReferrer, mainContextReferrer, register } = require('internal/modules/esm/referrers');

const USE_MAIN_CONTEXT_DEFAULT_LOADER = Symbol('vm_dynamic_import_main_context_default');
const DONT_CONTEXTIFY = Symbol('vm_context_no_contextify');

/**
 * The symbol under which code compiled with this `importModuleDynamically` option finds what import() does.
 * `owner` is what a function gets as its second argument; see `adopt` for one that is made later.
 */
function referrerFor(importModuleDynamically, shown) {
  if (importModuleDynamically === undefined) return missingReferrer;
  if (importModuleDynamically === USE_MAIN_CONTEXT_DEFAULT_LOADER) {
    require('internal/util').emitExperimentalWarning('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
    return mainContextReferrer;
  }
  require('internal/validators').validateFunction(importModuleDynamically, 'options.importModuleDynamically');
  return Symbol(shown);
}

/** Says what import() in the code of `symbol` does: calls the function with the owner, and takes a vm.Module too. */
function adopt(symbol, importModuleDynamically, owner) {
  if (typeof importModuleDynamically !== 'function') return;
  if (!require('internal/options').getOptionValue('--experimental-vm-modules')) {
    register(symbol, { importModuleDynamically: withoutFlag });
    return;
  }
  register(symbol, {
    owner,
    async importModuleDynamically(specifier, from, attributes) {
      const found = await importModuleDynamically(specifier, from, attributes, 'evaluation');
      if (require('internal/util/types').isModuleNamespaceObject(found)) return found;
      const { codes: { ERR_VM_MODULE_NOT_MODULE } } = require('internal/errors');
      if (!(found instanceof require('internal/vm_module').Module)) throw new ERR_VM_MODULE_NOT_MODULE();
      if (found.status === 'errored') throw found.error;
      return found.namespace;
    },
  });
}

function withoutFlag() {
  throw new (require('internal/errors').codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG)();
}

/** Runs the text of a CommonJS wrapper, and gives the function it evaluates to. */
function runWrapped(text, filename) {
  const script = native.compileScript(text, filename, 0, 0, undefined, false, defaultReferrer, undefined);
  return native.runScript(script, null, -1, true);
}

/** Runs a classic script in the program's context. import() in it is resolved from the script's name. */
function runScript(text, filename) {
  const script = native.compileScript(text, filename, 0, 0, undefined, false, defaultReferrer, undefined);
  return native.runScript(script, null, -1, true);
}

module.exports = {
  referrerFor, adopt, runWrapped, runScript, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY,
};
