'use strict';
// Makes the head of an outgoing message: one string with the first line, the headers that the
// application set, and those that HTTP wants beside them (Date, Connection, Keep-Alive and
// the framing). It decides how the body is framed and whether the connection goes on.

const { codes } = require('internal/errors');
const { toLower, lowerName, checkName, checkValue, isNotPlain, hasInvalidChar } = require('internal/http/tokens');
const { utcDate } = require('internal/http/date');

const kOutHeaders = Symbol('kOutHeaders');
const kUniqueHeaders = Symbol('kUniqueHeaders');
// Whether the head has bytes outside of ASCII: then its encoding matters.
const kNotAscii = Symbol('kNotAscii');
// Who writes Content-Length and the end of the head, see below.
const kNativeLength = Symbol('kNativeLength');
// How many bytes of the body may still come, where the head says how many there are and the application said that.
const kRemaining = Symbol('kRemaining');

// msg[kRemaining]
const kNoPromise = -1; // The body ends in another way.
const kOverrun = -2; // There was more than promised.

// msg[kNativeLength]
const kLengthInHead = 0; // The head is complete.
const kLengthWanted = 1; // Whoever sends the body wants to count it himself.
const kLengthOpen = 2; // The head was left open: "Content-Length: n\r\n\r\n" must follow it.

const closeToken = /(?:^|\W)close(?:$|\W)/i;
const chunkedToken = /(?:^|\W)chunked(?:$|\W)/i;

// What was seen among the headers.
const sawConnection = 1;
const sawLength = 2;
const sawTransferEncoding = 4;
const sawDate = 8;
const sawExpect = 16;
const sawTrailer = 32;
const sawClose = 128; // the head says that the connection ends
const sawOddCoding = 64; // Transfer-Encoding, but not such that everybody finds the end of the body

const lengthLine = /\r\nContent-Length: [^\r\n]*/i;
const lastChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i;

let head = ''; // The head that is being made. storeHeader keeps an outer one: a value's toString() may send messages.
let saw = 0;

// A length is 1*DIGIT (RFC 9110, section 8.6); several are one if they are equal. Returns whether it is the first.
function noteLength(msg, value) {
  const length = typeof value === 'number' ? value : parseLength(value);
  const first = (saw & sawLength) === 0;
  if (!(length >= 0) || !Number.isSafeInteger(length) || (!first && length !== msg._contentLength)) {
    throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, 'Content-Length');
  }
  saw |= sawLength;
  msg._contentLength = length;
  msg._removedContLen = false;
  return first;
}

function parseLength(value) {
  return /^[ \t]*[0-9]+[ \t]*$/.test(value) ? +value : NaN;
}

function noteCoding(msg, value) {
  // One coding, or the last one, and only once: anything else is read in different ways by different peers.
  if ((saw & sawTransferEncoding) !== 0) saw |= sawOddCoding;
  else if (value !== 'chunked' && (!lastChunked.test(value) || value.match(/chunked/ig).length > 1)) saw |= sawOddCoding;
  saw |= sawTransferEncoding;
  msg._removedTE = false;
  if (chunkedToken.test(value)) msg.chunkedEncoding = true;
}

// A header that decides something about the message or its connection. Returns whether it is to be sent.
function note(msg, lower, value) {
  switch (lower) {
    case 'date':
      saw |= sawDate;
      break;
    case 'expect':
      saw |= sawExpect;
      break;
    case 'trailer':
      saw |= sawTrailer;
      break;
    case 'connection':
      saw |= sawConnection;
      msg._removedConnection = false;
      if (closeToken.test(value)) {
        msg._last = true;
        saw |= sawClose;
      } else {
        msg.shouldKeepAlive = true;
      }
      break;
    case 'keep-alive':
      msg._defaultKeepAlive = false;
      break;
    case 'content-length':
      return noteLength(msg, value);
    case 'transfer-encoding':
      noteCoding(msg, value);
      break;
  }
  return true;
}

function addLine(msg, lower, name, value) {
  if (typeof value !== 'string' && typeof value !== 'number') value = textOf(msg, name, value);
  // All names that note() knows have 4 to 17 characters.
  if (lower.length < 4 || lower.length > 17 || note(msg, lower, value)) head += name + ': ' + value + '\r\n';
}

// What an object says of itself may be something else each time: what is sent is what was checked.
function textOf(msg, name, value) {
  const text = `${value}`;
  checkOne(msg, name, text);
  return text;
}

// A value with obs-text that stands in Content-Disposition is bytes of UTF-8 in a one-byte string, if the length of
// the body is known beforehand (RFC 6266, section 4.3, and what Node makes of it).
function dispositionText(value) {
  return typeof value === 'string' && isNotPlain(value) ? Buffer.from(value, 'latin1').toString() : value;
}

function addValues(msg, lower, name, values) {
  const joined = (values.length > 1 && lower === 'cookie') || msg[kUniqueHeaders]?.has(lower);
  // The array is the application's, and may have got other values since it was checked.
  if (joined) return addLine(msg, lower, name, textOf(msg, name, values.join('; ')));
  for (let i = 0; i < values.length; i++) {
    checkOne(msg, name, values[i]);
    addLine(msg, lower, name, values[i]);
  }
}

function addHeader(msg, lower, name, value) {
  if (lower === 'content-disposition' && msg._contentLength) {
    value = Array.isArray(value) ? value.map(dispositionText) : dispositionText(value);
  }
  if (Array.isArray(value)) addValues(msg, lower, name, value);
  else addLine(msg, lower, name, value);
}

// A header that nobody has looked at yet.
function addUnchecked(msg, name, value) {
  const lower = lowerName(name);
  if (lower === undefined) checkName(name);
  if (!Array.isArray(value)) checkOne(msg, name, value); // addValues looks at those of an array
  addHeader(msg, lower, name, value);
}

function checkOne(msg, name, value) {
  if (value === undefined || isNotPlain(value)) {
    checkValue(name, value, msg._isLenientHeaderValidation());
    msg[kNotAscii] = true;
  }
}

function addAll(msg, headers) {
  if (headers === msg[kOutHeaders]) { // The store: its headers were checked when they were set.
    for (let i = 0; i < headers.length; i += 3) addHeader(msg, headers[i], headers[i + 1], headers[i + 2]);
  } else if (Array.isArray(headers)) {
    if (headers.length > 0 && Array.isArray(headers[0])) {
      for (let i = 0; i < headers.length; i++) addUnchecked(msg, headers[i][0], headers[i][1]);
    } else {
      if (headers.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
      for (let i = 0; i < headers.length; i += 2) addUnchecked(msg, headers[i], headers[i + 1]);
    }
  } else {
    for (const name in headers) {
      if (Object.hasOwn(headers, name)) addUnchecked(msg, name, headers[name]);
    }
  }
}

// Whether the connection is kept, and the headers that say so (RFC 9112, section 9.3).
function addConnection(msg) {
  if (msg._removedConnection) {
    // Without the header HTTP/1.1 keeps the connection.
    msg._last = !msg.shouldKeepAlive;
    return;
  }
  if ((saw & sawConnection) !== 0) return;
  const keep = msg.shouldKeepAlive && ((saw & sawLength) !== 0 || msg.useChunkedEncodingByDefault || msg.agent);
  if (!keep) {
    msg._last = true;
    saw |= sawClose;
    head += 'Connection: close\r\n';
  } else if (msg.maxRequestsOnConnectionReached) {
    head += 'Connection: close\r\n';
  } else {
    head += 'Connection: keep-alive\r\n';
    if (msg._keepAliveTimeout && msg._defaultKeepAlive) {
      const seconds = Math.floor(msg._keepAliveTimeout / 1000);
      const max = msg._maxRequestsPerSocket;
      head += ~~max > 0 ? `Keep-Alive: timeout=${seconds}, max=${max}\r\n` : `Keep-Alive: timeout=${seconds}\r\n`;
    }
  }
}

// The application has said itself how the end of the body is found: everybody must find it at the same place (RFC
// 9112, section 6). Transfer-Encoding wins over Content-Length, which is then not sent.
function heedFraming(msg) {
  const isRequest = msg.method !== undefined;
  if ((saw & sawTransferEncoding) === 0) {
    msg.chunkedEncoding = false;
    if (msg._hasBody) msg[kRemaining] = msg._contentLength;
    else if (msg.statusCode < 300 && msg._contentLength > 0 && msg.req?.method !== 'HEAD') endConnection(msg);
    return;
  }
  if ((saw & sawLength) !== 0) {
    head = head.replace(lengthLine, '');
    msg._contentLength = null;
  }
  if ((saw & sawOddCoding) === 0) return;
  if (isRequest) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(codingOf(), 'Transfer-Encoding');
  endConnection(msg);
}

function codingOf() {
  return /\r\nTransfer-Encoding: ([^\r\n]*)/i.exec(head)[1];
}

// Nothing follows this message on its connection.
function endConnection(msg) {
  msg.shouldKeepAlive = false;
  msg._last = true;
}

// A request whose head says nothing of a body has none: more bytes would be another request to the server, unless
// the connection ends with this one, or is a tunnel.
function promiseNothing(msg) {
  if (msg.method !== undefined && (saw & sawClose) === 0 && msg.method !== 'CONNECT') msg[kRemaining] = 0;
}

// How the end of the body is found (RFC 9112, section 6). Returns whether Content-Length is left to the sender.
function addFraming(msg) {
  if ((saw & (sawLength | sawTransferEncoding)) !== 0) return false;
  if (!msg._hasBody) {
    msg.chunkedEncoding = false; // No last chunk either.
  } else if (!msg.useChunkedEncodingByDefault) {
    msg._last = true;
    promiseNothing(msg);
  } else if ((saw & sawTrailer) === 0 && !msg._removedContLen && msg[kNativeLength] === kLengthWanted) {
    return true;
  } else if ((saw & sawTrailer) === 0 && !msg._removedContLen && typeof msg._contentLength === 'number') {
    head += `Content-Length: ${msg._contentLength}\r\n`;
  } else if (!msg._removedTE) {
    head += 'Transfer-Encoding: chunked\r\n';
    msg.chunkedEncoding = true;
  } else {
    msg._last = true; // Only the end of the connection is left to end the body.
    promiseNothing(msg);
  }
  return false;
}

/**
 * Makes msg._header. `headers` are those of the store, or an object, a flat array or an array of pairs, or null.
 * Where msg[kNativeLength] was kLengthWanted, the head may be left open (kLengthOpen).
 * Returns whether the head must be sent without waiting for the body, because of Expect: 100-continue.
 */
function storeHeader(msg, firstLine, headers) {
  const outerHead = head;
  const outerSaw = saw;
  head = firstLine;
  saw = 0;
  try {
    if (headers) addAll(msg, headers);
    if ((saw & (sawLength | sawTransferEncoding)) !== 0) heedFraming(msg);
    if (msg.sendDate && (saw & sawDate) === 0) head += `Date: ${utcDate()}\r\n`;

    // These answers have no body, whatever the application says: no chunk must follow, and a client that waits for one
    // must see the end of the connection.
    if (msg.chunkedEncoding && (msg.statusCode === 204 || msg.statusCode === 304)) {
      msg.chunkedEncoding = false;
      endConnection(msg);
    }

    addConnection(msg);
    const open = addFraming(msg);
    if (msg.chunkedEncoding !== true && (saw & sawTrailer) !== 0) throw new codes.ERR_HTTP_TRAILER_INVALID();

    msg._header = open ? head : head + '\r\n';
    msg[kNativeLength] = open ? kLengthOpen : kLengthInHead;
    msg._headerSent = false;
    return (saw & sawExpect) !== 0;
  } finally {
    head = outerHead;
    saw = outerSaw;
  }
}

/** The trailer section; `headers` as an object or an array of pairs. */
function trailerText(msg, headers) {
  let text = '';
  const pairs = Array.isArray(headers) ? headers : undefined;
  for (const key of Object.keys(headers)) {
    const name = pairs === undefined ? key : pairs[key][0];
    let value = pairs === undefined ? headers[key] : pairs[key][1];
    checkName(name, 'Trailer name');
    checkTrailerName(name);
    if (Array.isArray(value)) {
      if (value.length > 1 && !msg[kUniqueHeaders]?.has(toLower(name))) {
        for (let i = 0; i < value.length; i++) text += trailerLine(msg, name, value[i]);
        continue;
      }
      value = value.join('; ');
    }
    text += trailerLine(msg, name, value);
  }
  return text;
}

/** Throws for names that frame or route a message: they have no place behind it (RFC 9110, section 6.5.1). */
function checkTrailerName(name, what = 'trailers') {
  const lower = toLower(name);
  if (lower === 'content-length' || lower === 'transfer-encoding' || lower === 'host') {
    throw new codes.ERR_INVALID_ARG_VALUE(what, name, 'must not frame or route the message');
  }
}

function trailerLine(msg, name, value) {
  value = `${value}`;
  if (hasInvalidChar(value, msg._isLenientHeaderValidation())) throw new codes.ERR_INVALID_CHAR('trailer content', name);
  return `${name}: ${value}\r\n`;
}

/** The option `uniqueHeaders`: names whose several values go into one line. */
function parseUniqueHeadersOption(headers) {
  if (!Array.isArray(headers)) return null;
  const unique = new Set();
  for (const name of headers) unique.add(name.toLowerCase());
  return unique;
}

/** What may be sent of a piece of the body: more than the head promised would be read as another message. */
function withinPromise(msg, chunk, encoding) {
  const remaining = msg[kRemaining];
  const length = typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  if (length <= remaining) {
    msg[kRemaining] = remaining - length;
    return chunk;
  }
  if (length === 0) return chunk;
  msg[kRemaining] = kOverrun;
  if (remaining <= 0) return '';
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
  return bytes.subarray(0, remaining);
}

/** The body is over. If it was not as long as promised the peer may wait for more, or for nothing of what comes next. */
function settlePromise(msg) {
  if (msg[kRemaining] !== 0) endConnection(msg);
}

module.exports = {
  __proto__: null,
  checkTrailerName,
  kLengthInHead,
  kLengthOpen,
  kLengthWanted,
  kNativeLength,
  kNoPromise,
  kNotAscii,
  kOutHeaders,
  kRemaining,
  kUniqueHeaders,
  parseUniqueHeadersOption,
  settlePromise,
  storeHeader,
  trailerText,
  withinPromise,
};
