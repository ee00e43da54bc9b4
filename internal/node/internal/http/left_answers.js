'use strict';
// Answers that are open when their connection leaves HTTP: requests were pipelined in front of the one that upgrades.
// They go out in their order through the socket, beside what the application writes to it.

const { onFinish, kSocket } = require('_http_outgoing');
const { answerAborted, endAnswer, kConn, kSeq, queuedCallbacks } = require('internal/http/server_response');

/** Takes the open answers from a connection; null if there are none. */
function takeAnswers(conn) {
  const { current, waiting, callbacks } = conn;
  if (current === null) return null;
  conn.flush(); // What was written in this turn is on its way, or held.
  const answers = waiting === null ? [current] : [current, ...waiting];
  conn.current = conn.waiting = conn.finishing = conn.callbacks = null;
  if (callbacks !== null) for (const callback of callbacks) process.nextTick(callback, null);
  for (const res of answers) {
    if (res !== current) keep(res, conn.held(res[kSeq]));
    res[kConn] = null;
  }
  return answers;
}

// Makes of bytes that were held for an answer bytes that it holds itself.
function keep(res, bytes) {
  const callbacks = queuedCallbacks(res);
  const { finished } = res;
  function done(error) {
    for (const callback of callbacks) callback(error ?? null);
    if (finished) onFinish(res, error);
  }
  if (finished || callbacks.length > 0 || bytes?.length > 0) {
    res.outputData = [{ data: bytes ?? '', encoding: bytes === undefined ? 'latin1' : 'buffer', callback: done }];
  }
}

/** Sends them by the socket, one after the other. */
function sendAnswers(conn, socket, answers) {
  let current = null;
  function next() {
    if (answers.length === 0) return;
    current = answers.shift();
    const first = current.outputData.length === 0;
    current.socket = socket;
    socket._httpMessage = current;
    current.prependListener('finish', finished);
    if (current.listenerCount('socket') > 0) current.emit('socket', socket);
    if (current.finished && first) process.nextTick(onFinish, current);
    else if (socket.writable) current._flushOutput(socket);
  }
  function finished() {
    const res = current;
    current = null;
    endAnswer(conn, res);
    res[kSocket] = null;
    socket._httpMessage = null;
    next();
  }
  socket.on('close', () => {
    const left = current === null ? answers : [current, ...answers];
    answers = [];
    for (const res of left) answerAborted(res);
  });
  next();
}

module.exports = { sendAnswers, takeAnswers };
