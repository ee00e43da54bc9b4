'use strict';
// util.format: printf-like placeholders, and everything else inspected.

const { getProxyDetails } = internalBinding('util');
const { validateObject, kValidateObjectAllowArray } = require('internal/validators');
const { defaults } = require('internal/util/inspect_options');
const { builtInNames } = require('internal/util/inspect_class');
const { bigintText, numberText } = require('internal/util/inspect_text');

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const { stringify } = JSON;

/**
 * Whether String(value) would only yield what the language gives every object ("[object Object]"), so that inspecting
 * it says more. No proxy's trap is triggered.
 */
function hasBuiltInToString(value) {
  const target = getProxyDetails(value, false);
  if (target !== undefined) {
    if (target === null) return true; // revoked
    value = target;
  }

  const methods = [];
  if (typeof value.toString === 'function') methods.push('toString');
  if (typeof value[Symbol.toPrimitive] === 'function') methods.push(Symbol.toPrimitive);
  if (methods.length === 0) return true;

  let owner = value;
  while (!methods.some((method) => hasOwn(owner, method))) owner = getPrototypeOf(owner);
  if (owner === value) return false;
  const constructor = getOwnPropertyDescriptor(owner, 'constructor')?.value;
  return typeof constructor === 'function' && builtInNames.has(constructor.name);
}

const firstLine = (error) => error.message.split('\n', 1)[0];

let circularMessage; // V8's words for it

function isCircularError(error) {
  if (circularMessage === undefined) {
    const circle = {};
    circle.circle = circle;
    try {
      stringify(circle);
    } catch (expected) {
      circularMessage = firstLine(expected);
    }
  }
  return error.name === 'TypeError' && firstLine(error) === circularMessage;
}

function json(value) {
  try {
    return stringify(value);
  } catch (error) {
    if (isCircularError(error)) return '[Circular]';
    throw error;
  }
}

/** `format` and `formatWithOptions` for a given `inspect`. */
function makeFormat(inspect) {
  const separate = (options) => options?.numericSeparator ?? defaults.numericSeparator;

  /** For %d, %i and %f: `convert` makes a number of what is none. */
  function number(value, options, convert) {
    if (typeof value === 'symbol') return 'NaN';
    if (typeof value === 'bigint' && convert !== Number.parseFloat) return bigintText(value, separate(options));
    return numberText(convert(value), separate(options));
  }

  function string(value, options) {
    if (typeof value === 'number') return numberText(value, separate(options));
    if (typeof value === 'bigint') return bigintText(value, separate(options));
    if (typeof value !== 'object' || value === null || !hasBuiltInToString(value)) return String(value);
    return inspect(value, { ...options, compact: 3, colors: false, depth: 0 });
  }

  /** The text for a placeholder; undefined when there is none of that name. */
  function substitute(placeholder, value, options) {
    switch (placeholder) {
      case 's': return string(value, options);
      case 'd': return number(value, options, Number);
      case 'i': return number(value, options, Number.parseInt);
      case 'f': return number(value, options, Number.parseFloat);
      case 'j': return json(value);
      case 'o': return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
      case 'O': return inspect(value, options);
      default: return ''; // c: CSS, which is swallowed
    }
  }

  function formatAll(options, args) {
    const template = args[0];
    let next = 0; // the first argument that has not been used
    let text = '';
    if (typeof template === 'string') {
      if (args.length === 1) return template;
      let done = 0; // the template has been copied up to here
      next = 1;
      for (let at = template.indexOf('%'); at !== -1 && at < template.length - 1; at = template.indexOf('%', at)) {
        const placeholder = template[at + 1];
        if (placeholder === '%') {
          text += template.slice(done, at + 1);
          done = at + 2;
        } else if (next < args.length && 'sdifjoOc'.includes(placeholder)) {
          const value = args[next++];
          // Converted first: when that throws nothing else matters, and it may be slow.
          const replacement = substitute(placeholder, value, options);
          text += template.slice(done, at) + replacement;
          done = at + 2;
        }
        at += 2;
      }
      text += template.slice(done);
    }
    for (let i = next; i < args.length; i++) {
      const value = args[i];
      if (i !== 0) text += ' ';
      text += typeof value === 'string' ? value : inspect(value, options);
    }
    return text;
  }

  function format(...args) {
    return formatAll(undefined, args);
  }

  function formatWithOptions(inspectOptions, ...args) {
    validateObject(inspectOptions, 'inspectOptions', kValidateObjectAllowArray);
    return formatAll(inspectOptions, args);
  }

  return { format, formatWithOptions };
}

module.exports = { makeFormat };
