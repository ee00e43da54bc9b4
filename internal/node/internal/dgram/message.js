'use strict';
// The data that dgram's send() takes.

const { isArrayBufferView } = require('internal/util/types');
const { validateNumber } = require('internal/validators');
const { codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE } } = require('internal/errors');

const types = ['Buffer', 'TypedArray', 'DataView', 'string'];

/** Part of the data, which is copied nowhere. */
function slice(data, offset, length) {
  if (typeof data === 'string') data = Buffer.from(data);
  else if (!isArrayBufferView(data)) throw new ERR_INVALID_ARG_TYPE('buffer', types, data);
  offset >>>= 0;
  length >>>= 0;
  if (offset > data.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (offset + length > data.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
  return Buffer.from(data.buffer, data.byteOffset + offset, length);
}

/** The pieces of a datagram: what send() was given as an array of bytes. */
function toPieces(data) {
  if (typeof data === 'string') return [Buffer.from(data)];
  if (isArrayBufferView(data)) return [data];
  if (!Array.isArray(data)) throw new ERR_INVALID_ARG_TYPE('buffer', types, data);
  const pieces = new Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const piece = data[i];
    if (typeof piece === 'string') pieces[i] = Buffer.from(piece);
    else if (isArrayBufferView(piece)) pieces[i] = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    else throw new ERR_INVALID_ARG_TYPE('buffer list arguments', types, data);
  }
  return pieces;
}

function validateSendTo(offset, length, port) {
  validateNumber(offset, 'offset');
  validateNumber(length, 'length');
  validateNumber(port, 'port');
}

module.exports = { slice, toPieces, validateSendTo };
