'use strict';
// The handle between a dgram.Socket and the native half: what libuv's UDP is in Node. It keeps the integer by which
// the native half knows the socket, and remembers who waits for datagrams that the kernel had no room for.
// Its methods return 0 or a negative errno, as Node's.

const binding = internalBinding('dgram');
const { events, takeBytes } = internalBinding('turn');
const asyncContext = require('internal/async_context');

// Events, as in dgram.go.
const MESSAGE = 1;
const FAILED = 2;
const SENT = 3;
const CLOSED = 4;

const EBADF = -9;

const handles = new Map();

function copyAddress(values, out) {
  if (values === undefined) return EBADF;
  if (typeof values === 'number') return values;
  out.address = values[0];
  out.family = values[1];
  out.port = values[2];
  return 0;
}

class UDP {
  #id; // 0: closed
  #frame = asyncContext.current();
  #asyncId = 0;
  #family = ''; // and its family
  #from = ''; // the address of the last sender
  #waiting = []; // (status), for each datagram that waits
  #refed = true;
  #closed = undefined;

  constructor(v6) {
    this.#id = binding.create(v6);
    // Methods of the owner.
    this.onmessage = null; // (data, { address, family, port, size })
    this.onfailure = null; // (errno): receiving failed
    handles.set(this.#id, this);
  }

  static onEvent(i, heads) {
    const handle = handles.get(events[i] >>> 0);
    if (handle === undefined) return;
    if (handle.#frame !== undefined) asyncContext.set(handle.#frame);
    switch (events[i + 1]) {
      case MESSAGE: {
        const length = events[i + 6];
        // A sender that goes on sending is not named again.
        if (length !== 0) {
          handle.#from = heads.slice(events[i + 5], events[i + 5] + length);
          handle.#family = handle.#from.includes(':') ? 'IPv6' : 'IPv4';
        }
        if (handle.#id === 0) break;
        const size = events[i + 3];
        const data = takeBytes(events[i + 2] >>> 0, size);
        handle.onmessage?.(data, { address: handle.#from, family: handle.#family, port: events[i + 4], size });
        break;
      }
      case FAILED:
        if (handle.#id !== 0) handle.onfailure?.(events[i + 2]);
        break;
      case SENT:
        handle.#waiting.shift()?.(events[i + 2]);
        break;
      case CLOSED:
        handles.delete(events[i] >>> 0);
        handle.#closed?.();
        break;
    }
  }

  get fd() {
    return this.#id === 0 ? -1 : binding.fd(this.#id);
  }

  getAsyncId() {
    return this.#asyncId ||= require('internal/async_hooks').newAsyncId();
  }

  // --- Life ---

  /** Without `exclusive` it is the socket of all workers of this process that bind to the same address. */
  bind(address, port, flags, exclusive = true) {
    return binding.bind(this.#id, address, port, flags, exclusive);
  }

  /** Takes a descriptor, or a copy of it. */
  open(fd, copy = false) {
    return binding.open(this.#id, fd, copy);
  }

  recvStart() {
    return binding.recvStart(this.#id);
  }

  recvStop() {
    return binding.recvStop(this.#id);
  }

  ref() {
    this.#setRef(true);
  }

  unref() {
    this.#setRef(false);
  }

  #setRef(on) {
    if (on === this.#refed || this.#id === 0) return;
    this.#refed = on;
    binding.setRef(this.#id, on);
  }

  hasRef() {
    return this.#refed && this.#id !== 0;
  }

  close(done) {
    if (this.#id === 0) return;
    this.#closed = done;
    binding.close(this.#id);
    this.#id = 0;
  }

  // --- Addresses ---

  connect(address, port) {
    return binding.connect(this.#id, address, port);
  }

  disconnect() {
    return binding.disconnect(this.#id);
  }

  getsockname(out) {
    return copyAddress(binding.sockname(this.#id), out);
  }

  getpeername(out) {
    return copyAddress(binding.peername(this.#id), out);
  }

  // --- Sending ---

  /**
   * Sends a datagram made of the pieces, to the address, or without one where the socket is connected to.
   * @returns {number} the size and 1 when it is gone, 0 when done(status) will be called, or a negative errno
   */
  send(pieces, address, port, done) {
    const status = binding.send(this.#id, pieces.length === 1 ? pieces[0] : pieces, address, port);
    if (status === 0) this.#waiting.push(done);
    return status;
  }

  getSendQueueSize() {
    return binding.queued(this.#id)?.[0];
  }

  getSendQueueCount() {
    return binding.queued(this.#id)?.[1];
  }

  // --- Options ---

  /** Sets the size of the kernel's buffer, or returns it if size is 0. */
  bufferSize(size, receiving) {
    return binding.bufferSize(this.#id, size, receiving) ?? EBADF;
  }

  setBroadcast(on) {
    return binding.setBroadcast(this.#id, on);
  }

  setTTL(ttl) {
    return binding.setTTL(this.#id, ttl);
  }

  setMulticastTTL(ttl) {
    return binding.setMulticastTTL(this.#id, ttl);
  }

  setMulticastLoopback(on) {
    return binding.setMulticastLoopback(this.#id, on);
  }

  setMulticastInterface(address) {
    return binding.setMulticastInterface(this.#id, address);
  }

  addMembership(group, iface) {
    return membership(this.#id, group, iface, true);
  }

  dropMembership(group, iface) {
    return membership(this.#id, group, iface, false);
  }

  addSourceSpecificMembership(source, group, iface) {
    return sourceMembership(this.#id, source, group, iface, true);
  }

  dropSourceSpecificMembership(source, group, iface) {
    return sourceMembership(this.#id, source, group, iface, false);
  }
}

const { onEvent } = UDP;
delete UDP.onEvent;
require.onEvent('dgram', onEvent);

const textOrNull = (value) => (value == null ? null : `${value}`);

function membership(id, group, iface, join) {
  return binding.membership(id, `${group}`, textOrNull(iface), join);
}

function sourceMembership(id, source, group, iface, join) {
  return binding.sourceMembership(id, source, group, textOrNull(iface), join);
}

module.exports = {
  UDP,
  isForked: binding.forked(),
  IPV6ONLY: 1,
  REUSEADDR: 4,
  REUSEPORT: 8,
};
