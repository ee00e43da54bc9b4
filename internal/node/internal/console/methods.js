'use strict';
// The methods of the class Console. https://console.spec.whatwg.org/

const {
  Console, kCounts, kFormat, kGroupIndentation, kGroupIndentationWidth, kInspectOptions, kWriteToConsole,
} = require('internal/console/constructor');
const { validateArray } = require('internal/validators');
const { inspect } = require('internal/util/inspect');
const { time, timeEnd, timeLog } = require('internal/util/debuglog');

let channels; // of diagnostics_channel, by method

function publish(method, args) {
  if (channels === undefined) {
    const { channel } = require('diagnostics_channel');
    channels = { __proto__: null };
    for (const name of ['log', 'info', 'debug', 'warn', 'error']) channels[name] = channel(`console.${name}`);
  }
  const channel = channels[method];
  if (channel.hasSubscribers) channel.publish(args);
}

function out(self, method, args) {
  publish(method, args);
  self[kWriteToConsole](self._stdout, self._stdoutErrorHandler, self[kFormat](self._stdout, args));
}

function err(self, method, args) {
  publish(method, args);
  self[kWriteToConsole](self._stderr, self._stderrErrorHandler, self[kFormat](self._stderr, args));
}

/** What a timer says when it is read. */
function logTime(self) {
  return (label, formatted, data = []) => self.log('%s: %s', label, formatted, ...data);
}

// Shorthand methods: bound they are no constructors.
const methods = {
  log(...args) {
    out(this, 'log', args);
  },

  info(...args) {
    out(this, 'info', args);
  },

  debug(...args) {
    out(this, 'debug', args);
  },

  warn(...args) {
    err(this, 'warn', args);
  },

  error(...args) {
    err(this, 'error', args);
  },

  dir(object, options) {
    const text = inspect(object, { customInspect: false, ...this[kInspectOptions](this._stdout), ...options });
    this[kWriteToConsole](this._stdout, this._stdoutErrorHandler, text);
  },

  time(label = 'default') {
    time(this._times, 'console.time()', label);
  },

  timeEnd(label = 'default') {
    timeEnd(this._times, 'console.timeEnd()', logTime(this), label);
  },

  timeLog(label = 'default', ...data) {
    timeLog(this._times, 'console.timeLog()', logTime(this), label, data);
  },

  // A function, because it is the one that the stack is taken without.
  trace: function trace(...args) {
    const report = { name: 'Trace', message: this[kFormat](this._stderr, args) };
    Error.captureStackTrace(report, trace);
    this.error(report.stack);
  },

  assert(expression, ...args) {
    if (expression) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    this.warn(...args);
  },

  clear() {
    if (!this._stdout.isTTY || process.env.TERM === 'dumb') return;
    const { clearScreenDown, cursorTo } = require('internal/readline/callbacks');
    cursorTo(this._stdout, 0, 0);
    clearScreenDown(this._stdout);
  },

  count(label = 'default') {
    label = `${label}`;
    const count = (this[kCounts].get(label) ?? 0) + 1;
    this[kCounts].set(label, count);
    this.log(`${label}: ${count}`);
  },

  countReset(label = 'default') {
    if (this[kCounts].has(label)) this[kCounts].delete(label);
    else process.emitWarning(`Count for '${label}' does not exist`);
  },

  group(...data) {
    if (data.length > 0) this.log(...data);
    this[kGroupIndentation] += ' '.repeat(this[kGroupIndentationWidth]);
  },

  groupEnd() {
    const indentation = this[kGroupIndentation];
    this[kGroupIndentation] = indentation.slice(0, indentation.length - this[kGroupIndentationWidth]);
  },

  table(tabularData, properties) {
    if (properties !== undefined) validateArray(properties, 'properties');
    if (tabularData === null || typeof tabularData !== 'object') return this.log(tabularData);
    const { tabulate } = require('internal/console/table');
    return this.log(tabulate(tabularData, properties, this[kInspectOptions](this._stdout)));
  },
};

for (const name of Object.keys(methods)) Console.prototype[name] = methods[name];
Console.prototype.dirxml = Console.prototype.log;
Console.prototype.groupCollapsed = Console.prototype.group;
