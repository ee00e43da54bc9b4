'use strict';
// The channel between parent and child: messages as lines of JSON, or with V8's serializer, over a socket.

const { Buffer } = require('buffer');
const { ErrnoException, codes: { ERR_INVALID_ARG_TYPE, ERR_IPC_CHANNEL_CLOSED, ERR_IPC_DISCONNECTED, ERR_MISSING_ARGS } } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { HandlePassing } = require('internal/child_process/handles');
const native = internalBinding('pipe');

const kData = 0;
const kFd = 3;

/** Messages as JSON, one on each line. */
class JSONCodec {
  #rest = '';
  #decoder = new (require('string_decoder').StringDecoder)('utf8');

  encode(message) {
    return Buffer.from(`${JSON.stringify(message)}\n`);
  }

  * decode(data) {
    const lines = (this.#rest + this.#decoder.write(data)).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Messages as structured clones, each after its length in four bytes. */
class AdvancedCodec {
  #rest = Buffer.alloc(0);

  encode(message) {
    const body = require('v8').serialize(message);
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32BE(body.length);
    return Buffer.concat([head, body]);
  }

  * decode(data) {
    this.#rest = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (this.#rest.length < 4 + length) return;
      const body = this.#rest.subarray(4, 4 + length);
      this.#rest = this.#rest.subarray(4 + length);
      yield require('v8').deserialize(body);
    }
  }
}

// Messages whose cmd begins so are for the runtime and its modules, not for the application.
const internalPrefix = 'NODE_';

function isInternal(message) {
  return message !== null && typeof message === 'object' && typeof message.cmd === 'string' &&
    message.cmd.length > internalPrefix.length && message.cmd.startsWith(internalPrefix);
}

/** What stands behind process.channel and child.channel: it can be told to keep the loop alive or not. */
class Control extends require('events') {
  #channel;
  #refs = 0;
  #byUser = false;

  constructor(channel) {
    super();
    this.#channel = channel;
  }

  get fd() {
    return this.#channel.fd;
  }

  // Listeners for messages count, unless the application has said what it wants.
  refCounted() {
    if (++this.#refs === 1 && !this.#byUser) this.#channel.ref();
  }

  unrefCounted() {
    if (--this.#refs === 0 && !this.#byUser) {
      this.#channel.unref();
      this.emit('unref');
    }
  }

  ref() {
    this.#byUser = true;
    this.#channel.ref();
  }

  unref() {
    this.#byUser = true;
    this.#channel.unref();
  }
}

/** The socket of a channel. */
class Channel {
  constructor(fd, onData, onEnd) {
    this.fd = fd;
    this.received = []; // descriptors whose messages have not been read yet
    this.handle = native.open(fd, false, (kind, value) => {
      if (kind === kData) onData(value);
      else if (kind === kFd) this.received.push(value);
      else onEnd();
    }, true);
    native.readStart(this.handle);
  }

  /** Writes data, and sends the descriptor fd, if there is one, beside it. */
  write(data, callback, fd) {
    return native.write(this.handle, data, callback, fd);
  }

  ref() {
    native.ref(this.handle);
  }

  unref() {
    native.unref(this.handle);
  }

  close(callback) {
    native.close(this.handle, callback);
  }
}

/**
 * Gives target (process, or a ChildProcess) its end of a channel: send, disconnect, channel, connected, and the events.
 * @returns {Control}
 */
function setUpChannel(target, fd, serialization = 'json') {
  const codec = serialization === 'advanced' ? new AdvancedCodec() : new JSONCodec();
  const isChild = target === process;
  let channel = new Channel(fd, onData, onEnd);
  const control = new Control(channel);
  if (isChild) channel.unref(); // a listener for messages will keep the process alive

  // Messages before there is a listener are kept for it.
  let early = [];

  function deliver(message, handle) {
    const event = isInternal(message) ? 'internalMessage' : 'message';
    if (event === 'message' && early !== null && target.listenerCount('message') === 0) {
      early.push([message, handle]);
      return;
    }
    process.nextTick(() => target.emit(event, message, handle));
  }

  target.on('newListener', function onNewListener(name) {
    if (name !== 'message' || early === null) return;
    const waiting = early;
    early = null;
    target.removeListener('newListener', onNewListener);
    for (const [message, handle] of waiting) process.nextTick(() => target.emit('message', message, handle));
  });

  function onData(data) {
    for (const message of codec.decode(data)) {
      if (channel !== null && isInternal(message) && handles.isAboutHandles(message)) handles.receive(message, channel.received);
      else deliver(message, undefined);
    }
  }

  function onEnd() {
    if (channel === null) return;
    target.disconnect?.();
    finish();
    if (!isChild) require('internal/child_process/child').maybeClose(target);
  }

  function finish() {
    if (channel === null) return;
    handles.closed(channel.received);
    const closing = channel;
    channel = null;
    target.channel = null;
    Object.defineProperty(target, '_channel', { __proto__: null, value: null, configurable: true, writable: true });
    closing.close();
    process.nextTick(() => target.emit('disconnect'));
  }

  const handles = new HandlePassing(target, deliver, (message, fd) => channel?.write(codec.encode(message), () => {}, fd));

  target.channel = control;
  target._channel = control;
  target.connected = true;
  target._handleQueue = null;

  target.send = function(message, handle, options, callback) {
    if (typeof handle === 'function') {
      callback = handle;
      handle = undefined;
      options = undefined;
    } else if (typeof options === 'function') {
      callback = options;
      options = undefined;
    } else if (options !== undefined) {
      validateObject(options, 'options');
    }
    if (this.connected) return this._send(message, handle, options, callback);
    const err = new ERR_IPC_CHANNEL_CLOSED();
    if (typeof callback === 'function') process.nextTick(callback, err);
    else process.nextTick(() => this.emit('error', err));
    return false;
  };

  target._send = function(message, handle, options, callback) {
    if (message === undefined) throw new ERR_MISSING_ARGS('message');
    if (!['string', 'object', 'number', 'boolean'].includes(typeof message)) {
      throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
    }
    if (typeof options === 'boolean') options = { swallowErrors: options };
    const sent = handles.prepare(message, handle, options, callback);
    if (sent === undefined) return this._handleQueue.length === 1; // it waits
    let done;
    try {
      done = channel.write(codec.encode(sent.message), (err) => {
        if (err) failed(err);
        else if (typeof callback === 'function') callback(null);
      }, sent.fd);
    } catch (err) {
      if (err.syscall !== 'write') throw err;
      failed(err);
      return false;
    }
    handles.sent(sent);
    if (done !== false && typeof callback === 'function') process.nextTick(callback, null);
    return done !== false;

    function failed({ errno }) {
      if (options?.swallowErrors) return;
      const err = new ErrnoException(errno, 'write');
      if (typeof callback === 'function') process.nextTick(callback, err);
      else process.nextTick(() => target.emit('error', err));
    }
  };

  target.disconnect = function() {
    if (!this.connected) {
      this.emit('error', new ERR_IPC_DISCONNECTED());
      return;
    }
    this._disconnect();
  };

  target._disconnect = function() {
    this.connected = false;
    // What waits for the other side to take a handle is sent first.
    if (this._handleQueue === null) process.nextTick(finish);
  };

  return control;
}

module.exports = { setUpChannel };
