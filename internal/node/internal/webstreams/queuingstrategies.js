'use strict';

// ByteLengthQueuingStrategy and CountQueuingStrategy.

const { codes: { ERR_INVALID_THIS, ERR_MISSING_OPTION } } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { customInspect, finishClass, kInspect } = require('internal/webstreams/util');

const kHighWaterMark = Symbol('kHighWaterMark');

// One function for all instances, as the standard has it.
const byteSize = Object.defineProperty((chunk) => chunk.byteLength, 'name', { __proto__: null, value: 'size' });
const countSize = Object.defineProperty(() => 1, 'name', { __proto__: null, value: 'size' });

function checkInit(init) {
  validateObject(init, 'init');
  if (init.highWaterMark === undefined) throw new ERR_MISSING_OPTION('init.highWaterMark');
  return +init.highWaterMark;
}

function makeStrategy(name, size) {
  const Strategy = {
    [name]: class {
      constructor(init) {
        this[kHighWaterMark] = checkInit(init);
      }
      get highWaterMark() {
        if (this?.[kHighWaterMark] === undefined) throw new ERR_INVALID_THIS(name);
        return this[kHighWaterMark];
      }
      get size() {
        if (this?.[kHighWaterMark] === undefined) throw new ERR_INVALID_THIS(name);
        return size;
      }
      [kInspect](depth, options) {
        return customInspect(depth, options, name, { highWaterMark: this.highWaterMark });
      }
    },
  }[name];
  finishClass(Strategy, ['highWaterMark', 'size']);
  return Strategy;
}

module.exports = {
  ByteLengthQueuingStrategy: makeStrategy('ByteLengthQueuingStrategy', byteSize),
  CountQueuingStrategy: makeStrategy('CountQueuingStrategy', countSize),
};
