'use strict';
// Draws a table in box-drawing characters.

const { getStringWidth } = require('internal/util/inspect');

function line(widths, left, middle, right) {
  return left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
}

function row(cells, widths) {
  return `│ ${cells.map((cell, i) => cell + ' '.repeat(widths[i] - getStringWidth(cell))).join(' │ ')} │`;
}

/**
 * @param {string[]} head
 * @param {string[][]} columns holes are empty cells
 * @returns {string}
 */
function table(head, columns) {
  const height = Math.max(...columns.map((column) => column.length));
  const rows = Array.from({ length: height }, (_, y) => head.map((_, x) => columns[x][y] ?? ''));
  const widths = head.map((text) => getStringWidth(text));
  for (const cells of rows) {
    for (let x = 0; x < widths.length; x++) widths[x] = Math.max(widths[x], getStringWidth(cells[x]));
  }
  return [
    line(widths, '┌', '┬', '┐'),
    row(head, widths),
    line(widths, '├', '┼', '┤'),
    ...rows.map((cells) => row(cells, widths)),
    line(widths, '└', '┴', '┘'),
  ].join('\n');
}

module.exports = table;
