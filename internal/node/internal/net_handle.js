'use strict';
// The handles between net's classes and the native half: what libuv's TCP and Pipe are in Node. A handle keeps the
// integer by which the native half knows a connection or a listener, hands what happens to it to its owner, and
// remembers who waits for a write, a connection or the close. Their names and methods are Node's where applications
// look at them (socket._handle).

const binding = internalBinding('net');
const { events, takeBytes, write, kBorrow, kLatin1 } = internalBinding('turn');
const asyncContext = require('internal/async_context');

// Events, as in net.go.
const CONNECTED = 1;
const DATA = 2;
const END = 3;
const ERROR = 4;
const WROTE = 5;
const SHUTDOWN = 6;
const CLOSED = 7;
const ACCEPTED = 8;
const ACCEPT_ERROR = 9;
const SERVER_CLOSED = 10;

// From so many bytes on a chunk is handed to the kernel without being copied.
const borrowSize = 16 * 1024;

const ECANCELED = -125;
const EBADF = -9;

// Methods of a handle's owner.
const kOnRead = Symbol('kOnRead'); // (buffer)
const kOnEnd = Symbol('kOnEnd'); // ()
const kOnFail = Symbol('kOnFail'); // (errno, syscall)

const handles = new Map();

// The negative number of a system error that a native function threw.
function errnoOf(error) {
  if (typeof error.errno !== 'number') throw error;
  return error.errno;
}

/** A connection, or another descriptor that is read and written as a stream. */
class StreamHandle {
  constructor(id = 0) {
    this.id = id; // 0: not connected yet
    this.owner = null;
    this.reading = false;
    this.closing = false;
    // Somebody else in the native half has the bytes, and decides what keeps the loop alive.
    this.shared = false;
    this.lender = null; // who has them: drop() is called when the socket is destroyed, closing() when the handle is about to close
    this.wantRef = true;
    this.refed = true;
    this.onwrote = null;
    this.onshutdown = null;
    this.onconnect = null;
    this.onclose = null;
    this.consumer = null; // (buffer): takes the bytes before the owner does
    this.frame = asyncContext.current();
    this.asyncId = 0;
    this.boundFd = -1; // connects with this descriptor
    if (id !== 0) handles.set(id, this);
  }

  getAsyncId() {
    return this.asyncId ||= require('internal/async_hooks').newAsyncId();
  }

  get fd() {
    return this.id === 0 || this.closing ? -1 : binding.fd(this.id) ?? -1;
  }

  get bytesRead() {
    return this.id === 0 ? 0 : binding.bytesRead(this.id) ?? 0;
  }

  get bytesWritten() {
    return this.id === 0 ? 0 : binding.bytesWritten(this.id) ?? 0;
  }

  /** How many bytes the kernel has not taken yet. */
  get writeQueueSize() {
    return this.id === 0 ? 0 : binding.queued(this.id) ?? 0;
  }

  // --- What keeps the loop alive: a handle that is referenced and does something ---

  ref() {
    this.wantRef = true;
    this.updateRef();
  }

  unref() {
    this.wantRef = false;
    this.updateRef();
  }

  hasRef() {
    return this.wantRef && !this.closing;
  }

  isBusy() {
    return this.shared || this.reading || this.closing || this.onwrote !== null || this.onshutdown !== null ||
      this.onconnect !== null;
  }

  updateRef() {
    if (this.id === 0) return;
    const on = this.wantRef && this.isBusy();
    if (on === this.refed) return;
    this.refed = on;
    binding.setRef(this.id, on);
  }

  /** The connection has been given over by the part of the native half that had its bytes. */
  takeOver() {
    this.shared = false;
    this.updateRef();
  }

  // --- Connecting ---

  // connect: makes the native connection and returns its id. done(status) is called later.
  start(connect, done) {
    let id;
    try {
      id = connect();
    } catch (error) {
      this.failedCall = error.syscall;
      return errnoOf(error);
    }
    this.id = id;
    this.refed = true;
    this.onconnect = done;
    handles.set(id, this);
    if (!this.wantRef) this.updateRef();
    return 0;
  }

  // --- Reading ---

  readStart() {
    if (this.id === 0 || this.closing) return EBADF;
    if (this.shared) return 0;
    this.reading = true;
    binding.readStart(this.id);
    if (!this.refed) this.updateRef();
    return 0;
  }

  readStop() {
    this.reading = false;
    if (this.id === 0 || this.closing || this.shared) return 0;
    binding.readStop(this.id);
    this.updateRef();
    return 0;
  }

  // --- Writing ---

  /** Adds a chunk to what goes out with the commit() that follows at once; returns its number of bytes. */
  put(chunk, encoding) {
    if (typeof chunk === 'string') {
      switch (encoding) {
        case 'utf8':
        case 'utf-8':
          return write(this.id, 0, 0, undefined, chunk);
        case 'latin1':
        case 'binary':
        case 'ascii':
          return write(this.id, 0, kLatin1, undefined, chunk);
      }
      chunk = Buffer.from(chunk, encoding);
    }
    return write(this.id, 0, chunk.byteLength >= borrowSize ? kBorrow : 0, undefined, chunk);
  }

  /**
   * Sends what was put. Returns 0 when the kernel took everything, a negative errno, or the number of bytes that
   * are left; then waitForWrite() must be called.
   */
  commit() {
    return this.closing ? EBADF : binding.commit(this.id) ?? EBADF;
  }

  /** done(status) is called when the kernel has taken what commit() left. */
  waitForWrite(done) {
    this.onwrote = done;
    if (!this.refed) this.updateRef();
  }

  /** Ends our side when everything is written; done(status) is called then. */
  shutdown(done) {
    if (this.id === 0 || this.closing) return EBADF;
    this.onshutdown = done;
    binding.shutdown(this.id);
    if (!this.refed) this.updateRef();
    return 0;
  }

  // --- The end ---

  close(done) {
    this.end(done, binding.close);
  }

  /** Closes the connection and tells the other side that something is wrong. */
  reset(done) {
    this.end(done, binding.reset);
    return 0;
  }

  end(done, how) {
    if (this.closing) return;
    this.closing = true;
    this.lender?.closing();
    this.onclose = done;
    if (this.id === 0) {
      if (this.boundFd !== -1) binding.closeBound(this.boundFd, '');
      setImmediate(closed, this);
      return;
    }
    this.updateRef();
    this.reading = false;
    how(this.id);
  }
}

function closed(handle) {
  const { onwrote, onshutdown, onconnect, onclose } = handle;
  handle.onwrote = handle.onshutdown = handle.onconnect = handle.onclose = null;
  onwrote?.(ECANCELED);
  onconnect?.call(handle, ECANCELED);
  onshutdown?.(ECANCELED);
  onclose?.call(handle);
}

function copyAddress(values, out) {
  if (values === undefined) return EBADF;
  out.address = values[0];
  out.family = values[1];
  out.port = values[2];
  return 0;
}

class TCP extends StreamHandle {
  connect(address, port, localAddress, localPort, done) {
    const fd = this.boundFd;
    this.boundFd = -1;
    return this.start(() => binding.connectTCP(address, port, localAddress || '', localPort || 0, fd), done);
  }

  getpeername(out) {
    return this.id === 0 ? EBADF : copyAddress(binding.peername(this.id), out);
  }

  getsockname(out) {
    return this.id === 0 ? EBADF : copyAddress(binding.sockname(this.id), out);
  }

  setNoDelay(on) {
    if (this.id !== 0) binding.setNoDelay(this.id, on);
    return 0;
  }

  setKeepAlive(on, delay) {
    if (this.id !== 0) binding.setKeepAlive(this.id, on, delay);
    return 0;
  }

  setTypeOfService(tos) {
    if (this.id === 0) return EBADF;
    try {
      binding.setTypeOfService(this.id, tos);
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  }

  getTypeOfService() {
    if (this.id === 0) return EBADF;
    try {
      return binding.getTypeOfService(this.id) ?? EBADF;
    } catch (error) {
      return errnoOf(error);
    }
  }
}

class Pipe extends StreamHandle {
  connectPath(path, done) {
    const fd = this.boundFd;
    this.boundFd = -1;
    return this.start(() => binding.connectUnix(path, fd), done);
  }
}

/** A listener. It is made with what to listen on, and does it with listen(). */
class ServerHandle {
  constructor(open) {
    this.open = open; // (backlog) => [id, fd]
    this.id = 0;
    this.fd = -1;
    this.owner = null;
    this.closing = false;
    this.wantRef = true;
    this.passesOn = false; // Others get the connections that are too many for this one.
    this.onconnection = null;
    this.onclose = null;
    this.frame = asyncContext.current();
    this.asyncId = 0;
  }

  getAsyncId() {
    return this.asyncId ||= require('internal/async_hooks').newAsyncId();
  }

  listen(backlog) {
    try {
      const [id, fd] = this.open(backlog);
      this.id = id;
      this.fd = fd;
    } catch (error) {
      return errnoOf(error);
    }
    handles.set(this.id, this);
    if (!this.wantRef) binding.serverRef(this.id, false);
    return 0;
  }

  ref() {
    this.setRef(true);
  }

  unref() {
    this.setRef(false);
  }

  setRef(on) {
    if (on === this.wantRef) return;
    this.wantRef = on;
    if (this.id !== 0 && !this.closing) binding.serverRef(this.id, on);
  }

  hasRef() {
    return this.wantRef && !this.closing;
  }

  /**
   * How many connections at a time others are to leave to this listener; negative: any number. Soft: what is too many
   * for all comes all the same.
   */
  setLimit(limit, soft) {
    if (this.id !== 0 && !this.closing) this.passesOn = binding.serverLimit(this.id, limit, soft);
  }

  /** Whether other workers of the process listen too, or may. */
  isShared() { return this.id !== 0 && binding.serverShared(this.id); }

  close(done) {
    if (this.closing) return;
    this.closing = true;
    this.onclose = done;
    if (this.id === 0) setImmediate(serverClosed, this);
    else binding.serverClose(this.id);
  }
}

function serverClosed(handle) {
  const { onclose } = handle;
  handle.onclose = null;
  onclose?.call(handle);
}

class TCPServer extends ServerHandle {
  constructor(address, port, flags) {
    super((backlog) => binding.listenTCP(address, port, backlog, flags));
  }

  getsockname(out) {
    return this.id === 0 ? EBADF : copyAddress(binding.serverSockname(this.id), out);
  }
}
TCPServer.prototype.Connection = TCP;

// In a mode: nobody else shall listen on the path.
const kExclusivePath = 0x10000;

class PipeServer extends ServerHandle {
  constructor(path, mode) {
    super((backlog) => binding.listenUnix(path, backlog, mode & ~kExclusivePath, (mode & kExclusivePath) !== 0));
  }
}
PipeServer.prototype.Connection = Pipe;

/** A listener on a descriptor that is bound already. */
function serverOfFd(fd, isPipe) {
  const handle = isPipe ? new PipeServer('', 0) : new TCPServer('', 0, 0);
  handle.open = (backlog) => binding.listenFd(fd, backlog);
  return handle;
}

/** What net.BoundSocket has: a descriptor with an address that does nothing yet. */
class BoundDescriptor {
  constructor(fd, path) {
    this.fd = fd;
    this.path = path; // of a Unix socket; undefined for TCP
  }

  address() {
    const out = {};
    copyAddress(binding.boundName(this.fd), out);
    return out;
  }

  close() {
    binding.closeBound(this.fd, this.path ?? '');
  }

  /** A listener of it. */
  toServer() {
    const handle = serverOfFd(this.fd, this.path !== undefined);
    handle.open = (backlog) => binding.listenFd(this.fd, backlog, this.path ?? '');
    return handle;
  }

  /** A handle that will connect with it. */
  toSocket() {
    const handle = this.path === undefined ? new TCP() : new Pipe();
    handle.boundFd = this.fd;
    return handle;
  }
}

/** Binds to an address, or, where port is -1, a path; a negative errno if that fails. */
function boundSocket(address, port, flags) {
  try {
    if (port === -1) return new BoundDescriptor(binding.bindUnix(address), address);
    return new BoundDescriptor(binding.bindTCP(address, port, flags), undefined);
  } catch (error) {
    return errnoOf(error);
  }
}

/** A handle for an open descriptor. Throws system errors. */
function streamOfFd(fd, isPipe) {
  const id = binding.openFd(fd);
  return isPipe ? new Pipe(id) : new TCP(id);
}

/**
 * The handle of a connection that the native half has made; `shared`: somebody there has its bytes, and the handle
 * will see nothing of them until takeOver().
 */
function adopt(id, shared = true) {
  const existing = handles.get(id);
  if (existing !== undefined) return existing;
  const handle = binding.sockname(id)?.length === 1 ? new Pipe(id) : new TCP(id);
  handle.shared = shared;
  return handle;
}

/** All handles that are open. */
function allHandles() {
  return [...handles.values()];
}

/** The handle of a connection; undefined when there is none. */
function handleOf(id) {
  return handles.get(id);
}

/** The connection was closed by those who shared it, and no event will say so. */
function closedElsewhere(id) {
  const handle = handles.get(id);
  if (handle === undefined) return;
  handles.delete(id);
  handle.closing = true;
  closed(handle);
}

/** The connection was closed by those who shared it: nothing can be done with it any more. */
function forget(id) {
  const handle = handles.get(id);
  if (handle === undefined) return;
  handles.delete(id);
  handle.id = 0;
}

// --- Events ---

require.onEvent('net', (i) => {
  const id = events[i];
  const handle = handles.get(id);
  if (handle === undefined) return;
  if (handle.frame !== undefined) asyncContext.set(handle.frame);
  const a = events[i + 2];
  switch (events[i + 1]) {
    case DATA:
      if (handle.closing) break;
      if (handle.consumer !== null) handle.consumer(takeBytes(a >>> 0, events[i + 3] >>> 0));
      else handle.owner?.[kOnRead](takeBytes(a >>> 0, events[i + 3] >>> 0));
      break;
    case WROTE: {
      const { onwrote } = handle;
      handle.onwrote = null;
      onwrote?.(0);
      if (!handle.reading) handle.updateRef();
      break;
    }
    case END:
      handle.reading = false;
      if (!handle.closing) {
        handle.updateRef();
        handle.owner?.[kOnEnd]();
      }
      break;
    case ERROR: {
      if (handle.closing) break;
      const { onwrote } = handle;
      handle.onwrote = null;
      if (events[i + 3] === 2 && onwrote !== null) onwrote(a);
      else handle.owner?.[kOnFail](a, events[i + 3] === 2 ? 'write' : 'read');
      break;
    }
    case CONNECTED: {
      const { onconnect } = handle;
      handle.onconnect = null;
      if (handle.closing) break;
      onconnect?.call(handle, a);
      if (!handle.reading) handle.updateRef();
      break;
    }
    case SHUTDOWN: {
      const { onshutdown } = handle;
      handle.onshutdown = null;
      onshutdown?.(a);
      if (!handle.reading) handle.updateRef();
      break;
    }
    case CLOSED:
      handles.delete(id);
      // Closed together with what it stood on, or what stood on it.
      if (!handle.closing) handle.owner?.destroy?.();
      handle.closing = true;
      closed(handle);
      break;
    case ACCEPTED: {
      asyncContext.set(undefined);
      const connection = new handle.Connection(a);
      asyncContext.set(handle.frame);
      if (handle.closing) connection.close();
      else handle.onconnection(0, connection);
      break;
    }
    case ACCEPT_ERROR:
      if (!handle.closing) handle.onconnection(a);
      break;
    case SERVER_CLOSED:
      handles.delete(id);
      serverClosed(handle);
      break;
  }
});

module.exports = {
  __proto__: null,
  Pipe,
  PipeServer,
  ServerHandle,
  StreamHandle,
  TCP,
  TCPServer,
  adopt,
  allHandles,
  boundSocket,
  closedElsewhere,
  forget,
  handleOf,
  kExclusivePath,
  kOnEnd,
  kOnFail,
  kOnRead,
  serverOfFd,
  streamOfFd,
};
