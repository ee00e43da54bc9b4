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

/** A predicate about the classes of the crypto module, which is not loaded until somebody asks. */
function cryptoPredicate(name) {
  return {
    configurable: false,
    enumerable: true,
    value: { [name]: (value) => Boolean(process.versions.openssl) && require('internal/crypto/keys')[name](value) }[name],
  };
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
