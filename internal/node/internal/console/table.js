'use strict';
// console.table: makes rows and columns of a value.

const { previewEntries } = internalBinding('util');
const { inspect } = require('internal/util/inspect');
const { isMap, isMapIterator, isSet, isSetIterator, isTypedArray } = require('internal/util/types');
const drawTable = require('internal/cli_table');

const indexHeader = '(index)';
const iterationHeader = '(iteration index)';
const keyHeader = 'Key';
const valuesHeader = 'Values';

const isPrimitive = (value) => value === null || (typeof value !== 'object' && typeof value !== 'function');

/** A function that prints one cell: short, on one line. */
function cellPrinter(options) {
  return (value) => {
    const crowded = value !== null && typeof value === 'object' && !Array.isArray(value) && !isTypedArray(value) &&
      Object.keys(value).length > 2;
    return inspect(value, { depth: crowded ? -1 : 0, maxArrayLength: 3, breakLength: Infinity, ...options });
  };
}

/** Two columns or three with the number of the iteration in front. */
function iterationTable(headers, columns, cell) {
  const numbers = columns[0].map((_, i) => cell(i));
  return drawTable([iterationHeader, ...headers], [numbers, ...columns]);
}

function mapTable(pairs, cell) {
  const keys = [];
  const values = [];
  for (const { 0: key, 1: value } of pairs) {
    keys.push(cell(key));
    values.push(cell(value));
  }
  return iterationTable([keyHeader, valuesHeader], [keys, values], cell);
}

function setTable(elements, cell) {
  const values = [];
  for (const element of elements) values.push(cell(element));
  return iterationTable([valuesHeader], [values], cell);
}

function* inPairs(flat) {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i], flat[i + 1]];
}

/** A row for each property, a column for each property of those; values that have none get a column of their own. */
function objectTable(data, properties, cell) {
  const columns = { __proto__: null };
  const values = [];
  let anyValues = false;
  const index = Object.keys(data);
  index.forEach((row, i) => {
    const item = data[row];
    const primitive = isPrimitive(item);
    if (primitive && properties === undefined) {
      anyValues = true;
      values[i] = cell(item);
      return;
    }
    for (const key of properties || Object.keys(item)) {
      columns[key] ??= [];
      columns[key][i] = primitive || !Object.hasOwn(item, key) ? '' : cell(item[key]);
    }
  });
  const headers = [indexHeader, ...Object.keys(columns)];
  const cells = [index, ...Object.values(columns)];
  if (anyValues) {
    headers.push(valuesHeader);
    cells.push(values);
  }
  return drawTable(headers, cells);
}

/**
 * @param {object} data
 * @param {string[] | undefined} properties the columns that are wanted
 * @param {object} options for inspecting the cells
 * @returns {string}
 */
function tabulate(data, properties, options) {
  const cell = cellPrinter(options);
  if (isMapIterator(data)) {
    const { 0: entries, 1: pairs } = previewEntries(data, true);
    return pairs ? mapTable(inPairs(entries), cell) : setTable(entries, cell);
  }
  if (isMap(data)) return mapTable(data, cell);
  if (isSetIterator(data)) return setTable(previewEntries(data), cell);
  if (isSet(data)) return setTable(data, cell);
  return objectTable(data, properties, cell);
}

module.exports = { tabulate };
