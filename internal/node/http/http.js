'use strict';
// The module http. The client's half is loaded when it is first used: a server may never need it.

const { validateInteger } = require('internal/validators');
const { httpMethods } = require('internal/http/connection');
const { IncomingMessage } = require('_http_incoming');
const { OutgoingMessage, validateHeaderName, validateHeaderValue } = require('_http_outgoing');
const { STATUS_CODES, Server, ServerResponse } = require('_http_server');
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

module.exports = {
  METHODS: httpMethods,
  STATUS_CODES,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  _connectionListener: require('_http_server')._connectionListener,
  createServer,
  get,
  request,
  validateHeaderName,
  validateHeaderValue: (name, value) => validateHeaderValue(name, value),
  setMaxIdleHTTPParsers(max) {
    validateInteger(max, 'max', 1);
    require('_http_common').parsers.max = max;
  },
};

function lazy(name, load) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const value = load();
      Object.defineProperty(module.exports, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(module.exports, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    },
  });
}
lazy('Agent', () => require('_http_agent').Agent);
lazy('ClientRequest', () => require('_http_client').ClientRequest);

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
