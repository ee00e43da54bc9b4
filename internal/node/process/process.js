'use strict';
// The object process, beyond what bootstrapping gives it (argv, nextTick, the loop's hooks).

const { validateBoolean } = require('internal/validators');
const info = require('internal/process/info');
const native = internalBinding('process');

/** A property that is worked out when it is first read; it may be replaced. */
function lazy(name, make) {
  Object.defineProperty(process, name, {
    __proto__: null,
    enumerable: true,
    configurable: true,
    get() {
      const value = make();
      Object.defineProperty(process, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(process, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** A function whose module is loaded with the first call. */
function lazyFunction(name, id, key = name) {
  process[name] = { [name](...args) { return require(id)[key](...args); } }[name];
}

process.version = info.version;
Object.defineProperty(process, 'version', { __proto__: null, writable: false });
lazy('versions', info.versions);
process.arch = info.arch;
process.platform = info.platform;
lazy('release', info.release);
process._rawDebug = (...args) => native.rawDebug(`${require('internal/util/inspect').format(...args)}\n`);
process.moduleLoadList = [];
process.domain = null;
require('internal/process/exit').setUpExit();
lazy('config', info.config);
lazy('features', info.features);
lazy('allowedNodeEnvironmentFlags', info.allowedNodeEnvironmentFlags);
process.env ??= require('internal/process/env').createEnv();

const usage = require('internal/process/usage');
process.uptime = usage.uptime;
process.cpuUsage = usage.cpuUsage;
process.threadCpuUsage = usage.threadCpuUsage;
process.resourceUsage = usage.resourceUsage;
process.memoryUsage = usage.memoryUsage;
process.constrainedMemory = usage.constrainedMemory;
process.availableMemory = usage.availableMemory;
process.hrtime = usage.hrtime;

Object.assign(process, require('internal/process/ids'));
process._kill = native.kill;

process._getActiveRequests = () => Array.from({ length: native.requests() }, () => ({}));
process._getActiveHandles = () => require('internal/net/open_handles').activeOwners();
process.getActiveResourcesInfo = () => require('internal/process/extra').activeResources();
for (const name of ['binding', '_linkedBinding', 'dlopen', 'loadEnvFile', 'execve', 'getBuiltinModule']) lazyFunction(name, 'internal/process/extra');
lazy('finalization', () => require('internal/process/extra').finalization);
lazy('report', () => require('internal/process/report'));

process.abort = () => native.abort();

/** process.ref and unref: by the protocol of symbols, or by the method of that name. */
function refers(name) {
  return {
    [name](maybeRefable) {
      const fn = maybeRefable?.[Symbol.for(`nodejs.${name}`)] || maybeRefable?.[Symbol.for(`node:${name}`)] || maybeRefable?.[name];
      if (typeof fn === 'function') Reflect.apply(fn, maybeRefable, []);
    },
  }[name];
}

process.ref = refers('ref');
process.unref = refers('unref');

let sourceMaps = false;
Object.defineProperty(process, 'sourceMapsEnabled', { __proto__: null, enumerable: true, configurable: true, get: () => sourceMaps });
process.setSourceMapsEnabled = function setSourceMapsEnabled(value) {
  validateBoolean(value, 'enabled');
  sourceMaps = value;
};

// Profilers and debuggers: there are none to talk to.
process._debugProcess = (pid) => process.kill(pid, 'SIGUSR1');
process._debugEnd = () => {};
process._startProfilerIdleNotifier = () => {};
process._stopProfilerIdleNotifier = () => {};
process.debugPort = 9229;

let title = require('internal/options').getOptionValue('--title') || process.argv0;
Object.defineProperty(process, 'title', {
  __proto__: null,
  enumerable: true,
  configurable: true,
  get() {
    return title;
  },
  set(value) {
    title = `${value}`;
    native.setTitle(title);
  },
});

process.pid = info.pid;
Object.defineProperty(process, 'ppid', { __proto__: null, enumerable: true, configurable: true, get: native.getppid });
Object.defineProperty(process, '_eval', { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true });
process._preload_modules = [];

require('internal/process/stdio').setUpStdio();
require('internal/process/signals').setUpSignals();

// A child that was made with a channel to its parent begins to listen to it.
if (process.env.NODE_CHANNEL_FD) {
  const fd = Number.parseInt(process.env.NODE_CHANNEL_FD, 10);
  delete process.env.NODE_CHANNEL_FD;
  const serialization = process.env.NODE_CHANNEL_SERIALIZATION_MODE || 'json';
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  require('child_process')._forkChild(fd, serialization);
}

module.exports = process;
