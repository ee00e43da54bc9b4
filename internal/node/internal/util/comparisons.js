'use strict';
// Deep equality, in the four ways in which util and assert ask for it. Sets, maps and lists are in
// comparisons_collections.

const {
  getOwnNonIndexProperties, constants: { ONLY_ENUMERABLE, SKIP_SYMBOLS },
} = internalBinding('util');
const types = require('internal/util/types');
const { isError } = require('internal/util');
const collections = require('internal/util/comparisons_collections');

const { getOwnPropertyDescriptor, getOwnPropertySymbols, getPrototypeOf, hasOwn } = Object;
const objectKeys = Object.keys;
const uncurry = (method) => Function.prototype.call.bind(method);
const isEnumerable = uncurry(Object.prototype.propertyIsEnumerable);
const objectTag = uncurry(Object.prototype.toString);
const getTime = uncurry(Date.prototype.getTime);
const typedArrayName = uncurry(
  getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get);

// Two objects of one of these are of the same class; of others the prototypes decide.
const builtIns = new Set([
  Array, ArrayBuffer, BigInt, BigInt64Array, BigUint64Array, Boolean, DataView, Date, Error, Float32Array,
  Float64Array, Function, Int16Array, Int32Array, Int8Array, Map, Number, Object, Promise, RegExp, Set, String, Symbol,
  Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray, WeakMap, WeakSet,
]);
if (globalThis.Float16Array !== undefined) builtIns.add(Float16Array);

const isObject = (value) => typeof value === 'object' && value !== null;
const isNaNValue = (value) => value !== value; // eslint-disable-line no-self-compare

/**
 * Which pairs of objects are being compared, so that comparing circular structures comes to an end: a pair met again
 * inside itself is taken for equal, an object met again with another partner is not.
 */
class Cycles {
  constructor() {
    this.depth = 0;
    this.first = undefined; // the two outermost pairs, which are all that most structures need
    this.second = undefined;
    this.objects = undefined; // those of all pairs, from the third level on
  }

  /** Starts a pair; true or false when the answer is known already. */
  enter(a, b) {
    if (this.depth === 0) {
      this.first = [a, b];
    } else if (this.objects === undefined && this.depth === 1) {
      if (this.first[0] === a) return this.first[1] === b;
      if (this.first[1] === b) return false;
      this.second = [a, b];
    } else {
      this.objects ??= new Set([...this.first, ...this.second]);
      const before = this.objects.size;
      this.objects.add(a).add(b);
      const added = this.objects.size - before;
      if (added !== 2) return added === 0;
    }
    this.depth++;
    return undefined;
  }

  leave(a, b) {
    this.depth--;
    if (this.objects !== undefined && this.depth > 0) {
      this.objects.delete(a);
      this.objects.delete(b);
    }
  }
}

function equalBytes(a, b) {
  if (a.length !== b.length) return false;
  if (a.length > 200) return require('buffer').Buffer.compare(a, b) === 0; // natively
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** Whether the bytes of `b` are found in `a` in the same order, with others between them. */
function containsBytes(a, b) {
  let found = 0;
  for (let i = 0; i < a.length && found < b.length; i++) {
    if (a[i] === b[found]) found++;
  }
  return found === b.length;
}

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function equalNumbers(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

const boxes = [
  { is: types.isNumberObject, value: uncurry(Number.prototype.valueOf) },
  { is: types.isStringObject, value: uncurry(String.prototype.valueOf) },
  { is: types.isBooleanObject, value: uncurry(Boolean.prototype.valueOf) },
  { is: types.isBigIntObject, value: uncurry(BigInt.prototype.valueOf) },
  { is: types.isSymbolObject, value: uncurry(Symbol.prototype.valueOf) },
];

function equalBoxes(a, b) {
  const box = boxes.find(({ is }) => is(a));
  return box.is(b) && Object.is(box.value(a), box.value(b));
}

const equalRegExps = (a, b) => a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;

const isURL = (value) => Boolean(value.href && value.protocol) && require('internal/url').isURL(value);

// Kinds of objects of which it is enough that the one is of that kind and the other is not.
const distinctKinds = [
  Array.isArray, ArrayBuffer.isView, types.isSet, types.isMap, types.isDate, types.isRegExp, types.isAnyArrayBuffer,
];

const sameTag = (a, b) => a[Symbol.toStringTag] === b[Symbol.toStringTag];

function sameObjectTag(a, b) {
  const tagA = a[Symbol.toStringTag];
  const tagB = b[Symbol.toStringTag];
  return tagA !== undefined && tagB !== undefined ? tagA === tagB : objectTag(a) === objectTag(b);
}

function sameClass(a, b) {
  const constructor = a.constructor;
  const reliable = builtIns.has(constructor) || (constructor !== undefined && !hasOwn(a, 'constructor'));
  return reliable ? constructor === b.constructor : getPrototypeOf(a) === getPrototypeOf(b);
}

function enumerableSymbols(object) {
  return getOwnPropertySymbols(object).filter((symbol) => isEnumerable(object, symbol));
}

/** Own enumerable keys besides indices. */
function listKeys(list, loose) {
  return getOwnNonIndexProperties(list, loose ? ONLY_ENUMERABLE | SKIP_SYMBOLS : ONLY_ENUMERABLE);
}

/** One comparison. In the partial mode the question is whether `a` has everything that `b` has. */
class Comparison {
  constructor({ loose = false, partial = false, prototypes = false }, cycles) {
    this.loose = loose;
    this.partial = partial;
    this.prototypes = prototypes;
    this.cycles = cycles;
  }

  /** @returns {boolean} */
  equal(a, b) {
    if (a === b) return a !== 0 || Object.is(a, b) || this.loose;
    if (this.loose) {
      if (!isObject(a) || !isObject(b)) {
        // eslint-disable-next-line eqeqeq
        return !isObject(a) && !isObject(b) && (a == b || (isNaNValue(a) && isNaNValue(b)));
      }
    } else if (!isObject(a) || !isObject(b)) {
      return isNaNValue(a) && isNaNValue(b);
    }
    return this.objects(a, b);
  }

  /** Two objects that are not the same. */
  objects(a, b) {
    if (this.prototypes && !sameClass(a, b)) return false;
    if (Array.isArray(a)) {
      return Array.isArray(b) && this.sizes(a.length, b.length) && sameTag(a, b) && this.lists(a, b, collections.arrays);
    }
    if (a[Symbol.toStringTag] === undefined && objectTag(a) === '[object Object]') {
      return objectTag(b) === '[object Object]' && this.properties(a, b);
    }
    if (types.isSet(a)) {
      return types.isSet(b) && this.sizes(a.size, b.size) && sameTag(a, b) && this.properties(a, b, collections.sets);
    }
    if (types.isMap(a)) {
      return types.isMap(b) && this.sizes(a.size, b.size) && sameTag(a, b) && this.properties(a, b, collections.maps);
    }
    if (ArrayBuffer.isView(a)) return this.views(a, b) && this.lists(a, b);
    return this.special(a, b) && this.properties(a, b);
  }

  sizes(a, b) {
    return a === b || (this.partial && a > b);
  }

  views(a, b) {
    if (!ArrayBuffer.isView(b) || typedArrayName(a) !== typedArrayName(b)) return false;
    if (this.partial && a.byteLength !== b.byteLength) {
      return a.byteLength > b.byteLength && containsBytes(bytesOf(a), bytesOf(b));
    }
    // Loosely, 0 and -0 are equal and NaN is not: by value, not by bytes.
    if (this.loose && (types.isFloat32Array(a) || types.isFloat64Array(a) || types.isFloat16Array(a))) {
      return equalNumbers(a, b);
    }
    return a.byteLength === b.byteLength && equalBytes(bytesOf(a), bytesOf(b));
  }

  /** What is not in the properties of dates, errors and the like. */
  special(a, b) {
    if (types.isDate(a)) {
      return types.isDate(b) && sameTag(a, b) && Object.is(getTime(a), getTime(b));
    }
    if (types.isRegExp(a)) return types.isRegExp(b) && equalRegExps(a, b) && sameTag(a, b);
    if (types.isAnyArrayBuffer(a)) {
      if (!types.isAnyArrayBuffer(b) || !sameTag(a, b)) return false;
      const { 0: bytesA, 1: bytesB } = [new Uint8Array(a), new Uint8Array(b)];
      return this.partial && a.byteLength !== b.byteLength ? containsBytes(bytesA, bytesB) : equalBytes(bytesA, bytesB);
    }
    if (!sameObjectTag(a, b) || distinctKinds.some((is) => is(b))) return false;
    if (isError(a)) return isError(b) && this.errors(a, b);
    if (types.isBoxedPrimitive(a)) return equalBoxes(a, b);
    if (isURL(a)) return isURL(b) && a.href === b.href;
    if (types.isKeyObject(a)) return types.isKeyObject(b) && a.equals(b);
    if (types.isCryptoKey(a)) return this.cryptoKeys(a, b);
    return !(types.isBoxedPrimitive(b) || isError(b) ||
      types.isWeakMap(a) || types.isWeakSet(a) || types.isPromise(a));
  }

  /** Errors are compared by what they say, not by their stacks. */
  errors(a, b) {
    for (const key of ['message', 'name', 'cause', 'errors']) {
      if (isEnumerable(b, key)) continue; // compared like any property
      if (this.partial && (b[key] === undefined || (key === 'message' && b[key] === ''))) continue;
      if (!this.equal(a[key], b[key])) return false;
    }
    const expectsCause = hasOwn(b, 'cause');
    return expectsCause === hasOwn(a, 'cause') || (this.partial && !expectsCause);
  }

  cryptoKeys(a, b) {
    if (!types.isCryptoKey(b)) return false;
    const { KeyObject } = require('crypto');
    return a.type === b.type && a.extractable === b.extractable && this.equal(a.algorithm, b.algorithm) &&
      this.equal(a.usages, b.usages) && KeyObject.from(a).equals(KeyObject.from(b));
  }

  /** The properties of arrays and views beside their elements, then these, with `contents`. */
  lists(a, b, contents) {
    const keys = listKeys(b, this.loose);
    if (!this.partial && keys.length !== listKeys(a, this.loose).length) return false;
    return this.inside(a, b, undefined, keys, contents);
  }

  /** The properties, then whatever else the objects hold. */
  properties(a, b, contents) {
    const keys = objectKeys(b);
    if (this.partial) return this.inside(a, b, undefined, keys.concat(enumerableSymbols(b)), contents);
    const own = objectKeys(a);
    if (keys.length !== own.length) return false;
    if (!this.loose) {
      own.push(...enumerableSymbols(a));
      keys.push(...enumerableSymbols(b));
      if (keys.length !== own.length) return false;
    }
    return this.inside(a, b, own, keys, contents);
  }

  inside(a, b, own, keys, contents) {
    if (keys.length === 0 && (contents === undefined || (contents === collections.arrays ? b.length : b.size) === 0)) {
      return true;
    }
    if (this.cycles === undefined) return this.values(a, b, own, keys) && (contents === undefined || contents(this, a, b));
    const known = this.cycles.enter(a, b);
    if (known !== undefined) return known;
    const result = this.values(a, b, own, keys) && (contents === undefined || contents(this, a, b));
    this.cycles.leave(a, b);
    return result;
  }

  values(a, b, own, keys) {
    let i = 0;
    // As long as the keys are in the same order, it is known that `a` has them.
    if (own !== undefined) {
      for (; i < keys.length && own[i] === keys[i]; i++) {
        if (!this.equal(a[keys[i]], b[keys[i]])) return false;
      }
    }
    for (; i < keys.length; i++) {
      const key = keys[i];
      if (!isEnumerable(a, key) || !this.equal(a[key], b[key])) return false;
    }
    return true;
  }
}

// Tracking cycles costs, and hardly anything compared is circular: it begins when a comparison has failed for it once.
let trackCycles = false;

function compare(a, b, mode) {
  if (!trackCycles) {
    try {
      return new Comparison(mode, undefined).equal(a, b);
    } catch {
      trackCycles = true;
    }
  }
  return new Comparison(mode, new Cycles()).equal(a, b);
}

const loose = { loose: true };
const partial = { partial: true };
const strict = { prototypes: true };
const strictWithoutPrototypes = {};

module.exports = {
  /** `assert.deepEqual`: primitives by ==, prototypes and symbols do not matter. */
  isDeepEqual(val1, val2) {
    return compare(val1, val2, loose);
  },

  /** `assert.deepStrictEqual` and `util.isDeepStrictEqual`. */
  isDeepStrictEqual(val1, val2, skipPrototype) {
    return compare(val1, val2, skipPrototype ? strictWithoutPrototypes : strict);
  },

  /** `assert.partialDeepStrictEqual`: whether val1 has all that val2 has. */
  isPartialStrictEqual(val1, val2) {
    return compare(val1, val2, partial);
  },
};
