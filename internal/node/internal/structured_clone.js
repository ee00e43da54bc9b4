'use strict';

// structuredClone(). V8 clones what the language knows; objects of marked classes (see internal/worker/js_transferable)
// go through write() and read() below.

const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');
const { DOMException } = require('internal/dom_exception');
const { isMarkedAsUntransferable } = require('internal/buffer');
const { isArrayBuffer } = require('internal/util/types');
const { kClone, kDeserialize, kTransfer, kTransferList } = require('internal/worker/js_transferable');
const { clone, getTransferMode } = internalBinding('messaging');

const CLONEABLE = 1;
const TRANSFERABLE = 2;

function dataCloneError(message) {
  return new DOMException(message, 'DataCloneError');
}

/** A TypeError of the kind that conversions of Web IDL make. */
function conversionError(message) {
  const error = new TypeError(`Failed to execute 'structuredClone': ${message}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** options.transfer as an array. */
function transferSequence(options) {
  if (options === undefined || options === null) return [];
  if (!isObject(options)) throw conversionError('Options cannot be converted to a dictionary');
  const { transfer } = options;
  if (transfer === undefined) return [];
  if (!isObject(transfer) || typeof transfer[Symbol.iterator] !== 'function') {
    throw conversionError('transfer in Options cannot be converted to sequence.');
  }
  const list = [];
  for (const item of transfer) {
    if (!isObject(item)) throw conversionError(`transfer in Options[${list.length}] is not an object.`);
    list.push(item);
  }
  return list;
}

/** The hooks of one clone: what marked objects are made of, between the writing and the reading. */
class Clones {
  constructor() {
    this.buffers = [];
    this.transferred = new Set();
    this.written = [];
  }

  /** Sorts the transfer list: memory for V8, objects for us. */
  take(list) {
    for (const item of list) {
      if (isArrayBuffer(item)) {
        if (item.detached || isMarkedAsUntransferable(item)) throw dataCloneError('Cannot transfer object of unsupported type.');
        if (this.buffers.includes(item)) throw dataCloneError('Transfer list contains duplicate ArrayBuffer');
        this.buffers.push(item);
        continue;
      }
      const mode = getTransferMode(item);
      if (mode === -1) throw dataCloneError('Found invalid value in transferList.');
      if ((mode & TRANSFERABLE) === 0 || isMarkedAsUntransferable(item)) throw dataCloneError('Cannot transfer object of unsupported type.');
      if (this.transferred.has(item)) throw dataCloneError(`Transfer list contains duplicate ${item.constructor.name}`);
      this.transferred.add(item);
      if (typeof item[kTransferList] === 'function') this.take(item[kTransferList]());
    }
  }

  error(message) {
    return dataCloneError(message);
  }

  write(object) {
    if (this.transferred.has(object)) {
      this.written.push(object[kTransfer]());
    } else {
      const mode = getTransferMode(object);
      if ((mode & CLONEABLE) === 0 || typeof object[kClone] !== 'function') {
        throw dataCloneError((mode & TRANSFERABLE) === 0 ? 'Cannot clone object of unsupported type.' :
          'Object that needs transfer was found in message but not listed in transferList');
      }
      this.written.push(object[kClone]());
    }
    return this.written.length - 1;
  }

  read(number) {
    const { data, deserializeInfo } = this.written[number];
    const colon = deserializeInfo.lastIndexOf(':');
    const Class = require(deserializeInfo.slice(0, colon))[deserializeInfo.slice(colon + 1)];
    const object = new Class();
    object[kDeserialize](data);
    return object;
  }
}

/** V8 clones it as the error that it also is: one that is the whole value is copied here. */
function cloneException(exception) {
  const copy = new DOMException(exception.message, exception.name);
  Object.defineProperty(copy, 'stack', {
    __proto__: null, configurable: true, writable: true, enumerable: false, value: exception.stack,
  });
  return copy;
}

/** A deep copy of a value; what options.transfer lists is moved rather than copied. */
function structuredClone(value, options) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('The value argument must be specified');
  const hooks = new Clones();
  hooks.take(transferSequence(options));
  if (value instanceof DOMException && hooks.buffers.length === 0) return cloneException(value);
  return clone(value, hooks.buffers, hooks);
}

module.exports = { structuredClone };
