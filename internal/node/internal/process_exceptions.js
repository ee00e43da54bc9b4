'use strict';
// What becomes of exceptions that nobody caught: process.on('uncaughtException'), or the end of the process,
// printed and with the exit codes of Node. Also the parts of process that warnings and exceptions own.

const kGenericUserError = 1;
const kInvalidFatalExceptionMonkeyPatching = 6;
const kExceptionInFatalExceptionHandler = 7;

// Set by process.setUncaughtExceptionCaptureCallback.
let captureCallback = null;

// Of the module domain: (error) => whether it was dealt with.
let domainHook = null;
let domainStack = ''; // where that module was loaded

function setDomainHook(hook, stack) {
  domainHook = hook;
  domainStack = stack;
}

function setUncaughtExceptionCaptureCallback(fn) {
  if (domainHook !== null) {
    const error = new (require('internal/errors').codes.ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE)();
    error.stack += `\n${'-'.repeat(40)}\n${domainStack}`;
    throw error;
  }
  if (fn === null) {
    captureCallback = null;
    return;
  }
  const { codes } = require('internal/errors');
  if (typeof fn !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn);
  if (captureCallback !== null) throw new codes.ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  captureCallback = fn;
}

function hasUncaughtExceptionCaptureCallback() {
  return captureCallback !== null;
}

function noop() {}

// Offers the exception to the application. Returns whether it took it.
function onGlobalUncaughtException(error, fromPromise) {
  const hooks = require('internal/async_hooks');
  hooks.clearDefaultTriggerAsyncId();

  const type = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  process.emit('uncaughtExceptionMonitor', error, type);
  if (captureCallback !== null) {
    captureCallback(error);
  } else if (domainHook !== null && domainHook(error)) {
    // a domain has it
  } else if (!process.emit('uncaughtException', error, type)) {
    try {
      if (!process._exiting) {
        process._exiting = true;
        process.exitCode = kGenericUserError;
        process.emit('exit', kGenericUserError);
      }
    } catch {
      // The process ends anyway.
    }
    return false;
  }

  // Ticks that the exception cut off run after this.
  if (!require('internal/errors').isStackOverflowError(error)) require('internal/timers').queueImmediate(noop);

  if (hooks.afterHooksExist()) {
    while (hooks.hasAsyncIdStack()) hooks.emitAfter(hooks.executionAsyncId());
  }
  hooks.clearAsyncIdStack();
  return true;
}

// Called for every exception that nobody caught. It returns when the application handled it.
function onUncaughtException(error, fromPromise = false) {
  try {
    offer(error, fromPromise);
  } catch (second) {
    handlerFailed(second);
  }
}

function offer(error, fromPromise) {
  if (typeof process._fatalException !== 'function') {
    printFatal(error);
    exit(kInvalidFatalExceptionMonkeyPatching);
    return;
  }
  // The application may have replaced it.
  if (process._fatalException(error, fromPromise)) return;
  printFatal(error);
  exit(process.exitCode ?? kGenericUserError);
}

function handlerFailed(error) {
  printFatal(error);
  exit(kExceptionInFatalExceptionHandler);
}

// The loop's hook for exceptions that reached it. What the handler throws comes back with `again`: the binding knows
// where it was thrown.
function onExceptionInLoop(error, again) {
  if (again) handlerFailed(error);
  else offer(error, false);
}

function exit(code) {
  internalBinding('core').exit(Number(code), true);
}

// --- Printing ---

// V8 forgets where an error was made once its stack has been read; the stack says it still.
function locationOfFirstFrame(error) {
  try {
    const match = /\n {4}at (?:.*\()?(\/[^\n]*?):(\d+):(\d+)\)?(?:\n|$)/.exec(error.stack);
    if (match === null) return undefined;
    const { 1: file, 2: line, 3: column } = match;
    const source = require('fs').readFileSync(file, 'utf8').split('\n')[line - 1];
    return source === undefined ? undefined : [file, Number(line), source, column - 1, Number(column)];
  } catch {
    return undefined;
  }
}

// "file:line\nsource\n    ^^^\n": the place that an error blames.
function location(error) {
  // A text that did not compile has its place noted on the error, or in its stack already.
  const places = internalBinding('error_places');
  if (places.isDecorated(error)) return '';
  const noted = places.placeOf(error);
  if (noted !== undefined) return noted;
  let found;
  try {
    found = internalBinding('errors').getErrorLocation(error);
  } catch { /* without */ }
  if (found === undefined || found[0] === 'node:internal/process_exceptions') found = locationOfFirstFrame(error);
  if (found === undefined) return '';
  const { 0: file = '<anonymous_script>', 1: line, 2: source, 3: start, 4: end } = found;
  if (typeof file !== 'string' || file === '' || source === '' || source.length > 4096) return '';
  // Tabs are kept, so that the carets stand below what they mean.
  const indent = source.slice(0, start).replace(/[^\t]/g, ' ');
  return `${file}:${line}\n${source}\n${indent}${'^'.repeat(Math.max(1, end - start))}\n`;
}

function show(error) {
  const { fatalExceptionStackEnhancers: { beforeInspector, afterInspector } } = require('internal/errors');
  if (error !== null && (typeof error === 'object' || typeof error === 'function')) {
    try {
      beforeInspector(error);
      return afterInspector(error);
    } catch { /* below */ }
  }
  if (typeof error === 'symbol') return '';
  try {
    return String(error);
  } catch {
    return '<toString() threw exception>';
  }
}

// With --trace-uncaught: where the exception was thrown, which is not always where the error was made.
function thrownAt() {
  const frames = internalBinding('errors').throwStack();
  if (frames === undefined) return '';
  let text = 'Thrown at:\n';
  for (let i = 0; i < frames.length; i += 4) {
    const { [i]: name, [i + 1]: file, [i + 2]: line, [i + 3]: column } = frames;
    const place = `${file}:${line}:${column}`;
    text += name === '' ? `    at ${place}\n` : `    at ${name} (${place})\n`;
  }
  return `${text}\n`;
}

// Prints an exception that ends the process, as Node does.
function printFatal(error) {
  const { isError } = require('internal/util');
  let text;
  const where = location(error);
  if (isError(error)) {
    text = where ? `${where}\n${show(error)}\n` : `${show(error)}\n`;
  } else {
    text = `\n${where}${show(error)}\n`;
    if (error === null || (typeof error !== 'object' && typeof error !== 'function')) {
      const name = require('path').basename(process.argv0 || 'node', '.exe');
      text += `(Use \`${name} --trace-uncaught ...\` to show where the exception was thrown)\n`;
    }
  }
  internalBinding('core').writeError(`${text}${thrownAt()}\nNode.js ${process.version}\n`);
}

// --- The end ---

// Tells the application that the process ends, and returns the exit code.
function emitExit() {
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode || 0);
    // Promises of the listeners settle; there are no more ticks.
    internalBinding('task_queue').runMicrotasks();
  }
  return Number(process.exitCode || 0);
}

// --- What process gets ---

function install() {
  const { emitWarning } = require('internal/process/warning');
  process._exiting = false;
  process._fatalException = onGlobalUncaughtException;
  process.emitWarning = emitWarning;
  process.setUncaughtExceptionCaptureCallback = setUncaughtExceptionCaptureCallback;
  process.hasUncaughtExceptionCaptureCallback = hasUncaughtExceptionCaptureCallback;

  const { getOptionValue } = require('internal/options');
  if (getOptionValue('--trace-uncaught')) internalBinding('errors').captureThrowStacks(getOptionValue('--stack-trace-limit') || 10);
  for (const [option, property] of [
    ['--no-deprecation', 'noDeprecation'],
    ['--throw-deprecation', 'throwDeprecation'],
    ['--trace-deprecation', 'traceDeprecation'],
    ['--trace-warnings', 'traceProcessWarnings'],
  ]) {
    if (getOptionValue(option)) {
      Object.defineProperty(process, property, { __proto__: null, value: true, writable: true, enumerable: true, configurable: true });
    }
  }
  if (getOptionValue('--warnings')) {
    process.on('warning', function onWarning(warning) {
      if (process.env.NODE_NO_WARNINGS !== '1') require('internal/process/warning').onWarning(warning);
    });
  }
}

install();

module.exports = {
  __proto__: null,
  emitExit,
  hasUncaughtExceptionCaptureCallback,
  onGlobalUncaughtException,
  onExceptionInLoop,
  onUncaughtException,
  printFatal,
  setDomainHook,
  setUncaughtExceptionCaptureCallback,
};
