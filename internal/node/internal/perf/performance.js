'use strict';
// The object performance.
// https://w3c.github.io/hr-time/#sec-performance

const { codes } = require('internal/errors');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_MISSING_ARGS } = codes;
const { Event, EventTarget, defineEventHandler, kTrustEvent } = require('internal/event_target');
const { customInspectSymbol: kInspect, kEmptyObject, kEnumerableProperty } = require('internal/util');
const { validateThisInternalField } = require('internal/validators');
const { getTimeOriginTimestamp, now } = require('internal/perf/utils');
const { eventLoopUtilization, nodeTiming } = require('internal/perf/nodetiming');
const timeline = require('internal/perf/timeline');
const usertiming = require('internal/perf/usertiming');

const kPerformanceBrand = Symbol('performance');
const kSkipThrow = Symbol('kSkipThrow');

function check(object) {
  validateThisInternalField(object, kPerformanceBrand, 'Performance');
}

class Performance extends EventTarget {
  constructor(skipThrow = undefined) {
    if (skipThrow !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kPerformanceBrand] = true;
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `Performance ${inspect({ nodeTiming: this.nodeTiming, timeOrigin: this.timeOrigin },
      { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }

  clearMarks(name = undefined) {
    check(this);
    usertiming.clearMarks(name === undefined ? undefined : `${name}`);
  }

  clearMeasures(name = undefined) {
    check(this);
    timeline.clearEntriesFromBuffer('measure', name === undefined ? undefined : `${name}`);
  }

  clearResourceTimings(name = undefined) {
    check(this);
    timeline.clearEntriesFromBuffer('resource', name === undefined ? undefined : `${name}`);
  }

  getEntries() {
    check(this);
    return timeline.filterBufferMapByNameAndType();
  }

  getEntriesByName(name, type = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline.filterBufferMapByNameAndType(`${name}`, type === undefined ? undefined : `${type}`);
  }

  getEntriesByType(type) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return timeline.filterBufferMapByNameAndType(undefined, `${type}`);
  }

  mark(name, options = {}) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return usertiming.mark(name, options);
  }

  measure(name, startOrOptions = {}, endMark = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return usertiming.measure(name, startOrOptions, endMark);
  }

  now() {
    check(this);
    return now();
  }

  setResourceTimingBufferSize(maxSize) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('maxSize');
    timeline.setResourceTimingBufferSize(maxSize >>> 0);
  }

  get timeOrigin() {
    check(this);
    return getTimeOriginTimestamp();
  }

  toJSON() {
    check(this);
    return { nodeTiming: this.nodeTiming, timeOrigin: this.timeOrigin, eventLoopUtilization: this.eventLoopUtilization() };
  }
}

// Loaded with the first function that is measured.
function timerify(fn, options = kEmptyObject) {
  return require('internal/perf/timerify')(fn, options);
}

const hidden = (value) => ({ __proto__: null, configurable: true, enumerable: false, writable: true, value });

Object.defineProperties(Performance.prototype, {
  clearMarks: kEnumerableProperty,
  clearMeasures: kEnumerableProperty,
  clearResourceTimings: kEnumerableProperty,
  getEntries: kEnumerableProperty,
  getEntriesByName: kEnumerableProperty,
  getEntriesByType: kEnumerableProperty,
  mark: kEnumerableProperty,
  measure: kEnumerableProperty,
  now: kEnumerableProperty,
  timeOrigin: kEnumerableProperty,
  toJSON: kEnumerableProperty,
  setResourceTimingBufferSize: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Performance' },
  // Node's own.
  eventLoopUtilization: hidden(eventLoopUtilization),
  nodeTiming: hidden(nodeTiming),
  markResourceTiming: hidden(function markResourceTiming(...args) {
    return require('internal/perf/resource_timing').markResourceTiming(...args);
  }),
  timerify: hidden(timerify),
});
defineEventHandler(Performance.prototype, 'resourcetimingbufferfull');

const performance = new Performance(kSkipThrow);

timeline.setDispatchBufferFull((type) => {
  performance.dispatchEvent(new Event(type, { [kTrustEvent]: true }));
});

module.exports = { Performance, performance, timerify };
