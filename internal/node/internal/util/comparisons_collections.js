'use strict';
// Deep equality of what arrays, sets and maps contain. Each function is called as f(comparison, a, b).

const { hasOwn } = Object;
const objectKeys = Object.keys;

const isObject = (value) => typeof value === 'object' && value !== null;
const isHole = (array, index) => array[index] === undefined && !hasOwn(array, index);

// --- Arrays ---

function arrays(comparison, a, b) {
  if (comparison.partial) return partialArrays(comparison, a, b);
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y && x !== undefined && x !== 0) continue;
    if (y === undefined && !hasOwn(b, i)) return sparseArrays(comparison, a, b, i);
    // null and undefined are loosely equal, but a hole is not undefined.
    if (x === undefined && !hasOwn(a, i) && !(comparison.loose && y === null)) return false;
    if (!comparison.equal(x, y)) return false;
  }
  return true;
}

/** The arrays from `b`'s first hole on. */
function sparseArrays(comparison, a, b, first) {
  const keysA = objectKeys(a);
  const keysB = objectKeys(b);
  if (keysA.length !== keysB.length) return false;
  for (let i = first; i < keysB.length; i++) {
    const key = keysB[i];
    if (isHole(a, key) || !comparison.equal(a[key], b[key])) return false;
  }
  return true;
}

/** Whether the elements of `b` are found in `a` in the same order. */
function partialArrays(comparison, a, b) {
  let next = 0;
  for (let i = 0; i < b.length; i++) {
    if (isHole(b, i)) return partialSparseArrays(comparison, a, b, next, i);
    for (;; next++) {
      if (next > a.length - b.length + i) return false;
      if (isHole(a, next)) return partialSparseArrays(comparison, a, b, next, i);
      if (comparison.equal(a[next], b[i])) break;
    }
    next++;
  }
  return true;
}

function partialSparseArrays(comparison, a, b, startA, startB) {
  const keysA = objectKeys(a);
  const keysB = objectKeys(b);
  const wanted = keysB.length - startB;
  if (keysA.length - startA < wanted) return false;
  let next = startA;
  for (let i = 0; i < wanted; i++, next++) {
    while (!comparison.equal(a[keysA[next]], b[keysB[startB + i]])) {
      next++;
      if (next > keysA.length - wanted + i) return false;
    }
  }
  return true;
}

// --- Matching without order ---

/**
 * The elements of `b` that still want a partner in `a`. Most collections that are equal have been filled in the same
 * order, some in the opposite one: the ends are tried before the middle.
 */
class Candidates {
  #list;
  #first = 0;
  #last;
  #forward = true;

  constructor(list) {
    this.#list = list;
    this.#last = list.length - 1;
  }

  get size() {
    return this.#last - this.#first + 1;
  }

  /** Takes one out that `matches`; false when there is none. */
  take(matches) {
    if (this.size === 0) return false;
    const list = this.#list;
    let lowest = this.#first;
    if (this.#forward) {
      if (matches(list[this.#first])) {
        this.#first++;
        return true;
      }
      if (this.size === 1) return false;
      this.#forward = false;
      lowest++;
    }
    if (!matches(list[this.#last])) {
      this.#forward = true;
      let i = this.#last - 1;
      while (i >= lowest && !matches(list[i])) i--;
      if (i < lowest) return false;
      list[i] = list[this.#last]; // moved to the place that has become free
    }
    this.#last--;
    return true;
  }
}

/**
 * Which value besides the primitive itself could loosely equal it: `null` for undefined and the other way round;
 * `true` for "cannot be told", since 1n == '+01'; `false` for none.
 */
function looseCounterpart(primitive) {
  switch (typeof primitive) {
    case 'undefined': return null;
    case 'object': return undefined;
    case 'symbol': return false;
    case 'string': return !Number.isNaN(+primitive);
    case 'number': return !Number.isNaN(primitive);
    default: return true;
  }
}

// --- Sets ---

function mayHaveLooseMember(a, b, primitive) {
  const other = looseCounterpart(primitive);
  return other != null ? other : !b.has(other) && a.has(other);
}

function sets(comparison, a, b) {
  const { loose, partial } = comparison;
  const unmatched = [];
  for (const value of b) {
    if (a.has(value)) continue;
    if (!isObject(value) && !(loose && mayHaveLooseMember(a, b, value))) return false;
    unmatched.push(value);
  }
  if (unmatched.length === 0) return true;

  const candidates = new Candidates(unmatched);
  let remaining = a.size;
  for (const value of a) {
    remaining--;
    if (b.has(value)) continue;
    const found = (loose || isObject(value)) && candidates.take((other) => comparison.equal(value, other));
    if (candidates.size === 0) return true;
    if (!found && !partial) return false;
    if (remaining < candidates.size) return false;
  }
  return false;
}

// --- Maps ---

function mayHaveLooseKey(comparison, a, b, key, value) {
  const other = looseCounterpart(key);
  if (other != null) return other;
  return a.has(other) && !b.has(other) && comparison.equal(a.get(other), value);
}

function maps(comparison, a, b) {
  const { loose, partial } = comparison;
  const unmatched = [];
  for (const { 0: key, 1: value } of b) {
    if (isObject(key)) {
      unmatched.push(key);
    } else if (!a.has(key) || !comparison.equal(a.get(key), value)) {
      if (!loose || !mayHaveLooseKey(comparison, a, b, key, value)) return false;
      unmatched.push(key);
    }
  }
  if (unmatched.length === 0) return true;

  const candidates = new Candidates(unmatched);
  let remaining = a.size;
  for (const { 0: key, 1: value } of a) {
    remaining--;
    if (!isObject(key)) {
      if (!loose) {
        if (!partial && !b.has(key)) return false;
        continue;
      }
      if (b.has(key) && comparison.equal(value, b.get(key))) continue;
    }
    const found = candidates.take((other) => comparison.equal(key, other) && comparison.equal(value, b.get(other)));
    if (candidates.size === 0) return true;
    if (!found && !partial) return false;
    if (remaining < candidates.size) return false;
  }
  return false;
}

module.exports = { arrays, maps, sets };
