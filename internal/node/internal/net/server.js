'use strict';
// net.Server: listens, and makes sockets of what connects.

const EventEmitter = require('events');
const {
  ErrnoException, ExceptionWithHostPort, UVExceptionWithHostPort,
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_SERVER_ALREADY_LISTEN, ERR_SERVER_NOT_RUNNING },
} = require('internal/errors');
const { validateAbortSignal, validateNumber, validatePort } = require('internal/validators');
const { guessHandleType, kEmptyObject, promisify } = require('internal/util');
const { getDefaultHighWaterMark } = require('internal/streams/state');
const { PipeServer, StreamHandle, TCPServer, kExclusivePath, serverOfFd } = require('internal/net_handle');
const { adopt, isBoundSocket } = require('internal/net/bound_socket');
const { activity, activeChannel } = require('internal/channels');
const { isIP } = require('internal/net');
const { Socket, kSetKeepAlive, kSetKeepAliveInitialDelay, kSetNoDelay } = require('internal/net/socket');
const { isPipeName, normalizeArgs, toNumber } = require('internal/net/connect');

// A method that is called when the listener is there, before 'listening': (handle).
const kListening = Symbol('kListening');

// A method that says what a server listens on in place of what it was told; undefined: that.
const kBehindEdge = Symbol('kBehindEdge');

// For cluster: onListening(server, address, port, addressType, fd).
const hooks = { onListening: undefined };

const EADDRINUSE = -98;
const EINVAL = -22;

function checkedOptions(options) {
  if (options.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
  if (options.highWaterMark !== undefined) {
    validateNumber(options.highWaterMark, 'options.highWaterMark');
    if (options.highWaterMark < 0) options.highWaterMark = getDefaultHighWaterMark();
  }
  return options;
}

function Server(options, connectionListener) {
  if (!(this instanceof Server)) return new Server(options, connectionListener);
  EventEmitter.call(this);
  if (typeof options === 'function') {
    connectionListener = options;
    options = kEmptyObject;
  } else if (options == null || typeof options === 'object') {
    options = { ...options };
  } else {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  if (typeof connectionListener === 'function') this.on('connection', connectionListener);
  options = checkedOptions(options);

  this._connections = 0;
  this._handle = null;
  this._usingWorkers = false;
  this._workers = [];
  this._unref = false;
  this._listeningId = 1; // Tells whether somebody has closed, or listened anew, during a lookup.

  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = ~~(options.keepAliveInitialDelay / 1000);
  this.highWaterMark = options.highWaterMark ?? getDefaultHighWaterMark();
  if (options.blockList) {
    if (!require('internal/blocklist').BlockList.isBlockList(options.blockList)) {
      throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
    }
    this.blockList = options.blockList;
  }
}
Object.setPrototypeOf(Server.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Server, EventEmitter);

// --- Listening ---

/** A listener that does not listen yet, or a negative errno. */
function createServerHandle(address, port, addressType, fd, flags) {
  if (typeof fd === 'number' && fd >= 0) {
    const type = guessHandleType(fd);
    return type === 'TCP' || type === 'PIPE' ? serverOfFd(fd, type === 'PIPE') : EINVAL;
  }
  if (port === -1 && addressType === -1) return new PipeServer(address, flags);
  return new TCPServer(address || '::', port, flags);
}

// A listener that is there already.
function listenBehind(handle, backlog, address, addressType) {
  return { handle, errno: handle.listen?.(backlog) ?? 0, address, addressType };
}

// Without an address: all of them, IPv6 and IPv4, or IPv4 where there is no IPv6.
function listenOn(address, port, addressType, backlog, fd, flags) {
  const tryBoth = !address && typeof fd !== 'number';
  let handle = createServerHandle(tryBoth ? '::' : address, port, tryBoth ? 6 : addressType, fd, flags);
  let errno = typeof handle === 'number' ? handle : handle.listen(backlog);
  if (tryBoth) {
    address = '::';
    addressType = 6;
    if (errno !== 0 && errno !== EADDRINUSE) {
      address = '0.0.0.0';
      addressType = 4;
      handle = createServerHandle(address, port, addressType, fd, flags);
      errno = handle.listen(backlog);
    }
  }
  return { handle, errno, address, addressType };
}

function emitErrorNT(server, error) {
  server.emit('error', error);
}

function emitListeningNT(server) {
  if (server._handle) server.emit('listening'); // It may be closed again.
}

let listenChannel;

// A backlog of 511 is one of 512 for the kernel.
Server.prototype._listen2 = function(address, port, addressType, backlog, fd, flags) {
  const exclusive = this._handle !== null || (flags & (port === -1 ? kExclusivePath : 4)) !== 0; // Nobody else has it: no matter of cluster's.
  const ready = this._handle ?? this[kBehindEdge]?.();
  const result = ready ?
    listenBehind(ready, backlog || 511, address, addressType) :
    listenOn(address, port, addressType, backlog || 511, fd, flags);
  if (result.errno !== 0) {
    this._handle = null;
    // In a worker of cluster it is the primary that binds, and says why it could not.
    const error = hooks.onListening && !exclusive ?
      new ExceptionWithHostPort(result.errno, 'bind', address, port) :
      new UVExceptionWithHostPort(result.errno, 'listen', result.address, port);
    if (listenChannel?.hasSubscribers) listenChannel.error.publish({ server: this, error });
    process.nextTick(emitErrorNT, this, error);
    return;
  }
  this._handle = result.handle;
  this._handle.onconnection = onconnection;
  this._handle.owner = this;
  if (listenChannel?.hasSubscribers) listenChannel.asyncEnd.publish({ server: this });
  this._connectionKey = `${result.addressType}:${result.address}:${port}`;
  if (this._unref) this.unref();
  this[kListening]?.(this._handle);
  if (!exclusive && hooks.onListening) hooks.onListening(this, address, port, addressType, fd);
  else if (this._handle.isShared?.()) require('internal/net/follow_limit').followLimit(this, true);
  process.nextTick(emitListeningNT, this);
};

Server.prototype.listen = function(...args) {
  const [given, callback] = normalizeArgs(args);
  if (this._handle) throw new ERR_SERVER_ALREADY_LISTEN();
  if (activity.count !== 0) listenChannel ??= require('diagnostics_channel').tracingChannel('net.server.listen');
  if (listenChannel?.hasSubscribers) listenChannel.asyncStart.publish({ server: this, options: given });
  if (callback !== null) this.once('listening', callback);
  const backlogFromArgs = toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]);

  let options = given._handle || given.handle || given;
  if (isBoundSocket(options)) {
    const bound = adopt(options);
    this._pipeName = bound.path;
    options = bound.toServer();
  }
  const exclusive = options.exclusive || options.reusePort === true;
  const flags = (options.ipv6Only === true ? 1 : 0) | (options.reusePort === true ? 2 : 0) | (exclusive ? 4 : 0);
  this._listeningId++;
  if (options instanceof TCPServer || options instanceof PipeServer) {
    this._handle = options;
    this._listen2(null, -1, -1, backlogFromArgs, undefined);
    return this;
  }
  if (options.signal !== undefined) closeOn(this, options.signal);
  const fd = options instanceof StreamHandle ? options.fd : options.fd;
  if (typeof fd === 'number' && fd >= 0) {
    this._listen2(null, null, null, backlogFromArgs, fd);
    return this;
  }

  // listen(), listen(null), listen(cb): any port.
  if (args.length === 0 || typeof args[0] === 'function' || (options.port === undefined && 'port' in options) ||
      options.port === null) {
    options.port = 0;
  }
  if (typeof options.port === 'number' || typeof options.port === 'string') {
    validatePort(options.port, 'options.port');
    const backlog = options.backlog || backlogFromArgs;
    if (options.reusePort === true) options.exclusive = true;
    if (options.host) lookupAndListen(this, options.port | 0, options.host, backlog, flags);
    else this._listen2(null, options.port | 0, 4, backlog, undefined, flags);
    return this;
  }
  if (options.path && isPipeName(options.path)) {
    listenOnPath(this, options, options.backlog || backlogFromArgs);
    return this;
  }
  if (!('port' in options) && !('path' in options)) {
    throw new ERR_INVALID_ARG_VALUE('options', options, 'must have the property "port" or "path"');
  }
  throw new ERR_INVALID_ARG_VALUE('options', options);
};

function closeOn(server, signal) {
  validateAbortSignal(signal, 'options.signal');
  const onAbort = () => server.close();
  if (signal.aborted) {
    process.nextTick(onAbort);
    return;
  }
  const disposable = require('internal/events/abort_listener').addAbortListener(signal, onAbort);
  server.once('close', disposable[Symbol.dispose]);
}

function listenOnPath(server, options, backlog) {
  const { path, readableAll, writableAll } = options;
  if (path[0] === '\0' && (readableAll || writableAll)) {
    throw new ERR_INVALID_ARG_VALUE('options', options, 'can not set readableAll or writableAllt to true when path is abstract unix socket');
  }
  server._pipeName = path;
  const mode = (readableAll === true ? 0o444 : 0) | (writableAll === true ? 0o222 : 0);
  server._listen2(path, -1, -1, backlog, undefined, mode | (options.exclusive ? kExclusivePath : 0));
}

// The first address that can be bound without a zone.
function firstBindable(addresses) {
  const { addressBytes } = require('internal/net');
  const isLinkLocal = (address) => {
    if (isIP(address) !== 6) return false;
    const bytes = addressBytes(address);
    return bytes[0] === 0xfe && (bytes[1] & 0xc0) === 0x80;
  };
  return addresses.find(({ address }) => !isLinkLocal(address)) ?? addresses[0];
}

// dns.lookup(), which for an address says what it is: as long as nobody has the module there is nobody who may have put
// another function in.
function lookup(host, callback) {
  const family = require.cache.has('dns') ? 0 : isIP(host);
  if (family === 0) require('dns').lookup(host, { all: true }, callback);
  else process.nextTick(callback, null, [{ address: host, family }]);
}

function lookupAndListen(server, port, host, backlog, flags) {
  const listeningId = server._listeningId;
  lookup(host, (error, addresses) => {
    if (listeningId !== server._listeningId) return;
    if (error) {
      server.emit('error', error);
      return;
    }
    const found = firstBindable(addresses);
    server._listen2(found.address, port, found.family || 4, backlog, undefined, flags);
  });
}

Object.defineProperty(Server.prototype, 'listening', {
  __proto__: null,
  get() { return Boolean(this._handle); },
  enumerable: true,
  configurable: true,
});

Server.prototype.address = function() {
  if (this._handle?.getsockname) {
    const out = {};
    const errno = this._handle.getsockname(out);
    if (errno) throw new ErrnoException(errno, 'address');
    return out;
  }
  return this._pipeName || null;
};

// --- Connections ---

// Called with the listener as `this`.
function onconnection(errno, connection) {
  const server = this.owner;
  if (errno) {
    server.emit('error', new ErrnoException(errno, 'accept'));
    return;
  }
  if (isFull(server)) {
    drop(server, connection);
    return;
  }
  if (server.blockList && connection.getpeername) {
    const peer = {};
    connection.getpeername(peer);
    const family = isIP(peer.address);
    if (family !== 0 && server.blockList.check(peer.address, `ipv${family}`)) {
      connection.close();
      return;
    }
  }
  accept(server, connection);
}

/** Whether the server takes no more connections; where others get them instead it has room for all that come. */
function isFull(server) {
  // eslint-disable-next-line eqeqeq -- null and undefined are no limit
  return server.maxConnections != null && server._connections >= server.maxConnections && !server._handle?.passesOn;
}

function accept(server, connection) {
  const socket = new Socket({
    handle: connection,
    allowHalfOpen: server.allowHalfOpen,
    pauseOnCreate: server.pauseOnConnect,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay && connection.setNoDelay) {
    socket[kSetNoDelay] = true;
    connection.setNoDelay(true);
  }
  if (server.keepAlive && connection.setKeepAlive) {
    socket[kSetKeepAlive] = true;
    socket[kSetKeepAliveInitialDelay] = server.keepAliveInitialDelay;
    connection.setKeepAlive(true, server.keepAliveInitialDelay);
  }
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', socket);
  activeChannel('net.server.socket')?.publish({ socket });
}

function drop(server, connection) {
  if (connection.getpeername) {
    const local = {};
    const remote = {};
    connection.getsockname(local);
    connection.getpeername(remote);
    server.emit('drop', {
      __proto__: null,
      localAddress: local.address,
      localPort: local.port,
      localFamily: local.family,
      remoteAddress: remote.address,
      remotePort: remote.port,
      remoteFamily: remote.family,
    });
  } else {
    server.emit('drop');
  }
  connection.close();
}

Server.prototype.getConnections = function(callback) {
  const workers = this._workers;
  if (workers.length === 0) {
    process.nextTick(callback, null, this._connections);
    return this;
  }
  // Those of other processes count.
  let total = this._connections;
  let left = workers.length;
  for (const worker of workers) {
    worker.getConnections((error, count) => {
      if (left < 0) return;
      if (error) {
        left = -1;
        callback(error);
        return;
      }
      total += count;
      if (--left === 0) callback(null, total);
    });
  }
  return this;
};

/** Connections of this server are in another process: `list` knows how many, and waits for their end. */
Server.prototype._setupWorker = function(list) {
  this._usingWorkers = true;
  this._workers.push(list);
  list.once('exit', () => this._workers.splice(this._workers.indexOf(list), 1));
};

// --- The end ---

Server.prototype.close = function(callback) {
  this._listeningId++;
  if (typeof callback === 'function') {
    if (this._handle) this.once('close', callback);
    else this.once('close', () => callback(new ERR_SERVER_NOT_RUNNING()));
  }
  if (this._handle) {
    this._handle.close();
    this._handle = null;
  }
  if (this._workers.length > 0) closeWorkers(this);
  else this._emitCloseIfDrained();
  return this;
};

function closeWorkers(server) {
  let left = server._workers.length;
  server._connections++; // until the last of them is closed
  for (const worker of [...server._workers]) {
    worker.close(() => {
      if (--left > 0) return;
      server._connections--;
      server._emitCloseIfDrained();
    });
  }
}

Server.prototype[Symbol.asyncDispose] = async function() {
  if (this._handle) await promisify(this.close).call(this);
};

function emitCloseNT(server) {
  server.emit('close');
}

/** Emits 'close' when nothing is left: neither the listener nor a connection. */
Server.prototype._emitCloseIfDrained = function() {
  if (!this._handle && this._connections === 0) process.nextTick(emitCloseNT, this);
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, socket) {
  if (event === 'connection') socket.destroy(error);
  else this.emit('error', error);
};

Server.prototype.ref = function() {
  this._unref = false;
  this._handle?.ref();
  return this;
};

Server.prototype.unref = function() {
  this._unref = true;
  this._handle?.unref();
  return this;
};

module.exports = { Server, createServerHandle, hooks, isFull, kBehindEdge, kListening };
