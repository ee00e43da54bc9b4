'use strict';
// util.styleText.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBoolean, validateObject, validateOneOf, validateString } = require('internal/validators');
const { colors } = require('internal/util/inspect').inspect;

const hexColor = /^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;
const sequence = (code) => `\u001b[${code}m`;

/** Opening and closing sequence of `#rgb` or `#rrggbb`. */
function hexStyle(format) {
  const digits = format.length === 4 ? format.slice(1).replace(/./g, '$&$&') : format.slice(1);
  const value = Number.parseInt(digits, 16);
  return {
    open: sequence(`38;2;${value >> 16};${(value >> 8) & 255};${value & 255}`),
    close: sequence(39),
    sharesClose: false,
  };
}

/** The sequences of one format; undefined for 'none'. */
function styleOf(format) {
  if (format === 'none') return undefined;
  if (typeof format === 'string' && format.startsWith('#')) {
    if (!hexColor.test(format)) {
      throw new ERR_INVALID_ARG_VALUE('format', format, 'must be a valid hex color (#RGB or #RRGGBB)');
    }
    return hexStyle(format);
  }
  const codes = colors[format];
  if (!codes) validateOneOf(format, 'format', Object.getOwnPropertyNames(colors));
  // Bold and dim end with the same code, and one of them may go on.
  return { open: sequence(codes[0]), close: sequence(codes[1]), sharesClose: codes[0] === 1 || codes[0] === 2 };
}

/** Where a style ends inside the text, this one begins again: unless the text ends there. */
function reopen(text, { open, close, sharesClose }) {
  if (!text.includes(close)) return text;
  const atEnd = text.endsWith(close);
  const inner = atEnd ? text.slice(0, -close.length) : text;
  return inner.replaceAll(close, () => (sharesClose ? close + open : open)) + (atEnd ? close : '');
}

function takesColors(stream) {
  const { isNodeStream, isReadableStream, isWritableStream } = require('internal/streams/utils');
  if (!isReadableStream(stream) && !isWritableStream(stream) && !isNodeStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  }
  return require('internal/util/colors').shouldColorize(stream);
}

/**
 * The text in the given formats, one or several.
 * @param {string | string[]} format
 * @param {string} text
 * @param {object} [options] `{ validateStream = true, stream = process.stdout }`: whether to leave the text alone when
 *     the stream takes no colours
 */
function styleText(format, text, options) {
  const validateStream = options?.validateStream ?? true;
  validateString(text, 'text');
  if (options !== undefined) validateObject(options, 'options');
  validateBoolean(validateStream, 'options.validateStream');
  const colored = !validateStream || takesColors(options?.stream ?? process.stdout);

  let before = '';
  let after = '';
  let styled = text;
  for (const name of Array.isArray(format) ? format : [format]) {
    const style = styleOf(name);
    if (style === undefined) continue;
    before += style.open;
    after = style.close + after;
    styled = reopen(styled, style);
  }
  return colored ? before + styled + after : text;
}

module.exports = { styleText };
