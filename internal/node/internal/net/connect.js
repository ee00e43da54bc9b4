'use strict';
// How a net.Socket gets connected: arguments, name lookup, and one attempt or several (RFC 8305, "happy eyeballs").

const {
  ExceptionWithHostPort, NodeAggregateError,
  codes: {
    ERR_INVALID_ADDRESS_FAMILY, ERR_INVALID_ARG_TYPE, ERR_INVALID_IP_ADDRESS, ERR_IP_BLOCKED, ERR_MISSING_ARGS,
    ERR_SOCKET_CONNECTION_TIMEOUT,
  },
} = require('internal/errors');
const {
  validateBoolean, validateFunction, validateInt32, validateNumber, validatePort, validateString,
  validateStringWithoutNullBytes,
} = require('internal/validators');
const { isIP, normalizedArgsSymbol } = require('internal/net');
const { Pipe, TCP } = require('internal/net_handle');
const { Socket, applyOptions, attach, kHandle, kReinitializeHandle } = require('internal/net/socket');
const { getOptionValue } = require('internal/options');
const { activeChannel } = require('internal/channels');
const { hasObserver, startPerf, stopPerf } = require('internal/perf/observed');

const kPerf = Symbol('kPerf');

const ECANCELED = -125;
const ETIMEDOUT = -110;

let autoSelectFamilyDefault = getOptionValue('--network-family-autoselection');
let attemptTimeoutDefault = getOptionValue('--network-family-autoselection-attempt-timeout');

const atLeastTen = (milliseconds) => Math.max(milliseconds, 10);

function getDefaultAutoSelectFamily() {
  return autoSelectFamilyDefault;
}

function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, 'value');
  autoSelectFamilyDefault = value;
}

function getDefaultAutoSelectFamilyAttemptTimeout() {
  return attemptTimeoutDefault;
}

function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  validateInt32(value, 'value', 1);
  attemptTimeoutDefault = atLeastTen(value);
}

// --- Arguments ---

/** A number that may be a port; false for anything else. */
function toNumber(x) {
  const n = Number(x);
  return n >= 0 ? n : false;
}

function isPipeName(s) {
  return typeof s === 'string' && toNumber(s) === false;
}

/** connect() and listen() take (options, cb), (path, cb) and (port, host, cb): [options, cb or null]. */
function normalizeArgs(args) {
  const first = args[0];
  let options = {};
  if (typeof first === 'object' && first !== null) {
    options = first;
  } else if (isPipeName(first)) {
    options.path = first;
  } else if (args.length > 0) {
    options.port = first;
    if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
  }
  const last = args[args.length - 1];
  const normalized = [options, typeof last === 'function' ? last : null];
  normalized[normalizedArgsSymbol] = true;
  return normalized;
}

/** net.connect(), net.createConnection() */
function connect(...args) {
  const normalized = normalizeArgs(args);
  const socket = new Socket(normalized[0]);
  if (normalized[0].timeout) socket.setTimeout(normalized[0].timeout);
  return socket.connect(normalized);
}

Socket.prototype.connect = function(...args) {
  const normalized = Array.isArray(args[0]) && args[0][normalizedArgsSymbol] ? args[0] : normalizeArgs(args);
  const [options, callback] = normalized;
  activeChannel('net.client.socket')?.publish({ socket: this });
  if (callback !== null) this.once('connect', callback);
  if (this._parent?.connecting) return this;

  if (options.port === undefined && options.path == null) throw new ERR_MISSING_ARGS(['options', 'port', 'path']);
  // It may have become another function when the other side ended the connection before.
  if (this.write !== Socket.prototype.write) this.write = Socket.prototype.write;
  if (this.destroyed) {
    this[kHandle] = null;
    this._peername = null;
    this._sockname = null;
  }
  const { path } = options;
  if (!this[kHandle]) {
    this[kHandle] = path ? new Pipe() : new TCP();
    attach(this);
  }
  this._unrefTimer();
  this.connecting = true;
  if (path) {
    validateString(path, 'options.path');
    attempt(this, { address: path, port: undefined, family: undefined });
  } else {
    lookupAndConnect(this, options);
  }
  return this;
};

// --- Lookup ---

function checkedOptions(options) {
  const { localAddress, localPort, port } = options;
  const host = options.host || 'localhost';
  validateStringWithoutNullBytes(host, 'options.host');
  if (localAddress && !isIP(localAddress)) throw new ERR_INVALID_IP_ADDRESS(localAddress);
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (port !== undefined) {
    if (typeof port !== 'number' && typeof port !== 'string') {
      throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    }
    validatePort(port);
  }
  let { autoSelectFamily, autoSelectFamilyAttemptTimeout: timeout } = options;
  if (autoSelectFamily != null) validateBoolean(autoSelectFamily, 'options.autoSelectFamily');
  else autoSelectFamily = autoSelectFamilyDefault;
  if (timeout != null) {
    validateInt32(timeout, 'options.autoSelectFamilyAttemptTimeout', 1);
    timeout = atLeastTen(timeout);
  } else {
    timeout = attemptTimeoutDefault;
  }
  return { host, port: port | 0, localAddress, localPort, autoSelectFamily, timeout };
}

function destroyNT(socket, error) {
  socket.destroy(error);
}

function attemptNT(socket, target) {
  if (socket.connecting && !socket._aborted) attempt(socket, target);
}

function lookupAndConnect(socket, options) {
  const checked = checkedOptions(options);
  const { host } = checked;
  const family = isIP(host);
  if (family !== 0) {
    process.nextTick(attemptNT, socket, { ...checked, address: host, family });
    return;
  }
  if (options.lookup != null) validateFunction(options.lookup, 'options.lookup');
  const dns = require('dns');
  const lookup = options.lookup || dns.lookup;
  const wanted = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family;
  const either = wanted !== 4 && wanted !== 6;
  const query = { family: wanted, hints: options.hints || 0 };
  if (either && query.hints === 0) query.hints = dns.ADDRCONFIG;
  socket._host = host;

  if (either && !checked.localAddress && checked.autoSelectFamily) {
    query.all = true;
    lookup(host, query, (error, addresses) => gotAddresses(socket, options, checked, error, addresses));
  } else {
    lookup(host, query, (error, address, ipFamily) => gotAddress(socket, options, checked, error, address, ipFamily));
  }
}

function addressError(options, address, family) {
  if (typeof address !== 'string' || !isIP(address)) return new ERR_INVALID_IP_ADDRESS(address);
  if (family !== 4 && family !== 6) return new ERR_INVALID_ADDRESS_FAMILY(family, options.host, options.port);
  return null;
}

function gotAddress(socket, options, checked, error, address, family) {
  socket.emit('lookup', error, address, family, checked.host);
  if (!socket.connecting || socket._aborted) return; // destroyed meanwhile
  error ||= addressError(options, address, family);
  if (error) {
    process.nextTick(destroyNT, socket, error); // There may be no listeners yet.
    return;
  }
  socket._unrefTimer();
  attempt(socket, { ...checked, address, family });
}

function gotAddresses(socket, options, checked, error, addresses) {
  if (!socket.connecting || socket._aborted) return;
  if (error) {
    socket.emit('lookup', error, undefined, undefined, checked.host);
    process.nextTick(destroyNT, socket, error);
    return;
  }
  // The families by turns, beginning with that of the first address; every address once.
  const lists = new Map();
  for (const entry of addresses) {
    const { address, family } = entry;
    socket.emit('lookup', error, address, family, checked.host);
    if (!socket.connecting) return;
    if (!isIP(address) || (family !== 4 && family !== 6)) continue;
    if (!lists.has(family)) lists.set(family, new Map());
    if (!lists.get(family).has(address)) lists.get(family).set(address, entry);
  }
  const [first, second] = [...lists.values()].map((list) => [...list.values()]);
  if (first === undefined) {
    const { address, family } = addresses[0];
    process.nextTick(destroyNT, socket, addressError(options, address, family));
    return;
  }
  const targets = [];
  for (let i = 0; i < Math.max(first.length, second?.length ?? 0); i++) {
    if (i < first.length) targets.push(first[i]);
    if (second !== undefined && i < second.length) targets.push(second[i]);
  }
  socket._unrefTimer();
  if (targets.length === 1) {
    attempt(socket, { ...checked, address: targets[0].address, family: targets[0].family });
  } else {
    socket.autoSelectFamilyAttemptedAddresses = [];
    attemptNext({ socket, checked, targets, current: 0, timer: null, errors: [] });
  }
}

// --- One attempt ---

// Binds, where that is asked for, and connects; what could not even begin is an error that is returned.
function begin(socket, target, done) {
  const { address, port, family, localAddress, localPort } = target;
  const handle = socket[kHandle];
  if (family === undefined) {
    const errno = handle.connectPath(address, done);
    return errno === 0 ? null : new ExceptionWithHostPort(errno, 'connect', address, port, 'undefined:undefined');
  }
  const errno = handle.connect(address, port, localAddress, localPort, done);
  if (errno === 0) return null;
  const any = family === 4 ? '0.0.0.0' : '::';
  if (handle.failedCall === 'bind') return new ExceptionWithHostPort(errno, 'bind', localAddress || any, localPort);
  return new ExceptionWithHostPort(errno, 'connect', address, port, `${localAddress || any}:${localPort || 0}`);
}

// Why an attempt that had begun failed.
function failure(target, status) {
  const { address, port, localAddress, localPort } = target;
  const local = localAddress && localPort ? `${localAddress}:${localPort}` : undefined;
  const error = new ExceptionWithHostPort(status, 'connect', address, port, local);
  if (local) {
    error.localAddress = localAddress;
    error.localPort = localPort;
  }
  return error;
}

function isBlocked(socket, target) {
  return target.family !== undefined && socket.blockList?.check(target.address, `ipv${target.family}`);
}

function attempt(socket, target) {
  const { address, port, family } = target;
  socket.emit('connectionAttempt', address, port, family);
  if (isBlocked(socket, target)) {
    socket.destroy(new ERR_IP_BLOCKED(address));
    return;
  }
  const handle = socket[kHandle];
  const error = begin(socket, target, (status) => {
    if (socket.destroyed) {
      handle.close(); // of a socket that was destroyed before it was to connect
      return;
    }
    if (status === 0) {
      connected(socket);
      return;
    }
    socket.connecting = false;
    socket._sockname = null;
    const reason = failure(target, status);
    socket.emit('connectionAttemptFailed', address, port, family, reason);
    socket.destroy(reason);
  });
  if (error !== null) socket.destroy(error);
  else if (family !== undefined) measure(socket, address, port);
}

function measure(socket, host, port) {
  if (hasObserver('net')) startPerf(socket, kPerf, { type: 'net', name: 'connect', detail: { host, port } });
}

function connected(socket) {
  socket.connecting = false;
  socket._sockname = null;
  socket._unrefTimer();
  applyOptions(socket);
  socket.emit('connect');
  socket.emit('ready');
  if (!socket.isPaused()) socket.read(0);
  if (socket[kPerf] !== undefined) stopPerf(socket, kPerf);
}

// --- Several attempts ---

// Every one has a while before the next one begins; the first that succeeds wins.
function attemptNext(context, canceled = false) {
  const { socket, checked, targets, errors } = context;
  clearTimeout(context.timer);
  if (socket._aborted) return;
  if (canceled || context.current === targets.length) {
    socket.destroy(errors.length === 0 ? new ERR_SOCKET_CONNECTION_TIMEOUT() : new NodeAggregateError(errors));
    return;
  }
  const current = context.current++;
  if (current > 0) socket[kReinitializeHandle](new TCP());
  const { address, family } = targets[current];
  const target = { address, family, port: checked.port, localAddress: undefined, localPort: checked.localPort };
  const fail = (error) => {
    errors.push(error);
    socket.emit('connectionAttemptFailed', address, target.port, family, error);
  };

  if (isBlocked(socket, target)) {
    fail(new ERR_IP_BLOCKED(address));
    attemptNext(context);
    return;
  }
  socket.emit('connectionAttempt', address, target.port, family);
  socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${target.port}`);

  const handle = socket[kHandle];
  let over = false;
  const error = begin(socket, target, (status) => {
    clearTimeout(context.timer);
    if (over) return;
    if (status !== 0) {
      fail(failure(target, status));
      if (socket.connecting) attemptNext(context, status === ECANCELED);
    } else if (current !== context.current - 1) {
      handle.close(); // too late
    } else {
      measure(socket, address, target.port);
      connected(socket);
    }
  });
  if (error !== null) {
    fail(error);
    attemptNext(context);
    return;
  }
  if (current === targets.length - 1) return;
  context.timer = setTimeout(() => {
    over = true;
    socket.emit('connectionAttemptTimeout', address, target.port, family);
    errors.push(failure(target, ETIMEDOUT));
    handle.close();
    if (socket.connecting) attemptNext(context);
  }, checked.timeout);
}

module.exports = {
  connect,
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  isPipeName,
  normalizeArgs,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
  toNumber,
};
