'use strict';
// The performance timeline: what performance.mark() and measure() leave behind, and who observes it.
// https://w3c.github.io/performance-timeline/

const { codes } = require('internal/errors');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = codes;
const { customInspectSymbol: kInspect, kEmptyObject, kEnumerableProperty, lazyDOMException } = require('internal/util');
const { validateFunction, validateObject } = require('internal/validators');
const { isPerformanceEntry, kSkipThrow } = require('internal/perf/performance_entry');

const kSupportedEntryTypes = Object.freeze(['dns', 'function', 'gc', 'http', 'http2', 'mark', 'measure', 'net', 'quic', 'resource']);

// Kept for getEntries(), in the order of start times.
const buffers = { __proto__: null, mark: [], measure: [], resource: [] };
const observers = new Set();
let resourceTimingBufferSize = 250;
let resourceTimingFull = false;
let resourceTimingSecondary = [];
let dispatchBufferFull;

const byStart = (a, b) => a.startTime - b.startTime;

function filterByName(list, name) {
  return name === undefined ? list : list.filter((entry) => entry.name === name);
}

// --- Observers ---

class PerformanceObserverEntryList {
  #buffer;

  constructor(skipThrow = undefined, entries = undefined) {
    if (skipThrow !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#buffer = entries.toSorted(byStart);
  }

  getEntries() { return this.#buffer.slice(); }

  getEntriesByType(type) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    type = `${type}`;
    return this.#buffer.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (type != null) type = `${type}`;
    return this.#buffer.filter((entry) => entry.name === name && (type == null || entry.entryType === type));
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `PerformanceObserverEntryList ${inspect(this.#buffer, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

Object.defineProperties(PerformanceObserverEntryList.prototype, {
  getEntries: kEnumerableProperty,
  getEntriesByType: kEnumerableProperty,
  getEntriesByName: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'PerformanceObserverEntryList' },
});

let dispatching = false;

// Observers hear of entries in a later turn, all at once.
function queuePending(observer) {
  pending.add(observer);
  if (dispatching) return;
  dispatching = true;
  require('timers').setImmediate(() => {
    dispatching = false;
    const list = [...pending];
    pending.clear();
    for (const one of list) one[kDispatch]();
  });
}

const pending = new Set();
const kDispatch = Symbol('kDispatch');
const kMaybeBuffer = Symbol('kMaybeBuffer');

class PerformanceObserver {
  #buffer = [];
  #entryTypes = new Set();
  #type;
  #callback;

  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }

  observe(options = kEmptyObject) {
    validateObject(options, 'options');
    const { entryTypes, type, buffered } = { ...options };
    if (entryTypes === undefined && type === undefined) throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    if (entryTypes != null && type != null) {
      throw new ERR_INVALID_ARG_VALUE('options.entryTypes', entryTypes, 'options.entryTypes can not set with options.type together');
    }

    const kind = entryTypes !== undefined ? 'multiple' : 'single';
    this.#type ??= kind;
    if (this.#type !== kind) {
      throw lazyDOMException(`PerformanceObserver can not change to ${kind} observation${kind === 'multiple' ? 's' : ''}`, 'InvalidModificationError');
    }

    if (kind === 'multiple') {
      if (!Array.isArray(entryTypes)) throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes);
      const wanted = entryTypes.filter((name) => kSupportedEntryTypes.includes(name));
      this.#entryTypes.clear();
      if (wanted.length === 0) {
        this.disconnect();
        this.#type = 'multiple';
        return;
      }
      for (const name of wanted) this.#entryTypes.add(name);
    } else {
      if (!kSupportedEntryTypes.includes(type)) return;
      this.#entryTypes.add(type);
      if (buffered) {
        this.#buffer.push(...(buffers[type] ?? []));
        queuePending(this);
      }
    }
    for (const name of this.#entryTypes) started(name);
    observers.add(this);
  }

  disconnect() {
    pending.delete(this);
    observers.delete(this);
    this.#buffer = [];
    this.#entryTypes.clear();
    this.#type = undefined;
  }

  takeRecords() {
    const list = this.#buffer;
    this.#buffer = [];
    return list;
  }

  static get supportedEntryTypes() { return kSupportedEntryTypes; }

  has(type) { return this.#entryTypes.has(type); }

  [kMaybeBuffer](entry) {
    if (!this.#entryTypes.has(entry.entryType)) return;
    this.#buffer.push(entry);
    queuePending(this);
  }

  [kDispatch]() {
    const entries = this.takeRecords();
    if (entries.length > 0) Reflect.apply(this.#callback, this, [new PerformanceObserverEntryList(kSkipThrow, entries), this]);
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `PerformanceObserver ${inspect({
      connected: observers.has(this),
      pending: pending.has(this),
      entryTypes: [...this.#entryTypes],
      buffer: this.#buffer,
    }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

const observes = PerformanceObserver.prototype.has;
delete PerformanceObserver.prototype.has;

Object.defineProperties(PerformanceObserver.prototype, {
  observe: kEnumerableProperty,
  disconnect: kEnumerableProperty,
  takeRecords: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'PerformanceObserver' },
});

// Called when somebody begins to observe a kind of entries.
function started(type) {
  if (type === 'gc') {
    require('internal/util').emitExperimentalWarning('Observing garbage collection, which Sluice does not report,');
  }
}

function hasObserver(type) {
  for (const observer of observers) {
    if (observes.call(observer, type)) return true;
  }
  return false;
}

// Tells the observers.
function enqueue(entry) {
  if (!isPerformanceEntry(entry)) throw new ERR_INVALID_ARG_TYPE('entry', 'PerformanceEntry', entry);
  for (const observer of observers) observer[kMaybeBuffer](entry);
}

// Measures of operations: startPerf marks the beginning on an object, stopPerf tells observers of the whole.
function startPerf(target, key, context = {}) {
  target[key] = { ...context, startTime: require('internal/perf/utils').now() };
}

function stopPerf(target, key, context = {}) {
  const begun = target[key];
  if (begun === undefined) return;
  const { createPerformanceNodeEntry } = require('internal/perf/performance_entry');
  const { startTime } = begun;
  enqueue(createPerformanceNodeEntry(begun.name, begun.type, startTime, require('internal/perf/utils').now() - startTime,
    { ...begun.detail, ...context.detail }));
}

// --- The buffers ---

// User timing has no limit; a leak is told of.
const kWarnAt = 1e6;
const warned = { __proto__: null, mark: false, measure: false };

function bufferUserTiming(entry) {
  const type = entry.entryType;
  const buffer = buffers[type];
  buffer.push(entry);
  if (buffer.length > kWarnAt && !warned[type]) {
    warned[type] = true;
    const name = `perf_hooks.performance.clear${type === 'mark' ? 'Marks' : 'Measures'}`;
    const error = new Error(`Possible perf_hooks memory leak detected. ${buffer.length} ${type} entries added to the ` +
      `global performance entry buffer. Use ${name} to clear the buffer.`);
    error.name = 'MaxPerformanceEntryBufferExceededWarning';
    error.entryType = type;
    error.count = buffer.length;
    process.emitWarning(error);
  }
}

// https://w3c.github.io/resource-timing/#dfn-add-a-performanceresourcetiming-entry
function bufferResourceTiming(entry) {
  if (buffers.resource.length < resourceTimingBufferSize && !resourceTimingFull) {
    buffers.resource.push(entry);
    return;
  }
  if (!resourceTimingFull) {
    resourceTimingFull = true;
    require('timers').setImmediate(fireBufferFull);
  }
  resourceTimingSecondary.push(entry);
}

// Asks the application to make room, as long as that helps.
function fireBufferFull() {
  while (resourceTimingSecondary.length > 0) {
    const before = resourceTimingSecondary.length;
    if (buffers.resource.length >= resourceTimingBufferSize) dispatchBufferFull?.('resourcetimingbufferfull');
    const room = Math.max(0, resourceTimingBufferSize - buffers.resource.length);
    buffers.resource.push(...resourceTimingSecondary.splice(0, room));
    if (resourceTimingSecondary.length >= before) {
      resourceTimingSecondary = [];
      break;
    }
  }
  resourceTimingFull = false;
}

function setResourceTimingBufferSize(size) {
  resourceTimingBufferSize = size;
}

function setDispatchBufferFull(dispatch) {
  dispatchBufferFull = dispatch;
}

function clearEntriesFromBuffer(type, name) {
  buffers[type] = name === undefined ? [] : buffers[type].filter((entry) => entry.name !== name);
}

function entriesOf(type) {
  if (type === undefined) return [...buffers.mark, ...buffers.measure, ...buffers.resource];
  return buffers[type]?.slice() ?? [];
}

function filterBufferMapByNameAndType(name, type) {
  return filterByName(entriesOf(type), name).sort(byStart);
}

module.exports = {
  PerformanceObserver,
  PerformanceObserverEntryList,
  bufferResourceTiming,
  bufferUserTiming,
  clearEntriesFromBuffer,
  enqueue,
  filterBufferMapByNameAndType,
  hasObserver,
  setDispatchBufferFull,
  setResourceTimingBufferSize,
  startPerf,
  stopPerf,
};
