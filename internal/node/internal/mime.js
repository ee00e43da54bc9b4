'use strict';
// util.MIMEType and MIMEParams. https://mimesniff.spec.whatwg.org/#parsing-a-mime-type

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_MIME_SYNTAX } } = require('internal/errors');

const notToken = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const notQuotable = /[^\t\u0020-~\u0080-\u00FF]/;
const leadingSpace = /^[\r\n\t ]+/;
const trailingSpace = /[\r\n\t ]+$/;

const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Throws unless the text is made of token characters. `whole` is what the message shows. */
function checkToken(text, what, whole = text) {
  const at = text.search(notToken);
  if (text === '' || at !== -1) throw new ERR_INVALID_MIME_SYNTAX(what, whole, at);
}

/** Splits `type/subtype;parameters`. */
function parseEssence(text) {
  const start = text.search(/[^\r\n\t ]|$/);
  const slash = text.indexOf('/', start);
  const type = text.slice(start, slash === -1 ? undefined : slash);
  const at = type.search(notToken);
  if (type === '' || at !== -1 || slash === -1) throw new ERR_INVALID_MIME_SYNTAX('type', text, at);

  const semicolon = text.indexOf(';', slash);
  const end = semicolon === -1 ? text.length : semicolon;
  const subtype = text.slice(slash + 1, end).replace(trailingSpace, '');
  checkToken(subtype, 'subtype', text);
  return { type: lower(type), subtype: lower(subtype), parameters: text.slice(end + 1) };
}

/** Reads a quoted string behind its opening quote; a missing closing quote is forgiven. */
function readQuoted(text, start) {
  let value = '';
  let at = start;
  for (; at < text.length && text[at] !== '"'; at++) {
    // A backslash at the very end stands for itself.
    if (text[at] === '\\' && at + 1 < text.length) at++;
    value += text[at];
  }
  return { value, end: at + 1 };
}

/** Adds what is right in `;name=value;name="value"` to the map; the first of a name counts. */
function parseParameters(text, map) {
  text = text.replace(trailingSpace, '');
  let at = 0;
  while (at < text.length) {
    at += leadingSpace.exec(text.slice(at))?.[0].length ?? 0;
    const length = text.slice(at).search(/[;=]|$/);
    const name = lower(text.slice(at, at + length));
    at += length;
    const separator = text[at++];
    if (separator !== '=' || at >= text.length) continue; // no value

    let value;
    if (text[at] === '"') {
      const quoted = readQuoted(text, at + 1);
      value = quoted.value;
      // What follows up to the next semicolon belongs to nothing.
      at = quoted.end;
    } else {
      const semicolon = text.indexOf(';', at);
      const end = semicolon === -1 ? text.length : semicolon;
      value = text.slice(at, end).replace(trailingSpace, '');
      at = end;
      if (value === '') {
        continue;
      }
    }
    if (name !== '' && !notToken.test(name) && !notQuotable.test(value) && !map.has(name)) map.set(name, value);
    at++;
  }
}

const quote = (value) =>
  (value !== '' && !notToken.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`);

let makeParams;

class MIMEParams {
  #map = new Map();
  #unparsed = ''; // parsed when somebody looks at it

  static {
    makeParams = (text) => {
      const params = new MIMEParams();
      params.#unparsed = text;
      return params;
    };
  }

  #parsed() {
    if (this.#unparsed !== '') {
      parseParameters(this.#unparsed, this.#map);
      this.#unparsed = '';
    }
    return this.#map;
  }

  delete(name) {
    this.#parsed().delete(lower(`${name}`));
  }

  get(name) {
    return this.#parsed().get(lower(`${name}`)) ?? null;
  }

  has(name) {
    return this.#parsed().has(lower(`${name}`));
  }

  set(name, value) {
    const map = this.#parsed();
    name = lower(`${name}`);
    value = `${value}`;
    checkToken(name, 'parameter name');
    const at = value.search(notQuotable);
    if (at !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter value', value, at);
    map.set(name, value);
  }

  *entries() {
    yield* this.#parsed().entries();
  }

  *keys() {
    yield* this.#parsed().keys();
  }

  *values() {
    yield* this.#parsed().values();
  }

  toString() {
    const parts = [];
    for (const { 0: name, 1: value } of this.#parsed()) parts.push(`${name}=${quote(value)}`);
    return parts.join(';');
  }
}

const paramsToString = Function.prototype.call.bind(MIMEParams.prototype.toString);

function alias(prototype, name, method) {
  Object.defineProperty(prototype, name, { __proto__: null, configurable: true, writable: true, value: prototype[method] });
}

alias(MIMEParams.prototype, Symbol.iterator, 'entries');
alias(MIMEParams.prototype, 'toJSON', 'toString');

// For the constructor, from `parse` below: no type, instead of an error.
const quiet = Symbol('quiet');

class MIMEType {
  #type;
  #subtype;
  #parameters;

  constructor(string, mode = null) {
    string = `${string}`;
    if (mode != null && mode !== quiet) throw new ERR_ILLEGAL_CONSTRUCTOR();
    let essence;
    try {
      essence = parseEssence(string);
    } catch (error) {
      if (mode === quiet) return;
      throw error;
    }
    this.#type = essence.type;
    this.#subtype = essence.subtype;
    this.#parameters = makeParams(essence.parameters);
  }

  /** Like the constructor, but null for what is no MIME type. */
  static parse(string) {
    const result = new MIMEType(string, quiet);
    return result.type ? result : null;
  }

  get type() {
    return this.#type;
  }

  set type(value) {
    value = `${value}`;
    checkToken(value, 'type');
    this.#type = lower(value);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(value) {
    value = `${value}`;
    checkToken(value, 'subtype');
    this.#subtype = lower(value);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#parameters;
  }

  toString() {
    const parameters = paramsToString(this.#parameters);
    return `${this.#type}/${this.#subtype}${parameters === '' ? '' : `;${parameters}`}`;
  }
}

alias(MIMEType.prototype, 'toJSON', 'toString');

module.exports = { MIMEParams, MIMEType };
