'use strict';

// URLPattern: the matcher is the polyfill that the standard's authors keep; this gives it Node's face.

const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { kEnumerableProperty } = require('internal/util');
const { URLPattern: Matcher } = require('urlpattern-polyfill/urlpattern');

const components = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

function coded(ErrorClass, code, message) {
  const error = new ErrorClass(message);
  error.code = code;
  return error;
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

/** A copy of what a pattern may be given as parts: the polyfill must not read getters twice. */
function partsOf(input) {
  const parts = {};
  for (const name of [...components, 'baseURL']) {
    const value = input[name];
    if (value !== undefined) parts[name] = `${value}`;
  }
  return parts;
}

/** new URLPattern(input, baseURL, options) and new URLPattern(input, options), as the polyfill takes them. */
function makeMatcher(input, second, third) {
  if (input !== undefined && typeof input !== 'string' && !isObject(input)) {
    throw coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'Input must be an object or a string');
  }
  if (second !== undefined && typeof second !== 'string' && !isObject(second)) {
    throw coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'second argument must be a string or object');
  }
  if (third !== undefined && !isObject(third)) throw new ERR_INVALID_ARG_TYPE('options', 'object', third);
  const source = isObject(input) ? partsOf(input) : input ?? {};
  const options = third ?? (isObject(second) ? second : undefined);
  const ignoreCase = options === undefined ? false : Boolean(options.ignoreCase);
  try {
    return typeof second === 'string' ? new Matcher(source, second, { ignoreCase }) : new Matcher(source, { ignoreCase });
  } catch {
    throw coded(TypeError, 'ERR_INVALID_URL_PATTERN', 'Failed to construct URLPattern');
  }
}

class URLPattern {
  #matcher;

  constructor(...args) {
    this.#matcher = makeMatcher(...args);
  }

  static matcherOf(pattern) {
    if (!isObject(pattern) || !(#matcher in pattern)) throw new TypeError('Illegal invocation');
    return pattern.#matcher;
  }

  get hasRegExpGroups() {
    return matcherOf(this).hasRegExpGroups;
  }

  /** What each component of the input gave for each group; null if it does not match. */
  exec(input, baseURL) {
    const matcher = matcherOf(this);
    const source = isObject(input) ? partsOf(input) : input ?? {};
    return baseURL === undefined ? matcher.exec(source) : matcher.exec(source, baseURL);
  }

  test(input, baseURL) {
    const matcher = matcherOf(this);
    const source = isObject(input) ? partsOf(input) : input ?? {};
    return baseURL === undefined ? matcher.test(source) : matcher.test(source, baseURL);
  }
}

const { matcherOf } = URLPattern;
delete URLPattern.matcherOf;

for (const name of components) {
  Object.defineProperty(URLPattern.prototype, name, {
    __proto__: null,
    configurable: false,
    enumerable: true,
    get() {
      return matcherOf(this)[name];
    },
  });
}
Object.defineProperties(URLPattern.prototype, {
  hasRegExpGroups: kEnumerableProperty,
  exec: kEnumerableProperty,
  test: kEnumerableProperty,
});

module.exports = { URLPattern };
