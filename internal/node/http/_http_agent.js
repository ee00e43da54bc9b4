'use strict';
// Agent: the client's pool of connections. Every connection belongs to a name (host, port and what else tells targets
// apart); it is in `sockets` while a request has it and in `freeSockets` between two, and requests that find none wait
// in `requests`.

const EventEmitter = require('events');
const net = require('net');
const { kEmptyObject, once } = require('internal/util');
const { validateNumber, validateOneOf, validateString } = require('internal/validators');
const { getOptionValue } = require('internal/options');
const { kOnEnd, kOnFail, kOnRead } = require('internal/net_handle');

const kOnKeylog = Symbol('onkeylog');
const kRequestOptions = Symbol('requestOptions');
const kRequestAsyncResource = Symbol('requestAsyncResource');
const kIdleGuard = Symbol('kIdleGuard');
const kProxyConfig = Symbol('proxyConfig');

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);

  this.options = { __proto__: null, ...options };
  this.defaultPort = this.options.defaultPort || 80;
  this.protocol = this.options.protocol || 'http:';
  if (this.options.noDelay === undefined) this.options.noDelay = true;
  this.options.path = null; // A request's path is not that of a Unix socket.

  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  const buffer = this.options.agentKeepAliveTimeoutBuffer;
  this.agentKeepAliveTimeoutBuffer = typeof buffer === 'number' && buffer >= 0 && Number.isFinite(buffer) ? buffer : 1000;

  const { proxyEnv } = this.options;
  this[kProxyConfig] = typeof proxyEnv === 'object' && proxyEnv !== null ?
    require('internal/http/proxy').configFromEnv(proxyEnv, this.protocol, this.keepAlive) : undefined;

  validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo']);
  if (this.maxTotalSockets === undefined) this.maxTotalSockets = Infinity;
  else validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1);

  this.on('free', onFree);
  this.on('newListener', maybeEnableKeylog);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);

Agent.defaultMaxSockets = Infinity;

// --- Idle connections ---

function freeSocketErrorListener() {
  this.destroy();
  this.emit('agentRemove');
}

// What a server sends without having been asked must not become the answer to the next request: whatever comes on an
// idle connection, the connection is dropped.
class IdleGuard {
  constructor(socket) {
    this.socket = socket;
  }

  [kOnRead]() { this.socket.destroy(); }
  [kOnEnd]() { this.socket.destroy(); }
  [kOnFail]() { this.socket.destroy(); }
}

function guard(socket) {
  if (socket.readableLength > 0) {
    socket.destroy();
    return;
  }
  if (socket.connecting) {
    socket[kIdleGuard] = () => {
      socket[kIdleGuard] = null;
      guard(socket);
    };
    socket.once('connect', socket[kIdleGuard]);
    return;
  }
  const handle = socket._handle;
  if (!handle || handle.owner !== socket) return; // Not one of net's.
  handle.owner = new IdleGuard(socket);
  if (!handle.reading && handle.readStart() !== 0) socket.destroy();
}

function unguard(socket) {
  if (socket[kIdleGuard]) {
    socket.removeListener('connect', socket[kIdleGuard]);
    socket[kIdleGuard] = null;
  }
  if (socket._handle?.owner instanceof IdleGuard) socket._handle.owner = socket;
}

// A request is done with its connection.
function onFree(socket, options) {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const name = this.getName(options);
  const waiting = this.requests[name];
  if (waiting?.length > 0) {
    const req = waiting.shift();
    if (waiting.length === 0) delete this.requests[name];
    const resource = req[kRequestAsyncResource];
    req[kRequestAsyncResource] = null;
    if (resource) resource.runInAsyncScope(setRequestSocket, undefined, this, req, socket);
    else setRequestSocket(this, req, socket);
    return;
  }
  keepOrDestroy(this, socket, options, name);
}

function keepOrDestroy(agent, socket, options, name) {
  const free = agent.freeSockets[name] ?? [];
  const count = free.length + (agent.sockets[name]?.length ?? 0);
  const keep = socket._httpMessage?.shouldKeepAlive && agent.keepAlive && agent.totalSocketCount <= agent.maxTotalSockets &&
    count <= agent.maxSockets && free.length < agent.maxFreeSockets && agent.keepSocketAlive(socket);
  if (!keep) {
    socket.destroy();
    return;
  }
  agent.freeSockets[name] = free;
  socket._httpMessage = null;
  agent.removeSocket(socket, options);
  socket.once('error', freeSocketErrorListener);
  guard(socket);
  free.push(socket);
}

/** Whether an idle connection is worth keeping; prepares it. Applications may replace this. */
Agent.prototype.keepSocketAlive = function keepSocketAlive(socket) {
  socket.setKeepAlive(true, this.keepAliveMsecs);
  socket.unref();

  let timeout = this.options.timeout || 0;
  let keep = true;
  const announced = socket._httpMessage?.res?.headers['keep-alive'];
  const seconds = announced && /^timeout=(\d+)/.exec(announced)?.[1];
  if (seconds) {
    // A little less than the server says: a request must not meet its closing.
    const milliseconds = Number.parseInt(seconds, 10) * 1000 - this.agentKeepAliveTimeoutBuffer;
    if (milliseconds <= 0) keep = false;
    else if (milliseconds < timeout) timeout = milliseconds;
  }
  if (socket.timeout !== timeout) socket.setTimeout(timeout);
  return keep;
};

/** An idle connection gets a request. Applications may replace this. */
Agent.prototype.reuseSocket = function reuseSocket(socket, req) {
  socket.removeListener('error', freeSocketErrorListener);
  unguard(socket);
  req.reusedSocket = true;
  socket.ref();
};

// --- Names ---

Agent.prototype.getName = function getName(options = kEmptyObject) {
  let name = `${options.host || 'localhost'}:${options.port || ''}:${options.localAddress || ''}`;
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
};

// The name that TLS asks for: that of the Host header, without its port.
function serverNameOf(options, req) {
  let name = options.host;
  const host = req.getHeader('host');
  if (host) {
    validateString(host, 'options.headers.host');
    if (!host.startsWith('[')) name = host.split(':', 1)[0];
    else name = host.includes(']') ? host.slice(1, host.indexOf(']')) : host;
  }
  return net.isIP(name) ? '' : name;
}

// The agent's options go before the request's.
function mergedOptions(agent, options, req) {
  const merged = { __proto__: null, ...options, ...agent.options };
  if (merged.socketPath) merged.path = merged.socketPath;
  if (!merged.servername && merged.servername !== '') merged.servername = serverNameOf(merged, req);
  return merged;
}

// --- Requests ---

function setRequestSocket(agent, req, socket) {
  req.onSocket(socket);
  if (req.timeout !== undefined && req.timeout !== (agent.options.timeout || 0)) socket.setTimeout(req.timeout);
}

// The connection that is used next, if one is idle.
function takeFree(agent, name) {
  const free = agent.freeSockets[name];
  if (free === undefined) return { socket: undefined, left: 0 };
  while (free.length > 0 && free[0].destroyed) free.shift();
  const socket = agent.scheduling === 'fifo' ? free.shift() : free.pop();
  if (free.length === 0) delete agent.freeSockets[name];
  return { socket, left: free.length };
}

const { getName: plainName } = Agent.prototype;

// One of the options that mergedOptions() would give.
function optionOf(agent, options, name) {
  return name in agent.options ? agent.options[name] : options[name];
}

// The name of a request's connection, without merging all the options for it.
function nameOf(agent, options) {
  let name = `${optionOf(agent, options, 'host') || 'localhost'}:${optionOf(agent, options, 'port') || ''}:${optionOf(agent, options, 'localAddress') || ''}`;
  const family = optionOf(agent, options, 'family');
  if (family === 4 || family === 6) name += `:${family}`;
  const socketPath = optionOf(agent, options, 'socketPath');
  if (socketPath) name += `:${socketPath}`;
  return name;
}

function reuse(agent, name, socket, req, highWaterMark) {
  // eslint-disable-next-line eqeqeq -- null and undefined are no mark
  if (highWaterMark != null && socket.writableHighWaterMark !== highWaterMark) {
    socket._writableState.highWaterMark = highWaterMark;
  }
  // Whatever happens on it belongs to the new request.
  socket._handle?.asyncReset?.();
  agent.reuseSocket(socket, req);
  setRequestSocket(agent, req, socket);
  (agent.sockets[name] ||= []).push(socket);
}

Agent.prototype.addRequest = function addRequest(req, options, port, localAddress) {
  if (typeof options === 'string') options = { __proto__: null, host: options, port, localAddress };
  // Most requests find a connection: what its options would have been is of no interest then.
  if (this.getName === plainName && typeof (req.getHeader('host') ?? '') === 'string') {
    const name = nameOf(this, options);
    if (this.freeSockets[name] !== undefined) {
      const { socket } = takeFree(this, name);
      if (socket) {
        reuse(this, name, socket, req, optionOf(this, options, 'highWaterMark'));
        return;
      }
    }
  }
  options = mergedOptions(this, options, req);
  const name = this.getName(options);
  this.sockets[name] ||= [];
  const { socket, left } = takeFree(this, name);

  if (socket) {
    reuse(this, name, socket, req, options.highWaterMark);
  } else if (left + this.sockets[name].length < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(req, options, (error, created) => {
      if (error) req.onSocket(created, error);
      else setRequestSocket(this, req, created);
    });
  } else {
    const { AsyncResource } = require('async_hooks');
    req[kRequestOptions] = options;
    req[kRequestAsyncResource] = new AsyncResource('QueuedRequest');
    (this.requests[name] ??= []).push(req);
  }
};

Agent.prototype.createConnection = function createConnection(...args) {
  const proxy = this?.[kProxyConfig];
  if (proxy !== undefined && typeof args[0] === 'object' && proxy.applies(args[0])) return proxy.connect(args[0]);
  return net.createConnection(...args);
};

Agent.prototype.createSocket = function createSocket(req, options, callback) {
  options = mergedOptions(this, options, req);
  const timeout = req.timeout || this.options.timeout || undefined;
  if (timeout) options.timeout = timeout;
  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;

  const created = once((error, socket) => {
    if (error) {
      callback(error);
      return;
    }
    (this.sockets[name] ??= []).push(socket);
    this.totalSocketCount++;
    installListeners(this, socket, options);
    callback(null, socket);
  });
  if (this.keepAlive) {
    options.keepAlive = this.keepAlive;
    options.keepAliveInitialDelay = this.keepAliveMsecs;
  }
  const socket = this.createConnection(options, created);
  if (socket) created(null, socket);
};

function installListeners(agent, socket, options) {
  function onSocketFree() {
    agent.emit('free', socket, options);
  }
  // The one place where a connection leaves the pool: all its errors end in its close.
  function onClose() {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  }
  function onTimeout() {
    const { freeSockets } = agent;
    if (Object.keys(freeSockets).some((name) => freeSockets[name].includes(socket))) socket.destroy();
  }
  // After an upgrade it is not ours any more.
  function onRemove() {
    onClose();
    socket.removeListener('close', onClose);
    socket.removeListener('free', onSocketFree);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
  }
  socket.on('free', onSocketFree);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
  if (agent[kOnKeylog]) socket.on('keylog', agent[kOnKeylog]);
}

function removeFrom(sets, name, socket) {
  const index = sets[name]?.indexOf(socket) ?? -1;
  if (index === -1) return;
  sets[name].splice(index, 1);
  if (sets[name].length === 0) delete sets[name];
}

// Who waits for a connection, now that one has gone: first those of the same name.
function nextWaiting(agent, name, options) {
  if (agent.requests[name]?.length > 0) return { req: agent.requests[name][0], options };
  for (const other of Object.keys(agent.requests)) {
    if (agent.sockets[other]?.length > 0) break;
    const req = agent.requests[other][0];
    return { req, options: req[kRequestOptions] };
  }
  return { req: undefined, options };
}

Agent.prototype.removeSocket = function removeSocket(socket, options) {
  const name = this.getName(options);
  removeFrom(this.sockets, name, socket);
  if (!socket.writable) removeFrom(this.freeSockets, name, socket);

  const next = nextWaiting(this, name, options);
  if (!next.req || !next.options) return;
  next.req[kRequestOptions] = undefined;
  this.createSocket(next.req, next.options, (error, created) => {
    if (error) next.req.onSocket(null, error);
    else created.emit('free');
  });
};

Agent.prototype.destroy = function destroy() {
  for (const set of [this.freeSockets, this.sockets]) {
    for (const name of Object.keys(set)) {
      // Destroying one may take others out of the list.
      for (let i = 0; i < set[name]?.length; i++) set[name][i].destroy();
    }
  }
};

// TLS sockets tell their keys only if somebody listens on the agent.
function maybeEnableKeylog(event) {
  if (event !== 'keylog') return;
  this.removeListener('newListener', maybeEnableKeylog);
  const agent = this;
  this[kOnKeylog] = function onkeylog(line) {
    agent.emit('keylog', line, this);
  };
  for (const set of [this.freeSockets, this.sockets]) {
    for (const sockets of Object.values(set)) {
      for (const socket of sockets) socket.on('keylog', this[kOnKeylog]);
    }
  }
}

/** An agent with the options of Node's global ones. */
function makeGlobalAgent(AgentClass, proxyEnv = startupProxyEnv()) {
  return new AgentClass({ keepAlive: true, scheduling: 'lifo', timeout: 5000, proxyEnv });
}

// What the environment says about proxies, where NODE_USE_ENV_PROXY or --use-env-proxy lets it; else undefined.
function startupProxyEnv() {
  return getOptionValue('--use-env-proxy') ?? process.env.NODE_USE_ENV_PROXY === '1' ? process.env : undefined;
}

module.exports = { Agent, globalAgent: makeGlobalAgent(Agent), kProxyConfig, makeGlobalAgent, startupProxyEnv };
