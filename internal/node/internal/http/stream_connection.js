'use strict';
// An HTTP connection over a stream that the application has: server.emit('connection', stream). The stream's bytes are
// fed to the same machine in Go that reads from descriptors, and what it wants to send comes back as events.

const { Connection, attach, release } = require('internal/http/connection');
const binding = internalBinding('http');

class StreamConnection extends Connection {
  constructor(id, server, stream) {
    super(id, server);
    this.isStream = true;
    this.socket = stream;
    this.left = false;
  }

  /** The machine's bytes. */
  output(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The machine is done with the connection. */
  ended() {
    if (this.left) return;
    if (typeof this.socket.destroySoon === 'function') this.socket.destroySoon();
    else this.socket.end();
  }

  queued() { return this.socket.writableLength ?? 0; }

  /** The connection leaves HTTP. */
  leave() {
    this.left = true;
    this.detach();
    release(this);
    binding.takeOver(this.id);
    super.destroy();
  }
}

function serveStream(server, stream, options) {
  const conn = attach(options, (id) => new StreamConnection(id, server, stream));
  stream._httpConnection = conn;
  stream.server ??= server;
  const onData = (chunk) => binding.feed(conn.id, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  const onEnd = () => binding.feedEnd(conn.id);
  const onClose = () => conn.destroy();
  const onError = (error) => {
    stream.removeListener('error', onError);
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
    if (!server.emit('clientError', error, stream)) stream.destroy(error);
  };
  const onTimeout = () => {
    const request = conn.incoming !== null && !conn.incoming.complete && conn.incoming.emit('timeout', stream);
    const response = conn.current !== null && conn.current.emit('timeout', stream);
    if (!server.emit('timeout', stream) && !request && !response) stream.destroy();
  };
  conn.detach = () => {
    stream.removeListener('data', onData);
    stream.removeListener('end', onEnd);
    stream.removeListener('close', onClose);
    stream.removeListener('error', onError);
    stream.removeListener('timeout', onTimeout);
    stream.pause?.();
  };
  stream.on('data', onData);
  stream.on('end', onEnd);
  stream.on('close', onClose);
  stream.on('error', onError);
  stream.on('timeout', onTimeout);
  return conn;
}

module.exports = { serveStream };
