'use strict';
// What the two sides of http share in JavaScript: parsers, and the checks of characters.

const FreeList = require('internal/freelist');
const { getOptionValue } = require('internal/options');
const { deliverText, legacyBinding } = require('internal/http/parser');
const { isToken, hasInvalidChar } = require('internal/http/tokens');
const { IncomingMessage, kEndBody, kHead, kHeadersMax, kSetTrailers, readStart, readStop } = require('_http_incoming');

const kIncomingMessage = Symbol('IncomingMessage');
const kSkipPendingData = Symbol('SkipPendingData');

// An application may have put a parser of its own there.
const { HTTPParser, allMethods, methods } = legacyBinding;

const kOnMessageBegin = HTTPParser.kOnMessageBegin;
const kOnHeaders = HTTPParser.kOnHeaders;
const kOnHeadersComplete = HTTPParser.kOnHeadersComplete;
const kOnBody = HTTPParser.kOnBody;
const kOnMessageComplete = HTTPParser.kOnMessageComplete;
const kOnExecute = HTTPParser.kOnExecute;
const kOnTimeout = HTTPParser.kOnTimeout;

const maxHeaderPairs = 2000;

// --- The parser's callbacks: they make a message and feed it ---

// Fields that do not come with their head: trailers, and what a parser cuts in batches. Ours gives texts here.
function parserOnHeaders(fields, url) {
  if (typeof fields === 'string') {
    this._headers = fields;
    return;
  }
  if (this.maxHeaderPairs <= 0 || this._headers.length < this.maxHeaderPairs) this._headers.push(...fields);
  this._url += url;
}

function parserOnHeadersComplete(major, minor, headers, method, url, statusCode, statusMessage, upgrade, shouldKeepAlive) {
  if (headers === undefined) {
    headers = this._headers;
    this._headers = [];
  }
  if (url === undefined) {
    url = this._url;
    this._url = '';
  }
  const { socket } = this;
  const server = socket?.server;
  const Message = server?.[kIncomingMessage] || IncomingMessage;
  const incoming = this.incoming = new Message(socket);
  incoming.httpVersion = major === 1 && minor === 1 ? '1.1' : `${major}.${minor}`;
  incoming.joinDuplicateHeaders = server?.joinDuplicateHeaders || this.joinDuplicateHeaders;
  incoming.upgrade = upgrade;
  incoming[kHead] = headers;
  if (this.maxHeaderPairs > 0) incoming[kHeadersMax] = this.maxHeaderPairs;
  if (typeof method === 'number') {
    incoming.method = allMethods[method];
    incoming.url = url;
  } else {
    incoming.statusCode = statusCode;
    incoming.statusMessage = statusMessage;
  }
  return this.onIncoming(incoming, shouldKeepAlive);
}

function parserOnBody(chunk) {
  const stream = this.incoming;
  if (stream === null || stream[kSkipPendingData] || stream._dumped) return;
  if (!stream.push(chunk)) readStop(this.socket);
}

function parserOnMessageComplete() {
  const stream = this.incoming;
  if (stream !== null && !stream[kSkipPendingData]) {
    stream.complete = true;
    if (this._headers.length > 0) {
      stream[kSetTrailers](this._headers, this.maxHeaderPairs > 0 ? this.maxHeaderPairs : Infinity);
      this._headers = [];
    }
    stream[kEndBody]();
  }
  // The next message may come.
  readStart(this.socket);
}

function clean(parser) {
  parser._headers = [];
  parser._url = '';
  parser.socket = null;
  parser.incoming = null;
  parser.outgoing = null;
  parser.maxHeaderPairs = maxHeaderPairs;
  parser[kOnMessageBegin] = null;
  parser[kOnExecute] = null;
  parser[kOnTimeout] = null;
  parser._consumed = false;
  parser.onIncoming = null;
  parser.joinDuplicateHeaders = null;
}

const parsers = new FreeList('parsers', 1000, function parsersCb() {
  const parser = new HTTPParser();
  deliverText(parser);
  clean(parser);
  parser[kOnHeaders] = parserOnHeaders;
  parser[kOnHeadersComplete] = parserOnHeadersComplete;
  parser[kOnBody] = parserOnBody;
  parser[kOnMessageComplete] = parserOnMessageComplete;
  return parser;
});

function close(parser) {
  parser.close();
}

/** Takes a parser from its request and socket, for the next one. */
function freeParser(parser, req, socket) {
  if (parser) {
    clean(parser);
    // In the middle of its work it must not be closed.
    if (parsers.free(parser)) parser.free();
    else setImmediate(close, parser);
  }
  if (req) req.parser = null;
  if (socket) socket.parser = null;
}

/** Completes an error of the parser's. */
function prepareError(error, parser, rawPacket) {
  error.rawPacket = rawPacket || parser.getCurrentBuffer();
  if (typeof error.reason === 'string') error.message = `Parse Error: ${error.reason}`;
}

// --- Leniency ---

let insecure;
let warned = false;

function isLenient() {
  insecure ??= Boolean(getOptionValue('--insecure-http-parser'));
  if (insecure && !warned) {
    warned = true;
    process.emitWarning('Using insecure HTTP parsing');
  }
  return insecure;
}

/** The parser's flags for the options httpValidation and insecureHTTPParser. */
function calculateLenientFlags(httpValidation, insecureHTTPParser) {
  switch (httpValidation) {
    case 'strict': return HTTPParser.kLenientNone;
    case 'relaxed': return HTTPParser.kLenientHeaderValueRelaxed;
    case 'insecure': return HTTPParser.kLenientAll;
  }
  return insecureHTTPParser ?? isLenient() ? HTTPParser.kLenientAll : HTTPParser.kLenientNone;
}

module.exports = {
  _checkInvalidHeaderChar: hasInvalidChar,
  _checkIsHttpToken: isToken,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  freeParser,
  methods,
  parsers,
  kIncomingMessage,
  HTTPParser,
  isLenient,
  calculateLenientFlags,
  prepareError,
  kSkipPendingData,
};
