'use strict';
// Node's https: http over tls. As long as tls is missing, requests and servers fail with its error.

const http = require('http');
const tls = require('tls');
const { Agent: HttpAgent, kProxyConfig, makeGlobalAgent } = require('_http_agent');
const { ClientRequest } = require('_http_client');

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

Agent.prototype.createConnection = function createConnection(...args) {
  const [options, callback] = args;
  const proxy = this?.[kProxyConfig];
  if (proxy !== undefined && typeof options === 'object' && proxy.applies(options)) {
    require('internal/http/proxy').tunnel(proxy, options, (socket) => tls.connect({ ...options, socket }), callback);
    return undefined;
  }
  return tls.connect(...args);
};

// What makes connections different, beside the address.
const nameParts = [
  'ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx', 'rejectUnauthorized', 'servername', 'minVersion',
  'maxVersion', 'secureProtocol', 'crl', 'honorCipherOrder', 'ecdhCurve', 'dhparam', 'secureOptions', 'sessionIdContext',
  'sigalgs', 'privateKeyIdentifier', 'privateKeyEngine',
];

const flags = new Set(['rejectUnauthorized', 'honorCipherOrder', 'secureOptions']);

Agent.prototype.getName = function getName(options = {}) {
  let name = HttpAgent.prototype.getName.call(this, options);
  for (const part of nameParts) {
    const value = options[part];
    name += ':';
    if (part === 'servername' && value === options.host) continue;
    if (flags.has(part) ? value !== undefined : value) {
      name += part === 'sigalgs' ? JSON.stringify(value) : value;
    }
  }
  return name;
};

Agent.prototype._getSession = function _getSession(key) {
  return this._sessionCache.map[key];
};

Agent.prototype._cacheSession = function _cacheSession(key, session) {
  if (this.maxCachedSessions === 0) return;
  const { map, list } = this._sessionCache;
  if (!map[key]) {
    while (list.length >= this.maxCachedSessions) delete map[list.shift()];
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

function request(...args) {
  let options = {};
  const isURL = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
  if (typeof args[0] === 'string' || isURL(args[0])) {
    const { URL, urlToHttpOptions } = require('url');
    const input = args.shift();
    options = urlToHttpOptions(typeof input === 'string' ? new URL(input) : input);
  }
  if (args[0] && typeof args[0] !== 'function') Object.assign(options, args.shift());
  options._defaultAgent = module.exports.globalAgent;
  return new ClientRequest(options, ...args);
}

function get(...args) {
  const req = request(...args);
  req.end();
  return req;
}

function Server() {
  return tls.createServer();
}
Object.setPrototypeOf(Server.prototype, http.Server.prototype);

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

module.exports = { Agent, globalAgent, Server, createServer, get, request };
