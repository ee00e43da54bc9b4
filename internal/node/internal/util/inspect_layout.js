'use strict';
// How the printed entries of an object are put together: on one line, in columns, or one to a line.

const { getStringWidth, stripColors } = require('internal/util/string_width');

const separator = 2; // a comma and a space
const fewestForColumns = 7;
const mostColumns = 15;
// A character is about this much taller than wide: columns are chosen so that a list looks square.
const characterHeight = 2.5;

/** How many columns a list gets, given the widths of its entries. */
function columnCount(printer, entries, widths, widest, total) {
  const cell = widest + separator;
  // Three must fit side by side, and one long entry among short ones would tear holes.
  if (cell * 3 + printer.indent >= printer.breakLength || (total / cell <= 5 && widest > 6)) return 1;
  const slack = Math.sqrt(cell - total / entries.length);
  const typical = Math.max(cell - 3 - slack, 1);
  return Math.min(
    Math.round(Math.sqrt(characterHeight * typical * widths.length) / typical),
    Math.floor((printer.breakLength - printer.indent) / cell),
    printer.compact * 4,
    mostColumns,
  );
}

function allNumeric(value, count) {
  for (let i = 0; i < count; i++) {
    const type = typeof value[i];
    if (type !== 'number' && type !== 'bigint') return false;
  }
  return true;
}

/**
 * Joins the entries of a list to rows of aligned columns; numbers are aligned to the right.
 * Returns the entries themselves when columns would not help.
 */
function arrangeInColumns(printer, entries, value) {
  // The entry "... n more items" takes no part.
  const trailer = printer.maxArrayLength < entries.length ? 1 : 0;
  const count = entries.length - trailer;
  const widths = new Array(count);
  let total = 0;
  let widest = 0;
  for (let i = 0; i < count; i++) {
    const width = getStringWidth(entries[i], printer.colors);
    widths[i] = width;
    total += width + separator;
    if (width > widest) widest = width;
  }

  const columns = columnCount(printer, entries, widths, widest, total);
  if (columns <= 1) return entries;

  const columnWidths = [];
  for (let column = 0; column < columns; column++) {
    let width = 0;
    for (let i = column; i < count; i += columns) width = Math.max(width, widths[i]);
    columnWidths.push(width + separator);
  }

  const alignRight = value === undefined || allNumeric(value, entries.length);
  const rows = [];
  for (let start = 0; start < count; start += columns) {
    const last = Math.min(start + columns, count) - 1;
    let row = '';
    for (let i = start; i <= last; i++) {
      const blanks = columnWidths[i - start] - widths[i] - separator;
      const padding = blanks > 0 ? ' '.repeat(blanks) : '';
      const comma = i === last ? '' : ', ';
      if (alignRight) row += padding + entries[i] + comma;
      else row += i === last ? entries[i] : entries[i] + comma + padding;
    }
    rows.push(row);
  }
  if (trailer) rows.push(entries[count]);
  return rows;
}

function fitsOnOneLine(printer, entries, start, base) {
  if (base !== '' && base.includes('\n')) return false;
  if (printer.breakLength === Infinity) {
    return !entries.some((entry) => typeof entry === 'string' && entry.includes('\n'));
  }
  let total = entries.length + start; // each entry comes with a comma at least
  if (total + entries.length > printer.breakLength) return false;
  for (let i = 0; i < entries.length; i++) {
    total += printer.colors ? stripColors(entries[i]).length : entries[i].length;
    if (total > printer.breakLength) return false;
  }
  return true;
}

// By concatenation: V8 keeps that as a tree, where Array.prototype.join would copy everything on each level again.
function join(entries, separator) {
  let text = entries.length === 0 ? '' : entries[0];
  for (let i = 1; i < entries.length; i++) text += separator + entries[i];
  return text;
}

/**
 * Puts an object together.
 * @param {object} printer
 * @param {string[]} entries its printed properties or elements
 * @param {string} base what stands before the opening brace, or ''
 * @param {string} open
 * @param {string} close
 * @param {boolean} isList whether long lists may be set in columns
 * @param {number} level
 * @param {object} [value] the list itself
 */
function assemble(printer, entries, base, open, close, isList, level, value) {
  if (printer.compact === true) return assembleCompact(printer, entries, base, open, close);

  const lead = base === '' ? open : `${base} ${open}`;
  if (typeof printer.compact === 'number' && printer.compact >= 1) {
    const count = entries.length;
    if (isList && count >= fewestForColumns) entries = arrangeInColumns(printer, entries, value);
    // The innermost `compact` levels are joined to one line when they fit; what was set in columns stays so.
    if (printer.deepest - level < printer.compact && count === entries.length) {
      const start = entries.length + printer.indent + open.length + base.length + 10;
      if (fitsOnOneLine(printer, entries, start, base)) {
        const joined = join(entries, ', ');
        if (!joined.includes('\n')) return `${lead} ${joined} ${close}`;
      }
    }
  }
  const newline = `\n${' '.repeat(printer.indent)}`;
  return `${lead}${newline}  ${join(entries, `,${newline}  `)}${newline}${close}`;
}

/** The layout of `compact: true`: everything on one line, or an open brace with its first entry beside it. */
function assembleCompact(printer, entries, base, open, close) {
  const lead = base === '' ? open : `${open} ${base}`;
  if (fitsOnOneLine(printer, entries, 0, base)) return `${lead} ${join(entries, ', ')} ${close}`;
  const newline = `\n${' '.repeat(printer.indent)}  `;
  // Behind a long opening such as "Set {" the entries would not line up.
  const first = base === '' && open.length === 1 ? ' ' : newline;
  return `${lead}${first}${join(entries, `,${newline}`)} ${close}`;
}

module.exports = { assemble };
