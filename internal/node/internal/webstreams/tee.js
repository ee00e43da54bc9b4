'use strict';

// ReadableStream.prototype.tee (WHATWG Streams, 4.9.1): two streams with the chunks of one.

const { kState, handled, cloneAsUint8Array, nop } = require('internal/webstreams/util');
const {
  ReadableStreamDefaultReader, ReadableStreamBYOBReader, isByobReader,
  createReadableStream, createReadableByteStream,
  defaultReaderRead, defaultReaderRelease, byobReaderRead, byobReaderRelease, readableStreamCancel,
} = require('internal/webstreams/readablestream');
const bytes = require('internal/webstreams/readablebytes');
const controllers = require('internal/webstreams/readablecontrollers');

exports.tee = function tee(stream) {
  return bytes.isByteController(stream[kState].controller) ? teeBytes(stream) : teeChunks(stream);
};

/** What both kinds share: the source is cancelled when both branches are, with both reasons. */
function makeCancel(stream) {
  const canceled = [false, false];
  const reasons = [];
  const promise = Promise.withResolvers();
  return {
    canceled,
    promise,
    cancel(i, reason) {
      canceled[i] = true;
      reasons[i] = reason;
      if (canceled[1 - i]) promise.resolve(readableStreamCancel(stream, reasons));
      return promise.promise;
    },
  };
}

function teeChunks(stream) {
  const reader = new ReadableStreamDefaultReader(stream);
  const { canceled, promise, cancel } = makeCancel(stream);
  let reading = false;
  let readAgain = false;

  async function pull() {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    defaultReaderRead(reader, {
      chunk(value) {
        // In a microtask, so that errors of the source come before.
        queueMicrotask(() => {
          readAgain = false;
          for (const i of [0, 1]) {
            if (!canceled[i]) controllers.defaultControllerEnqueue(branches[i][kState].controller, value);
          }
          reading = false;
          if (readAgain) pull();
        });
      },
      close() {
        // As the standard: in a microtask after those of chunks.
        queueMicrotask(() => {
          reading = false;
          for (const i of [0, 1]) {
            if (!canceled[i]) controllers.defaultControllerClose(branches[i][kState].controller);
          }
          if (!canceled[0] || !canceled[1]) promise.resolve();
        });
      },
      error() { reading = false; },
    });
  }
  const branches = [
    createReadableStream(nop, pull, (reason) => cancel(0, reason)),
    createReadableStream(nop, pull, (reason) => cancel(1, reason)),
  ];
  reader.closed.then(nop, (error) => {
    for (const branch of branches) controllers.controllerError(branch[kState].controller, error);
    if (!canceled[0] || !canceled[1]) promise.resolve();
  });
  return branches;
}

function teeBytes(stream) {
  let reader = new ReadableStreamDefaultReader(stream);
  const { canceled, promise, cancel } = makeCancel(stream);
  let reading = false;
  const readAgain = [false, false];

  function forwardError(thisReader) {
    handled(thisReader.closed);
    thisReader.closed.then(nop, (error) => {
      if (thisReader !== reader) return;
      for (const branch of branches) controllers.controllerError(branch[kState].controller, error);
      if (!canceled[0] || !canceled[1]) promise.resolve();
    });
  }
  const controllerOf = (i) => branches[i][kState].controller;

  function closeBoth() {
    reading = false;
    for (const i of [0, 1]) if (!canceled[i]) bytes.byteControllerClose(controllerOf(i));
    for (const i of [0, 1]) {
      if (controllerOf(i)[kState].pendingPullIntos.length > 0) bytes.respond(controllerOf(i), 0);
    }
    if (!canceled[0] || !canceled[1]) promise.resolve();
  }

  function cloneFailed(error) {
    for (const i of [0, 1]) controllers.controllerError(controllerOf(i), error);
    promise.resolve(readableStreamCancel(stream, error));
  }

  function pullAgain() {
    reading = false;
    if (readAgain[0]) pull(0);
    else if (readAgain[1]) pull(1);
  }

  function pullWithDefaultReader() {
    if (isByobReader(reader)) {
      byobReaderRelease(reader);
      reader = new ReadableStreamDefaultReader(stream);
      forwardError(reader);
    }
    defaultReaderRead(reader, {
      chunk(chunk) {
        queueMicrotask(() => {
          readAgain[0] = readAgain[1] = false;
          let second = chunk;
          if (!canceled[0] && !canceled[1]) {
            try {
              second = cloneAsUint8Array(chunk);
            } catch (error) {
              return cloneFailed(error);
            }
          }
          if (!canceled[0]) bytes.byteControllerEnqueue(controllerOf(0), chunk);
          if (!canceled[1]) bytes.byteControllerEnqueue(controllerOf(1), second);
          pullAgain();
        });
      },
      close: closeBoth,
      error() { reading = false; },
    });
  }

  function pullWithByobReader(view, i) {
    if (!isByobReader(reader)) {
      defaultReaderRelease(reader);
      reader = new ReadableStreamBYOBReader(stream);
      forwardError(reader);
    }
    byobReaderRead(reader, view, 1, {
      chunk(chunk) {
        queueMicrotask(() => {
          readAgain[0] = readAgain[1] = false;
          if (!canceled[1 - i]) {
            let clone;
            try {
              clone = cloneAsUint8Array(chunk);
            } catch (error) {
              return cloneFailed(error);
            }
            if (!canceled[i]) bytes.respondWithNewView(controllerOf(i), chunk);
            bytes.byteControllerEnqueue(controllerOf(1 - i), clone);
          } else if (!canceled[i]) {
            bytes.respondWithNewView(controllerOf(i), chunk);
          }
          pullAgain();
        });
      },
      close(chunk) {
        reading = false;
        if (!canceled[i]) bytes.byteControllerClose(controllerOf(i));
        if (!canceled[1 - i]) bytes.byteControllerClose(controllerOf(1 - i));
        if (chunk !== undefined) {
          if (!canceled[i]) bytes.respondWithNewView(controllerOf(i), chunk);
          if (!canceled[1 - i] && controllerOf(1 - i)[kState].pendingPullIntos.length > 0)
            bytes.respond(controllerOf(1 - i), 0);
        }
        if (!canceled[0] || !canceled[1]) promise.resolve();
      },
      error() { reading = false; },
    });
  }

  async function pull(i) {
    if (reading) {
      readAgain[i] = true;
      return;
    }
    reading = true;
    const request = bytes.getByobRequest(controllerOf(i));
    if (request === null) pullWithDefaultReader();
    else pullWithByobReader(request[kState].view, i);
  }

  const branches = [
    createReadableByteStream(nop, () => pull(0), (reason) => cancel(0, reason)),
    createReadableByteStream(nop, () => pull(1), (reason) => cancel(1, reason)),
  ];
  forwardError(reader);
  return branches;
}
