'use strict';
// process.emitWarning(), and what prints warnings on standard error.

const { codes } = require('internal/errors');
const { ERR_INVALID_ARG_TYPE } = codes;

// emitWarning(warning[, type[, code]][, ctor]) and emitWarning(warning[, { type, code, detail, ctor }]).
function emitWarning(warning, type, code, ctor) {
  if (type === 'DeprecationWarning' && process.noDeprecation) return;
  warning = warningFrom(warning, type, code, ctor);
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      // Later, where nobody can catch it.
      process.nextTick(() => { throw warning; });
      return;
    }
  }
  process.nextTick(doEmitWarning, warning);
}

// At once, for code that has no later.
function emitWarningSync(warning, type, code, ctor) {
  process.emit('warning', createWarningObject(warning, type, code, ctor));
}

function doEmitWarning(warning) {
  process.emit('warning', warning);
}

function warningFrom(warning, type, code, ctor) {
  let detail;
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    ({ ctor, code } = type);
    if (typeof type.detail === 'string') detail = type.detail;
    type = type.type || 'Warning';
  } else if (typeof type === 'function') {
    ctor = type;
    code = undefined;
    type = 'Warning';
  }
  if (type !== undefined && typeof type !== 'string') throw new ERR_INVALID_ARG_TYPE('type', 'string', type);
  if (typeof code === 'function') {
    ctor = code;
    code = undefined;
  } else if (code !== undefined && typeof code !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('code', 'string', code);
  }
  if (typeof warning === 'string') return createWarningObject(warning, type, code, ctor, detail);
  if (!(warning instanceof Error)) throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  return warning;
}

function createWarningObject(message, type, code, ctor, detail) {
  const limit = Error.stackTraceLimit;
  const writable = require('internal/errors').isErrorStackTraceLimitWritable();
  if (writable) Error.stackTraceLimit = 0;
  const warning = new Error(message);
  if (writable) Error.stackTraceLimit = limit;
  warning.name = String(type || 'Warning');
  if (code !== undefined) warning.code = code;
  if (detail !== undefined) warning.detail = detail;
  Error.captureStackTrace(warning, ctor || process.emitWarning);
  return warning;
}

let disabled;
let helpShown = false;

function isDisabled(warning) {
  disabled ??= new Set(require('internal/options').getOptionValue('--disable-warning'));
  return disabled.size > 0 && (disabled.has(warning.code) || disabled.has(warning.name));
}

// The listener that prints: "(node:PID) [CODE] Name: message".
function onWarning(warning) {
  if (!(warning instanceof Error)) return;
  const isDeprecation = warning.name === 'DeprecationWarning';
  if ((isDeprecation && process.noDeprecation) || isDisabled(warning)) return;

  const trace = process.traceProcessWarnings || (isDeprecation && process.traceDeprecation);
  let text = `(${process.release?.name ?? 'node'}:${process.pid}) `;
  if (warning.code) text += `[${warning.code}] `;
  if (trace && warning.stack) text += warning.stack;
  else text += typeof warning.toString === 'function' ? `${warning.toString()}` : Error.prototype.toString.call(warning);
  if (typeof warning.detail === 'string') text += `\n${warning.detail}`;
  if (!trace && !helpShown) {
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const name = require('path').basename(process.argv0 || 'node', '.exe');
    text += `\n(Use \`${name} ${flag} ...\` to show where the warning was created)`;
    helpShown = true;
  }
  const file = require('internal/options').getOptionValue('--redirect-warnings') || process.env.NODE_REDIRECT_WARNINGS;
  if (file) {
    require('fs').appendFileSync(file, `${text}\n`);
    return;
  }
  internalBinding('core').writeError(`${text}\n`);
}

module.exports = { emitWarning, emitWarningSync, onWarning };
