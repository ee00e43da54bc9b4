'use strict';
// Functions of process that few programs call.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateArray, validateFunction, validateObject, validateString } = require('internal/validators');
const { constantsOf } = require('internal/os_constants');

// What old packages ask process.binding for; everything else is unknown to it.
const bindings = {
  __proto__: null,
  constants: () => ({
    os: { UV_UDP_REUSEADDR: 4, dlopen: constantsOf('dlopen'), errno: constantsOf('errno'), priority: constantsOf('priority'), signals: constantsOf('signals') },
    fs: constantsOf('fs'),
    crypto: require('crypto').constants,
    zlib: require('zlib').constants,
  }),
  http_parser: () => require('internal/http/parser').legacyBinding,
  natives: () => ({ __proto__: null }),
  config: () => ({ hasIntl: true, hasInspector: false, hasOpenSSL: true }),
  util: () => {
    const types = require('util').types;
    const names = ['isAnyArrayBuffer', 'isArrayBuffer', 'isArrayBufferView', 'isAsyncFunction', 'isDataView', 'isDate', 'isExternal', 'isMap', 'isMapIterator', 'isNativeError', 'isPromise', 'isRegExp',
                   'isSet', 'isSetIterator', 'isTypedArray', 'isUint8Array'];
    return Object.fromEntries(names.map((name) => [name, types[name]]));
  },
  uv: () => {
    const map = require('internal/util').getSystemErrorMap();
    const uv = { errname: require('util').getSystemErrorName };
    for (const [errno, [name]] of map) uv[`UV_${name}`] = errno;
    return uv;
  },
};

function binding(name) {
  name = `${name}`;
  if (bindings[name] === undefined) throw new Error(`No such module: ${name}`);
  return bindings[name]();
}

function _linkedBinding(name) {
  throw new Error(`No such binding: ${name}`);
}

function dlopen(module, filename) {
  return require('internal/modules/addons').dlopen(module, filename);
}

/** The built-in module, or undefined when there is none of that name. */
function getBuiltinModule(id) {
  validateString(id, 'id');
  const { isBuiltin } = require('module');
  if (!isBuiltin(id)) return undefined;
  return require(id.startsWith('node:') ? id.slice(5) : id);
}

/** Sets what a .env file says, where process.env does not say it already. */
function loadEnvFile(path = undefined) {
  const { getValidatedPath } = require('internal/fs/utils');
  path = path === undefined ? '.env' : getValidatedPath(path, 'path');
  const { parseEnv } = require('util');
  const values = parseEnv(require('fs').readFileSync(path, 'utf8'));
  for (const name of Object.keys(values)) {
    if (process.env[name] === undefined) process.env[name] = values[name];
  }
}

function execve(execPath, args = [], env = process.env) {
  require('internal/util').emitExperimentalWarning('process.execve');
  validateString(execPath, 'execPath');
  validateArray(args, 'args');
  for (let i = 0; i < args.length; i++) {
    if (typeof args[i] !== 'string' || args[i].includes('\u0000')) {
      throw new ERR_INVALID_ARG_VALUE(`args[${i}]`, args[i], 'must be a string without null bytes');
    }
  }
  validateObject(env, 'env');
  const pairs = [];
  for (const [key, value] of Object.entries(env)) {
    if (typeof value !== 'string' || value.includes('\u0000') || key.includes('\u0000')) {
      throw new ERR_INVALID_ARG_VALUE('env', env, 'must be an object with string keys and values without null bytes');
    }
    pairs.push(`${key}=${value}`);
  }
  const native = internalBinding('process');
  try {
    native.execve(execPath, args, pairs);
  } catch (err) {
    // Descriptors may have been closed by then: there is no way back.
    native.rawDebug(`process.execve failed with error code ${err.code}\n${new Error().stack.split('\n').slice(1).join('\n')}\n`);
    native.abort();
  }
}

/** What keeps the loop alive, by kind. */
function activeResources() {
  const requests = new Array(internalBinding('process').requests()).fill('FSReqCallback');
  return [...requests, ...require('internal/net/open_handles').activeNames(), ...require('internal/timers').activeResources()];
}

/** Callbacks for objects that are still there when the process ends. */
const finalization = (() => {
  const refs = { exit: new Set(), beforeExit: new Set() };
  const registry = new FinalizationRegistry((ref) => {
    refs.exit.delete(ref);
    refs.beforeExit.delete(ref);
  });
  const run = { exit: () => call('exit'), beforeExit: () => call('beforeExit') };

  function call(event) {
    for (const ref of Array.from(refs[event])) {
      refs[event].delete(ref);
      const object = ref.deref();
      if (object !== undefined) ref.fn(object, event);
    }
    process.removeListener(event, run[event]);
  }

  function add(event, object, fn) {
    if (object === null || (typeof object !== 'object' && typeof object !== 'function')) throw new ERR_INVALID_ARG_TYPE('obj', ['Object', 'Function'], object);
    validateFunction(fn, 'fn');
    if (refs[event].size === 0) process.on(event, run[event]);
    const ref = new WeakRef(object);
    ref.fn = fn;
    refs[event].add(ref);
    registry.register(object, ref, ref);
  }

  return {
    register: (object, fn) => add('exit', object, fn),
    registerBeforeExit: (object, fn) => add('beforeExit', object, fn),
    unregister(object) {
      if (!object) return;
      for (const event of ['exit', 'beforeExit']) {
        for (const ref of refs[event]) {
          const target = ref.deref();
          if (target === undefined || target === object) refs[event].delete(ref);
        }
        if (refs[event].size === 0) process.removeListener(event, run[event]);
      }
    },
  };
})();

module.exports = { _linkedBinding, activeResources, binding, dlopen, execve, finalization, getBuiltinModule, loadEnvFile };
