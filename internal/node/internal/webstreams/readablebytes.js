'use strict';

// The controller of a ReadableStream of bytes (WHATWG Streams, 4.6, 4.7, 4.9.5).

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateBuffer } = require('internal/validators');
const { Buffer } = require('buffer');
const { kState, kType, kSkipThrow, kInspect, customInspect, transferBuffer, invalidState, finishClass } = require('internal/webstreams/util');
const { kPull, kCancel, kRelease, isDefaultReader, isByobReader, readableStreamClose } = require('internal/webstreams/readablestream');
const {
  kClear, algorithmsOf, cancelController, clearAlgorithms, controllerError, getDesiredSize, numReadIntoRequests, pullIfNeeded, setup,
} = require('internal/webstreams/readablecontrollers');

const isByteController = (value) => value?.[kType] === 'ReadableByteStreamController';
const isByobRequest = (value) => value?.[kType] === 'ReadableStreamBYOBRequest';

class ReadableStreamBYOBRequest {
  [kType] = 'ReadableStreamBYOBRequest';

  constructor(skip, controller, view) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this[kState] = { view, controller };
  }

  get view() {
    if (!isByobRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    return this[kState].view;
  }

  respond(bytesWritten) {
    if (!isByobRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    const { view, controller } = this[kState];
    if (controller === undefined) throw invalidState('This BYOB request has been invalidated');
    if (view.buffer.detached || view.byteLength === 0 || view.buffer.byteLength === 0)
      throw invalidState('Viewed ArrayBuffer is detached');
    respond(controller, bytesWritten);
  }

  respondWithNewView(view) {
    if (!isByobRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    validateBuffer(view, 'view');
    const { controller } = this[kState];
    if (controller === undefined) throw invalidState('This BYOB request has been invalidated');
    if (view.buffer.detached) throw invalidState('Viewed ArrayBuffer is detached');
    respondWithNewView(controller, view);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableStreamBYOBRequest', {
      view: this[kState].view,
      controller: this[kState].controller,
    });
  }
}
finishClass(ReadableStreamBYOBRequest, ['view', 'respond', 'respondWithNewView']);

class ReadableByteStreamController {
  [kType] = 'ReadableByteStreamController';

  constructor(skip) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get byobRequest() {
    if (!isByteController(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    return getByobRequest(this);
  }

  get desiredSize() {
    if (!isByteController(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    return getDesiredSize(this);
  }

  close() {
    if (!isByteController(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    if (this[kState].closeRequested) throw invalidState('Controller is already closed');
    if (this[kState].stream[kState].state !== 'readable') throw invalidState('ReadableStream is already closed');
    byteControllerClose(this);
  }

  enqueue(chunk) {
    if (!isByteController(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    validateBuffer(chunk, 'chunk');
    if (chunk.byteLength === 0 || chunk.buffer.byteLength === 0)
      throw invalidState('chunk ArrayBuffer is zero-length or detached');
    if (this[kState].closeRequested) throw invalidState('Controller is already closed');
    if (this[kState].stream[kState].state !== 'readable') throw invalidState('ReadableStream is already closed');
    byteControllerEnqueue(this, chunk);
  }

  error(error = undefined) {
    if (!isByteController(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    controllerError(this, error);
  }

  [kCancel](reason) { return cancelController(this, reason); }

  [kClear]() {
    invalidateByobRequest(this);
    this[kState].pendingPullIntos = [];
  }

  [kPull](request) {
    const state = this[kState];
    const { stream } = state;
    if (state.queueTotalSize > 0) {
      fillReadRequest(this, request);
      return;
    }
    const { autoAllocateChunkSize } = state;
    if (autoAllocateChunkSize !== undefined) {
      let buffer;
      try {
        buffer = new ArrayBuffer(autoAllocateChunkSize);
      } catch (error) {
        request.error(error);
        return;
      }
      state.pendingPullIntos.push({
        buffer,
        bufferByteLength: autoAllocateChunkSize,
        byteOffset: 0,
        byteLength: autoAllocateChunkSize,
        bytesFilled: 0,
        minimumFill: 1,
        elementSize: 1,
        ctor: Uint8Array,
        type: 'default',
      });
    }
    stream[kState].reader[kState].readRequests.push(request);
    pullIfNeeded(this);
  }

  [kRelease]() {
    const { pendingPullIntos } = this[kState];
    if (pendingPullIntos.length > 0) {
      // What was being filled for the old reader goes to the queue for the next.
      const first = pendingPullIntos[0];
      first.type = 'none';
      this[kState].pendingPullIntos = [first];
    }
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableByteStreamController', {});
  }
}
finishClass(ReadableByteStreamController, ['byobRequest', 'desiredSize', 'close', 'enqueue', 'error']);

function setupByteController(stream, start, pull, cancel, highWaterMark, autoAllocateChunkSize) {
  setupBytes(stream, new ReadableByteStreamController(kSkipThrow), { start, pull, cancel }, highWaterMark, autoAllocateChunkSize);
}

function setupByteControllerFromSource(stream, source, highWaterMark) {
  const controller = new ReadableByteStreamController(kSkipThrow);
  const algorithms = algorithmsOf(source, controller);
  const autoAllocateChunkSize = source.autoAllocateChunkSize;
  if (autoAllocateChunkSize === 0)
    throw new ERR_INVALID_ARG_VALUE('source.autoAllocateChunkSize', autoAllocateChunkSize);
  setupBytes(stream, controller, algorithms, highWaterMark, autoAllocateChunkSize);
}

// The queue is of {buffer, byteOffset, byteLength}.
function setupBytes(stream, controller, algorithms, highWaterMark, autoAllocateChunkSize) {
  setup(stream, controller, algorithms, highWaterMark, undefined, { byobRequest: null, autoAllocateChunkSize, pendingPullIntos: [] });
}

function invalidateByobRequest(controller) {
  const request = controller[kState].byobRequest;
  if (request === null) return;
  request[kState].controller = undefined;
  request[kState].view = null;
  controller[kState].byobRequest = null;
}

function getByobRequest(controller) {
  const state = controller[kState];
  if (state.byobRequest === null && state.pendingPullIntos.length > 0) {
    const first = state.pendingPullIntos[0];
    const view = new Uint8Array(first.buffer, first.byteOffset + first.bytesFilled, first.byteLength - first.bytesFilled);
    state.byobRequest = new ReadableStreamBYOBRequest(kSkipThrow, controller, view);
  }
  return state.byobRequest;
}

function byteControllerClose(controller) {
  const state = controller[kState];
  if (state.closeRequested || state.stream[kState].state !== 'readable') return;
  if (state.queueTotalSize > 0) {
    state.closeRequested = true;
    return;
  }
  if (state.pendingPullIntos.length > 0) {
    const first = state.pendingPullIntos[0];
    if (first.bytesFilled % first.elementSize !== 0) {
      const error = invalidState('Partial read');
      controllerError(controller, error);
      throw error;
    }
  }
  clearAlgorithms(controller);
  readableStreamClose(state.stream);
}

function enqueueBytes(controller, buffer, byteOffset, byteLength) {
  controller[kState].queue.push({ buffer, byteOffset, byteLength });
  controller[kState].queueTotalSize += byteLength;
}

function byteControllerEnqueue(controller, chunk) {
  const state = controller[kState];
  const { stream } = state;
  if (state.closeRequested || stream[kState].state !== 'readable') return;
  const { byteOffset, byteLength } = chunk;
  const buffer = transferBuffer(chunk.buffer);
  if (state.pendingPullIntos.length > 0) {
    const first = state.pendingPullIntos[0];
    if (first.buffer.detached) throw invalidState('Destination ArrayBuffer is detached');
    invalidateByobRequest(controller);
    first.buffer = transferBuffer(first.buffer);
    if (first.type === 'none') enqueueDetached(controller, first);
  }
  const { reader } = stream[kState];
  if (reader !== undefined && isDefaultReader(reader)) {
    // Requests that waited for the queue.
    const { readRequests } = reader[kState];
    while (readRequests.length > 0 && state.queueTotalSize > 0) fillReadRequest(controller, readRequests.shift());
    if (readRequests.length === 0) {
      enqueueBytes(controller, buffer, byteOffset, byteLength);
    } else {
      if (state.pendingPullIntos.length > 0) state.pendingPullIntos.shift();
      readRequests.shift().chunk(new Uint8Array(buffer, byteOffset, byteLength));
    }
  } else if (reader !== undefined && isByobReader(reader)) {
    enqueueBytes(controller, buffer, byteOffset, byteLength);
    for (const filled of processPullIntos(controller)) commitPullInto(stream, filled);
  } else {
    enqueueBytes(controller, buffer, byteOffset, byteLength);
  }
  pullIfNeeded(controller);
}

function enqueueDetached(controller, pullInto) {
  if (pullInto.bytesFilled > 0) {
    const { buffer, byteOffset, bytesFilled } = pullInto;
    enqueueBytes(controller, buffer.slice(byteOffset, byteOffset + bytesFilled), 0, bytesFilled);
  }
  controller[kState].pendingPullIntos.shift();
}

function fillReadRequest(controller, request) {
  const state = controller[kState];
  const { buffer, byteOffset, byteLength } = state.queue.shift();
  state.queueTotalSize -= byteLength;
  handleQueueDrain(controller);
  request.chunk(new Uint8Array(buffer, byteOffset, byteLength));
}

function handleQueueDrain(controller) {
  const state = controller[kState];
  if (state.queueTotalSize === 0 && state.closeRequested) {
    clearAlgorithms(controller);
    readableStreamClose(state.stream);
  } else {
    pullIfNeeded(controller);
  }
}

function commitPullInto(stream, pullInto) {
  let done = false;
  if (stream[kState].state === 'closed') done = true;
  const view = convertPullInto(pullInto);
  const { reader } = stream[kState];
  if (pullInto.type === 'default') {
    const request = reader[kState].readRequests.shift();
    if (done) request.close();
    else request.chunk(view);
  } else {
    const request = reader[kState].readIntoRequests.shift();
    if (done) request.close(view);
    else request.chunk(view);
  }
}

function convertPullInto({ buffer, byteOffset, bytesFilled, elementSize, ctor: Ctor }) {
  return new Ctor(transferBuffer(buffer), byteOffset, bytesFilled / elementSize);
}

function processPullIntos(controller) {
  const state = controller[kState];
  const filled = [];
  while (state.pendingPullIntos.length > 0 && state.queueTotalSize > 0) {
    const pullInto = state.pendingPullIntos[0];
    if (fillFromQueue(controller, pullInto)) {
      state.pendingPullIntos.shift();
      filled.push(pullInto);
    }
  }
  return filled;
}

function fillFromQueue(controller, pullInto) {
  const state = controller[kState];
  const maxBytes = Math.min(state.queueTotalSize, pullInto.byteLength - pullInto.bytesFilled);
  const maxFilled = pullInto.bytesFilled + maxBytes;
  let rest = maxBytes;
  let ready = false;
  // Whole elements only.
  const maxAligned = maxFilled - (maxFilled % pullInto.elementSize);
  if (maxAligned >= pullInto.minimumFill) {
    rest = maxAligned - pullInto.bytesFilled;
    ready = true;
  }
  while (rest > 0) {
    const head = state.queue.peek();
    const count = Math.min(rest, head.byteLength);
    new Uint8Array(pullInto.buffer).set(
      new Uint8Array(head.buffer, head.byteOffset, count), pullInto.byteOffset + pullInto.bytesFilled);
    if (head.byteLength === count) {
      state.queue.shift();
    } else {
      head.byteOffset += count;
      head.byteLength -= count;
    }
    state.queueTotalSize -= count;
    pullInto.bytesFilled += count;
    rest -= count;
  }
  return ready;
}

function byteControllerPullInto(controller, view, min, request) {
  const state = controller[kState];
  const { stream } = state;
  let elementSize = 1;
  let ctor = DataView;
  if (!(view instanceof DataView)) {
    elementSize = view.BYTES_PER_ELEMENT;
    ctor = view.constructor;
    if (Buffer.isBuffer(view)) ctor = Uint8Array;
  }
  const { byteOffset, byteLength } = view;
  let buffer;
  try {
    buffer = transferBuffer(view.buffer);
  } catch (error) {
    request.error(error);
    return;
  }
  const pullInto = {
    buffer,
    bufferByteLength: buffer.byteLength,
    byteOffset,
    byteLength,
    bytesFilled: 0,
    minimumFill: min * elementSize,
    elementSize,
    ctor,
    type: 'byob',
  };
  const { readIntoRequests } = stream[kState].reader[kState];
  if (state.pendingPullIntos.length > 0) {
    state.pendingPullIntos.push(pullInto);
    readIntoRequests.push(request);
    return;
  }
  if (stream[kState].state === 'closed') {
    request.close(new ctor(pullInto.buffer, byteOffset, 0));
    return;
  }
  if (state.queueTotalSize > 0) {
    if (fillFromQueue(controller, pullInto)) {
      const filled = convertPullInto(pullInto);
      handleQueueDrain(controller);
      request.chunk(filled);
      return;
    }
    if (state.closeRequested) {
      const error = invalidState('ReadableStream closed');
      controllerError(controller, error);
      request.error(error);
      return;
    }
  }
  state.pendingPullIntos.push(pullInto);
  readIntoRequests.push(request);
  pullIfNeeded(controller);
}

function respond(controller, bytesWritten) {
  const state = controller[kState];
  const first = state.pendingPullIntos[0];
  if (state.stream[kState].state === 'closed') {
    if (bytesWritten !== 0) throw invalidState('Controller is closed');
  } else {
    if (bytesWritten === 0) throw invalidState('Must write at least one byte');
    if (!(bytesWritten >= 0)) throw new ERR_INVALID_ARG_VALUE('bytesWritten', bytesWritten);
    if (first.bytesFilled + bytesWritten > first.byteLength)
      throw new ERR_INVALID_ARG_VALUE.RangeError('bytesWritten', bytesWritten);
  }
  first.buffer = transferBuffer(first.buffer);
  respondInternal(controller, bytesWritten);
}

function respondWithNewView(controller, view) {
  const state = controller[kState];
  const first = state.pendingPullIntos[0];
  if (state.stream[kState].state === 'closed') {
    if (view.byteLength !== 0) throw invalidState('View is not zero-length');
  } else if (view.byteLength === 0) {
    throw invalidState('View is zero-length');
  }
  if (first.byteOffset + first.bytesFilled !== view.byteOffset)
    throw new ERR_INVALID_ARG_VALUE.RangeError('view', view);
  if (first.bufferByteLength !== view.buffer.byteLength || first.bytesFilled + view.byteLength > first.byteLength)
    throw new ERR_INVALID_ARG_VALUE.RangeError('view', view);
  const length = view.byteLength;
  first.buffer = transferBuffer(view.buffer);
  respondInternal(controller, length);
}

function respondInternal(controller, bytesWritten) {
  const state = controller[kState];
  const { stream } = state;
  const first = state.pendingPullIntos[0];
  invalidateByobRequest(controller);
  if (stream[kState].state === 'closed') {
    if (first.bytesFilled % first.elementSize !== 0) throw invalidState('Partial read');
    if (first.type === 'none') state.pendingPullIntos.shift();
    if (isByobReader(stream[kState].reader)) {
      while (numReadIntoRequests(stream) > 0) commitPullInto(stream, state.pendingPullIntos.shift());
    }
  } else {
    respondInReadableState(controller, bytesWritten, first);
  }
  pullIfNeeded(controller);
}

function respondInReadableState(controller, bytesWritten, pullInto) {
  const state = controller[kState];
  const { stream } = state;
  pullInto.bytesFilled += bytesWritten;
  if (pullInto.type === 'none') {
    enqueueDetached(controller, pullInto);
    for (const filled of processPullIntos(controller)) commitPullInto(stream, filled);
    return;
  }
  if (pullInto.bytesFilled < pullInto.minimumFill) return;
  state.pendingPullIntos.shift();
  const rest = pullInto.bytesFilled % pullInto.elementSize;
  if (rest > 0) {
    const end = pullInto.byteOffset + pullInto.bytesFilled;
    enqueueBytes(controller, pullInto.buffer.slice(end - rest, end), 0, rest);
  }
  pullInto.bytesFilled -= rest;
  const filled = processPullIntos(controller);
  commitPullInto(stream, pullInto);
  for (const other of filled) commitPullInto(stream, other);
}

module.exports = {
  ReadableByteStreamController, ReadableStreamBYOBRequest,
  isByteController, setupByteController, setupByteControllerFromSource,
  byteControllerPullInto, byteControllerEnqueue, byteControllerClose, getByobRequest, respond, respondWithNewView,
};
