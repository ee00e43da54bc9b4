'use strict';
// The connections of one server that were sent to another process. There they are counted, here the server asks how
// many they are, and waits for their end before it is closed itself.

const EventEmitter = require('events');
const { codes: { ERR_CHILD_CLOSED_BEFORE_REPLY } } = require('internal/errors');

/** At the side of the server. */
class SentSockets extends EventEmitter {
  #child;
  #key;

  constructor(child, key) {
    super();
    this.#child = child;
    this.#key = key;
    child.once('exit', () => this.emit('exit', this));
  }

  // Sends a question; callback(error, answer) gets the message that answers it.
  #ask(cmd, answer, swallowErrors, callback) {
    const child = this.#child;
    if (!child.connected) {
      process.nextTick(callback, new ERR_CHILD_CLOSED_BEFORE_REPLY());
      return;
    }
    const done = () => {
      child.removeListener('internalMessage', onMessage);
      child.removeListener('disconnect', onClose);
    };
    const onMessage = (message) => {
      if (message.cmd !== answer || message.key !== this.#key) return;
      done();
      callback(null, message);
    };
    const onClose = () => {
      done();
      callback(new ERR_CHILD_CLOSED_BEFORE_REPLY());
    };
    child.on('internalMessage', onMessage);
    child.once('disconnect', onClose);
    child._send({ cmd, key: this.#key }, undefined, swallowErrors);
  }

  /** callback() when all of them are closed, or the other process is gone. */
  close(callback) {
    this.#ask('NODE_SOCKET_NOTIFY_CLOSE', 'NODE_SOCKET_ALL_CLOSED', true, callback);
  }

  getConnections(callback) {
    this.#ask('NODE_SOCKET_GET_COUNT', 'NODE_SOCKET_COUNT', false, (error, message) => callback(error, message?.count));
  }
}

/** At the side that has the connections. */
class ReceivedSockets extends EventEmitter {
  #count = 0;

  constructor(child, key) {
    super();
    const send = (message) => {
      if (child.connected) child._send({ ...message, key }, undefined, true);
    };
    const empty = () => send({ cmd: 'NODE_SOCKET_ALL_CLOSED' });
    child.on('internalMessage', (message) => {
      if (message.key !== key) return;
      if (message.cmd === 'NODE_SOCKET_NOTIFY_CLOSE') {
        if (this.#count === 0) empty();
        else this.once('empty', empty);
      } else if (message.cmd === 'NODE_SOCKET_GET_COUNT') {
        send({ cmd: 'NODE_SOCKET_COUNT', count: this.#count });
      }
    });
  }

  add(socket) {
    this.#count++;
    socket.once('close', () => {
      if (--this.#count === 0) this.emit('empty');
    });
  }
}

module.exports = { ReceivedSockets, SentSockets };
