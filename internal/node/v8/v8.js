'use strict';

// The module "v8": V8's serializer, and what V8 tells of its heap.

const { Buffer } = require('buffer');
const { codes: { ERR_NOT_BUILDING_SNAPSHOT } } = require('internal/errors');
const { validateFunction, validateObject, validateOneOf, validateString } = require('internal/validators');
const { emitExperimentalWarning } = require('internal/util');
const { Serializer, Deserializer } = internalBinding('serdes');
const native = internalBinding('v8');

// ---- heap ----

const heapStatisticsKeys = [
  'total_heap_size', 'total_heap_size_executable', 'total_physical_size', 'total_available_size', 'used_heap_size',
  'heap_size_limit', 'malloced_memory', 'peak_malloced_memory', 'does_zap_garbage', 'number_of_native_contexts',
  'number_of_detached_contexts', 'total_global_handles_size', 'used_global_handles_size', 'external_memory',
];
const heapCodeKeys = [
  'code_and_metadata_size', 'bytecode_and_metadata_size', 'external_script_source_size', 'cpu_profiler_metadata_size',
];

function named(keys, numbers) {
  const object = {};
  for (let i = 0; i < keys.length; i++) object[keys[i]] = numbers[i];
  return object;
}

function getHeapStatistics() {
  return named(heapStatisticsKeys, native.heapStatistics());
}

function getHeapSpaceStatistics() {
  return native.heapSpaces().map(([name, size, used, available, physical]) => ({
    space_name: name,
    space_size: size,
    space_used_size: used,
    space_available_size: available,
    physical_space_size: physical,
  }));
}

function getHeapCodeStatistics() {
  return named(heapCodeKeys, native.heapCode());
}

function setFlagsFromString(flags) {
  validateString(flags, 'flags');
  native.setFlagsFromString(flags);
}

function isStringOneByteRepresentation(content) {
  validateString(content, 'content');
  return native.isStringOneByteRepresentation(content);
}

function snapshotOptions(options) {
  if (options === undefined) return { exposeInternals: false, exposeNumericValues: false };
  validateObject(options, 'options');
  return { exposeInternals: options.exposeInternals === true, exposeNumericValues: options.exposeNumericValues === true };
}

function snapshotChunks(options) {
  const { exposeInternals, exposeNumericValues } = snapshotOptions(options);
  const chunks = [];
  native.heapSnapshot((chunk) => { chunks.push(chunk); }, exposeInternals, exposeNumericValues);
  return chunks;
}

/** A stream of the heap's snapshot as JSON, for DevTools. */
function getHeapSnapshot(options) {
  const chunks = snapshotChunks(options);
  const { Readable } = require('stream');
  return new Readable({
    highWaterMark: 1,
    read() {
      this.push(chunks.length > 0 ? chunks.shift() : null);
    },
  });
}

let snapshots = 0;

/** Writes the heap's snapshot to a file; returns its name. */
function writeHeapSnapshot(filename, options) {
  const fs = require('fs');
  if (filename === undefined) filename = snapshotName();
  else filename = require('internal/fs/utils').getValidatedPath?.(filename) ?? filename;
  const chunks = snapshotChunks(options);
  const fd = fs.openSync(filename, 'w');
  try {
    for (const chunk of chunks) fs.writeSync(fd, chunk);
  } finally {
    fs.closeSync(fd);
  }
  return filename;
}

function snapshotName() {
  const pad = (n, width = 2) => String(n).padStart(width, '0');
  const now = new Date();
  const date = `${now.getFullYear()}${pad(now.getMonth() + 1)}${pad(now.getDate())}`;
  const time = `${pad(now.getHours())}${pad(now.getMinutes())}${pad(now.getSeconds())}`;
  return `Heap.${date}.${time}.${process.pid}.0.${pad(++snapshots, 3)}.heapsnapshot`;
}

/** How many live objects a constructor has made, or (format: 'summary') what they look like. */
function queryObjects(ctor, options = { __proto__: null }) {
  validateFunction(ctor, 'constructor');
  emitExperimentalWarning('v8.queryObjects()');
  if (options !== undefined) validateObject(options, 'options');
  const format = options?.format || 'count';
  validateOneOf(format, 'options.format', ['count', 'summary']);
  // Only objects: a constructor without a prototype to inherit from has made none.
  const { prototype } = ctor;
  const objects = prototype !== null && typeof prototype === 'object' ? native.queryObjects(prototype) : [];
  if (format === 'count') return objects.length;
  const { inspect } = require('internal/util/inspect');
  return objects.map((object) => inspect(object, { depth: 0 }));
}

// ---- serializer ----

// What a typed array is, by the number that stands for it in the stream.
const viewTypes = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
                   Float32Array, Float64Array, DataView];
const bufferIndex = 10;
const laterTypes = [BigInt64Array, BigUint64Array];
if (globalThis.Float16Array !== undefined) laterTypes.push(globalThis.Float16Array);

function typeIndex(view) {
  const tag = Object.prototype.toString.call(view);
  for (let i = 0; i < viewTypes.length; i++) {
    if (tag === `[object ${viewTypes[i].name}]`) return i;
  }
  for (let i = 0; i < laterTypes.length; i++) {
    if (tag === `[object ${laterTypes[i].name}]`) return bufferIndex + 1 + i;
  }
  return -1;
}

function typeByIndex(index) {
  return index < bufferIndex ? viewTypes[index] : laterTypes[index - bufferIndex - 1];
}

Serializer.prototype._getDataCloneError = Error;

/** The bytes themselves, in a Buffer over the deserializer's. */
Deserializer.prototype.readRawBytes = function readRawBytes(length) {
  const offset = this._readRawBytes(length);
  return Buffer.from(this.buffer.buffer, this.buffer.byteOffset + offset, length);
};

/** Writes views of memory as bytes, without what else their ArrayBuffers hold. */
class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    let index = bufferIndex;
    if (view.constructor !== Buffer) {
      index = ArrayBuffer.isView(view) ? typeIndex(view) : -1;
      if (index === -1) throw new this._getDataCloneError(`Unserializable host object: ${require('internal/util/inspect').inspect(view)}`);
    }
    this.writeUint32(index);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const index = this.readUint32();
    const byteLength = this.readUint32();
    const offset = this._readRawBytes(byteLength);
    const { buffer } = this;
    if (index === bufferIndex) return Buffer.from(buffer.buffer, buffer.byteOffset + offset, byteLength);
    const Type = typeByIndex(index);
    const size = Type.BYTES_PER_ELEMENT || 1;
    const at = buffer.byteOffset + offset;
    if (at % size === 0) return new Type(buffer.buffer, at, byteLength / size);
    // Views must be aligned: copy.
    const copy = new Uint8Array(byteLength);
    copy.set(new Uint8Array(buffer.buffer, at, byteLength));
    return new Type(copy.buffer, 0, byteLength / size);
  }
}

/** A value as bytes that deserialize() understands, here or in Node. */
function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(buffer) {
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

// ---- snapshots of the whole program, which Sluice does not make ----

const startupSnapshot = {
  addDeserializeCallback() {
    throw new ERR_NOT_BUILDING_SNAPSHOT();
  },
  addSerializeCallback() {
    throw new ERR_NOT_BUILDING_SNAPSHOT();
  },
  setDeserializeMainFunction() {
    throw new ERR_NOT_BUILDING_SNAPSHOT();
  },
  isBuildingSnapshot() {
    return false;
  },
};

// Coverage is collected only under NODE_V8_COVERAGE, which Sluice does not read.
function takeCoverage() {}
function stopCoverage() {}

module.exports = {
  cachedDataVersionTag: native.cachedDataVersionTag,
  getHeapSnapshot,
  getHeapStatistics,
  getHeapSpaceStatistics,
  getHeapCodeStatistics,
  setFlagsFromString,
  Serializer,
  Deserializer,
  DefaultSerializer,
  DefaultDeserializer,
  deserialize,
  takeCoverage,
  stopCoverage,
  serialize,
  writeHeapSnapshot,
  queryObjects,
  startupSnapshot,
  isStringOneByteRepresentation,
};
Object.defineProperty(module.exports, 'promiseHooks', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return require('internal/promise_hooks');
  },
});
