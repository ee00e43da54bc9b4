'use strict';

// Between Node's streams and web streams, both ways: toWeb and fromWeb.

const {
  AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_STREAM_PREMATURE_CLOSE },
} = require('internal/errors');
const { validateBoolean, validateObject, validateOneOf } = require('internal/validators');
const { Buffer } = require('buffer');
const { destroyer } = require('internal/streams/destroy');
const { eos } = require('internal/streams/end-of-stream');
const {
  isDestroyed, isReadable, isWritable, isWritableEnded,
} = require('internal/streams/utils');
const { isReadableStream, ReadableStream } = require('internal/webstreams/readablestream');
const { isWritableStream, WritableStream } = require('internal/webstreams/writablestream');

const hasWritableState = (s) => s !== null && typeof s === 'object' && typeof s._writableState === 'object';
const hasReadableState = (s) => s !== null && typeof s === 'object' && typeof s._readableState === 'object';

/** Runs after the current tick: errors thrown there are not rejections. */
function rethrowLater(error) {
  process.nextTick(() => { throw error; });
}

// Errors of brotli and zlib are TypeErrors to the web.
function webError(error) {
  if (error?.code !== undefined && typeof error.code === 'string' && /^(?:Z_|ERR__ERROR_FORMAT|ERR_TRAILING)/.test(error.code) && !(error instanceof TypeError)) {
    const typeError = new TypeError(undefined, { cause: error });
    typeError.code = error.code;
    return typeError;
  }
  return error;
}

// ---- Node → web ----

function newWritableStreamFromStreamWritable(streamWritable) {
  const { isOutgoingMessage } = require('internal/streams/utils');
  // An outgoing HTTP message has no _writableState.
  if (!hasWritableState(streamWritable) && !isOutgoingMessage(streamWritable ?? {}))
    throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', streamWritable);
  if (isDestroyed(streamWritable) || !isWritable(streamWritable)) {
    const writable = new WritableStream();
    writable.close();
    return writable;
  }
  const { CountQueuingStrategy } = require('internal/webstreams/queuingstrategies');
  const highWaterMark = streamWritable.writableHighWaterMark;
  const strategy = streamWritable.writableObjectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark };
  let controller;
  let backpressure;
  let closed;

  function onDrain() {
    backpressure?.resolve();
  }

  const cleanup = eos(streamWritable, (error) => {
    error = webError(error);
    cleanup();
    // A late error is somebody else's.
    streamWritable.on('error', () => {});
    if (error != null) {
      backpressure?.reject(error);
      // Closing fails with the reason why.
      if (closed !== undefined) {
        closed.reject(error);
        closed = undefined;
      }
      controller.error(error);
      controller = undefined;
      return;
    }
    if (closed !== undefined) {
      closed.resolve();
      closed = undefined;
      return;
    }
    controller.error(new AbortError());
    controller = undefined;
  });
  streamWritable.on('drain', onDrain);

  return new WritableStream({
    start(c) { controller = c; },
    write(chunk) {
      if (chunk instanceof ArrayBuffer || chunk instanceof SharedArrayBuffer) chunk = new Uint8Array(chunk);
      if (streamWritable.writableNeedDrain || !streamWritable.write(chunk)) {
        backpressure = Promise.withResolvers();
        return backpressure.promise.finally(() => { backpressure = undefined; });
      }
    },
    abort(reason) {
      destroyer(streamWritable, reason);
    },
    close() {
      if (closed === undefined && !isWritableEnded(streamWritable)) {
        closed = Promise.withResolvers();
        streamWritable.end();
        return closed.promise;
      }
      controller.error(new ERR_INVALID_STATE('WritableStream is closed'));
    },
  }, strategy);
}

function newReadableStreamFromStreamReadable(streamReadable, options = {}) {
  if (!hasReadableState(streamReadable))
    throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', streamReadable);
  validateObject(options, 'options');
  if (options.type !== undefined) validateOneOf(options.type, 'options.type', ['bytes', undefined]);
  const isBytes = options.type === 'bytes';
  if (isDestroyed(streamReadable) || !isReadable(streamReadable)) {
    const readable = new ReadableStream({ type: options.type });
    readable.cancel();
    return readable;
  }
  const { objectMode } = streamReadable._readableState;
  const highWaterMark = streamReadable.readableHighWaterMark;
  const strategy = makeStrategy(options.strategy, objectMode, highWaterMark);
  let controller;
  let canceled = false;

  function onData(chunk) {
    // A Buffer may share its memory: the web gets bytes of its own.
    if (Buffer.isBuffer(chunk) && !objectMode) chunk = new Uint8Array(chunk);
    controller.enqueue(chunk);
    if (controller.desiredSize <= 0) streamReadable.pause();
  }

  streamReadable.pause();
  const cleanup = eos(streamReadable, (error) => {
    error = webError(error);
    cleanup();
    streamReadable.on('error', () => {});
    if (error) {
      if (!canceled) controller.error(error);
      return;
    }
    if (canceled) return;
    controller.close();
  });
  streamReadable.on('data', onData);

  return new ReadableStream({
    type: isBytes ? 'bytes' : undefined,
    start(c) { controller = c; },
    pull() { streamReadable.resume(); },
    cancel(reason) {
      canceled = true;
      destroyer(streamReadable, reason);
    },
  }, isBytes ? {} : strategy);
}

function makeStrategy(strategy, objectMode, highWaterMark) {
  if (strategy) return strategy;
  if (objectMode) {
    const { CountQueuingStrategy } = require('internal/webstreams/queuingstrategies');
    return new CountQueuingStrategy({ highWaterMark });
  }
  const { ByteLengthQueuingStrategy } = require('internal/webstreams/queuingstrategies');
  return new ByteLengthQueuingStrategy({ highWaterMark });
}

function newReadableWritablePairFromDuplex(duplex, options = {}) {
  // Reading and writing may be off: it is then a state that is missing or says so.
  if (!hasWritableState(duplex) || !hasReadableState(duplex))
    throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex);
  validateObject(options, 'options');
  const type = options.readableType ?? options.type;
  if (isDestroyed(duplex)) {
    const writable = new WritableStream();
    const readable = new ReadableStream({ type });
    writable.close();
    readable.cancel();
    return { readable, writable };
  }
  const writable = isWritable(duplex) ? newWritableStreamFromStreamWritable(duplex) : new WritableStream();
  if (!isWritable(duplex)) writable.close();
  const readable = isReadable(duplex) ?
    newReadableStreamFromStreamReadable(duplex, { type }) : new ReadableStream({ type });
  if (!isReadable(duplex)) readable.cancel();
  return { readable, writable };
}

// ---- web → Node ----

function newStreamWritableFromWritableStream(writableStream, options = {}) {
  if (!isWritableStream(writableStream))
    throw new ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', writableStream);
  validateObject(options, 'options');
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  validateBoolean(decodeStrings, 'options.decodeStrings');
  const Writable = require('internal/streams/writable');
  const writer = writableStream.getWriter();
  let closed = false;

  const writable = new Writable({
    highWaterMark, objectMode, decodeStrings, signal,
    ...webWriting(writer, () => writable, () => closed),
    destroy(error, callback) {
      destroyWriter(writer, error, callback, () => closed);
    },
  });
  writer.closed.then(
    () => {
      // It may have been closed from outside.
      closed = true;
      if (!isWritableEnded(writable)) destroyer(writable, new ERR_STREAM_PREMATURE_CLOSE());
    },
    (error) => {
      closed = true;
      destroyer(writable, error);
    });
  return writable;
}

/** The functions of a Writable over a writer. */
function webWriting(writer, getStream, isClosed) {
  return {
    writev(chunks, callback) {
      const done = (error) => {
        error = error?.filter?.((e) => e)[0] ?? (Array.isArray(error) ? undefined : error);
        try {
          callback(error);
        } catch (thrown) {
          // What the callback throws must not be caught by the promise.
          process.nextTick(() => destroyer(getStream(), thrown));
        }
      };
      writer.ready.then(
        () => Promise.all(chunks.map((data) => writer.write(data.chunk))).then(() => done(), done), done);
    },
    write(chunk, encoding, callback) {
      if (typeof chunk === 'string' && getStream()._writableState.decodeStrings && !getStream()._writableState.objectMode)
        chunk = new TextEncoder().encode(chunk);
      const done = (error) => {
        try {
          callback(error);
        } catch (thrown) {
          process.nextTick(() => destroyer(getStream(), thrown));
        }
      };
      writer.ready.then(() => writer.write(chunk).then(() => done(), done), done);
    },
    final(callback) {
      const done = (error) => {
        try {
          callback(error);
        } catch (thrown) {
          process.nextTick(() => destroyer(getStream(), thrown));
        }
      };
      if (!isClosed()) writer.close().then(() => done(), done);
      else done();
    },
  };
}

function destroyWriter(writer, error, callback, isClosed) {
  function done() {
    try {
      callback(error);
    } catch (thrown) {
      rethrowLater(thrown);
    }
  }
  if (isClosed()) {
    done();
    return;
  }
  if (error != null) writer.abort(error).then(done, done);
  else writer.close().then(done, done);
}

function newStreamReadableFromReadableStream(readableStream, options = {}) {
  if (!isReadableStream(readableStream))
    throw new ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', readableStream);
  validateObject(options, 'options');
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  if (encoding !== undefined && !Buffer.isEncoding(encoding))
    throw new ERR_INVALID_ARG_VALUE('options.encoding', encoding);
  validateBoolean(objectMode, 'options.objectMode');
  const Readable = require('internal/streams/readable');
  const reader = readableStream.getReader();
  let closed = false;

  const readable = new Readable({
    objectMode, highWaterMark, encoding, signal,
    read() { readInto(reader, readable); },
    destroy(error, callback) {
      function done() {
        try {
          callback(error);
        } catch (thrown) {
          rethrowLater(thrown);
        }
      }
      if (!closed) {
        reader.cancel(error).then(done, done);
        return;
      }
      done();
    },
  });
  reader.closed.then(
    () => { closed = true; },
    (error) => {
      closed = true;
      destroyer(readable, error);
    });
  return readable;
}

function readInto(reader, stream) {
  reader.read().then(
    (chunk) => {
      if (chunk.done) stream.push(null);
      else stream.push(chunk.value);
    },
    (error) => destroyer(stream, error));
}

function newStreamDuplexFromReadableWritablePair(pair = {}, options = {}) {
  validateObject(pair, 'pair');
  const { readable: readableStream, writable: writableStream } = pair;
  if (!isReadableStream(readableStream))
    throw new ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', readableStream);
  if (!isWritableStream(writableStream))
    throw new ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', writableStream);
  validateObject(options, 'options');
  const { allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  if (encoding !== undefined && !Buffer.isEncoding(encoding))
    throw new ERR_INVALID_ARG_VALUE('options.encoding', encoding);
  const Duplex = require('internal/streams/duplex');
  const writer = writableStream.getWriter();
  const reader = readableStream.getReader();
  let writableClosed = false;
  let readableClosed = false;

  const duplex = new Duplex({
    allowHalfOpen, highWaterMark, objectMode, encoding, decodeStrings, signal,
    ...webWriting(writer, () => duplex, () => writableClosed),
    read() { readInto(reader, duplex); },
    destroy(error, callback) {
      function done() {
        try {
          callback(error);
        } catch (thrown) {
          rethrowLater(thrown);
        }
      }
      async function closeWriter() {
        if (writableClosed) return;
        if (error != null) await writer.abort(error);
        else await writer.close();
      }
      async function cancelReader() {
        if (!readableClosed) await reader.cancel(error);
      }
      if (!writableClosed || !readableClosed) Promise.all([closeWriter(), cancelReader()]).then(done, done);
      else done();
    },
  });
  writer.closed.then(
    () => {
      writableClosed = true;
      if (!isWritableEnded(duplex)) destroyer(duplex, new ERR_STREAM_PREMATURE_CLOSE());
    },
    (error) => {
      writableClosed = true;
      readableClosed = true;
      destroyer(duplex, error);
    });
  reader.closed.then(
    () => { readableClosed = true; },
    (error) => {
      writableClosed = true;
      readableClosed = true;
      destroyer(duplex, error);
    });
  return duplex;
}

module.exports = {
  newWritableStreamFromStreamWritable, newReadableStreamFromStreamReadable, newReadableWritablePairFromDuplex,
  newStreamWritableFromWritableStream, newStreamReadableFromReadableStream, newStreamDuplexFromReadableWritablePair,
};
