'use strict';
// The characters of HTTP: which names and values may go into a head, and the lower case of names.
// Every header of every answer passes here, so the answers for names are remembered.

const { codes, hide, hideStackFrames } = require('internal/errors');

// RFC 9110, section 5.6.2: token = 1*tchar
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// Nearly all values are printable ASCII and need no second look.
const notPlain = /[^\t\x20-\x7e]/;
// RFC 9110, section 5.5: field-vchar is VCHAR and obs-text.
const notStrict = /[^\t\x20-\x7e\x80-\xff]/;
// The Fetch standard's header value: any bytes but NUL, CR and LF.
// eslint-disable-next-line no-control-regex
const notLenient = /[^\x01-\x09\x0b\x0c\x0e-\xff]/;

/** Whether the string is an HTTP token. */
function isToken(value) {
  return token.test(value);
}

/** Whether the value has a character that must not be in a header's value. */
function hasInvalidChar(value, lenient = false) {
  return (lenient ? notLenient : notStrict).test(value);
}

/** Whether the value has anything but printable ASCII: then it is worth a closer look. */
function isNotPlain(value) {
  return notPlain.test(value);
}

// Valid names as applications write them, with their lower case. It is bounded,
// because names may come from anywhere.
const known = new Map();
const maxKnown = 1024;

for (const name of [
  'Accept', 'Accept-Encoding', 'Accept-Language', 'Accept-Ranges', 'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Headers', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers', 'Access-Control-Max-Age', 'Age', 'Allow', 'Authorization', 'Cache-Control',
  'Connection', 'Content-Disposition', 'Content-Encoding', 'Content-Language', 'Content-Length', 'Content-Location',
  'Content-Range', 'Content-Security-Policy', 'Content-Type', 'Cookie', 'Date', 'ETag', 'Expect', 'Expires', 'From',
  'Host', 'If-Match', 'If-Modified-Since', 'If-None-Match', 'If-Range', 'If-Unmodified-Since', 'Keep-Alive',
  'Last-Modified', 'Link', 'Location', 'Max-Forwards', 'Origin', 'Pragma', 'Proxy-Authenticate', 'Proxy-Authorization',
  'Range', 'Referer', 'Retry-After', 'Server', 'Set-Cookie', 'Strict-Transport-Security', 'TE', 'Trailer',
  'Transfer-Encoding', 'Upgrade', 'User-Agent', 'Vary', 'Via', 'WWW-Authenticate', 'X-Powered-By', 'X-Request-Id',
]) {
  known.set(name, name.toLowerCase());
  known.set(name.toLowerCase(), name.toLowerCase());
}

/** The lower case of a header's name; undefined if it is not a valid name. */
function lowerName(name) {
  const lower = known.get(name);
  return lower !== undefined ? lower : learnName(name);
}

function learnName(name) {
  if (typeof name !== 'string' || !token.test(name)) return undefined;
  const lower = name.toLowerCase();
  if (known.size < maxKnown && name.length <= 64) known.set(name, lower);
  return lower;
}

/** The lower case of any string, quick for names of headers. */
function toLower(name) {
  const lower = known.get(name);
  return lower !== undefined ? lower : name.toLowerCase();
}

/** Throws unless the name may be a header's; label says what it is the name of. */
function checkName(name, label, above) {
  if (lowerName(name) === undefined) {
    throw hide(new codes.ERR_INVALID_HTTP_TOKEN(label || 'Header name', name), above);
  }
}

/** Throws unless the value may be a header's. */
function checkValue(name, value, lenient, above) {
  if (value === undefined) throw hide(new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name), above);
  if (notPlain.test(value) && hasInvalidChar(value, lenient)) {
    throw hide(new codes.ERR_INVALID_CHAR('header content', name), above);
  }
}

/** http.validateHeaderName */
const validateHeaderName = named('validateHeaderName', hideStackFrames((name, label) => checkName(name, label)));
/** http.validateHeaderValue */
const validateHeaderValue = named('validateHeaderValue', hideStackFrames((name, value, lenient) => checkValue(name, value, lenient)));

function named(name, fn) {
  Object.defineProperty(fn, 'name', { value: name, configurable: true });
  return fn;
}

module.exports = {
  __proto__: null,
  checkName,
  checkValue,
  hasInvalidChar,
  isNotPlain,
  isToken,
  lowerName,
  toLower,
  validateHeaderName,
  validateHeaderValue,
};
