'use strict';
// util.types: what V8 knows about a value whatever its prototype says.

const typedArrayTag = Function.prototype.call.bind(
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get);
const { isView } = ArrayBuffer;

function isTypedArray(value) {
  return typedArrayTag(value) !== undefined;
}

function isDataView(value) {
  return isView(value) && typedArrayTag(value) === undefined;
}

/** One predicate for each class of typed arrays, such as isUint8Array. */
function typedArrayPredicates() {
  const predicates = {};
  for (const name of [
    'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array',
    'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
  ]) {
    const predicate = `is${name}`;
    predicates[predicate] = { [predicate]: (value) => typedArrayTag(value) === name }[predicate];
  }
  return predicates;
}

/**
 * A predicate about the classes of the crypto module. It must not load them: as long as nobody else has, there is no
 * object of theirs.
 */
function cryptoPredicate(name) {
  const predicate = (value) => {
    const keys = require.cache.get('internal/crypto/keys')?.exports;
    return keys?.[name] !== undefined && keys[name](value);
  };
  return { configurable: false, enumerable: true, value: { [name]: (value) => predicate(value) }[name] };
}

module.exports = {
  ...internalBinding('types'),
  isArrayBufferView: isView,
  isDataView,
  isTypedArray,
  ...typedArrayPredicates(),
};
Object.defineProperties(module.exports, {
  isKeyObject: cryptoPredicate('isKeyObject'),
  isCryptoKey: cryptoPredicate('isCryptoKey'),
});
