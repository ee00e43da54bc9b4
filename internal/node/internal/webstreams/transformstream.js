'use strict';

// TransformStream (WHATWG Streams, section 6).

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const {
  kState, kType, kSkipThrow, kInspect, nop,
  customInspect, extractHighWaterMark, extractSizeAlgorithm, getMethod, callAsync, invalidState, finishClass,
} = require('internal/webstreams/util');
const { createReadableStream } = require('internal/webstreams/readablestream');
const readable = require('internal/webstreams/readablecontrollers');
const { createWritableStream, controllerErrorIfNeeded } = require('internal/webstreams/writablestream');

const isTransformStream = (value) => value?.[kState] !== undefined && value[kType] === 'TransformStream';
const isController = (value) => value?.[kState] !== undefined && value[kType] === 'TransformStreamDefaultController';

class TransformStream {
  [kType] = 'TransformStream';

  constructor(transformer = {}, writableStrategy = {}, readableStrategy = {}) {
    validateObject(transformer, 'transformer', 0b1111);
    validateObject(writableStrategy, 'writableStrategy', 0b1111);
    validateObject(readableStrategy, 'readableStrategy', 0b1111);
    const { readableType, writableType } = transformer ?? {};
    if (readableType !== undefined)
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.readableType', readableType);
    if (writableType !== undefined)
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.writableType', writableType);
    const readableMark = extractHighWaterMark(readableStrategy?.highWaterMark, 0);
    const readableSize = extractSizeAlgorithm(readableStrategy?.size);
    const writableMark = extractHighWaterMark(writableStrategy?.highWaterMark, 1);
    const writableSize = extractSizeAlgorithm(writableStrategy?.size);
    const startPromise = Promise.withResolvers();
    initTransform(this, startPromise.promise, writableMark, writableSize, readableMark, readableSize);
    setupControllerFromTransformer(this, transformer);
    const start = getMethod(transformer, 'start', 'transformer', nop);
    startPromise.resolve(start(this[kState].controller));
  }

  get readable() {
    if (!isTransformStream(this)) throw new ERR_INVALID_THIS('TransformStream');
    return this[kState].readable;
  }

  get writable() {
    if (!isTransformStream(this)) throw new ERR_INVALID_THIS('TransformStream');
    return this[kState].writable;
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'TransformStream', {
      readable: this[kState].readable,
      writable: this[kState].writable,
      backpressure: this[kState].backpressure,
    });
  }
}
finishClass(TransformStream, ['readable', 'writable']);

class TransformStreamDefaultController {
  [kType] = 'TransformStreamDefaultController';

  constructor(skip) {
    if (skip !== kSkipThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get desiredSize() {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    return readable.getDesiredSize(readableController(this[kState].stream));
  }

  enqueue(chunk = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    controllerEnqueue(this, chunk);
  }

  error(reason = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    transformError(this[kState].stream, reason);
  }

  terminate() {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    const { stream } = this[kState];
    readable.defaultControllerClose(readableController(stream));
    errorWritableAndUnblockWrite(stream, invalidState('TransformStream ended'));
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'TransformStreamDefaultController', { stream: this[kState].stream });
  }
}
finishClass(TransformStreamDefaultController, ['desiredSize', 'enqueue', 'error', 'terminate']);

const readableController = (stream) => stream[kState].readable[kState].controller;

function initTransform(stream, startPromise, writableMark, writableSize, readableMark, readableSize) {
  const state = {
    readable: undefined,
    writable: undefined,
    controller: undefined,
    backpressure: undefined,
    backpressureChange: Promise.withResolvers(),
  };
  stream[kState] = state;
  state.writable = createWritableStream(
    () => startPromise, (chunk) => sinkWrite(stream, chunk), () => sinkClose(stream),
    (reason) => sinkAbort(stream, reason), writableMark, writableSize);
  state.readable = createReadableStream(
    () => startPromise, () => sourcePull(stream), (reason) => sourceCancel(stream, reason),
    readableMark, readableSize);
  setBackpressure(stream, true);
}

function setupControllerFromTransformer(stream, transformer) {
  const controller = new TransformStreamDefaultController(kSkipThrow);
  const transform = getMethod(transformer, 'transform', 'transformer', (chunk) => controllerEnqueue(controller, chunk));
  const flush = getMethod(transformer, 'flush', 'transformer', nop);
  const cancel = getMethod(transformer, 'cancel', 'transformer', nop);
  controller[kState] = {
    stream,
    transformAlgorithm: (chunk) => callAsync(transform, chunk, controller),
    flushAlgorithm: () => callAsync(flush, controller),
    cancelAlgorithm: (reason) => callAsync(cancel, reason),
    finish: undefined,
  };
  stream[kState].controller = controller;
}

function clearAlgorithms(controller) {
  const state = controller[kState];
  state.transformAlgorithm = undefined;
  state.flushAlgorithm = undefined;
  state.cancelAlgorithm = undefined;
}

function transformError(stream, error) {
  readable.controllerError(readableController(stream), error);
  errorWritableAndUnblockWrite(stream, error);
}

function errorWritableAndUnblockWrite(stream, error) {
  const state = stream[kState];
  clearAlgorithms(state.controller);
  controllerErrorIfNeeded(state.writable[kState].controller, error);
  if (state.backpressure) setBackpressure(stream, false);
}

function setBackpressure(stream, backpressure) {
  const state = stream[kState];
  state.backpressureChange.resolve();
  state.backpressureChange = Promise.withResolvers();
  state.backpressure = backpressure;
}

function controllerEnqueue(controller, chunk) {
  const { stream } = controller[kState];
  const target = readableController(stream);
  if (!readable.canCloseOrEnqueue(target)) throw invalidState('Unable to enqueue');
  try {
    readable.defaultControllerEnqueue(target, chunk);
  } catch (error) {
    errorWritableAndUnblockWrite(stream, error);
    throw stream[kState].readable[kState].storedError;
  }
  const backpressure = readable.hasBackpressure(target);
  if (backpressure !== stream[kState].backpressure) setBackpressure(stream, true);
}

function performTransform(controller, chunk) {
  return controller[kState].transformAlgorithm(chunk).catch((error) => {
    transformError(controller[kState].stream, error);
    throw error;
  });
}

async function sinkWrite(stream, chunk) {
  const state = stream[kState];
  if (state.backpressure) {
    await state.backpressureChange.promise;
    const { writable } = state;
    if (writable[kState].state === 'erroring') throw writable[kState].storedError;
  }
  return performTransform(state.controller, chunk);
}

/** Ends a stream once: by abort, close or cancel, whichever is first; the others wait for it. */
function finishOnce(controller, run) {
  const state = controller[kState];
  if (state.finish !== undefined) return state.finish.promise;
  state.finish = Promise.withResolvers();
  const { promise } = state.finish;
  promise.then(nop, nop);
  run(state.finish);
  return promise;
}

function sinkAbort(stream, reason) {
  const { controller, readable: target } = stream[kState];
  return finishOnce(controller, ({ resolve, reject }) => {
    const result = controller[kState].cancelAlgorithm(reason);
    clearAlgorithms(controller);
    result.then(
      () => {
        if (target[kState].state === 'errored') return reject(target[kState].storedError);
        readable.controllerError(target[kState].controller, reason);
        resolve();
      },
      (error) => {
        readable.controllerError(target[kState].controller, error);
        reject(error);
      });
  });
}

function sinkClose(stream) {
  const { controller, readable: target } = stream[kState];
  return finishOnce(controller, ({ resolve, reject }) => {
    const result = controller[kState].flushAlgorithm();
    clearAlgorithms(controller);
    result.then(
      () => {
        if (target[kState].state === 'errored') return reject(target[kState].storedError);
        readable.defaultControllerClose(target[kState].controller);
        resolve();
      },
      (error) => {
        readable.controllerError(target[kState].controller, error);
        reject(error);
      });
  });
}

function sourcePull(stream) {
  setBackpressure(stream, false);
  return stream[kState].backpressureChange.promise;
}

function sourceCancel(stream, reason) {
  const { controller, writable } = stream[kState];
  return finishOnce(controller, ({ resolve, reject }) => {
    const result = controller[kState].cancelAlgorithm(reason);
    clearAlgorithms(controller);
    result.then(
      () => {
        if (writable[kState].state === 'errored') return reject(writable[kState].storedError);
        controllerErrorIfNeeded(writable[kState].controller, reason);
        if (stream[kState].backpressure) setBackpressure(stream, false);
        resolve();
      },
      (error) => {
        controllerErrorIfNeeded(writable[kState].controller, error);
        if (stream[kState].backpressure) setBackpressure(stream, false);
        reject(error);
      });
  });
}

module.exports = { TransformStream, TransformStreamDefaultController, isTransformStream };
