'use strict';
// Tells on standard output how tests went, as Node's reporter "spec" does.

const { inspect } = require('internal/util/inspect');

const paint = (code) => (text) => {
  const { shouldColorize } = require('internal/util/colors');
  return shouldColorize(process.stdout) ? `\u001b[${code}m${text}\u001b[39m` : text;
};
const green = paint(32);
const red = paint(31);
const yellow = paint(33);
const blue = paint(34);
const gray = paint(90);

const indentation = (test) => '  '.repeat(test.nesting);
const duration = (test) => gray(`(${test.duration}ms)`);

/** The parents of a test, announced when the first of their children has ended. */
const announced = new WeakSet();

function announceParents(test) {
  const { parent } = test;
  if (parent === null || parent.parent === null || announced.has(parent)) return;
  announceParents(parent);
  announced.add(parent);
  process.stdout.write(`${indentation(parent)}▶ ${parent.name}\n`);
}

function directive(test) {
  if (test.skipped !== undefined) return ` # ${test.skipped || 'SKIP'}`;
  if (test.todo !== undefined) return ` # ${test.todo || 'TODO'}`;
  return '';
}

function line(test) {
  const rest = `${test.name} ${duration(test)}${directive(test)}`;
  if (test.skipped !== undefined) return gray(`﹣ ${rest}`);
  if (test.failed) return test.todo === undefined ? red(`✖ ${rest}`) : yellow(`⚠ ${rest}`);
  return green(`✔ ${rest}`);
}

/** A test has ended. */
function report(test) {
  announceParents(test);
  let text = `${indentation(test)}${line(test)}\n`;
  for (const message of test.diagnostics) text += `${indentation(test)}${blue(`ℹ ${message}`)}\n`;
  process.stdout.write(text);
}

/** All tests have ended. */
function summarize(counts, failures, diagnostics) {
  let text = diagnostics.map((message) => `${blue(`ℹ ${message}`)}\n`).join('');
  for (const name of Object.keys(counts)) text += `${blue(`ℹ ${name} ${counts[name]}`)}\n`;
  if (failures.length !== 0) text += `\n${red('✖ failing tests:')}\n`;
  for (const test of failures) {
    const { error: { cause, code, failureType } } = test;
    // An error of the runner's own has a text as its cause.
    const shown = code === 'ERR_TEST_FAILURE' && failureType !== undefined ? cause : test.error;
    const error = inspect(shown).replaceAll('\n', '\n  ');
    text += `\ntest at ${test.location}\n${line(test)}\n  ${error}\n`;
  }
  process.stdout.write(text);
}

module.exports = { report, summarize };
