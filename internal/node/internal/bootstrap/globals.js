'use strict';
// The global object: what Node puts there. Everything that a small server does not
// need is made on first use, by loading its module; until then it looks like the value.

const g = globalThis;

function define(name, value) {
  Object.defineProperty(g, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

// Enumerable ones, as in Node.
function expose(name, value) {
  Object.defineProperty(g, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

const { defineLazyProperties } = internalBinding('util');

function lazy(id, names, enumerable = false) {
  defineLazyProperties(g, id, names, enumerable);
}

expose('global', g);
Object.defineProperty(g, Symbol.toStringTag, { __proto__: null, value: 'global', writable: false, enumerable: false, configurable: true });
define('process', process);

lazy('buffer', ['Buffer', 'Blob', 'File']);
lazy('buffer', ['atob', 'btoa'], true);
lazy('timers', ['clearImmediate', 'clearInterval', 'clearTimeout', 'setImmediate', 'setInterval', 'setTimeout'], true);
lazy('internal/structured_clone', ['structuredClone'], true);
expose('queueMicrotask', require('internal/task_queues').queueMicrotask);
lazy('perf_hooks', ['performance'], true);
lazy('perf_hooks', ['PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver', 'PerformanceObserverEntryList', 'PerformanceResourceTiming', 'Performance']);
lazy('internal/encoding', ['TextEncoder', 'TextDecoder']);
lazy('internal/event_target', ['Event', 'EventTarget', 'CustomEvent']);
lazy('internal/abort_controller', ['AbortController', 'AbortSignal']);
lazy('internal/dom_exception', ['DOMException']);
lazy('internal/url', ['URL', 'URLSearchParams']);
lazy('internal/url/pattern', ['URLPattern']);
lazy('stream/web', [
  'ByteLengthQueuingStrategy', 'CompressionStream', 'CountQueuingStrategy', 'DecompressionStream',
  'ReadableByteStreamController', 'ReadableStream', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController', 'ReadableStreamDefaultReader', 'TextDecoderStream', 'TextEncoderStream',
  'TransformStream', 'TransformStreamDefaultController', 'WritableStream', 'WritableStreamDefaultController',
  'WritableStreamDefaultWriter',
]);
Object.defineProperty(g, 'crypto', {
  __proto__: null,
  get() { return require('crypto').webcrypto; },
  set: undefined,
  enumerable: true,
  configurable: true,
});
lazy('internal/crypto/webcrypto', ['Crypto', 'CryptoKey', 'SubtleCrypto']);

// The console that V8 installs knows nothing of streams: ours replaces it, and takes some methods over.
module.exports = { v8Console: g.console };
Object.defineProperty(g, 'console', {
  __proto__: null,
  get() {
    const value = require('console');
    Object.defineProperty(g, 'console', { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    return value;
  },
  set(value) {
    Object.defineProperty(g, 'console', { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  },
  enumerable: false,
  configurable: true,
});
lazy('internal/message_channel', ['BroadcastChannel', 'MessageChannel', 'MessageEvent', 'MessagePort']);

// fetch is a function from the start: that somebody looks at it must not load it.
expose('fetch', function fetch(input, init = undefined) {
  return require('internal/fetch').fetch(input, init);
});
lazy('internal/fetch', ['FormData', 'Request', 'Response']);
{
  const { getOptionValue } = require('internal/options');
  if (getOptionValue('--experimental-websocket')) lazy('internal/fetch', ['CloseEvent', 'WebSocket']);
  if (getOptionValue('--experimental-eventsource')) lazy('internal/fetch', ['EventSource']);
  if (getOptionValue('--experimental-global-navigator')) {
    lazy('internal/navigator', ['Navigator']);
    // An accessor without a setter: programs that assign to it leave it as it is.
    Object.defineProperty(g, 'navigator', {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get: Object.getOwnPropertyDescriptor({ get navigator() { return require('internal/navigator').navigator; } }, 'navigator').get,
      set: undefined,
    });
  }
}
// undici asks for this one while it loads. A property that V8 makes lazily must not be asked for while it is made.
Object.defineProperty(g, 'Headers', {
  __proto__: null,
  get() {
    const { Headers } = require('internal/fetch');
    if (Headers !== undefined) define('Headers', Headers);
    return Headers;
  },
  set(value) { define('Headers', value); },
  enumerable: false,
  configurable: true,
});
