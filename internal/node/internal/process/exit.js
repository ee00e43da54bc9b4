'use strict';
// exit, exitCode and what goes with them.

const { validateInteger } = require('internal/validators');

let exitCode;

/** Defines process.exitCode and gives process its functions for ending. */
function setUpExit() {
  Object.defineProperty(process, 'exitCode', {
    __proto__: null,
    enumerable: true,
    configurable: false,
    get() {
      return exitCode;
    },
    set(code) {
      if (code !== null && code !== undefined) {
        const number = typeof code === 'string' && code !== '' ? Number(code) : code;
        validateInteger(Number.isInteger(number) ? number : code, 'code');
      }
      exitCode = code ?? undefined;
    },
  });
  process.reallyExit = reallyExit;
  process.exit = exit;
}

/** Ends the process at once. */
function reallyExit(code) {
  internalBinding('core').exit((code || 0) & 0xff);
}

/** Ends the process after the 'exit' event; listeners may change the code. */
function exit(code) {
  if (arguments.length !== 0) process.exitCode = code;
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode || 0);
  }
  // A method of process, so that it can be replaced.
  process.reallyExit(process.exitCode || 0);
}

module.exports = { setUpExit };
