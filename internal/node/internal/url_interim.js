'use strict';
// Stand-in for internal/url and url from npm packages, until ours replaces it.
const { URL, URLSearchParams } = require('whatwg-url');
const { codes } = require('internal/errors');
const path = () => require('path');
class OurURL extends URL {
  constructor(input, base) {
    try { super(`${input}`, base === undefined ? undefined : `${base}`); } catch (e) { const err = new codes.ERR_INVALID_URL(`${input}`, base); throw err; }
  }
}
Object.defineProperty(OurURL, 'name', { value: 'URL' });
function isURL(v) { return v instanceof URL; }
function fileURLToPath(u) {
  if (typeof u === 'string') u = new OurURL(u);
  else if (!isURL(u)) throw new codes.ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], u);
  if (u.protocol !== 'file:') throw new codes.ERR_INVALID_URL_SCHEME('file');
  if (u.hostname !== '') throw new codes.ERR_INVALID_FILE_URL_HOST('linux');
  if (/%2f/i.test(u.pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', u);
  return decodeURIComponent(u.pathname);
}
function pathToFileURL(p) {
  let r = path().resolve(p);
  if (p.endsWith('/') && !r.endsWith('/')) r += '/';
  r = r.replace(/%/g, '%25').replace(/\\/g, '%5C').replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/\t/g, '%09').replace(/\?/g, '%3F').replace(/#/g, '%23');
  return new OurURL('file://' + r);
}
function urlToHttpOptions(u) {
  const o = { __proto__: null, ...u, protocol: u.protocol, hostname: u.hostname && u.hostname[0] === '[' ? u.hostname.slice(1, -1) : u.hostname, hash: u.hash, search: u.search, pathname: u.pathname, path: `${u.pathname || ''}${u.search || ''}`, href: u.href };
  if (u.port !== '') o.port = Number(u.port);
  if (u.username || u.password) o.auth = `${decodeURIComponent(u.username)}:${decodeURIComponent(u.password)}`;
  return o;
}
const internal = { URL: OurURL, URLSearchParams, isURL, fileURLToPath, pathToFileURL, urlToHttpOptions, toPathIfFileURL: (p) => isURL(p) ? fileURLToPath(p) : p, domainToASCII: (d) => { try { return new OurURL(`http://${d}`).hostname; } catch { return ''; } }, domainToUnicode: (d) => d };
module.exports = { internal, get url() { const legacy = require('url/'); return { ...legacy, ...internal, Url: legacy.Url, parse: legacy.parse, format: (u, o) => isURL(u) ? u.href : legacy.format(u), resolve: legacy.resolve, resolveObject: legacy.resolveObject }; } };
