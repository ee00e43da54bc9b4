'use strict';
// Proxies that the environment names: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, given to an Agent as proxyEnv. A request
// by http goes to the proxy with an absolute URL; one by https goes through a tunnel that CONNECT makes.

const net = require('net');
const { codes: { ERR_INVALID_ARG_VALUE, ERR_PROXY_INVALID_CONFIG, ERR_PROXY_TUNNEL } } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { isIPv4 } = net;

// --- The configuration ---

/** The proxy's URL for a protocol, as it stands in the environment; undefined if there is none. */
function proxyUrl(env, protocol) {
  const url = protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  return url || undefined;
}

function isHttp(url) {
  return url.startsWith('http://') || url.startsWith('https://');
}

function address4(text) {
  return isIPv4(text) ? text.split('.').reduce((value, part) => value * 256 + Number(part), 0) : -1;
}

// What NO_PROXY names, as functions (host, host:port) => boolean.
function bypassRule(entry) {
  if (entry === '*') return () => true;
  if (entry.startsWith('*.')) return (host) => host.endsWith(entry.slice(1));
  if (entry.startsWith('.')) return (host) => host.endsWith(entry) || host === entry.slice(1);
  if (entry.includes('-')) {
    const [first, last] = entry.split('-', 2).map((part) => address4(part.trim()));
    if (first !== -1 && last !== -1) {
      return (host) => {
        const address = address4(host);
        return address !== -1 && address >= first && address <= last;
      };
    }
  }
  return (host, withPort) => host === entry || withPort === entry;
}

class ProxyConfig {
  constructor(url, keepAlive, noProxy) {
    let parsed;
    try {
      parsed = new URL(url);
    } catch {
      throw new ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${url}`);
    }
    const { hostname, port, protocol, username, password } = parsed;
    this.protocol = protocol;
    this.href = `${protocol}//${parsed.host}/`; // without the credentials
    this.connectOptions = {
      __proto__: null,
      host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
      port: port ? Number(port) : protocol === 'https:' ? 443 : 80,
    };
    this.authorization = undefined;
    if (username || password) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    this.keepAlive = keepAlive;
    this.bypass = noProxy ? noProxy.split(',').map((entry) => bypassRule(entry.trim().toLowerCase())) : [];
  }

  /** Whether requests to that target go through the proxy. */
  applies({ host, port, socketPath }) {
    if (socketPath) return false;
    const name = (host || 'localhost').toLowerCase();
    const withPort = `${name}:${port}`;
    return !this.bypass.some((rule) => rule(name, withPort));
  }

  /** A connection to the proxy, for a request that has these options. */
  connect(options) {
    const own = { __proto__: null, ...this.connectOptions };
    for (const name of ['keepAlive', 'keepAliveInitialDelay', 'noDelay', 'timeout']) {
      if (options[name] !== undefined) own[name] = options[name];
    }
    return this.protocol === 'https:' ? require('tls').connect(own) : net.createConnection(own);
  }
}

/** The configuration for an agent; undefined if the environment names no proxy for its protocol. */
function configFromEnv(env, protocol, keepAlive) {
  const url = proxyUrl(env, protocol);
  if (url === undefined || !isHttp(url)) return undefined;
  return new ProxyConfig(url, keepAlive, env.no_proxy || env.NO_PROXY);
}

// --- http ---

function parseAuthority(text) {
  return URL.canParse(`http://${text}`) ? new URL(`http://${text}`).host : undefined;
}

// The path as an absolute URL, which must be within the authority.
function absolutePath(path, base) {
  if (path.startsWith('/')) return `${base.origin}${path}`;
  if (!URL.canParse(path)) {
    throw new ERR_INVALID_ARG_VALUE('options.path', path, 'must be in absolute-form or start with /');
  }
  const url = new URL(path);
  if (url.protocol !== 'http:') {
    throw new ERR_INVALID_ARG_VALUE('options.path', url.protocol, 'must use http: scheme when specified as an absolute URL');
  }
  if (url.username || url.password) {
    url.username = url.password = '';
    throw new ERR_INVALID_ARG_VALUE('options.path', url.href, 'must not contain userinfo, use options.auth instead');
  }
  if (url.host !== base.host) {
    throw new ERR_INVALID_ARG_VALUE('options.path', url, `must match the request authority (${base.host})`);
  }
  return url.href;
}

/**
 * Makes a request one that goes to a proxy: returns { path, authority }. What it says about the target in several places
 * must agree: a proxy and a server that read different ones would be led astray.
 */
function proxiedTarget(req, path, hostInUrl, port) {
  const base = new URL(`http://${hostInUrl}:${port}`);
  if ((req.method === 'OPTIONS' && path === '*') || req.method === 'CONNECT') return { path, authority: base.host };
  return { path: absolutePath(path, base), authority: base.host };
}

/** Throws if a Host header that the application gave names another target. */
function checkHostHeader(host, authority) {
  if (parseAuthority(host) !== authority) {
    throw new ERR_INVALID_ARG_VALUE('Host in options.headers', host, `must match the request authority (${authority})`);
  }
}

/** The headers that are for the proxy. */
function setProxyHeaders(req, config) {
  if (config.authorization !== undefined) req.setHeader('proxy-authorization', config.authorization);
  req.setHeader('proxy-connection', config.keepAlive ? 'keep-alive' : 'close');
}

// --- https ---

// The head of a proxy's answer may not be longer.
const maxAnswer = 64 * 1024;

/**
 * Makes a connection to the target of `options` through the proxy; secure(socket) makes TLS of it.
 * callback(error, socket)
 */
function tunnel(config, options, secure, callback) {
  const { host, port } = options;
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  const socket = config.connect(options);
  let received = Buffer.alloc(0);

  function cleanup() {
    socket.removeListener('readable', onReadable);
    socket.removeListener('end', onEnd);
    socket.removeListener('error', onError);
    socket.removeListener('timeout', onTimeout);
    socket.setTimeout(0);
  }
  function fail(error) {
    cleanup();
    socket.on('error', () => {});
    socket.destroy();
    callback(error);
  }
  function onError(error) {
    fail(error);
  }
  function onEnd() {
    fail(new ERR_PROXY_TUNNEL('Connection to establish proxy tunnel ended unexpectedly'));
  }
  function onTimeout() {
    const error = new ERR_PROXY_TUNNEL(`Connection to establish proxy tunnel timed out after ${options.timeout}ms`);
    error.proxyTunnelTimeout = options.timeout;
    fail(error);
  }
  function onReadable() {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) {
      if (received.length > maxAnswer) fail(new ERR_PROXY_TUNNEL('The answer of the proxy is too long'));
      return;
    }
    const line = received.latin1Slice(0, received.indexOf('\r\n'));
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line);
    if (status?.[1] !== '200') {
      const error = new ERR_PROXY_TUNNEL(`Failed to establish tunnel to ${target} via ${config.href}: ${line}`);
      error.statusCode = status ? Number(status[1]) : NaN;
      fail(error);
      return;
    }
    cleanup();
    const rest = received.subarray(end + 4);
    if (rest.length > 0) socket.unshift(rest);
    callback(null, secure(socket));
  }

  socket.on('readable', onReadable);
  socket.on('end', onEnd);
  socket.on('error', onError);
  if (options.timeout) {
    socket.setTimeout(options.timeout);
    socket.on('timeout', onTimeout);
  }
  let head = `CONNECT ${target} HTTP/1.1\r\n`;
  if (config.authorization !== undefined) head += `proxy-authorization: ${config.authorization}\r\n`;
  if (config.keepAlive) head += 'proxy-connection: keep-alive\r\n';
  socket.write(`${head}host: ${target}\r\n\r\n`, 'latin1');
}

// --- All of the process ---

function nothing() {}

/** http.setGlobalProxyFromEnv: returns a function that undoes it. */
function setGlobalProxyFromEnv(env) {
  validateObject(env, 'proxyEnv');
  const httpProxy = proxyUrl(env, 'http:');
  const httpsProxy = proxyUrl(env, 'https:');
  if (httpProxy === undefined && httpsProxy === undefined) return nothing;
  for (const url of [httpProxy, httpsProxy]) {
    if (url !== undefined && !URL.canParse(url)) throw new ERR_PROXY_INVALID_CONFIG(url);
  }
  const undo = [setFetchProxy(require('internal/fetch'), env)];
  const agents = [];
  if (httpProxy !== undefined) agents.push(require('http'));
  if (httpsProxy !== undefined) agents.push(require('https'));
  for (const module of agents) {
    const { globalAgent } = module;
    undo.push(() => { module.globalAgent = globalAgent; });
    module.globalAgent = require('_http_agent').makeGlobalAgent(module.Agent, env);
  }
  return function restore() {
    for (const step of undo) step();
  };
}

// For fetch.
function setFetchProxy({ EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher }, env) {
  const httpProxy = proxyUrl(env, 'http:');
  const httpsProxy = proxyUrl(env, 'https:');
  if (httpProxy === undefined && httpsProxy === undefined) return () => {};
  const before = getGlobalDispatcher();
  setGlobalDispatcher(new EnvHttpProxyAgent({
    __proto__: null, httpProxy, httpsProxy, noProxy: env.no_proxy || env.NO_PROXY,
  }));
  return () => setGlobalDispatcher(before);
}

module.exports = {
  checkHostHeader, configFromEnv, proxiedTarget, setFetchProxy, setGlobalProxyFromEnv, setProxyHeaders, tunnel,
};
