'use strict';
// A client's connection while a request has it: bytes go to the parser, the response to the request, and what happens
// to the connection to both. When everything is done the connection goes back to the agent.

const { ConnResetException } = require('internal/errors');
const { parsers, HTTPParser, calculateLenientFlags, freeParser, kSkipPendingData, prepareError } = require('_http_common');
const { kDetachAbortSignal } = require('_http_incoming');
const { activeChannel } = require('internal/channels');
const { kNeedDrain } = require('_http_outgoing');
const { stopPerf } = require('internal/perf/observed');

const kPerf = Symbol('kPerf');

/** Emits 'error' on a request. */
function publishError(request, error) {
  activeChannel('http.client.request.error')?.publish({ request, error });
  request.emit('error', error);
}

// --- Getting the connection ---

/** Gives a request its connection, or the error that prevented one. kError: where the request keeps destroy()'s. */
function attach(req, socket, error, kError) {
  // Errors may come before the next tick.
  if (socket && !error) {
    socket._httpMessage = req;
    socket.on('error', onError);
  }
  process.nextTick(attachNT, req, socket, error, kError);
}

function attachNT(req, socket, error, kError) {
  if (!req.destroyed && !error) {
    start(req, socket);
    req._flush();
    return;
  }
  req.destroyed = true;
  if (socket && !error && req.agent && !socket.destroyed) {
    // Nothing is wrong with the connection.
    socket.emit('free');
    socket.removeListener('error', onError);
    failAlone(req, req[kError], socket);
  } else if (socket) {
    const { finished } = require('stream');
    finished(socket.destroy(error || req[kError]), (failure) => {
      if (failure?.code === 'ERR_STREAM_PREMATURE_CLOSE') failure = null;
      failAlone(req, failure || error, socket);
    });
  } else {
    failAlone(req, error || req[kError], socket);
  }
}

// The end of a request that never had its connection.
function failAlone(req, error, socket) {
  if (!req.aborted && !error) error = new ConnResetException('socket hang up');
  if (error?.proxyTunnelTimeout !== undefined) req.emit('timeout');
  if (error && !socket?._hadError) publishError(req, error);
  req._closed = true;
  req.emit('close');
}

function start(req, socket) {
  const parser = parsers.alloc();
  req.socket = socket;
  parser.initialize(HTTPParser.RESPONSE, req, req.maxHeaderSize || 0,
    calculateLenientFlags(req.httpValidation, req.insecureHTTPParser));
  parser.socket = socket;
  parser.outgoing = req;
  parser.joinDuplicateHeaders = req.joinDuplicateHeaders;
  parser.onIncoming = onIncoming;
  if (typeof req.maxHeadersCount === 'number') parser.maxHeaderPairs = req.maxHeadersCount << 1;
  req.parser = parser;
  socket.parser = parser;
  socket._httpMessage = req;

  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  socket.on('drain', onDrain);
  if (req.timeout !== undefined || req.agent?.options?.timeout) listenForTimeout(req);
  req.emit('socket', socket);
}

function stopReading(socket) {
  socket.removeListener('data', onData);
  socket.removeListener('end', onEnd);
}

function finishParser(parser, req, socket) {
  if (!parser) return;
  parser.finish();
  freeParser(parser, req, socket);
}

// --- Timeouts ---

function onRequestTimeout() {
  this._httpMessage?.emit('timeout');
}

/** Makes the connection's timeout the request's. */
function listenForTimeout(req) {
  if (req.timeoutCb) return;
  req.timeoutCb = onRequestTimeout;
  if (req.socket) req.socket.once('timeout', onRequestTimeout);
  else req.on('socket', (socket) => socket.once('timeout', onRequestTimeout));
}

function onResponseTimeout() {
  this._httpMessage?.res?.emit('timeout');
}

// --- What happens to the connection ---

function onDrain() {
  const req = this._httpMessage;
  if (req && !req.finished && req[kNeedDrain]) {
    req[kNeedDrain] = false;
    req.emit('drain');
  }
}

function hangUp(req) {
  if (req.socket._hadError) return;
  req.socket._hadError = true;
  publishError(req, new ConnResetException('socket hang up'));
}

function onClose() {
  const req = this._httpMessage;
  const { parser } = this; // The listeners below may free it.
  const { res } = req;
  req.destroyed = true;
  if (res) {
    if (!res.complete) res.destroy(new ConnResetException('aborted'));
    req._closed = true;
    req.emit('close');
    if (!res.aborted && res.readable) res.push(null);
  } else {
    hangUp(req);
    req._closed = true;
    req.emit('close');
  }
  if (req.outputData.length > 0) req.outputData.length = 0;
  finishParser(parser, req, this);
}

function onError(error) {
  const req = this._httpMessage;
  if (req) {
    this._hadError = true; // One error is enough for a request.
    publishError(req, error);
  }
  finishParser(this.parser, req, this);
  stopReading(this);
  this.destroy();
}

function onEnd() {
  const req = this._httpMessage;
  const { parser } = this;
  if (!req.res) hangUp(req);
  finishParser(parser, req, this);
  this.destroy();
}

function isInformational(status) {
  return status >= 100 && status < 200 && status !== 101;
}

function onData(bytes) {
  const req = this._httpMessage;
  const { parser } = this;
  const result = parser.execute(bytes);
  const incoming = parser.incoming;
  if (result instanceof Error) {
    prepareError(result, parser, bytes);
    freeParser(parser, req, this);
    stopReading(this);
    this.destroy();
    req.socket._hadError = true;
    publishError(req, result);
  } else if (incoming?.upgrade) {
    leaveHttp(this, req, parser, bytes.slice(result));
  } else if (incoming?.complete && !isInformational(incoming.statusCode)) {
    stopReading(this);
    this.removeListener('drain', onDrain);
    freeParser(parser, req, this);
  }
}

// 101, or the answer to CONNECT: from here on the connection is the application's.
function leaveHttp(socket, req, parser, head) {
  const res = parser.incoming;
  req.res = res;
  stopReading(socket);
  socket.removeListener('drain', onDrain);
  if (req.timeoutCb) socket.removeListener('timeout', req.timeoutCb);
  socket.removeListener('timeout', onResponseTimeout);
  finishParser(parser, req, socket);

  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  if (req.listenerCount(event) === 0) {
    socket.destroy();
    return;
  }
  req.upgradeOrConnect = true;
  socket.emit('agentRemove');
  socket.removeListener('close', onClose);
  socket.removeListener('error', onError);
  socket._httpMessage = null;
  socket.readableFlowing = null;
  req.emit(event, res, socket, head);
  req.destroyed = true;
  req._closed = true;
  req.emit('close');
}

// --- The response ---

// What the parser shall do with the body of a response.
const readBody = 0;
const skipBody = 1;
const upgrade = 2;

// The parser has read a head. Called with the parser as `this`.
function onIncoming(res, shouldKeepAlive) {
  const { socket } = this;
  const req = socket._httpMessage;
  if (req.res) {
    // A second response: the server is out of its mind, and what else comes is not looked at.
    socket.destroy();
    if (socket.parser) {
      socket.parser.incoming = req.res;
      req.res[kSkipPendingData] = true;
    }
    return readBody;
  }
  req.res = res;
  if (res.upgrade) return upgrade;
  if (req.method === 'CONNECT') {
    res.upgrade = true;
    return upgrade;
  }
  if (isInformational(res.statusCode)) {
    req.res = null;
    inform(req, res);
    return skipBody;
  }
  if (req.shouldKeepAlive && !shouldKeepAlive && !req.upgradeOrConnect) req.shouldKeepAlive = false;

  if (req[kPerf] !== undefined) {
    const { statusCode, statusMessage, headers } = res;
    stopPerf(req, kPerf, { detail: { res: { statusCode, statusMessage, headers } } });
  }
  activeChannel('http.client.response.finish')?.publish({ request: req, response: res });
  res.req = req;
  // Before the application's listeners.
  res.on('end', onResponseEnd);
  req.on('finish', onRequestFinish);
  socket.on('timeout', onResponseTimeout);
  if (req.aborted || !req.emit('response', res)) res._dump();

  if (req.method === 'HEAD') return skipBody;
  if (res.statusCode === 304) {
    res.complete = true;
    return skipBody;
  }
  return readBody;
}

function inform(req, res) {
  if (res.statusCode === 100) req.emit('continue');
  req.emit('information', {
    statusCode: res.statusCode,
    statusMessage: res.statusMessage,
    httpVersion: res.httpVersion,
    httpVersionMajor: res.httpVersionMajor,
    httpVersionMinor: res.httpVersionMinor,
    headers: res.headers,
    rawHeaders: res.rawHeaders,
  });
}

function onResponseEnd() {
  const { req } = this;
  const { socket } = req;
  this[kDetachAbortSignal]();
  if (socket) {
    if (req.timeoutCb) socket.removeListener('timeout', onRequestTimeout);
    socket.removeListener('timeout', onResponseTimeout);
  }
  req._ended = true;
  if (!req.shouldKeepAlive) {
    if (!socket.writable) return;
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else socket.end();
  } else if (req.writableFinished && !this.aborted) {
    release(req);
  }
}

// The response may be over before the request is.
function onRequestFinish() {
  if (!this._ended || this.destroyed) return;
  if (this.shouldKeepAlive) release(this);
  else this.socket?.destroySoon?.(); // That may have been decided after the response.
}

// Gives the connection back, after the application's 'end' listeners have run.
function release(req) {
  const { socket } = req;
  if (req.timeoutCb) {
    socket.setTimeout(0, req.timeoutCb);
    req.timeoutCb = null;
  }
  socket.removeListener('close', onClose);
  socket.removeListener('error', onError);
  stopReading(socket);
  process.nextTick(freeNT, req);
  req.destroyed = true;
  // Destroying the response later must not hit the next request.
  if (req.res) req.res.socket = null;
}

function freeNT(req) {
  req._closed = true;
  req.emit('close');
  req.socket?.emit('free');
}

module.exports = { attach, kPerf, listenForTimeout, publishError };
