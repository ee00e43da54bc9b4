'use strict';

// buffer.transcode(): through a string, which holds whatever the four encodings can say.

const { Buffer } = require('buffer');

/** The text of the bytes; what is not in the encoding becomes U+FFFD. */
function decode(source, encoding) {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (encoding !== 'ascii') return bytes.toString(encoding);
  // Not toString('ascii'), which drops the eighth bit.
  return bytes.latin1Slice(0, bytes.length).replace(/[\x80-\xff]/g, '\ufffd');
}

/** Text in a single-byte encoding; one '?' for each character (not code unit) that it lacks. */
function encodeBytes(text, encoding) {
  const lacking = encoding === 'ascii' ? /[^\x00-\x7f]/gu : /[^\x00-\xff]/gu; // eslint-disable-line no-control-regex
  return Buffer.from(text.replace(lacking, '?'), 'latin1');
}

/** A new Buffer with the text of `source`; both encodings are known ones in Node's spelling. */
function transcode(source, from, to) {
  const text = decode(source, from);
  if (to === 'ascii' || to === 'latin1') return encodeBytes(text, to);
  return Buffer.from(text, to);
}

module.exports = { transcode };
