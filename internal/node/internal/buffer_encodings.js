'use strict';

// The encodings of Buffer: for each how long a string becomes, and the native functions that do the work.

const native = internalBinding('buffer');
const { byteLengthUtf8, indexOfBuffer, indexOfString } = native;

/** From the name of an encoding to the number by which native functions know it. */
const encodingsMap = {
  __proto__: null, ascii: 0, utf8: 1, base64: 2, utf16le: 3, latin1: 4, hex: 5, buffer: 6, base64url: 7,
};

/** How many bytes base64 text of this length stands for, its padding looked at. */
function base64Length(string, length) {
  if (length > 0 && string.charCodeAt(length - 1) === 61) length--;
  if (length > 1 && string.charCodeAt(length - 1) === 61) length--;
  return (length * 3) >>> 2;
}

const utf8 = {
  encoding: 'utf8',
  encodingVal: encodingsMap.utf8,
  byteLength: byteLengthUtf8,
  bound: (length) => length * 3,
  write: (buffer, string, offset, length) => buffer.utf8Write(string, offset, length),
  slice: (buffer, start, end) => buffer.utf8Slice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfString(buffer, value, offset, encodingsMap.utf8, forward, end),
};

const utf16le = {
  encoding: 'utf16le',
  encodingVal: encodingsMap.utf16le,
  byteLength: (string) => string.length * 2,
  bound: (length) => length * 2,
  write: (buffer, string, offset, length) => buffer.ucs2Write(string, offset, length),
  slice: (buffer, start, end) => buffer.ucs2Slice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfString(buffer, value, offset, encodingsMap.utf16le, forward, end),
};

const latin1 = {
  encoding: 'latin1',
  encodingVal: encodingsMap.latin1,
  byteLength: (string) => string.length,
  bound: (length) => length,
  write: (buffer, string, offset, length) => buffer.latin1Write(string, offset, length),
  slice: (buffer, start, end) => buffer.latin1Slice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfString(buffer, value, offset, encodingsMap.latin1, forward, end),
};

const ascii = {
  encoding: 'ascii',
  encodingVal: encodingsMap.ascii,
  byteLength: (string) => string.length,
  bound: (length) => length,
  write: (buffer, string, offset, length) => buffer.asciiWrite(string, offset, length),
  slice: (buffer, start, end) => buffer.asciiSlice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfBuffer(buffer, asBytes(value, ascii), offset, encodingsMap.ascii, forward, end),
};

const base64 = {
  encoding: 'base64',
  encodingVal: encodingsMap.base64,
  byteLength: (string) => base64Length(string, string.length),
  bound: (length) => (length * 3) >>> 2,
  write: (buffer, string, offset, length) => buffer.base64Write(string, offset, length),
  slice: (buffer, start, end) => buffer.base64Slice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfBuffer(buffer, asBytes(value, base64), offset, encodingsMap.base64, forward, end),
};

const base64url = {
  encoding: 'base64url',
  encodingVal: encodingsMap.base64url,
  byteLength: (string) => base64Length(string, string.length),
  bound: (length) => (length * 3) >>> 2,
  write: (buffer, string, offset, length) => buffer.base64urlWrite(string, offset, length),
  slice: (buffer, start, end) => buffer.base64urlSlice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfBuffer(buffer, asBytes(value, base64url), offset, encodingsMap.base64url, forward, end),
};

const hex = {
  encoding: 'hex',
  encodingVal: encodingsMap.hex,
  byteLength: (string) => string.length >>> 1,
  bound: (length) => length >>> 1,
  write: (buffer, string, offset, length) => buffer.hexWrite(string, offset, length),
  slice: (buffer, start, end) => buffer.hexSlice(start, end),
  indexOf: (buffer, value, offset, end, forward) =>
    indexOfBuffer(buffer, asBytes(value, hex), offset, encodingsMap.hex, forward, end),
};

function asBytes(string, ops) {
  return require('buffer').Buffer.from(string, ops.encoding);
}

// Every name in lower case. Other spellings go through toLowerCase().
const byName = {
  '__proto__': null,
  'utf8': utf8,
  'utf-8': utf8,
  'ucs2': utf16le,
  'ucs-2': utf16le,
  'utf16le': utf16le,
  'utf-16le': utf16le,
  'latin1': latin1,
  'binary': latin1,
  'ascii': ascii,
  'base64': base64,
  'base64url': base64url,
  'hex': hex,
};

/** The operations of an encoding, whatever the case of its name; undefined if it is unknown. */
function getEncodingOps(encoding) {
  const ops = byName[encoding];
  if (ops !== undefined) return ops;
  return byName[`${encoding}`.toLowerCase()];
}

module.exports = { encodingsMap, getEncodingOps, utf8 };
