'use strict';
// Signals as events of process: the first listener for a signal's name begins to listen, the last one that goes ends it.

const { ErrnoException } = require('internal/errors');
const { constantsOf } = require('internal/os_constants');
const { signalStart, signalStop } = internalBinding('process');

const listening = new Set();

function isSignal(event) {
  return typeof event === 'string' && event.startsWith('SIG') && constantsOf('signals')[event] !== undefined;
}

function onNewListener(type) {
  if (!isSignal(type) || listening.has(type)) return;
  const number = constantsOf('signals')[type];
  try {
    signalStart(number, () => process.emit(type, type, number));
  } catch (err) {
    throw new ErrnoException(err.errno, err.syscall);
  }
  listening.add(type);
}

function onRemoveListener(type) {
  if (!listening.has(type) || process.listenerCount(type) > 0) return;
  signalStop(constantsOf('signals')[type]);
  listening.delete(type);
}

/** Connects process's listeners with the system's signals. */
function setUpSignals() {
  process.on('newListener', onNewListener);
  process.on('removeListener', onRemoveListener);
}

module.exports = { setUpSignals };
