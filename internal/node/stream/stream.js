'use strict';

// The module `stream`: the class Stream with everything else as its properties, as it has been since Node 0.4.
// What a server that only reads and writes never needs is evaluated when it is asked for.

const { Stream, _uint8ArrayToBuffer } = require('internal/streams/legacy');
const utils = require('internal/streams/utils');
const { getDefaultHighWaterMark, setDefaultHighWaterMark } = require('internal/streams/state');

module.exports = Stream;

Stream.isDestroyed = utils.isDestroyed;
Stream.isDisturbed = utils.isDisturbed;
Stream.isErrored = utils.isErrored;
Stream.isReadable = utils.isReadable;
Stream.isWritable = utils.isWritable;
Stream.Readable = require('internal/streams/readable');
Stream.Writable = require('internal/streams/writable');
Stream.Duplex = require('internal/streams/duplex');
Stream.Transform = require('internal/streams/transform');
Stream.PassThrough = require('internal/streams/passthrough');
defineLazy('duplexPair', () => require('internal/streams/duplexpair'));
defineLazy('pipeline', () => promisifiable(require('internal/streams/pipeline').pipeline, 'pipeline'));
defineLazy('addAbortSignal', () => require('internal/streams/add-abort-signal').addAbortSignalChecked);
defineLazy('finished', () => promisifiable(require('internal/streams/end-of-stream').eos, 'finished'));
Stream.destroy = require('internal/streams/destroy').destroyer;
defineLazy('compose', () => require('internal/streams/compose'));
Stream.setDefaultHighWaterMark = setDefaultHighWaterMark;
Stream.getDefaultHighWaterMark = getDefaultHighWaterMark;
Object.defineProperty(Stream, 'promises', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return require('stream/promises'); },
});
Stream.Stream = Stream; // `require('stream').Stream`, of old code

Stream._isArrayBufferView = ArrayBuffer.isView;
Stream._isUint8Array = (value) => value instanceof Uint8Array;
Stream._uint8ArrayToBuffer = _uint8ArrayToBuffer;

function defineLazy(name, load) {
  internalBinding('util').defineLazyProperties(Stream, load, [name]);
}

/** Tells util.promisify which function of stream/promises belongs to this one. */
function promisifiable(fn, name) {
  Object.defineProperty(fn, Symbol.for('nodejs.util.promisify.custom'), {
    __proto__: null,
    enumerable: true,
    get() { return require('stream/promises')[name]; },
  });
  return fn;
}
