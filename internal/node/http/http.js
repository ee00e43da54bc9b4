'use strict';
// The module http. The client's half is loaded when it is first used: a server may never need it.

const { validateInteger } = require('internal/validators');
const { httpMethods } = require('internal/http/connection');
const { IncomingMessage } = require('_http_incoming');
const { OutgoingMessage, validateHeaderName, validateHeaderValue } = require('_http_outgoing');
const { STATUS_CODES, Server, ServerResponse, _connectionListener } = require('_http_server');
const { getOptionValue } = require('internal/options');

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

function request(url, options, callback) {
  const { ClientRequest } = require('_http_client');
  return new ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const req = request(url, options, callback);
  req.end();
  return req;
}

function setMaxIdleHTTPParsers(max) {
  validateInteger(max, 'max', 1);
  require('_http_common').parsers.max = max;
}

function setGlobalProxyFromEnv(proxyEnv = process.env) {
  return require('internal/http/proxy').setGlobalProxyFromEnv(proxyEnv);
}

module.exports = {
  _connectionListener,
  METHODS: httpMethods,
  STATUS_CODES,
  Agent: undefined,
  ClientRequest: undefined,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  createServer,
  validateHeaderName,
  validateHeaderValue,
  get,
  request,
  setMaxIdleHTTPParsers,
  setGlobalProxyFromEnv,
};

// Made on first use; until then they look like the values.
internalBinding('util').defineLazyProperties(module.exports, '_http_agent', ['Agent']);
internalBinding('util').defineLazyProperties(module.exports, '_http_client', ['ClientRequest']);

let maxHeaderSize;
Object.defineProperty(module.exports, 'maxHeaderSize', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return maxHeaderSize ??= getOptionValue('--max-http-header-size'); },
});

Object.defineProperty(module.exports, 'globalAgent', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return require('_http_agent').globalAgent; },
  set(value) { require('_http_agent').globalAgent = value; },
});

// The classes that the global object has too.
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return globalThis[name]; },
  });
}
