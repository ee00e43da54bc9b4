'use strict';

// ReadableStream.prototype.pipeTo (WHATWG Streams, 4.9.1).

const { AbortError } = require('internal/errors');
const { kState, handled, nop, invalidState } = require('internal/webstreams/util');
const {
  ReadableStreamDefaultReader, defaultReaderRead, defaultReaderRelease, readableStreamCancel,
} = require('internal/webstreams/readablestream');
const {
  WritableStreamDefaultWriter, writableStreamAbort, closeQueuedOrInFlight,
  writerWrite, writerRelease, writerCloseWithErrorPropagation,
} = require('internal/webstreams/writablestream');

exports.pipeTo = function pipeTo(source, dest, preventClose, preventAbort, preventCancel, signal) {
  const reader = new ReadableStreamDefaultReader(source);
  const writer = new WritableStreamDefaultWriter(dest);
  source[kState].disturbed = true;
  const { promise, resolve, reject } = Promise.withResolvers();
  let shuttingDown = false;
  let lastWrite = Promise.resolve();
  let disposable;

  function finalize(failed, error) {
    writerRelease(writer);
    defaultReaderRelease(reader);
    disposable?.[Symbol.dispose]();
    if (failed) reject(error);
    else resolve();
  }

  /** Waits until what was read is written. More may be written meanwhile. */
  async function waitForWrites() {
    let current;
    do {
      current = lastWrite;
      await current.then(nop, nop);
    } while (current !== lastWrite);
  }

  function shutdown(failed, error, action) {
    if (shuttingDown) return;
    shuttingDown = true;
    const run = () => {
      if (action === undefined) {
        finalize(failed, error);
        return;
      }
      action().then(() => finalize(failed, error), (actionError) => finalize(true, actionError));
    };
    if (dest[kState].state === 'writable' && !closeQueuedOrInFlight(dest)) waitForWrites().then(run);
    else run();
  }

  function abortAlgorithm() {
    const error = signal.reason === undefined ? new AbortError(undefined, { cause: signal.reason }) : signal.reason;
    shutdown(true, error, () => {
      const actions = [];
      if (!preventAbort) {
        actions.push(dest[kState].state === 'writable' ? writableStreamAbort(dest, error) : Promise.resolve());
      }
      if (!preventCancel) {
        actions.push(source[kState].state === 'readable' ? readableStreamCancel(source, error) : Promise.resolve());
      }
      return Promise.all(actions);
    });
  }

  if (signal !== undefined) {
    if (signal.aborted) {
      abortAlgorithm();
      return promise;
    }
    disposable = require('internal/events/abort_listener').addAbortListener(signal, abortAlgorithm);
  }

  const sourceErrored = (error) => {
    if (preventAbort) shutdown(true, error);
    else shutdown(true, error, () => writableStreamAbort(dest, error));
  };
  const destErrored = (error) => {
    if (preventCancel) shutdown(true, error);
    else shutdown(true, error, () => readableStreamCancel(source, error));
  };
  const sourceClosed = () => {
    if (preventClose) shutdown(false);
    else shutdown(false, undefined, () => writerCloseWithErrorPropagation(writer));
  };

  // Errors and ends of either side, now or later.
  if (source[kState].state === 'errored') sourceErrored(source[kState].storedError);
  else reader.closed.then(nop, sourceErrored);
  if (dest[kState].state === 'errored') destErrored(dest[kState].storedError);
  else writer.closed.then(nop, destErrored);
  if (source[kState].state === 'closed') sourceClosed();
  else reader.closed.then(sourceClosed, nop);
  if (closeQueuedOrInFlight(dest) || dest[kState].state === 'closed') {
    const error = invalidState('Destination WritableStream is closed');
    if (preventCancel) shutdown(true, error);
    else shutdown(true, error, () => readableStreamCancel(source, error));
  }

  /** One chunk; true when there will be no more. */
  async function step() {
    if (shuttingDown) return true;
    await writer[kState].ready.promise;
    if (shuttingDown) return true;
    const read = Promise.withResolvers();
    defaultReaderRead(reader, {
      chunk(value) {
        // Written before anything else can happen, in a microtask of its own as the standard has it.
        queueMicrotask(() => {
          if (writer[kState].stream === undefined) return read.resolve(true);
          lastWrite = writerWrite(writer, value);
          handled(lastWrite);
          read.resolve(false);
        });
      },
      close() { read.resolve(true); },
      error() { read.resolve(true); },
    });
    return read.promise;
  }
  async function loop() {
    try {
      while (!await step());
    } catch {
      // The writer's ready promise was rejected: destErrored knows.
    }
  }
  loop();
  return promise;
};
