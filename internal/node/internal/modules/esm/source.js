'use strict';

// The text of a module, and a look at what it is.

const native = internalBinding('modules');
const { errors, stripBOM, readText, urlToPath } = require('internal/modules/helpers');
const { dataMediaType } = require('internal/modules/esm/formats');

/** The text behind a file: or data: URL. */
function sourceOf(url, format) {
  if (url.startsWith('file:')) {
    const text = readText(urlToPath(url.replace(/[?#].*$/s, '')));
    return stripBOM(text);
  }
  if (url.startsWith('data:')) {
    const match = dataMediaType.exec(url);
    if (match === null) {
      if (format === null) return undefined;
      throw new (errors().ERR_INVALID_URL)(url);
    }
    const body = decodeURIComponent(match[3].replace(/#.*$/s, ''));
    return match[2] ? Buffer.from(body, 'base64').toString() : body;
  }
  return undefined;
}

// Without one of these words a text has no syntax that only modules have.
const moduleWords = /\b(?:import|export|await)\b/;

/** Whether a text that nothing says anything about is an ES module: it does not parse as CommonJS, but as a module. */
function looksLikeModule(source, url) {
  if (typeof source !== 'string') source = new TextDecoder().decode(source);
  return moduleWords.test(source) && native.containsModuleSyntax(source, url);
}

module.exports = { sourceOf, looksLikeModule };
