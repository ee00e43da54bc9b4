'use strict';

// `for await (const chunk of readable)`.

const { aggregateTwoErrors } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { destroyer } = require('internal/streams/destroy');

const nop = () => {};

function iterate(stream, options) {
  if (typeof stream.read !== 'function') stream = require('internal/streams/readable').wrap(stream, { objectMode: true });
  const iterator = chunks(stream, options);
  iterator.stream = stream;
  return iterator;
}

async function* chunks(stream, options) {
  const { eos } = require('internal/streams/end-of-stream');
  let wake = nop;
  // As a listener it wakes the waiting reader; as the executor of the reader's promise it takes its resolver.
  function next(resolve) {
    if (this === stream) {
      wake();
      wake = nop;
    } else {
      wake = resolve;
    }
  }
  stream.on('readable', next);

  let error; // undefined: not over; null: ended; else why it failed
  const cleanup = eos(stream, { writable: false }, (err) => {
    error = err ? aggregateTwoErrors(error, err) : null;
    wake();
    wake = nop;
  });

  try {
    while (true) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (error) throw error;
      else if (error === null) return;
      else await new Promise(next);
    }
  } catch (err) {
    error = aggregateTwoErrors(error, err);
    throw error;
  } finally {
    if ((error || options?.destroyOnReturn !== false) &&
        (error === undefined || stream._readableState.autoDestroy)) {
      destroyer(stream, null);
    } else {
      stream.off('readable', next);
      cleanup();
    }
  }
}

exports.install = function install(Readable) {
  Readable.prototype[Symbol.asyncIterator] = function() { return iterate(this); };
  Readable.prototype.iterator = function iterator(options) {
    if (options !== undefined) validateObject(options, 'options');
    return iterate(this, options);
  };
};
