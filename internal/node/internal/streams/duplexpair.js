'use strict';

// stream.duplexPair: two ends of one connection.

const Duplex = require('internal/streams/duplex');

const kCallback = Symbol('Callback');
const kOtherSide = Symbol('Other');

class DuplexSide extends Duplex {
  constructor(options) {
    super(options);
    this[kCallback] = null;
    this[kOtherSide] = null;
  }

  _read() {
    const callback = this[kCallback];
    if (callback) {
      this[kCallback] = null;
      callback();
    }
  }

  // A write is done when the other side reads what it brought.
  _write(chunk, encoding, callback) {
    const other = this[kOtherSide];
    if (chunk.length === 0) {
      process.nextTick(callback); // Nothing to read: nobody would call back.
    } else {
      other.push(chunk);
      other[kCallback] = callback;
    }
  }

  _final(callback) {
    this[kOtherSide].on('end', callback);
    this[kOtherSide].push(null);
  }

  // One end that breaks takes the other with it; one that is closed ends what the other reads.
  _destroy(err, callback) {
    const other = this[kOtherSide];
    if (other !== null && !other.destroyed) {
      process.nextTick(() => {
        if (other.destroyed) return;
        if (err) other.destroy();
        else other.push(null);
      });
    }
    callback(err);
  }
}

module.exports = function duplexPair(options) {
  const a = new DuplexSide(options);
  const b = new DuplexSide(options);
  a[kOtherSide] = b;
  b[kOtherSide] = a;
  return [a, b];
};
