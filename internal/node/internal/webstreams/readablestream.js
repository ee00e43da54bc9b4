'use strict';

// ReadableStream and its readers (WHATWG Streams, section 4). The controllers are in readablecontrollers.js and readablebytes.js, pipes in
// pipe.js, tee() in tee.js. Functions are named after the standard's abstract operations.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateAbortSignal, validateBuffer, validateObject } = require('internal/validators');
const {
  kState, kType, kSkipThrow, kInspect, nop,
  customInspect, handled, deferred, Deferred, Fifo,
  extractHighWaterMark, extractSizeAlgorithm, invalidState, finishClass,
} = require('internal/webstreams/util');
const {
  kIsClosedPromise, kControllerErrorFunction, kIsDisturbed, kIsErrored, kIsReadable,
} = require('internal/streams/utils');

const kPull = Symbol('kPull');
const kCancel = Symbol('kCancel');
const kRelease = Symbol('kRelease');

const isReadableStream = (value) => value?.[kState] !== undefined && value[kType] === 'ReadableStream';
const isDefaultReader = (value) => value?.[kState] !== undefined && value[kType] === 'ReadableStreamDefaultReader';
const isByobReader = (value) => value?.[kState] !== undefined && value[kType] === 'ReadableStreamBYOBReader';

let controllers;
const lazyControllers = () => (controllers ??= require('internal/webstreams/readablecontrollers'));
let bytes;
const lazyBytes = () => (bytes ??= require('internal/webstreams/readablebytes'));

function initStream(stream) {
  stream[kIsClosedPromise] = deferred();
  stream[kControllerErrorFunction] = nop;
  stream[kState] = {
    state: 'readable', // 'readable', 'closed', 'errored'
    disturbed: false,
    reader: undefined,
    storedError: undefined,
    controller: undefined,
  };
}

class ReadableStream {
  [kType] = 'ReadableStream';

  constructor(source = {}, strategy = {}) {
    if (source === kSkipThrow) {
      initStream(this);
      return;
    }
    validateObject(source, 'source', 0b1100);
    validateObject(strategy, 'strategy', 0b1111);
    initStream(this);
    const size = strategy?.size;
    const highWaterMark = strategy?.highWaterMark;
    const type = source.type;
    if (`${type}` === 'bytes') {
      if (size !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.size', size);
      lazyBytes().setupByteControllerFromSource(this, source, extractHighWaterMark(highWaterMark, 0));
      return;
    }
    if (type !== undefined) throw new ERR_INVALID_ARG_VALUE('source.type', type);
    lazyControllers().setupDefaultControllerFromSource(
      this, source, extractHighWaterMark(highWaterMark, 1), extractSizeAlgorithm(size));
  }

  static from(iterable) {
    return readableStreamFromIterable(iterable);
  }

  get [kIsDisturbed]() { return this[kState].disturbed; }
  get [kIsErrored]() { return this[kState].state === 'errored'; }
  get [kIsReadable]() { return this[kState].state === 'readable'; }

  get locked() {
    if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
    return this[kState].reader !== undefined;
  }

  cancel(reason = undefined) {
    if (!isReadableStream(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStream'));
    if (this[kState].reader !== undefined) return Promise.reject(invalidState('ReadableStream is locked'));
    return readableStreamCancel(this, reason);
  }

  getReader(options = {}) {
    if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
    validateObject(options, 'options', 0b1111);
    const mode = options?.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== 'byob') throw new ERR_INVALID_ARG_VALUE('options.mode', mode);
    return new ReadableStreamBYOBReader(this);
  }

  pipeThrough(transform, options = {}) {
    if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
    const { isWritableStream } = require('internal/webstreams/writablestream');
    const readable = transform?.readable;
    if (!isReadableStream(readable)) throw new ERR_INVALID_ARG_TYPE('transform.readable', 'ReadableStream', readable);
    const writable = transform?.writable;
    if (!isWritableStream(writable)) throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', writable);
    const { preventAbort, preventCancel, preventClose, signal } = checkPipeOptions(options);
    if (this.locked) throw invalidState('The ReadableStream is locked');
    if (writable.locked) throw invalidState('The WritableStream is locked');
    handled(require('internal/webstreams/pipe').pipeTo(
      this, writable, preventClose, preventAbort, preventCancel, signal));
    return readable;
  }

  pipeTo(destination, options = {}) {
    try {
      if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
      const { isWritableStream } = require('internal/webstreams/writablestream');
      if (!isWritableStream(destination))
        throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', destination);
      const { preventAbort, preventCancel, preventClose, signal } = checkPipeOptions(options);
      if (this.locked) throw invalidState('The ReadableStream is locked');
      if (destination.locked) throw invalidState('The WritableStream is locked');
      return require('internal/webstreams/pipe').pipeTo(
        this, destination, preventClose, preventAbort, preventCancel, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tee() {
    if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
    return require('internal/webstreams/tee').tee(this);
  }

  values(options = {}) {
    if (!isReadableStream(this)) throw new ERR_INVALID_THIS('ReadableStream');
    validateObject(options, 'options', 0b1111);
    return makeIterator(this, !!options?.preventCancel);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableStream', {
      locked: this.locked,
      state: this[kState].state,
      supportsBYOB: lazyBytes().isByteController(this[kState].controller),
    });
  }
}
finishClass(ReadableStream, ['locked', 'cancel', 'getReader', 'pipeThrough', 'pipeTo', 'tee', 'values']);
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: ReadableStream.prototype.values,
});
Object.defineProperty(ReadableStream, 'from', { __proto__: null, enumerable: true });

function checkPipeOptions(options) {
  validateObject(options, 'options', 0b1111);
  const result = {
    preventAbort: !!options?.preventAbort,
    preventCancel: !!options?.preventCancel,
    preventClose: !!options?.preventClose,
    signal: options?.signal,
  };
  if (result.signal !== undefined) validateAbortSignal(result.signal, 'options.signal');
  return result;
}

// ---- async iteration (4.2.5) ----

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

const kIterator = Symbol('kIterator');

const iteratorPrototype = {
  __proto__: AsyncIteratorPrototype,
  next() {
    const state = this[kIterator];
    // One after the other, however fast they are asked for.
    state.current = state.current !== undefined ?
      state.current.then(() => iteratorNext(state), () => iteratorNext(state)) :
      iteratorNext(state);
    return state.current;
  },
  return(value) {
    const state = this[kIterator];
    state.current = state.current !== undefined ?
      state.current.then(() => iteratorReturn(state, value), () => iteratorReturn(state, value)) :
      iteratorReturn(state, value);
    return state.current;
  },
};

function makeIterator(stream, preventCancel) {
  const reader = new ReadableStreamDefaultReader(stream);
  return { __proto__: iteratorPrototype, [kIterator]: { reader, preventCancel, done: false, current: undefined } };
}

function iteratorNext(state) {
  if (state.done) return Promise.resolve({ done: true, value: undefined });
  if (state.reader[kState].stream === undefined)
    return Promise.reject(invalidState('The reader is not bound to a ReadableStream'));
  const promise = Promise.withResolvers();
  defaultReaderRead(state.reader, {
    chunk(value) {
      state.current = undefined;
      promise.resolve({ done: false, value });
    },
    close() {
      state.current = undefined;
      state.done = true;
      defaultReaderRelease(state.reader);
      promise.resolve({ done: true, value: undefined });
    },
    error(error) {
      state.current = undefined;
      state.done = true;
      defaultReaderRelease(state.reader);
      promise.reject(error);
    },
  });
  return promise.promise;
}

async function iteratorReturn(state, value) {
  if (state.done) return { done: true, value };
  state.done = true;
  if (state.reader[kState].stream === undefined) throw invalidState('The reader is not bound to a ReadableStream');
  if (!state.preventCancel) {
    const result = readerCancel(state.reader, value);
    defaultReaderRelease(state.reader);
    await result;
    return { done: true, value };
  }
  defaultReaderRelease(state.reader);
  return { done: true, value };
}

function readableStreamFromIterable(iterable) {
  const { codes: { ERR_ARG_NOT_ITERABLE } } = require('internal/errors');
  let stream;
  if (iterable == null) throw new ERR_ARG_NOT_ITERABLE(iterable);
  const asyncMethod = iterable[Symbol.asyncIterator];
  const method = asyncMethod ?? iterable[Symbol.iterator];
  if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE(iterable);
  const iterator = Reflect.apply(method, iterable, []);
  if (iterator === null || (typeof iterator !== 'object' && typeof iterator !== 'function'))
    throw invalidState('The iterator method must return an object');
  const isAsync = asyncMethod != null;
  const nextMethod = iterator.next;

  async function pull() {
    const result = await Reflect.apply(nextMethod, iterator, []);
    if (result === null || (typeof result !== 'object' && typeof result !== 'function'))
      throw invalidState('The promise returned by the iterator.next() method must fulfill with an object');
    if (result.done) lazyControllers().defaultControllerClose(stream[kState].controller);
    else lazyControllers().defaultControllerEnqueue(
      stream[kState].controller, isAsync ? result.value : await result.value);
  }
  async function cancel(reason) {
    const returnMethod = iterator.return;
    if (returnMethod === undefined) return;
    const result = await Reflect.apply(returnMethod, iterator, [reason]);
    if (result === null || (typeof result !== 'object' && typeof result !== 'function'))
      throw invalidState('The promise returned by the iterator.return() method must fulfill with an object');
  }
  stream = createReadableStream(nop, pull, cancel, 0);
  return stream;
}

/** A stream on functions of ours. */
function createReadableStream(start, pull, cancel, highWaterMark = 1, size = () => 1) {
  const stream = new ReadableStream(kSkipThrow);
  lazyControllers().setupDefaultController(stream, start, pull, cancel, highWaterMark, size);
  return stream;
}

function createReadableByteStream(start, pull, cancel) {
  const stream = new ReadableStream(kSkipThrow);
  lazyBytes().setupByteController(stream, start, pull, cancel, 0, undefined);
  return stream;
}

// ---- readers ----

/** What read() of a default reader waits with. */
class ReadRequest {
  constructor(resolvers) { this.resolvers = resolvers; }
  chunk(value) { this.resolvers.resolve({ value, done: false }); }
  close() { this.resolvers.resolve({ value: undefined, done: true }); }
  error(error) { this.resolvers.reject(error); }
}

/** What read(view) of a BYOB reader waits with. */
class ReadIntoRequest {
  constructor(resolvers) { this.resolvers = resolvers; }
  chunk(value) { this.resolvers.resolve({ value, done: false }); }
  close(value) { this.resolvers.resolve({ value, done: true }); }
  error(error) { this.resolvers.reject(error); }
}

class ReadableStreamDefaultReader {
  [kType] = 'ReadableStreamDefaultReader';

  constructor(stream) {
    if (!isReadableStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
    this[kState] = { stream: undefined, close: undefined, readRequests: new Fifo() };
    setupReader(this, stream);
  }

  read() {
    if (!isDefaultReader(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    const { stream } = this[kState];
    if (stream === undefined) return Promise.reject(invalidState('The reader is not attached to a stream'));
    // A chunk that waits needs no request.
    const ready = lazyControllers().takeQueued(stream);
    if (ready !== undefined) return Promise.resolve({ value: ready.value, done: false });
    const resolvers = Promise.withResolvers();
    defaultReaderRead(this, new ReadRequest(resolvers));
    return resolvers.promise;
  }

  releaseLock() {
    if (!isDefaultReader(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultReader');
    if (this[kState].stream !== undefined) defaultReaderRelease(this);
  }

  get closed() {
    if (!isDefaultReader(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    return this[kState].close.promise;
  }

  cancel(reason = undefined) {
    if (!isDefaultReader(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    if (this[kState].stream === undefined)
      return Promise.reject(invalidState('The reader is not attached to a stream'));
    return readerCancel(this, reason);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableStreamDefaultReader', {
      stream: this[kState].stream,
      readRequests: this[kState].readRequests.length,
      close: this[kState].close.promise,
    });
  }
}
finishClass(ReadableStreamDefaultReader, ['closed', 'read', 'releaseLock', 'cancel']);

class ReadableStreamBYOBReader {
  [kType] = 'ReadableStreamBYOBReader';

  constructor(stream) {
    if (!isReadableStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
    if (!lazyBytes().isByteController(stream[kState].controller))
      throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be a byte stream');
    this[kState] = { stream: undefined, close: undefined, readIntoRequests: new Fifo() };
    setupReader(this, stream);
  }

  async read(view, options = {}) {
    if (!isByobReader(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBReader');
    validateBuffer(view, 'view');
    validateObject(options, 'options', 0b1111);
    if (view.byteLength === 0 || view.buffer.byteLength === 0)
      throw invalidState('View or Viewed ArrayBuffer is zero-length or detached');
    if (view.buffer.detached) throw invalidState('Viewed ArrayBuffer is detached');
    const min = options?.min ?? 1;
    if (typeof min !== 'number')
      throw new ERR_INVALID_ARG_TYPE('options.min', 'number', min);
    if (!Number.isInteger(min)) throw new ERR_INVALID_ARG_VALUE('options.min', min, 'must be an integer');
    if (min <= 0) throw new ERR_INVALID_ARG_VALUE('options.min', min, 'must be greater than 0');
    const length = view instanceof DataView ? view.byteLength : view.length;
    if (min > length) {
      const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
      throw new ERR_OUT_OF_RANGE('options.min', view instanceof DataView ? '<= view.byteLength' : '<= view.length', min);
    }
    if (this[kState].stream === undefined) throw invalidState('The reader is not attached to a stream');
    const resolvers = Promise.withResolvers();
    byobReaderRead(this, view, min, new ReadIntoRequest(resolvers));
    return resolvers.promise;
  }

  releaseLock() {
    if (!isByobReader(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBReader');
    if (this[kState].stream !== undefined) byobReaderRelease(this);
  }

  get closed() {
    if (!isByobReader(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStreamBYOBReader'));
    return this[kState].close.promise;
  }

  cancel(reason = undefined) {
    if (!isByobReader(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStreamBYOBReader'));
    if (this[kState].stream === undefined)
      return Promise.reject(invalidState('The reader is not attached to a stream'));
    return readerCancel(this, reason);
  }

  [kInspect](depth, options) {
    return customInspect(depth, options, 'ReadableStreamBYOBReader', {
      stream: this[kState].stream,
      requests: this[kState].readIntoRequests.length,
      close: this[kState].close.promise,
    });
  }
}
finishClass(ReadableStreamBYOBReader, ['closed', 'read', 'releaseLock', 'cancel']);

function setupReader(reader, stream) {
  const state = stream[kState];
  if (state.reader !== undefined) throw invalidState('ReadableStream is locked');
  const readerState = reader[kState];
  readerState.stream = stream;
  state.reader = reader;
  readerState.close = new Deferred();
  handled(readerState.close.promise);
  if (state.state === 'closed') readerState.close.resolve();
  else if (state.state === 'errored') readerState.close.reject(state.storedError);
}

function readerGenericRelease(reader) {
  const readerState = reader[kState];
  const { stream } = readerState;
  const error = invalidState('Reader released');
  if (readerState.close.settled) {
    readerState.close = new Deferred();
    handled(readerState.close.promise);
  }
  readerState.close.reject(error);
  stream[kState].controller[kRelease]();
  stream[kState].reader = undefined;
  readerState.stream = undefined;
}

function errorRequests(requests) {
  if (requests.length === 0) return;
  const list = requests.toArray();
  requests.clear();
  const error = invalidState('Releasing reader');
  for (const request of list) request.error(error);
}

function defaultReaderRelease(reader) {
  readerGenericRelease(reader);
  errorRequests(reader[kState].readRequests);
}

function byobReaderRelease(reader) {
  readerGenericRelease(reader);
  errorRequests(reader[kState].readIntoRequests);
}

function readerCancel(reader, reason) {
  return readableStreamCancel(reader[kState].stream, reason);
}

function defaultReaderRead(reader, request) {
  const { stream } = reader[kState];
  const state = stream[kState];
  state.disturbed = true;
  if (state.state === 'closed') request.close();
  else if (state.state === 'errored') request.error(state.storedError);
  else state.controller[kPull](request);
}

function byobReaderRead(reader, view, min, request) {
  const { stream } = reader[kState];
  const state = stream[kState];
  state.disturbed = true;
  if (state.state === 'errored') request.error(state.storedError);
  else lazyBytes().byteControllerPullInto(state.controller, view, min, request);
}

// ---- streams (4.9) ----

function readableStreamCancel(stream, reason) {
  const state = stream[kState];
  state.disturbed = true;
  if (state.state === 'closed') return Promise.resolve();
  if (state.state === 'errored') return Promise.reject(state.storedError);
  readableStreamClose(stream);
  const { reader } = state;
  if (reader !== undefined && isByobReader(reader)) {
    const { readIntoRequests } = reader[kState];
    const list = readIntoRequests.toArray();
    readIntoRequests.clear();
    for (const request of list) request.close(undefined);
  }
  return state.controller[kCancel](reason).then(nop);
}

function readableStreamClose(stream) {
  const state = stream[kState];
  state.state = 'closed';
  stream[kIsClosedPromise].resolve();
  const { reader } = state;
  if (reader === undefined) return;
  reader[kState].close.resolve();
  if (isDefaultReader(reader)) {
    const { readRequests } = reader[kState];
    if (readRequests.length > 0) {
      const list = readRequests.toArray();
      readRequests.clear();
      for (const request of list) request.close();
    }
  }
}

function readableStreamError(stream, error) {
  const state = stream[kState];
  state.state = 'errored';
  state.storedError = error;
  stream[kIsClosedPromise].reject(error);
  const { reader } = state;
  if (reader === undefined) return;
  reader[kState].close.reject(error);
  const requests = reader[kState].readRequests ?? reader[kState].readIntoRequests;
  const list = requests.toArray();
  requests.clear();
  for (const request of list) request.error(error);
}

module.exports = {
  ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader,
  kPull, kCancel, kRelease,
  isReadableStream, isDefaultReader, isByobReader,
  createReadableStream, createReadableByteStream,
  defaultReaderRead, defaultReaderRelease, byobReaderRead, byobReaderRelease, readerCancel,
  readableStreamCancel, readableStreamClose, readableStreamError,
};
