'use strict';

// Hosts: domains, IPv4 and IPv6 addresses, and the opaque hosts of schemes that the standard does not know.

const percent = require('internal/url/percent');

// What may stand in a domain as it is; what may not stand in any; upper case, which is lowered.
const PLAIN = 1;
const UPPER = 2;
const FORBIDDEN_HOST = 4;
const FORBIDDEN_DOMAIN = 8;
const kinds = new Uint8Array(128);
for (let i = 0; i < 128; i++) {
  const c = String.fromCharCode(i);
  if (/[\0\t\n\r #/:<>?@[\\\]^|]/.test(c)) kinds[i] |= FORBIDDEN_HOST | FORBIDDEN_DOMAIN; // eslint-disable-line no-control-regex
  else if (i < 32 || i === 127 || c === '%') kinds[i] |= FORBIDDEN_DOMAIN;
  else if (/[A-Z]/.test(c)) kinds[i] |= UPPER;
  else kinds[i] |= PLAIN;
}

/** The serialized host, or null if it is none. */
function parseHost(input, special) {
  if (input.charCodeAt(0) === 91) { // [
    if (input.charCodeAt(input.length - 1) !== 93) return null;
    return parseIPv6(input.slice(1, -1));
  }
  if (!special) return parseOpaque(input);
  let ascii = toLowerAscii(input);
  if (ascii === null) {
    ascii = domainToASCII(percent.decode(input));
    if (ascii === null || ascii === '') return null;
  }
  return endsInNumber(ascii) ? parseIPv4(ascii) : ascii;
}

function parseOpaque(input) {
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code < 128 && (kinds[code] & FORBIDDEN_HOST)) return null;
  }
  return percent.encode(input, percent.C0);
}

/** A domain of nothing but usual characters, in lower case; null if it needs a closer look. */
function toLowerAscii(input) {
  let seen = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code > 127) return null;
    seen |= kinds[code];
  }
  if (seen & FORBIDDEN_DOMAIN) return null;
  return seen & UPPER ? input.toLowerCase() : input; // Punycode of others is not checked
}

/** Domain to ASCII by UTS 46, with the standard's forbidden characters; null if that fails. */
function domainToASCII(domain) {
  let ascii = toLowerAscii(domain);
  if (ascii !== null) return ascii;
  ascii = internalBinding('idna').toASCII(domain);
  if (ascii === null) return null;
  for (let i = 0; i < ascii.length; i++) {
    const code = ascii.charCodeAt(i);
    if (code > 127 || (kinds[code] & FORBIDDEN_DOMAIN)) return null;
  }
  return ascii;
}

/** Must this be an IPv4 address? */
function endsInNumber(host) {
  let end = host.length;
  if (host.charCodeAt(end - 1) === 46) end--; // one dot at the end does not count
  const last = host.charCodeAt(end - 1);
  // The last label must be digits or a hexadecimal number: most names show at their last letter that it is neither.
  if (!((last >= 48 && last <= 57) || (last >= 97 && last <= 102) || last === 120)) return false;
  const label = host.slice(host.lastIndexOf('.', end - 1) + 1, end);
  return /^(?:[0-9]+|0x[0-9a-f]*)$/.test(label);
}

function parseIPv4(host) {
  const parts = host.split('.');
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  if (parts.length > 4) return null;
  const numbers = [];
  for (const part of parts) {
    let number;
    if (/^0x[0-9a-f]*$/.test(part)) number = part.length === 2 ? 0 : Number.parseInt(part, 16);
    else if (/^0[0-7]+$/.test(part)) number = Number.parseInt(part, 8);
    else if (/^(?:0|[1-9][0-9]*)$/.test(part)) number = Number(part);
    else return null;
    numbers.push(number);
  }
  let address = numbers.pop();
  if (address >= 256 ** (4 - numbers.length)) return null;
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] > 255) return null;
    address += numbers[i] * 256 ** (3 - i);
  }
  return `${Math.floor(address / 0x1000000)}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The four numbers of the dotted end of an IPv6 address, as two pieces; null if they are wrong. */
function parseEmbeddedIPv4(text) {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
  }
  const [a, b, c, d] = parts.map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** The pieces between colons; null if one of them is wrong. */
function parsePieces(text, mayEndInIPv4) {
  if (text === '') return [];
  const pieces = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    if (/^[0-9a-fA-F]{1,4}$/.test(parts[i])) {
      pieces.push(Number.parseInt(parts[i], 16));
    } else {
      const last = mayEndInIPv4 && i === parts.length - 1 ? parseEmbeddedIPv4(parts[i]) : null;
      if (last === null) return null;
      pieces.push(...last);
    }
  }
  return pieces;
}

function parseIPv6(text) {
  const gap = text.indexOf('::');
  let pieces;
  if (gap === -1) {
    pieces = parsePieces(text, true);
    if (pieces === null || pieces.length !== 8) return null;
  } else {
    if (text.indexOf('::', gap + 1) !== -1) return null;
    const head = parsePieces(text.slice(0, gap), false);
    const tail = parsePieces(text.slice(gap + 2), true);
    if (head === null || tail === null || head.length + tail.length > 7) return null;
    pieces = [...head, ...new Array(8 - head.length - tail.length).fill(0), ...tail];
  }
  return `[${serializeIPv6(pieces)}]`;
}

/** The shortest form: the first longest run of at least two zeros becomes '::'. */
function serializeIPv6(pieces) {
  let best = -1;
  let size = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && pieces[end] === 0) end++;
    if (end - i > size) {
      best = i;
      size = end - i;
    }
    if (end > i) i = end;
  }
  const hex = pieces.map((piece) => piece.toString(16));
  if (best === -1) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + size).join(':')}`;
}

/** A host with its Punycode labels shown in Unicode. */
function domainToUnicode(ascii) {
  return ascii.includes('xn--') ? internalBinding('idna').toUnicode(ascii) : ascii;
}

module.exports = { domainToUnicode, parseHost };
