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

let head = ''; // The head that is being made. storeHeader keeps an outer one: a value's toString() may send messages.
let saw = 0;

// A header that decides something about the message or its connection.
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
      if (closeToken.test(value)) msg._last = true;
      else msg.shouldKeepAlive = true;
      break;
    case 'keep-alive':
      msg._defaultKeepAlive = false;
      break;
    case 'content-length':
      saw |= sawLength;
      msg._contentLength = +value;
      msg._removedContLen = false;
      break;
    case 'transfer-encoding':
      saw |= sawTransferEncoding;
      msg._removedTE = false;
      if (chunkedToken.test(value)) msg.chunkedEncoding = true;
      break;
  }
}

function addLine(msg, lower, name, value) {
  head += name + ': ' + value + '\r\n';
  // All names that note() knows have 4 to 17 characters.
  if (lower.length >= 4 && lower.length <= 17) note(msg, lower, value);
}

// A value with obs-text that stands in Content-Disposition is bytes of UTF-8 in a one-byte string, if the length of
// the body is known beforehand (RFC 6266, section 4.3, and what Node makes of it).
function dispositionText(value) {
  return typeof value === 'string' && isNotPlain(value) ? Buffer.from(value, 'latin1').toString() : value;
}

function addValues(msg, lower, name, values) {
  const joined = (values.length > 1 && lower === 'cookie') || msg[kUniqueHeaders]?.has(lower);
  if (joined) return addLine(msg, lower, name, values.join('; '));
  for (let i = 0; i < values.length; i++) addLine(msg, lower, name, values[i]);
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
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkOne(msg, name, value[i]);
  } else {
    checkOne(msg, name, value);
  }
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

// How the end of the body is found (RFC 9112, section 6). Returns whether Content-Length is left to the sender.
function addFraming(msg) {
  if ((saw & (sawLength | sawTransferEncoding)) !== 0) return false;
  if (!msg._hasBody) {
    msg.chunkedEncoding = false; // No last chunk either.
  } else if (!msg.useChunkedEncodingByDefault) {
    msg._last = true;
  } else if ((saw & sawTrailer) === 0 && !msg._removedContLen && msg[kNativeLength] === kLengthWanted) {
    return true;
  } else if ((saw & sawTrailer) === 0 && !msg._removedContLen && typeof msg._contentLength === 'number') {
    head += `Content-Length: ${msg._contentLength}\r\n`;
  } else if (!msg._removedTE) {
    head += 'Transfer-Encoding: chunked\r\n';
    msg.chunkedEncoding = true;
  } else {
    msg._last = true; // Only the end of the connection is left to end the body.
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
    if (msg.sendDate && (saw & sawDate) === 0) head += `Date: ${utcDate()}\r\n`;

    // These answers have no body, whatever the application says: no chunk must follow, and a client that waits for one
    // must see the end of the connection.
    if (msg.chunkedEncoding && (msg.statusCode === 204 || msg.statusCode === 304)) {
      msg.chunkedEncoding = false;
      msg.shouldKeepAlive = false;
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

function trailerLine(msg, name, value) {
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

module.exports = {
  kLengthInHead,
  kLengthOpen,
  kLengthWanted,
  kNativeLength,
  kNotAscii,
  kOutHeaders,
  kUniqueHeaders,
  parseUniqueHeadersOption,
  storeHeader,
  trailerText,
};
