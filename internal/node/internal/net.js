'use strict';
// What net and its neighbours share: IP addresses as text, and a few symbols.

function isDigit(c) {
  return c >= 0x30 && c <= 0x39;
}

function isHex(c) {
  return isDigit(c) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46);
}

// Four decimal numbers below 256, without leading zeros, from `start` to the end.
function isDotted(s, start) {
  let i = start;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && s.charCodeAt(i++) !== 0x2e) return false;
    let value = 0;
    const first = i;
    while (i < s.length && isDigit(s.charCodeAt(i)) && i - first < 4) value = value * 10 + s.charCodeAt(i++) - 0x30;
    const digits = i - first;
    if (digits === 0 || digits > 3 || value > 255 || (digits > 1 && s.charCodeAt(first) === 0x30)) return false;
  }
  return i === s.length;
}

// Eight groups of hexadecimal digits; one run of zero groups may be "::", the last two may be an IPv4 address.
function isColoned(s) {
  let groups = 0;
  let gap = false;
  let i = 0;
  if (s.startsWith('::')) {
    gap = true;
    i = 2;
    if (s.length === 2) return true;
  }
  while (i < s.length) {
    const first = i;
    while (i < s.length && i - first < 5 && isHex(s.charCodeAt(i))) i++;
    if (s.charCodeAt(i) === 0x2e) return isDotted(s, first) && (gap ? groups < 6 : groups === 6);
    if (i === first || i - first > 4) return false;
    groups++;
    if (i === s.length) break;
    if (s.charCodeAt(i) !== 0x3a) return false;
    i++;
    if (s.charCodeAt(i) === 0x3a) {
      if (gap) return false;
      gap = true;
      i++;
      if (i === s.length) break;
    } else if (i === s.length) {
      return false;
    }
  }
  return gap ? groups < 8 : groups === 8;
}

const zone = /^[0-9a-zA-Z\-.:]+$/;

/** Whether the text is an IPv4 address. */
function isIPv4(text) {
  return isDotted(`${text}`, 0);
}

/** Whether the text is an IPv6 address, with a zone or without. */
function isIPv6(text) {
  const s = `${text}`;
  const percent = s.indexOf('%');
  if (percent === -1) return isColoned(s);
  return zone.test(s.slice(percent + 1)) && isColoned(s.slice(0, percent));
}

/** 4, 6, or 0 for what is no IP address. */
function isIP(text) {
  const s = `${text}`;
  if (isDotted(s, 0)) return 4;
  return isIPv6(s) ? 6 : 0;
}

/** The sixteen bytes of an IPv6 address, the four of an IPv4 address. */
function addressBytes(text) {
  if (isIPv4(text)) return text.split('.').map(Number);
  let s = text.split('%')[0];
  const dotted = s.slice(s.lastIndexOf(':') + 1);
  if (dotted.includes('.')) {
    const [a, b, c, d] = dotted.split('.').map(Number);
    s = s.slice(0, -dotted.length) + ((a << 8) | b).toString(16) + ':' + ((c << 8) | d).toString(16);
  }
  const [head, tail] = s.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const bytes = [];
  for (const group of [...before, ...Array(zeros).fill('0'), ...after]) {
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

/** The text of an address's bytes, as inet_ntop() writes it. */
function addressText(bytes) {
  if (bytes.length === 4) return bytes.join('.');
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i] << 8) | bytes[i + 1]);
  // The first of the longest runs of zero groups becomes "::".
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    if (end > i) i = end - 1;
  }
  const mapped = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  if (mapped) return `${length === 6 ? '::' : '::ffff:'}${bytes.slice(12).join('.')}`;
  const text = (from, to) => groups.slice(from, to).map((group) => group.toString(16)).join(':');
  return start === -1 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}

/** Whether a host's name or address can only be this machine. */
function isLoopback(host) {
  const lower = host.toLowerCase();
  return lower === 'localhost' || lower.startsWith('127.') || lower === '[::1]' || lower === '[0:0:0:0:0:0:0:1]';
}

module.exports = {
  addressBytes,
  addressText,
  isIP,
  isIPv4,
  isIPv6,
  isLoopback,
  normalizedArgsSymbol: Symbol('normalizedArgs'),
};
