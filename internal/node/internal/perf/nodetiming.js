'use strict';
// performance.nodeTiming: the milestones of the process. And eventLoopUtilization().

const { PerformanceEntry, kSkipThrow } = require('internal/perf/performance_entry');
const { now } = require('internal/perf/utils');

// [base of the loop's clock, milliseconds slept, when the first turn began, turns, start of V8, end of bootstrapping, end].
const { loop, started } = internalBinding('performance');
const kBase = 0;
const kIdle = 1;
const kLoopStart = 2;
const kLoopCount = 3;
const kV8Start = 4;
const kBootEnd = 5;
const kLoopExit = 6;

const since = (time) => (time === 0 ? -1 : time - started);

class PerformanceNodeTiming extends PerformanceEntry {
  constructor() {
    super(kSkipThrow, 'node', 'node', 0, 0);
    const constant = (name, value) => Object.defineProperty(this, name, { __proto__: null, enumerable: true, configurable: true, value });
    const computed = (name, get) => Object.defineProperty(this, name, { __proto__: null, enumerable: true, configurable: true, get });
    constant('name', 'node');
    constant('entryType', 'node');
    constant('startTime', 0);
    computed('duration', now);
    computed('nodeStart', () => 0);
    computed('v8Start', () => since(loop[kV8Start]));
    computed('environment', () => since(loop[kBase]));
    computed('loopStart', () => since(loop[kLoopStart]));
    computed('loopExit', () => since(loop[kLoopExit]));
    computed('bootstrapComplete', () => since(loop[kBootEnd]));
    computed('idleTime', () => loop[kIdle]);
    Object.defineProperty(this, 'uvMetricsInfo', {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get: () => ({ loopCount: loop[kLoopCount], events: 0, eventsWaiting: 0 }),
    });
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `${this.constructor.name} ${inspect(this.toJSON(), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }

  toJSON() {
    const { name, entryType, startTime, duration, nodeStart, v8Start, bootstrapComplete, environment, loopStart, loopExit, idleTime } = this;
    return { name, entryType, startTime, duration, nodeStart, v8Start, bootstrapComplete, environment, loopStart, loopExit, idleTime };
  }
}

const nodeTiming = new PerformanceNodeTiming();

// How busy the loop was since it started, since `a`, or between `b` and `a`.
function eventLoopUtilization(a, b) {
  const { loopStart } = nodeTiming;
  if (loopStart <= 0) return { idle: 0, active: 0, utilization: 0 };
  if (b) {
    const idle = a.idle - b.idle;
    const active = a.active - b.active;
    return { idle, active, utilization: active / (idle + active) };
  }
  const slept = loop[kIdle];
  const worked = now() - loopStart - slept;
  if (!a) return { idle: slept, active: worked, utilization: worked / (slept + worked) };
  const idle = slept - a.idle;
  const active = worked - a.active;
  return { idle, active, utilization: active / (idle + active) };
}

module.exports = { eventLoopUtilization, nodeTiming };
