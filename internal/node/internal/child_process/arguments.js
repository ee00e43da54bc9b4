'use strict';
// What spawn and its relatives are called with, checked and brought into one form.

const { codes: { ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_SYNC_FORK_INPUT, ERR_IPC_ONE_PIPE, ERR_IPC_SYNC_FORK, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateObject, validateString } = require('internal/validators');

function nullCheck(text, name) {
  if (typeof text === 'string' && text.includes('\u0000')) {
    throw new ERR_INVALID_ARG_VALUE(name, text, 'must be a string without null bytes');
  }
}

function validateKind(value, kinds, name, expected) {
  if (value !== undefined && value !== null && !kinds(value)) throw new ERR_INVALID_ARG_TYPE(name, expected, value);
}

const isInt32 = (value) => value === (value | 0);

let warnedOfShell = false;

/**
 * Normal form of (file, args, options): options with file, args (the program's name first), envPairs and the rest.
 */
function normalizeSpawnArguments(file, args, options) {
  validateString(file, 'file');
  nullCheck(file, 'file');
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty');
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args === undefined || args === null) {
    args = [];
  } else if (typeof args !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  } else {
    options = args;
    args = [];
  }
  for (let i = 0; i < args.length; i++) nullCheck(args[i], `args[${i}]`);
  if (options === undefined) options = {};
  else validateObject(options, 'options');
  options = { __proto__: null, ...options };
  let { cwd } = options;
  if (cwd !== undefined && cwd !== null) cwd = require('internal/fs/utils').getValidatedPath(cwd, 'options.cwd').toString();
  validateKind(options.detached, (v) => typeof v === 'boolean', 'options.detached', 'boolean');
  validateKind(options.uid, isInt32, 'options.uid', 'int32');
  validateKind(options.gid, isInt32, 'options.gid', 'int32');
  validateKind(options.shell, (v) => typeof v === 'boolean' || typeof v === 'string', 'options.shell', ['boolean', 'string']);
  if (options.argv0 !== undefined && options.argv0 !== null) {
    validateString(options.argv0, 'options.argv0');
    nullCheck(options.argv0, 'options.argv0');
  }
  validateKind(options.windowsHide, (v) => typeof v === 'boolean', 'options.windowsHide', 'boolean');
  validateKind(options.windowsVerbatimArguments, (v) => typeof v === 'boolean', 'options.windowsVerbatimArguments', 'boolean');
  if (options.shell) {
    nullCheck(options.shell, 'options.shell');
    if (args.length > 0 && !warnedOfShell) {
      warnedOfShell = true;
      process.emitWarning('Passing args to a child process with shell option true can lead to security vulnerabilities, as the arguments are not escaped, only concatenated.', 'DeprecationWarning', 'DEP0190');
    }
    const command = args.length > 0 ? [file, ...args].join(' ') : file;
    file = typeof options.shell === 'string' ? options.shell : '/bin/sh';
    args = ['-c', command];
  }
  args.unshift(typeof options.argv0 === 'string' ? options.argv0 : file);
  // Without a prototype: what is added to Object.prototype is no option.
  return {
    __proto__: null,
    ...options,
    args,
    cwd,
    detached: Boolean(options.detached),
    envPairs: pairsOf(options.env || process.env),
    file,
    windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
  };
}

function pairsOf(env) {
  const pairs = [];
  // Inherited variables count, too.
  for (const key in env) {
    const value = env[key];
    if (value === undefined) continue;
    nullCheck(key, `options.env['${key}']`);
    nullCheck(`${value}`, `options.env['${key}']`);
    pairs.push(`${key}=${value}`);
  }
  return pairs;
}

/**
 * Normal form of the option stdio: one entry { type: 'ignore'|'pipe'|'fd'|'inherit', fd?, ipc? } for each descriptor.
 * @returns {{stdio: object[], ipc: boolean, ipcFd: number|undefined}}
 */
function normalizeStdio(stdio, sync) {
  if (typeof stdio === 'string') stdio = expand(stdio);
  else if (!Array.isArray(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  stdio = stdio.slice();
  // At least the three standard streams.
  while (stdio.length < 3) stdio.push(undefined);
  let ipc = false;
  let ipcFd;
  const entries = stdio.map((entry, i) => {
    entry ??= i < 3 ? 'pipe' : 'ignore';
    if (entry === 'ignore') return { type: 'ignore' };
    if (entry === 'pipe' || entry === 'overlapped' || (typeof entry === 'number' && entry < 0)) return { type: 'pipe' };
    if (entry === 'ipc') {
      if (sync) throw new ERR_IPC_SYNC_FORK();
      if (ipc) throw new ERR_IPC_ONE_PIPE();
      ipc = true;
      ipcFd = i;
      return { type: 'pipe', ipc: true };
    }
    if (entry === 'inherit') return { type: 'inherit', fd: i };
    if (typeof entry === 'number') return { type: 'fd', fd: entry };
    if (typeof entry?.fd === 'number') return { type: 'fd', fd: entry.fd };
    const fd = entry?._handle?.fd ?? entry?.handle?.fd;
    // What the child reads, this process does not.
    if (typeof fd === 'number' && fd >= 0) return { type: 'fd', fd, stream: entry };
    const { inspect } = require('internal/util/inspect');
    if (ArrayBuffer.isView(entry) || typeof entry === 'string') {
      if (!sync) throw new ERR_INVALID_SYNC_FORK_INPUT(inspect(entry));
      return null; // counts for nothing
    }
    throw new ERR_INVALID_ARG_VALUE('stdio', sync ? inspect(entry) : entry);
  }).filter((entry) => entry !== null);
  return { stdio: entries, ipc, ipcFd };
}

/** What fork() makes of its options stdio and silent. */
function stdioWithIpc({ stdio, silent }) {
  if (typeof stdio === 'string') {
    if (!['ignore', 'inherit', 'overlapped', 'pipe'].includes(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
    return stdio === 'inherit' ? [0, 1, 2, 'ipc'] : [stdio, stdio, stdio, 'ipc'];
  }
  if (!Array.isArray(stdio)) return silent ? ['pipe', 'pipe', 'pipe', 'ipc'] : [0, 1, 2, 'ipc'];
  if (!stdio.includes('ipc')) throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio');
  return stdio;
}

function expand(word) {
  switch (word) {
    case 'ignore':
    case 'overlapped':
    case 'pipe':
      return [word, word, word];
    case 'inherit':
      return [0, 1, 2];
    default:
      throw new ERR_INVALID_ARG_VALUE('stdio', word);
  }
}

/** The numbers that the native takes for entries of normalizeStdio. */
function nativeStdio(entries) {
  return entries.map(({ type, fd }) => {
    if (type === 'ignore') return -1;
    return type === 'pipe' ? -2 : fd;
  });
}

/** The first eight arguments of the natives spawn and spawnSync. */
function nativeCommand(options, entries) {
  return [options.file, options.args.map(String), options.envPairs, options.cwd ?? '', nativeStdio(entries), options.detached, options.uid ?? -1, options.gid ?? -1];
}

function validateTimeout(timeout) {
  if (timeout !== undefined && timeout !== null && !(Number.isInteger(timeout) && timeout >= 0)) {
    throw new ERR_OUT_OF_RANGE('timeout', 'an unsigned integer', timeout);
  }
}

function validateMaxBuffer(maxBuffer) {
  if (maxBuffer !== undefined && maxBuffer !== null && !(typeof maxBuffer === 'number' && maxBuffer >= 0)) {
    throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', maxBuffer);
  }
}

/** The number of a signal, by number or name; undefined stays. */
function sanitizeKillSignal(killSignal) {
  if (typeof killSignal === 'string' || typeof killSignal === 'number') return require('internal/util').convertToValidSignal(killSignal);
  if (killSignal !== undefined && killSignal !== null) throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], killSignal);
  return undefined;
}

module.exports = { nativeCommand, normalizeSpawnArguments, normalizeStdio, nullCheck, sanitizeKillSignal, nativeStdio, stdioWithIpc, validateMaxBuffer, validateTimeout };
