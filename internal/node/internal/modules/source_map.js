'use strict';

// Source maps as data: module.SourceMap reads one and answers where a place comes from.
// https://tc39.es/ecma426/

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digits = new Map();
for (let i = 0; i < base64.length; i++) digits.set(base64[i], i);

/** A Source Map V3, with an index of its places in the order of the generated text. */
class SourceMap {
  #payload;
  #lineLengths;
  #mappings = []; // [line, column, source, line, column, name]

  constructor(payload, { lineLengths } = {}) {
    require('internal/validators').validateObject(payload, 'payload');
    this.#payload = structuredClone(payload);
    this.#lineLengths = lineLengths?.slice();
    const { sections } = payload;
    if (sections) {
      for (const { map, offset } of sections) this.#add(map, offset.line, offset.column);
    } else {
      this.#add(payload, 0, 0);
    }
    this.#mappings.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  get payload() { return structuredClone(this.#payload); }

  get lineLengths() { return this.#lineLengths?.slice(); }

  #add(map, line, column) {
    const { sources = [], names = [], sourceRoot = '' } = map;
    const urls = sources.map((source) => (sourceRoot ? sourceRoot + source : source));
    let source = 0;
    let sourceLine = 0;
    let sourceColumn = 0;
    let name = 0;
    const reader = new Reader(map.mappings ?? '');
    while (!reader.done()) {
      if (reader.skip(',')) continue;
      if (reader.skip(';')) {
        line++;
        column = 0;
        continue;
      }
      column += reader.number();
      if (reader.atEnd()) {
        this.#mappings.push([line, column]);
        continue;
      }
      source += reader.number();
      sourceLine += reader.number();
      sourceColumn += reader.number();
      let found;
      if (!reader.atEnd()) {
        name += reader.number();
        found = names[name];
      }
      this.#mappings.push([line, column, urls[source], sourceLine, sourceColumn, found]);
    }
  }

  /** The place in the source of a place in the generated text, both from 0; {} when there is none. */
  findEntry(line, column) {
    let low = 0;
    let count = this.#mappings.length;
    while (count > 1) {
      const half = count >> 1;
      const at = this.#mappings[low + half];
      if (line < at[0] || (line === at[0] && column < at[1])) {
        count = half;
      } else {
        low += half;
        count -= half;
      }
    }
    const entry = this.#mappings[low];
    if (entry === undefined || line < entry[0] || (line === entry[0] && column < entry[1])) return {};
    return {
      generatedLine: entry[0],
      generatedColumn: entry[1],
      originalSource: entry[2],
      originalLine: entry[3],
      originalColumn: entry[4],
      name: entry[5],
    };
  }

  /** The place in the source of a place in the generated text, both from 1, as stack traces count. */
  findOrigin(line, column) {
    const range = this.findEntry(line - 1, column - 1);
    if (range.originalSource === undefined || range.originalLine === undefined ||
        range.originalColumn === undefined || range.generatedLine === undefined ||
        range.generatedColumn === undefined) {
      return {};
    }
    return {
      name: range.name,
      fileName: range.originalSource,
      lineNumber: range.originalLine + line - range.generatedLine,
      columnNumber: range.originalColumn + column - range.generatedColumn,
    };
  }
}

// Reads base 64 VLQ numbers.
class Reader {
  #text;
  #at = 0;
  constructor(text) { this.#text = text; }
  done() { return this.#at >= this.#text.length; }
  atEnd() {
    const c = this.#text[this.#at];
    return c === undefined || c === ',' || c === ';';
  }

  skip(c) {
    if (this.#text[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  number() {
    let result = 0;
    let shift = 0;
    let digit;
    do {
      digit = digits.get(this.#text[this.#at++]) ?? 0;
      result |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    const negative = result & 1;
    result >>>= 1;
    if (!negative) return result;
    // The most negative number has no positive twin.
    return result === 0 ? -0x80000000 : -result;
  }
}

module.exports = { SourceMap };
