'use strict';
// The insides of the language's own kinds of objects. Each function returns the printed entries.

const { getPromiseDetails, previewEntries, constants: { kPending, kRejected } } = internalBinding('util');
const { formatBigInt, formatNumber, moreItems, plural, propertyName } = require('internal/util/inspect_text');
const { assemble } = require('internal/util/inspect_layout');

const { getOwnPropertyDescriptor } = Object;

// Arrays have no elements beyond this index.
const lastIndex = 2 ** 32 - 2;
const indexName = /^(?:0|[1-9][0-9]*)$/;

const clampCount = (limit, length) => Math.min(Math.max(0, limit), length);

/** Runs `print` with everything it prints set two columns further in. */
function indented(printer, print) {
  printer.indent += 2;
  const result = print();
  printer.indent -= 2;
  return result;
}

function array(printer, value, level) {
  const length = value.length;
  const shown = clampCount(printer.maxArrayLength, length);
  const entries = [];
  for (let i = 0; i < shown; i++) {
    const descriptor = getOwnPropertyDescriptor(value, i);
    if (descriptor === undefined) return sparseArray(printer, value, level, shown, entries, i);
    entries.push(printer.element(value, i, level, descriptor));
  }
  if (length > shown) entries.push(moreItems(length - shown));
  return entries;
}

/** An array from its first hole on: a run of holes is one entry. */
function sparseArray(printer, value, level, limit, entries, next) {
  const pushHoles = (count) => entries.push(printer.stylize(`<${plural(count, 'empty item')}>`, 'undefined'));
  const keys = Object.keys(value);
  // The elements before the first hole come first among the keys.
  for (let i = next; i < keys.length && entries.length < limit; i++) {
    const key = keys[i];
    const index = +key;
    if (index > lastIndex) break;
    if (`${next}` !== key) {
      if (!indexName.test(key)) break;
      pushHoles(index - next);
      next = index;
      if (entries.length === limit) break;
    }
    entries.push(printer.element(value, key, level));
    next++;
  }
  const remaining = value.length - next;
  if (remaining > 0) {
    if (entries.length === limit) entries.push(moreItems(remaining));
    else pushHoles(remaining);
  }
  return entries;
}

function typedArray(printer, value, length) {
  const shown = clampCount(printer.maxArrayLength, length);
  const formatOne = value.length > 0 && typeof value[0] === 'number' ? formatNumber : formatBigInt;
  const entries = new Array(shown);
  for (let i = 0; i < shown; i++) entries[i] = formatOne(printer.stylize, value[i], printer.numericSeparator);
  const remaining = value.length - shown;
  if (remaining > 0) entries.push(moreItems(remaining));
  return entries;
}

function arrayBuffer(printer, value) {
  let bytes;
  try {
    bytes = new Uint8Array(value);
  } catch {
    return [printer.stylize('(detached)', 'special')];
  }
  const shown = bytes.subarray(0, clampCount(printer.maxArrayLength, bytes.length));
  let text = '';
  for (let i = 0; i < shown.length; i++) {
    if (i !== 0) text += ' ';
    text += shown[i] < 16 ? `0${shown[i].toString(16)}` : shown[i].toString(16);
  }
  const remaining = bytes.length - printer.maxArrayLength;
  if (remaining > 0) text += ` ... ${plural(remaining, 'more byte')}`;
  return [`${printer.stylize('[Uint8Contents]', 'special')}: <${text}>`];
}

/** Prints the elements of a collection, by `one`. With a size of NaN there is no limit to them. */
function iterable(printer, value, size, one) {
  const shown = clampCount(printer.maxArrayLength, size);
  const entries = [];
  printer.indent += 2;
  let count = 0;
  for (const element of value) {
    if (count++ >= shown) break;
    entries.push(one(element));
  }
  if (size > shown) entries.push(moreItems(size - shown));
  printer.indent -= 2;
  return entries;
}

const arrow = (printer, key, value, level) =>
  `${printer.print(key, level)} => ${printer.print(value, level)}`;

const set = (printer, value, level, size) =>
  iterable(printer, value, size, (element) => printer.print(element, level));

const map = (printer, value, level, size) =>
  iterable(printer, value, size, ({ 0: key, 1: element }) => arrow(printer, key, element, level));

/** Prints what V8 tells about a weak collection or an iterator, which cannot be asked itself. */
function preview(printer, count, isWeak, one) {
  const shown = clampCount(printer.maxArrayLength, count);
  const entries = new Array(shown);
  printer.indent += 2;
  for (let i = 0; i < shown; i++) entries[i] = one(i);
  printer.indent -= 2;
  // The order of a weak collection means nothing.
  if (isWeak && !printer.sorted) entries.sort();
  if (count > shown) entries.push(moreItems(count - shown));
  return entries;
}

function weakSet(printer, value, level) {
  const elements = previewEntries(value);
  return preview(printer, elements.length, true, (i) => printer.print(elements[i], level));
}

function weakMap(printer, value, level) {
  const flat = previewEntries(value); // [key, value, key, value, …]
  return preview(printer, flat.length / 2, true, (i) => arrow(printer, flat[2 * i], flat[2 * i + 1], level));
}

function unknownItems(printer) {
  return [printer.stylize('<items unknown>', 'special')];
}

/** A Map's or Set's iterator: what is left in it. An iterator of pairs says so in the opening brace. */
function iterator(printer, value, level, frame) {
  const { 0: elements, 1: inPairs } = previewEntries(value, true);
  if (!inPairs) return preview(printer, elements.length, false, (i) => printer.print(elements[i], level));
  frame.open = frame.open.replace(/ Iterator\] \{$/, ' Entries] {');
  return preview(printer, elements.length / 2, false, (i) => {
    const pair = [printer.print(elements[2 * i], level), printer.print(elements[2 * i + 1], level)];
    return assemble(printer, pair, '', '[', ']', true, level);
  });
}

function promise(printer, value, level) {
  const { 0: state, 1: result } = getPromiseDetails(value);
  if (state === kPending) return [printer.stylize('<pending>', 'special')];
  const text = indented(printer, () => printer.print(result, level));
  return [state === kRejected ? `${printer.stylize('<rejected>', 'special')} ${text}` : text];
}

/** A module namespace: an export that is still in its dead zone is named without a value. */
function namespace(printer, value, level, frame) {
  const entries = frame.keys.map((key) => {
    try {
      return printer.property(value, key, level);
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      return `${propertyName(printer, key)}: ${printer.stylize('<uninitialized>', 'special')}`;
    }
  });
  frame.keys = [];
  return entries;
}

module.exports = {
  array, arrayBuffer, indented, iterator, map, namespace, promise, set, typedArray, unknownItems, weakMap, weakSet,
};
