'use strict';
// What an object calls itself: the name of its class, its Symbol.toStringTag, and the prefix made of both.

const { getConstructorName: internalName } = internalBinding('util');

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const { ownKeys } = Reflect;
const hasInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance]);

// Names of the language's own classes: what they have on their prototypes needs no showing. (Those that V8 adds later
// than Node looks, such as SharedArrayBuffer, are not among them there either.)
const builtInNames = new Set([
  'Object', 'Function', 'Array', 'Number', 'Infinity', 'NaN', 'Boolean', 'String', 'Symbol', 'Date', 'Promise', 'RegExp',
  'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'JSON',
  'Math', 'Intl', 'ArrayBuffer', 'Atomics', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array',
  'Int32Array', 'BigUint64Array', 'BigInt64Array', 'Uint8ClampedArray', 'Float32Array', 'Float64Array', 'DataView', 'Map',
  'BigInt', 'Set', 'Iterator', 'WeakMap', 'WeakSet', 'Proxy', 'Reflect', 'FinalizationRegistry', 'WeakRef',
]);

// These prototypes are recognised by identity, in case somebody tampered with their `constructor`.
const wellKnown = new Map();
for (const constructor of [
  Array, ArrayBuffer, Function, Map, Set, Object, getPrototypeOf(Uint8Array), RegExp, Date, DataView,
  Error, AggregateError, RangeError, TypeError, Boolean, Number, String, Promise, WeakMap, WeakSet,
]) {
  wellKnown.set(constructor.prototype, constructor);
}

// document.all in disguise: an object whose typeof is 'undefined'.
const isUndetectable = (value) => typeof value === 'undefined' && value !== undefined;

function isInstance(value, constructor) {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

/** The constructor function that `object` has as its own property, if any. */
function ownConstructor(object) {
  const constructor = getOwnPropertyDescriptor(object, 'constructor')?.value;
  return typeof constructor === 'function' ? constructor : undefined;
}

/**
 * The name of the nearest class in the prototype chain that the object is an instance of; null without a prototype.
 * @param {object} object
 * @param {object} printer
 * @param {number} level
 * @param {Function} [inherited] called as inherited(object, layer) when there are prototype layers worth showing,
 *     with the first of them
 */
function className(object, printer, level, inherited) {
  let first;
  for (let layer = object; layer || isUndetectable(layer);) {
    const known = wellKnown.get(layer);
    if (known !== undefined && hasInstance(known, object)) {
      if (inherited !== undefined && first !== layer) inherited(object, first || object);
      // `name` could have been changed as well, hence not known.name.
      return wellKnownNames.get(known);
    }
    const constructor = ownConstructor(layer);
    if (constructor !== undefined && constructor.name !== '' && isInstance(object, constructor)) {
      if (inherited !== undefined && (first !== layer || !builtInNames.has(constructor.name))) {
        inherited(object, first || object);
      }
      return String(constructor.name);
    }
    layer = getPrototypeOf(layer);
    if (first === undefined) first = layer;
  }
  if (first === null) return null;

  // Nobody in the chain claims it: V8's own name for it, and what its prototype is.
  const name = internalName(object);
  if (printer.tooDeep(level)) return `${name} <Complex prototype>`;
  const prototypeName = className(first, printer, level + 1, inherited);
  if (prototypeName !== null) return `${name} <${prototypeName}>`;
  const prototype = printer.inspect(first, { ...printer.options(), customInspect: false, depth: -1 });
  return `${name} <${prototype}>`;
}

const wellKnownNames = new Map();
for (const constructor of wellKnown.values()) wellKnownNames.set(constructor, constructor.name);

/**
 * The properties that a user's classes put on their prototypes: up to three layers, methods left out.
 * @param {object} object
 * @param {object} first the layer to start with (the object itself: start with its prototype)
 * @param {Function} visit called as visit(layer, key, descriptor)
 */
function inheritedProperties(object, first, visit) {
  const seen = new Set();
  let layer = first;
  for (let depth = 0; depth < 3; depth++) {
    if (depth !== 0 || layer === object) {
      layer = getPrototypeOf(layer);
      if (layer === null) return;
      const constructor = ownConstructor(layer);
      if (constructor !== undefined && builtInNames.has(constructor.name)) return;
    }
    const keys = ownKeys(layer);
    for (const key of keys) {
      if (key === 'constructor' || hasOwn(object, key) || seen.has(key)) continue;
      const descriptor = getOwnPropertyDescriptor(layer, key);
      if (typeof descriptor.value !== 'function') visit(layer, key, descriptor);
    }
    for (const key of keys) seen.add(key);
  }
}

/** The tag, or '' when there is none or when it will be listed as a property anyway. */
function toStringTag(value, showHidden) {
  let tag;
  try {
    tag = value[Symbol.toStringTag];
  } catch {
    return '';
  }
  if (typeof tag !== 'string' || tag === '') return '';
  const listed = showHidden ? hasOwn(value, Symbol.toStringTag) :
    Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag);
  return listed ? '' : tag;
}

/** Whether the tag repeats what the class name already says: as a whole word in CamelCase. */
function nameImpliesTag(name, tag) {
  const at = name.indexOf(tag);
  if (at === -1) return false;
  const next = name[at + tag.length];
  return next === undefined || next !== next.toLowerCase();
}

/**
 * What stands before the brace, with a space at its end: `Foo(2) [Tag] `.
 * @param {string | null} name
 * @param {string} tag
 * @param {string} fallback the kind of object, for one without a prototype
 * @param {string} [size]
 */
function prefix(name, tag, fallback, size = '') {
  if (name === null) {
    const shown = tag !== '' && tag !== fallback ? `[${tag}] ` : '';
    return `[${fallback}${size}: null prototype] ${shown}`;
  }
  return tag === '' || nameImpliesTag(name, tag) ? `${name}${size} ` : `${name}${size} [${tag}] `;
}

/** The prefix of an object that is of no special kind. */
function plainPrefix(value, name, tag) {
  if (name !== null) return prefix(name, tag, '');
  const fallback = internalName(value);
  return prefix(name, tag, fallback === tag ? 'Object' : fallback);
}

module.exports = { builtInNames, className, inheritedProperties, isUndetectable, plainPrefix, prefix, toStringTag };
