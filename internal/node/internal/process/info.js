'use strict';
// What process tells about itself: versions, features, release, config, allowedNodeEnvironmentFlags.

const { about } = internalBinding('process');
const [version, goos, goarch, pid, goVersion] = about();

const platform = { __proto__: null, windows: 'win32' }[goos] ?? goos;
const arch = { __proto__: null, 'amd64': 'x64', '386': 'ia32' }[goarch] ?? goarch;

/** process.versions. Of Node's own parts those are named whose behaviour Sluice has. */
function versions() {
  const all = {
    node: version.slice(1),
    ada: '4.0.0',
    llhttp: '9.4.3',
    modules: '137',
    napi: '10',
    // Cryptography is Go's; the number says which OpenSSL's API node:crypto and node:tls follow.
    openssl: '3.5.8',
    sluice: '0.1.0',
    go: goVersion.replace(/^go/, ''),
    unicode: '17.0',
    uv: '1.52.1',
    v8: internalBinding('core').v8Version(),
    // Packages ask these whether there is such a coding.
    brotli: '1.2.0',
    zlib: '1.3.2',
    zstd: '1.5.7',
  };
  for (const name of Object.keys(all)) Object.defineProperty(all, name, { __proto__: null, writable: false, configurable: false });
  return all;
}

function release() {
  return {
    name: 'node',
    lts: 'Krypton',
    sourceUrl: `https://nodejs.org/download/release/${version}/node-${version}.tar.gz`,
    headersUrl: `https://nodejs.org/download/release/${version}/node-${version}-headers.tar.gz`,
  };
}

function features() {
  const object = {};
  const define = (name, get) => Object.defineProperty(object, name, { __proto__: null, enumerable: true, configurable: false, ...get });
  const yes = ['uv', 'ipv6', 'tls_alpn', 'tls_sni', 'tls_ocsp', 'tls'];
  define('inspector', { value: false });
  define('debug', { value: false });
  for (const name of yes) define(name, { value: true });
  define('openssl_is_boringssl', { value: false });
  define('cached_builtins', { get: () => true });
  define('require_module', { get: () => require('internal/options').getOptionValue('--experimental-require-module') !== false });
  define('quic', { get: () => false });
  define('typescript', { get: () => (require('internal/modules/options').stripTypes ? 'strip' : false) });
  return object;
}

function config() {
  const deepFreeze = (value) => {
    if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(deepFreeze);
    return value;
  };
  return deepFreeze({
    target_defaults: { cflags: [], default_configuration: 'Release', defines: [], include_dirs: [], libraries: [] },
    variables: {
      host_arch: arch,
      target_arch: arch,
      napi_build_version: '10',
      node_builtin_shareable_builtins: [],
      node_module_version: 137,
      node_prefix: '/usr/local',
      node_shared: false,
      node_use_openssl: true,
      node_use_v8_platform: true,
      v8_enable_i18n_support: 1,
      v8_enable_webassembly: 1,
    },
  });
}

// V8's options that Node allows in NODE_OPTIONS, beside its own.
const v8Options = [
  '--abort-on-uncaught-exception', '--disallow-code-generation-from-strings', '--enable-etw-stack-walking', '--expose-gc', '--interpreted-frames-native-stack',
  '--jitless', '--max-heap-size', '--max-old-space-size', '--max-semi-space-size', '--perf-basic-prof', '--perf-basic-prof-only-functions', '--perf-prof',
  '--perf-prof-unwinding-info', '--stack-trace-limit',
];
const notInEnvironment = new Set(['--eval', '--print', '--expose-internals']);

/** A set of options that finds '-r', '--require' and '--require=x' to be the same, and cannot be changed. */
function allowedNodeEnvironmentFlags() {
  const { knownOptions } = require('internal/options');
  const names = new Set([...(knownOptions?.() ?? []), ...v8Options].filter((name) => !notInEnvironment.has(name)));
  const shorthands = new Map([['-r', '--require'], ['-C', '--conditions']]);
  for (const name of names) {
    // Those that are on by default are known by their negation.
    if (require('internal/options').getOptionValue(name) === true) names.add(`--no-${name.slice(2)}`);
  }
  for (const name of shorthands.keys()) names.add(name);

  const bare = (name) => name.replace(/^--?(no-)?/, '').replaceAll('_', '-');
  const long = new Set(Array.from(names).filter((name) => name.startsWith('--')).map(bare));

  const list = Object.freeze(Array.from(names));

  // The set that it inherits from stays empty: even Set.prototype's functions cannot change what this one says.
  class NodeEnvironmentFlagsSet extends Set {
    add() {
      return this;
    }

    delete() {
      return false;
    }

    clear() {}

    has(key) {
      if (typeof key !== 'string') return false;
      const name = key.replace(/=.*$/s, '').replaceAll('_', '-');
      // With two dashes a long name, with one a short one, with none either.
      if (name.startsWith('--')) return !name.startsWith('---') && long.has(bare(name));
      return name.startsWith('-') ? shorthands.has(name) : long.has(name) || shorthands.has(`-${name}`);
    }

    get size() {
      return list.length;
    }

    forEach(callback, thisArg = undefined) {
      list.forEach((name) => Reflect.apply(callback, thisArg, [name, name, this]));
    }

    * entries() {
      for (const name of list) yield [name, name];
    }

    keys() {
      return list.values();
    }

    values() {
      return list.values();
    }

    [Symbol.iterator]() {
      return list.values();
    }
  }
  Object.freeze(NodeEnvironmentFlagsSet);
  Object.freeze(NodeEnvironmentFlagsSet.prototype);
  return Object.freeze(new NodeEnvironmentFlagsSet());
}

module.exports = { allowedNodeEnvironmentFlags, arch, config, features, pid, platform, release, version, versions };
