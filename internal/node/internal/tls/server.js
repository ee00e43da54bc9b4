'use strict';
// tls.Server: a net.Server whose connections become TLSSockets.

const EventEmitter = require('events');
const net = require('net');
const tls = require('tls');
const {
  ConnResetException,
  codes: { ERR_INVALID_ARG_TYPE, ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS, ERR_TLS_REQUIRED_SERVER_NAME },
} = require('internal/errors');
const { validateBuffer, validateFunction, validateNumber, validateObject, validateString } = require('internal/validators');
const { TLSSocket, noPSK } = require('internal/tls/socket');

const kErrorEmitted = Symbol('kErrorEmitted');
const kHandshakeTimeout = Symbol('kHandshakeTimeout');
const kSNICallback = Symbol('kSNICallback');
const kEnableTrace = Symbol('kEnableTrace');
// A raw socket whose handshake is not JavaScript's to do.
const kTaken = Symbol('kTaken');

function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  if (typeof options === 'function') {
    listener = options;
    options = {};
  } else if (options === undefined || options === null) {
    options = {};
  } else if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  this._contexts = [];
  this.requestCert = options.requestCert === true;
  this.rejectUnauthorized = options.rejectUnauthorized !== false;
  this.ALPNCallback = options.ALPNCallback;
  if (this.ALPNCallback && options.ALPNProtocols) throw new ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  if (options.ALPNProtocols) tls.convertALPNProtocols(options.ALPNProtocols, this);
  this.setSecureContext(options);
  this[kHandshakeTimeout] = options.handshakeTimeout || 120_000;
  this[kSNICallback] = options.SNICallback;
  validateNumber(this[kHandshakeTimeout], 'options.handshakeTimeout');
  if (this[kSNICallback]) validateFunction(this[kSNICallback], 'options.SNICallback');
  if (options.pskCallback) {
    validateFunction(options.pskCallback, 'options.pskCallback');
    noPSK();
  }
  if (options.pskIdentityHint) validateString(options.pskIdentityHint, 'options.pskIdentityHint');
  net.Server.call(this, options, connectionListener);
  if (listener) this.on('secureConnection', listener);
  this[kEnableTrace] = options.enableTrace;
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

// --- Context ---

const contextOptions = ['pfx', 'key', 'passphrase', 'cert', 'clientCertEngine', 'ca', 'minVersion', 'maxVersion', 'secureProtocol',
                        'crl', 'ciphers', 'dhparam', 'secureOptions'];
const keptOptions = ['sigalgs', 'ecdhCurve', 'privateKeyIdentifier', 'privateKeyEngine', 'certificateCompression'];

/** Takes another key, certificate and so on, for connections from now on. */
Server.prototype.setSecureContext = function(options) {
  validateObject(options, 'options');
  for (const name of contextOptions) this[name] = options[name] || undefined;
  for (const name of keptOptions) this[name] = options[name];
  this.honorCipherOrder = options.honorCipherOrder !== undefined ? Boolean(options.honorCipherOrder) : true;
  this.sessionIdContext = options.sessionIdContext || defaultSessionIdContext();
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  const all = { honorCipherOrder: this.honorCipherOrder, sessionIdContext: this.sessionIdContext,
    ticketKeys: this.ticketKeys, sessionTimeout: this.sessionTimeout };
  for (const name of contextOptions) all[name] = this[name];
  for (const name of keptOptions) all[name] = this[name];
  this._sharedCreds = tls.createSecureContext(all);
};

function defaultSessionIdContext() {
  return require('crypto').createHash('sha1').update(process.argv.join(' ')).digest('hex').slice(0, 32);
}

Server.prototype._getServerData = function() {
  return { ticketKeys: this.getTicketKeys().toString('hex') };
};

Server.prototype._setServerData = function(data) {
  this.setTicketKeys(Buffer.from(data.ticketKeys, 'hex'));
};

Server.prototype.getTicketKeys = function getTicketKeys() {
  return this._sharedCreds.context.getTicketKeys();
};

Server.prototype.setTicketKeys = function setTicketKeys(keys) {
  validateBuffer(keys);
  require('assert')(keys.byteLength === 48, 'Session ticket keys must be a 48-byte buffer');
  this._sharedCreds.context.setTicketKeys(keys);
};

// --- Names ---

/** The context for clients that ask for `servername`, in which * stands for a label. */
Server.prototype.addContext = function(servername, context) {
  if (!servername) throw new ERR_TLS_REQUIRED_SERVER_NAME();
  const pattern = servername.replace(/([.^$+?\-\\[\]{}])/g, '\\$1').replaceAll('*', '[^.]*');
  const secure = context instanceof tls.SecureContext ? context : tls.createSecureContext(context);
  this._contexts.push([new RegExp(`^${pattern}$`, 'i'), secure.context]);
};

/** Chooses among the contexts of addContext: the one that was added last wins. Called with the socket as `this`. */
function defaultSNICallback(servername, callback) {
  callback(null, this.server._contexts.findLast(([pattern]) => pattern.test(servername))?.[1]);
}

// --- Connections ---

/** Whether JavaScript chooses the context of a connection. */
function needsContextCallback(server) {
  return Boolean(server[kSNICallback]) || server._contexts.length > 0;
}

/** What a connection of the server is asked to do. */
function socketOptions(server) {
  return {
    secureContext: server._sharedCreds,
    isServer: true,
    server,
    requestCert: server.requestCert,
    rejectUnauthorized: server.rejectUnauthorized,
    handshakeTimeout: server[kHandshakeTimeout],
    ALPNProtocols: server.ALPNProtocols,
    ALPNCallback: server.ALPNCallback,
    SNICallback: server[kSNICallback] || defaultSNICallback,
    enableTrace: server[kEnableTrace],
    pauseOnConnect: server.pauseOnConnect,
  };
}

function connectionListener(rawSocket) {
  if (rawSocket[kTaken]) return;
  const socket = new TLSSocket(rawSocket, socketOptions(this));
  socket.on('secure', onSecure);
  listen(this, socket);
}

/** Makes what goes wrong before the socket is the application's an event of the server. */
function listen(server, socket) {
  if (server.listenerCount('keylog') > 0) socket.on('keylog', onKeylog);
  socket[kErrorEmitted] = false;
  socket.on('close', onClose);
  socket.on('_tlsError', onTLSError);
  socket.on('error', onTLSError);
}

/** Says whether the client is who it says; destroys the socket when it must be and is not. */
function authorize(socket) {
  if (!socket._requestCert) return;
  const error = socket._handle.verifyError();
  if (error) {
    socket.authorizationError = error.code;
    if (socket._rejectUnauthorized) socket.destroy();
  } else {
    socket.authorized = true;
  }
}

function onSecure() {
  authorize(this);
  if (!this.destroyed && this._releaseControl()) {
    this.secureConnecting = false;
    this._tlsOptions.server.emit('secureConnection', this);
  }
}

function onTLSError(error) {
  if (this._controlReleased || this[kErrorEmitted]) return;
  this[kErrorEmitted] = true;
  this._tlsOptions.server.emit('tlsClientError', error, this);
}

function onKeylog(line) {
  this._tlsOptions.server.emit('keylog', line, this);
}

function onClose(hadError) {
  if (hadError || this._controlReleased || this[kErrorEmitted]) return;
  this[kErrorEmitted] = true;
  this._tlsOptions.server.emit('tlsClientError', new ConnResetException('socket hang up'), this);
}

Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, socket) {
  if (event === 'secureConnection') socket.destroy(error);
  else net.Server.prototype[EventEmitter.captureRejectionSymbol].call(this, error, event, socket);
};

function createServer(options, listener) {
  return new Server(options, listener);
}

module.exports = { Server, authorize, createServer, defaultSNICallback, kHandshakeTimeout, kTaken, listen, needsContextCallback, socketOptions };
