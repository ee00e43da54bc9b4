'use strict';

// The URL parser of the WHATWG standard. Its state machine is unrolled: a '#' ends whatever comes before the fragment
// and a '?' whatever comes before the query, in every state; what is left is a scheme, an authority and a path.

const percent = require('internal/url/percent');
const { parseHost } = require('internal/url/host');

const SLASH = 47;
const BACKSLASH = 92;

/** Default ports of the special schemes; the keys are what makes a scheme special. */
const specialPorts = { '__proto__': null, 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443, 'ftp:': 21, 'file:': -1 };

/** A parsed URL. Parts that may be missing are null (port: -1), so that '?' alone is told from nothing. */
class URLRecord {
  constructor() {
    this.scheme = ''; // with its colon
    this.special = false;
    this.username = '';
    this.password = '';
    this.host = null;
    this.port = -1;
    this.path = '';
    this.opaque = false; // the path is not a list of segments
    this.query = null;
    this.fragment = null;
    this.href = ''; // the serialization, made on demand
  }

  clone() {
    const copy = new URLRecord();
    copy.scheme = this.scheme;
    copy.special = this.special;
    copy.username = this.username;
    copy.password = this.password;
    copy.host = this.host;
    copy.port = this.port;
    copy.path = this.path;
    copy.opaque = this.opaque;
    copy.query = this.query;
    copy.fragment = this.fragment;
    return copy;
  }
}

function serialize(url) {
  let href = url.scheme;
  if (url.host !== null) {
    href += '//';
    if (url.username !== '' || url.password !== '') {
      href += url.username;
      if (url.password !== '') href += `:${url.password}`;
      href += '@';
    }
    href += url.host;
    if (url.port !== -1) href += `:${url.port}`;
  } else if (!url.opaque && url.path.charCodeAt(0) === SLASH && url.path.charCodeAt(1) === SLASH) {
    href += '/.'; // or what follows would be read as a host
  }
  href += url.path;
  if (url.query !== null) href += `?${url.query}`;
  if (url.fragment !== null) href += `#${url.fragment}`;
  return href;
}

/** Takes away what the standard ignores: controls and spaces around, tabs and line ends everywhere. */
function clean(input) {
  let start = 0;
  let end = input.length;
  while (start < end && input.charCodeAt(start) <= 32) start++;
  while (end > start && input.charCodeAt(end - 1) <= 32) end--;
  if (start > 0 || end < input.length) input = input.slice(start, end);
  return stripTabs(input);
}

function stripTabs(input) {
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code <= 13 && (code === 9 || code === 10 || code === 13)) return input.replace(/[\t\n\r]/g, '');
  }
  return input;
}

/** The length of the scheme with its colon at the start of the input; 0 if there is none. */
function schemeLength(input) {
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) continue;
    if (i === 0) return 0;
    if (code === 58) return i + 1;
    if ((code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46) continue; // digits + - .
    return 0;
  }
  return 0;
}

/** Parses a string; base is a record or null. Returns a record, or null if the string is no URL. */
function parse(input, base) {
  const url = new URLRecord();
  let rest = clean(input);
  const hash = rest.indexOf('#');
  if (hash !== -1) {
    url.fragment = percent.encode(rest.slice(hash + 1), percent.FRAGMENT);
    rest = rest.slice(0, hash);
  }
  const length = schemeLength(rest);
  if (length === 0) return base === null ? null : parseRelative(url, rest, base);
  const scheme = rest.slice(0, length);
  url.scheme = scheme in specialPorts ? scheme : scheme.toLowerCase();
  url.special = url.scheme in specialPorts;
  rest = takeQuery(url, rest.slice(length));
  if (url.scheme === 'file:') return parseFile(url, rest, base);
  if (url.special) {
    if (base !== null && base.scheme === url.scheme && !(rest.charCodeAt(0) === SLASH && rest.charCodeAt(1) === SLASH)) {
      return resolve(url, rest, base);
    }
    return parseAuthority(url, rest, skipSlashes(rest));
  }
  if (rest.charCodeAt(0) === SLASH) {
    if (rest.charCodeAt(1) === SLASH) return parseAuthority(url, rest, 2);
    parsePath(url, rest);
    return url;
  }
  setOpaquePath(url, rest);
  return url;
}

/** Splits off and encodes the query; returns what is before it. */
function takeQuery(url, rest) {
  const mark = rest.indexOf('?');
  if (mark === -1) return rest;
  url.query = percent.encode(rest.slice(mark + 1), url.special ? percent.SPECIAL_QUERY : percent.QUERY);
  return rest.slice(0, mark);
}

function setOpaquePath(url, path) {
  url.opaque = true;
  path = percent.encode(path, percent.C0);
  // A space at the very end would be lost when the URL is parsed again.
  if (path.endsWith(' ') && (url.query !== null || url.fragment !== null)) path = `${path.slice(0, -1)}%20`;
  url.path = path;
}

function skipSlashes(rest) {
  let i = 0;
  while (isSlash(rest.charCodeAt(i), true)) i++;
  return i;
}

function isSlash(code, special) {
  return code === SLASH || (special && code === BACKSLASH);
}

/** A reference without a scheme. */
function parseRelative(url, rest, base) {
  if (base.opaque) {
    // Nothing but another fragment can be said of an opaque path.
    if (rest !== '' || url.fragment === null) return null;
    url.scheme = base.scheme;
    url.special = base.special;
    url.path = base.path;
    url.opaque = true;
    url.query = base.query;
    return url;
  }
  url.scheme = base.scheme;
  url.special = base.special;
  rest = takeQuery(url, rest);
  return url.scheme === 'file:' ? parseFile(url, rest, base) : resolve(url, rest, base);
}

function copyAuthority(url, base) {
  url.username = base.username;
  url.password = base.password;
  url.host = base.host;
  url.port = base.port;
}

/** What is left of a reference to something under the base's scheme. */
function resolve(url, rest, base) {
  if (isSlash(rest.charCodeAt(0), url.special)) {
    if (isSlash(rest.charCodeAt(1), url.special)) return parseAuthority(url, rest, url.special ? skipSlashes(rest) : 2);
    copyAuthority(url, base);
    parsePath(url, rest);
    return url;
  }
  copyAuthority(url, base);
  if (rest === '') {
    url.path = base.path;
    if (url.query === null) url.query = base.query;
    return url;
  }
  parsePath(url, rest, shorten(url, base.path));
  return url;
}

/** Parses user, host and port from `start` on, and the path behind them. */
function parseAuthority(url, rest, start) {
  let end = start;
  let at = -1;
  for (; end < rest.length; end++) {
    const code = rest.charCodeAt(end);
    if (isSlash(code, url.special)) break;
    if (code === 64) at = end;
  }
  if (at !== -1) {
    takeCredentials(url, rest.slice(start, at));
    start = at + 1;
    if (start === end) return null;
  }
  if (!parseHostAndPort(url, rest.slice(start, end))) return null;
  parsePathStart(url, rest.slice(end));
  return url;
}

function takeCredentials(url, credentials) {
  const colon = credentials.indexOf(':');
  if (colon === -1) {
    url.username = percent.encode(credentials, percent.USERINFO);
  } else {
    url.username = percent.encode(credentials.slice(0, colon), percent.USERINFO);
    url.password = percent.encode(credentials.slice(colon + 1), percent.USERINFO);
  }
}

/** Where the colon in front of the port is: the first one outside of brackets. */
function portColon(text) {
  if (!text.includes('[')) return text.indexOf(':');
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91) inside = true;
    else if (code === 93) inside = false;
    else if (code === 58 && !inside) return i;
  }
  return -1;
}

function parseHostAndPort(url, text) {
  const colon = portColon(text);
  const hostText = colon === -1 ? text : text.slice(0, colon);
  if (hostText === '' && (url.special || colon !== -1)) return false;
  const host = hostText === '' ? '' : parseHost(hostText, url.special);
  if (host === null) return false;
  url.host = host;
  if (colon !== -1 && colon + 1 < text.length) {
    const port = parsePort(text, colon + 1);
    if (port === -1) return false;
    url.port = port === specialPorts[url.scheme] ? -1 : port;
  }
  return true;
}

/** The number from `start` to the end of the text; -1 if it is no port. */
function parsePort(text, start) {
  let port = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65535) return -1;
  }
  return port;
}

// ---- paths ----

/** A path behind an authority. */
function parsePathStart(url, rest) {
  if (rest === '') url.path = url.special ? '/' : '';
  else parsePath(url, rest);
}

function isDriveLetter(text, i, normalized) {
  const letter = text.charCodeAt(i) | 32;
  if (!(letter >= 97 && letter <= 122)) return false;
  const mark = text.charCodeAt(i + 1);
  return mark === 58 || (!normalized && mark === 124); // : |
}

/** Does the text start with a drive letter that ends there or before a slash? */
function startsWithDrive(text) {
  if (text.length < 2 || !isDriveLetter(text, 0, false)) return false;
  return text.length === 2 || isSlash(text.charCodeAt(2), true);
}

/** A path ("/a/b") without its last segment; the drive of a file stays. */
function shorten(url, path) {
  if (path === '' || (url.scheme === 'file:' && path.length === 3 && isDriveLetter(path, 1, true))) return path;
  return path.slice(0, path.lastIndexOf('/'));
}

/** Sets the path to `rest`, resolved against the segments of `path` and encoded. */
function parsePath(url, rest, path = '') {
  let encoded = percent.encode(rest, percent.PATH);
  if (url.special && encoded.includes('\\')) encoded = encoded.replaceAll('\\', '/');
  if (encoded.charCodeAt(0) !== SLASH) encoded = `/${encoded}`;
  const simple = url.scheme !== 'file:' && !encoded.includes('/.') && !encoded.includes('/%2');
  url.path = simple ? path + encoded : joinSegments(url, path, encoded);
}

/** Adds segments one by one, '.' and '..' (or their encoded forms) taken for what they mean. */
function joinSegments(url, path, encoded) {
  for (let start = 1; ;) {
    let end = encoded.indexOf('/', start);
    const last = end === -1;
    if (last) end = encoded.length;
    let segment = encoded.slice(start, end);
    const dots = countDots(segment);
    if (dots === 2) {
      path = shorten(url, path);
      if (last) path += '/';
    } else if (dots === 1) {
      if (last) path += '/';
    } else {
      if (url.scheme === 'file:' && path === '' && segment.length === 2 && isDriveLetter(segment, 0, false)) {
        segment = `${segment[0]}:`;
      }
      path += `/${segment}`;
    }
    if (last) return path;
    start = end + 1;
  }
}

/** 1 for '.', 2 for '..', whether or not encoded; 0 for anything else. */
function countDots(segment) {
  if (segment.length > 6) return 0;
  switch (segment.toLowerCase()) {
    case '.': case '%2e':
      return 1;
    case '..': case '.%2e': case '%2e.': case '%2e%2e':
      return 2;
    default:
      return 0;
  }
}

// ---- files ----

function parseFile(url, rest, base) {
  url.host = '';
  if (base !== null && base.scheme !== 'file:') base = null;
  if (isSlash(rest.charCodeAt(0), true)) {
    if (isSlash(rest.charCodeAt(1), true)) return parseFileHost(url, rest.slice(2));
    let path = '';
    if (base !== null) {
      url.host = base.host;
      // The drive of the base stays unless the reference names one.
      if (!startsWithDrive(rest.slice(1)) && isDriveLetter(base.path, 1, true) &&
          (base.path.length === 3 || base.path.charCodeAt(3) === SLASH)) {
        path = base.path.slice(0, 3);
      }
    }
    parsePath(url, rest, path);
    return url;
  }
  if (base === null) {
    parsePath(url, rest);
    return url;
  }
  url.host = base.host;
  if (rest === '') {
    url.path = base.path;
    if (url.query === null) url.query = base.query;
  } else if (startsWithDrive(rest)) {
    parsePath(url, rest);
  } else {
    parsePath(url, rest, shorten(url, base.path));
  }
  return url;
}

function parseFileHost(url, rest) {
  let end = 0;
  while (end < rest.length && !isSlash(rest.charCodeAt(end), true)) end++;
  if (end === 2 && isDriveLetter(rest, 0, false)) {
    parsePath(url, rest);
    return url;
  }
  if (end > 0) {
    const host = parseHost(rest.slice(0, end), true);
    if (host === null) return null;
    url.host = host === 'localhost' ? '' : host;
  }
  parsePathStart(url, rest.slice(end));
  return url;
}

module.exports = {
  URLRecord, parse, parseHostAndPort, parsePathStart, parsePort, portColon, schemeLength, serialize, specialPorts, stripTabs,
};
