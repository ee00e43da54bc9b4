'use strict';

// WritableStream (WHATWG Streams, section 5). Functions are named after the standard's abstract operations.

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const {
  kState, kType, kSkipThrow, kInspect, nop,
  customInspect, handled, deferred, Deferred, Fifo, enqueueValueWithSize, dequeueValue, resetQueue,
  extractHighWaterMark, extractSizeAlgorithm, getMethod, callAsync, invalidState, finishClass,
} = require('internal/webstreams/util');
const { kIsClosedPromise, kControllerErrorFunction, kIsErrored, kIsWritable } = require('internal/streams/utils');

// In the queue of chunks: the end.
const kCloseSentinel = Symbol('kCloseSentinel');

const isWritableStream = (value) => value?.[kState] !== undefined && value[kType] === 'WritableStream';
const isWriter = (value) => value?.[kState] !== undefined && value[kType] === 'WritableStreamDefaultWriter';
const isController = (value) => value?.[kState] !== undefined && value[kType] === 'WritableStreamDefaultController';

function newStreamState() {
  return {
    state: 'writable', // 'writable', 'erroring', 'errored', 'closed'
    storedError: undefined,
    backpressure: false,
    closeRequest: undefined,
    inFlightWriteRequest: undefined,
    inFlightCloseRequest: undefined,
    pendingAbortRequest: undefined,
    writeRequests: new Fifo(),
    writer: undefined,
    controller: undefined,
  };
}

class WritableStream {
  [kType] = 'WritableStream';

  constructor(sink = {}, strategy = {}) {
    validateObject(strategy, 'strategy', 0b1111);
    if (sink === kSkipThrow) return;
    initStream(this);
    const type = sink?.type;
    if (type !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('type', type);
    const size = extractSizeAlgorithm(strategy?.size);
    const highWaterMark = extractHighWaterMark(strategy?.highWaterMark, 1);
    const controller = new WritableStreamDefaultController(kSkipThrow);
    const start = getMethod(sink, 'start', 'sink', nop);
    const write = getMethod(sink, 'write', 'sink', nop);
    const close = getMethod(sink, 'close', 'sink', nop);
    const abort = getMethod(sink, 'abort', 'sink', nop);
    setupController(
      this, controller, () => start(controller), (chunk) => callAsync(write, chunk, controller),
      () => callAsync(close), (reason) => callAsync(abort, reason), highWaterMark, size);
  }

  get locked() {
    if (!isWritableStream(this)) throw new ERR_INVALID_THIS('WritableStream');
    return this[kState].writer !== undefined;
  }

  abort(reason = undefined) {
    if (!isWritableStream(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStream'));
    if (this[kState].writer !== undefined) return Promise.reject(invalidState('WritableStream is locked'));
    return writableStreamAbort(this, reason);
  }

  close() {
    if (!isWritableStream(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStream'));
    if (this[kState].writer !== undefined) return Promise.reject(invalidState('WritableStream is locked'));
    if (closeQueuedOrInFlight(this)) return Promise.reject(invalidState('Failure closing WritableStream'));
    return writableStreamClose(this);
  }

  getWriter() {
    if (!isWritableStream(this)) throw new ERR_INVALID_THIS('WritableStream');
    return new WritableStreamDefaultWriter(this);
  }

  get [kIsErrored]() { return this[kState].state === 'errored'; }
  get [kIsWritable]() { return this[kState].state === 'writable'; }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'WritableStream', {
      locked: this.locked,
      state: this[kState].state,
    });
  }
}
finishClass(WritableStream, ['locked', 'abort', 'close', 'getWriter']);

function initStream(stream) {
  stream[kIsClosedPromise] = deferred();
  stream[kControllerErrorFunction] = nop;
  stream[kState] = newStreamState();
}

/** A stream on functions of ours, for TransformStream. */
function createWritableStream(start, write, close, abort, highWaterMark, size) {
  const stream = new WritableStream(kSkipThrow);
  initStream(stream);
  const controller = new WritableStreamDefaultController(kSkipThrow);
  setupController(stream, controller, start, write, close, abort, highWaterMark, size);
  return stream;
}

class WritableStreamDefaultWriter {
  [kType] = 'WritableStreamDefaultWriter';

  constructor(stream) {
    if (!isWritableStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'WritableStream', stream);
    this[kState] = { stream: undefined, ready: undefined, close: undefined };
    setupWriter(this, stream);
  }

  get closed() {
    if (!isWriter(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    return this[kState].close.promise;
  }

  get desiredSize() {
    if (!isWriter(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultWriter');
    const { stream } = this[kState];
    if (stream === undefined) throw invalidState('Writer is not bound to a WritableStream');
    const { state, controller } = stream[kState];
    if (state === 'errored' || state === 'erroring') return null;
    if (state === 'closed') return 0;
    return getDesiredSize(controller);
  }

  get ready() {
    if (!isWriter(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    return this[kState].ready.promise;
  }

  abort(reason = undefined) {
    if (!isWriter(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    const { stream } = this[kState];
    if (stream === undefined) return Promise.reject(invalidState('Writer is not bound to a WritableStream'));
    return writableStreamAbort(stream, reason);
  }

  close() {
    if (!isWriter(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    const { stream } = this[kState];
    if (stream === undefined) return Promise.reject(invalidState('Writer is not bound to a WritableStream'));
    if (closeQueuedOrInFlight(stream)) return Promise.reject(invalidState('Failure to close WritableStream'));
    return writableStreamClose(stream);
  }

  releaseLock() {
    if (!isWriter(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultWriter');
    if (this[kState].stream !== undefined) writerRelease(this);
  }

  write(chunk = undefined) {
    if (!isWriter(this)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    if (this[kState].stream === undefined)
      return Promise.reject(invalidState('Writer is not bound to a WritableStream'));
    return writerWrite(this, chunk);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'WritableStreamDefaultWriter', {
      stream: this[kState].stream,
      close: this[kState].close.promise,
      ready: this[kState].ready.promise,
      desiredSize: this[kState].stream && this.desiredSize,
    });
  }
}
finishClass(WritableStreamDefaultWriter, ['closed', 'desiredSize', 'ready', 'abort', 'close', 'releaseLock', 'write']);

class WritableStreamDefaultController {
  [kType] = 'WritableStreamDefaultController';

  constructor(skip) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get signal() {
    if (!isController(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultController');
    return getAbortController(this).signal;
  }

  error(error = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultController');
    if (this[kState].stream[kState].state === 'writable') controllerError(this, error);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'WritableStreamDefaultController', { stream: this[kState].stream });
  }
}
finishClass(WritableStreamDefaultController, ['signal', 'error']);

// Made when it is first asked for: mostly it is not.
function getAbortController(controller) {
  return (controller[kState].abortController ??= new AbortController());
}

// ---- streams (5.5) ----

function writableStreamAbort(stream, reason) {
  const state = stream[kState];
  if (state.state === 'closed' || state.state === 'errored') return Promise.resolve();
  const controllerState = state.controller[kState];
  if (controllerState.abortController !== undefined) {
    controllerState.abortController.abort(reason);
  } else {
    controllerState.abortController = new AbortController();
    controllerState.abortController.abort(reason);
  }
  if (state.state === 'closed' || state.state === 'errored') return Promise.resolve();
  if (state.pendingAbortRequest !== undefined) return state.pendingAbortRequest.abort.promise;
  let wasAlreadyErroring = false;
  if (state.state === 'erroring') {
    wasAlreadyErroring = true;
    reason = undefined;
  }
  const abort = Promise.withResolvers();
  state.pendingAbortRequest = { abort, reason, wasAlreadyErroring };
  if (!wasAlreadyErroring) startErroring(stream, reason);
  return abort.promise;
}

function writableStreamClose(stream) {
  const state = stream[kState];
  if (state.state === 'closed' || state.state === 'errored')
    return Promise.reject(invalidState('WritableStream is closed'));
  state.closeRequest = Promise.withResolvers();
  const { promise } = state.closeRequest;
  if (state.writer !== undefined && state.backpressure && state.state === 'writable')
    state.writer[kState].ready.resolve();
  const controllerState = state.controller[kState];
  enqueueValueWithSize(controllerState, kCloseSentinel, 0);
  advanceQueue(state.controller);
  return promise;
}

function closeQueuedOrInFlight(stream) {
  const state = stream[kState];
  return state.closeRequest !== undefined || state.inFlightCloseRequest !== undefined;
}

function dealWithRejection(stream, error) {
  if (stream[kState].state === 'writable') startErroring(stream, error);
  else finishErroring(stream);
}

function startErroring(stream, reason) {
  const state = stream[kState];
  state.state = 'erroring';
  state.storedError = reason;
  if (state.writer !== undefined) ensureReadyRejected(state.writer, reason);
  if (state.inFlightWriteRequest === undefined && state.inFlightCloseRequest === undefined &&
      state.controller[kState].started) {
    finishErroring(stream);
  }
}

function finishErroring(stream) {
  const state = stream[kState];
  if (state.state !== 'erroring' ||
      state.inFlightWriteRequest !== undefined || state.inFlightCloseRequest !== undefined) return;
  state.state = 'errored';
  resetQueue(state.controller[kState]);
  const { storedError } = state;
  while (state.writeRequests.length > 0) state.writeRequests.shift().reject(storedError);
  if (state.pendingAbortRequest === undefined) {
    rejectCloseAndClosed(stream);
    return;
  }
  const { abort, reason, wasAlreadyErroring } = state.pendingAbortRequest;
  state.pendingAbortRequest = undefined;
  if (wasAlreadyErroring) {
    abort.reject(storedError);
    rejectCloseAndClosed(stream);
    return;
  }
  const controllerState = state.controller[kState];
  const promise = controllerState.abortAlgorithm(reason);
  clearAlgorithms(state.controller);
  promise.then(
    () => {
      abort.resolve();
      rejectCloseAndClosed(stream);
    },
    (error) => {
      abort.reject(error);
      rejectCloseAndClosed(stream);
    });
}

function rejectCloseAndClosed(stream) {
  const state = stream[kState];
  if (state.closeRequest !== undefined) {
    state.closeRequest.reject(state.storedError);
    state.closeRequest = undefined;
  }
  stream[kIsClosedPromise].reject(state.storedError);
  if (state.writer !== undefined) {
    handled(state.writer[kState].close.promise);
    state.writer[kState].close.reject(state.storedError);
  }
}

function finishInFlightClose(stream) {
  const state = stream[kState];
  state.inFlightCloseRequest.resolve();
  state.inFlightCloseRequest = undefined;
  if (state.state === 'erroring') {
    state.storedError = undefined;
    if (state.pendingAbortRequest !== undefined) {
      state.pendingAbortRequest.abort.resolve();
      state.pendingAbortRequest = undefined;
    }
  }
  state.state = 'closed';
  if (state.writer !== undefined) state.writer[kState].close.resolve();
  stream[kIsClosedPromise].resolve();
}

function finishInFlightCloseWithError(stream, error) {
  const state = stream[kState];
  state.inFlightCloseRequest.reject(error);
  state.inFlightCloseRequest = undefined;
  if (state.pendingAbortRequest !== undefined) {
    state.pendingAbortRequest.abort.reject(error);
    state.pendingAbortRequest = undefined;
  }
  dealWithRejection(stream, error);
}

function updateBackpressure(stream, backpressure) {
  const state = stream[kState];
  if (state.writer !== undefined && state.backpressure !== backpressure) {
    if (backpressure) state.writer[kState].ready = new Deferred();
    else state.writer[kState].ready.resolve();
  }
  state.backpressure = backpressure;
}

// ---- writers ----

function setupWriter(writer, stream) {
  const state = stream[kState];
  if (state.writer !== undefined) throw invalidState('WritableStream is locked');
  const writerState = writer[kState];
  writerState.stream = stream;
  state.writer = writer;
  writerState.ready = new Deferred();
  writerState.close = new Deferred();
  switch (state.state) {
    case 'writable':
      if (closeQueuedOrInFlight(stream) || !state.backpressure) writerState.ready.resolve();
      break;
    case 'erroring':
      handled(writerState.ready.promise);
      writerState.ready.reject(state.storedError);
      break;
    case 'closed':
      writerState.ready.resolve();
      writerState.close.resolve();
      break;
    case 'errored':
      handled(writerState.ready.promise);
      handled(writerState.close.promise);
      writerState.ready.reject(state.storedError);
      writerState.close.reject(state.storedError);
      break;
  }
}

function ensureReadyRejected(writer, error) {
  const writerState = writer[kState];
  // A promise that is settled stays so: a new one is made.
  if (writerState.ready.settled) writerState.ready = new Deferred();
  handled(writerState.ready.promise);
  writerState.ready.reject(error);
}

function writerRelease(writer) {
  const writerState = writer[kState];
  const { stream } = writerState;
  const error = invalidState('Writer has been released');
  ensureReadyRejected(writer, error);
  if (writerState.close.settled) writerState.close = new Deferred();
  handled(writerState.close.promise);
  writerState.close.reject(error);
  stream[kState].writer = undefined;
  writerState.stream = undefined;
}

function writerWrite(writer, chunk) {
  const { stream } = writer[kState];
  const state = stream[kState];
  const { controller } = state;
  const size = getChunkSize(controller, chunk);
  if (stream !== writer[kState].stream) return Promise.reject(invalidState('Mismatched WritableStreams'));
  if (state.state === 'errored') return Promise.reject(state.storedError);
  if (closeQueuedOrInFlight(stream) || state.state === 'closed')
    return Promise.reject(invalidState('WritableStream is closed'));
  if (state.state === 'erroring') return Promise.reject(state.storedError);
  const request = Promise.withResolvers();
  state.writeRequests.push(request);
  controllerWrite(controller, chunk, size);
  return request.promise;
}

/** Closes unless that is so already, for pipes. */
function writerCloseWithErrorPropagation(writer) {
  const { stream } = writer[kState];
  const state = stream[kState];
  if (closeQueuedOrInFlight(stream) || state.state === 'closed') return Promise.resolve();
  if (state.state === 'errored') return Promise.reject(state.storedError);
  return writableStreamClose(stream);
}

// ---- controllers (5.5.4) ----

function setupController(stream, controller, start, write, close, abort, highWaterMark, size) {
  controller[kState] = {
    stream,
    queue: new Fifo(),
    queueTotalSize: 0,
    abortController: undefined,
    started: false,
    sizeAlgorithm: size,
    highWaterMark,
    writeAlgorithm: write,
    closeAlgorithm: close,
    abortAlgorithm: abort,
  };
  stream[kState].controller = controller;
  stream[kControllerErrorFunction] = (error) => controller.error(error);
  updateBackpressure(stream, getBackpressure(controller));
  const startResult = start();
  Promise.resolve(startResult).then(
    () => {
      controller[kState].started = true;
      advanceQueue(controller);
    },
    (error) => {
      controller[kState].started = true;
      dealWithRejection(stream, error);
    });
}

function clearAlgorithms(controller) {
  const state = controller[kState];
  state.writeAlgorithm = undefined;
  state.closeAlgorithm = undefined;
  state.abortAlgorithm = undefined;
  state.sizeAlgorithm = undefined;
}

function getChunkSize(controller, chunk) {
  const { sizeAlgorithm } = controller[kState];
  if (sizeAlgorithm === undefined) return 1; // The stream is being closed or errored.
  try {
    return sizeAlgorithm(chunk);
  } catch (error) {
    controllerErrorIfNeeded(controller, error);
    return 1;
  }
}

function getDesiredSize(controller) {
  return controller[kState].highWaterMark - controller[kState].queueTotalSize;
}

function getBackpressure(controller) {
  return getDesiredSize(controller) <= 0;
}

function controllerWrite(controller, chunk, size) {
  try {
    enqueueValueWithSize(controller[kState], chunk, size);
  } catch (error) {
    controllerErrorIfNeeded(controller, error);
    return;
  }
  const { stream } = controller[kState];
  if (!closeQueuedOrInFlight(stream) && stream[kState].state === 'writable')
    updateBackpressure(stream, getBackpressure(controller));
  advanceQueue(controller);
}

function advanceQueue(controller) {
  const controllerState = controller[kState];
  const { stream } = controllerState;
  const state = stream[kState];
  if (!controllerState.started || state.inFlightWriteRequest !== undefined) return;
  if (state.state === 'erroring') {
    finishErroring(stream);
    return;
  }
  if (controllerState.queue.length === 0) return;
  const { value } = controllerState.queue.peek();
  if (value === kCloseSentinel) processClose(controller);
  else processWrite(controller, value);
}

function processClose(controller) {
  const controllerState = controller[kState];
  const { stream } = controllerState;
  const state = stream[kState];
  state.inFlightCloseRequest = state.closeRequest;
  state.closeRequest = undefined;
  dequeueValue(controllerState);
  const promise = controllerState.closeAlgorithm();
  clearAlgorithms(controller);
  promise.then(() => finishInFlightClose(stream), (error) => finishInFlightCloseWithError(stream, error));
}

function processWrite(controller, chunk) {
  const controllerState = controller[kState];
  const { stream } = controllerState;
  const state = stream[kState];
  state.inFlightWriteRequest = state.writeRequests.shift();
  controllerState.writeAlgorithm(chunk).then(
    () => {
      state.inFlightWriteRequest.resolve();
      state.inFlightWriteRequest = undefined;
      dequeueValue(controllerState);
      if (!closeQueuedOrInFlight(stream) && state.state === 'writable')
        updateBackpressure(stream, getBackpressure(controller));
      advanceQueue(controller);
    },
    (error) => {
      if (state.state === 'writable') clearAlgorithms(controller);
      state.inFlightWriteRequest.reject(error);
      state.inFlightWriteRequest = undefined;
      dealWithRejection(stream, error);
    });
}

function controllerErrorIfNeeded(controller, error) {
  if (controller[kState].stream[kState].state === 'writable') controllerError(controller, error);
}

function controllerError(controller, error) {
  const { stream } = controller[kState];
  clearAlgorithms(controller);
  startErroring(stream, error);
}

module.exports = {
  WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController,
  isWritableStream, createWritableStream, writableStreamAbort, closeQueuedOrInFlight,
  writerWrite, writerRelease, writerCloseWithErrorPropagation, controllerErrorIfNeeded,
};
