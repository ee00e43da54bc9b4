'use strict';
// The JavaScript side of a server connection. Its bytes never come here: Go parses them and gives requests, pieces of
// body and what else happens as events of the turn, and puts the answers in order. The net.Socket is made when
// somebody asks for it.

const { events, flushes, takeBytes, takeValue, write } = internalBinding('turn');
const binding = internalBinding('http');
const { loop, now } = internalBinding('performance');
const asyncContext = require('internal/async_context');
const { close: closeConnection, queued: queuedBytes } = internalBinding('net');

const { emitDestroy, emitInit, initHooksExist, newAsyncId } = require('internal/async_hooks');

// What an event tells; the numbers are those of http/http.go.
const kOpen = 1;
const kRequest = 2;
const kBody = 3;
const kEnd = 4;
const kUpgrade = 5;
const kError = 6;
const kEOF = 7;
const kClosed = 8;
const kDrain = 9;
const kTimeout = 10;
const kStalled = 11;
const kOutput = 12;
const kDrainAll = 13;

// Flags of a piece of an answer: http1.WriteFlags.
const kAnswerEnd = 1;
const kAnswerClose = 2;
const kAnswerInfo = 4;

// Output is gathered where an answer of many large pieces comes in one turn, because its 'drain' comes in that turn too:
// the kernel takes half a megabyte for much less than eight times what it takes for 64 KiB. A connection gathers no more
// than the kernel has just taken from it at one go, and for no longer than this, in milliseconds.
const gatherTime = 1;
const gatherLeast = 128 * 1024;
const gatherMost = binding.gatherMost();
const kLoopCount = 3;
let gathered = 0; // of all connections, since gatheredIn
let gatheredIn = -1; // the flush before
let gatheredAt = 0; // the time of the first

// A server's async context frame: that in which it began to listen.
const kFrame = Symbol('kFrame');

class Connection {
  constructor(id, server) {
    this.id = id;
    this.server = server;
    this.socket = null; // the net.Socket, once somebody asked
    this.incoming = null; // the request whose body is arriving
    this.current = null; // the response whose turn it is
    this.waiting = null; // the responses behind it, an array
    this.answered = null; // the request of the last response that is complete
    this.requests = 0;
    this.unread = null; // an answered request that has not come to its end
    this.isStream = false; // see stream_connection
    this.paused = false; // body events are held back
    this.observed = false; // the socket reads, see server_socket
    this.redirected = false; // answers are written by the socket
    this.upgrade = null; // the request that is leaving HTTP
    this.closed = false;
    this.over = false; // nothing more can be sent
    this.errored = null; // the error with which the socket will close
    // Output that the kernel has not taken.
    this.stalled = false;
    this.pending = 0; // bytes written since the mark
    this.wrote = 0; // bytes of the last write
    this.mark = 0;
    this.granted = 0; // of pending, what its writers take for sent: it is being gathered
    this.batch = 0; // how much is gathered
    this.handed = 0; // bytes handed to the kernel in this turn, while JavaScript ran
    this.turn = 0;
    this.callbacks = null; // of writes that wait for the kernel
    // What is written in one go belongs together: where the connection is destroyed behind it, none of it is sent.
    this.corked = false;
    this.corkedAt = 0; // what was pending before
    this.corkedIn = 0; // the flush before
    this.dropped = false; // it came to that
    this.finishing = null; // the response that finishes when the kernel has all
  }

  get highWaterMark() { return this.server._httpHighWaterMark; }

  // For IncomingMessage: makes the socket on first use.
  socketOf() { return this.socket ??= this.server._makeSocket(this); }

  // For IncomingMessage: there is room for more of the body.
  readStart() {
    if (this.paused) {
      this.paused = false;
      binding.resume(this.id);
      if (this.socket !== null && !this.isStream) this.socket.resume();
    }
  }

  pause() {
    if (!this.paused && !this.closed) {
      this.paused = true;
      binding.pause(this.id);
      if (this.socket !== null && !this.isStream) this.socket.pause();
    }
  }

  /** Writes a piece of the answer to seq and returns how many bytes wait for the kernel in this turn. */
  write(seq, flags, head, body) {
    const n = write(this.id, seq, flags, head, body);
    if (this.mark !== flushes[0]) {
      this.mark = flushes[0];
      this.pending = 0;
      this.granted = 0;
    }
    this.wrote = n;
    return this.pending += n;
  }

  /** Whether a piece of n bytes more would be handed to the kernel at once. */
  fills(n) {
    if (this.batch === 0) return true;
    enterTurn(this);
    return this.mark === flushes[0] ? this.pending + n >= this.batch : n >= this.batch;
  }

  /** Whether what was written waits for more, and its writer may go on as if it were sent. */
  gathers() {
    if (this.batch === 0) return false;
    enterTurn(this);
    if (this.pending >= this.batch) return false;
    if (gatheredIn !== flushes[0]) {
      gatheredIn = flushes[0];
      gatheredAt = now();
      gathered = 0;
    } else if (now() - gatheredAt > gatherTime) {
      return false;
    }
    gathered += this.pending - this.granted;
    if (gathered > gatherMost) return false;
    this.granted = this.pending;
    return true;
  }

  /** Hands what was written to the kernel; returns whether it took all. */
  flush() {
    if (this.stalled || this.closed) return false;
    const bytes = this.mark === flushes[0] ? this.pending : 0;
    const left = binding.flush(this.id);
    if (left !== 0) { // something is left, or the connection is gone
      this.stall();
      return false;
    }
    enterTurn(this);
    if (this.handed > 0 && this.handed + bytes >= gatherLeast) {
      this.batch = Math.min(Math.max(this.batch, this.handed + bytes), gatherMost);
    }
    this.handed += bytes;
    this.pending = 0;
    this.granted = 0;
    this.mark = flushes[0];
    return true;
  }

  /** The kernel takes no more. */
  stall() {
    this.stalled = true;
    this.batch = 0;
  }

  /** Keeps what is written until uncork(), or the next tick. */
  cork() {
    this.corked = true;
    this.corkedIn = flushes[0];
    this.corkedAt = this.mark === flushes[0] ? this.pending : 0;
    process.nextTick(uncorkNT, this);
  }

  uncork() { this.corked = false; }

  /** Forgets what was written since cork(). */
  drop() {
    if (!this.corked || this.closed) return;
    this.corked = false;
    this.dropped = true;
    if (this.mark !== flushes[0]) return; // it has gone out
    const bytes = this.corkedIn === flushes[0] ? this.pending - this.corkedAt : this.pending;
    if (bytes > 0) binding.drop(this.id, bytes);
  }

  /** Bytes that the kernel has not taken. */
  queued() {
    if (this.closed) return 0;
    return (queuedBytes(this.id) ?? 0);
  }

  /** Bytes that were written and not handed to the kernel, or that it has not taken. */
  unsent() {
    if (this.stalled) return this.queued();
    return this.mark === flushes[0] ? this.pending - this.granted : 0;
  }

  /** Closes the connection at once; what was not sent is lost. */
  destroy() {
    if (this.closed) return;
    this.drop();
    this.closing();
    closeConnection(this.id);
  }

  /** Nothing more will be sent, and no answer finished. */
  closing() {
    this.over = true;
    this.stalled = true;
  }

  /** Ends the connection with a text, unless an answer has begun; those that wait are dropped. */
  preempt(text) {
    if (!this.closed) binding.preempt(this.id, text);
  }

  /** Closes the connection after what was written. */
  end() {
    if (!this.closed) binding.end(this.id);
  }

  decide(upgrade) { binding.decide(this.id, upgrade); }

  /** The bytes of an answer whose turn it is not. */
  held(seq) { return binding.held(this.id, seq); }

  dump(seq) { binding.dump(this.id, seq); }

  /** From now on the bytes are the socket's. */
  takeOver() { binding.takeOver(this.id); }
}

// A connection that sends less in a turn than it would gather gathers less from now on, and at last nothing: what is
// gathered is copied.
function enterTurn(connection) {
  const turn = loop[kLoopCount];
  if (connection.turn === turn) return;
  connection.turn = turn;
  if (connection.handed < connection.batch) {
    connection.batch = connection.batch < 2 * gatherLeast ? 0 : connection.batch / 2;
  }
  connection.handed = 0;
}

function uncorkNT(connection) {
  connection.uncork();
}

// Connections by the slot in their id.
const slotMask = (1 << 20) - 1;
const connections = [];
const servers = new Map();

function find(id) {
  const connection = connections[id & slotMask];
  return connection !== undefined && connection !== null && connection.id === id ? connection : undefined;
}

// Connections that async hooks know, with the id by which they do.
const announced = new Map();

function announce(connection) {
  const asyncId = newAsyncId();
  announced.set(connection, asyncId);
  emitInit(asyncId, 'HTTPINCOMINGMESSAGE', undefined, { type: 'HTTPINCOMINGMESSAGE', get socket() { return connection.socketOf(); } });
}

function disown(connection) {
  emitDestroy(announced.get(connection) ?? 0);
  announced.delete(connection);
}

require.onEvent('http', function onHttpEvent(i, heads) {
  const id = events[i];
  const what = events[i + 1];
  if (what === kOpen) {
    const server = servers.get(events[i + 2]);
    if (server === undefined) {
      closeConnection(id);
      return;
    }
    if (server[kFrame] !== undefined) asyncContext.set(server[kFrame]);
    const connection = connections[id & slotMask] = new Connection(id, server);
    if (initHooksExist()) announce(connection);
    server._onConnection(connection);
    return;
  }
  if (what === kDrainAll) {
    closeAfterAnswers();
    return;
  }
  const connection = find(id);
  if (connection === undefined) return;
  const { server } = connection;
  if (server[kFrame] !== undefined) asyncContext.set(server[kFrame]);
  switch (what) {
    case kRequest: {
      const begin = events[i + 3];
      const fields = begin + events[i + 4];
      server._onRequest(connection, events[i + 2], heads.slice(begin, fields), heads.slice(fields, fields + events[i + 5]), events[i + 6]);
      break;
    }
    case kBody:
      server._onBody(connection, takeBytes(events[i + 2], events[i + 3]));
      break;
    case kEnd:
      server._onEnd(connection, events[i + 4] === 0 ? null : heads.slice(events[i + 3], events[i + 3] + events[i + 4]));
      break;
    case kUpgrade:
      server._onUpgrade(connection, takeBytes(events[i + 3], events[i + 4]));
      break;
    case kError:
      server._onParseError(connection, takeValue(events[i + 3]));
      break;
    case kEOF:
      server._onEOF(connection);
      break;
    case kClosed:
      connections[id & slotMask] = null;
      connection.closed = true;
      if (announced.size !== 0) disown(connection);
      connection.closing();
      server._onClosed(connection, events[i + 2]);
      break;
    case kDrain:
      if (connection.over) break;
      connection.stalled = false;
      connection.pending = 0;
      connection.granted = 0;
      server._onDrain(connection);
      break;
    case kTimeout:
      server._onRequestTimeout(connection);
      break;
    case kStalled:
      connection.stall();
      break;
    case kOutput:
      connection.output(takeBytes(events[i + 2], events[i + 3]));
      break;
  }
});

// The answers that are under way and whose head has not been written say that they are the last. Later requests come
// with the fact that their connection is not kept.
function closeAfterAnswers() {
  for (const connection of connections) {
    if (connection === undefined || connection === null) continue;
    const answers = connection.current === null ? [] : [connection.current, ...connection.waiting ?? []];
    for (const res of answers) {
      if (!res.headersSent) res.shouldKeepAlive = false;
    }
  }
}

/** Makes a listener's connections the server's. */
function serve(id, server, options) {
  servers.set(id, server);
  binding.serve(id, ...options);
}

/** Registers a connection that did not come from a listener; `make` gets its id. */
function attach(options, make) {
  const id = binding.attach(...options);
  return connections[id & slotMask] = make(id);
}

/** The connection has left HTTP. */
function release(connection) {
  if (announced.size !== 0) disown(connection);
  if (find(connection.id) !== undefined) connections[connection.id & slotMask] = null;
}

function setTimeouts(id, headersTimeout, requestTimeout, keepAliveTimeout) {
  binding.setTimeouts(id, headersTimeout, requestTimeout, keepAliveTimeout);
}

module.exports = {
  attach,
  behindEdge: binding.behindEdge,
  edgeTimeouts: binding.edgeTimeouts,
  isSecure: binding.isSecure,
  joinEdge: binding.joinEdge,
  Connection,
  find,
  release,
  kAnswerClose,
  kAnswerEnd,
  kAnswerInfo,
  kFrame,
  methods: binding.methods(),
  httpMethods: binding.httpMethods(),
  statusTexts: binding.statusTexts(),
  insecureFlags: binding.insecureFlags(),
  serve,
  setTimeouts,
};
