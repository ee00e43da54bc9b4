'use strict';

// Buffer over generated strings, bytes and arguments, from a fixed seed.

const { Buffer, atob, btoa, isAscii, isUtf8, transcode } = require('buffer');

let seed = 42;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}
function pick(list) {
  return list[random(list.length)];
}

const pieces = ['a', 'b', 'ab', 'c', '0', '9', 'F', '=', '-', '_', '+', '/', ' ', '\n', '!', '\0', '\x80', '\xe9', '\u0130', '\u20ac', '\ud83d\ude00',
                '\ud83d', '\ude00', '\uffff', 'YWJj', 'YQ==', 'deadbeef', 'The quick brown fox jumps over the lazy dog'];
function string() {
  let s = '';
  for (let n = random(6); n > 0; n--) s += pick(pieces);
  return random(12) === 0 ? s.repeat(1 + random(40)) : s;
}
function bytes() {
  const kind = random(5);
  if (kind === 0) return Buffer.from(string());
  if (kind === 1) return Buffer.from(string(), 'utf16le');
  const b = Buffer.alloc(random(kind === 2 ? 200 : 12));
  const special = [0, 0x41, 0x7f, 0x80, 0xbf, 0xc2, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0xd8, 0xdc];
  for (let i = 0; i < b.length; i++) b[i] = random(3) ? pick(special) : random(256);
  return b;
}
const encodings = ['utf8', 'UTF-8', 'ascii', 'latin1', 'binary', 'hex', 'HEX', 'base64', 'base64url', 'ucs2', 'utf16le', 'UTF-16LE'];
function index(length) {
  return pick([undefined, 0, 1, 2, random(length + 2), random(length + 2), length, length + 1, -1, -random(5), 1.5, NaN, null, '1', Infinity, -Infinity, 2 ** 32, true]);
}

function show(value) {
  if (value instanceof Uint8Array) return `${value.constructor.name}:${value.length}:${Buffer.prototype.hexSlice.call(value, 0, value.length)}`;
  if (typeof value === 'string') return JSON.stringify(value);
  return String(value);
}
function attempt(f) {
  try {
    return show(f());
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
}

for (let i = 0; i < 5000; i++) {
  const s = string();
  const b = bytes();
  const encoding = pick(encodings);
  const [x, y, z, w] = [index(b.length), index(b.length), index(b.length), index(b.length)];
  const out = [i, JSON.stringify(s), show(b), encoding, x, y, z, w].map(String);
  out.push(attempt(() => Buffer.from(s, encoding)), attempt(() => Buffer.byteLength(s, encoding)), attempt(() => b.toString(encoding, x, y)));
  out.push(attempt(() => `${Buffer.from(b).write(s, x, y, encoding)}`), attempt(() => { const c = Buffer.from(b); c.write(s, x, y, encoding); return c; }));
  out.push(attempt(() => { const c = Buffer.from(b); c.write(s, encoding); return c; }));
  out.push(attempt(() => Buffer.from(b).fill(s, x, y, encoding)), attempt(() => Buffer.from(b).fill(random(600) - 300, x, y)), attempt(() => Buffer.alloc(9, s, encoding)));
  let needle = pick([b.subarray(random(b.length + 1), random(b.length + 1)), b.toString(encoding, 1, 3), s, random(300)]);
  if (typeof needle === 'string') needle = needle.toWellFormed().replace(/[^\0-\x7f]/g, 'x'); // others can crash Node
  out.push(show(needle));
  for (const name of ['indexOf', 'lastIndexOf', 'includes']) {
    out.push(attempt(() => b[name](needle, x, encoding)), attempt(() => b[name](needle, x, Number.isFinite(y) ? y : 3, encoding)), attempt(() => b[name](needle)));
  }
  const other = random(2) ? bytes() : Buffer.from(b);
  out.push(attempt(() => b.compare(other, x, y, z, w)), attempt(() => b.compare(other)), attempt(() => b.equals(other)), attempt(() => Buffer.compare(b, other)));
  out.push(attempt(() => { const c = Buffer.alloc(8); return `${b.copy(c, x, y, z)} ${show(c)}`; }));
  out.push(attempt(() => b.slice(x, y)), attempt(() => b.subarray(x, y)), attempt(() => Buffer.concat([b, other], x > 1e6 ? 100 : x)));
  out.push(attempt(() => Buffer.copyBytesFrom(new Uint16Array([1, 2, 3, 4, 5]), x, y)), attempt(() => Buffer.from(new ArrayBuffer(8), x, y)));
  out.push(attempt(() => atob(s)), attempt(() => btoa(s)), attempt(() => isUtf8(b)), attempt(() => isAscii(b)));
  out.push(attempt(() => Buffer.from(b).swap16()), attempt(() => Buffer.from(b).swap32()), attempt(() => Buffer.from(b).swap64()));
  const from = pick(['utf8', 'utf16le', 'latin1', 'ascii']);
  const to = pick(['utf8', 'utf16le', 'latin1', 'ascii']);
  const text = from === 'utf8' ? Buffer.from(s) : from === 'utf16le' ? Buffer.from(s, 'utf16le') : b;
  out.push(`${from} ${to}`, attempt(() => transcode(text, from, to)));
  console.log(out.join(' | '));
}

const names = Object.getOwnPropertyNames(Buffer.prototype).filter((n) => /^(read|write).*(Int|Uint|Float|Double|BigInt)/.test(n));
const values = [0, 1, -1, 127, 128, 255, 256, -128, -129, 32767, 32768, 65535, 65536, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 47, 2 ** 48, -(2 ** 47), 1.5,
                NaN, Infinity, '12', 'x', null, undefined, true, 0n, -1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 1e300, 3.14159, {}];
for (const name of names) {
  const takesLength = /Int(LE|BE)$/.test(name) && !/Big/.test(name);
  for (let i = 0; i < 120; i++) {
    const b = Buffer.from('0102838485868788898a8b8c', 'hex').subarray(0, random(13));
    const offset = index(b.length);
    const length = takesLength ? pick([1, 2, 3, 4, 5, 6, 0, 7, undefined, null, '3', 1.5]) : undefined;
    const value = pick(values);
    if (name.startsWith('read')) console.log(name, show(b), String(offset), String(length), attempt(() => (takesLength ? b[name](offset, length) : b[name](offset))));
    else console.log(name, show(b), String(value), String(offset), String(length), attempt(() => (takesLength ? b[name](value, offset, length) : b[name](value, offset))), show(b));
  }
}
