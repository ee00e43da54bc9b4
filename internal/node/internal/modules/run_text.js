'use strict';

// Programs that are not files: -e, -p and standard input; and --check, which only parses.

const options = require('internal/modules/options');
const { getOptionValue } = require('internal/options');

/** Runs `text` (of --eval), or with undefined what standard input holds. `main` is '-' or undefined. */
function start(text, main) {
  if (text === undefined && main === undefined && options.imports.length > 0) return;
  const source = text ?? readStdin();
  const name = text === undefined ? '[stdin]' : '[eval]';
  if (getOptionValue('--check')) return check(source, name);
  const print = getOptionValue('--print') === true;
  const [type, language] = options.inputType.split('-');
  const code = language === 'typescript' ? require('internal/modules/typescript').stripModule(source, '', name) : source;
  if (type === 'module') return runModule(code, print);
  runScript(code, name, print);
}

function readStdin() {
  return require('internal/modules/helpers').stripBOM(require('fs').readFileSync(0, 'utf8'));
}

function runScript(given, name, print) {
  // The module, which the program may well call by that name itself, in place of what is global elsewhere.
  const text = /\bcrypto\b/.test(given) ? `let crypto=require("node:crypto");{${given}}` : given;
  const { Module } = require('internal/modules/cjs/loader');
  const { makeRequireFunction } = require('internal/modules/helpers');
  const native = internalBinding('modules');
  const cwd = process.cwd();
  const mod = new Module(name);
  mod.filename = require('path').join(cwd, name);
  mod.paths = Module._nodeModulePaths(cwd);

  // The script is global code, with what a module has as globals.
  globalThis.module = mod;
  globalThis.exports = mod.exports;
  globalThis.__filename = name;
  globalThis.__dirname = '.';
  globalThis.require = makeRequireFunction(mod);

  exposeBuiltins();

  let result;
  try {
    result = require('internal/vm').runScript(text, name);
  } catch (error) {
    if (options.inputType !== '' || !(error instanceof SyntaxError)) throw error;
    if (native.containsModuleSyntax(given, name)) return runModule(moduleText(given, name), print);
    const code = options.stripTypes ? require('internal/modules/typescript').stripText(text, name) : undefined;
    if (code === undefined || code === text) throw error;
    if (native.containsModuleSyntax(code, name)) return runModule(code, print);
    result = require('internal/vm').runScript(code, name);
  }
  if (print) console.log(result);
}

// The text, without its types when it does not compile with them.
function moduleText(text, name) {
  if (!options.stripTypes) return text;
  const { defaultReferrer } = require('internal/modules/esm/referrers');
  try {
    internalBinding('modules').compileModule(name, text, 0, 0, defaultReferrer);
    return text;
  } catch {
    return require('internal/modules/typescript').stripText(text, name) ?? text;
  }
}

// fs, http and the others are global names here.
function exposeBuiltins() {
  const builtins = require('internal/modules/builtins');
  for (const id of builtins.list()) {
    if (id[0] === '_' || id.includes('/') || id.includes(':') || Object.hasOwn(globalThis, id)) continue;
    const set = (value) => {
      Object.defineProperty(globalThis, id, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    };
    Object.defineProperty(globalThis, id, {
      __proto__: null,
      get() {
        const exports = builtins.requireForUser(id);
        Object.defineProperty(globalThis, id, {
          __proto__: null, value: exports, writable: true, enumerable: false, configurable: true,
        });
        return exports;
      },
      set,
      enumerable: false,
      configurable: true,
    });
  }
}

function runModule(text, print) {
  if (print) throw new (require('internal/errors').codes.ERR_EVAL_ESM_CANNOT_PRINT)();
  const { runAsESM } = require('internal/modules/run_main');
  const { pathToURL } = require('internal/modules/helpers');
  const url = `${pathToURL(process.cwd())}/[eval1]`;
  runAsESM((loader) => loader.runText(url, text));
}

function check(text, name) {
  const native = internalBinding('modules');
  const { defaultReferrer } = require('internal/modules/esm/referrers');
  if (options.inputType === 'module' ||
      native.compileFunctionForCJS(text, name, defaultReferrer, options.inputType === '') === true) {
    native.compileModule(name, text, 0, 0, defaultReferrer);
  }
}

/** --check: parses the file, and what is wrong with it is an uncaught exception. */
function checkFile(main) {
  const { Module } = require('internal/modules/cjs/loader');
  const { stripBOM, readText, pathToURL } = require('internal/modules/helpers');
  const { formatOf } = require('internal/modules/esm/formats');
  const { defaultReferrer } = require('internal/modules/esm/referrers');
  const native = internalBinding('modules');
  const file = Module._findPath(main, null, true);
  if (!file) return Module._load(main, null, true); // For its error.
  const url = pathToURL(file);
  const text = stripBOM(readText(file));
  const format = formatOf(url, true);
  if (format === 'json') return;
  if (format === 'module' ||
      native.compileFunctionForCJS(text, file, defaultReferrer, format === undefined) === true) {
    native.compileModule(url, text, 0, 0, defaultReferrer);
  }
}

module.exports = { start, checkFile };
