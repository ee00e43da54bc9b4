'use strict';
// Natives as promises, and what FileHandle and the functions of fs/promises share.

const { Buffer } = require('buffer');
const { AbortError, codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBuffer, validateEncoding, validateInteger, validateObject } = require('internal/validators');
const {
  bytesOf, contentsIn, copyInto, scatter, statsFromBytes, validateBufferArray, validateOffsetLengthRead, validateOffsetLengthWrite,
  validatePosition, validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const native = internalBinding('fs');

/** Calls a native; a failure gets the stack of who awaits it. */
async function call(name, ...args) {
  try {
    return await new Promise((resolve, reject) => {
      native[name](...args, (err, value) => (err ? reject(err) : resolve(value)));
    });
  } catch (err) {
    Error.captureStackTrace(err, call);
    throw err;
  }
}

function checkAborted(signal) {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
}

async function readFd(fd, bufferOrParams, offset, length, position) {
  let buffer = bufferOrParams;
  if (!ArrayBuffer.isView(buffer)) {
    if (bufferOrParams !== undefined) validateObject(bufferOrParams, 'options', 1);
    ({ buffer = Buffer.alloc(16384), offset = 0, length = buffer.byteLength - offset, position = null } = bufferOrParams ?? {});
    validateBuffer(buffer);
  }
  if (offset !== null && typeof offset === 'object') {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
  }
  if (offset === undefined || offset === null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length ??= buffer.byteLength - offset;
  if (length === 0) return { __proto__: null, bytesRead: length, buffer };
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  position = position === undefined || position === null ? -1 : validatePosition(position, 'position', length);
  const data = await call('read', fd, length, position);
  copyInto(buffer, offset, data);
  return { __proto__: null, bytesRead: data.length, buffer };
}

async function readvFd(fd, buffers, position) {
  validateBufferArray(buffers);
  let size = 0;
  for (const view of buffers) size += view.byteLength;
  const data = await call('read', fd, size, typeof position === 'number' ? position : -1);
  scatter(buffers, data);
  return { __proto__: null, bytesRead: data.length, buffers };
}

async function writeFd(fd, buffer, offsetOrOptions, length, position) {
  if (buffer?.byteLength === 0) return { __proto__: null, bytesWritten: 0, buffer };
  let offset = offsetOrOptions;
  if (ArrayBuffer.isView(buffer)) {
    if (typeof offset === 'object') ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
    if (offset === undefined || offset === null) offset = 0;
    else validateInteger(offset, 'offset', 0);
    if (typeof length !== 'number') length = buffer.byteLength - offset;
    if (typeof position !== 'number') position = -1;
    validateOffsetLengthWrite(offset, length, buffer.byteLength);
    const bytesWritten = await call('write', fd, bytesOf(buffer), offset, length, position);
    return { __proto__: null, bytesWritten, buffer };
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  validateEncoding(buffer, length);
  const bytes = Buffer.from(buffer, length ?? 'utf8');
  const bytesWritten = await call('write', fd, bytes, 0, bytes.length, typeof offset === 'number' ? offset : -1);
  return { __proto__: null, bytesWritten, buffer };
}

async function writevFd(fd, buffers, position) {
  validateBufferArray(buffers);
  if (buffers.length === 0) return { __proto__: null, bytesWritten: 0, buffers };
  const bytesWritten = await call('writev', fd, buffers, typeof position === 'number' ? position : -1);
  return { __proto__: null, bytesWritten, buffers };
}

const kReadSize = 512 * 1024;

/** Reads piece by piece, so that there are moments for looking at the signal. */
async function readPieces(source, flags, signal) {
  const fd = typeof source === 'number' ? source : await call('open', source, flags, 0o666);
  const pieces = [];
  try {
    for (;;) {
      checkAborted(signal);
      const piece = await call('read', fd, kReadSize, -1);
      checkAborted(signal);
      if (piece.length === 0) return Buffer.concat(pieces);
      pieces.push(piece);
    }
  } finally {
    if (fd !== source) await call('close', fd);
  }
}

/** Everything from where the descriptor stands, or from a path. */
async function readWhole(source, flags, options) {
  const { encoding, signal } = options;
  checkAborted(signal);
  if (!signal) return contentsIn(encoding, await call('readFile', source, flags));
  return contentsIn(encoding, await readPieces(source, flags, signal));
}

/** Whether data comes in pieces. */
function isPieces(data) {
  return typeof data !== 'string' && !ArrayBuffer.isView(data) && data !== null && data !== undefined &&
    (typeof data[Symbol.asyncIterator] === 'function' || typeof data[Symbol.iterator] === 'function');
}

async function writeWhole(fd, data, signal, encoding) {
  checkAborted(signal);
  if (isPieces(data)) {
    for await (const piece of data) {
      checkAborted(signal);
      const bytes = ArrayBuffer.isView(piece) ? bytesOf(piece) : Buffer.from(piece, encoding || 'utf8');
      await writePieces(fd, bytes, signal);
    }
    return;
  }
  await writePieces(fd, bytesOf(data), signal);
}

const kWriteSize = 512 * 1024;

async function writePieces(fd, bytes, signal) {
  while (bytes.length > 0) {
    checkAborted(signal);
    const n = await call('write', fd, bytes, 0, Math.min(kWriteSize, bytes.length), -1);
    bytes = bytes.subarray(n);
  }
  checkAborted(signal);
}

const statFd = async (fd, options) => statsFromBytes(await call('stat', fd, true, options?.bigint === true), options?.bigint === true);

module.exports = { call, checkAborted, isPieces, readFd, readWhole, readvFd, statFd, writeFd, writeWhole, writevFd };
