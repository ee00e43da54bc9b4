'use strict';
// util.setTraceSigInt: a stack trace when the process is interrupted from the terminal.

const { validateBoolean } = require('internal/validators');

let onSignal;

function setTraceSigInt(enable) {
  validateBoolean(enable, 'enable');
  if (enable === (onSignal !== undefined)) return;
  if (!enable) {
    process.removeListener('SIGINT', onSignal);
    onSignal = undefined;
    return;
  }
  onSignal = () => {
    const { stack } = new Error('SIGINT');
    process.stderr.write(`KEYBOARD_INTERRUPT: Script execution was interrupted by \`SIGINT\`\n${stack.slice(stack.indexOf('\n') + 1)}\n`);
    // The default action, which the listener has replaced.
    setTraceSigInt(false);
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', onSignal);
}

module.exports = { setTraceSigInt };
