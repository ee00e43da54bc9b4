'use strict';

/** Binds `fn` to the async context of now, at no cost while nobody uses async contexts. */
exports.bind = function bind(fn) {
  return fn;
};
