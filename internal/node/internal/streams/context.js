'use strict';

// The async context of a callback that belongs to whoever gave it, not to the event that leads to its call.

const { current, exchange } = require('internal/async_context');

/** Binds `fn` to the async context of now, at no cost while there is none. */
exports.bind = function bind(fn) {
  const frame = current();
  if (frame === undefined) return fn;
  return function(...args) {
    const prior = exchange(frame);
    try {
      return Reflect.apply(fn, this, args);
    } finally {
      exchange(prior);
    }
  };
};
