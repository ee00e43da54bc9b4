'use strict';
// Escape codes for messages of the runtime itself: empty until refresh() has found that standard error takes colours
// (which opens that stream, so it is not done here).

const codes = {
  blue: '\u001b[34m',
  green: '\u001b[32m',
  white: '\u001b[39m',
  yellow: '\u001b[33m',
  red: '\u001b[31m',
  gray: '\u001b[90m',
  clear: '\u001bc',
  reset: '\u001b[0m',
};

module.exports = {
  blue: '',
  green: '',
  white: '',
  yellow: '',
  red: '',
  gray: '',
  clear: '',
  reset: '',
  hasColors: false,

  /** Whether text for the stream is to be coloured: FORCE_COLOR decides, or else the terminal. */
  shouldColorize(stream) {
    if (process.env.FORCE_COLOR !== undefined) return require('internal/tty').getColorDepth() > 2;
    return stream?.isTTY && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true);
  },

  /** Looks again whether standard error takes colours. */
  refresh() {
    const colored = Boolean(this.shouldColorize(process.stderr));
    for (const name of Object.keys(codes)) this[name] = colored ? codes[name] : '';
    this.hasColors = colored;
  },
};
