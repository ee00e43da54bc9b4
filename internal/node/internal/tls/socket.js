'use strict';
// TLSSocket: a net.Socket over the handle of internal/tls/handle. Clients are made by internal/tls/connect, those of
// servers by internal/tls/server; both decide when the socket is the application's ("released"): until then an error
// is an error of the handshake.

const net = require('net');
const tls = require('tls');
const { TLSWrap } = require('internal/tls/handle');
const { Pipe, TCP } = require('internal/net_handle');
const { kReinitializeHandle } = require('internal/net/socket');
const { bind, unbind } = require('internal/tls/session');
const { answerQuestion } = require('internal/tls/questions');
const {
  codes: {
    ERR_INVALID_ARG_VALUE, ERR_TLS_HANDSHAKE_TIMEOUT, ERR_TLS_INVALID_CONTEXT, ERR_TLS_INVALID_STATE,
    ERR_TLS_RENEGOTIATION_UNSUPPORTED, ERR_TLS_SNI_FROM_SERVER,
  },
} = require('internal/errors');
const {
  validateBoolean, validateBuffer, validateFunction, validateInt32, validateObject, validateString, validateUint32,
} = require('internal/validators');
const { getOptionValue } = require('internal/options');

const kAdopted = Symbol('kAdopted'); // option: a handle whose handshake the native half has begun
const kConnectOptions = Symbol('kConnectOptions');
const kPendingSession = Symbol('kPendingSession');
const kVerified = Symbol('kVerified');
const kDisableRenegotiation = Symbol('kDisableRenegotiation');
const kALPNCallback = Symbol('kALPNCallback');

let traceWarned = false;

function warnOfTrace() {
  if (traceWarned) return;
  traceWarned = true;
  process.emitWarning('TLS packets cannot be traced: enableTrace and --trace-tls have no effect.');
}

function noPSK() {
  throw new ERR_INVALID_ARG_VALUE('options.pskCallback', '(function)', 'is not supported: this TLS implementation has no pre-shared keys');
}

function TLSSocket(socket, options) {
  const tlsOptions = { ...options };
  if (tlsOptions.enableTrace != null) validateBoolean(tlsOptions.enableTrace, 'options.enableTrace');
  if (tlsOptions.enableTrace ?? getOptionValue('--trace-tls')) warnOfTrace();
  if (tlsOptions.pskCallback) noPSK();
  if (tlsOptions.ALPNProtocols) tls.convertALPNProtocols(tlsOptions.ALPNProtocols, tlsOptions);

  this._tlsOptions = tlsOptions;
  this._secureEstablished = false;
  this._controlReleased = false;
  this.secureConnecting = true;
  this._SNICallback = null;
  this[kALPNCallback] = null;
  this.servername = null;
  this.alpnProtocol = null;
  this.authorized = false;
  this.authorizationError = null;
  this[kVerified] = false;
  this[kPendingSession] = null;
  this.encrypted = true;

  const adopted = tlsOptions[kAdopted];
  const below = adopted ? null : carrierOf(socket);
  net.Socket.call(this, {
    handle: adopted ?? this._wrapHandle(below, below?._handle),
    allowHalfOpen: socket ? socket.allowHalfOpen : tlsOptions.allowHalfOpen,
    pauseOnCreate: tlsOptions.pauseOnConnect,
    manualStart: true,
    highWaterMark: tlsOptions.highWaterMark,
    onread: !socket ? tlsOptions.onread : null,
    signal: tlsOptions.signal,
    noDelay: tlsOptions.noDelay,
    keepAlive: tlsOptions.keepAlive,
    keepAliveInitialDelay: tlsOptions.keepAliveInitialDelay,
  });
  this.ssl = this._handle;
  this.on('error', this._tlsError);
  this.on('close', this._destroySSL);
  this._init(socket, below);
  if (adopted) return;
  if (below !== null && below.writableLength > 0) waitForWrites(this, below);
  // The caller may want to listen first.
  process.nextTick(begin, this, socket);
}
Object.setPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
Object.setPrototypeOf(TLSSocket, net.Socket);

// What the ciphertext goes through: a connected net.Socket itself, any other stream by an adapter, null for a
// connection that is yet to be made.
function carrierOf(socket) {
  if (!socket) return null;
  if (socket instanceof net.Socket && socket._handle) return socket;
  const { StreamBelow } = require('internal/tls/stream');
  return new StreamBelow(socket);
}

// What somebody wrote to the connection before goes out first.
function waitForWrites(socket, below) {
  socket._waiting = true;
  below.write('', (error) => {
    socket._waiting = false;
    if (error) socket.destroy(error);
    else if (socket._startWhenWritten) socket._handle?.start();
  });
}

function startHandle(socket) {
  if (socket._waiting) socket._startWhenWritten = true;
  else socket._handle?.start();
}

function begin(socket, below) {
  if (!socket._handle) return;
  // A client's begins with _start(), or with what is written.
  if (below && !socket.connecting && socket._tlsOptions.isServer) startHandle(socket);
  // What the other stream has read already is ciphertext.
  if (below?.readableLength && !socket._handle._parent?.isStream) {
    for (let chunk; (chunk = below.read()) !== null;) socket._handle.receive(chunk);
  }
  socket.read(0);
}

/** Makes the handle over a connection's handle, or over a new one. */
TLSSocket.prototype._wrapHandle = function(below, handle) {
  const options = this._tlsOptions;
  handle ??= options.pipe ? new Pipe() : new TCP();
  const context = options.secureContext || options.credentials || tls.createSecureContext(options);
  if (typeof context.context?.id !== 'number') throw new ERR_TLS_INVALID_CONTEXT('context');
  const wrap = new TLSWrap(handle, below, context, Boolean(options.isServer));
  if (below) below.on('close', () => this.destroy());
  return wrap;
};

// Another attempt to connect, with another connection.
TLSSocket.prototype[kReinitializeHandle] = function(handle) {
  const { servername, session } = this._handle ?? {};
  const wrap = this._wrapHandle(null, handle);
  net.Socket.prototype[kReinitializeHandle].call(this, wrap);
  this.ssl = wrap;
  this._init();
  if (session) wrap.setSession(session);
  if (servername) wrap.setServername(servername);
};

// --- What the handle tells ---

function onError(socket, error) {
  if (socket._hadError) return;
  socket._hadError = true;
  if (!socket._secureEstablished) socket.destroy(error);
  else socket._emitTLSError(error);
}

function onNewSession(socket, session) {
  const bound = bind(session, socket[kConnectOptions]);
  if (socket[kVerified]) socket.emit('session', bound);
  else socket[kPendingSession] = bound;
}

function keylogWanted(event) {
  if (event !== 'keylog' || !this._handle) return;
  this._handle.enableKeylogCallback();
  this.removeListener('newListener', keylogWanted);
}

let keylogFileWarned = false;

function writeKeylog(line) {
  const file = getOptionValue('--tls-keylog');
  if (!keylogFileWarned) {
    keylogFileWarned = true;
    process.emitWarning(`Using --tls-keylog makes TLS connections insecure by writing secret key material to file ${file}`);
  }
  require('fs').appendFile(file, line, { mode: 0o600 }, (error) => {
    if (error) process.emitWarning(`Failed to write TLS keylog (this warning will not be repeated): ${error}`);
  });
}

TLSSocket.prototype._init = function(socket, below) {
  const options = this._tlsOptions;
  const handle = this._handle;
  this.server = options.server;
  this._requestCert = Boolean(options.requestCert) || !options.isServer;
  this._rejectUnauthorized = Boolean(options.rejectUnauthorized);
  handle.setVerifyMode(this._requestCert, this._rejectUnauthorized);

  handle.onerror = (error) => onError(this, error);
  handle.onhandshakedone = () => this._finishInit();
  handle.onkeylog = (line) => this.emit('keylog', line);
  if (this.listenerCount('newListener', keylogWanted) === 0) this.on('newListener', keylogWanted);
  if (getOptionValue('--tls-keylog')) this.on('keylog', writeKeylog);

  if (options.isServer) {
    initServer(this, handle, options);
  } else {
    handle.onnewsession = (session) => onNewSession(this, session);
    if (options.session) this.setSession(options.session);
  }
  if (options.ALPNProtocols) handle.setALPNProtocols(options.ALPNProtocols);
  if (this[kConnectOptions]?.servername) this.setServername(this[kConnectOptions].servername);
  if (options[kAdopted]) return;
  if (options.handshakeTimeout > 0) this.setTimeout(options.handshakeTimeout, this._handleTimeout);
  if (socket instanceof net.Socket) {
    this._parent = socket;
    this.connecting = socket.connecting || !socket._handle;
    socket.once('connect', () => {
      this.connecting = false;
      this.emit('connect');
    });
  }
  if (below) below.on('error', (error) => this._emitTLSError(error));
  else this.connecting = true;
};

function initServer(socket, handle, options) {
  const { server } = options;
  handle.onquestion = (question) => answerQuestion(socket, question);
  if (options.ALPNCallback) {
    validateFunction(options.ALPNCallback, 'options.ALPNCallback');
    socket[kALPNCallback] = options.ALPNCallback;
    handle.enableALPNCb();
  }
  if (server) {
    if (server.listenerCount('resumeSession') > 0 || server.listenerCount('newSession') > 0) handle.enableSessionCallbacks();
    if (server.listenerCount('OCSPRequest') > 0) handle.enableOCSP();
  }
  const callback = options.SNICallback;
  if (callback && (callback !== require('internal/tls/server').defaultSNICallback || server?._contexts?.length)) {
    validateFunction(callback, 'options.SNICallback');
    socket._SNICallback = callback;
    handle.enableCertCb();
  }
}

/** The handshake is done. */
TLSSocket.prototype._finishInit = function() {
  const handle = this._handle;
  if (!handle) return;
  this.alpnProtocol = handle.getALPNNegotiatedProtocol();
  this.servername ??= handle.getServername();
  this._secureEstablished = true;
  if (this._tlsOptions.handshakeTimeout > 0) this.setTimeout(0, this._handleTimeout);
  if (handle.requestsOCSP && !handle.isServer) {
    this.emit('OCSPResponse', internalBinding('tls').ocspResponse(handle.id) ?? null);
    if (this.destroyed) return;
  }
  this.emit('secure');
};

/** Begins the handshake as soon as there is a connection. */
TLSSocket.prototype._start = function() {
  if (this.connecting) {
    this.once('connect', this._start);
    return;
  }
  if (!this._handle) return;
  if (this._tlsOptions.requestOCSP) this._handle.requestOCSP();
  startHandle(this);
};

// --- Errors ---

TLSSocket.prototype._handleTimeout = function() {
  this._emitTLSError(new ERR_TLS_HANDSHAKE_TIMEOUT());
};

TLSSocket.prototype._emitTLSError = function(error) {
  const emitted = this._tlsError(error);
  if (emitted) this.emit('error', emitted);
};

TLSSocket.prototype._tlsError = function(error) {
  this.emit('_tlsError', error);
  return this._controlReleased ? error : null;
};

/** Nothing more can be asked of the connection. */
TLSSocket.prototype._destroySSL = function _destroySSL() {
  this.ssl = null;
  this[kPendingSession] = null;
  this[kVerified] = false;
};

TLSSocket.prototype._releaseControl = function() {
  if (this._controlReleased) return false;
  this._controlReleased = true;
  this.removeListener('error', this._tlsError);
  return true;
};

// --- Renegotiation: crypto/tls does not do it ---

TLSSocket.prototype.disableRenegotiation = function disableRenegotiation() {
  this[kDisableRenegotiation] = true;
};

TLSSocket.prototype.renegotiate = function(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (this.destroyed) return undefined;
  const error = new ERR_TLS_RENEGOTIATION_UNSUPPORTED();
  if (callback) process.nextTick(callback, error);
  return false;
};

// --- What the application asks ---

TLSSocket.prototype.exportKeyingMaterial = function(length, label, context) {
  validateUint32(length, 'length', true);
  validateString(label, 'label');
  if (context !== undefined) validateBuffer(context, 'context');
  if (!this._secureEstablished) throw new ERR_TLS_INVALID_STATE();
  return this._handle.exportKeyingMaterial(length, label, context);
};

TLSSocket.prototype.setMaxSendFragment = function setMaxSendFragment(size) {
  validateInt32(size, 'size');
  return this._handle.setMaxSendFragment(size) === 1;
};

TLSSocket.prototype.setServername = function(name) {
  validateString(name, 'name');
  if (this._tlsOptions.isServer) throw new ERR_TLS_SNI_FROM_SERVER();
  this._handle.setServername(name);
};

TLSSocket.prototype.setSession = function(session) {
  const own = unbind(session, this[kConnectOptions] || this._tlsOptions);
  if (own !== undefined) this._handle.setSession(own);
};

TLSSocket.prototype.getSession = function() {
  if (!this._handle) return null;
  return bind(this._handle.getSession(), this[kConnectOptions] || this._tlsOptions);
};

function legacyCertificate(chain, detailed, context) {
  if (chain.length === 0) return {};
  return require('internal/tls/certificates').legacyCertificate(chain, detailed, context);
}

TLSSocket.prototype.getPeerCertificate = function(detailed) {
  const handle = this._handle;
  return handle ? legacyCertificate(handle.getPeerChain(), Boolean(detailed), handle._secureContext) : null;
};

TLSSocket.prototype.getCertificate = function() {
  const handle = this._handle;
  return handle ? legacyCertificate(handle.getOwnChain().slice(0, 1), false, handle._secureContext) : null;
};

function x509Certificate(chain) {
  return chain?.length > 0 ? require('internal/tls/certificates').x509Certificate(chain[0], chain) : undefined;
}

TLSSocket.prototype.getPeerX509Certificate = function() {
  return x509Certificate(this._handle?.getPeerChain());
};

TLSSocket.prototype.getX509Certificate = function() {
  return x509Certificate(this._handle?.getOwnChain());
};

TLSSocket.prototype.setKeyCert = function(context) {
  if (!this._handle) return;
  const { SecureContext } = tls;
  this._handle.setKeyCert((context instanceof SecureContext ? context : tls.createSecureContext(context)).context);
};

TLSSocket.prototype.enableTrace = function enableTrace() {
  if (!this._handle) return null;
  warnOfTrace();
  return undefined;
};

for (const name of ['getCipher', 'getSharedSigalgs', 'getEphemeralKeyInfo', 'getFinished', 'getPeerFinished', 'getProtocol',
                    'getTLSTicket', 'isSessionReused']) {
  TLSSocket.prototype[name] = function() {
    return this._handle ? this._handle[name]() : null;
  };
}

module.exports = { TLSSocket, kALPNCallback, kAdopted, kConnectOptions, kPendingSession, kVerified, noPSK };
