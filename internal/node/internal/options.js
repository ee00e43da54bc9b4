'use strict';
// Node's command line options, as getOptionValue('--name'): what was given in NODE_OPTIONS and on the command line
// (process.execArgv, the later wins), or the default.

// Name to default. The type of the default is the type of the option; an array collects.
const defaults = {
  __proto__: null,
  '--abort-on-uncaught-exception': false,
  '--allow-natives-syntax': false,
  '--conditions': [],
  '--deprecation': true,
  '--disable-proto': '',
  '--disable-warning': [],
  '--disable-wasm-trap-handler': false,
  '--dns-result-order': '',
  '--enable-source-maps': false,
  '--eval': undefined,
  '--experimental-detect-module': true,
  '--experimental-eventsource': false,
  '--experimental-fetch': true,
  '--experimental-global-navigator': true,
  '--experimental-import-meta-resolve': false,
  '--experimental-print-required-tla': false,
  '--experimental-require-module': true,
  '--experimental-vm-modules': false,
  '--experimental-websocket': true,
  '--experimental-webstorage': false,
  '--expose-gc': false,
  '--expose-internals': false,
  '--force-context-aware': false,
  '--frozen-intrinsics': false,
  '--icu-data-dir': '',
  '--import': [],
  '--input-type': '',
  '--insecure-http-parser': false,
  '--max-http-header-size': 16 * 1024,
  '--max-old-space-size': 0,
  '--network-family-autoselection': true,
  '--network-family-autoselection-attempt-timeout': 250,
  '--pending-deprecation': false,
  '--preserve-symlinks': false,
  '--preserve-symlinks-main': false,
  '--print': false,
  '--require': [],
  '--stack-trace-limit': 10,
  '--throw-deprecation': false,
  '--title': '',
  '--tls-cipher-list': '',
  '--tls-keylog': '',
  '--tls-max-v1.2': false,
  '--tls-max-v1.3': false,
  '--tls-min-v1.0': false,
  '--tls-min-v1.1': false,
  '--tls-min-v1.2': false,
  '--tls-min-v1.3': false,
  '--trace-deprecation': false,
  '--trace-exit': false,
  '--trace-sigint': false,
  '--trace-sync-io': false,
  '--trace-tls': false,
  '--trace-uncaught': false,
  '--trace-warnings': false,
  '--unhandled-rejections': '',
  '--use-bundled-ca': false,
  '--use-env-proxy': undefined, // not said: the environment decides
  '--use-openssl-ca': false,
  '--use-system-ca': false,
  '--verify-base-objects': false,
  '--warnings': true,
};

const aliases = {
  __proto__: null,
  '-C': '--conditions',
  '-e': '--eval',
  '-p': '--print',
  '-pe': '--print',
  '-r': '--require',
  '--es-module-specifier-resolution': '--experimental-specifier-resolution',
  '--enable-network-family-autoselection': '--network-family-autoselection',
  '--loader': '--experimental-loader',
};

let values;

function setOption(name, value) {
  const known = defaults[name];
  if (Array.isArray(known)) (values[name] ??= []).push(value);
  else if (typeof known === 'number') values[name] = Number(value);
  else values[name] = value;
}

// Reads flags as the command line does: `--name=value`, `--name value`, `--name`, `--no-name`; '_' is '-'.
function parse(args) {
  for (let i = 0; i < args.length; i++) {
    if (!args[i].startsWith('-')) continue;
    const equals = args[i].indexOf('=');
    let name = (equals === -1 ? args[i] : args[i].slice(0, equals));
    if (name.startsWith('--')) name = `--${name.slice(2).replaceAll('_', '-')}`;
    name = aliases[name] ?? name;
    if (name.startsWith('--no-')) {
      values[`--${name.slice(5)}`] = false;
      continue;
    }
    if (equals !== -1) {
      setOption(name, args[i].slice(equals + 1));
    } else if (defaults[name] === undefined || typeof defaults[name] === 'boolean') {
      setOption(name, true);
    } else {
      setOption(name, args[++i]);
    }
  }
}

// NODE_OPTIONS is split at spaces; double quotes hold words together.
function split(text) {
  const words = [];
  for (const match of text.matchAll(/(?:[^\s"]+|"(?:\\.|[^"\\])*")+/g)) words.push(match[0].replace(/"((?:\\.|[^"\\])*)"/g, (_, inner) => inner.replace(/\\(.)/g, '$1')));
  return words;
}

// What the command has parsed already, by name without dashes; see cmd/sluice/flags.go.
let given;

// Called before anything else: { flags: { name: [value, …] } }.
function setOptions(options) {
  given = options.flags;
}

function load() {
  values = { __proto__: null };
  if (given === undefined) {
    if (process.env?.NODE_OPTIONS) parse(split(process.env.NODE_OPTIONS));
    parse(process.execArgv);
    return;
  }
  for (const name of Object.keys(given)) {
    const option = `--${name}`;
    if (Array.isArray(defaults[option])) {
      values[option] = given[name];
    } else {
      const value = given[name].at(-1);
      if (typeof defaults[option] === 'number') values[option] = Number(value);
      else values[option] = value === 'true' ? true : value === 'false' ? false : value;
    }
  }
}

// The value of an option; '--no-x' is the negation of '--x'. Options nobody knows are undefined.
function getOptionValue(name) {
  if (values === undefined) load();
  if (name.startsWith('--no-')) {
    const value = getOptionValue(`--${name.slice(5)}`);
    return value === undefined ? undefined : !value;
  }
  const value = values[name];
  return value === undefined ? defaults[name] : value;
}

// After a change of process.execArgv.
function refreshOptions() {
  values = undefined;
}

// NODE_TLS_REJECT_UNAUTHORIZED=0 switches the check of certificates off, with a warning.
let warnedOfUnauthorized = false;

function getAllowUnauthorized() {
  const allow = process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0';
  if (allow && !warnedOfUnauthorized) {
    warnedOfUnauthorized = true;
    process.emitWarning('Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to \'0\' makes TLS connections ' +
      'and HTTPS requests insecure by disabling certificate verification.');
  }
  return allow;
}

module.exports = { knownOptions: () => Object.keys(defaults), getAllowUnauthorized, getOptionValue, refreshOptions, setOptions };
