'use strict';
// performance.mark() and performance.measure().
// https://w3c.github.io/user-timing/

const { codes } = require('internal/errors');
const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_VALUE,
  ERR_MISSING_ARGS,
  ERR_PERFORMANCE_INVALID_TIMESTAMP,
  ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS,
} = codes;
const { kEnumerableProperty, lazyDOMException } = require('internal/util');
const { validateNumber, validateObject, validateString, validateThisInternalField } = require('internal/validators');
const { PerformanceEntry, kSkipThrow } = require('internal/perf/performance_entry');
const { bufferUserTiming, clearEntriesFromBuffer, enqueue } = require('internal/perf/timeline');
const { now } = require('internal/perf/utils');
const { nodeTiming } = require('internal/perf/nodetiming');

const kDetail = Symbol('kDetail');

// When each mark was made last.
const markTimings = new Map();

const readOnly = new Set(['nodeStart', 'v8Start', 'environment', 'loopStart', 'loopExit', 'bootstrapComplete']);

function getMark(name) {
  if (name === undefined) return undefined;
  if (typeof name === 'number') {
    if (name < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(name);
    return name;
  }
  name = `${name}`;
  if (readOnly.has(name)) return nodeTiming[name];
  const time = markTimings.get(name);
  if (time === undefined) throw lazyDOMException(`The "${name}" performance mark has not been set`, 'SyntaxError');
  return time;
}

function cloneDetail(detail) {
  return detail != null && typeof detail === 'object' ? globalThis.structuredClone(detail) : detail ?? null;
}

class PerformanceMark extends PerformanceEntry {
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (readOnly.has(name)) throw new ERR_INVALID_ARG_VALUE('name', name);
    if (options != null) validateObject(options, 'options');
    const startTime = options?.startTime ?? now();
    validateNumber(startTime, 'startTime');
    if (startTime < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime);
    markTimings.set(name, startTime);
    const detail = cloneDetail(options?.detail);
    super(kSkipThrow, name, 'mark', startTime, 0);
    this[kDetail] = detail;
  }

  get detail() {
    validateThisInternalField(this, kDetail, 'PerformanceMark');
    return this[kDetail];
  }

  toJSON() {
    return { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration, detail: this[kDetail] };
  }
}

class PerformanceMeasure extends PerformanceEntry {
  constructor(skipThrow = undefined, name = undefined, type = undefined, start = undefined, duration = undefined) {
    if (skipThrow !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super(kSkipThrow, name, type, start, duration);
  }

  get detail() {
    validateThisInternalField(this, kDetail, 'PerformanceMeasure');
    return this[kDetail];
  }

  toJSON() {
    return { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration, detail: this[kDetail] };
  }
}

for (const [Class, name] of [[PerformanceMark, 'PerformanceMark'], [PerformanceMeasure, 'PerformanceMeasure']]) {
  Object.defineProperties(Class.prototype, {
    detail: kEnumerableProperty,
    [Symbol.toStringTag]: { __proto__: null, configurable: true, value: name },
  });
}

function mark(name, options) {
  const entry = new PerformanceMark(name, options);
  enqueue(entry);
  bufferUserTiming(entry);
  return entry;
}

// The start and the end of a measure, from whatever of start, end and duration was given.
function calculateStartDuration(startOrOptions, endMark) {
  startOrOptions ??= 0;
  let start;
  let end;
  if (typeof startOrOptions === 'object' && Object.keys(startOrOptions).length > 0) {
    if (endMark !== undefined) throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('endMark must not be specified');
    const { start: from, end: to, duration } = startOrOptions;
    if (from !== undefined && to !== undefined && duration !== undefined) {
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('Must not have options.start, options.end, and options.duration specified');
    }
    if (to !== undefined) end = getMark(to);
    else if (from !== undefined && duration !== undefined) end = getMark(from) + getMark(duration);
    else end = now();
    if (from !== undefined) start = getMark(from);
    else start = duration !== undefined && to !== undefined ? end - getMark(duration) : 0;
  } else {
    end = endMark !== undefined ? getMark(endMark) : now();
    start = typeof startOrOptions === 'string' || typeof startOrOptions === 'number' ? getMark(startOrOptions) : 0;
  }
  return { start, duration: end - start };
}

function measure(name, startOrOptions, endMark) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
  validateString(name, 'name');
  const { start, duration } = calculateStartDuration(startOrOptions, endMark);
  const entry = new PerformanceMeasure(kSkipThrow, name, 'measure', start, duration);
  entry[kDetail] = cloneDetail(startOrOptions?.detail);
  enqueue(entry);
  bufferUserTiming(entry);
  return entry;
}

function clearMarks(name) {
  if (name === undefined) {
    markTimings.clear();
  } else {
    name = `${name}`;
    if (readOnly.has(name)) throw new ERR_INVALID_ARG_VALUE('name', name);
    markTimings.delete(name);
  }
  clearEntriesFromBuffer('mark', name);
}

module.exports = { PerformanceMark, PerformanceMeasure, clearMarks, mark, measure };
