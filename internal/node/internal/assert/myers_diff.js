'use strict';
// The shortest list of changes that makes one list of another: E. W. Myers, "An O(ND) Difference Algorithm and Its
// Variations" (1986). And how it is printed.

const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
const colors = require('internal/util/colors');

const remove = -1; // only in `expected`
const keep = 0;
const insert = 1; // only in `actual`

const longest = 2 ** 31 - 1;

// More unchanged lines than this in a row are abbreviated.
const context = 5;

/** Lines of printed objects are the same even if one is the last and has no comma. */
function equalButComma(a, b) {
  return a === b || `${a},` === b || a === `${b},`;
}

/**
 * How far each diagonal gets with d changes, for growing d until both lists are used up. Returns for each step d what
 * the one before it had reached: of diagonal k, which lies between -d and d, at index k + d.
 */
function furthestPaths(actual, expected, equal) {
  const steps = [];
  let before = new Int32Array(3);
  for (let d = 0; ; d++) {
    steps.push(before);
    const now = new Int32Array(2 * d + 3);
    for (let k = -d; k <= d; k += 2) {
      let x = stepsDown(before, d, k) ? before[k + 1 + d] : before[k - 1 + d] + 1;
      let y = x - k;
      while (x < actual.length && y < expected.length && equal(actual[x], expected[y])) {
        x++;
        y++;
      }
      now[k + d + 1] = x;
      if (x >= actual.length && y >= expected.length) return steps;
    }
    before = now;
  }
}

/** Whether diagonal k is reached from the one above it or from the one below, whichever got further. */
function stepsDown(before, d, k) {
  return k === -d || (k !== d && before[k - 1 + d] < before[k + 1 + d]);
}

/**
 * The differences from the last to the first, as [operation, value].
 * @param {ArrayLike<string>} actual
 * @param {ArrayLike<string>} expected
 * @param {boolean} [checkCommaDisparity] whether a comma at the end makes no difference
 */
function myersDiff(actual, expected, checkCommaDisparity = false) {
  const size = actual.length + expected.length;
  if (size > longest) throw new ERR_OUT_OF_RANGE('myersDiff input size', '< 2^31', size);
  const equal = checkCommaDisparity ? equalButComma : (a, b) => a === b;
  const steps = furthestPaths(actual, expected, equal);

  // From the end back to the start, along the path that got there.
  const result = [];
  let x = actual.length;
  let y = expected.length;
  for (let d = steps.length - 1; d >= 0; d--) {
    const before = steps[d];
    const down = stepsDown(before, d, x - y);
    const previous = x - y + (down ? 1 : -1);
    const previousX = before[previous + d];
    const previousY = previousX - previous;
    while (x > previousX && y > previousY) {
      x--;
      y--;
      const line = checkCommaDisparity && !actual[x].endsWith(',') ? expected[y] : actual[x];
      result.push([keep, line]);
    }
    if (d > 0) result.push(down ? [remove, expected[--y]] : [insert, actual[--x]]);
  }
  return result;
}

/** A difference of characters, told apart by colour alone. */
function printSimpleMyersDiff(diff) {
  const paint = (operation) => (operation === insert ? colors.green : operation === remove ? colors.red : colors.white);
  return `\n${diff.toReversed().map(({ 0: operation, 1: value }) => `${paint(operation)}${value}${colors.white}`).join('')}`;
}

/** Unchanged lines; `skipped` tells that some were left out. */
function printKept(lines, isLast) {
  const print = (line) => `${colors.white}  ${line}\n`;
  const shown = lines.slice(0, context).map(print).join('');
  const rest = lines.length - context;
  // Behind the last difference nothing follows that would need context.
  if (rest <= 0 || isLast) return { text: shown, skipped: false };
  if (rest <= 2) return { text: shown + lines.slice(context).map(print).join(''), skipped: false };
  return { text: `${shown}${colors.blue}...${colors.white}\n${print(lines.at(-1))}`, skipped: true };
}

/**
 * @param {Array<[number, string]>} diff of lines, the last one first
 * @param {string} operator of the assertion
 * @returns {{message: string, skipped: boolean}}
 */
function printMyersDiff(diff, operator) {
  // What is too much does not matter to a partial comparison.
  const inserted = operator === 'partialDeepStrictEqual' ?
    (line) => `${colors.gray}${colors.hasColors ? ' ' : '+'} ${line}${colors.white}\n` :
    (line) => `${colors.green}+${colors.white} ${line}\n`;
  let message = '';
  let skipped = false;
  let kept = [];
  const flush = (isLast) => {
    const part = printKept(kept, isLast);
    message += part.text;
    skipped ||= part.skipped;
    kept = [];
  };
  for (const { 0: operation, 1: line } of diff.toReversed()) {
    if (operation === keep) {
      kept.push(line);
      continue;
    }
    flush(false);
    message += operation === insert ? inserted(line) : `${colors.red}-${colors.white} ${line}\n`;
  }
  flush(true);
  return { message: `\n${message.trimEnd()}`, skipped };
}

module.exports = { myersDiff, printMyersDiff, printSimpleMyersDiff };
