'use strict';
// The header fields of a message that came: from text to the objects that applications see.
//
// A section of fields comes as an array of names and values, or as one text of lines "Name: value\r\n", checked and
// trimmed by the parser. In the text, a name that the parser knows is two characters: U+0080 and its number for the
// usual spelling, U+0081 and its number for lower case.

const { toLower } = require('internal/http/tokens');

// What to do with a field that comes again.
const kJoin = 0; // add it after a comma
const kFirst = 1; // it is dropped
const kList = 2; // the field is an array
const kCookies = 3; // add it after a semicolon

const rules = new Map([['set-cookie', kList], ['cookie', kCookies]]);
for (const name of [
  'age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since',
  'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer', 'retry-after',
  'server', 'user-agent',
]) rules.set(name, kFirst);

// The parser's names, by number: as they are usually written, in lower case, and what to do with them.
let knownTitles;
let knownLower;
let knownRules;

function loadKnownNames() {
  knownTitles = internalBinding('http_parser').knownNames();
  knownLower = knownTitles.map((name) => name.toLowerCase());
  knownRules = knownLower.map((name) => rules.get(name) ?? kJoin);
}

// Adds a field to the object of all. `lower` is its name; `join`: join what would be dropped.
function add(dest, lower, value, rule, join) {
  const before = dest[lower];
  if (before === undefined) {
    dest[lower] = rule === kList ? [value] : value;
  } else if (rule === kList) {
    before.push(value);
  } else if (rule === kCookies) {
    dest[lower] = typeof before === 'string' ? `${before}; ${value}` : value;
  } else if (rule === kFirst) {
    if (join) dest[lower] = `${before}, ${value}`;
  } else {
    dest[lower] = typeof before === 'string' ? `${before}, ${value}` : value;
  }
}

function addField(dest, name, value, join) {
  const lower = toLower(name);
  add(dest, lower, value, rules.get(lower) ?? kJoin, join);
}

function addDistinct(dest, lower, value) {
  if (dest[lower]) dest[lower].push(value);
  else dest[lower] = [value];
}

// The two functions that walk the text are written out: one of them runs for every request that is looked at.

/** The fields of a text as an array of names and values, at most `max` elements. */
function toArray(text, max) {
  const out = [];
  for (let i = 0; i < text.length && out.length < max;) {
    const mark = text.charCodeAt(i);
    let name;
    if (mark < 0x80) {
      const colon = text.indexOf(':', i);
      name = text.slice(i, colon);
      i = colon + 2;
    } else {
      if (knownTitles === undefined) loadKnownNames();
      const id = text.charCodeAt(i + 1);
      name = mark === 0x80 ? knownTitles[id] : knownLower[id];
      i += 2;
    }
    const end = text.indexOf('\r\n', i);
    out.push(name, text.slice(i, end));
    i = end + 2;
  }
  return out;
}

/** Adds the fields of a text to `dest`, at most `max` names and values. */
function addText(dest, text, max, join) {
  for (let i = 0, n = 0; i < text.length && n < max; n += 2) {
    const mark = text.charCodeAt(i);
    let lower;
    let rule;
    if (mark < 0x80) {
      const colon = text.indexOf(':', i);
      lower = toLower(text.slice(i, colon));
      rule = rules.get(lower) ?? kJoin;
      i = colon + 2;
    } else {
      if (knownTitles === undefined) loadKnownNames();
      const id = text.charCodeAt(i + 1);
      lower = knownLower[id];
      rule = knownRules[id];
      i += 2;
    }
    const end = text.indexOf('\r\n', i);
    add(dest, lower, text.slice(i, end), rule, join);
    i = end + 2;
  }
}

/** Adds the fields of an array of names and values to `dest`. */
function addArray(dest, fields, max, join) {
  for (let i = 0; i < fields.length && i < max; i += 2) addField(dest, fields[i], fields[i + 1], join);
}

/** The fields, each as an array of all its values. */
function toDistinct(fields, max) {
  const dest = { __proto__: null };
  for (let i = 0; i < fields.length && i < max; i += 2) addDistinct(dest, fields[i].toLowerCase(), fields[i + 1]);
  return dest;
}

module.exports = { addArray, addDistinct, addField, addText, toArray, toDistinct };
