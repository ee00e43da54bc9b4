'use strict';

// ES modules: which there are, by URL; loading a module with everything it imports; running it.
//
// Loading is synchronous, for import() too: a graph is read, compiled and linked in one go, and run in a later
// microtask. So require() can load the same graphs, and there is one state of things rather than two.

const native = internalBinding('modules');
const { resolve } = require('internal/modules/esm/resolve');
const { formatOf, checkAttributes, warnTypeless } = require('internal/modules/esm/formats');
const { errors, pathToURL, urlToPath, normalizeReferrerURL } = require('internal/modules/helpers');
const { defaultReferrer } = require('internal/modules/esm/referrers');
const builtins = require('internal/modules/builtins');

// What V8 says of a module.
const kInstantiated = 2;
const kEvaluating = 3;
const kEvaluated = 4;
const kErrored = 5;

/** One module of the loader: its handle in V8 and what it imports. */
class ModuleJob {
  url; wrap; format;
  imports; // [ModuleJob], once linked
  evaluation; // promise, once begun

  constructor(url, wrap, format) {
    this.url = url;
    this.wrap = wrap;
    this.format = format;
  }
}

class ModuleLoader {
  constructor() {
    /** URL, with the type of the import before it when it has one -> ModuleJob */
    this.jobs = new Map();
    /** Specifiers that were resolved before: "parent\0specifier" -> URL. Only what exists. */
    this.resolved = new Map();
    /** Called with the handle of the main module, before it runs. */
    this.onMain = undefined;
  }

  /** { url, format }: what `specifier` means in the module `parentURL`. */
  resolve(specifier, parentURL = normalizeReferrerURL(), attributes = noAttributes) {
    const hooks = activeHooks();
    if (hooks !== undefined) return hooks.resolve(specifier, parentURL, attributes);
    return { url: this.resolveDefault(specifier, parentURL), format: undefined };
  }

  resolveDefault(specifier, parentURL, conditions) {
    if (conditions !== undefined) return resolve(specifier, parentURL, conditions);
    const key = `${parentURL}\x00${specifier}`;
    let url = this.resolved.get(key);
    if (url === undefined) {
      url = resolve(specifier, parentURL);
      this.resolved.set(key, url);
    }
    return url;
  }

  /** What import() does: a promise of the namespace. */
  async import(specifier, parentURL, attributes, isMain) {
    const channel = importChannel();
    if (channel === undefined) return await this.importSoon(specifier, parentURL, attributes, isMain);
    return await channel.tracePromise(() => this.importSoon(specifier, parentURL, attributes, isMain),
      { __proto__: null, parentURL, url: specifier });
  }

  async importSoon(specifier, parentURL, attributes, isMain) {
    return await this.importNow(specifier, parentURL, attributes, isMain);
  }

  async importNow(specifier, parentURL, attributes, isMain) {
    const job = this.jobFor(specifier, parentURL, attributes, isMain);
    if (isMain) this.onMain?.(job.wrap);
    // A module never runs within the statement that imports it. As many microtasks pass as in Node, so that what
    // races with an import wins or loses as it does there.
    for (let i = job.evaluation === undefined ? 5 : 2; i > 0; i--) await undefined;
    await this.run(job);
    await undefined;
    return native.getNamespace(job.wrap);
  }

  /** Runs a text that is not a file as the program. */
  async runText(url, text) {
    const job = this.linked(url, noAttributes, true, 'module', text);
    this.onMain?.(job.wrap);
    await undefined;
    await this.run(job);
  }

  /** The module that `specifier` means, loaded and linked with all it imports. */
  jobFor(specifier, parentURL, attributes, isMain) {
    const { url, format } = this.resolve(specifier, parentURL, attributes);
    return this.linked(url, attributes, isMain, format);
  }

  linked(url, attributes, isMain, format, source, requiring = false) {
    const known = this.jobs.get(jobKey(url, attributes));
    if (known !== undefined && known.imports !== undefined) return known;
    const made = [];
    try {
      return this.load(url, attributes, isMain, format, source, made, requiring);
    } catch (error) {
      // What could not be linked as a whole is forgotten as a whole: the next import tries again.
      for (let i = 0; i < made.length; i++) this.jobs.delete(made[i]);
      throw error;
    }
  }

  // Loads `url` and, depth first, what it imports. `made` collects the keys of the new jobs. `requiring`: for require(),
  // which runs the graph at once, so that nothing in it may be running already.
  load(url, attributes, isMain, format, source, made, requiring) {
    const key = jobKey(url, attributes);
    const known = this.jobs.get(key);
    if (known !== undefined) return known;

    const translators = require('internal/modules/esm/translators');
    const loaded = source !== undefined ? { format, source } : this.loadSource(url, format, attributes);
    const wrap = translators.translate(loaded.format, url, loaded.source, isMain);
    wrap.isMain = isMain;
    const job = new ModuleJob(url, wrap, loaded.format);
    this.jobs.set(key, job);
    made.push(key);

    const requests = native.getModuleRequests(wrap);
    if (requests === undefined) {
      job.imports = none;
      return job;
    }
    // [specifier, attributes, specifier, attributes, …]
    const imports = new Array(requests.length / 2);
    const wraps = new Array(imports.length);
    for (let i = 0; i < imports.length; i++) {
      const attrs = requests[2 * i + 1] ?? noAttributes;
      const found = this.resolve(requests[2 * i], url, attrs);
      if (requiring) this.refuseCycle(requests[2 * i], found.url, attrs, url);
      const child = this.load(found.url, attrs, false, found.format, undefined, made, requiring);
      imports[i] = child;
      wraps[i] = child.wrap;
    }
    native.link(wrap, wraps);
    job.imports = imports;
    return job;
  }

  refuseCycle(specifier, url, attributes, parentURL) {
    const job = this.jobs.get(jobKey(url, attributes));
    if (job !== undefined && hasRunning(job, new Set())) throw importCycle('Module', specifier, parentURL);
    if (!url.startsWith('file:')) return;
    const { Module, kIsExecuting } = require('internal/modules/cjs/loader');
    const mod = Module._cache[urlToPath(url.replace(/[?#].*$/s, ''))];
    if (mod !== undefined && !mod.loaded && mod[kIsExecuting]) throw importCycle('CommonJS Module', specifier, parentURL);
  }

  /** { format, source } of a URL. */
  loadSource(url, format, attributes) {
    const hooks = activeHooks();
    if (hooks !== undefined) {
      const loaded = hooks.load(url, format, attributes);
      return settle(loaded.format, url, loaded.source);
    }
    const loaded = this.loadDefault(url, format, attributes);
    return settle(loaded.format, url, loaded.source);
  }

  /** The same, before types are stripped and formats guessed. */
  loadDefault(url, format, attributes) {
    const { sourceOf } = require('internal/modules/esm/source');
    if (!/^(?:file|data|node):/.test(url)) throw new (errors().ERR_UNSUPPORTED_ESM_URL_SCHEME)(new URL(url), loadable);
    format ??= formatOf(url);
    checkAttributes(url, format, attributes);
    if (format === 'builtin' || format === 'addon') return { format, source: undefined };
    const source = sourceOf(url, format);
    return { format, source };
  }

  /** Instantiates and evaluates; resolves when the module and what it imports has run. */
  async run(job) {
    this.instantiate(job);
    try {
      await (job.evaluation ??= native.evaluate(job.wrap));
    } catch (error) {
      explainMissingGlobal(error, job);
      throw error;
    }
  }

  instantiate(job) {
    if (native.getStatus(job.wrap) >= kInstantiated) return;
    try {
      native.instantiate(job.wrap);
    } catch (error) {
      // Tell where, and how to import from CommonJS.
      decorateStack(error);
      explainMissingExport(error, this);
      throw error;
    }
  }

  /**
   * What require() does with an ES module: loads, links and runs it at once. Gives its handle; throws when anything
   * in the graph would wait (top-level await).
   */
  importForRequire(mod, filename, format, source, parent) {
    const url = pathToURL(filename);
    const attributes = noAttributes;
    const { kRequiredModule } = require('internal/modules/cjs/loader');
    let job = this.jobs.get(url);
    if (job !== undefined) {
      mod[kRequiredModule] = job.wrap;
      if (native.isGraphAsync(job.wrap)) throw asyncModule(filename, parent);
      if (job.imports === undefined || native.getStatus(job.wrap) === kEvaluating) throw cycle(filename, parent);
    } else {
      const { stripBOM } = require('internal/modules/helpers');
      if (format === undefined) warnTypeless(url);
      job = this.linked(url, attributes, false, 'module', stripBOM(source), true);
      mod[kRequiredModule] = job.wrap;
    }
    this.runSync(job, filename, parent);
    return job.wrap;
  }

  runSync(job, filename, parent) {
    const { wrap } = job;
    if (native.getStatus(wrap) < kInstantiated) native.instantiate(wrap);
    if (native.isGraphAsync(wrap)) throw asyncModule(filename, parent);
    switch (native.getStatus(wrap)) {
      case kEvaluated: return;
      case kErrored: throw native.getError(wrap);
    }
    const evaluation = job.evaluation ??= native.evaluate(wrap);
    if (native.getStatus(wrap) === kErrored) {
      evaluation.then(undefined, ignore); // It is thrown here; nobody else need handle it.
      const error = native.getError(wrap);
      explainMissingGlobal(error, job);
      throw error;
    }
    if (native.getStatus(wrap) !== kEvaluated) throw cycle(filename, parent);
  }
}

const none = [];
const loadable = ['file', 'data'];
const noAttributes = { __proto__: null };
function ignore() {}

function jobKey(url, attributes) {
  const type = attributes.type;
  return type === undefined ? url : `${type}:${url}`;
}

function activeHooks() {
  const hooks = builtins.loaded('internal/modules/customization_hooks');
  return hooks !== undefined && hooks.active() ? hooks : undefined;
}

// The diagnostics channel "module.import"; without diagnostics_channel loaded, nobody listens.
let channel;
function importChannel() {
  const dc = builtins.loaded('diagnostics_channel');
  if (dc === undefined) return undefined;
  channel ??= dc.tracingChannel('module.import');
  return channel.hasSubscribers ? channel : undefined;
}

// The format and text to be translated: TypeScript without its types; what may be either as what it looks like.
function settle(format, url, source) {
  if (typeof format === 'string' && format.endsWith('-typescript')) {
    return { format: format.slice(0, -'-typescript'.length), source: withoutTypes(url, source) };
  }
  if (format !== undefined) return { format, source };
  if (/\.ts(?:[?#]|$)/.test(url)) source = withoutTypes(url, source);
  const { looksLikeModule } = require('internal/modules/esm/source');
  if (!looksLikeModule(source, url)) return { format: 'commonjs', source };
  warnTypeless(url);
  return { format: 'module', source };
}

function withoutTypes(url, source) {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const name = url.startsWith('file:') ? urlToPath(url.replace(/[?#].*$/s, '')) : url;
  return require('internal/modules/typescript').stripModule(text, name);
}

// Errors --------------------------------------------------------------------------------------------------------------

function cycle(filename, parent) {
  let message = `Cannot require() ES Module ${filename} in a cycle.`;
  if (parent?.filename) message += ` (from ${parent.filename})`;
  message += ' A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript ' +
    'specification. Try making at least part of the dependency in the graph lazily loaded.';
  return new (errors().ERR_REQUIRE_CYCLE_MODULE)(message);
}

function importCycle(kind, specifier, parentURL) {
  const from = parentURL.startsWith('file:') ? urlToPath(parentURL) : parentURL;
  return new (errors().ERR_REQUIRE_CYCLE_MODULE)(`Cannot import ${kind} ${specifier} in a cycle. (from ${from})`);
}

// Whether a module or anything it imports is being evaluated.
function hasRunning(job, seen) {
  if (seen.has(job)) return false;
  seen.add(job);
  const status = native.getStatus(job.wrap);
  if (status === kEvaluating) return true;
  if (status > kEvaluating || job.imports === undefined) return false;
  for (let i = 0; i < job.imports.length; i++) {
    if (hasRunning(job.imports[i], seen)) return true;
  }
  return false;
}

function asyncModule(filename, parent) {
  return new (errors().ERR_REQUIRE_ASYNC_MODULE)(filename, parent);
}

// Puts the place of the error before its stack.
function decorateStack(error) {
  const places = internalBinding('error_places');
  const place = places.placeOf(error);
  if (place === undefined || places.isDecorated(error)) return;
  error.stack = place + error.stack;
  places.setDecorated(error);
}

const cjsGlobals = ['require', 'module', 'exports', '__filename', '__dirname'];

// "require is not defined" in a file that the author took for CommonJS: say why it is not.
function explainMissingGlobal(error, job) {
  if (error?.name !== 'ReferenceError' || typeof error.message !== 'string') return;
  const match = /^(\w+) is not defined$/.exec(error.message);
  if (match === null || !cjsGlobals.includes(match[1])) return;
  let text = `${error.message} in ES module scope`;
  if (match[1] === 'require') text += ', you can use import instead';
  internalBinding('error_places').notePlace(error); // which a stack that was assigned to hides
  const { url } = job;
  if (url.startsWith('file:') && /\.js(?:[?#]|$)/.test(url)) {
    const { nearestPackage } = require('internal/modules/package_json');
    const config = nearestPackage(urlToPath(url.replace(/[?#].*$/s, '')));
    if (config?.type === 'module') {
      text += `\nThis file is being treated as an ES module because it has a '.js' file extension and '${config.path}' ` +
        'contains "type": "module". To treat it as a CommonJS script, rename it to use the \'.cjs\' file extension.';
    }
  }
  replaceMessage(error, text);
}

function replaceMessage(error, text) {
  const { stack, message } = error;
  error.message = text;
  if (typeof stack === 'string') error.stack = stack.replace(message, () => text);
}

// An import of a name that CommonJS has only at run time: show how to get it.
function explainMissingExport(error, loader) {
  if (typeof error?.message !== 'string' || !error.message.includes(' does not provide an export named')) return;
  const lines = error.stack.split('\n');
  const [, specifier, name] = /module '(.*)' does not provide an export named '(.+)'/s.exec(error.message) ?? [];
  if (specifier === undefined || lines.length < 4) return;
  const parentURL = lines[0].replace(/:\d+$/, '');
  let job;
  try {
    const { url } = loader.resolve(specifier, parentURL, noAttributes);
    job = loader.jobs.get(url);
  } catch {
    return;
  }
  if (job?.format !== 'commonjs') return;
  const names = /\{.*\}/.exec(lines[1])?.[0].replace(/\s+as\s+/g, ': ');
  const message = `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, ` +
    'which may not support all module.exports as named exports.\n' +
    'CommonJS modules can always be imported via the default export, for example using:\n' +
    `\nimport pkg from '${specifier}';\n${names ? `const ${names} = pkg;\n` : ''}`;
  error.message = message;
  lines[3] = `SyntaxError: ${message}`;
  error.stack = lines.join('\n');
}

// What require() gives for some ES modules -----------------------------------------------------------------------------

const facades = new WeakMap();
const facadeSource = "export * from 'original'; export { default } from 'original'; export const __esModule = true;";

/** The namespace of `wrap` with an export __esModule of true added. */
function facadeOf(wrap) {
  let facade = facades.get(wrap);
  if (facade === undefined) {
    const outer = native.compileModule('node:internal/require_module_default_facade', facadeSource, 0, 0, defaultReferrer);
    native.link(outer, [wrap]);
    native.instantiate(outer);
    native.evaluate(outer);
    facade = native.getNamespace(outer);
    facades.set(wrap, facade);
  }
  return facade;
}

function isEvaluated(wrap) { return native.getStatus(wrap) >= kEvaluated; }

let loader;
/** The loader of this thread. */
function getLoader() { return loader ??= new ModuleLoader(); }

module.exports = { getLoader, facadeOf, isEvaluated };
