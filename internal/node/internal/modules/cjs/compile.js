'use strict';

// From the text of a CommonJS module to a function, or, when the text turns out to be an ES module, to exports.

const { Module, isWrapperPatched, kIsMain, kFormat, parentOf } = require('internal/modules/cjs/loader');
const { stripBOM, pathToURL } = require('internal/modules/helpers');
const native = internalBinding('modules');
const { defaultReferrer } = require('internal/modules/esm/referrers');

/**
 * The function of the module `mod`, to be called with exports, require, module, __filename, __dirname.
 * Undefined when the text is an ES module: then that has been run and mod.exports set.
 */
function compileFor(mod, content, filename, format) {
  if (format !== undefined && format.endsWith('typescript')) {
    content = require('internal/modules/typescript').stripModule(content, filename, pathToURL(filename));
    format = format === 'typescript' ? undefined : format.slice(0, -'-typescript'.length);
    mod[kFormat] = format;
  }
  if (format === 'module') {
    loadESM(mod, filename, format, content);
    return undefined;
  }
  if (isWrapperPatched()) return compileWrapped(filename, content);
  // A file that does not say what it is may be either; one that says commonjs is nothing else.
  const detect = format !== 'commonjs';
  const result = native.compileFunctionForCJS(stripBOM(content), filename, defaultReferrer, detect);
  if (typeof result === 'function') return result;
  if (!require('internal/modules/options').requireModule && !mod[kIsMain]) {
    const { ERR_REQUIRE_ESM } = require('internal/errors').codes;
    throw new ERR_REQUIRE_ESM(filename, true, parentOf(mod)?.filename);
  }
  mod[kFormat] = 'module';
  loadESM(mod, filename, undefined, content);
  return undefined;
}

// A program has replaced Module.wrap or Module.wrapper.
function compileWrapped(filename, content) {
  const vm = require('internal/vm');
  return vm.runWrapped(Module.wrap(content), filename);
}

function loadESM(mod, filename, format, content) {
  const loader = require('internal/modules/esm/loader').getLoader();
  if (mod[kIsMain]) {
    // The program itself: it may wait at its top level.
    require('internal/modules/run_main').runAsESM((cascaded) =>
      cascaded.import(pathToURL(filename), undefined, { __proto__: null }, true));
    return;
  }
  const wrap = loader.importForRequire(mod, filename, format, content, parentOf(mod));
  setExportsFrom(mod, wrap, native.getNamespace(wrap));
}

// What require() gives for an ES module: its export named "module.exports" when it has one, its namespace when it
// has no default export or says itself that it is one (__esModule); else a namespace that says so.
function setExportsFrom(mod, wrap, namespace) {
  let exports;
  if (Object.hasOwn(namespace, 'module.exports')) {
    exports = namespace['module.exports'];
  } else if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) {
    exports = namespace;
  } else {
    exports = require('internal/modules/esm/loader').facadeOf(wrap);
  }
  mod.exports = exports;
}

module.exports = { compileFor, setExportsFrom };
