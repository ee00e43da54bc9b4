'use strict';
// ClientRequest: a request, from its options to the end of its response. It gets its connection from an agent, from
// createConnection or from net; the response comes from the parser on that connection (internal/http/client_socket).

const { OutgoingMessage, kHighWaterMark, kUniqueHeaders, parseUniqueHeadersOption } = require('_http_outgoing');
const agents = require('_http_agent');
const { kOutHeaders } = require('internal/http/head');
const { isToken, validateHeaderValue } = require('internal/http/tokens');
const { attach, kPerf, listenForTimeout, publishError } = require('internal/http/client_socket');
const { activeChannel } = require('internal/channels');
const { once } = require('internal/util');
const {
  codes: {
    ERR_HTTP_HEADERS_SENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL,
    ERR_UNESCAPED_CHARACTERS,
  },
} = require('internal/errors');
const { validateBoolean, validateInteger, validateOneOf, validateString } = require('internal/validators');
const { getTimerDuration } = require('internal/timers');
const { hasObserver, startPerf } = require('internal/perf/observed');

const debug = require('internal/util/debuglog').debuglog('http');

const kAuthority = Symbol('kAuthority');
const kError = Symbol('kError');
const kPath = Symbol('kPath');

const badInPath = /[^\u0021-\u00ff]/;

const bodyless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

// request(url, options, cb), request(options, cb): options that are nobody else's.
function mergeArguments(input, options, callback) {
  let fromUrl = null;
  if (typeof input === 'string' || isURL(input)) {
    const { URL, urlToHttpOptions } = require('url');
    fromUrl = urlToHttpOptions(typeof input === 'string' ? new URL(input) : input);
  } else {
    callback = options;
    options = input;
  }
  if (typeof options === 'function') {
    callback = options;
    options = fromUrl || {};
  } else {
    // A copy of one object is made by copying its shape.
    options = fromUrl === null ? { ...options } : Object.assign(fromUrl, options);
  }
  return { options, callback };
}

// A URL of whatever implementation: not an options object, nor what url.parse() returns.
function isURL(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
}

function chooseAgent(options, defaultAgent) {
  const { agent } = options;
  if (agent === false) return new defaultAgent.constructor();
  if (agent === null || agent === undefined) {
    // Who makes his own connections gets no agent.
    return typeof options.createConnection === 'function' ? agent : defaultAgent;
  }
  if (typeof agent.addRequest !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent);
  }
  return agent;
}

function checkedHost(host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') {
    throw new ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
  }
  return host;
}

function checkPath(path) {
  if (badInPath.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path');
}

function checkedMethod(method) {
  if (method != null) validateString(method, 'options.method');
  if (!method) return 'GET';
  if (!isToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method);
  return method.toUpperCase();
}

function setParserOptions(req, options) {
  const { maxHeaderSize, insecureHTTPParser, httpValidation, joinDuplicateHeaders } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, 'maxHeaderSize', 0);
  req.maxHeaderSize = maxHeaderSize;
  if (insecureHTTPParser !== undefined) validateBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  req.insecureHTTPParser = insecureHTTPParser;
  if (httpValidation !== undefined) {
    validateOneOf(httpValidation, 'options.httpValidation', ['strict', 'relaxed', 'insecure']);
    if (insecureHTTPParser !== undefined) {
      throw new ERR_INVALID_ARG_VALUE('options.httpValidation', httpValidation,
                                      'cannot be used together with options.insecureHTTPParser');
    }
  }
  req.httpValidation = httpValidation;
  if (joinDuplicateHeaders !== undefined) validateBoolean(joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  req.joinDuplicateHeaders = joinDuplicateHeaders;
}

function hostInUrl(host) {
  const colon = host.indexOf(':');
  const bare = colon !== -1 && host.includes(':', colon + 1) && !host.startsWith('[');
  return bare ? `[${host}]` : host;
}

// host:port for the Host header; an IPv6 address in brackets, a port only if it is not the usual one.
function authority(host, port, defaultPort) {
  const name = hostInUrl(host);
  return port && +port !== defaultPort ? `${name}:${port}` : name;
}

// The request goes to a proxy, which wants the whole URL.
function aimAtProxy(req, config, host, port) {
  const { proxiedTarget } = require('internal/http/proxy');
  validateHeaderValue('Host', host); // URLs drop some characters
  const { path, authority: target } = proxiedTarget(req, String(req[kPath]), hostInUrl(host), port);
  req[kPath] = path;
  req[kAuthority] = target;
}

function checkHostHeaders(req, headers) {
  const { checkHostHeader } = require('internal/http/proxy');
  if (!Array.isArray(headers)) {
    for (const name of Object.keys(headers)) {
      if (name.toLowerCase() === 'host') checkHostHeader(headers[name], req[kAuthority]);
    }
    return;
  }
  const pairs = Array.isArray(headers[0]) ? headers.flat() : headers;
  for (let i = 0; i < pairs.length; i += 2) {
    if (String(pairs[i]).toLowerCase() === 'host') checkHostHeader(pairs[i + 1], req[kAuthority]);
  }
}

function setHeaders(req, options, host, proxy) {
  if (proxy !== undefined && options.headers) checkHostHeaders(req, options.headers);
  if (Array.isArray(options.headers)) {
    // As they are: nothing is added to them, and the head is made now.
    req._storeHeader(`${req.method} ${req.path} HTTP/1.1\r\n`, options.headers);
    return;
  }
  if (options.headers) {
    for (const name of Object.keys(options.headers)) req.setHeader(name, options.headers[name]);
  }
  const setHost = options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false;
  if (host && setHost && (proxy !== undefined || !req.getHeader('host'))) req.setHeader('Host', req[kAuthority]);
  if (options.auth && !req.getHeader('Authorization')) {
    req.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
  }
  if (proxy !== undefined) require('internal/http/proxy').setProxyHeaders(req, proxy);
  if (req.getHeader('expect')) req._implicitHeader();
}

function ClientRequest(input, options, callback) {
  OutgoingMessage.call(this);
  this[kError] = undefined;
  this[kPerf] = undefined;
  ({ options, callback } = mergeArguments(input, options, callback));
  if (options.highWaterMark != null) this[kHighWaterMark] = options.highWaterMark;

  const defaultAgent = options._defaultAgent || agents.globalAgent;
  this.agent = chooseAgent(options, defaultAgent);
  const protocol = options.protocol || defaultAgent.protocol;
  const expectedProtocol = this.agent?.protocol || defaultAgent.protocol;
  if (options.path) checkPath(String(options.path));
  if (protocol !== expectedProtocol) throw new ERR_INVALID_PROTOCOL(protocol, expectedProtocol);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = options.port || defaultPort || 80;
  const host = checkedHost(options.hostname, 'hostname') || checkedHost(options.host, 'host') || 'localhost';
  let connectOptions = options;
  options.port = port;
  options.host = host;

  const bare = options.setDefaultHeaders === false;
  this._removedConnection = bare;
  this._removedContLen = bare;
  this._removedTE = bare;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = getTimerDuration(options.timeout, 'timeout');
  if (options.signal) {
    require('internal/streams/add-abort-signal').addAbortSignalChecked(options.signal, this);
    connectOptions = { ...options, signal: undefined }; // The request is aborted, not its connection.
  }

  this.method = checkedMethod(options.method);
  setParserOptions(this, options);
  this[kPath] = options.path || '/';
  if (callback) this.once('response', callback);
  this.useChunkedEncodingByDefault = !bodyless.has(this.method);

  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;

  if (this.agent) {
    // Keep-alive only if the agent will use the connection again.
    const reuses = Boolean(this.agent.keepAlive) || Number.isFinite(this.agent.maxSockets);
    this._last = !reuses;
    this.shouldKeepAlive = reuses;
  }
  let proxy = this.agent?.[agents.kProxyConfig];
  if (proxy !== undefined && protocol === 'http:' && proxy.applies(connectOptions)) {
    aimAtProxy(this, proxy, host, port);
  } else {
    proxy = undefined;
    this[kAuthority] = authority(host, port, defaultPort);
  }
  setHeaders(this, options, host, proxy);
  debug('request %s %s to %s:%s', this.method, this.path, host, port);
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);

  if (this.agent) this.agent.addRequest(this, connectOptions);
  else connectAlone(this, connectOptions);
  publish(this, 'http.client.request.created');
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

function publish(request, name) {
  activeChannel(name)?.publish({ request });
}

// Without an agent the connection is for this request only.
function connectAlone(req, options) {
  req._last = true;
  req.shouldKeepAlive = false;
  if (options.path || options.socketPath) options = { ...options, path: options.socketPath || undefined };
  if (typeof options.createConnection !== 'function') {
    req.onSocket(require('net').createConnection(options));
    return;
  }
  const created = once((error, socket) => {
    if (error) process.nextTick(publishError, req, error);
    else req.onSocket(socket);
  });
  try {
    const socket = options.createConnection(options, created);
    if (socket) created(null, socket);
  } catch (error) {
    created(error);
  }
}

Object.defineProperty(ClientRequest.prototype, 'path', {
  __proto__: null,
  get() { return this[kPath]; },
  set(value) {
    const path = String(value);
    checkPath(path);
    this[kPath] = path;
  },
  enumerable: true,
  configurable: true,
});

ClientRequest.prototype._implicitHeader = function _implicitHeader() {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
  // It may have been set since it was checked.
  const { method } = this;
  if (!isToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method);
  this._storeHeader(`${method} ${this.path} HTTP/1.1\r\n`, this[kOutHeaders]);
};

ClientRequest.prototype._finish = function _finish() {
  OutgoingMessage.prototype._finish.call(this);
  if (hasObserver('http')) {
    startPerf(this, kPerf, {
      type: 'http',
      name: 'HttpClient',
      detail: {
        req: { method: this.method, url: `${this.protocol}//${this[kAuthority]}${this.path}`, headers: this.getHeaders() },
      },
    });
  }
  publish(this, 'http.client.request.start');
};

// --- The connection ---

ClientRequest.prototype.onSocket = function onSocket(socket, error) {
  attach(this, socket, error, kError);
};

/** Calls a method of the socket as soon as there is one that can be written to. */
ClientRequest.prototype._deferToConnect = function _deferToConnect(method, args) {
  const call = () => {
    if (method) this.socket[method](...args);
  };
  const onSocket = () => {
    if (this.socket.writable) call();
    else this.socket.once('connect', call);
  };
  if (this.socket) onSocket();
  else this.once('socket', onSocket);
};

ClientRequest.prototype.setNoDelay = function setNoDelay(noDelay) {
  this._deferToConnect('setNoDelay', [noDelay]);
};

ClientRequest.prototype.setSocketKeepAlive = function setSocketKeepAlive(enable, initialDelay) {
  this._deferToConnect('setKeepAlive', [enable, initialDelay]);
};

function setSocketTimeout(socket, msecs) {
  if (socket.connecting) socket.once('connect', () => socket.setTimeout(msecs));
  else socket.setTimeout(msecs);
}

ClientRequest.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this._ended) return this;
  listenForTimeout(this);
  msecs = getTimerDuration(msecs, 'msecs');
  if (callback) this.once('timeout', callback);
  if (this.socket) setSocketTimeout(this.socket, msecs);
  else this.once('socket', (socket) => setSocketTimeout(socket, msecs));
  return this;
};

ClientRequest.prototype.clearTimeout = function clearTimeout(callback) {
  this.setTimeout(0, callback);
};

// --- The end ---

function emitAbortNT(req) {
  req.emit('abort');
}

ClientRequest.prototype.abort = function abort() {
  if (this.aborted) return;
  this.aborted = true;
  process.nextTick(emitAbortNT, this);
  this.destroy();
};

ClientRequest.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  // What is left of the response is for nobody.
  this.res?._dump();
  this[kError] = error;
  this.socket?.destroy(error);
  return this;
};

module.exports = { ClientRequest };
