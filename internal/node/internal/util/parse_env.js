'use strict';
// Reads .env files: NAME=value lines.

const space = /^[ \t\n\r]+|[ \t\n\r]+$/g;
const trim = (text) => text.replace(space, '');

const quotes = /["'`]/;

const setOwn = (object, key, value) =>
  Object.defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

/** What stands between quotes, and where it ends; undefined when the quote is not closed. */
function quoted(text) {
  const mark = text[0];
  if (!quotes.test(mark)) return undefined;
  const end = text.indexOf(mark, 1);
  if (end === -1) return undefined;
  const value = text.slice(1, end);
  // Double quotes alone give \n a meaning.
  return { value: mark === '"' ? value.replaceAll('\\n', '\n') : value, end: end + 1 };
}

const endOfLine = (text, from = 0) => {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
};

/**
 * The variables of the text, as an object. Lines without "=" are passed over; a value may be quoted and then go over
 * several lines; a "#" begins a comment.
 * @param {string} content
 */
function parseEnv(content) {
  const result = {};
  let rest = trim(content.replaceAll('\r', ''));
  while (rest !== '') {
    const lineEnd = endOfLine(rest);
    const equals = rest.indexOf('=');
    if (rest[0] === '#' || equals === -1 || equals > lineEnd) {
      rest = trim(rest.slice(lineEnd));
      continue;
    }
    let name = trim(rest.slice(0, equals));
    rest = rest.slice(equals + 1);
    if (rest === '' || rest[0] === '\n') {
      setOwn(result, name, '');
      rest = trim(rest);
      continue;
    }
    rest = trim(rest);
    if (name === '') continue; // the text behind a stray "=" is read as if it began a line
    if (name.startsWith('export ')) name = trim(name.slice('export '.length));
    const text = quoted(rest);
    if (text !== undefined) {
      setOwn(result, name, text.value);
      rest = trim(rest.slice(endOfLine(rest, text.end)));
      continue;
    }
    const line = rest.slice(0, endOfLine(rest));
    // A quote that is not closed is part of the value, and so is what looks like a comment behind it.
    const comment = quotes.test(line[0]) ? -1 : line.indexOf('#');
    setOwn(result, name, trim(comment === -1 ? line : line.slice(0, comment)));
    rest = trim(rest.slice(line.length));
  }
  return result;
}

module.exports = { parseEnv };
