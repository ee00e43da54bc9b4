'use strict';
// Primitives as text: quoting of strings and property names, numbers with separators.

const { plain } = require('internal/util/inspect_options');

const symbolToString = Function.prototype.call.bind(Symbol.prototype.toString);

// Strings below this length are never split at their line breaks.
const shortestSplit = 16;

/* eslint-disable no-control-regex */
// In unicode mode the last class matches surrogates without a partner only.
const unsafe = /[\x00-\x1f\\\x7f-\x9f]|[\ud800-\udfff]/u;
const unsafeAll = new RegExp(unsafe.source, 'gu');
const unsafeOrQuote = /[\x00-\x1f\\'\x7f-\x9f]|[\ud800-\udfff]/u;
const unsafeOrQuoteAll = new RegExp(unsafeOrQuote.source, 'gu');
/* eslint-enable no-control-regex */

const shortEscapes = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\', "'": "\\'" };

function escapeCharacter(character) {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return code > 0xff ? `\\u${hex}` : `\\x${hex.toUpperCase().padStart(2, '0')}`;
}

/** Quotes a string with the first of ' " ` that needs no escaping, or else with '. */
function quote(text) {
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes('`') && !text.includes('${')) mark = '`';
  }
  if (mark === "'") {
    if (unsafeOrQuote.test(text)) text = text.replace(unsafeOrQuoteAll, escapeCharacter);
  } else if (unsafe.test(text)) {
    text = text.replace(unsafeAll, escapeCharacter);
  }
  return mark + text + mark;
}

const bareName = /^[a-zA-Z_][a-zA-Z_0-9]*$/;

/** A property's name as it stands before the colon. */
function propertyName(printer, key) {
  if (typeof key === 'symbol') {
    return printer.stylize(symbolToString(key).replace(unsafeOrQuoteAll, escapeCharacter), 'symbol');
  }
  // In a literal a bare __proto__ would mean something else.
  if (key === '__proto__') return "['__proto__']";
  return bareName.test(key) ? printer.stylize(key, 'name') : printer.stylize(quote(key), 'string');
}

const groupFromRight = (digits) => digits.replace(/\B(?=(?:\d{3})+$)/g, '_');
const groupFromLeft = (digits) => digits.replace(/\d{3}(?=\d)/g, '$&_');

function numberText(number, separate) {
  if (Object.is(number, -0)) return '-0';
  const text = `${number}`;
  // Exponents, NaN and the infinities are left alone.
  if (!separate || !Number.isFinite(number) || text.includes('e')) return text;
  const point = text.indexOf('.');
  if (point === -1) return groupFromRight(text);
  return `${groupFromRight(text.slice(0, point))}.${groupFromLeft(text.slice(point + 1))}`;
}

function bigintText(number, separate) {
  const text = `${number}`;
  return `${separate ? groupFromRight(text) : text}n`;
}

function formatNumber(stylize, number, separate) {
  return stylize(numberText(number, separate), 'number');
}

function formatBigInt(stylize, number, separate) {
  return stylize(bigintText(number, separate), 'bigint');
}

const plural = (count, noun) => `${count} ${noun}${count > 1 ? 's' : ''}`;

/** The entry that stands for what was left out. */
const moreItems = (count) => `... ${plural(count, 'more item')}`;

function formatString(stylize, text, printer) {
  let omitted = '';
  const limit = printer.maxStringLength;
  if (text.length > limit) {
    omitted = `... ${plural(text.length - limit, 'more character')}`;
    text = text.slice(0, limit);
  }
  if (printer.compact !== true && text.length > shortestSplit &&
      text.length > printer.breakLength - printer.indent - 4) {
    const lines = text.split(/(?<=\n)/).map((line) => stylize(quote(line), 'string'));
    return lines.join(` +\n${' '.repeat(printer.indent + 2)}`) + omitted;
  }
  return stylize(quote(text), 'string') + omitted;
}

function formatPrimitive(stylize, value, printer) {
  switch (typeof value) {
    case 'string': return formatString(stylize, value, printer);
    case 'number': return formatNumber(stylize, value, printer.numericSeparator);
    case 'bigint': return formatBigInt(stylize, value, printer.numericSeparator);
    case 'boolean': return stylize(`${value}`, 'boolean');
    case 'undefined': return stylize('undefined', 'undefined');
    default: return stylize(symbolToString(value), 'symbol');
  }
}

module.exports = {
  bigintText,
  formatBigInt,
  formatNumber,
  formatPrimitive,
  moreItems,
  numberText,
  plain,
  plural,
  propertyName,
  quote,
};
