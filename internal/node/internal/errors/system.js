'use strict';
// Errors that come from the operating system: plain Errors with errno, code and syscall, and the class SystemError.

const errname = (errno) => require('internal/errors/uv').errname(errno);
const uvErrmapGet = (errno) => require('internal/errors/uv').uvErrmapGet(errno);

const unknown = ['UNKNOWN', 'unknown error'];

// These errors are made by functions that stand for constructors: their stack starts at the caller.
function withStackAbove(error, above) {
  Error.captureStackTrace(error, above);
  return error;
}

// new ErrnoException(-2, 'open') is "open ENOENT".
function ErrnoException(errno, syscall, original) {
  const code = errname(errno);
  const error = new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  return withStackAbove(error, ErrnoException);
}

// From a context { errno, syscall, message?, path?, dest? }: "ENOENT: no such file or directory, open 'x' -> 'y'".
function UVException(context) {
  const { 0: code, 1: text } = uvErrmapGet(context.errno) || unknown;
  let message = `${code}: ${context.message || text}, ${context.syscall}`;
  let path;
  let dest;
  if (context.path) {
    path = context.path.toString();
    message += ` '${path}'`;
  }
  if (context.dest) {
    dest = context.dest.toString();
    message += ` -> '${dest}'`;
  }
  const error = new Error(message);
  for (const key of Object.keys(context)) {
    if (key !== 'message' && key !== 'path' && key !== 'dest') error[key] = context[key];
  }
  error.code = code;
  if (path) error.path = path;
  if (dest) error.dest = dest;
  return withStackAbove(error, UVException);
}

function endpoint(address, port) {
  if (port && port > 0) return ` ${address}:${port}`;
  return address ? ` ${address}` : '';
}

// "listen EADDRINUSE: address already in use 127.0.0.1:80".
function UVExceptionWithHostPort(errno, syscall, address, port) {
  const { 0: code, 1: text } = uvErrmapGet(errno) || unknown;
  const error = new Error(`${syscall} ${code}: ${text}${endpoint(address, port)}`);
  error.code = code;
  error.errno = errno;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  return withStackAbove(error, UVExceptionWithHostPort);
}

// "connect ECONNREFUSED 127.0.0.1:80 - Local (0.0.0.0:0)".
function ExceptionWithHostPort(errno, syscall, address, port, additional) {
  const code = errname(errno);
  const error = new Error(`${syscall} ${code}${endpoint(address, port)}${additional ? ` - Local (${additional})` : ''}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  return withStackAbove(error, ExceptionWithHostPort);
}

const EAI_NODATA = -3007;
const EAI_NONAME = -3008;

// code is an errno, or the name of an error of the resolver; both ways of saying "no such name" are ENOTFOUND.
function DNSException(code, syscall, hostname) {
  let errno;
  if (typeof code === 'number') {
    errno = code;
    code = code === EAI_NODATA || code === EAI_NONAME ? 'ENOTFOUND' : errname(code);
  }
  const error = new Error(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (hostname) error.hostname = hostname;
  return withStackAbove(error, DNSException);
}

function ConnResetException(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return withStackAbove(error, ConnResetException);
}

// A failed native operation described by a context { syscall, code, message, errno?, path?, dest? }, kept as `info`.
// errno, syscall, path and dest of the error are views of it.
class SystemError extends Error {
  constructor(key, context) {
    super();
    const { SystemError: messages } = require('internal/errors/formatters');
    const { kIsNodeError } = require('internal/errors');
    let message = `${messages[key]}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${context.path}`;
    if (context.dest !== undefined) message += ` => ${context.dest}`;
    this.code = key;
    Object.defineProperties(this, {
      [kIsNodeError]: { __proto__: null, value: true, configurable: true },
      name: { __proto__: null, value: 'SystemError', writable: true, configurable: true },
      message: { __proto__: null, value: message, writable: true, configurable: true },
      info: { __proto__: null, value: context, enumerable: true, configurable: true },
      errno: view(context, 'errno'),
      syscall: view(context, 'syscall'),
    });
    if (context.path !== undefined) Object.defineProperty(this, 'path', pathView(context, 'path'));
    if (context.dest !== undefined) Object.defineProperty(this, 'dest', pathView(context, 'dest'));
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](recurseTimes, context) {
    const { inspect } = require('internal/util/inspect');
    return inspect(this, { ...context, getters: true, customInspect: false });
  }
}

function view(context, name) {
  return {
    __proto__: null,
    get() { return context[name]; },
    set(value) { context[name] = value; },
    enumerable: true,
    configurable: true,
  };
}

// Paths are bytes in the context, and strings outside.
function pathView(context, name) {
  return {
    __proto__: null,
    get() { return context[name]?.toString(); },
    set(value) {
      const { Buffer } = require('buffer');
      context[name] = value ? Buffer.from(value.toString()) : undefined;
    },
    enumerable: true,
    configurable: true,
  };
}

module.exports = {
  ConnResetException,
  DNSException,
  ErrnoException,
  ExceptionWithHostPort,
  SystemError,
  UVException,
  UVExceptionWithHostPort,
};
