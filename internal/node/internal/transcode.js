'use strict';

// buffer.transcode(): through a string, which holds whatever the four encodings can say.

const { Buffer } = require('buffer');
const { isUtf8 } = internalBinding('buffer');

/** The text of the bytes; what is not in the encoding becomes U+FFFD. */
function decode(source, encoding) {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (encoding !== 'ascii') return bytes.toString(encoding);
  // Not toString('ascii'), which drops the eighth bit.
  return bytes.latin1Slice(0, bytes.length).replace(/[\x80-\xff]/g, '\ufffd');
}

// Characters that nobody sees are left out rather than shown as '?'.
const ignorable = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** Text in a single-byte encoding; one '?' for each character (not code unit) that it lacks. */
function encodeBytes(text, encoding) {
  const lacking = encoding === 'ascii' ? /[^\x00-\x7f]/gu : /[^\x00-\xff]/gu; // eslint-disable-line no-control-regex
  return Buffer.from(text.replace(lacking, (c) => (ignorable.test(c) ? '' : '?')), 'latin1');
}

function invalid() {
  const error = new Error('Unable to transcode Buffer [U_INVALID_CHAR_FOUND]');
  error.code = 'U_INVALID_CHAR_FOUND';
  error.errno = 10;
  return error;
}

/** A new Buffer with the text of `source`; both encodings are known ones in Node's spelling. */
function transcode(source, from, to) {
  // Between the Unicode encodings mistakes are errors; everywhere else they become '?' or U+FFFD.
  if (from === 'utf8' && to === 'utf16le' && !isUtf8(source)) throw invalid();
  if (from === 'ascii' && to === 'utf16le') from = 'latin1';
  let text = decode(source, from);
  if (from === 'utf16le' && to !== 'ascii' && to !== 'latin1') {
    const half = source.length % 2 === 1;
    if (to === 'utf8' && (half || !text.isWellFormed())) throw invalid();
    text = text.toWellFormed() + (half ? '\ufffd' : '');
  }
  if (to === 'ascii' || to === 'latin1') return encodeBytes(text, to);
  return Buffer.from(text, to);
}

module.exports = { transcode };
