'use strict';
// The web's DOMException: a true Error (V8 gives it a stack) whose name, message and code are accessors.
// https://webidl.spec.whatwg.org/#idl-DOMException

// Constant, name of the exception, code. Names without a constant have code 0.
const table = [
  ['INDEX_SIZE_ERR', 'IndexSizeError', 1],
  ['DOMSTRING_SIZE_ERR', undefined, 2],
  ['HIERARCHY_REQUEST_ERR', 'HierarchyRequestError', 3],
  ['WRONG_DOCUMENT_ERR', 'WrongDocumentError', 4],
  ['INVALID_CHARACTER_ERR', 'InvalidCharacterError', 5],
  ['NO_DATA_ALLOWED_ERR', undefined, 6],
  ['NO_MODIFICATION_ALLOWED_ERR', 'NoModificationAllowedError', 7],
  ['NOT_FOUND_ERR', 'NotFoundError', 8],
  ['NOT_SUPPORTED_ERR', 'NotSupportedError', 9],
  ['INUSE_ATTRIBUTE_ERR', 'InUseAttributeError', 10],
  ['INVALID_STATE_ERR', 'InvalidStateError', 11],
  ['SYNTAX_ERR', 'SyntaxError', 12],
  ['INVALID_MODIFICATION_ERR', 'InvalidModificationError', 13],
  ['NAMESPACE_ERR', 'NamespaceError', 14],
  ['INVALID_ACCESS_ERR', 'InvalidAccessError', 15],
  ['VALIDATION_ERR', undefined, 16],
  ['TYPE_MISMATCH_ERR', 'TypeMismatchError', 17],
  ['SECURITY_ERR', 'SecurityError', 18],
  ['NETWORK_ERR', 'NetworkError', 19],
  ['ABORT_ERR', 'AbortError', 20],
  ['URL_MISMATCH_ERR', 'URLMismatchError', 21],
  ['QUOTA_EXCEEDED_ERR', 'QuotaExceededError', 22],
  ['TIMEOUT_ERR', 'TimeoutError', 23],
  ['INVALID_NODE_TYPE_ERR', 'InvalidNodeTypeError', 24],
  ['DATA_CLONE_ERR', 'DataCloneError', 25],
];

const codeOfName = new Map();
for (const [, name, code] of table) codeOfName.set(name, code);

class Identity {
  constructor(object) { return object; }
}

// Puts private fields on an object that somebody else made.
class State extends Identity {
  #name;
  #message;

  constructor(error, name, message) {
    super(error);
    this.#name = name;
    this.#message = message;
  }

  static check(error) {
    if (typeof error !== 'object' || error === null || !(#name in error)) {
      const error = new TypeError('Value of "this" must be of DOMException');
      error.code = 'ERR_INVALID_THIS';
      throw error;
    }
  }

  static nameOf(error) { State.check(error); return error.#name; }
  static messageOf(error) { State.check(error); return error.#message; }
}

class DOMException {
  constructor(message = '', options = 'Error') {
    const error = new Error();
    Object.setPrototypeOf(error, new.target.prototype);
    let name;
    if (options && typeof options === 'object') {
      name = options.name;
      if ('cause' in options) {
        Object.defineProperty(error, 'cause', {
          __proto__: null, value: options.cause, configurable: true, writable: true, enumerable: false,
        });
      }
    } else {
      name = `${options}`;
    }
    return new State(error, name, `${message}`);
  }

  get name() { return State.nameOf(this); }
  get message() { return State.messageOf(this); }
  get code() { return codeOfName.get(State.nameOf(this)) ?? 0; }
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype);
Object.defineProperties(DOMException.prototype, {
  name: { __proto__: null, enumerable: true },
  message: { __proto__: null, enumerable: true },
  code: { __proto__: null, enumerable: true },
});
for (const [constant, , value] of table) {
  const descriptor = { __proto__: null, enumerable: true, value };
  Object.defineProperty(DOMException, constant, descriptor);
  Object.defineProperty(DOMException.prototype, constant, descriptor);
}
Object.defineProperty(DOMException.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'DOMException' });

module.exports = { DOMException };
