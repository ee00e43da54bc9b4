'use strict';
// util.debuglog (switched on by NODE_DEBUG) and the timers behind console.time.

const { format, formatWithOptions, inspect } = require('internal/util/inspect');

// --- NODE_DEBUG ---

// Which sections are on; the variable is read once, when the process starts or on the first question.
let isEnabled;

/** @param {string | undefined} sections the value of NODE_DEBUG: names separated by commas, `*` for anything */
function initializeDebugEnv(sections) {
  if (!sections) {
    isEnabled = () => false;
    return;
  }
  const pattern = sections.replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*').replaceAll(',', '$|^');
  const enabled = new RegExp(`^${pattern}$`, 'i');
  isEnabled = (section) => enabled.test(section);
}

function sectionEnabled(section) {
  if (isEnabled === undefined) initializeDebugEnv(process.env.NODE_DEBUG);
  return isEnabled(section);
}

// The function that writes, by section.
const writers = { __proto__: null };

function noop() {}

function makeWriter(section) {
  const pid = process.pid;
  if (section === 'HTTP' || section === 'HTTP2') {
    process.emitWarning(
      `Setting the NODE_DEBUG environment variable to '${section.toLowerCase()}' can expose sensitive data ` +
      '(such as passwords, tokens and authentication headers) in the resulting log.');
  }
  return function debug(...args) {
    const colors = require('internal/util/colors').shouldColorize(process.stderr);
    const text = formatWithOptions({ colors }, ...args);
    process.stderr.write(format('%s %s: %s\n', section, inspect(pid, { colors }), text));
  };
}

function enabledProperty(get) {
  return { __proto__: null, get, configurable: true, enumerable: true };
}

/**
 * `util.debuglog`.
 * @param {string} set the section
 * @param {Function} [callback] called once, with a function that costs less
 */
function debuglog(set, callback) {
  // Nothing is looked at before the first use: modules make their loggers while the process is still starting.
  let section;
  let enabled;
  function resolve() {
    if (enabled !== undefined) return enabled;
    section = set.toUpperCase();
    enabled = sectionEnabled(section);
    return enabled;
  }

  let write = (...args) => {
    resolve();
    write = writers[section] ??= enabled ? makeWriter(section) : noop;
    if (typeof callback === 'function') {
      Object.defineProperty(write, 'enabled', enabledProperty(() => enabled));
      callback(write);
    }
    write(...args);
  };
  const logger = (...args) => {
    if (enabled !== false) write(...args);
  };
  return Object.defineProperty(logger, 'enabled', enabledProperty(resolve));
}

// --- Timers ---

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const twoDigits = (value) => `${value}`.padStart(2, '0');

/** A duration for people: `1.5ms`, `2.000s`, `1:02.000 (m:ss.mmm)`. */
function formatTime(ms) {
  if (ms < second) return `${Number(ms.toFixed(3))}ms`;
  const hours = Math.floor(ms / hour);
  const minutes = Math.floor((ms % hour) / minute);
  const seconds = (((ms % hour) % minute) / second).toFixed(3);
  if (hours === 0 && minutes === 0) return `${seconds}s`;
  const { 0: whole, 1: fraction } = seconds.split('.', 2);
  const start = hours === 0 ? minutes : `${hours}:${twoDigits(minutes)}`;
  return `${start}:${twoDigits(whole)}.${fraction} (${hours === 0 ? '' : 'h:m'}m:ss.mmm)`;
}

/**
 * Starts a timer.
 * @param {Map<string, number[]>} timers
 * @param {string} caller for warnings
 * @param {any} label
 */
function time(timers, caller, label = 'default') {
  label = `${label}`; // throws for a symbol
  if (timers.has(label)) process.emitWarning(`Label '${label}' already exists for ${caller}`);
  else timers.set(label, process.hrtime());
}

/**
 * Tells what a timer shows.
 * @param {Map<string, number[]>} timers
 * @param {string} caller
 * @param {(label: string, formatted: string, data?: any[]) => void} log
 * @param {any} label
 * @param {any[]} [data]
 */
function timeLog(timers, caller, log, label = 'default', data) {
  label = `${label}`;
  const start = timers.get(label);
  if (start === undefined) {
    process.emitWarning(`No such label '${label}' for ${caller}`);
    return;
  }
  const { 0: seconds, 1: nanoseconds } = process.hrtime(start);
  log(label, formatTime(seconds * 1000 + nanoseconds / 1e6), data);
}

/** Tells what a timer shows, and forgets it. */
function timeEnd(timers, caller, log, label = 'default') {
  label = `${label}`;
  timeLog(timers, caller, log, label);
  timers.delete(label);
}

module.exports = { debuglog, formatTime, initializeDebugEnv, time, timeEnd, timeLog };
