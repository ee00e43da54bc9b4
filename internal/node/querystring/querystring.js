'use strict';

// The legacy query strings: what a form sends becomes an object of strings and arrays of strings.

const { codes: { ERR_INVALID_URI } } = require('internal/errors');

// Characters that stand for themselves in a query: A-Z a-z 0-9 ! ' ( ) * - . _ ~
const plain = new Int8Array(128);
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!'()*-._~") plain[c.charCodeAt(0)] = 1;

const percent = new Array(256);
for (let i = 0; i < 256; i++) percent[i] = `%${i < 16 ? '0' : ''}${i.toString(16).toUpperCase()}`;

const hexValue = new Int8Array(128).fill(-1);
for (let i = 0; i < 10; i++) hexValue[48 + i] = i;
for (let i = 0; i < 6; i++) hexValue[65 + i] = hexValue[97 + i] = 10 + i;

function hexOf(code) {
  return code < 128 ? hexValue[code] : -1;
}

/** The bytes of a percent-encoded string; what is not an escape stands for itself, cut to a byte. */
function unescapeBuffer(s, decodeSpaces) {
  const bytes = require('buffer').Buffer.allocUnsafe(s.length);
  const length = s.length;
  let size = 0;
  for (let i = 0; i < length; i++) {
    const code = s.charCodeAt(i);
    if (code === 43 && decodeSpaces) { // +
      bytes[size++] = 32;
      continue;
    }
    if (code === 37 && i + 2 < length) { // %
      const high = hexOf(s.charCodeAt(i + 1));
      const low = hexOf(s.charCodeAt(i + 2));
      if (high >= 0 && low >= 0) {
        bytes[size++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    bytes[size++] = code;
  }
  return size === length ? bytes : bytes.slice(0, size);
}

/** Decodes percent-escapes; never throws, whatever the bytes are. */
function unescape(s, decodeSpaces) {
  try {
    return decodeURIComponent(s);
  } catch {
    return module.exports.unescapeBuffer(s, decodeSpaces).toString();
  }
}

function encode(string) {
  const length = string.length;
  let result = '';
  let start = 0;
  for (let i = 0; i < length; i++) {
    let code = string.charCodeAt(i);
    if (code < 128) {
      if (plain[code] === 1) continue;
      if (start < i) result += string.slice(start, i);
      start = i + 1;
      result += percent[code];
      continue;
    }
    if (start < i) result += string.slice(start, i);
    if (code < 0x800) {
      result += percent[0xc0 | (code >> 6)] + percent[0x80 | (code & 63)];
    } else if (code < 0xd800 || code >= 0xe000) {
      result += percent[0xe0 | (code >> 12)] + percent[0x80 | ((code >> 6) & 63)] + percent[0x80 | (code & 63)];
    } else {
      // Half of a pair: whatever follows is taken for the other half, as encodeURIComponent never would.
      i++;
      if (i >= length) throw new ERR_INVALID_URI();
      code = 0x10000 + (((code & 0x3ff) << 10) | (string.charCodeAt(i) & 0x3ff));
      result += percent[0xf0 | (code >> 18)] + percent[0x80 | ((code >> 12) & 63)] +
        percent[0x80 | ((code >> 6) & 63)] + percent[0x80 | (code & 63)];
    }
    start = i + 1;
  }
  if (start === 0) return string;
  return start < length ? result + string.slice(start) : result;
}

/** Percent-encodes what may not stand in a query. */
function escape(value) {
  if (typeof value !== 'string') value = typeof value === 'object' ? String(value) : `${value}`;
  return encode(value);
}

function primitiveToString(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`;
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return '';
}

/** Encodes a primitive; numbers and booleans need not be looked at. */
function encodePrimitive(value, escapeWith) {
  if (typeof value === 'string') return value.length > 0 ? escapeWith(value) : '';
  if (typeof value === 'number' && Number.isFinite(value)) return Math.abs(value) < 1e21 ? `${value}` : escapeWith(`${value}`);
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return '';
}

function convertWithOwn(value, escapeWith) {
  return escapeWith(primitiveToString(value));
}

/** The query string of an object's own properties; arrays give several fields. */
function stringify(object, separator, equals, options) {
  separator ||= '&';
  equals ||= '=';
  if (object === null || typeof object !== 'object') return '';
  let escapeWith = module.exports.escape;
  if (options && typeof options.encodeURIComponent === 'function') escapeWith = options.encodeURIComponent;
  const convert = escapeWith === escape ? encodePrimitive : convertWithOwn;
  const keys = Object.keys(object);
  let fields = '';
  for (let i = 0; i < keys.length; i++) {
    const value = object[keys[i]];
    const name = convert(keys[i], escapeWith) + equals;
    if (Array.isArray(value)) {
      if (value.length === 0) continue;
      if (fields) fields += separator;
      for (let j = 0; j < value.length; j++) {
        if (j) fields += separator;
        fields += name + convert(value[j], escapeWith);
      }
    } else {
      if (fields) fields += separator;
      fields += name + convert(value, escapeWith);
    }
  }
  return fields;
}

function decode(string, decoder) {
  try {
    return decoder(string);
  } catch {
    return unescape(string, true);
  }
}

/**
 * A field's name or value: '+' is a space, and escapes are looked for only where there are any.
 * `suspect`: call the decoder although there is no escape.
 */
function decodeField(string, custom, decoder, suspect) {
  if (string.includes('+')) string = string.replaceAll('+', custom ? '%20' : ' ');
  if (string === '') return '';
  return custom || suspect || indexOfEscape(string, 0) !== -1 ? decode(string, decoder) : string;
}

/** Where from `start` on there is a '%' with two hexadecimal digits behind it. */
function indexOfEscape(string, start) {
  for (let i = string.indexOf('%', start); i !== -1 && i + 2 < string.length; i = string.indexOf('%', i + 1)) {
    if (hexOf(string.charCodeAt(i + 1)) >= 0 && hexOf(string.charCodeAt(i + 2)) >= 0) return i;
  }
  return -1;
}

/** Two escapes in a name make Node decode the value as well, which shows where the value has a lone '%'. */
function hasTwoEscapes(string, start, end) {
  const name = string.slice(start, end);
  const first = indexOfEscape(name, 0);
  return first !== -1 && indexOfEscape(name, first + 3) !== -1;
}

/** Parses a query string into an object without a prototype. */
function parse(string, separator, equals, options) {
  const fields = { __proto__: null };
  if (typeof string !== 'string' || string.length === 0) return fields;
  separator = !separator ? '&' : `${separator}`;
  equals = !equals ? '=' : `${equals}`;
  let remaining = 1000;
  if (options && typeof options.maxKeys === 'number') remaining = options.maxKeys > 0 ? options.maxKeys : -1;
  let decoder = module.exports.unescape;
  if (options && typeof options.decodeURIComponent === 'function') decoder = options.decodeURIComponent;
  const custom = decoder !== unescape;

  const simple = separator.length === 1 && equals.length === 1 && separator !== equals;
  const next = simple ? nextField : nextFieldByScan;
  for (let position = 0; position < string.length;) {
    position = next(string, position, separator, equals);
    if (found.end > found.start || found.middle !== -1) {
      const end = found.middle === -1 ? found.end : found.middle;
      const name = decodeField(string.slice(found.start, end), custom, decoder, false);
      let value = '';
      if (found.middle !== -1 && separator !== '') {
        value = string.slice(found.middle + equals.length, found.end);
        const suspect = value.includes('%') && hasTwoEscapes(string, found.start, end);
        value = decodeField(value, custom, decoder, suspect);
      }
      add(fields, name, value);
    }
    if (--remaining === 0) break;
  }
  return fields;
}

// Where the last field that was looked for lies; middle is where its equals sign is, or -1.
const found = { start: 0, middle: -1, end: 0 };

/** Finds the field at `position` and returns where the next one starts. */
function nextField(string, position, separator, equals) {
  let end = string.indexOf(separator, position);
  if (end === -1) end = string.length;
  const middle = string.indexOf(equals, position);
  found.start = position;
  found.middle = middle < end ? middle : -1;
  found.end = end;
  return end + 1;
}

/**
 * nextField() for separators that share characters. Node reads once from left to right: a character that
 * continues the separator is not looked at as one of the equals sign, and neither is looked for again
 * inside of what began like it.
 */
function nextFieldByScan(string, position, separator, equals) {
  let inSeparator = 0;
  let inEquals = 0;
  found.start = position;
  found.middle = equals === '' ? position : -1;
  found.end = string.length;
  for (let i = position; i < string.length; i++) {
    const c = string[i];
    if (c === separator[inSeparator]) {
      if (++inSeparator < separator.length) continue;
      found.end = i + 1 - separator.length;
      return i + 1;
    }
    inSeparator = 0;
    if (found.middle !== -1) continue;
    if (c !== equals[inEquals]) {
      inEquals = 0;
    } else if (++inEquals === equals.length) {
      found.middle = i + 1 - equals.length;
    }
  }
  return string.length;
}

function add(fields, name, value) {
  const present = fields[name];
  if (present === undefined) fields[name] = value;
  else if (typeof present === 'string') fields[name] = [present, value];
  else present.push(value);
}

module.exports = {
  unescapeBuffer,
  unescape,
  escape,
  stringify,
  encode: stringify,
  parse,
  decode: parse,
};
