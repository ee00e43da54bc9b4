'use strict';

// The public module "url": the standard's URL beside the interface from before it.

const { URL, URLSearchParams, fileURLToPath, isURL, pathToFileURL, urlToHttpOptions } = require('internal/url');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { Url, urlFormat: formatLegacy, urlParse: parseLegacy } = require('internal/url/legacy');

const deprecation = '`url.parse()` behavior is not standardized and prone to errors that have security implications. ' +
  'Use the WHATWG URL API instead. CVEs are not issued for `url.parse()` vulnerabilities.';
let warned = false;

/** Warns once, and not for the sake of a dependency. */
function warnOfParse() {
  if (warned) return;
  if (internalBinding('util').isInsideNodeModules(3)) return; // this function, urlParse, its caller
  warned = true;
  process.emitWarning(deprecation, 'DeprecationWarning', 'DEP0169');
}

function urlParse(url, parseQueryString, slashesDenoteHost) {
  warnOfParse();
  return parseLegacy(url, parseQueryString, slashesDenoteHost);
}

/** The serialization of a URL, a legacy Url, or an object with its parts. */
function urlFormat(urlObject, options) {
  if (isURL(urlObject)) return formatStandard(urlObject, options);
  if (typeof urlObject !== 'string' && (typeof urlObject !== 'object' || urlObject === null)) {
    throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject);
  }
  return formatLegacy(urlObject);
}

/** A WHATWG URL without the parts that the options turn off. */
function formatStandard(url, options) {
  let fragment = true;
  let unicode = false;
  let search = true;
  let auth = true;
  if (options) {
    validateObject(options, 'options');
    if (options.fragment != null) fragment = Boolean(options.fragment);
    if (options.unicode != null) unicode = Boolean(options.unicode);
    if (options.search != null) search = Boolean(options.search);
    if (options.auth != null) auth = Boolean(options.auth);
  }
  return require('internal/url/format').format(url.href, fragment, unicode, search, auth);
}

function urlResolve(source, relative) {
  return parseLegacy(source, false, true).resolve(relative);
}

function urlResolveObject(source, relative) {
  if (!source) return relative;
  return parseLegacy(source, false, true).resolveObject(relative);
}

function domainToASCII(domain) {
  return arguments.length < 1 ? require('internal/url/files').domainToASCII() : require('internal/url/files').domainToASCII(domain);
}

function domainToUnicode(domain) {
  return arguments.length < 1 ? require('internal/url/files').domainToUnicode() : require('internal/url/files').domainToUnicode(domain);
}

function fileURLToPathBuffer(path, options = undefined) {
  return require('internal/url/files').fileURLToPathBuffer(path, options);
}

module.exports = {
  Url,
  parse: urlParse,
  resolve: urlResolve,
  resolveObject: urlResolveObject,
  format: urlFormat,
  URL,
};
internalBinding('util').defineLazyProperties(module.exports, 'internal/url/pattern', ['URLPattern']);
Object.assign(module.exports, {
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  fileURLToPathBuffer,
  urlToHttpOptions,
});
