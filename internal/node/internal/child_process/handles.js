'use strict';
// Sockets and servers that are sent to another process with a message: their descriptor goes beside the message's
// bytes. One is on its way at a time: the other side says that it has it (NODE_HANDLE_ACK), and until then further
// messages wait, so that they arrive in order.

const { codes: { ERR_INVALID_HANDLE_TYPE } } = require('internal/errors');
const { ServerHandle, StreamHandle, serverOfFd, streamOfFd } = require('internal/net_handle');
const { ReceivedSockets, SentSockets } = require('internal/child_process/socket_lists');
const { guessHandleType } = require('internal/util');

const isPipe = (fd) => guessHandleType(fd) === 'PIPE';

/** A socket gives its connection away: it is closed here when the other side has it. */
function detach(socket, options, lists, target) {
  const handle = socket._handle;
  if (!handle) return undefined;
  let key;
  if (socket.server) {
    // The server goes on counting it, there.
    key = socket.server._connectionKey;
    if (!lists.has(key)) {
      const list = new SentSockets(target, key);
      lists.set(key, list);
      socket.server._setupWorker(list);
    }
    socket.server._connections--;
  }
  if (options?.keepOpen) return { fd: handle.fd, close: undefined, key };
  handle.readStop?.();
  handle.owner = null;
  handle.onread = () => {};
  socket._handle = null;
  socket.setTimeout(0);
  return { fd: handle.fd, close: () => handle.close(), key };
}

// How each kind is taken apart here and made again there. The names are those that Node's processes use.
const kinds = {
  'net.Socket': {
    send: detach,
    receive(fd, got, key, lists, target) {
      const { Socket } = require('net');
      const socket = new Socket({ handle: streamOfFd(fd, isPipe(fd)), readable: true, writable: true });
      if (key) {
        if (!lists.has(key)) lists.set(key, new ReceivedSockets(target, key));
        lists.get(key).add(socket);
      }
      got(socket);
    },
  },
  'net.Server': {
    send: (server) => (server._handle ? { fd: server._handle.fd, close: undefined } : undefined),
    receive(fd, got) {
      const { Server } = require('net');
      const server = new Server();
      server.listen(serverOfFd(fd, isPipe(fd)), () => got(server));
    },
  },
  'net.Native': {
    send: (handle) => ({ fd: handle.fd, close: undefined }),
    receive: (fd, got) => got(streamOfFd(fd, isPipe(fd))),
  },
  'dgram.Socket': {
    send: (socket) => sendHandle(handleOfSocket(socket)),
    receive(fd, got) {
      const { Socket } = require('dgram');
      const handle = udpOfFd(fd);
      const name = {};
      handle.getsockname(name);
      const socket = new Socket(name.family === 'IPv6' ? 'udp6' : 'udp4');
      socket.bind(handle, () => got(socket));
    },
  },
  'dgram.Native': {
    send: sendHandle,
    receive: (fd, got) => got(udpOfFd(fd)),
  },
};

function sendHandle(handle) {
  return handle ? { fd: handle.fd, close: undefined } : undefined;
}

function udpOfFd(fd) {
  const { UDP } = require('internal/dgram/handle');
  const handle = new UDP(false);
  handle.open(fd);
  return handle;
}

function handleOfSocket(socket) {
  return require('internal/dgram/socket').handleOf(socket);
}

// The kind of what dgram has made, if it was loaded at all.
function datagramKind(handle) {
  const { loaded } = require('internal/modules/builtins');
  const dgram = loaded('dgram');
  if (dgram === undefined) return undefined;
  if (handle instanceof dgram.Socket) return 'dgram.Socket';
  return handle instanceof require('internal/dgram/handle').UDP ? 'dgram.Native' : undefined;
}

function kindOf(handle) {
  const { Server, Socket } = require('net');
  if (handle instanceof Socket) return 'net.Socket';
  if (handle instanceof Server) return 'net.Server';
  if (handle instanceof StreamHandle || handle instanceof ServerHandle) return 'net.Native';
  const kind = datagramKind(handle);
  if (kind !== undefined) return kind;
  throw new ERR_INVALID_HANDLE_TYPE();
}

const answers = new Set(['NODE_HANDLE_ACK', 'NODE_HANDLE_NACK']);

// How often a handle that did not arrive is sent again.
const maxRetransmissions = 3;

class HandlePassing {
  #target;
  #deliver;
  #write;
  #sockets = { sent: new Map(), received: new Map() }; // by the key of their server
  #pending = null; // what was sent last and is not acknowledged

  /**
   * @param {(message: any, handle: any) => void} deliver hands a message to the application
   * @param {(message: any, fd: number) => void} write writes one
   */
  constructor(target, deliver, write) {
    this.#target = target;
    this.#deliver = deliver;
    this.#write = write;
  }

  isAboutHandles(message) {
    return message.cmd === 'NODE_HANDLE' || answers.has(message.cmd);
  }

  /**
   * What is to be written for a message and the handle that goes with it.
   * @returns {{message: any, fd: number|undefined, close: Function|undefined}|undefined} undefined: it has to wait
   */
  prepare(message, handle, options, callback) {
    const target = this.#target;
    const kind = handle ? kindOf(handle) : undefined;
    if (target._handleQueue !== null && !answers.has(message?.cmd)) {
      target._handleQueue.push({ message, handle, options, callback });
      return undefined;
    }
    const parts = kind && kinds[kind].send(handle, options, this.#sockets.sent, target);
    // A handle that is closed, or was sent before: the text goes alone.
    if (!parts || parts.fd < 0) return { message, fd: undefined, close: undefined };
    return { message: { cmd: 'NODE_HANDLE', type: kind, msg: message, key: parts.key }, fd: parts.fd, close: parts.close, tries: 0 };
  }

  /** It has been written. */
  sent(parts) {
    if (parts.fd === undefined) return;
    this.#target._handleQueue ??= [];
    this.#pending = parts;
  }

  /** A message about handles has come; `received` are the descriptors that came so far. */
  receive(message, received) {
    if (message.cmd !== 'NODE_HANDLE') {
      this.#answered(message.cmd === 'NODE_HANDLE_ACK');
      return;
    }
    const fd = received.shift();
    const kind = kinds[message.type];
    if (fd === undefined || kind === undefined) {
      this.#target._send({ cmd: 'NODE_HANDLE_NACK' }, null, true);
      return;
    }
    this.#target._send({ cmd: 'NODE_HANDLE_ACK' }, null, true);
    kind.receive(fd, (handle) => this.#deliver(message.msg, handle), message.key, this.#sockets.received, this.#target);
  }

  #answered(taken) {
    const target = this.#target;
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    const queue = target._handleQueue ?? [];
    target._handleQueue = null;
    if (!taken && pending.tries < maxRetransmissions) {
      this.#write(pending.message, pending.fd);
      pending.tries++;
      target._handleQueue = queue;
      this.#pending = pending;
      return;
    }
    if (!taken) process.emitWarning('Handle did not reach the receiving process correctly', 'SentHandleNotReceivedWarning');
    pending.close?.();
    for (const { message, handle, options, callback } of queue) target._send(message, handle, options, callback);
    // A disconnect() that has waited.
    if (!target.connected && target._handleQueue === null) target._disconnect();
  }

  /** The channel is closed: nobody will acknowledge or ask. */
  closed(received) {
    this.#pending?.close?.();
    this.#pending = null;
    for (const fd of received.splice(0)) require('fs').closeSync(fd);
  }
}

module.exports = { HandlePassing };
