'use strict';
// dgram.Socket: sends and receives datagrams.

const EventEmitter = require('events');
const {
  ErrnoException, ExceptionWithHostPort,
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_IP_BLOCKED, ERR_MISSING_ARGS,
    ERR_SOCKET_ALREADY_BOUND, ERR_SOCKET_BAD_BUFFER_SIZE, ERR_SOCKET_BAD_TYPE, ERR_SOCKET_BUFFER_SIZE,
    ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_DGRAM_NOT_CONNECTED, ERR_SOCKET_DGRAM_NOT_RUNNING,
  },
} = require('internal/errors');
const {
  isInt32, validateAbortSignal, validateFunction, validateNumber, validateObject, validatePort, validateString, validateUint32,
} = require('internal/validators');
const { deprecate, guessHandleType, kEmptyObject, promisify } = require('internal/util');
const { isIP } = require('internal/net');
const { activeChannel } = require('internal/channels');
const { IPV6ONLY, REUSEADDR, REUSEPORT, UDP, isForked } = require('internal/dgram/handle');
const { slice, toPieces, validateSendTo } = require('internal/dgram/message');

// bindState
const UNBOUND = 0;
const BINDING = 1;
const BOUND = 2;
// connectState
const DISCONNECTED = 0;
const CONNECTING = 1;
const CONNECTED = 2;

const EINVAL = -22;

const kState = Symbol('state symbol');
const kOwner = Symbol('owner_symbol');

// An unbound socket's handle; the name of each type is looked up in its family.
function newHandle(type, lookup) {
  if (lookup === undefined) lookup = require('dns').lookup;
  else validateFunction(lookup, 'lookup');
  if (type !== 'udp4' && type !== 'udp6') throw new ERR_SOCKET_BAD_TYPE();
  const handle = new UDP(type === 'udp6');
  handle.lookup = type === 'udp4' ?
    (address, callback) => lookup(address || '127.0.0.1', 4, callback) :
    (address, callback) => lookup(address || '::1', 6, callback);
  return handle;
}

function checkedBlockList(options, name) {
  const list = options[name];
  if (!list) return undefined;
  if (!require('internal/blocklist').BlockList.isBlockList(list)) {
    throw new ERR_INVALID_ARG_TYPE(`options.${name}`, 'net.BlockList', list);
  }
  return list;
}

function checkedSize(options, name) {
  if (options[name]) validateUint32(options[name], `options.${name}`);
  return options[name];
}

function Socket(type, listener) {
  EventEmitter.call(this);
  let options = kEmptyObject;
  if (type !== null && typeof type === 'object') {
    options = type;
    type = options.type;
  }
  const { lookup, reuseAddr, reusePort, ipv6Only, signal } = options;
  const recvBufferSize = checkedSize(options, 'recvBufferSize');
  const sendBufferSize = checkedSize(options, 'sendBufferSize');
  const receiveBlockList = checkedBlockList(options, 'receiveBlockList');
  const sendBlockList = checkedBlockList(options, 'sendBlockList');
  const handle = newHandle(type, lookup);
  handle[kOwner] = this;
  this.type = type;
  if (typeof listener === 'function') this.on('message', listener);
  this[kState] = {
    handle,
    receiving: false,
    bindState: UNBOUND,
    connectState: DISCONNECTED,
    queue: undefined, // of what waits until the socket is bound
    reuseAddr,
    reusePort,
    ipv6Only,
    recvBufferSize,
    sendBufferSize,
    receiveBlockList,
    sendBlockList,
  };
  if (signal !== undefined) closeOn(this, signal);
  activeChannel('udp.socket')?.publish({ socket: this });
}
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Socket, EventEmitter);

function closeOn(socket, signal) {
  validateAbortSignal(signal, 'options.signal');
  const onAbort = () => {
    if (socket[kState].handle) socket.close();
  };
  if (signal.aborted) {
    onAbort();
    return;
  }
  const disposable = require('internal/events/abort_listener').addAbortListener(signal, onAbort);
  socket.once('close', disposable[Symbol.dispose]);
}

function checkRunning(socket) {
  if (!socket[kState].handle) throw new ERR_SOCKET_DGRAM_NOT_RUNNING();
}

// --- Receiving ---

// Called with the handle as `this`.
function onmessage(data, rinfo) {
  const socket = this[kOwner];
  if (socket[kState].receiveBlockList?.check(rinfo.address, rinfo.family)) return;
  socket.emit('message', data, rinfo);
}

function onfailure(errno) {
  this[kOwner].emit('error', new ErrnoException(errno, 'recvmsg'));
}

function startReceiving(socket) {
  const state = socket[kState];
  state.handle.onmessage = onmessage;
  state.handle.onfailure = onfailure;
  state.handle.recvStart();
  state.receiving = true;
  state.bindState = BOUND;
  if (state.recvBufferSize) bufferSize(socket, state.recvBufferSize, true);
  if (state.sendBufferSize) bufferSize(socket, state.sendBufferSize, false);
}

function startListening(socket) {
  startReceiving(socket);
  socket.emit('listening');
}

function stopReceiving(socket) {
  const state = socket[kState];
  if (!state.receiving) return;
  state.handle.recvStop();
  state.receiving = false;
}

// --- Binding ---

function flagsOf(state) {
  return (state.reuseAddr ? REUSEADDR : 0) | (state.ipv6Only ? IPV6ONLY : 0) | (state.reusePort ? REUSEPORT : 0);
}

const anyAddress = (socket) => (socket.type === 'udp4' ? '0.0.0.0' : '::');

// Tells cluster's primary where this worker listens.
function tellCluster(socket, address, port, fd) {
  if (isForked) require('cluster')._onListening?.(socket, address, port, socket.type, fd);
}

// callback is called for the first 'listening', unless an error comes before.
function onceListening(socket, callback) {
  const forget = () => {
    socket.removeListener(EventEmitter.errorMonitor, forget);
    socket.removeListener('listening', onListening);
  };
  function onListening() {
    forget();
    callback.call(socket);
  }
  socket.on(EventEmitter.errorMonitor, forget);
  socket.on('listening', onListening);
}

Socket.prototype.bind = function(port, address) {
  checkRunning(this);
  const state = this[kState];
  if (state.bindState !== UNBOUND) throw new ERR_SOCKET_ALREADY_BOUND();
  state.bindState = BINDING;
  const callback = arguments.length > 0 && arguments[arguments.length - 1];
  if (typeof callback === 'function') onceListening(this, callback);

  const options = port !== null && typeof port === 'object' ? port : undefined;
  if (typeof options?.recvStart === 'function') {
    replaceHandle(this, options);
    startListening(this);
    return this;
  }
  if (isInt32(options?.fd) && options.fd > 0) {
    bindToDescriptor(this, options.fd, Boolean(options.exclusive));
    return this;
  }
  let exclusive = Boolean(state.reusePort);
  if (options !== undefined) {
    address = options.address;
    exclusive ||= Boolean(options.exclusive);
    port = options.port;
  } else if (typeof address === 'function') {
    address = '';
  }
  lookupAndBind(this, port, address || anyAddress(this), exclusive);
  return this;
};

function replaceHandle(socket, handle) {
  const state = socket[kState];
  const old = state.handle;
  handle.lookup = old.lookup;
  handle[kOwner] = socket;
  old.close();
  state.handle = handle;
}

function bindToDescriptor(socket, fd, exclusive) {
  const state = socket[kState];
  const type = guessHandleType(fd);
  const shared = isForked && !exclusive;
  // What another worker has bound is opened by the primary, which says later that it cannot.
  const errno = type === 'UDP' ? state.handle.open(fd, shared) : EINVAL;
  if (errno !== 0 && shared) {
    state.bindState = UNBOUND;
    process.nextTick(emitErrorNT, socket, new ErrnoException(errno, 'open'));
    return;
  }
  if (type !== 'UDP') throw new ERR_INVALID_FD_TYPE(type === 'INVALID' ? 'UNKNOWN' : type);
  if (errno !== 0) throw new ErrnoException(errno, 'open');
  startListening(socket);
  if (shared) tellCluster(socket, null, null, fd);
}

function emitErrorNT(socket, error) {
  socket.emit('error', error);
}

function lookupAndBind(socket, port, address, exclusive) {
  const state = socket[kState];
  state.handle.lookup(address, (error, ip) => {
    if (!state.handle) return; // It was closed meanwhile.
    if (!error) {
      const errno = state.handle.bind(ip, port || 0, flagsOf(state), exclusive);
      if (errno !== 0) error = new ExceptionWithHostPort(errno, 'bind', ip, port);
    }
    if (error) {
      state.bindState = UNBOUND;
      socket.emit('error', error);
      return;
    }
    if (!exclusive) tellCluster(socket, ip, port, -1);
    startListening(socket);
  });
}

function checkNumericAddress(address, name, method) {
  validateString(address, name);
  if (isIP(address) === 0) {
    throw new ERR_INVALID_ARG_VALUE(name, address, `must be a numeric IP address; ${method} does not perform DNS resolution`);
  }
}

Socket.prototype.bindSync = function(options = kEmptyObject) {
  checkRunning(this);
  validateObject(options, 'options');
  const state = this[kState];
  if (state.bindState !== UNBOUND) throw new ERR_SOCKET_ALREADY_BOUND();
  const port = validatePort(options.port ?? 0, 'options.port');
  if (options.address) checkNumericAddress(options.address, 'options.address', 'bindSync');
  const address = options.address || anyAddress(this);
  const errno = state.handle.bind(address, port, flagsOf(state), true);
  if (errno !== 0) throw new ExceptionWithHostPort(errno, 'bind', address, port);
  startReceiving(this);
  process.nextTick(emitListeningNT, this);
  return this.address();
};

function emitListeningNT(socket) {
  if (socket[kState].handle) socket.emit('listening'); // It may be closed again.
}

/** Does something when the socket is bound, in the order of the calls. */
function whenBound(socket, todo) {
  const state = socket[kState];
  if (state.queue !== undefined) {
    state.queue.push(todo);
    return;
  }
  state.queue = [todo];
  const onError = () => {
    // Those who wait will hear nothing: the socket's 'error' says why.
    socket.removeListener('listening', onListening);
    state.queue = undefined;
  };
  function onListening() {
    socket.removeListener(EventEmitter.errorMonitor, onError);
    const { queue } = state;
    state.queue = undefined;
    for (const waiting of queue) waiting();
  }
  socket.once(EventEmitter.errorMonitor, onError);
  socket.once('listening', onListening);
}

// Binds an unbound socket to a port of the system's choice; false: it is not bound yet.
function bindImplicitly(socket) {
  const state = socket[kState];
  if (state.bindState === UNBOUND) socket.bind({ port: 0, exclusive: true }, null);
  return state.bindState === BOUND;
}

// --- Connecting ---

Socket.prototype.connect = function(port, address, callback) {
  port = validatePort(port, 'Port', false);
  if (typeof address === 'function') {
    callback = address;
    address = '';
  }
  address ??= '';
  validateString(address, 'address');
  const state = this[kState];
  if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  state.connectState = CONNECTING;
  if (bindImplicitly(this)) lookupAndConnect(this, port, address, callback);
  else whenBound(this, () => lookupAndConnect(this, port, address, callback));
};

function lookupAndConnect(socket, port, address, callback) {
  const state = socket[kState];
  if (callback) socket.once('connect', callback);
  state.handle.lookup(address, (error, ip) => {
    if (!state.handle) return;
    error ??= tryConnect(state, ip, port, address);
    if (!error) {
      state.connectState = CONNECTED;
      process.nextTick(emitConnectNT, socket);
      return;
    }
    state.connectState = DISCONNECTED;
    process.nextTick(() => {
      if (callback) {
        socket.removeListener('connect', callback);
        callback(error);
      } else {
        socket.emit('error', error);
      }
    });
  });
}

// The error, or undefined.
function tryConnect(state, ip, port, address) {
  if (state.sendBlockList?.check(ip, `ipv${isIP(ip)}`)) return new ERR_IP_BLOCKED(ip);
  const errno = state.handle.connect(ip, port);
  return errno === 0 ? undefined : new ExceptionWithHostPort(errno, 'connect', address, port);
}

function emitConnectNT(socket) {
  if (socket[kState].handle) socket.emit('connect');
}

Socket.prototype.connectSync = function(port, address) {
  checkRunning(this);
  port = validatePort(port, 'Port', false);
  const state = this[kState];
  if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  if (address == null || address === '') address = this.type === 'udp4' ? '127.0.0.1' : '::1';
  else checkNumericAddress(address, 'address', 'connectSync');
  if (state.bindState === UNBOUND) this.bindSync();
  else if (state.bindState !== BOUND) throw new ERR_SOCKET_ALREADY_BOUND();
  const error = tryConnect(state, address, port, address);
  if (error) throw error;
  state.connectState = CONNECTED;
  process.nextTick(emitConnectNT, this);
};

Socket.prototype.disconnect = function() {
  const state = this[kState];
  if (state.connectState !== CONNECTED) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  check(state.handle.disconnect(), 'connect');
  state.connectState = DISCONNECTED;
};

// --- Sending ---

Socket.prototype.sendto = function(buffer, offset, length, port, address, callback) {
  validateSendTo(offset, length, port);
  validateString(address, 'address');
  this.send(buffer, offset, length, port, address, callback);
};

// send(data[, offset, length][, port[, address]][, callback]); port and address where the socket is not connected.
Socket.prototype.send = function(data, offset, length, port, address, callback) {
  const state = this[kState];
  const connected = state.connectState === CONNECTED;
  if (!connected) {
    if (address || (port && typeof port !== 'function')) {
      data = slice(data, offset, length);
    } else {
      callback = port;
      port = offset;
      address = length;
    }
  } else {
    if (typeof length === 'number') {
      data = slice(data, offset, length);
      if (typeof port === 'function') {
        callback = port;
        port = null;
      }
    } else {
      callback = offset;
    }
    if (port || address) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  }
  const pieces = toPieces(data);
  if (!connected) port = validatePort(port, 'Port', false);
  if (typeof callback !== 'function') callback = undefined;
  if (typeof address === 'function') {
    callback = address;
    address = undefined;
  } else if (address != null) {
    validateString(address, 'address');
  }
  checkRunning(this);
  const bound = bindImplicitly(this);
  if (pieces.length === 0) pieces.push(Buffer.alloc(0));
  if (!bound) whenBound(this, () => this.send(pieces, port, address, callback));
  else if (connected) sendPieces(this, pieces, undefined, address, port, callback);
  else state.handle.lookup(address, (error, ip) => lookedUp(this, error, ip, pieces, address, port, callback));
};

function lookedUp(socket, error, ip, pieces, address, port, callback) {
  if (!error) sendPieces(socket, pieces, ip, address, port, callback);
  else if (callback) process.nextTick(callback, error);
  else process.nextTick(emitErrorNT, socket, error);
}

// ip: undefined where the socket is connected. Without a callback nobody hears of errors, as in Node.
function sendPieces(socket, pieces, ip, address, port, callback) {
  const state = socket[kState];
  if (!state.handle) return;
  if (ip && state.sendBlockList?.check(ip, `ipv${isIP(ip)}`)) {
    if (callback) process.nextTick(callback, new ERR_IP_BLOCKED(ip));
    return;
  }
  const status = state.handle.send(pieces, ip, port ?? 0, callback && ((errno) => {
    if (errno < 0) callback(new ExceptionWithHostPort(errno, 'send', address, port));
    else callback(null, pieces.reduce((total, { byteLength }) => total + byteLength, 0));
  }));
  if (!callback) return;
  if (status > 0) process.nextTick(callback, null, status - 1);
  else if (status < 0) process.nextTick(callback, new ExceptionWithHostPort(status, 'send', address, port));
}

Socket.prototype.getSendQueueSize = function() {
  return this[kState].handle.getSendQueueSize();
};

Socket.prototype.getSendQueueCount = function() {
  return this[kState].handle.getSendQueueCount();
};

// --- The end ---

Socket.prototype.close = function(callback) {
  const state = this[kState];
  if (typeof callback === 'function') this.on('close', callback);
  if (state.queue !== undefined) {
    state.queue.push(() => this.close());
    return this;
  }
  checkRunning(this);
  stopReceiving(this);
  state.handle.close();
  state.handle = null;
  process.nextTick(emitCloseNT, this);
  return this;
};

function emitCloseNT(socket) {
  socket.emit('close');
}

Socket.prototype[Symbol.asyncDispose] = async function() {
  if (this[kState].handle) await promisify(this.close).call(this);
};

// --- Addresses ---

function check(errno, call) {
  if (errno !== 0) throw new ErrnoException(errno, call);
}

Socket.prototype.address = function() {
  checkRunning(this);
  const out = {};
  check(this[kState].handle.getsockname(out), 'getsockname');
  return out;
};

Socket.prototype.remoteAddress = function() {
  checkRunning(this);
  const state = this[kState];
  if (state.connectState !== CONNECTED) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  const out = {};
  check(state.handle.getpeername(out), 'getpeername');
  return out;
};

// --- Options ---

Socket.prototype.setBroadcast = function(arg) {
  check(this[kState].handle.setBroadcast(arg ? 1 : 0), 'setBroadcast');
};

Socket.prototype.setTTL = function(ttl) {
  validateNumber(ttl, 'ttl');
  check(this[kState].handle.setTTL(ttl), 'setTTL');
  return ttl;
};

Socket.prototype.setMulticastTTL = function(ttl) {
  validateNumber(ttl, 'ttl');
  check(this[kState].handle.setMulticastTTL(ttl), 'setMulticastTTL');
  return ttl;
};

Socket.prototype.setMulticastLoopback = function(arg) {
  check(this[kState].handle.setMulticastLoopback(arg ? 1 : 0), 'setMulticastLoopback');
  return arg; // as it always was
};

Socket.prototype.setMulticastInterface = function(interfaceAddress) {
  checkRunning(this);
  validateString(interfaceAddress, 'interfaceAddress');
  check(this[kState].handle.setMulticastInterface(interfaceAddress), 'setMulticastInterface');
};

function membershipMethod(name) {
  return function(multicastAddress, interfaceAddress) {
    checkRunning(this);
    if (!multicastAddress) throw new ERR_MISSING_ARGS('multicastAddress');
    check(this[kState].handle[name](multicastAddress, interfaceAddress), name);
  };
}

function sourceMembershipMethod(name) {
  return function(sourceAddress, groupAddress, interfaceAddress) {
    checkRunning(this);
    validateString(sourceAddress, 'sourceAddress');
    validateString(groupAddress, 'groupAddress');
    check(this[kState].handle[name](sourceAddress, groupAddress, interfaceAddress), name);
  };
}

Socket.prototype.addMembership = membershipMethod('addMembership');
Socket.prototype.dropMembership = membershipMethod('dropMembership');
Socket.prototype.addSourceSpecificMembership = sourceMembershipMethod('addSourceSpecificMembership');
Socket.prototype.dropSourceSpecificMembership = sourceMembershipMethod('dropSourceSpecificMembership');

Socket.prototype.ref = function() {
  this[kState].handle?.ref();
  return this;
};

Socket.prototype.unref = function() {
  this[kState].handle?.unref();
  return this;
};

// Sets the size of a kernel's buffer, or returns it if size is 0.
function bufferSize(socket, size, receiving) {
  if (size >>> 0 !== size) throw new ERR_SOCKET_BAD_BUFFER_SIZE();
  const status = isInt32(size) ? socket[kState].handle.bufferSize(size, receiving) : EINVAL;
  if (status >= 0) return status;
  const { uvErrmapGet } = require('internal/errors/uv');
  const [code, message] = uvErrmapGet(status);
  const syscall = receiving ? 'uv_recv_buffer_size' : 'uv_send_buffer_size';
  throw new ERR_SOCKET_BUFFER_SIZE({ errno: status, code, message, syscall });
}

Socket.prototype.setRecvBufferSize = function(size) {
  bufferSize(this, size, true);
};

Socket.prototype.setSendBufferSize = function(size) {
  bufferSize(this, size, false);
};

Socket.prototype.getRecvBufferSize = function() {
  return bufferSize(this, 0, true);
};

Socket.prototype.getSendBufferSize = function() {
  return bufferSize(this, 0, false);
};

// --- Deprecated ---

const stateNames = ['handle', 'receiving', 'bindState', 'queue', 'reuseAddr'];

for (const name of stateNames) {
  const warning = `Socket.prototype._${name} is deprecated`;
  Object.defineProperty(Socket.prototype, `_${name}`, {
    __proto__: null,
    get: deprecate(function() { return this[kState][name]; }, warning, 'DEP0112'),
    set: deprecate(function(value) { this[kState][name] = value; }, warning, 'DEP0112'),
  });
}

Socket.prototype._healthCheck = deprecate(function() {
  checkRunning(this);
}, 'Socket.prototype._healthCheck() is deprecated', 'DEP0112');

Socket.prototype._stopReceiving = deprecate(function() {
  stopReceiving(this);
}, 'Socket.prototype._stopReceiving() is deprecated', 'DEP0112');

/** The handle of a socket: of a descriptor, or bound to the address if there is one; or a negative errno. */
function createSocketHandle(address, port, addressType, fd, flags) {
  const handle = newHandle(addressType);
  let errno = 0;
  if (isInt32(fd) && fd > 0) errno = guessHandleType(fd) === 'UDP' ? handle.open(fd) : EINVAL;
  else if (port || address) errno = handle.bind(address, port || 0, flags);
  if (errno === 0) return handle;
  handle.close();
  return errno;
}

/** The handle of a socket; null when it is closed. */
function handleOf(socket) {
  return socket[kState].handle;
}

module.exports = { Socket, createSocketHandle, handleOf };
