'use strict';

// Runs the program: what is to be loaded first, then a script, an ES module, or a text from the command line.

const options = require('internal/modules/options');
const { getOptionValue } = require('internal/options');
const { pathToURL } = require('internal/modules/helpers');

/** What the process ends with when an ES module still waits at its top level and nothing is left to wait for. */
const kUnsettledTopLevelAwait = 13;

/** Starts what the command line names. */
function start() {
  const { Module } = require('internal/modules/cjs/loader');
  const main = process.argv[1];
  const text = getOptionValue('--eval');
  const fromScript = text === undefined && main !== undefined && main !== '-';
  if (fromScript) process.argv[1] = require('path').resolve(main);

  if (process.env.NODE_PATH !== undefined || process.env.HOME !== undefined) Module._initPaths();
  if (options.requires.length > 0) Module._preloadModules(options.requires);

  if (fromScript) {
    if (getOptionValue('--check')) return require('internal/modules/run_text').checkFile(process.argv[1]);
    // Node has replaced it, and so may a preloaded module.
    const run = require('internal/modules/builtins').loaded('module')?.runMain ?? runMain;
    return run(process.argv[1]);
  }
  return require('internal/modules/run_text').start(text, main);
}

/** Module.runMain: runs the file `main` (an absolute path, perhaps without extension). */
function runMain(main = process.argv[1]) {
  const { Module, wrapModuleLoad } = require('internal/modules/cjs/loader');
  const file = Module._findPath(require('path').resolve(main), null, true) || undefined;
  if (file === undefined || !wantsLoader(file)) {
    wrapModuleLoad(main, null, true);
    return;
  }
  runAsESM((loader) => loader.import(pathToURL(file), undefined, { __proto__: null }, true));
}
Object.defineProperty(runMain, 'name', { __proto__: null, value: 'executeUserEntryPoint' });

// Whether the ES module loader runs the program. It can run CommonJS too.
function wantsLoader(file) {
  if (options.imports.length > 0) return true;
  if (file.endsWith('.mjs') || file.endsWith('.mts')) return true;
  if (!file.endsWith('.js') && !file.endsWith('.ts')) return false;
  return require('internal/modules/package_json').nearestType(file) === 'module';
}

// While the program runs as an ES module: its handle, once it is known.
let waiting = false;
let mainWrap;

/** Runs `run` with the loader, after what --import names. What goes wrong is an uncaught exception. */
async function runAsESM(run) {
  const { getLoader } = require('internal/modules/esm/loader');
  waiting = true;
  try {
    const loader = getLoader();
    loader.onMain = (wrap) => { mainWrap = wrap; };
    await preloadImports(loader);
    await run(loader);
  } catch (error) {
    waiting = false;
    require('internal/process_exceptions').onUncaughtException(error, true);
    return;
  }
  waiting = false;
}

let importsDone = false;
/** Loads what --import names, once, in order. */
async function preloadImports(loader) {
  if (importsDone) return;
  importsDone = true;
  const { normalizeReferrerURL } = require('internal/modules/helpers');
  const base = normalizeReferrerURL();
  for (let i = 0; i < options.imports.length; i++) {
    await loader.import(options.imports[i], base, { __proto__: null }, false);
  }
}

/** The loop has run dry: when the program still waits at its top level, says where, and sets the exit code. */
function onLoopEnd() {
  if (!waiting || process.exitCode !== undefined) return;
  process.exitCode = kUnsettledTopLevelAwait;
  const places = mainWrap === undefined ? [] : internalBinding('modules').stalledAwaits(mainWrap) ?? [];
  for (let i = 0; i < places.length; i++) {
    process.stderr.write(`Warning: Detected unsettled top-level await at ${places[i]}\n\n\n`);
  }
}

module.exports = { start, runMain, runAsESM, preloadImports, onLoopEnd };
