'use strict';
// TLS over a stream that is in JavaScript: what the native half wants to send is written to it, and what it reads goes
// to the native half. It looks like a net.Socket's handle and, for TLSSocket, like the socket.

const EventEmitter = require('events');
const { ERR_STREAM_WRAP } = require('internal/errors').codes;

const binding = internalBinding('tls');

class StreamBelow extends EventEmitter {
  constructor(stream) {
    super();
    this.isStream = true;
    this._handle = this;
    this.stream = stream;
    this.handle = null;
    this.held = []; // what was read before the handshake began
    this.ended = false;
    this.destroyed = false;
    this.reading = false;

    stream.pause();
    stream.on('error', (error) => this.emit('error', error));
    const onData = (chunk) => {
      if (typeof chunk === 'string' || stream.readableObjectMode === true) {
        stream.pause();
        stream.removeListener('data', onData);
        this.emit('error', new ERR_STREAM_WRAP());
        return;
      }
      if (this.handle === null) this.held.push(chunk);
      else binding.input(this.handle.id, chunk);
    };
    stream.on('data', onData);
    stream.once('end', () => {
      this.ended = true;
      if (this.handle !== null) binding.inputEnd(this.handle.id);
    });
    stream.once('close', () => {
      this.destroyed = true;
      // A handshake that computes hears of the end a little later: it comes before the close, as in a connection.
      const owner = this.ended && this.handle?.handshaking ? this.handle.owner : null;
      if (owner) owner.once('end', () => this.emit('close'));
      else this.emit('close');
    });
    stream.resume();
  }

  get writableLength() { return 0; }

  /** The handshake of `handle` begins. */
  begin(handle) {
    this.handle = handle;
    for (const chunk of this.held) binding.input(handle.id, chunk);
    this.held = [];
    if (this.ended) binding.inputEnd(handle.id);
  }

  output(bytes) {
    const { handle, stream } = this;
    if (stream.destroyed || stream.writableEnded) return; // it has ended together with its other side
    stream.write(bytes, (error) => {
      if (!error) setImmediate(() => binding.wrote(handle.id, bytes.length));
    });
  }

  setReading(on) {
    if (on) this.stream.resume();
    else this.stream.pause();
  }

  end() {
    process.nextTick(() => this.stream.end());
  }

  close() {
    this.destroy();
  }

  destroy() {
    if (!this.stream.destroyed) this.stream.destroy();
  }

  ref() { this.stream.ref?.(); }
  unref() { this.stream.unref?.(); }

  getpeername(out) { return copy(this.stream, out, 'remoteAddress', 'remoteFamily', 'remotePort'); }
  getsockname(out) { return copy(this.stream, out, 'localAddress', 'localFamily', 'localPort'); }
}

function copy(stream, out, address, family, port) {
  if (stream[address] === undefined) return -9;
  out.address = stream[address];
  out.family = stream[family];
  out.port = stream[port];
  return 0;
}

module.exports = { StreamBelow };
