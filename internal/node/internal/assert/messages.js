'use strict';
// What an AssertionError says: the values side by side, or the difference between them.

const { inspect } = require('internal/util/inspect');
const colors = require('internal/util/colors');
const { myersDiff, printMyersDiff, printSimpleMyersDiff } = require('internal/assert/myers_diff');

const headlines = {
  __proto__: null,
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
  notIdentical: 'Values have same structure but are not reference-equal:',
};

// Two values that take no more characters than this together stand in one line: `1 !== 2`.
const shortPair = 12;
const longestText = 512;
const mostLines = 50;

/** Everything that a comparison looks at, one property to a line; whatever the application has made the default. */
function inspectValue(value) {
  return inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: Infinity,
    showHidden: false,
    showProxy: false,
    sorted: true,
    getters: true,
  });
}

const isObject = (value) => typeof value === 'object' && value !== null;

function areReferences(actual, expected) {
  return (isObject(actual) && isObject(expected)) || (typeof actual === 'function' && typeof expected === 'function');
}

function limit(text, length, diffType) {
  return text.length > length && diffType !== 'full' ? `${text.slice(0, length - 3)}...` : text;
}

/** The column in which two printed strings begin to differ; -1 when one sees it anyway. */
function firstDifference(actual, expected) {
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] !== expected[i]) return i >= 3 ? i : -1; // the first is the quote
  }
  return -1;
}

/** Both values, one below the other; for strings that fit with a mark where they begin to differ. */
function stacked(actual, expected, areStrings) {
  const text = `\n${colors.green}+${colors.white} ${actual}\n${colors.red}- ${colors.white}${expected}`;
  const width = process.stderr.isTTY ? process.stderr.columns : 80;
  const column = areStrings && actual.length + expected.length <= width ? firstDifference(actual, expected) : -1;
  return column === -1 ? text : `${text}\n${' '.repeat(column + 2)}^`;
}

/** The difference between values of one line each. Also says what the header is, if it is not the usual one. */
function simpleDifference(actual, textA, expected, textB) {
  const quotes = (typeof actual === 'string' ? 2 : 0) + (typeof expected === 'string' ? 2 : 0);
  // 0 !== -0 would look odd.
  if (textA.length + textB.length - quotes <= shortPair && (actual !== 0 || expected !== 0)) {
    return { text: `${textA} !== ${textB}`, header: '' };
  }
  const areStrings = typeof actual === 'string' && typeof expected === 'string';
  if (areStrings && colors.hasColors) {
    return {
      text: printSimpleMyersDiff(myersDiff(textA.split(''), textB.split(''))),
      header: `${colors.green}actual${colors.white} ${colors.red}expected${colors.white}`,
    };
  }
  return { text: stacked(textA, textB, areStrings), header: undefined };
}

function usualHeader(operator) {
  if (operator === 'partialDeepStrictEqual') {
    const plus = colors.hasColors ? '' : '+ ';
    return `${colors.gray}${plus}actual${colors.white} ${colors.red}- expected${colors.white}`;
  }
  return `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`;
}

/**
 * The message of strictEqual, deepStrictEqual and partialDeepStrictEqual.
 * @param {any} actual
 * @param {any} expected
 * @param {string} operator
 * @param {string} [headline] the caller's own
 * @param {string} [diffType] 'simple' or 'full'
 */
function differenceMessage(actual, expected, operator, headline, diffType) {
  if (operator === 'strictEqual' && areReferences(actual, expected)) operator = 'strictEqualObject';
  const textA = inspectValue(actual);
  const textB = inspectValue(expected);
  const linesA = textA.split('\n');
  const linesB = textB.split('\n');
  let header = `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`;
  let body;
  let skipped = false;

  if (linesA.length === 1 && linesB.length === 1 && !(isObject(actual) && isObject(expected))) {
    const difference = simpleDifference(actual, textA, expected, textB);
    body = difference.text;
    header = difference.header ?? header;
  } else if (textA === textB) {
    operator = 'notIdentical';
    header = '';
    skipped = linesA.length > mostLines && diffType !== 'full';
    body = skipped ? `${linesA.slice(0, mostLines).join('\n')}\n...}` : textA;
  } else {
    const printed = printMyersDiff(myersDiff(linesA, linesB, isObject(actual)), operator);
    body = printed.message;
    skipped = printed.skipped;
    header = usualHeader(operator);
  }
  return `${headline || headlines[operator]}\n${header}${skipped ? '\n... Skipped lines' : ''}\n${body}\n`;
}

/** The message of notStrictEqual and notDeepStrictEqual: the value that both are. */
function samenessMessage(actual, operator, diffType) {
  const isReference = operator === 'notStrictEqual' && (isObject(actual) || typeof actual === 'function');
  const headline = headlines[isReference ? 'notStrictEqualObject' : operator];
  const lines = inspectValue(actual).split('\n');
  if (lines.length === 1) return `${headline}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`;
  if (lines.length > mostLines && diffType !== 'full') {
    lines.length = mostLines - 3;
    lines[mostLines - 4] = `${colors.blue}...${colors.white}`;
  }
  return `${headline}\n\n${lines.join('\n')}\n`;
}

/** The message of all the other operators: both values. */
function pairMessage(actual, expected, operator, diffType) {
  const textA = inspectValue(actual);
  const textB = inspectValue(expected);
  if (operator === 'notDeepEqual' && textA === textB) {
    return limit(`${headlines.notDeepEqual}\n\n${textA}`, 1024, diffType);
  }
  const a = limit(textA, longestText, diffType);
  const b = limit(textB, longestText, diffType);
  if (operator === 'deepEqual') return `${headlines.deepEqual}\n\n${a}\n\nshould loosely deep-equal\n\n${b}`;
  if (operator === 'notDeepEqual') {
    return `${headlines.notDeepEqualUnequal}\n\n${a}\n\nshould not loosely deep-equal\n\n${b}`;
  }
  return `${a} ${operator} ${b}`;
}

/** Whether a message of the caller's becomes the headline of the difference. */
const showsDifference = (operator) =>
  operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'partialDeepStrictEqual';

/** The message for values that did not hold. */
function generateMessage(actual, expected, operator, diffType) {
  if (showsDifference(operator)) return differenceMessage(actual, expected, operator, undefined, diffType);
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
    return samenessMessage(actual, operator, diffType);
  }
  return pairMessage(actual, expected, operator, diffType);
}

module.exports = { differenceMessage, generateMessage, longestText, showsDifference };
