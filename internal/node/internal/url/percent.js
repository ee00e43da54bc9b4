'use strict';

// Percent-encoding as the URL standard has it: a set says which characters may not stand for themselves.

const C0 = 1;
const FRAGMENT = 2;
const QUERY = 4;
const SPECIAL_QUERY = 8;
const PATH = 16;
const USERINFO = 32;
const FORM = 64;

/** For each ASCII character the sets it is in. Everything beyond ASCII is in all of them. */
const sets = new Uint8Array(128);

function add(characters, bits) {
  for (const c of characters) sets[c.charCodeAt(0)] |= bits;
}

for (let i = 0; i < 32; i++) sets[i] = 0xff;
sets[127] = 0xff;
add(' "<>', FRAGMENT | QUERY | SPECIAL_QUERY | PATH | USERINFO);
add('`', FRAGMENT | PATH | USERINFO);
add('#', QUERY | SPECIAL_QUERY | PATH | USERINFO);
add("'", SPECIAL_QUERY);
add('?^{}', PATH | USERINFO);
add('/:;=@[\\]|', USERINFO);
for (let i = 32; i < 127; i++) {
  if (!/[A-Za-z0-9*\-._]/.test(String.fromCharCode(i))) sets[i] |= FORM;
}

const escapes = new Array(256);
for (let i = 0; i < 256; i++) escapes[i] = `%${i < 16 ? '0' : ''}${i.toString(16).toUpperCase()}`;

/** The string with every character of the set percent-encoded as UTF-8; the same string if there is none. */
function encode(string, set) {
  const length = string.length;
  for (let i = 0; i < length; i++) {
    const code = string.charCodeAt(i);
    if (code > 127 || (sets[code] & set) !== 0) return encodeFrom(string, set, i);
  }
  return string;
}

function encodeFrom(string, set, i) {
  const length = string.length;
  let result = '';
  let start = 0;
  for (; i < length; i++) {
    let code = string.charCodeAt(i);
    if (code < 128) {
      if ((sets[code] & set) === 0) continue;
      if (start < i) result += string.slice(start, i);
      result += set === FORM && code === 32 ? '+' : escapes[code];
    } else {
      if (start < i) result += string.slice(start, i);
      if (code < 0x800) {
        result += escapes[0xc0 | (code >> 6)] + escapes[0x80 | (code & 63)];
      } else if ((code & 0xfc00) === 0xd800 && (string.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (string.charCodeAt(++i) & 0x3ff);
        result += escapes[0xf0 | (code >> 18)] + escapes[0x80 | ((code >> 12) & 63)] +
          escapes[0x80 | ((code >> 6) & 63)] + escapes[0x80 | (code & 63)];
      } else {
        if ((code & 0xf800) === 0xd800) code = 0xfffd; // half of a pair
        result += escapes[0xe0 | (code >> 12)] + escapes[0x80 | ((code >> 6) & 63)] + escapes[0x80 | (code & 63)];
      }
    }
    start = i + 1;
  }
  return start < length ? result + string.slice(start) : result;
}

/** The text whose UTF-8 the percent-encoded bytes are; what is not UTF-8 becomes U+FFFD. */
function decode(string) {
  if (!string.includes('%')) return string;
  try {
    return decodeURIComponent(string);
  } catch {
    return decodeLossy(string);
  }
}

function hexValue(code) {
  if (code >= 48 && code <= 57) return code - 48;
  code |= 32;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

function decodeLossy(string) {
  const bytes = require('buffer').Buffer.from(string);
  let size = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 37 && i + 2 < bytes.length) {
      const high = hexValue(bytes[i + 1]);
      const low = hexValue(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        bytes[size++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    bytes[size++] = bytes[i];
  }
  return bytes.utf8Slice(0, size);
}

module.exports = { C0, FORM, FRAGMENT, PATH, QUERY, SPECIAL_QUERY, USERINFO, decode, encode };
