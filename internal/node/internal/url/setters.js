'use strict';

// The setters of URL: each parses one part on its own, and leaves the record alone if that fails.

const percent = require('internal/url/percent');
const { parseHost } = require('internal/url/host');
const {
  parsePathStart, parsePort, portColon, schemeLength, specialPorts, stripTabs,
} = require('internal/url/parser');

/** URLs without a host, and files, have neither user nor port. */
function cannotHaveCredentialsOrPort(url) {
  return url.host === null || url.host === '' || url.scheme === 'file:';
}

function setProtocol(url, value) {
  value = stripTabs(value);
  const length = schemeLength(value.includes(':') ? value : `${value}:`);
  if (length === 0) return;
  const scheme = `${value.slice(0, length - 1).toLowerCase()}:`;
  const special = scheme in specialPorts;
  if (special !== url.special) return;
  if (scheme === 'file:' && (url.username !== '' || url.password !== '' || url.port !== -1)) return;
  if (url.scheme === 'file:' && url.host === '') return;
  url.scheme = scheme;
  if (url.port === specialPorts[scheme]) url.port = -1;
}

function setUsername(url, value) {
  if (!cannotHaveCredentialsOrPort(url)) url.username = percent.encode(value, percent.USERINFO);
}

function setPassword(url, value) {
  if (!cannotHaveCredentialsOrPort(url)) url.password = percent.encode(value, percent.USERINFO);
}

/** What of the text an authority would take: up to a slash, '?' or '#'. */
function authorityPart(url, value) {
  value = stripTabs(value);
  const end = value.search(url.special ? /[/\\?#]/ : /[/?#]/);
  return end === -1 ? value : value.slice(0, end);
}

function setHost(url, value) {
  if (url.opaque) return;
  const text = authorityPart(url, value);
  const colon = portColon(text);
  if (url.scheme === 'file:') {
    setFileHost(url, text);
    return;
  }
  if (!replaceHost(url, colon === -1 ? text : text.slice(0, colon), colon !== -1)) return;
  if (colon !== -1) setPortDigits(url, text.slice(colon + 1));
}

function setHostname(url, value) {
  if (url.opaque) return;
  const text = authorityPart(url, value);
  if (url.scheme === 'file:') {
    setFileHost(url, text);
    return;
  }
  if (portColon(text) !== -1) return; // a port is not a hostname's business
  replaceHost(url, text, false);
}

function replaceHost(url, text, withPort) {
  if (text === '') {
    if (url.special || withPort) return false;
    // A host cannot be emptied from under a user or a port.
    if (url.username !== '' || url.password !== '' || url.port !== -1) return false;
    url.host = '';
    return true;
  }
  const host = parseHost(text, url.special);
  if (host === null) return false;
  url.host = host;
  return true;
}

function setFileHost(url, text) {
  if (text === '') {
    url.host = '';
    return;
  }
  const host = parseHost(text, true);
  if (host !== null) url.host = host === 'localhost' ? '' : host;
}

function setPort(url, value) {
  if (cannotHaveCredentialsOrPort(url)) return;
  if (value === '') url.port = -1;
  else setPortDigits(url, stripTabs(value));
}

/** Digits in front count, whatever is behind them. */
function setPortDigits(url, text) {
  const digits = /^[0-9]+/.exec(text);
  if (digits === null) return;
  const port = parsePort(digits[0], 0);
  if (port !== -1) url.port = port === specialPorts[url.scheme] ? -1 : port;
}

function setPathname(url, value) {
  if (url.opaque) return;
  value = stripTabs(value);
  // Here '?' and '#' are part of the path, which encodes them.
  parsePathStart(url, value);
  if (value === '' && url.host === null) url.path = '/';
}

function setSearch(url, value) {
  if (value === '') {
    url.query = null;
    stripOpaqueSpaces(url);
    return;
  }
  if (value.charCodeAt(0) === 63) value = value.slice(1);
  url.query = percent.encode(stripTabs(value), url.special ? percent.SPECIAL_QUERY : percent.QUERY);
}

function setHash(url, value) {
  if (value === '') {
    url.fragment = null;
    stripOpaqueSpaces(url);
    return;
  }
  if (value.charCodeAt(0) === 35) value = value.slice(1);
  url.fragment = percent.encode(stripTabs(value), percent.FRAGMENT);
}

/** Spaces at the end of an opaque path do not survive without a query or a fragment behind them. */
function stripOpaqueSpaces(url) {
  if (url.opaque && url.query === null && url.fragment === null) url.path = url.path.replace(/ +$/, '');
}

module.exports = {
  setHash, setHost, setHostname, setPassword, setPathname, setPort, setProtocol, setSearch, setUsername,
};
