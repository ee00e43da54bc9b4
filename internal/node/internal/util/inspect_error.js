'use strict';
// Errors: the stack as the base, with the class name put right, repeated frames folded and, in colour, the frames
// of the application brought out.

const { isError } = require('internal/util');
const { prefix } = require('internal/util/inspect_class');
const { collapseRepeats, sharedFrames } = require('internal/util/inspect_frames');

const { hasOwn } = Object;
const errorToString = Function.prototype.call.bind(Error.prototype.toString);
const objectToString = Function.prototype.call.bind(Object.prototype.toString);

// Stacks below this many frames are shown as they are.
const longStack = 10;

/** The property, or undefined when its getter throws; `failed` tells these cases apart. */
function read(object, key) {
  try {
    return { value: object[key], failed: false };
  } catch {
    return { value: undefined, failed: true };
  }
}

/** The stack, or what is best in its place: a stack that somebody replaced by another value is printed. */
function stackText(printer, error) {
  const stack = read(error, 'stack').value;
  if (!stack) return errorToString(error);
  if (typeof stack === 'string') return stack;
  printer.path.push(error);
  printer.indent += 4;
  const text = printer.print(stack);
  printer.indent -= 4;
  printer.path.pop();
  return `${errorToString(error)}\n    ${text}`;
}

function removeKey(keys, key) {
  const at = keys.indexOf(key);
  if (at !== -1) keys.splice(at, 1);
}

/** Leaves out the own properties that the stack shows already. */
function hideShownKeys(keys, stack, name, message) {
  removeKey(keys, 'stack');
  for (const { key, property } of [{ key: 'message', property: message }, { key: 'name', property: name }]) {
    if (property.failed || !keys.includes(key)) continue;
    if (typeof property.value !== 'string' || stack.includes(property.value)) removeKey(keys, key);
  }
}

/** `cause` and `errors` are listed though they are not enumerable. */
function addNestedErrors(keys, error) {
  if (hasOwn(error, 'cause') && !keys.includes('cause')) keys.push('cause');
  if (Array.isArray(read(error, 'errors').value) && hasOwn(error, 'errors') && !keys.includes('errors')) {
    keys.push('errors');
  }
}

/** The name that a stack starts with, for an error whose class is unknown. */
function leadingName(stack) {
  const match = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
  return match === null ? '' : match[1];
}

/**
 * Makes the stack start with the name of the error's class, where it starts with the name of a base class:
 * `Error: x` of a `class MyError` becomes `MyError: x`. A stack that somebody composed is left alone.
 */
function withClassName(stack, className, name, tag) {
  if (typeof name !== 'string') {
    stack = stack.replace(`${name}`, `${name} [${prefix(className, tag, 'Error').slice(0, -1)}]`);
  }

  let shownName = name;
  let fallback = 'Error';
  if (className === null) {
    shownName = leadingName(stack);
    fallback = shownName || 'Error';
  } else {
    const regular = typeof name === 'string' && name.endsWith('Error') && stack.startsWith(name) &&
      (stack.length === name.length || stack[name.length] === ':' || stack[name.length] === '\n');
    if (!regular) return stack;
  }

  const wanted = prefix(className, tag, fallback).slice(0, -1);
  if (wanted === name) return stack;
  const rest = stack.slice(shownName.length);
  if (!wanted.includes(name)) return `${wanted} [${name}]${rest}`;
  return shownName === '' ? `${wanted}: ${stack}` : `${wanted}${rest}`;
}

/** The lines of the frames, with those left out that say nothing new. */
function frameLines(printer, error, text) {
  let lines = text.split('\n');
  const note = (message) => printer.stylize(`    ... ${message}`, 'undefined');

  const cause = read(error, 'cause').value;
  if (cause != null && isError(cause)) {
    const causeStack = stackText(printer, cause);
    const start = causeStack.indexOf('\n    at');
    if (start !== -1) {
      const { length, offset } = sharedFrames(lines, causeStack.slice(start + 1).split('\n'));
      // The first and the last of the common frames stay, to show where they are.
      const skipped = length - 2;
      if (length > 0) lines.splice(offset + 1, skipped, note(`${skipped} lines matching cause stack trace ...`));
    }
  }
  if (lines.length > longStack) {
    lines = collapseRepeats(lines, (period, times) => note(
      `collapsed ${period * times} duplicate lines matching above ` +
      (times > 1 ? `${period} lines ${times} times...` : 'lines ...')));
  }
  return lines;
}

// A frame inside the runtime.
const builtinFrame = /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+\)?$/;

const isBuiltin = (id) => require.ids.has(id);

function workingDirectory() {
  try {
    return process.cwd();
  } catch {
    return undefined; // it has been removed
  }
}

/** Underlines the names of packages: what follows each `node_modules/` up to the next separator. */
function markPackages(printer, line) {
  return line.replace(/(?<=([/\\])node_modules[/\\])(?:@[^/\\]*[/\\])?[^/\\]*/g, (name) => printer.stylize(name, 'module'));
}

/** Greys the working directory out, and the parentheses around the place. */
function markDirectory(printer, line, directory) {
  let at = line.indexOf(directory);
  if (at === -1) return line;
  let length = directory.length;
  if (line.startsWith('file://', at - 7)) {
    at -= 7;
    length += 7;
  }
  const end = at + length + 1; // with the separator behind it
  const grey = (text) => printer.stylize(text, 'undefined');
  if (line[at - 1] !== '(') return line.slice(0, at) + grey(line.slice(at, end)) + line.slice(end);
  const before = line.slice(0, at - 1) + grey(line.slice(at - 1, end));
  return line.endsWith(')') ? before + line.slice(end, -1) + grey(')') : before + line.slice(end);
}

function colorFrames(printer, lines) {
  const directory = workingDirectory();
  let directoryURL;
  return lines.map((line) => {
    const builtin = builtinFrame.exec(line);
    if (builtin !== null && isBuiltin(builtin[1])) return printer.stylize(line, 'undefined');
    line = markPackages(printer, line);
    if (directory === undefined) return line;
    const marked = markDirectory(printer, line, directory);
    if (marked !== line) return marked;
    directoryURL ??= require('internal/url').pathToFileURL(directory).href;
    return markDirectory(printer, line, directoryURL);
  });
}

/**
 * What is printed of an error besides its properties. Adjusts the keys of the frame to what the stack does not show.
 * @param {object} printer
 * @param {object} frame
 */
function errorBase(printer, frame) {
  const { value: error, keys } = frame;
  let stack;
  try {
    stack = stackText(printer, error);
  } catch {
    return objectToString(error);
  }
  const message = read(error, 'message');
  const name = read(error, 'name');
  if (!printer.showHidden && keys.length !== 0) hideShownKeys(keys, stack, name, message);
  addNestedErrors(keys, error);
  stack = withClassName(stack, frame.name, name.value ?? 'Error', frame.tag);

  // The frames begin behind the message, which may look like frames itself.
  const text = message.value;
  let from = (text && stack.indexOf(text)) || -1;
  if (from !== -1) from += text.length;
  const framesAt = stack.indexOf('\n    at', from);
  if (framesAt === -1) {
    stack = `[${stack}]`;
  } else {
    let lines = frameLines(printer, error, stack.slice(framesAt + 1));
    if (printer.colors) lines = colorFrames(printer, lines);
    stack = `${stack.slice(0, framesAt)}\n${lines.join('\n')}`;
  }
  return printer.reindent(stack);
}

module.exports = { errorBase };
