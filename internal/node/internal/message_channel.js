'use strict';
// MessageChannel, MessagePort and BroadcastChannel within one thread: messages are cloned when they are posted and
// delivered in a later turn. A port keeps the process alive while it listens, as Node's does.

const { EventTarget, Event } = require('internal/event_target');
const { structuredClone } = require('internal/structured_clone');
const { ERR_CONSTRUCT_CALL_INVALID } = require('internal/errors').codes;

const kPeer = Symbol('kPeer');
const kQueue = Symbol('kQueue');
const kState = Symbol('kState');
const kMake = Symbol('kMake');

class MessageEvent extends Event {
  #data;
  #ports;
  constructor(type, { data = null, ports = [] } = {}) {
    super(type);
    this.#data = data;
    this.#ports = ports;
  }
  get data() { return this.#data; }
  get origin() { return ''; }
  get lastEventId() { return ''; }
  get source() { return null; }
  get ports() { return this.#ports; }
}

// Something that is referenced exactly while a port listens.
function keepAlive(port, on) {
  const state = port[kState];
  const want = on && state.ref;
  if (want && state.keeper === null) state.keeper = setInterval(() => {}, 0x7fffffff);
  else if (!want && state.keeper !== null) {
    clearInterval(state.keeper);
    state.keeper = null;
  }
}

class MessagePort extends EventTarget {
  constructor(secret) {
    if (secret !== kMake) throw new ERR_CONSTRUCT_CALL_INVALID();
    super();
    this[kPeer] = null;
    this[kQueue] = [];
    this[kState] = { started: false, closed: false, scheduled: false, ref: true, keeper: null, onmessage: null, wrapped: new Map() };
  }

  postMessage(message, transfer) {
    const options = Array.isArray(transfer) ? { transfer } : transfer;
    const data = structuredClone(message, options);
    const peer = this[kPeer];
    if (this[kState].closed || peer === null || peer[kState].closed) return;
    peer[kQueue].push(data);
    schedule(peer);
  }

  start() {
    const state = this[kState];
    if (state.started || state.closed) return;
    state.started = true;
    keepAlive(this, true);
    schedule(this);
  }

  close(callback) {
    if (typeof callback === 'function') this.once('close', callback);
    const peer = this[kPeer];
    setImmediate(closePort, this);
    if (peer !== null) setImmediate(closePort, peer);
  }

  ref() {
    this[kState].ref = true;
    keepAlive(this, this[kState].started && !this[kState].closed);
  }

  unref() {
    this[kState].ref = false;
    keepAlive(this, false);
  }

  hasRef() { return this[kState].keeper !== null; }

  get onmessage() { return this[kState].onmessage; }
  set onmessage(listener) {
    const state = this[kState];
    if (state.onmessage !== null) this.removeEventListener('message', state.onmessage);
    state.onmessage = typeof listener === 'function' ? listener : null;
    if (state.onmessage !== null) {
      this.addEventListener('message', state.onmessage);
      this.start();
    }
  }

  // Node's own: listeners as of an EventEmitter get the data itself.
  on(type, listener) {
    const wrapped = type === 'message' ? (event) => Reflect.apply(listener, this, [event.data]) : () => Reflect.apply(listener, this, []);
    this[kState].wrapped.set(listener, wrapped);
    this.addEventListener(type, wrapped);
    if (type === 'message') this.start();
    return this;
  }

  addListener(type, listener) { return this.on(type, listener); }

  once(type, listener) {
    const once = (...args) => {
      this.off(type, once);
      Reflect.apply(listener, this, args);
    };
    return this.on(type, once);
  }

  off(type, listener) {
    this.removeEventListener(type, this[kState].wrapped.get(listener) ?? listener);
    return this;
  }

  removeListener(type, listener) { return this.off(type, listener); }

  emit(type, value) { return this.dispatchEvent(type === 'message' ? new MessageEvent('message', { data: value }) : new Event(type)); }
}

function schedule(port) {
  const state = port[kState];
  if (!state.started || state.scheduled || port[kQueue].length === 0) return;
  state.scheduled = true;
  setImmediate(deliver, port);
}

function deliver(port) {
  const state = port[kState];
  state.scheduled = false;
  if (state.closed || port[kQueue].length === 0) return;
  const data = port[kQueue].shift();
  schedule(port);
  port.dispatchEvent(new MessageEvent('message', { data }));
}

function closePort(port) {
  const state = port[kState];
  if (state.closed) return;
  while (state.started && port[kQueue].length > 0) deliver(port);
  state.closed = true;
  keepAlive(port, false);
  port.dispatchEvent(new Event('close'));
}

class MessageChannel {
  constructor() {
    this.port1 = new MessagePort(kMake);
    this.port2 = new MessagePort(kMake);
    this.port1[kPeer] = this.port2;
    this.port2[kPeer] = this.port1;
  }
}

/** The next message of a port, without waiting for its turn. */
function receiveMessageOnPort(port) {
  const queue = port[kQueue];
  return queue.length === 0 ? undefined : { message: queue.shift() };
}

const channels = new Map();

class BroadcastChannel extends MessagePort {
  constructor(name) {
    super(kMake);
    this.name = `${name}`;
    if (!channels.has(this.name)) channels.set(this.name, new Set());
    channels.get(this.name).add(this);
    this.start();
  }

  postMessage(message) {
    if (this[kState].closed) {
      throw new (require('internal/dom_exception').DOMException)('BroadcastChannel is closed.', 'InvalidStateError');
    }
    for (const other of channels.get(this.name)) {
      if (other === this) continue;
      other[kQueue].push(structuredClone(message));
      schedule(other);
    }
  }

  close() {
    channels.get(this.name)?.delete(this);
    closePort(this);
  }
}

module.exports = { BroadcastChannel, MessageChannel, MessageEvent, MessagePort, receiveMessageOnPort };
