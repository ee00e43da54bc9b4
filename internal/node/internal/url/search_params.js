'use strict';

// URLSearchParams: a flat list of names and values, [name, value, name, value, …].

const { inspect } = require('internal/util/inspect');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');
const { validateFunction } = require('internal/validators');
const {
  codes: { ERR_ARG_NOT_ITERABLE, ERR_INVALID_THIS, ERR_INVALID_TUPLE, ERR_MISSING_ARGS },
} = require('internal/errors');
const percent = require('internal/url/percent');

/** A string without halves of surrogate pairs, as all text in URLs is. */
function toUSVString(value) {
  return `${value}`.toWellFormed();
}

/** The fields of a query, without '?'. */
function parseFields(query) {
  const list = [];
  for (let start = 0; start < query.length;) {
    let end = query.indexOf('&', start);
    if (end === -1) end = query.length;
    if (end > start) {
      const field = query.slice(start, end);
      const equals = field.indexOf('=');
      if (equals === -1) list.push(decodeField(field), '');
      else list.push(decodeField(field.slice(0, equals)), decodeField(field.slice(equals + 1)));
    }
    start = end + 1;
  }
  return list;
}

function decodeField(text) {
  return percent.decode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

function serializeFields(list) {
  let result = '';
  for (let i = 0; i < list.length; i += 2) {
    if (i > 0) result += '&';
    result += `${percent.encode(list[i], percent.FORM)}=${percent.encode(list[i + 1], percent.FORM)}`;
  }
  return result;
}

// Set by the class's static block: what a URL does to the parameters that belong to it.
let isParams;
let listOf;
let adopt;

class URLSearchParams {
  #list = [];
  // The URL whose query this is, if any; told of changes by #context.updateSearch().
  #context = null;

  static {
    isParams = (value) => typeof value === 'object' && value !== null && #list in value;
    listOf = (params) => params.#list;
    adopt = (params, list, context) => {
      params.#list = list;
      if (context !== undefined) params.#context = context;
    };
  }

  constructor(init = undefined) {
    if (init === undefined || init === null) return;
    if (typeof init !== 'object' && typeof init !== 'function') {
      init = toUSVString(init);
      this.#list = parseFields(init.charCodeAt(0) === 63 ? init.slice(1) : init);
      return;
    }
    const method = init[Symbol.iterator];
    if (method === this[Symbol.iterator] && #list in init && init.#context === null) {
      this.#list = init.#list.slice();
    } else if (method != null) {
      this.#fromPairs(init, method);
    } else {
      this.#fromRecord(init);
    }
  }

  #fromPairs(init, method) {
    if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs');
    for (const pair of init) {
      if (pair == null) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
      if (Array.isArray(pair)) {
        if (pair.length !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
        this.#list.push(toUSVString(pair[0]), toUSVString(pair[1]));
        continue;
      }
      if ((typeof pair !== 'object' && typeof pair !== 'function') || typeof pair[Symbol.iterator] !== 'function') {
        throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
      }
      let size = 0;
      for (const element of pair) {
        size++;
        this.#list.push(toUSVString(element));
      }
      if (size !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
    }
  }

  #fromRecord(init) {
    const seen = new Map(); // two names may become the same well-formed one: the later value wins, in the first one's place
    for (const key of Reflect.ownKeys(init)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
      if (descriptor === undefined || !descriptor.enumerable) continue;
      const name = toUSVString(key);
      const value = toUSVString(init[key]);
      const at = seen.get(name);
      if (at !== undefined) {
        this.#list[at + 1] = value;
      } else {
        seen.set(name, this.#list.length);
        this.#list.push(name, value);
      }
    }
  }

  #changed() {
    if (this.#context !== null) this.#context.searchChanged();
  }

  [customInspectSymbol](recurseTimes, ctx) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (typeof recurseTimes === 'number' && recurseTimes < 0) return ctx.stylize('[Object]', 'special');
    const separator = ', ';
    const inner = { ...ctx };
    if (recurseTimes !== null) inner.depth = recurseTimes - 1;
    const list = this.#list;
    const output = [];
    for (let i = 0; i < list.length; i += 2) output.push(`${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`);
    return block(this.constructor.name, output, separator, ctx);
  }

  get size() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return this.#list.length / 2;
  }

  append(name, value) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    this.#list.push(toUSVString(name), toUSVString(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    const list = this.#list;
    let kept = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      list[kept] = list[i];
      list[kept + 1] = list[i + 1];
      kept += 2;
    }
    list.length = kept;
    this.#changed();
  }

  get(name) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) return list[i + 1];
    }
    return null;
  }

  getAll(name) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    const list = this.#list;
    const values = [];
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) values.push(list[i + 1]);
    }
    return values;
  }

  has(name, value = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = toUSVString(name);
    if (value !== undefined) value = toUSVString(value);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = toUSVString(name);
    value = toUSVString(value);
    const list = this.#list;
    let kept = 0;
    let found = false;
    for (let i = 0; i < list.length; i += 2) {
      const same = list[i] === name;
      if (same && found) continue;
      list[kept] = list[i];
      list[kept + 1] = same ? value : list[i + 1];
      kept += 2;
      found ||= same;
    }
    list.length = kept;
    if (!found) list.push(name, value);
    this.#changed();
  }

  sort() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    const list = this.#list;
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); // by UTF-16 units, stable
    for (let i = 0; i < pairs.length; i++) {
      list[2 * i] = pairs[i][0];
      list[2 * i + 1] = pairs[i][1];
    }
    this.#changed();
  }

  entries() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new URLSearchParamsIterator(this, 'key+value');
  }

  forEach(callback, thisArg = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    validateFunction(callback, 'callback');
    // The list may change, or be another one, while the callback runs.
    for (let i = 0; i < this.#list.length; i += 2) callback.call(thisArg, this.#list[i + 1], this.#list[i], this);
  }

  keys() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new URLSearchParamsIterator(this, 'key');
  }

  values() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new URLSearchParamsIterator(this, 'value');
  }

  toString() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return serializeFields(this.#list);
  }
}

Object.defineProperties(URLSearchParams.prototype, {
  [customInspectSymbol]: { __proto__: null, enumerable: false },
  append: kEnumerableProperty,
  delete: kEnumerableProperty,
  get: kEnumerableProperty,
  getAll: kEnumerableProperty,
  has: kEnumerableProperty,
  set: kEnumerableProperty,
  sort: kEnumerableProperty,
  entries: kEnumerableProperty,
  forEach: kEnumerableProperty,
  keys: kEnumerableProperty,
  values: kEnumerableProperty,
  size: kEnumerableProperty,
  toString: kEnumerableProperty,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URLSearchParams' },
  // https://heycam.github.io/webidl/#es-iterable-entries
  [Symbol.iterator]: { __proto__: null, configurable: true, writable: true, value: URLSearchParams.prototype.entries },
});

/** What inspect() shows: on one line if it fits. */
function block(name, output, separator, ctx) {
  const size = output.reduce((sum, text) => sum + text.replace(/\x1b\[\d\d?m/g, '').length + separator.length, -separator.length); // eslint-disable-line no-control-regex
  if (size > ctx.breakLength) return `${name} {\n  ${output.join(',\n  ')} }`;
  return output.length > 0 || name === 'URLSearchParams Iterator' ? `${name} { ${output.join(separator)} }` : `${name} {}`;
}

class URLSearchParamsIterator {
  #target;
  #kind;
  #index = 0;

  constructor(target, kind) {
    this.#target = target;
    this.#kind = kind;
  }

  next() {
    if (typeof this !== 'object' || this === null || !(#target in this)) throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    const list = listOf(this.#target);
    const i = this.#index;
    if (i >= list.length) return { value: undefined, done: true };
    this.#index += 2;
    return { value: this.#item(list, i), done: false };
  }

  #item(list, i) {
    if (this.#kind === 'key') return list[i];
    return this.#kind === 'value' ? list[i + 1] : [list[i], list[i + 1]];
  }

  [customInspectSymbol](recurseTimes, ctx) {
    if (typeof this !== 'object' || this === null || !(#target in this)) throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    if (typeof recurseTimes === 'number' && recurseTimes < 0) return ctx.stylize('[Object]', 'special');
    const inner = { ...ctx };
    if (recurseTimes !== null) inner.depth = recurseTimes - 1;
    const list = listOf(this.#target);
    const output = [];
    for (let i = this.#index; i < list.length; i += 2) output.push(inspect(this.#item(list, i), inner));
    return block('URLSearchParams Iterator', output, ', ', ctx);
  }
}

// Web IDL wants the iterators' prototype to inherit from all iterators' and to have no constructor.
delete URLSearchParamsIterator.prototype.constructor;
Object.setPrototypeOf(URLSearchParamsIterator.prototype, Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
Object.defineProperties(URLSearchParamsIterator.prototype, {
  [customInspectSymbol]: { __proto__: null, enumerable: false },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URLSearchParams Iterator' },
  next: kEnumerableProperty,
});

/** Gives the parameters of a URL: those of its query, changes reported to the context. */
function paramsOf(query, context) {
  const params = new URLSearchParams();
  adopt(params, parseFields(query), context);
  return params;
}

/** The query of a URL was set: the parameters follow. */
function refill(params, query) {
  adopt(params, parseFields(query), undefined);
}

module.exports = { URLSearchParams, paramsOf, refill, toUSVString };
