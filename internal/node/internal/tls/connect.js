'use strict';
// tls.connect(): a client's TLSSocket, from its arguments to 'secureConnect'.

const net = require('net');
const tls = require('tls');
const { ConnResetException, codes: { ERR_TLS_DH_PARAM_SIZE } } = require('internal/errors');
const { validateFunction, validateNumber } = require('internal/validators');
const { getAllowUnauthorized } = require('internal/options');
const { identityOf } = require('internal/tls/session');
const { TLSSocket, kConnectOptions, kPendingSession, kVerified, noPSK } = require('internal/tls/socket');

let ipWarned = false;

// (port, host, options, cb), each but the first optional: [options, cb]. Options win over host.
function normalizeArgs(args) {
  const [options, callback] = net._normalizeArgs(args);
  const extra = args[1] !== null && typeof args[1] === 'object' ? args[1] : args[2];
  if (typeof extra === 'object') Object.assign(options, extra);
  return [options, callback];
}

function connect(...args) {
  const [given, callback] = normalizeArgs(args);
  const options = {
    rejectUnauthorized: !getAllowUnauthorized(),
    ciphers: tls.DEFAULT_CIPHERS,
    checkServerIdentity: tls.checkServerIdentity,
    minDHSize: 1024,
    ...given,
  };
  if (!options.keepAlive) options.singleUse = true;
  validateFunction(options.checkServerIdentity, 'options.checkServerIdentity');
  validateNumber(options.minDHSize, 'options.minDHSize', 1);
  if (options.pskCallback) noPSK();
  const socket = new TLSSocket(options.socket, {
    allowHalfOpen: options.allowHalfOpen,
    pipe: Boolean(options.path),
    secureContext: options.secureContext || tls.createSecureContext(options),
    isServer: false,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
    ALPNProtocols: options.ALPNProtocols,
    requestOCSP: options.requestOCSP,
    enableTrace: options.enableTrace,
    highWaterMark: options.highWaterMark,
    onread: options.onread,
    signal: options.signal,
    noDelay: options.noDelay,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
  });
  options.rejectUnauthorized = options.rejectUnauthorized !== false; // undefined means yes
  socket[kConnectOptions] = options;
  if (callback) socket.once('secureConnect', callback);
  if (!options.socket) {
    if (options.timeout) socket.setTimeout(options.timeout);
    socket.connect(options, socket._start);
  }
  socket._releaseControl();
  if (options.session) socket.setSession(options.session);
  if (options.servername) setServername(socket, options.servername);
  if (options.socket) socket._start();
  socket.on('secure', onSecure);
  socket.prependListener('end', onEnd);
  return socket;
}

function setServername(socket, servername) {
  if (!ipWarned && net.isIP(servername)) {
    process.emitWarning('Setting the TLS ServerName to an IP address is not permitted by RFC 6066. ' +
      'This will be ignored in a future version.', 'DeprecationWarning', 'DEP0123');
    ipWarned = true;
  }
  socket.setServername(servername);
}

// Why the server is not to be trusted, if it is not. A resumed session was checked when it was made.
function whyNot(socket, options) {
  const error = socket._handle.verifyError();
  if (error || socket.isSessionReused()) return error;
  return options.checkServerIdentity(identityOf(options), socket.getPeerCertificate(true));
}

function onSecure() {
  const options = this[kConnectOptions];
  const key = this.getEphemeralKeyInfo();
  if (key.type === 'DH' && key.size < options.minDHSize) {
    this.emit('error', new ERR_TLS_DH_PARAM_SIZE(key.size));
    this.destroy();
    return;
  }
  const error = whyNot(this, options);
  if (error) {
    this.authorized = false;
    this.authorizationError = error.code || error.message;
    if (options.rejectUnauthorized !== false) {
      this.destroy(error);
      return;
    }
  } else {
    this.authorized = true;
  }
  this.secureConnecting = false;
  this.emit('secureConnect');
  this[kVerified] = true;
  const session = this[kPendingSession];
  this[kPendingSession] = null;
  if (session) this.emit('session', session);
  this.removeListener('end', onEnd);
}

// The connection ended before the handshake did.
function onEnd() {
  if (this._hadError) return;
  const { path, host, port, localAddress } = this[kConnectOptions];
  this._hadError = true;
  const error = new ConnResetException('Client network socket disconnected before secure TLS connection was established');
  this.destroy(Object.assign(error, { path, host, port, localAddress }));
}

module.exports = { connect };
