'use strict';
// The source text of the call that made an error: what assert.ok quotes.

const { getErrorLocation } = internalBinding('errors');

const reserved = new Set((
  'break case catch continue debugger default do else finally for function if return switch throw try var const while ' +
  'with new this super class extends export import null true false in instanceof typeof void delete').split(' '));
// Behind these words a slash divides, behind the others a regular expression begins.
const operandWords = new Set(['this', 'super', 'null', 'true', 'false']);

const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)n?/y;
const string = /'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?/ysu;
const blank = /\s+|\/\/.*|\/\*[^]*?(?:\*\/|$)/y;
const regularExpression = /\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\]?)+\/?[\p{ID_Continue}$]*/yu;
const templateText = /(?:[^`\\$]|\\.|\$(?!\{))*/ysu;

/**
 * The tokens of one line of source, which need not be complete: `{ type, start }`, where the type is 'name', 'string',
 * 'num', 'regexp', 'template', the word itself for a reserved one, or the punctuator.
 */
function* tokenize(code) {
  let at = 0;
  let operand = false; // whether the last token ends an operand
  const braces = []; // for each open brace whether it belongs to a template's ${
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0] ?? '';
  };

  while (at < code.length) {
    const skipped = match(blank);
    if (skipped !== '') {
      at += skipped.length;
      continue;
    }
    const start = at;
    const c = code[at];
    let type = c;
    let text = match(word);
    if (text !== '') {
      type = reserved.has(text) ? text : 'name';
      operand = type === 'name' || operandWords.has(text);
    } else if (c === "'" || c === '"') {
      text = match(string);
      type = 'string';
      operand = true;
    } else if (/\d/.test(c) || (c === '.' && /\d/.test(code[at + 1] ?? ''))) {
      text = match(number) || c;
      type = 'num';
      operand = true;
    } else if (c === '/' && !operand) {
      text = match(regularExpression) || c;
      type = 'regexp';
      operand = true;
    } else if (c === '`' || (c === '}' && braces.at(-1) === true)) {
      // A template up to its end or to the next expression in it.
      if (c === '}') braces.pop();
      at++;
      text = c + match(templateText);
      at = start;
      const end = code.slice(start + text.length);
      type = 'template';
      operand = end.startsWith('`');
      if (operand) text += '`';
      else if (end.startsWith('${')) {
        text += '${';
        braces.push(true);
      }
    } else if (c === '?' && code[at + 1] === '.' && !/\d/.test(code[at + 2] ?? '')) {
      text = type = '?.';
      operand = false;
    } else {
      text = c;
      operand = c === ')' || c === ']' || c === '}';
      if (c === '{') braces.push(false);
      else if (c === '}') braces.pop();
    }
    at = start + text.length;
    yield { type, start };
  }
}

const isAccess = (type) => type === '.' || type === '?.' || type === '[' || type === ']';
const isMemberName = (type) => type === 'name' || type === 'string' || type === 'num';

/**
 * The call in `code` that was made at `column`: with the objects that the function was taken from (`assert.` of
 * `assert.ok(x)`, where the column is that of `ok`) and up to its closing parenthesis, if that is on the line.
 */
function firstExpression(code, column) {
  let last; // type and start of the token before
  let first; // the name that the chain of member accesses begins with
  let depth = 0;
  for (const token of tokenize(code)) {
    const { type, start } = token;
    if (start < column) {
      if (type === ';') {
        first = undefined;
        continue;
      }
      if (isAccess(type)) {
        if (last?.type === 'name') first ??= last;
      } else if (!isMemberName(type)) {
        first = undefined;
      }
      last = token;
    } else if (type === '(') {
      depth++;
    } else if (type === ')') {
      if (--depth === 0) return code.slice(first?.start ?? column, start + 1);
    } else if (type === ';') {
      return ''; // several statements: too much to quote
    }
  }
  return code.slice(first?.start ?? column);
}

/**
 * The expression that made an error; '' when there is nothing sensible to show.
 * @param {object} error an error or an object with a captured stack, which nobody may have looked at yet
 */
function getErrorSourceExpression(error) {
  const location = getErrorLocation(error);
  if (location === undefined) return '';
  const { 2: sourceLine, 3: startColumn } = location;
  return firstExpression(sourceLine, startColumn);
}

module.exports = { getErrorSourceExpression };
