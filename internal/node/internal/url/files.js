'use strict';

// From URLs to what other modules take, and back: paths of files, options of http.request(), names of hosts.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH,
    ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const { validateObject, validateString, kValidateObjectAllowObjects } = require('internal/validators');
const { URL, isURL } = require('internal/url');
const { parse } = require('internal/url/parser');
const { domainToUnicode: hostToUnicode } = require('internal/url/host');

/** The host that assigning to a special URL's hostname gives; '' if it is refused. */
function toASCII(domain) {
  const url = parse('ws://x', null);
  url.host = '';
  require('internal/url/setters').setHostname(url, domain.toWellFormed());
  return url.host;
}

function domainToASCII(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return toASCII(`${domain}`);
}

function domainToUnicode(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return hostToUnicode(toASCII(`${domain}`));
}

function onWindows(options) {
  return options?.windows ?? process.platform === 'win32';
}

/** The file URL that a path or URL stands for, checked. */
function asFileURL(path) {
  if (typeof path === 'string') path = new URL(path);
  else if (!isURL(path)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path);
  if (path.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
  return path;
}

function fileURLToPath(path, options = undefined) {
  const url = asFileURL(path);
  return onWindows(options) ? windowsPath(url) : posixPath(url);
}

function posixPath(url) {
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  const { pathname } = url;
  if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  return pathname.includes('%') ? decodeURIComponent(pathname) : pathname;
}

function windowsPath(url) {
  let { pathname } = url;
  if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
  pathname = decodeURIComponent(pathname.replaceAll('/', '\\'));
  if (url.hostname !== '') return `\\\\${domainToUnicode(url.hostname)}${pathname}`;
  if (!/^.[A-Za-z]:/s.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must be absolute', url);
  return pathname.slice(1);
}

/** fileURLToPath() for paths that are not UTF-8. */
function fileURLToPathBuffer(path, options = undefined) {
  const url = asFileURL(path);
  const { Buffer } = require('buffer');
  const { unescapeBuffer } = require('querystring');
  if (onWindows(options)) {
    let pathname = url.pathname;
    if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
    pathname = pathname.replaceAll('/', '\\');
    const bytes = unescapeBuffer(pathname);
    if (url.hostname !== '') return Buffer.concat([Buffer.from(`\\\\${domainToUnicode(url.hostname)}`), bytes]);
    if (!/^.[A-Za-z]:/s.test(bytes.latin1Slice(0, 3))) throw new ERR_INVALID_FILE_URL_PATH('must be absolute', url);
    return bytes.subarray(1);
  }
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  if (/%2f/i.test(url.pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  return unescapeBuffer(url.pathname);
}

/** Escapes what the URL parser would take for something else than a part of the path, and what it would not escape. */
function escapePath(path, windows) {
  return path.replace(windows ? /[%\n\r\t?#[\]^|~]/g : /[%\\\n\r\t?#[\]^|~]/g, (c) => {
    const hex = c.charCodeAt(0).toString(16).toUpperCase();
    return hex.length === 1 ? `%0${hex}` : `%${hex}`;
  });
}

function pathToFileURL(filepath, options) {
  validateString(filepath, 'path');
  const windows = onWindows(options);
  if (windows && filepath.startsWith('\\\\')) return shareURL(filepath);
  const { resolve, sep } = windows ? require('path/win32') : require('path/posix');
  let resolved = resolve(filepath);
  // resolve() takes the last separator away, but it means a folder.
  const last = filepath.at(-1);
  if ((last === '/' || (windows && last === '\\')) && resolved.at(-1) !== sep) resolved += '/';
  const url = new URL('file:///');
  if (windows) resolved = resolved.replaceAll('\\', '/');
  url.pathname = escapePath(resolved, windows);
  return url;
}

/** The URL of "\\server\share\path". */
function shareURL(path) {
  // The extended form \\?\UNC\server\share means the same, \\?\C:\path a path on a drive.
  const extended = path.startsWith('\\\\?\\UNC\\');
  if (!extended && path.startsWith('\\\\?\\')) return pathToFileURL(path.slice(4), { windows: true });
  const start = extended ? 8 : 2;
  const end = path.indexOf('\\', start);
  if (end === -1) throw new ERR_INVALID_ARG_VALUE('path', path, 'Missing UNC resource path');
  if (end === 2) throw new ERR_INVALID_ARG_VALUE('path', path, 'Empty UNC servername');
  const url = new URL('file:///');
  url.hostname = toASCII(path.slice(start, end));
  url.pathname = escapePath(path.slice(end).replaceAll('\\', '/'), true);
  return url;
}

/** The options of http.request() that say what a URL says. */
function urlToHttpOptions(url) {
  validateObject(url, 'url', kValidateObjectAllowObjects);
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url, // own properties that somebody put on it
    protocol: url.protocol,
    hostname: hostname && hostname[0] === '[' ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href: url.href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

module.exports = {
  domainToASCII, domainToUnicode, fileURLToPath, fileURLToPathBuffer, pathToFileURL, toASCII, urlToHttpOptions,
};
