'use strict';
// process.env: the environment's variables, always strings. Reading needs no trap, so that it costs what a property costs.

const { codes: { ERR_INVALID_OBJECT_DEFINE_PROPERTY } } = require('internal/errors');
const { environment } = internalBinding('process');

function text(value) {
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
  return `${value}`;
}

let warned = false;

function warnOfConversion() {
  if (warned || !require('internal/options').getOptionValue('--pending-deprecation')) return;
  warned = true;
  process.emitWarning('Assigning any value other than a string, number, or boolean to a process.env property is deprecated. Please make sure ' +
    'to convert the value to a string before setting process.env with it.', 'DeprecationWarning', 'DEP0104');
}

const traps = {
  __proto__: null,
  set(target, name, value) {
    // There is no variable without a name.
    if (name === '') return true;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') warnOfConversion();
    target[text(name)] = text(value);
    if (name === 'TZ') internalBinding('timezone').changed(target.TZ);
    return true;
  },
  deleteProperty(target, name) {
    delete target[name];
    if (name === 'TZ') internalBinding('timezone').changed();
    return true;
  },
  defineProperty(target, name, descriptor) {
    if ('value' in descriptor) {
      if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
        throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
      }
      target[text(name)] = text(descriptor.value);
      return true;
    }
    if ('get' in descriptor || 'set' in descriptor) {
      throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' does not accept an accessor(getter/setter) descriptor");
    }
    throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
  },
};

/** process.env of this environment, from the variables that the process was started with. */
function createEnv() {
  const target = {};
  for (const pair of environment()) {
    const at = pair.indexOf('=');
    if (at > 0) target[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return new Proxy(target, traps);
}

module.exports = { createEnv };
