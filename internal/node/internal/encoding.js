'use strict';

// TextEncoder and TextDecoder of the Encoding Standard. UTF-8 and UTF-16 are decoded with the codecs of Buffer; the
// decoders of the web's older encodings are in internal/encoding_legacy.

const {
  codes: {
    ERR_ENCODING_INVALID_ENCODED_DATA, ERR_ENCODING_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS,
  },
} = require('internal/errors');
const { customInspectSymbol: inspect, kEnumerableProperty } = require('internal/util');
const { isAnyArrayBuffer, isUint8Array } = require('internal/util/types');
const { validateObject, validateString, kValidateObjectAllowObjectsAndNull } = require('internal/validators');
const { FastBuffer } = require('internal/buffer');
const { encodeInto, encodeUtf8String } = internalBinding('encoding_binding');
const { isUtf8, ucs2Slice, utf8Slice } = internalBinding('buffer');

// ---- labels ----

// The usual ones; whatever else is asked for is looked up in the standard's list by the native half.
const usualLabels = {
  '__proto__': null,
  'utf-8': 'utf-8',
  'utf8': 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  'unicode11utf8': 'utf-8',
  'unicode20utf8': 'utf-8',
  'x-unicode20utf8': 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'csunicode': 'utf-16le',
  'iso-10646-ucs-2': 'utf-16le',
  'ucs-2': 'utf-16le',
  'unicode': 'utf-16le',
  'unicodefeff': 'utf-16le',
  'utf-16be': 'utf-16be',
  'unicodefffe': 'utf-16be',
  'latin1': 'windows-1252',
  'ascii': 'windows-1252',
  'us-ascii': 'windows-1252',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
};

/** The encoding's name for one of its labels; undefined if there is none. */
function getEncodingFromLabel(label) {
  const name = usualLabels[label];
  if (name !== undefined) return name;
  const trimmed = `${label}`.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase();
  if (!/^[!-~]+$/.test(trimmed)) return undefined;
  return usualLabels[trimmed] ?? internalBinding('legacy_encoding').name(trimmed) ?? undefined;
}

// ---- TextEncoder ----

const encodeIntoResult = new Uint32Array(2); // code units read, bytes written

let isEncoder; // set by the class's static block

class TextEncoder {
  #brand = true;

  static {
    isEncoder = (value) => typeof value === 'object' && value !== null && #brand in value;
  }

  get encoding() {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    return 'utf-8';
  }

  /** The string as UTF-8 in a new Uint8Array. */
  encode(input = '') {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    return encodeUtf8String(`${input}`);
  }

  /** Writes as many whole characters as the array takes. */
  encodeInto(src, dest) {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    validateString(src, 'src');
    if (!dest || !isUint8Array(dest)) throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', dest);
    encodeInto(src, dest, encodeIntoResult);
    return { read: encodeIntoResult[0], written: encodeIntoResult[1] };
  }

  [inspect](depth, opts) {
    if (!isEncoder(this)) throw new ERR_INVALID_THIS('TextEncoder');
    if (typeof depth === 'number' && depth < 0) return this;
    return require('internal/util/inspect').inspect({ encoding: 'utf-8' }, opts); // nameless, as in Node
  }
}

Object.defineProperties(TextEncoder.prototype, {
  encode: kEnumerableProperty,
  encodeInto: kEnumerableProperty,
  encoding: kEnumerableProperty,
  [inspect]: { __proto__: null, enumerable: false },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'TextEncoder' },
});

// ---- TextDecoder ----

const noBytes = new FastBuffer(0);

/** How many bytes at the end begin a UTF-8 character rightly and do not finish it. */
function unfinishedUtf8(bytes) {
  const length = bytes.length;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
    if (back >= size) return 0;
    return back === 1 || mayFollow(byte, bytes[length - back + 1]) ? back : 0;
  }
  return 0;
}

/** May the second byte follow the first? Overlong forms, surrogates and what is beyond Unicode start with less. */
function mayFollow(lead, second) {
  switch (lead) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second < 0xa0;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second < 0x90;
    default: return true;
  }
}

/** What was held back and the new piece in one. */
function join(held, bytes) {
  if (held.length === 0) return bytes;
  const all = new FastBuffer(held.length + bytes.length);
  all.set(held, 0);
  all.set(bytes, held.length);
  return all;
}

class Utf8Decoder {
  #held = noBytes;

  decode(bytes, last, fatal) {
    const all = join(this.#held, bytes);
    const end = last ? all.length : all.length - unfinishedUtf8(all);
    this.#held = end === all.length ? noBytes : new FastBuffer(all.subarray(end));
    if (fatal && !isUtf8(end === all.length ? all : all.subarray(0, end))) return null;
    return utf8Slice(all, 0, end);
  }
}

class Utf16Decoder {
  #held = noBytes;
  #bigEndian;

  constructor(bigEndian) {
    this.#bigEndian = bigEndian;
  }

  decode(bytes, last, fatal) {
    const all = join(this.#held, bytes);
    let end = all.length - (all.length % 2);
    if (!last && end > 0 && (all[this.#bigEndian ? end - 2 : end - 1] & 0xfc) === 0xd8) end -= 2; // half a pair
    this.#held = last || end === all.length ? noBytes : new FastBuffer(all.subarray(end));
    let text;
    if (this.#bigEndian) {
      const swapped = new FastBuffer(all.subarray(0, end));
      swapped.swap16();
      text = ucs2Slice(swapped, 0, end);
    } else {
      text = ucs2Slice(all, 0, end);
    }
    const half = last && end < all.length; // half a unit at the very end
    if (fatal) return half || !text.isWellFormed() ? null : text;
    // Half a pair and half a unit together are one mistake.
    if (half && (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800) text = text.slice(0, -1);
    text = text.toWellFormed();
    return half ? `${text}\ufffd` : text;
  }
}

function makeDecoder(encoding) {
  switch (encoding) {
    case 'utf-8': return new Utf8Decoder();
    case 'utf-16le': return new Utf16Decoder(false);
    case 'utf-16be': return new Utf16Decoder(true);
    default: return require('internal/encoding_legacy').makeDecoder(encoding);
  }
}

/** The bytes that decode() was given. */
function bytesOf(input) {
  if (input === undefined) return noBytes;
  if (isUint8Array(input)) return input;
  if (ArrayBuffer.isView(input)) return new FastBuffer(input.buffer, input.byteOffset, input.byteLength);
  if (isAnyArrayBuffer(input)) return new FastBuffer(input);
  const error = new TypeError('The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');
  error.code = 'ERR_INVALID_ARG_TYPE';
  throw error;
}

let isDecoder; // set by the class's static block

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #decoder = null;
  #atStart = true; // a byte order mark may still come

  static {
    isDecoder = (value) => typeof value === 'object' && value !== null && #encoding in value;
  }

  constructor(encoding = 'utf-8', options = undefined) {
    encoding = `${encoding}`;
    if (options !== undefined) validateObject(options, 'options', kValidateObjectAllowObjectsAndNull);
    const name = getEncodingFromLabel(encoding);
    if (name === undefined || name === 'replacement') throw new ERR_ENCODING_NOT_SUPPORTED(name ?? encoding);
    this.#encoding = name;
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  /** The text of the bytes; with { stream: true } what is unfinished waits for the next call. */
  decode(input = undefined, options = undefined) {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    const bytes = bytesOf(input);
    if (options !== undefined) validateObject(options, 'options', kValidateObjectAllowObjectsAndNull);
    const last = !options?.stream;
    this.#decoder ??= makeDecoder(this.#encoding);
    let text = this.#decoder.decode(bytes, last, this.#fatal);
    if (text === null || (this.#fatal && this.#isLegacy() && text.includes('\ufffd'))) {
      this.#decoder = null;
      this.#atStart = true;
      throw new ERR_ENCODING_INVALID_ENCODED_DATA(this.#encoding, undefined);
    }
    if (this.#atStart && text.length > 0) {
      this.#atStart = false;
      if (!this.#ignoreBOM && text.charCodeAt(0) === 0xfeff && !this.#isLegacy()) text = text.slice(1);
    }
    if (last) this.#atStart = true;
    return text;
  }

  #isLegacy() {
    return !this.#encoding.startsWith('utf-');
  }

  get encoding() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#encoding;
  }

  get fatal() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#ignoreBOM;
  }

  [inspect](depth, opts) {
    if (!isDecoder(this)) throw new ERR_INVALID_THIS('TextDecoder');
    const { name } = this.constructor || TextDecoder;
    if (typeof depth === 'number' && depth < 0) return opts.stylize(`[${name}]`, 'special');
    const shown = {};
    shown.encoding = this.#encoding;
    shown.fatal = this.#fatal;
    shown.ignoreBOM = this.#ignoreBOM;
    if (opts.showHidden) {
      shown[Symbol('flags')] = (this.#fatal ? 2 : 0) | (this.#ignoreBOM ? 4 : 0);
      shown[Symbol('handle')] = undefined;
    }
    return `${name} ${require('internal/util/inspect').inspect(shown, opts)}`;
  }
}

Object.defineProperties(TextDecoder.prototype, {
  decode: kEnumerableProperty,
  encoding: kEnumerableProperty,
  fatal: kEnumerableProperty,
  ignoreBOM: kEnumerableProperty,
  [inspect]: { __proto__: null, enumerable: false },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'TextDecoder' },
});

module.exports = { TextDecoder, TextEncoder, getEncodingFromLabel };
