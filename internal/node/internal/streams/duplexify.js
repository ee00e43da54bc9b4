'use strict';

// Duplex.from: a duplex stream out of streams, pairs, iterables, functions, promises and blobs.

const {
  AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE },
} = require('internal/errors');
const {
  isDuplexNodeStream, isIterable, isNodeStream, isReadable, isReadableNodeStream, isReadableStream,
  isWritable, isWritableNodeStream, isWritableStream,
} = require('internal/streams/utils');
const { destroyer } = require('internal/streams/destroy');
const { eos } = require('internal/streams/end-of-stream');
const Duplex = require('internal/streams/duplex');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const from = require('internal/streams/from');

// A class of its own, so that `from` makes duplex streams with the options of one.
class Duplexify extends Duplex {}

const isFunction = (value) => typeof value === 'function';
const isBlob = (value) => typeof Blob === 'function' && value instanceof Blob;

module.exports = function duplexify(body, name) {
  if (isDuplexNodeStream(body)) return body;
  if (isReadableNodeStream(body)) return join({ readable: body });
  if (isWritableNodeStream(body)) return join({ writable: body });
  if (isNodeStream(body)) return join({ writable: false, readable: false });
  if (isReadableStream(body)) return join({ readable: Readable.fromWeb(body) });
  if (isWritableStream(body)) return join({ writable: Writable.fromWeb(body) });
  if (isFunction(body)) return fromFunction(body, name);
  if (isBlob(body)) return duplexify(body.arrayBuffer());
  if (isIterable(body)) return from(Duplexify, body, { objectMode: true, writable: false });
  if (isReadableStream(body?.readable) && isWritableStream(body?.writable)) return Duplexify.fromWeb(body);
  if (typeof body?.writable === 'object' || typeof body?.readable === 'object') {
    const side = (value, isSide) => (value ? (isSide(value) ? value : duplexify(value)) : undefined);
    return join({
      readable: side(body?.readable, isReadableNodeStream),
      writable: side(body?.writable, isWritableNodeStream),
    });
  }
  if (isFunction(body?.then)) {
    const d = new Duplexify({ objectMode: true, writable: false, read() {} });
    body.then(
      (value) => {
        if (value != null) d.push(value);
        d.push(null);
      },
      (err) => destroyer(d, err),
    );
    return d;
  }
  throw new ERR_INVALID_ARG_TYPE(
    name,
    ['Blob', 'ReadableStream', 'WritableStream', 'Stream', 'Iterable', 'AsyncIterable', 'Function',
     '{ readable, writable } pair', 'Promise'],
    body);
};

/** A duplex whose writable side feeds `fn`, an async function or generator, and whose readable side is its result. */
function fromFunction(fn, name) {
  const { value, write, final, destroy } = feed(fn);
  // The function may have made a duplex itself.
  if (isDuplexNodeStream(value)) return value;
  if (isIterable(value)) return from(Duplexify, value, { objectMode: true, write, final, destroy });
  if (isFunction(value?.then)) {
    let d;
    const promise = value.then(
      (result) => {
        if (result != null) throw new ERR_INVALID_RETURN_VALUE('nully', 'body', result);
      },
      (err) => destroyer(d, err),
    );
    d = new Duplexify({
      objectMode: true,
      readable: false,
      write,
      final(cb) {
        final(async () => {
          try {
            await promise;
            process.nextTick(cb, null);
          } catch (err) {
            process.nextTick(cb, err);
          }
        });
      },
      destroy,
    });
    return d;
  }
  throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, value);
}

function feed(fn) {
  let { promise, resolve } = Promise.withResolvers();
  const controller = new AbortController();
  const { signal } = controller;
  async function* written() {
    while (true) {
      const current = promise;
      promise = null;
      const { chunk, done, cb } = await current;
      process.nextTick(cb);
      if (done) return;
      if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
      ({ promise, resolve } = Promise.withResolvers());
      yield chunk;
    }
  }
  const give = (item) => {
    const current = resolve;
    resolve = null;
    current(item);
  };
  return {
    value: fn(written(), { signal }),
    write(chunk, encoding, cb) { give({ chunk, done: false, cb }); },
    final(cb) { give({ done: true, cb }); },
    destroy(err, cb) {
      controller.abort();
      cb(err);
    },
  };
}

/** One duplex stream out of a readable and a writable one. */
function join(pair) {
  const r = pair.readable && !isFunction(pair.readable.read) ? Readable.wrap(pair.readable) : pair.readable;
  const w = pair.writable;
  const readable = !!isReadable(r);
  const writable = !!isWritable(w);
  let ondrain = null;
  let onfinish = null;
  let onreadable = null;
  let onclose; // null once one of the two is over

  const d = new Duplexify({
    readableObjectMode: !!r?.readableObjectMode,
    writableObjectMode: !!w?.writableObjectMode,
    readable,
    writable,
  });

  function onfinished(err) {
    const cb = onclose;
    onclose = null;
    if (cb) cb(err);
    else if (err) d.destroy(err);
  }

  if (writable) {
    eos(w, (err) => {
      if (err) destroyer(r, err);
      onfinished(err);
    });
    d._write = function(chunk, encoding, callback) {
      if (w.write(chunk, encoding)) callback();
      else ondrain = callback;
    };
    d._final = function(callback) {
      w.end();
      onfinish = callback;
    };
    w.on('drain', () => {
      if (!ondrain) return;
      const cb = ondrain;
      ondrain = null;
      cb();
    });
    w.on('finish', () => {
      if (!onfinish) return;
      const cb = onfinish;
      onfinish = null;
      cb();
    });
  }

  if (readable) {
    eos(r, (err) => {
      if (err) destroyer(r, err);
      onfinished(err);
    });
    r.on('readable', () => {
      if (!onreadable) return;
      const cb = onreadable;
      onreadable = null;
      cb();
    });
    r.on('end', () => d.push(null));
    d._read = function() {
      while (true) {
        const chunk = r.read();
        if (chunk === null) {
          onreadable = d._read;
          return;
        }
        if (!d.push(chunk)) return;
      }
    };
  }

  d._destroy = function(err, callback) {
    if (!err && onclose !== null) err = new AbortError();
    onreadable = null;
    ondrain = null;
    onfinish = null;
    if (onclose === null) {
      callback(err);
    } else {
      onclose = callback;
      destroyer(w, err);
      destroyer(r, err);
    }
  };
  return d;
}
