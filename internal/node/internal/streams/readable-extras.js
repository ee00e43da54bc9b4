'use strict';

// What Readable has beside reading: making readables of something else (iterables, streams of Node 0.8, web streams),
// and the iterator helpers. Behind thin functions, so that their code is evaluated only where they are used.

let webAdapters;
function lazyWebAdapters() {
  return (webAdapters ??= require('internal/webstreams/adapters'));
}

const streamReturning = ['drop', 'filter', 'flatMap', 'map', 'take'];
const promiseReturning = ['every', 'forEach', 'reduce', 'toArray', 'some', 'find'];
const lengths = { toArray: 0, reduce: 2, drop: 1, take: 1 };

function installOperators(Readable) {
  const load = () => require('internal/streams/operators');
  const define = (name, fn) => {
    Object.defineProperty(fn, 'name', { __proto__: null, value: name });
    Object.defineProperty(fn, 'length', { __proto__: null, value: lengths[name] ?? 1 });
    Object.defineProperty(Readable.prototype, name, {
      __proto__: null, value: fn, enumerable: false, configurable: true, writable: true,
    });
  };
  for (const name of streamReturning) {
    define(name, function(...args) {
      if (new.target) throw new (require('internal/errors').codes.ERR_ILLEGAL_CONSTRUCTOR)();
      return Readable.from(Reflect.apply(load().streamReturningOperators[name], this, args));
    });
  }
  for (const name of promiseReturning) {
    define(name, function(...args) {
      if (new.target) throw new (require('internal/errors').codes.ERR_ILLEGAL_CONSTRUCTOR)();
      return Reflect.apply(load().promiseReturningOperators[name], this, args);
    });
  }
  Readable.prototype.compose = function compose(stream, options) {
    return Reflect.apply(load().compose, this, [stream, options]);
  };
}

exports.install = function install(Readable) {
  installOperators(Readable);

  Readable.from = function(iterable, options) {
    return require('internal/streams/from')(Readable, iterable, options);
  };

  Readable.fromWeb = function(readableStream, options) {
    return lazyWebAdapters().newStreamReadableFromReadableStream(readableStream, options);
  };

  Readable.toWeb = function(streamReadable, options) {
    return lazyWebAdapters().newReadableStreamFromStreamReadable(streamReadable, options);
  };

  Readable.wrap = function(src, options) {
    return new Readable({
      objectMode: src.readableObjectMode ?? src.objectMode ?? true,
      ...options,
      destroy(err, callback) {
        require('internal/streams/destroy').destroyer(src, err);
        callback(err);
      },
    }).wrap(src);
  };

  /** Makes this stream the reader of an old one, which knows only 'data', 'end', pause() and resume(). */
  Readable.prototype.wrap = function wrap(stream) {
    let paused = false;
    stream.on('data', (chunk) => {
      if (!this.push(chunk) && stream.pause) {
        paused = true;
        stream.pause();
      }
    });
    stream.on('end', () => this.push(null));
    stream.on('error', (err) => require('internal/streams/destroy').errorOrDestroy(this, err));
    stream.on('close', () => this.destroy());
    stream.on('destroy', () => this.destroy());
    this._read = () => {
      if (paused && stream.resume) {
        paused = false;
        stream.resume();
      }
    };
    // The other methods of the old stream stay reachable.
    const names = Object.keys(stream);
    for (let j = 1; j < names.length; j++) {
      const name = names[j];
      if (this[name] === undefined && typeof stream[name] === 'function') this[name] = stream[name].bind(stream);
    }
    return this;
  };
};
