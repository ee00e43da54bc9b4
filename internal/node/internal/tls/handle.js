'use strict';
// The handle of a TLSSocket: plaintext on this side, and below it the handle of a connection or a stream in JavaScript.
// The native half (tls/wrap.go) does the protocol; what a handshake asks and tells comes here as events.

const binding = internalBinding('tls');
const { events, takeBytes, takeValue } = internalBinding('turn');
const asyncContext = require('internal/async_context');
const { TCP, handleOf, kOnEnd, kOnFail, kOnRead } = require('internal/net_handle');
const { ConnResetException, ErrnoException, codes: { ERR_TLS_HANDSHAKE_TIMEOUT } } = require('internal/errors');

// Events, as in wrap.go.
const SECURE = 1;
const FAILED = 2;
const ERROR = 3;
const ACCEPTED = 4;
const QUESTION = 5;
const KEYLOG = 6;
const SESSION = 7;
const OUTPUT = 8;
const READING = 9;
const END_BELOW = 10;
const LOST = 11;

// Flags of start(), as in binding.go.
const kServer = 1;
const kRequestCert = 2;
const kRequireCert = 4;
const kKeylog = 8;
const kSessions = 16;
const kSNI = 32;
const kALPN = 64;
const kOCSP = 128;

const EBADF = -9;

// Failures, as in failure.go.
const failReset = 1;
const failSystem = 2;
const failTime = 3;

/** The error that a failure of the native half is. */
function errorOf([kind, number, reason, detail, syscall]) {
  switch (kind) {
    case failReset:
      return new ConnResetException('socket hang up');
    case failSystem:
      return new ErrnoException(number, syscall);
    case failTime:
      return new ERR_TLS_HANDSHAKE_TIMEOUT();
  }
  const packed = (0x0a000000 + number).toString(16).toUpperCase().padStart(8, '0');
  const error = new Error(`error:${packed}:SSL routines::${reason}:${detail}`);
  error.library = 'SSL routines';
  error.reason = reason;
  error.code = `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
  return error;
}

// Bytes that were on their way to the owner of the connection below when TLS took it over.
class Redirect {
  constructor(handle) { this.handle = handle; }
  [kOnRead](buffer) { binding.input(this.handle.id, buffer); }
  [kOnEnd]() { binding.inputEnd(this.handle.id); }
  [kOnFail](errno, syscall) { this.handle.owner?.[kOnFail](errno, syscall); }
}

class TLSWrap extends TCP {
  /**
   * below: the handle of the connection that carries the ciphertext, or a StreamBelow; null when the native half has it.
   * socket: the net.Socket it belongs to, if it has one already.
   */
  constructor(below, socket, context, isServer, id = binding.create()) {
    super(id);
    this._parent = below;
    this._parentWrap = socket;
    this._secureContext = context;
    this.isServer = isServer;
    this.flags = isServer ? kServer : 0;
    this.protocols = undefined;
    this.servername = undefined;
    this.session = undefined;
    this.started = false;
    this.handshaking = false;
    this.known = undefined; // facts of the handshake
    // What happens, for the owner.
    this.onhandshakedone = null;
    this.onerror = null;
    this.onquestion = null;
    this.onkeylog = null;
    this.onnewsession = null;
    if (below !== null) this.updateRef();
  }

  /** Begins the handshake. */
  start() {
    if (this.started || this.closing) return;
    this.started = true;
    this.handshaking = true;
    const below = this._parent;
    if (below !== null && below.isStream !== true) below.owner = new Redirect(this);
    binding.start(this.id, below === null || below.isStream === true ? 0 : below.id, this._secureContext.context.id,
      this.flags, this.protocols, this.servername ?? '', this.session);
    below?.begin?.(this);
    this.updateRef();
  }

  isBusy() {
    // A stream in JavaScript keeps the loop alive by what it stands on, if by anything.
    if (this._parent?.isStream) return false;
    return this.handshaking || super.isBusy();
  }

  /** What is written begins the handshake, if nothing else has. */
  put(chunk, encoding) {
    if (!this.started) this.start();
    if (this.handshaking && chunk.length === 0) binding.await(this.id);
    return super.put(chunk, encoding);
  }

  /** Ciphertext that came before. */
  receive(bytes) {
    binding.input(this.id, bytes);
  }

  // --- What is asked of the handshake ---

  set(flag, on) {
    if (on) this.flags |= flag;
    else this.flags &= ~flag;
  }

  setVerifyMode(requestCert, rejectUnauthorized) {
    this.set(kRequestCert, requestCert);
    this.set(kRequireCert, rejectUnauthorized);
  }

  setALPNProtocols(protocols) { this.protocols = protocols; }
  setServername(name) { this.servername = name; }
  setSession(session) { this.session = session; }
  /** Of a server, before the handshake or while it asks: key and certificate are the context's, and nothing else. */
  setKeyCert(context) { binding.setKeyCert(this.id, context.id); }

  enableKeylogCallback() { this.set(kKeylog, true); }
  enableSessionCallbacks() { this.set(kSessions, this.isServer); }
  enableCertCb() { this.set(kSNI, true); }
  enableOCSP() { this.set(kOCSP, true); }
  enableALPNCb() { this.set(kALPN, true); }
  requestOCSP() { this.set(kOCSP, true); }

  get requestsOCSP() { return (this.flags & kOCSP) !== 0; }

  setMaxSendFragment(size) {
    if (size < 512 || size > 16384) return 0;
    binding.setFragment(this.id, size);
    return 1;
  }

  // --- What the handshake found ---

  /** The facts as an array, see binding.go; undefined before the handshake is done. */
  facts() {
    return this.known ??= this.closing ? undefined : binding.facts(this.id);
  }

  /** Before the handshake, what it begins with. */
  getProtocol() { return this.facts()?.[0] ?? 'TLSv1.3'; }

  getCipher() {
    const facts = this.facts();
    return facts && { name: facts[1], standardName: facts[2], version: facts[3] };
  }

  getEphemeralKeyInfo() {
    if (this.isServer) return null;
    const facts = this.facts();
    if (!facts?.[4]) return {};
    // A group of post-quantum cryptography is no curve, and has no size.
    if (facts[5] === 0) return { type: 'TLSGroup', name: facts[4], size: undefined };
    return { type: 'ECDH', name: facts[4], size: facts[5] };
  }

  isSessionReused() { return this.facts()?.[6] ?? false; }

  getALPNNegotiatedProtocol() { return this.facts()?.[7] ?? false; }

  getServername() {
    if (this.isServer) return binding.hello(this.id) ?? false;
    return this.servername || false;
  }

  /** Why the other side is not trusted: an error, or undefined. */
  verifyError() {
    const facts = this.facts();
    if (!facts) return undefined;
    if (facts[11] === false) {
      // Neither a certificate nor a session that had one.
      if (!this.isServer && this.isSessionReused()) return undefined;
      return verifyFailure('UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate');
    }
    return facts[9] === '' ? undefined : verifyFailure(facts[9], facts[10]);
  }

  getPeerChain() { return binding.peerCertificates(this.id) ?? []; }
  getOwnChain() { return binding.certificates(this.id) ?? []; }

  getSession() { return binding.session(this.id); }
  getTLSTicket() { return binding.ticket(this.id); }
  getSharedSigalgs() { return binding.sharedSigalgs(this.id) ?? []; }

  // crypto/tls tells of the first Finished message only, up to TLS 1.2: the client's, or, resumed, the server's.
  finished(ours) {
    const clients = !this.isSessionReused();
    return ours === (clients !== this.isServer) ? binding.unique(this.id) : undefined;
  }

  getFinished() { return this.finished(true); }
  getPeerFinished() { return this.finished(false); }

  exportKeyingMaterial(length, label, context) {
    return binding.exportKeyingMaterial(this.id, length, label, context);
  }

  // --- The connection below ---

  connect(address, port, localAddress, localPort, done) {
    const errno = this._parent.connect(address, port, localAddress, localPort, done);
    this.failedCall = this._parent.failedCall;
    return errno;
  }

  connectPath(path, done) { return this._parent.connectPath(path, done); }

  get fd() { return this._parent === null ? super.fd : this._parent.fd ?? -1; }

  get lookFd() { return super.fd; }

  getpeername(out) { return proxied(this, 'getpeername', super.getpeername, out); }
  getsockname(out) { return proxied(this, 'getsockname', super.getsockname, out); }
  setNoDelay(on) { return proxied(this, 'setNoDelay', super.setNoDelay, on); }
  setKeepAlive(on, delay) { return proxied(this, 'setKeepAlive', super.setKeepAlive, on, delay); }
  setTypeOfService(tos) { return proxied(this, 'setTypeOfService', super.setTypeOfService, tos); }
  getTypeOfService() { return proxied(this, 'getTypeOfService', super.getTypeOfService); }

  ref() {
    super.ref();
    if (this._parentWrap === null) this._parent?.ref();
  }

  unref() {
    super.unref();
    if (this._parentWrap === null) this._parent?.unref();
  }

  end(done, how) {
    if (this.closing) return;
    this.handshaking = false;
    this.facts(); // they may be asked for later
    super.end(done, how);
    const socket = this._parentWrap;
    if (socket === null) this._parent?.close();
    else socket.destroy();
  }
}

function proxied(handle, name, own, ...args) {
  const below = handle._parent;
  if (below === null) return own.apply(handle, args);
  return typeof below[name] === 'function' ? below[name](...args) : EBADF;
}

function verifyFailure(code, message) {
  const error = new Error(message);
  error.code = code;
  return error;
}

// --- Servers whose connections the native half takes: internal/tls/native_server ---

// (event, id of the listener or connection, values…)
let nativeServer = null;

function setNativeServer(functions) {
  nativeServer = functions;
}

require.onEvent('tls', (i) => {
  const id = events[i];
  const what = events[i + 1];
  if (what === ACCEPTED) {
    nativeServer.accepted(id, events[i + 2] >>> 0, events[i + 3] >>> 0);
    return;
  }
  let handle = handleOf(id);
  if (handle === undefined) {
    switch (what) {
      case SECURE: nativeServer.secure(id); return;
      case LOST: nativeServer.lost(id); return;
      case FAILED: handle = nativeServer.materialize(id); break;
      case QUESTION: handle = nativeServer.materialize(id); break;
      case KEYLOG: handle = nativeServer.materialize(id); break;
    }
    if (handle === undefined) return;
  }
  if (handle.frame !== undefined) asyncContext.set(handle.frame);
  if (handle.closing && what !== LOST) return;
  switch (what) {
    case SECURE:
      handle.handshaking = false;
      if (!handle.reading) handle.updateRef();
      try {
        handle.onhandshakedone?.();
      } finally {
        // Who does not trust the peer has closed the connection by now.
        if (!handle.closing) binding.release(handle.id);
      }
      break;
    case FAILED:
    case ERROR:
      handle.handshaking = false;
      handle.onerror?.(errorOf(takeValue(events[i + 2])));
      break;
    case QUESTION:
      handle.onquestion?.(takeValue(events[i + 2]));
      break;
    case KEYLOG:
      handle.onkeylog?.(takeBytes(events[i + 2] >>> 0, events[i + 3] >>> 0));
      break;
    case SESSION:
      handle.onnewsession?.(takeValue(events[i + 2])[0]);
      break;
    case OUTPUT:
      handle._parent.output(takeBytes(events[i + 2] >>> 0, events[i + 3] >>> 0));
      break;
    case READING:
      handle._parent.setReading(events[i + 2] !== 0);
      break;
    case END_BELOW:
      handle._parent.end();
      break;
    case LOST:
      nativeServer?.lost(id);
      break;
  }
});

const flags = { kServer, kRequestCert, kRequireCert, kKeylog, kSessions, kSNI, kALPN, kOCSP };

module.exports = { TLSWrap, binding, errorOf, flags, setNativeServer };
