'use strict';
// Moving the cursor and clearing: the escape sequences, written to a stream.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_CURSOR_POS } } = require('internal/errors');
const { validateFunction } = require('internal/validators');

const escapes = {
  lineToLeft: '\x1b[1K',
  lineToRight: '\x1b[0K',
  line: '\x1b[2K',
  screenDown: '\x1b[0J',
};

/** Writes, or tells the callback that there was nothing to write. */
function send(stream, data, callback) {
  if (stream === null || stream === undefined || data === '') {
    if (typeof callback === 'function') process.nextTick(callback, null);
    return true;
  }
  return stream.write(data, callback);
}

function cursorTo(stream, x, y, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (typeof y === 'function') {
    callback = y;
    y = undefined;
  }
  if (Number.isNaN(x)) throw new ERR_INVALID_ARG_VALUE('x', x);
  if (Number.isNaN(y)) throw new ERR_INVALID_ARG_VALUE('y', y);
  if (stream === null || stream === undefined || (typeof x !== 'number' && typeof y !== 'number')) return send(null, '', callback);
  if (typeof x !== 'number') throw new ERR_INVALID_CURSOR_POS();
  return send(stream, typeof y !== 'number' ? `\x1b[${x + 1}G` : `\x1b[${y + 1};${x + 1}H`, callback);
}

/** The sequence that moves the cursor by so many columns and rows. */
function movement(dx, dy) {
  let data = '';
  if (dx < 0) data += `\x1b[${-dx}D`;
  else if (dx > 0) data += `\x1b[${dx}C`;
  if (dy < 0) data += `\x1b[${-dy}A`;
  else if (dy > 0) data += `\x1b[${dy}B`;
  return data;
}

function moveCursor(stream, dx, dy, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, movement(dx, dy), callback);
}

/** The sequence that clears the line left of the cursor (dir < 0), right of it (dir > 0) or whole. */
function clearing(dir) {
  if (dir < 0) return escapes.lineToLeft;
  return dir > 0 ? escapes.lineToRight : escapes.line;
}

function clearLine(stream, dir, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, clearing(dir), callback);
}

function clearScreenDown(stream, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  return send(stream, escapes.screenDown, callback);
}

module.exports = { clearLine, clearScreenDown, clearing, cursorTo, escapes, moveCursor, movement };
