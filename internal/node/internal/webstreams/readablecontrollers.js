'use strict';

// What the two controllers of ReadableStream share, and the one of chunks (WHATWG Streams, 4.5 and 4.9.4). The one of
// bytes is in readablebytes.js.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS },
} = require('internal/errors');
const {
  kState, kType, kSkipThrow, kInspect, nop,
  customInspect, Fifo, enqueueValueWithSize, dequeueValue, resetQueue,
  getMethod, callAsync, invalidState, finishClass,
} = require('internal/webstreams/util');
const { kControllerErrorFunction } = require('internal/streams/utils');
const {
  kPull, kCancel, kRelease, isDefaultReader, isByobReader, readableStreamClose, readableStreamError,
} = require('internal/webstreams/readablestream');

const isDefaultController = (value) => value?.[kType] === 'ReadableStreamDefaultController';

// A method of controllers: forget requests that are being filled.
const kClear = Symbol('kClear');

const numReadRequests = (stream) => {
  const { reader } = stream[kState];
  return reader !== undefined && isDefaultReader(reader) ? reader[kState].readRequests.length : 0;
};
const numReadIntoRequests = (stream) => {
  const { reader } = stream[kState];
  return reader !== undefined && isByobReader(reader) ? reader[kState].readIntoRequests.length : 0;
};

// ---- of chunks ----

class ReadableStreamDefaultController {
  [kType] = 'ReadableStreamDefaultController';

  constructor(skip) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get desiredSize() {
    if (!isDefaultController(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    return getDesiredSize(this);
  }

  close() {
    if (!isDefaultController(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    if (!canCloseOrEnqueue(this)) throw invalidState('Controller is already closed');
    defaultControllerClose(this);
  }

  enqueue(chunk = undefined) {
    if (!isDefaultController(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    if (!canCloseOrEnqueue(this)) throw invalidState('Controller is already closed');
    defaultControllerEnqueue(this, chunk);
  }

  error(error = undefined) {
    if (!isDefaultController(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    controllerError(this, error);
  }

  [kCancel](reason) { return cancelController(this, reason); }

  // Nothing waits but the queue.
  [kClear]() {}

  [kPull](request) {
    const state = this[kState];
    const { stream } = state;
    if (state.queue.length > 0) {
      request.chunk(takeChunk(this));
      return;
    }
    stream[kState].reader[kState].readRequests.push(request);
    pullIfNeeded(this);
  }

  [kRelease]() {}

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableStreamDefaultController', {});
  }
}
finishClass(ReadableStreamDefaultController, ['desiredSize', 'close', 'enqueue', 'error']);

function takeChunk(controller) {
  const state = controller[kState];
  const chunk = dequeueValue(state);
  if (state.closeRequested && state.queue.length === 0) {
    clearAlgorithms(controller);
    readableStreamClose(state.stream);
  } else {
    pullIfNeeded(controller);
  }
  return chunk;
}

/** A chunk that waits in a stream of chunks, taken out, as {value}; undefined when there is none. */
function takeQueued(stream) {
  const { controller, state } = stream[kState];
  if (state !== 'readable' || !isDefaultController(controller) || controller[kState].queue.length === 0)
    return undefined;
  stream[kState].disturbed = true;
  return { value: takeChunk(controller) };
}

function setupDefaultController(stream, start, pull, cancel, highWaterMark, size) {
  setup(stream, new ReadableStreamDefaultController(kSkipThrow), { start, pull, cancel }, highWaterMark, size);
}

function setupDefaultControllerFromSource(stream, source, highWaterMark, size) {
  const controller = new ReadableStreamDefaultController(kSkipThrow);
  setup(stream, controller, algorithmsOf(source, controller), highWaterMark, size);
}

// ---- of both ----

/** What an underlying source does, as the controller calls it. */
function algorithmsOf(source, controller) {
  const start = getMethod(source, 'start', 'source', nop);
  const pull = getMethod(source, 'pull', 'source', nop);
  const cancel = getMethod(source, 'cancel', 'source', nop);
  return {
    start: () => start(controller),
    pull: () => callAsync(pull, controller),
    cancel: (reason) => callAsync(cancel, reason),
  };
}

/** Makes the controller the stream's, and starts it. Controllers of bytes have a state of their own beside the common one. */
function setup(stream, controller, { start, pull, cancel }, highWaterMark, size, own) {
  controller[kState] = {
    stream,
    queue: new Fifo(),
    queueTotalSize: 0,
    started: false,
    closeRequested: false,
    pullAgain: false,
    pulling: false,
    sizeAlgorithm: size,
    highWaterMark,
    pullAlgorithm: pull,
    cancelAlgorithm: cancel,
    ...own,
  };
  stream[kState].controller = controller;
  stream[kControllerErrorFunction] = (error) => controllerError(controller, error);
  Promise.resolve(start()).then(
    () => {
      controller[kState].started = true;
      pullIfNeeded(controller);
    },
    (error) => controllerError(controller, error));
}

function clearAlgorithms(controller) {
  const state = controller[kState];
  state.pullAlgorithm = undefined;
  state.cancelAlgorithm = undefined;
  state.sizeAlgorithm = undefined;
}

function canCloseOrEnqueue(controller) {
  const { stream, closeRequested } = controller[kState];
  return !closeRequested && stream[kState].state === 'readable';
}

function getDesiredSize(controller) {
  const { stream, highWaterMark, queueTotalSize } = controller[kState];
  switch (stream[kState].state) {
    case 'errored': return null;
    case 'closed': return 0;
    default: return highWaterMark - queueTotalSize;
  }
}

function hasBackpressure(controller) {
  return !shouldPull(controller);
}

function shouldPull(controller) {
  const state = controller[kState];
  if (!canCloseOrEnqueue(controller) || !state.started) return false;
  if (numReadRequests(state.stream) > 0 || numReadIntoRequests(state.stream) > 0) return true;
  return getDesiredSize(controller) > 0;
}

function pullIfNeeded(controller) {
  if (!shouldPull(controller)) return;
  const state = controller[kState];
  if (state.pulling) {
    state.pullAgain = true;
    return;
  }
  state.pulling = true;
  state.pullAlgorithm().then(
    () => {
      state.pulling = false;
      if (state.pullAgain) {
        state.pullAgain = false;
        pullIfNeeded(controller);
      }
    },
    (error) => controllerError(controller, error));
}

/** The stream is cancelled: nothing of it is wanted any more. */
function cancelController(controller, reason) {
  const state = controller[kState];
  controller[kClear]();
  resetQueue(state);
  const result = state.cancelAlgorithm(reason);
  clearAlgorithms(controller);
  return result;
}

function controllerError(controller, error) {
  const state = controller[kState];
  if (state.stream[kState].state !== 'readable') return;
  controller[kClear]();
  resetQueue(state);
  clearAlgorithms(controller);
  readableStreamError(state.stream, error);
}

// ---- of chunks: the operations ----

function defaultControllerClose(controller) {
  if (!canCloseOrEnqueue(controller)) return;
  const state = controller[kState];
  state.closeRequested = true;
  if (state.queue.length === 0) {
    clearAlgorithms(controller);
    readableStreamClose(state.stream);
  }
}

function defaultControllerEnqueue(controller, chunk) {
  if (!canCloseOrEnqueue(controller)) return;
  const state = controller[kState];
  const { stream } = state;
  if (numReadRequests(stream) > 0) {
    stream[kState].reader[kState].readRequests.shift().chunk(chunk);
  } else {
    try {
      enqueueValueWithSize(state, chunk, state.sizeAlgorithm(chunk));
    } catch (error) {
      controllerError(controller, error);
      throw error;
    }
  }
  pullIfNeeded(controller);
}

module.exports = {
  ReadableStreamDefaultController,
  isDefaultController,
  setupDefaultController, setupDefaultControllerFromSource,
  defaultControllerEnqueue, defaultControllerClose, canCloseOrEnqueue, hasBackpressure, takeQueued,
  // For both, and for the one of bytes:
  kClear, algorithmsOf, cancelController, clearAlgorithms, controllerError, getDesiredSize, numReadIntoRequests, pullIfNeeded, setup,
};
