'use strict';

// Blob: immutable bytes in pieces. A slice shares the pieces; nothing is copied until somebody reads.

const { customInspectSymbol: kInspect, kEnumerableProperty } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { DOMException } = require('internal/dom_exception');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateDictionary } = require('internal/validators');
const { kClone, kDeserialize, markTransferMode } = require('internal/worker/js_transferable');
const { encodeUtf8String } = internalBinding('encoding_binding');

const CHUNK = 64 * 1024;

/** Bytes in memory that nobody changes. */
class MemoryPart {
  constructor(bytes) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
    this.chunk = this.size; // a stream gives it in one piece
  }

  slice(start, end) {
    return new MemoryPart(this.bytes.subarray(start, end));
  }

  /** `size` bytes from `offset`, in memory of their own. */
  async read(offset, size) {
    return new Uint8Array(this.bytes.subarray(offset, offset + size));
  }
}

/** A range of a file, which must stay as it was when the Blob was made. */
class FilePart {
  constructor(path, stamp, start, size) {
    this.path = path;
    this.stamp = stamp;
    this.start = start;
    this.size = size;
    this.chunk = CHUNK;
  }

  slice(start, end) {
    return new FilePart(this.path, this.stamp, this.start + start, end - start);
  }

  async read(offset, size) {
    const { open } = require('fs/promises');
    let file;
    try {
      file = await open(this.path);
      if (stampOf(await file.stat({ bigint: true })) !== this.stamp) throw new Error('the file has changed');
      const bytes = new Uint8Array(size);
      let done = 0;
      while (done < size) {
        const { bytesRead } = await file.read(bytes, done, size - done, this.start + offset + done);
        if (bytesRead === 0) throw new Error('the file has become shorter');
        done += bytesRead;
      }
      return bytes;
    } catch {
      throw new DOMException('The blob could not be read', 'NotReadableError');
    } finally {
      await file?.close();
    }
  }
}

/** What changes when a file does. */
function stampOf(stat) {
  return `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}

/** The parts of [start, end) of a list of parts. */
function sliceParts(parts, start, end) {
  const result = [];
  let position = 0;
  for (const part of parts) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, part.size);
    if (from < to) result.push(from === 0 && to === part.size ? part : part.slice(from, to));
    position += part.size;
  }
  return result;
}

/** One element of what new Blob() is given. */
function toPart(source, endings) {
  if (isAnyArrayBuffer(source)) return new MemoryPart(new Uint8Array(source.slice(0)));
  if (isArrayBufferView(source)) {
    return new MemoryPart(new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength)));
  }
  let text = `${source}`;
  if (endings === 'native') text = text.replace(/\r\n|\r|\n/g, process.platform === 'win32' ? '\r\n' : '\n');
  return new MemoryPart(encodeUtf8String(text));
}

/** A MIME type in lower case; '' if it has characters that none has. */
function toType(type) {
  type = `${type}`;
  return /[^\x20-\x7e]/.test(type) ? '' : type.toLowerCase();
}

let isBlob;
let partsOf;
let setParts;

class Blob {
  #parts = [];
  #size = 0;
  #type = '';

  static {
    isBlob = (value) => typeof value === 'object' && value !== null && #parts in value;
    partsOf = (blob) => blob.#parts;
    setParts = (blob, parts, type) => {
      blob.#parts = parts;
      blob.#size = parts.reduce((sum, part) => sum + part.size, 0);
      blob.#type = type;
    };
  }

  constructor(sources = [], options = undefined) {
    if (typeof sources !== 'object' || sources === null || typeof sources[Symbol.iterator] !== 'function') {
      const error = new TypeError('Value cannot be converted to sequence.');
      error.code = 'ERR_INVALID_ARG_TYPE';
      throw error;
    }
    validateDictionary(options, 'options');
    let endings = options?.endings;
    if (endings === undefined) endings = 'transparent';
    else if ((endings = `${endings}`) !== 'transparent' && endings !== 'native') {
      throw new ERR_INVALID_ARG_VALUE('options.endings', options.endings);
    }
    const type = options?.type;
    const parts = [];
    for (const source of sources) {
      if (isBlob(source)) parts.push(...source.#parts);
      else parts.push(toPart(source, endings));
    }
    setParts(this, parts.filter((part) => part.size > 0 || part instanceof FilePart), type === undefined ? '' : toType(type));
  }

  [kInspect](depth, options) {
    if (depth !== null && depth < 0) return options.stylize(`[${this.constructor?.name ?? 'Blob'}]`, 'special');
    const { inspect } = require('internal/util/inspect');
    return `Blob ${inspect({ size: this.size, type: this.type }, {
      ...options, depth: options.depth == null ? null : options.depth - 1,
    })}`;
  }

  [kClone]() {
    if (this.#parts.some((part) => part instanceof FilePart)) throw new ERR_INVALID_STATE.TypeError('File-backed Blobs are not cloneable');
    return { data: { parts: this.#parts, type: this.#type }, deserializeInfo: 'internal/blob:ClonedBlob' };
  }

  [kDeserialize]({ parts, type }) {
    setParts(this, parts, type);
  }

  get type() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#type;
  }

  get size() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#size;
  }

  /** The bytes from start to end, counted from the end if negative, as a Blob. */
  slice(start = 0, end = undefined, contentType = '') {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const size = this.#size;
    start = clampIndex(start, size);
    end = end === undefined ? size : clampIndex(end, size);
    return fromParts(sliceParts(this.#parts, start, Math.max(start, end)), toType(contentType));
  }

  async arrayBuffer() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return (await readAll(this)).buffer;
  }

  async text() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { TextDecoder } = require('internal/encoding');
    return new TextDecoder().decode(await readAll(this));
  }

  async bytes() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return readAll(this);
  }

  /** A byte stream of the content. */
  stream() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { ReadableStream } = require('internal/webstreams/readablestream');
    const parts = this.#parts;
    let index = 0;
    let offset = 0;
    return new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        while (index < parts.length) {
          const part = parts[index];
          const size = Math.min(part.chunk, part.size - offset);
          const chunk = await part.read(offset, size);
          offset += size;
          if (offset === part.size) {
            index++;
            offset = 0;
          }
          if (size > 0) {
            controller.enqueue(chunk);
            return;
          }
        }
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel() {
        index = parts.length;
      },
    });
  }

  /** The content decoded as UTF-8, as a stream of strings. */
  textStream() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { TextDecoderStream } = require('internal/webstreams/encoding');
    return this.stream().pipeThrough(new TextDecoderStream());
  }
}

function clampIndex(index, size) {
  index = Math.trunc(index) || 0;
  return index < 0 ? Math.max(size + index, 0) : Math.min(index, size);
}

async function readAll(blob) {
  const bytes = new Uint8Array(blob.size);
  let position = 0;
  for (const part of partsOf(blob)) {
    if (part instanceof MemoryPart) bytes.set(part.bytes, position);
    else bytes.set(await part.read(0, part.size), position);
    position += part.size;
  }
  return bytes;
}

function fromParts(parts, type) {
  const blob = new Blob();
  setParts(blob, parts, type);
  return blob;
}

Object.defineProperty(Blob.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'Blob' });
Object.defineProperties(Blob.prototype, {
  size: kEnumerableProperty,
  type: kEnumerableProperty,
  slice: kEnumerableProperty,
  stream: kEnumerableProperty,
  textStream: kEnumerableProperty,
  text: kEnumerableProperty,
  arrayBuffer: kEnumerableProperty,
  bytes: kEnumerableProperty,
});
markTransferMode(Blob.prototype, true, false);

/** What structuredClone() makes of a Blob or of an object of a class derived from it. */
class ClonedBlob {
  constructor() {
    return new Blob();
  }
}

/** A Blob over a file, read when it is asked for. */
function createBlobFromFilePath(path, { type = '' } = {}) {
  const stat = require('fs').statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) {
    const error = new TypeError('Unable to open file as blob');
    error.code = 'ERR_INVALID_ARG_VALUE';
    throw error;
  }
  const size = Number(stat.size);
  return fromParts([new FilePart(path, stampOf(stat), 0, size)], toType(type)); // an empty one too may change
}

// ---- blob: URLs ----

const stored = new Map();

function createObjectURL(object) {
  if (!isBlob(object)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', object);
  const id = require('crypto').randomUUID();
  stored.set(id, object);
  return `blob:nodedata:${id}`;
}

/** The id in a blob: URL; undefined if the string is none of ours. */
function idOf(url) {
  return /^blob:nodedata:([^?#]+)(?:#.*)?$/.exec(url)?.[1];
}

function revokeObjectURL(url) {
  const id = idOf(url);
  if (id !== undefined) stored.delete(id);
}

/** The Blob that a URL of createObjectURL() stands for. */
function resolveObjectURL(url) {
  const blob = stored.get(idOf(`${url}`));
  return blob === undefined ? undefined : fromParts(partsOf(blob), blob.type);
}

module.exports = {
  Blob,
  ClonedBlob,
  createBlobFromFilePath,
  createObjectURL,
  isBlob: (value) => isBlob(value),
  resolveObjectURL,
  revokeObjectURL,
};
