'use strict';

// The class URL. What it is made of is in internal/url/: the parser, its hosts, the setters, URLSearchParams, files.

const { inspect } = require('internal/util/inspect');
const { customInspectSymbol, kEnumerableProperty } = require('internal/util');
const { codes: { ERR_INVALID_URL, ERR_MISSING_ARGS } } = require('internal/errors');
const { parse: parseRecord, serialize, specialPorts, URLRecord } = require('internal/url/parser');
const { URLSearchParams, paramsOf, refill, toUSVString } = require('internal/url/search_params');

// The setters are a file of their own that most programs never need.
let setters;
function lazySetters() {
  return (setters ??= require('internal/url/setters'));
}

// A program resolves many references against one base: the last one is remembered.
let lastBase = '';
let lastBaseRecord = null;

/** The record of a base; null if it is no URL. The record must not be changed. */
function baseRecord(base) {
  if (base !== lastBase || lastBaseRecord === null) {
    const record = parseRecord(base, null);
    if (record === null) return null;
    lastBase = base;
    lastBaseRecord = record;
  }
  return lastBaseRecord;
}

/** Parses a string against a base (a string or undefined); null if that gives no URL. */
function parseAgainst(input, base) {
  if (base === undefined) return parseRecord(input, null);
  const against = baseRecord(base);
  return against === null ? null : parseRecord(input, against);
}

/** Where the parts of the serialization lie, as Node shows it to inspect({ showHidden: true }). */
class URLContext {
  constructor(url) {
    const { href } = url;
    const none = 0xffffffff;
    const schemes = ['http:', '', 'https:', 'ws:', 'ftp:', 'wss:', 'file:'];
    this.href = href;
    this.protocol_end = url.scheme.length;
    let at = this.protocol_end + (url.host === null ? 0 : 2);
    this.username_end = at += url.username.length;
    if (url.password !== '') at += 1 + url.password.length;
    this.host_start = at;
    if (url.username !== '' || url.password !== '') at++;
    this.host_end = at += url.host === null ? 0 : url.host.length;
    if (url.port !== -1) at += 1 + String(url.port).length;
    this.pathname_start = at;
    at += url.path.length;
    this.search_start = url.query === null ? none : at;
    this.hash_start = url.fragment === null ? none : href.length - url.fragment.length - 1;
    this.port = url.port === -1 ? none : url.port;
    this.scheme_type = url.special ? schemes.indexOf(url.scheme) : 1;
  }

  get hasPort() {
    return this.port !== 0xffffffff;
  }

  get hasSearch() {
    return this.search_start !== 0xffffffff;
  }

  get hasHash() {
    return this.hash_start !== 0xffffffff;
  }
}

/** The error for what is no URL; it shows the text as the parser saw it. */
function invalid(input, base) {
  return new ERR_INVALID_URL(input.toWellFormed(), base?.toWellFormed());
}

let isURLObject;

class URL {
  #url;
  #searchParams = null;
  #searchChanged = false; // searchParams has changes that the record has not

  static {
    isURLObject = (value) => typeof value === 'object' && value !== null && #url in value;
  }

  constructor(input, base = undefined, parsed = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    if (parsed instanceof URLRecord) {
      this.#url = parsed;
      return;
    }
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    const url = parseAgainst(input, base);
    if (url === null) throw invalid(input, base);
    this.#url = url;
  }

  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    const url = parseAgainst(input, base);
    return url === null ? null : new URL(input, base, url);
  }

  static canParse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    return parseAgainst(input, base) !== null;
  }

  static createObjectURL(object) {
    return require('internal/blob').createObjectURL(object);
  }

  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    require('internal/blob').revokeObjectURL(`${url}`);
  }

  [customInspectSymbol](depth, opts) {
    this.#url; // eslint-disable-line no-unused-expressions
    if (typeof depth === 'number' && depth < 0) return this;
    const constructor = this.constructor || URL;
    const object = { __proto__: { constructor } };
    for (const key of ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname',
                       'search', 'searchParams', 'hash']) {
      object[key] = this[key];
    }
    if (opts.showHidden) {
      this.#href();
      object[Symbol('context')] = new URLContext(this.#url);
    }
    return `${constructor.name} ${inspect(object, opts)}`;
  }

  /** The serialization, with whatever was done to searchParams. */
  #href() {
    const url = this.#url;
    if (this.#searchChanged) this.#takeSearch();
    if (url.href === '') url.href = serialize(url);
    return url.href;
  }

  #takeSearch() {
    this.#searchChanged = false;
    const query = this.#searchParams.toString();
    const url = this.#url;
    if (query === '') url.query = null;
    else url.query = query;
    url.href = '';
  }

  /** The record, up to date, about to be changed. */
  #changing() {
    if (this.#searchChanged) this.#takeSearch();
    this.#url.href = '';
    return this.#url;
  }

  #followSearch() {
    if (this.#searchParams !== null) refill(this.#searchParams, this.#url.query ?? '');
  }

  toString() {
    return this.#href();
  }

  get href() {
    return this.#href();
  }

  set href(value) {
    value = `${value}`;
    this.#url; // eslint-disable-line no-unused-expressions -- throws for anything that is not a URL
    const url = parseRecord(value, null);
    if (url === null) throw new ERR_INVALID_URL(value);
    this.#searchChanged = false;
    this.#url = url;
    this.#followSearch();
  }

  get origin() {
    const url = this.#url;
    if (url.special && url.scheme !== 'file:') return `${url.scheme}//${hostOf(url)}`;
    if (url.scheme === 'blob:' && url.path !== '') {
      const inner = parseRecord(url.path, null);
      if (inner !== null && (inner.scheme === 'http:' || inner.scheme === 'https:')) return `${inner.scheme}//${hostOf(inner)}`;
    }
    return 'null';
  }

  get protocol() {
    return this.#url.scheme;
  }

  set protocol(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setProtocol(this.#changing(), toUSVString(value));
  }

  get username() {
    return this.#url.username;
  }

  set username(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setUsername(this.#changing(), toUSVString(value));
  }

  get password() {
    return this.#url.password;
  }

  set password(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setPassword(this.#changing(), toUSVString(value));
  }

  get host() {
    return hostOf(this.#url);
  }

  set host(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setHost(this.#changing(), toUSVString(value));
  }

  get hostname() {
    return this.#url.host ?? '';
  }

  set hostname(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setHostname(this.#changing(), toUSVString(value));
  }

  get port() {
    const { port } = this.#url;
    return port === -1 ? '' : `${port}`;
  }

  set port(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setPort(this.#changing(), toUSVString(value));
  }

  get pathname() {
    return this.#url.path;
  }

  set pathname(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setPathname(this.#changing(), toUSVString(value));
  }

  #search() {
    if (this.#searchChanged) this.#takeSearch();
    const { query } = this.#url;
    return query === null || query === '' ? '' : `?${query}`;
  }

  get search() {
    return this.#search();
  }

  set search(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setSearch(this.#changing(), toUSVString(value));
    this.#followSearch();
  }

  get searchParams() {
    const { query } = this.#url;
    if (this.#searchParams === null) {
      this.#searchParams = paramsOf(query ?? '', { searchChanged: () => { this.#searchChanged = true; } });
    }
    return this.#searchParams;
  }

  get hash() {
    const { fragment } = this.#url;
    return fragment === null || fragment === '' ? '' : `#${fragment}`;
  }

  set hash(value) {
    this.#url; // eslint-disable-line no-unused-expressions
    lazySetters().setHash(this.#changing(), toUSVString(value));
  }

  toJSON() {
    return this.#href();
  }
}

function hostOf(url) {
  if (url.host === null) return '';
  return url.port === -1 ? url.host : `${url.host}:${url.port}`;
}

Object.defineProperties(URL.prototype, {
  [customInspectSymbol]: { __proto__: null, enumerable: false },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URL' },
  toString: kEnumerableProperty,
  href: kEnumerableProperty,
  origin: kEnumerableProperty,
  protocol: kEnumerableProperty,
  username: kEnumerableProperty,
  password: kEnumerableProperty,
  host: kEnumerableProperty,
  hostname: kEnumerableProperty,
  port: kEnumerableProperty,
  pathname: kEnumerableProperty,
  search: kEnumerableProperty,
  searchParams: kEnumerableProperty,
  hash: kEnumerableProperty,
  toJSON: kEnumerableProperty,
});
Object.defineProperties(URL, {
  parse: kEnumerableProperty,
  canParse: kEnumerableProperty,
  createObjectURL: kEnumerableProperty,
  revokeObjectURL: kEnumerableProperty,
});

// A URL is refused by structuredClone() rather than cloned to an empty object.
const { setTransferMode } = internalBinding('messaging');
setTransferMode(URL.prototype, 0);
setTransferMode(URLSearchParams.prototype, 0);

/** Is this a WHATWG URL (of ours or of anybody who built one), not the legacy kind? */
function isURL(self) {
  return Boolean(self?.href && self.protocol && self.auth === undefined && self.path === undefined);
}

/** The path of a file URL; anything else as it is. */
function toPathIfFileURL(value) {
  return isURL(value) ? require('internal/url/files').fileURLToPath(value) : value;
}

function fileURLToPath(path, options = undefined) {
  return require('internal/url/files').fileURLToPath(path, options);
}

function pathToFileURL(filepath, options) {
  return require('internal/url/files').pathToFileURL(filepath, options);
}

function urlToHttpOptions(url) {
  return require('internal/url/files').urlToHttpOptions(url);
}

module.exports = {
  URL,
  URLSearchParams,
  fileURLToPath,
  isURL,
  isURLObject: (value) => isURLObject(value),
  pathToFileURL,
  specialPorts,
  toPathIfFileURL,
  urlToHttpOptions,
};
