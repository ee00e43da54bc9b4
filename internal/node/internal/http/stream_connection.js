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
    this.refused = false; // the last answer was to something that is no request
    this.gone = false; // the stream is closed
  }

  /** The machine's bytes. */
  output(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The machine is done with the connection: the stream ends, and when it is closed that is the end. */
  ended() {
    const { socket } = this;
    if (this.left || this.gone) return;
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else if (this.refused) socket.end(() => socket.destroy());
    else socket.end();
  }

  /** The stream is closed. */
  lost() {
    if (this.gone || this.left) return;
    this.gone = true;
    release(this);
    super.destroy();
    this.closed = true;
    this.server._onClosed(this, 0);
  }

  queued() { return this.socket.writableLength ?? 0; }

  /** The connection leaves HTTP. */
  leave() {
    this.left = true;
    this.detach();
    release(this);
    binding.takeOver(this.id);
    super.destroy();
    this.socket._httpConnection = undefined; // It may come back as another one.
  }
}

function serveStream(server, stream, options) {
  const conn = attach(options, (id) => new StreamConnection(id, server, stream));
  stream._httpConnection = conn;
  stream.server ??= server;
  const onData = (chunk) => binding.feed(conn.id, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  const onEnd = () => binding.feedEnd(conn.id);
  const onClose = () => conn.lost();
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
    stream.readableFlowing = null; // Whoever listens next makes it flow.
  };
  stream.on('data', onData);
  stream.on('end', onEnd);
  stream.on('close', onClose);
  stream.on('error', onError);
  stream.on('timeout', onTimeout);
  return conn;
}

module.exports = { serveStream };
