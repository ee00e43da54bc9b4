'use strict';

// The module `stream/consumers`: all of a stream, as one value.

const { Buffer } = require('buffer');

async function blob(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Blob(chunks);
}

// Chunks become bytes as a Blob's parts do.
function toBytes(chunk) {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer || chunk instanceof SharedArrayBuffer) return new Uint8Array(chunk);
  return Buffer.from(String(chunk), 'utf8');
}

/** The bytes in memory of their own, not in a slice of a pool. */
async function bytes(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    const part = chunk instanceof Blob ? new Uint8Array(await chunk.arrayBuffer()) : toBytes(chunk);
    chunks.push(part);
    length += part.byteLength;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of chunks) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

async function arrayBuffer(stream) {
  return (await bytes(stream)).buffer;
}

async function buffer(stream) {
  return Buffer.from(await arrayBuffer(stream));
}

async function text(stream) {
  const decoder = new TextDecoder();
  let string = '';
  for await (const chunk of stream) {
    if (typeof chunk === 'string') string += chunk;
    else string += decoder.decode(chunk, { stream: true });
  }
  return string + decoder.decode(); // Half a character at the end.
}

async function json(stream) {
  return JSON.parse(await text(stream));
}

module.exports = { arrayBuffer, blob, buffer, bytes, text, json };
