'use strict';
// Node's https: http over tls. The native half takes a server's connections, secures them (tls/wrap.go) and reads them
// (http/conn.go): a request comes the same way as over TCP.

const tls = require('tls');
const { Agent: HttpAgent, kProxyConfig, makeGlobalAgent } = require('_http_agent');
const { ClientRequest } = require('_http_client');
const { Server: HttpServer, _connectionListener, initialize, setupConnectionsTracking, storeHTTPOptions } = require('_http_server');
const { kBehindEdge, kListening } = require('internal/net/server');
const { validateObject } = require('internal/validators');

// --- Server ---

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  let ALPNProtocols = ['http/1.1'];
  if (typeof options === 'function') {
    requestListener = options;
    options = {};
  } else if (options === undefined || options === null) {
    options = {};
  } else {
    validateObject(options, 'options');
    if (options.ALPNProtocols || options.ALPNCallback) ALPNProtocols = undefined; // not both
  }
  storeHTTPOptions.call(this, options);
  tls.Server.call(this, { noDelay: true, ALPNProtocols, ...options }, _connectionListener);
  initialize.call(this, options);
  if (requestListener) this.on('request', requestListener);
  this.on('tlsClientError', onClientError);
  this.on('listening', setupConnectionsTracking);
}
Object.setPrototypeOf(Server.prototype, tls.Server.prototype);
Object.setPrototypeOf(Server, tls.Server);

for (const key of Reflect.ownKeys(HttpServer.prototype)) {
  if (key !== 'constructor') Object.defineProperty(Server.prototype, key, Object.getOwnPropertyDescriptor(HttpServer.prototype, key));
}

function onClientError(error, socket) {
  if (!this.emit('clientError', error, socket)) socket.destroy(error);
}

// Where there is an edge, TLS is its own: who speaks it himself has a port of his own.
Server.prototype[kBehindEdge] = undefined;

/** Called by net when the listener is there, before it accepts. */
Server.prototype[kListening] = function(handle) {
  HttpServer.prototype[kListening].call(this, handle);
  require('internal/tls/native_server').secureListener(this, handle.id);
};

Server.prototype._makeSocket = function _makeSocket(conn) {
  const socket = require('internal/tls/native_server').adoptSocket(this, conn.id);
  return require('internal/http/server_socket').attach(this, conn, socket);
};

// The connection is counted since it was accepted.
Server.prototype._onConnection = function _onConnection(conn) {
  this._addConnection(conn);
  // Our own listener does not need the socket.
  if (this.listenerCount('secureConnection') > 1) this.emit('secureConnection', conn.socketOf());
};

const { captureRejectionSymbol } = require('events');

Server.prototype[captureRejectionSymbol] = function(error, event, ...args) {
  if (event === 'secureConnection') args[0].destroy(error);
  else HttpServer.prototype[captureRejectionSymbol].call(this, error, event, ...args);
};

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

// --- Agent ---

// A request whose own checkServerIdentity decides whom to trust gets a connection of its own.
const kOwnCheck = Symbol('kOwnCheck');
let ownChecks = 0;

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  options = { __proto__: null, ...options };
  options.defaultPort ??= 443;
  options.protocol ??= 'https:';
  HttpAgent.call(this, options);
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
  this._sessionCache = { map: {}, list: [] };
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

// (options, cb), (port, options, cb) or (port, host, options, cb)
function connectionOptions(args) {
  let options = args[0];
  if (options === null || typeof options !== 'object') {
    options = { ...args.slice(1, 3).find((arg) => arg !== null && typeof arg === 'object') };
  }
  if (typeof args[0] === 'number') options.port = args[0];
  if (typeof args[1] === 'string') options.host = args[1];
  return options;
}

Agent.prototype.createConnection = function createConnection(...args) {
  let options = connectionOptions(args);
  const proxy = this?.[kProxyConfig];
  if (proxy !== undefined && proxy.applies(options)) {
    require('internal/http/proxy').tunnel(proxy, options, (socket) => tls.connect({ ...options, socket }), args.at(-1));
    return undefined;
  }
  const key = options[kOwnCheck] ? undefined : options._agentKey;
  const session = key && this._getSession(key);
  if (session) options = { session, ...options };
  const socket = tls.connect(options);
  if (options[kOwnCheck]) socket[kOwnCheck] = true;
  if (key) {
    socket.on('session', (made) => this._cacheSession(key, made));
    socket.once('close', (hadError) => {
      if (hadError) this._evictSession(key);
    });
  }
  return socket;
};

Agent.prototype.keepSocketAlive = function keepSocketAlive(socket) {
  return socket[kOwnCheck] ? false : HttpAgent.prototype.keepSocketAlive.call(this, socket);
};

// What makes connections different, beside the address.
const nameParts = [
  'ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx', 'rejectUnauthorized', 'servername', 'minVersion',
  'maxVersion', 'secureProtocol', 'crl', 'honorCipherOrder', 'ecdhCurve', 'dhparam', 'secureOptions', 'sessionIdContext',
  'sigalgs', 'privateKeyIdentifier', 'privateKeyEngine',
];

const flags = new Set(['rejectUnauthorized', 'honorCipherOrder', 'secureOptions']);

function pfxName(pfx, passphrase) {
  if (!Array.isArray(pfx)) return pfx;
  return pfx.map((entry) => `:${entry?.buf || entry}:${entry?.passphrase || passphrase}`).join('');
}

Agent.prototype.getName = function getName(options = {}) {
  let name = HttpAgent.prototype.getName.call(this, options);
  for (const part of nameParts) {
    const value = options[part];
    name += ':';
    if (part === 'servername' && value === options.host) continue;
    if (flags.has(part) ? value === undefined : !value) continue;
    if (part === 'sigalgs') name += JSON.stringify(value);
    else if (part === 'pfx') name += pfxName(value, options.passphrase);
    else name += value;
  }
  if (options[kOwnCheck]) name += `:${options[kOwnCheck]}`;
  return name;
};

Agent.prototype._getSession = function _getSession(key) {
  return this._sessionCache.map[key];
};

Agent.prototype._cacheSession = function _cacheSession(key, session) {
  if (this.maxCachedSessions === 0) return;
  const { map, list } = this._sessionCache;
  if (!map[key]) {
    if (list.length >= this.maxCachedSessions) delete map[list.shift()];
    list.push(key);
  }
  map[key] = session;
};

Agent.prototype._evictSession = function _evictSession(key) {
  const { map, list } = this._sessionCache;
  const i = list.indexOf(key);
  if (i === -1) return;
  list.splice(i, 1);
  delete map[key];
};

const globalAgent = makeGlobalAgent(Agent);

// --- Requests ---

const isURL = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);

// Whether the agent would use the same check for everybody.
function agentChecks({ agent, createConnection }) {
  if (agent === false) return false;
  if (agent === null || agent === undefined) {
    if (typeof createConnection === 'function') return false;
    agent = module.exports.globalAgent;
  }
  return agent?.options?.checkServerIdentity !== undefined;
}

function request(...args) {
  let options = {};
  if (typeof args[0] === 'string' || isURL(args[0])) {
    const { URL, urlToHttpOptions } = require('url');
    const input = args.shift();
    options = urlToHttpOptions(typeof input === 'string' ? new URL(input) : input);
  }
  if (args[0] && typeof args[0] !== 'function') Object.assign(options, args.shift());
  const check = options.checkServerIdentity;
  if (check !== undefined && check !== tls.checkServerIdentity && !agentChecks(options)) options[kOwnCheck] = ++ownChecks;
  options._defaultAgent = module.exports.globalAgent;
  return new ClientRequest(options, ...args);
}

function get(...args) {
  const req = request(...args);
  req.end();
  return req;
}

module.exports = { Agent, globalAgent, Server, createServer, get, request };
