'use strict';
// The histograms of perf_hooks.

const { codes } = require('internal/errors');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_OUT_OF_RANGE } = codes;
const { customInspectSymbol: kInspect, kEmptyObject } = require('internal/util');
const { validateInteger, validateNumber, validateObject } = require('internal/validators');
const { HdrHistogram } = require('internal/perf/hdr');

const kHandle = Symbol('kHandle');
const kExceeds = Symbol('kExceeds');
const kSkipThrow = Symbol('kSkipThrow');

function isHistogram(object) {
  return object?.[kHandle] !== undefined;
}

function handleOf(object) {
  if (!isHistogram(object)) throw new ERR_INVALID_THIS('Histogram');
  return object[kHandle];
}

function checkPercentile(percentile) {
  validateNumber(percentile, 'percentile');
  if (Number.isNaN(percentile) || percentile <= 0 || percentile > 100) {
    throw new ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile);
  }
}

class Histogram {
  constructor(skipThrow = undefined, handle = undefined) {
    if (skipThrow !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this[kHandle] = handle;
    this[kExceeds] = 0;
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `Histogram ${inspect({
      min: this.min,
      max: this.max,
      mean: this.mean,
      exceeds: this.exceeds,
      stddev: this.stddev,
      skewness: this.skewness,
      kurtosis: this.kurtosis,
      count: this.count,
      percentiles: this.percentiles,
    }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }

  get count() { return handleOf(this).count; }
  get countBigInt() { return BigInt(handleOf(this).count); }
  get min() { return handleOf(this).min; }
  get minBigInt() { return handleOf(this).count === 0 ? 2n ** 63n - 1n : BigInt(handleOf(this).min); }
  get max() { return handleOf(this).max; }
  get maxBigInt() { return BigInt(handleOf(this).max); }
  get mean() { return handleOf(this).mean; }
  get exceeds() {
    handleOf(this);
    return this[kExceeds];
  }
  get exceedsBigInt() { return BigInt(this.exceeds); }
  get stddev() { return handleOf(this).stddev; }

  get skewness() {
    const { stddev } = this;
    return stddev > 0 ? handleOf(this).moment(3) / stddev ** 3 : 0;
  }

  get kurtosis() {
    const { stddev } = this;
    return stddev > 0 ? handleOf(this).moment(4) / stddev ** 4 - 3 : 0;
  }

  percentile(percentile) {
    const handle = handleOf(this);
    checkPercentile(percentile);
    return handle.percentile(percentile);
  }

  percentileBigInt(percentile) {
    return BigInt(this.percentile(percentile));
  }

  get percentiles() { return new Map(handleOf(this).percentiles()); }

  get percentilesBigInt() {
    const map = new Map();
    for (const [percentile, value] of handleOf(this).percentiles()) map.set(percentile, BigInt(value));
    return map;
  }

  reset() {
    handleOf(this).reset();
    this[kExceeds] = 0;
  }

  toJSON() {
    return {
      count: this.count,
      min: this.min,
      max: this.max,
      mean: this.mean,
      exceeds: this.exceeds,
      stddev: this.stddev,
      percentiles: Object.fromEntries(this.percentiles),
    };
  }
}

Object.defineProperty(Histogram, 'length', { __proto__: null, value: 0, configurable: true });

class RecordableHistogram extends Histogram {
  #last;

  record(value) {
    const handle = handleOf(this);
    if (typeof value === 'bigint') value = Number(value);
    validateInteger(value, 'val', 1);
    if (!handle.record(value)) this[kExceeds]++;
  }

  // The time since it was called before, in nanoseconds.
  recordDelta() {
    const handle = handleOf(this);
    const now = process.hrtime.bigint();
    if (this.#last !== undefined && !handle.record(Number(now - this.#last))) this[kExceeds]++;
    this.#last = now;
  }

  add(other) {
    const handle = handleOf(this);
    if (!isHistogram(other)) throw new ERR_INVALID_ARG_TYPE('other', 'Histogram', other);
    this[kExceeds] += other[kExceeds] + handle.add(other[kHandle]);
  }
}

// Records how late the loop is: the time between two goes of a timer.
class ELDHistogram extends Histogram {
  #resolution;
  #timer;
  #last;

  constructor(skipThrow, handle, resolution) {
    super(skipThrow, handle);
    this.#resolution = resolution;
  }

  enable() {
    if (this.#timer !== undefined) return false;
    this.#last = process.hrtime.bigint();
    this.#timer = require('timers').setInterval(() => {
      const now = process.hrtime.bigint();
      if (!this[kHandle].record(Number(now - this.#last))) this[kExceeds]++;
      this.#last = now;
    }, this.#resolution).unref();
    return true;
  }

  disable() {
    if (this.#timer === undefined) return false;
    require('timers').clearInterval(this.#timer);
    this.#timer = undefined;
    return true;
  }

  [Symbol.dispose]() { this.disable(); }
}

function createHistogram(options = kEmptyObject) {
  validateObject(options, 'options');
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options;
  if (typeof lowest !== 'bigint') validateInteger(lowest, 'options.lowest', 1, Number.MAX_SAFE_INTEGER);
  if (typeof highest !== 'bigint') validateInteger(highest, 'options.highest', 2 * Number(lowest), Number.MAX_SAFE_INTEGER);
  else if (highest < 2n * BigInt(lowest)) throw new ERR_OUT_OF_RANGE('options.highest', `>= ${2n * BigInt(lowest)}`, highest);
  validateInteger(figures, 'options.figures', 1, 5);
  return new RecordableHistogram(kSkipThrow, new HdrHistogram(Number(lowest), Number(highest), figures));
}

function monitorEventLoopDelay(options = kEmptyObject) {
  validateObject(options, 'options');
  const { resolution = 10 } = options;
  validateInteger(resolution, 'options.resolution', 1);
  return new ELDHistogram(kSkipThrow, new HdrHistogram(1, 3.6e12, 3), resolution);
}

module.exports = { Histogram, RecordableHistogram, createHistogram, isHistogram, monitorEventLoopDelay };
