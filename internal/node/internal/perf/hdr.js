'use strict';
// A high dynamic range histogram (Gil Tene's HdrHistogram): counts of integers with a fixed number of
// significant digits, in buckets that double in width.

class HdrHistogram {
  #lowest;
  #unitMagnitude;
  #subBucketHalfCountMagnitude;
  #subBucketCount;
  #subBucketHalfCount;
  #subBucketMask;
  #counts;
  #total = 0;
  #min = Infinity;
  #max = 0;

  constructor(lowest, highest, figures) {
    this.#lowest = lowest;
    this.highest = highest;
    this.figures = figures;
    const largestWithSingleUnitResolution = 2 * 10 ** figures;
    const magnitude = Math.ceil(Math.log2(largestWithSingleUnitResolution));
    this.#subBucketHalfCountMagnitude = Math.max(magnitude, 1) - 1;
    this.#unitMagnitude = Math.floor(Math.log2(lowest));
    this.#subBucketCount = 2 ** (this.#subBucketHalfCountMagnitude + 1);
    this.#subBucketHalfCount = this.#subBucketCount / 2;
    this.#subBucketMask = (this.#subBucketCount - 1) * 2 ** this.#unitMagnitude;

    let smallestUntrackable = this.#subBucketCount * 2 ** this.#unitMagnitude;
    let buckets = 1;
    while (smallestUntrackable <= highest) {
      smallestUntrackable *= 2;
      buckets++;
    }
    this.#counts = new Float64Array((buckets + 1) * this.#subBucketHalfCount);
  }

  get count() { return this.#total; }
  get min() { return this.#total === 0 ? 2 ** 63 - 1 : this.#valueAt(this.#indexOf(this.#min)).value; }
  get max() { return this.#max === 0 ? 0 : this.#highestEquivalent(this.#max); }
  get lowest() { return this.#lowest; }

  // In the bucket whose width is 2^bucket units, the place of a value. Values pass 2^32: no shifts.
  #bucketOf(value) {
    const or = value > this.#subBucketMask ? value : this.#subBucketMask;
    return Math.floor(Math.log2(or)) - this.#unitMagnitude - this.#subBucketHalfCountMagnitude;
  }

  #indexOf(value) {
    // Just below a power of two, log2 may round up.
    let bucket = this.#bucketOf(value);
    let sub = Math.floor(value / 2 ** (bucket + this.#unitMagnitude));
    if (bucket > 0 && sub < this.#subBucketHalfCount) {
      bucket--;
      sub = Math.floor(value / 2 ** (bucket + this.#unitMagnitude));
    }
    return (bucket + 1) * this.#subBucketHalfCount + sub - this.#subBucketHalfCount;
  }

  #valueAt(index) {
    let bucket = Math.floor(index / this.#subBucketHalfCount) - 1;
    let sub = (index % this.#subBucketHalfCount) + this.#subBucketHalfCount;
    if (bucket < 0) {
      sub -= this.#subBucketHalfCount;
      bucket = 0;
    }
    return { value: sub * 2 ** (bucket + this.#unitMagnitude), width: 2 ** (this.#unitMagnitude + bucket) };
  }

  // Whether the value could be recorded.
  record(value, count = 1) {
    const index = this.#indexOf(value);
    if (index < 0 || index >= this.#counts.length || value > this.highest) return false;
    this.#counts[index] += count;
    this.#total += count;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    return true;
  }

  // Adds another one's counts; returns how many did not fit.
  add(other) {
    let dropped = 0;
    for (const { value, count } of other.entries()) {
      if (!this.record(value, count)) dropped += count;
    }
    // Entries stand for their bucket; the extremes are known exactly.
    if (other.count > 0) {
      if (other.#min < this.#min) this.#min = other.#min;
      if (other.#max > this.#max && other.#max <= this.highest) this.#max = other.#max;
    }
    return dropped;
  }

  * entries() {
    for (let i = 0; i < this.#counts.length; i++) {
      const count = this.#counts[i];
      if (count !== 0) {
        const { value, width } = this.#valueAt(i);
        yield { value, highest: value + width - 1, median: value + Math.floor(width / 2), count };
      }
    }
  }

  get mean() {
    let sum = 0;
    for (const { median, count } of this.entries()) sum += median * count;
    return sum / this.#total;
  }

  // The mean of (value - mean) to a power.
  moment(power) {
    const { mean } = this;
    let sum = 0;
    for (const { median, count } of this.entries()) sum += (median - mean) ** power * count;
    return sum / this.#total;
  }

  get stddev() { return Math.sqrt(this.moment(2)); }

  // The value that so many per cent of the recorded ones do not exceed.
  percentile(percentile) {
    const wanted = Math.max(1, Math.floor((percentile / 100) * this.#total + 0.5));
    let seen = 0;
    for (const { value, highest, count } of this.entries()) {
      seen += count;
      if (seen >= wanted) return percentile === 0 ? value : highest;
    }
    return 0;
  }

  // [percentile, value] in steps that get finer towards 100.
  * percentiles() {
    let next = 0;
    let seen = 0;
    for (const { value, count } of this.entries()) {
      seen += count;
      const reached = (100 * seen) / this.#total;
      while (next <= reached) {
        yield [next, value];
        if (seen === this.#total) {
          yield [100, value];
          return;
        }
        next += 100 / 2 ** (Math.trunc(Math.log2(100 / (100 - next))) + 1);
      }
    }
    yield [100, 0];
  }

  #highestEquivalent(value) {
    const { value: lowest, width } = this.#valueAt(this.#indexOf(value));
    return lowest + width - 1;
  }

  reset() {
    this.#counts.fill(0);
    this.#total = 0;
    this.#min = Infinity;
    this.#max = 0;
  }
}

module.exports = { HdrHistogram };
