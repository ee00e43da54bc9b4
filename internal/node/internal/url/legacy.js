'use strict';

// The URLs from before the standard: url.parse(), url.format() and the class Url. Much is allowed that the standard
// forbids, and parts that are missing are null. url.resolve() is in internal/url/legacy_resolve.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL } } = require('internal/errors');
const { validateString } = require('internal/validators');

// Protocols whose rest is not looked at for hosts and escapes, …
const unsafeProtocol = new Set(['javascript', 'javascript:']);
// … that never have a host, …
const hostlessProtocol = unsafeProtocol;
// … and that always have "//" behind them.
const slashedProtocol = new Set(['http', 'http:', 'https', 'https:', 'ftp', 'ftp:', 'gopher', 'gopher:', 'file', 'file:',
                                 'ws', 'ws:', 'wss', 'wss:']);

function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

/** Characters taken away from both ends. */
function isSpace(code) {
  return code <= 32 || code === 160 || code === 65279;
}

/** Trims, and turns backslashes in front of '?' and '#' into slashes. */
function tidy(url) {
  let start = 0;
  let end = url.length;
  while (start < end && isSpace(url.charCodeAt(start))) start++;
  while (end > start && isSpace(url.charCodeAt(end - 1))) end--;
  url = url.slice(start, end);
  if (!url.includes('\\')) return url;
  const mark = url.search(/[?#]/);
  if (mark === -1) return url.replaceAll('\\', '/');
  return url.slice(0, mark).replaceAll('\\', '/') + url.slice(mark);
}

Url.prototype.parse = function(url, parseQueryString, slashesDenoteHost) {
  validateString(url, 'url');
  let rest = tidy(url);

  if (!slashesDenoteHost && !rest.includes('#') && !/^[^?]*@/.test(rest)) {
    const simple = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/.exec(rest);
    if (simple !== null) return parseSimple(this, rest, simple, parseQueryString);
  }

  const found = /^[a-z0-9.+-]+:/i.exec(rest);
  let protocol;
  let slashed = false;
  if (found !== null) {
    slashed = slashedProtocol.has(found[0]); // as it is written: "HTTP:" takes a host without slashes
    protocol = found[0].toLowerCase();
    this.protocol = protocol;
    rest = rest.slice(protocol.length);
  }

  // "//user@host" is an authority even without a protocol.
  let slashes = false;
  if (slashesDenoteHost || protocol || /^\/\/[^@/]+@[^@/]+/.test(rest)) {
    slashes = rest.startsWith('//');
    if (slashes && !hostlessProtocol.has(protocol)) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!hostlessProtocol.has(protocol) && (slashes || (protocol && !slashed))) {
    rest = parseAuthority(this, rest, url);
  }
  if (!unsafeProtocol.has(protocol)) rest = escapeUnsafe(rest);
  parseRest(this, rest, parseQueryString);
  if (slashedProtocol.has(protocol) && this.hostname && !this.pathname) this.pathname = '/';
  if (this.pathname || this.search) this.path = (this.pathname || '') + (this.search || '');
  this.href = this.format();
  return this;
};

/** A path with perhaps a query and nothing else. */
function parseSimple(self, rest, [, pathname, search], parseQueryString) {
  self.path = rest;
  self.href = rest;
  self.pathname = pathname;
  if (search) {
    self.search = search;
    self.query = search.slice(1);
    if (parseQueryString) self.query = require('querystring').parse(self.query);
  } else if (parseQueryString) {
    self.search = null;
    self.query = { __proto__: null };
  }
  return self;
}

/** Splits "user@host:port" off what is behind "//"; returns what follows. */
function parseAuthority(self, rest, url) {
  rest = withoutTabsInHost(rest);
  let at = -1;
  let end = -1; // the first character that no host has
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i];
    if (c === '@') {
      at = i;
      end = -1; // what was there belongs to the user
    } else if (c === '#' || c === '/' || c === '?') {
      if (end === -1) end = i;
      break;
    } else if (end === -1 && ' "%\';<>\\^`{|}'.includes(c)) {
      end = i;
    }
  }
  let start = 0;
  if (at !== -1) {
    self.auth = decodeURIComponent(rest.slice(0, at));
    start = at + 1;
  }
  self.host = end === -1 ? rest.slice(start) : rest.slice(start, end);
  rest = end === -1 ? '' : rest.slice(end);
  self.parseHost();
  if (typeof self.hostname !== 'string') self.hostname = '';
  const hostname = self.hostname;
  const ipv6 = isBracketed(hostname);
  if (!ipv6) rest = cutHostname(self, rest, hostname, url);
  self.hostname = self.hostname.length > 255 ? '' : self.hostname.toLowerCase();
  if (self.hostname !== '') checkHostname(self, ipv6, url);
  self.host = (self.hostname || '') + (self.port ? `:${self.port}` : '');
  if (ipv6) {
    self.hostname = self.hostname.slice(1, -1);
    if (rest[0] !== '/') rest = `/${rest}`;
  }
  return rest;
}

/** Tabs and line ends vanish up to where the host ends. */
function withoutTabsInHost(rest) {
  if (!/[\t\n\r]/.test(rest)) return rest;
  const end = rest.search(/[#/?]/);
  const head = end === -1 ? rest : rest.slice(0, end);
  return head.replace(/[\t\n\r]/g, '') + (end === -1 ? '' : rest.slice(end));
}

function isBracketed(hostname) {
  return hostname[0] === '[' && hostname.at(-1) === ']';
}

let warnedOfPort = false;

/** What cannot be in a name is moved to the path. */
function cutHostname(self, rest, hostname, url) {
  const bad = hostname.search(/[/\\#?:]/);
  if (bad === -1) return rest;
  if (hostname[bad] === ':' && !warnedOfPort) {
    warnedOfPort = true;
    process.emitWarning(`The URL ${url} is invalid. Future versions of Node.js will throw an error.`, 'DeprecationWarning', 'DEP0170');
  }
  self.hostname = hostname.slice(0, bad);
  return `/${hostname.slice(bad)}${rest}`;
}

function checkHostname(self, ipv6, url) {
  if (ipv6) {
    if (/[\0\t\n\r #%/<>?@\\^|]/.test(self.hostname)) throw new ERR_INVALID_URL(url); // eslint-disable-line no-control-regex
    return;
  }
  self.hostname = toASCII(self.hostname);
  // A host that names nothing, or that means something else afterwards, would be spoofed.
  if (self.hostname === '' || /[\0\t\n\r #%/:<>?@[\\\]^|]/.test(self.hostname)) throw new ERR_INVALID_URL(url); // eslint-disable-line no-control-regex
}

/** The ASCII form of a name; '' if there is none. */
function toASCII(hostname) {
  if (/^[\x00-\x7f]*$/.test(hostname)) return hostname; // eslint-disable-line no-control-regex
  return internalBinding('idna').toASCII(hostname) ?? '';
}

/** Escapes what is never allowed in a URL. */
function escapeUnsafe(rest) {
  return rest.replace(/[\t\n\r "'<>\\^`{|}]/g, (c) => {
    const hex = c.charCodeAt(0).toString(16).toUpperCase();
    return hex.length === 1 ? `%0${hex}` : `%${hex}`;
  });
}

/** Path, query and hash. */
function parseRest(self, rest, parseQueryString) {
  const hash = rest.indexOf('#');
  if (hash !== -1) {
    self.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const mark = rest.indexOf('?');
  if (mark !== -1) {
    self.search = rest.slice(mark);
    self.query = rest.slice(mark + 1);
    if (parseQueryString) self.query = require('querystring').parse(self.query);
    rest = rest.slice(0, mark);
  } else if (parseQueryString) {
    self.search = null;
    self.query = { __proto__: null };
  }
  if (rest !== '') self.pathname = rest;
}

Url.prototype.format = function() {
  let auth = this.auth || '';
  if (auth) auth = `${encodeAuth(auth)}@`;
  let protocol = this.protocol || '';
  let pathname = this.pathname || '';
  let hash = this.hash || '';
  let host = '';
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    host = auth + (this.hostname.includes(':') && !isBracketed(this.hostname) ? `[${this.hostname}]` : this.hostname);
    if (this.port) host += `:${this.port}`;
  }
  let query = '';
  if (this.query !== null && typeof this.query === 'object') query = require('querystring').stringify(this.query);
  let search = this.search || (query && `?${query}`) || '';
  if (protocol && !protocol.endsWith(':')) protocol += ':';
  pathname = pathname.replace(/[#?]/g, (c) => (c === '#' ? '%23' : '%3F'));
  // "//" stands in front of a host; the usual protocols have it even where it was not written.
  if (this.slashes || slashedProtocol.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== '/') pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol.startsWith('file')) {
      host = '//';
    }
  }
  search = search.replaceAll('#', '%23');
  if (hash && hash[0] !== '#') hash = `#${hash}`;
  if (search && search[0] !== '?') search = `?${search}`;
  return protocol + host + pathname + search + hash;
};

/** User and password, ':' between them kept. */
function encodeAuth(auth) {
  return require('querystring').escape(auth).replaceAll('%3A', ':');
}

Url.prototype.resolve = function(relative) {
  return this.resolveObject(urlParse(relative, false, true)).format();
};

Url.prototype.resolveObject = function(relative) {
  return require('internal/url/legacy_resolve').resolveObject(this, relative);
};

Url.prototype.parseHost = function() {
  let host = this.host;
  const found = /:[0-9]*$/.exec(host);
  if (found !== null) {
    const port = found[0];
    if (port !== ':') this.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  if (host) this.hostname = host;
};

/** url.parse() without its deprecation warning. */
function urlParse(url, parseQueryString, slashesDenoteHost) {
  if (url instanceof Url) return url;
  const object = new Url();
  object.parse(url, parseQueryString, slashesDenoteHost);
  return object;
}

/** url.format() of anything but a WHATWG URL. */
function urlFormat(urlObject) {
  if (typeof urlObject === 'string') urlObject = urlParse(urlObject);
  else if (typeof urlObject !== 'object' || urlObject === null) {
    throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject);
  }
  return Url.prototype.format.call(urlObject);
}

module.exports = { Url, hostlessProtocol, slashedProtocol, urlFormat, urlParse };
