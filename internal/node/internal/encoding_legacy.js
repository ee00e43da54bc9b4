'use strict';

// Decoders of the encodings that only old pages use. Each has decode(bytes, last): the text of a piece, what is
// unfinished held back until the next one.

const { FastBuffer } = require('internal/buffer');
const { latin1Slice } = internalBinding('buffer');
const native = internalBinding('legacy_encoding');

const tables = new Map();

/** The upper half of a single-byte encoding, or null. */
function tableOf(name) {
  let table = tables.get(name);
  if (table === undefined) tables.set(name, table = native.table(name));
  return table;
}

/** One byte, one character. */
class SingleByteDecoder {
  #table;

  constructor(table) {
    this.#table = table;
  }

  decode(bytes) {
    const text = latin1Slice(bytes, 0, bytes.length);
    if (!/[\x80-\xff]/.test(text)) return text;
    const table = this.#table;
    return text.replace(/[\x80-\xff]/g, (c) => table[c.charCodeAt(0) - 128]);
  }
}

/** The encodings of China, Japan and Korea. */
class MultiByteDecoder {
  #name;
  #held = new FastBuffer(0);

  constructor(name) {
    this.#name = name;
  }

  decode(bytes, last) {
    const all = join(this.#held, bytes);
    const [text, rest] = native.decode(this.#name, all, last);
    // What waits is copied: the memory is the caller's.
    this.#held = last ? new FastBuffer(0) : new FastBuffer(all.subarray(all.length - rest));
    if (!last && this.#name === 'iso-2022-jp') this.#held = join(lastEscape(all, all.length - rest), this.#held);
    return text;
  }
}

/** The last escape sequence in front of `end`, which says what the following bytes mean. */
function lastEscape(bytes, end) {
  const text = latin1Slice(bytes, 0, end);
  const at = text.lastIndexOf('\x1b');
  return at === -1 || at + 3 > end ? new FastBuffer(0) : bytes.subarray(at, at + 3);
}

function join(a, b) {
  if (a.length === 0) return b;
  const all = new FastBuffer(a.length + b.length);
  all.set(a, 0);
  all.set(b, a.length);
  return all;
}

function makeDecoder(name) {
  const table = tableOf(name);
  return table === null ? new MultiByteDecoder(name) : new SingleByteDecoder(table);
}

module.exports = { makeDecoder };
