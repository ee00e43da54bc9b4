'use strict';
// socket.parser of a server connection, for those who look: the parser itself is Go's.

const kOnTimeout = 6; // HTTPParser.kOnTimeout

class ParserView {
  #conn;

  /** onTimeout(socket): what to do when a request does not come in time. */
  constructor(conn, onTimeout) {
    this.#conn = conn;
    this.onIncoming = null;
    this.maxHeaderPairs = 2000;
    this[kOnTimeout] = () => onTimeout(this.socket);
  }

  /** The request whose body is arriving, or that nobody has read to its end. */
  get incoming() {
    const conn = this.#conn;
    if (conn === null) return null;
    if (conn.unread !== null && conn.unread.destroyed) conn.unread = null;
    return conn.incoming ?? conn.unread;
  }

  get socket() { return this.#conn?.socket ?? null; }

  /** The connection needs no parser any more. */
  free() {
    this.#conn = null;
    this[kOnTimeout] = null;
  }

  close() {}
  remove() {}
}

module.exports = { ParserView };
