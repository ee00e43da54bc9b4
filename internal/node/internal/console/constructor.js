'use strict';
// The class Console: what its methods write to, how they format, and that errors of its streams hurt nobody.

const { codes: { ERR_CONSOLE_WRITABLE_STREAM, ERR_INCOMPATIBLE_OPTION_PAIR }, isStackOverflowError } =
  require('internal/errors');
const { validateInteger, validateObject, validateOneOf } = require('internal/validators');
const { formatWithOptions } = require('internal/util/inspect');
const { isMap } = require('internal/util/types');
const { assignFunctionName } = require('internal/util');

const widestIndentation = 1000;

// The methods under these keys are not enumerable; the state is in properties, so that it is each instance's own even
// when an application calls a method of one console on another.
const kCounts = Symbol('counts');
const kColorMode = Symbol('kColorMode');
const kIsConsole = Symbol('kIsConsole');
const kGroupIndentation = Symbol('kGroupIndentationString');
const kGroupIndentationWidth = Symbol('kGroupIndentWidth');
const kBindProperties = Symbol('kBindProperties');
const kBindStreamsLazy = Symbol('kBindStreamsLazy');
const kInspectOptions = Symbol('kGetInspectOptions');
const kFormat = Symbol('kFormat');
const kWriteToConsole = Symbol('kWriteToConsole');

const withColors = { colors: true };
const withoutColors = {};

// Inspection options by stream, for the consoles that were made with some.
const inspectOptionsOf = new WeakMap();

function hidden(value) {
  return { __proto__: null, writable: true, enumerable: false, configurable: true, value };
}

function checkInspectOptions(inspectOptions, colorMode) {
  validateObject(inspectOptions, 'options.inspectOptions');
  const all = isMap(inspectOptions) ? [...Map.prototype.values.call(inspectOptions)] : [inspectOptions];
  for (const options of all) {
    if (options.colors !== undefined && colorMode !== undefined) {
      throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
    }
  }
}

/**
 * A console on streams of the caller's.
 * @param {object} options `{ stdout, stderr, ignoreErrors, colorMode, inspectOptions, groupIndentation }`, or the first
 *     three as arguments
 */
function Console(options) {
  // Written out because `instanceof` has been given another meaning below.
  if (new.target === undefined) return Reflect.construct(Console, arguments);

  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
  }
  const { stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', inspectOptions, groupIndentation } = options;
  if (typeof stdout?.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stdout');
  if (typeof stderr?.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stderr');
  validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
  if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, widestIndentation);
  if (inspectOptions !== undefined) {
    checkInspectOptions(inspectOptions, options.colorMode);
    inspectOptionsOf.set(this, isMap(inspectOptions) ? inspectOptions :
      new Map([[stdout, inspectOptions], [stderr, inspectOptions]]));
  }

  // Taken from the instance, not from the prototype: a subclass may have overridden them.
  for (const key of Object.keys(Console.prototype)) {
    this[key] = Object.defineProperty(this[key].bind(this), 'name', { __proto__: null, value: key });
  }
  Object.defineProperties(this, { _stdout: hidden(stdout), _stderr: hidden(stderr) });
  this[kBindProperties](ignoreErrors, colorMode, groupIndentation);
}

// The global console is no instance by its prototype.
Object.defineProperty(Console, Symbol.hasInstance, {
  __proto__: null,
  value: assignFunctionName(Symbol.hasInstance, (instance) => instance[kIsConsole]),
});

function noop() {}

/**
 * A write that fails later emits 'error' on the stream: a listener keeps that from being an uncaught exception, unless
 * somebody listens already or the error has been emitted.
 */
function writeErrorHandler(instance, name) {
  return (error) => {
    const stream = instance[name];
    if (error !== null && !stream._writableState.errorEmitted && stream.listenerCount('error') === 0) {
      stream.once('error', noop);
    }
  };
}

const internals = {
  [kBindProperties](ignoreErrors, colorMode, groupIndentation = 2) {
    Object.defineProperties(this, {
      _stdoutErrorHandler: hidden(writeErrorHandler(this, '_stdout')),
      _stderrErrorHandler: hidden(writeErrorHandler(this, '_stderr')),
      _ignoreErrors: hidden(Boolean(ignoreErrors)),
      _times: hidden(new Map()),
      [kCounts]: hidden(new Map()),
      [kColorMode]: hidden(colorMode),
      [kIsConsole]: hidden(true),
      [kGroupIndentationWidth]: hidden(groupIndentation),
      [kGroupIndentation]: hidden(''),
      [Symbol.toStringTag]: { ...hidden('console'), writable: false },
    });
  },

  /** Takes the streams from `owner` when they are first wanted; they can be replaced. */
  [kBindStreamsLazy](owner) {
    for (const name of ['stdout', 'stderr']) {
      let stream;
      Object.defineProperty(this, `_${name}`, {
        __proto__: null,
        enumerable: false,
        configurable: true,
        get() { return stream ||= owner[name]; },
        set(value) { stream = value; },
      });
    }
  },

  [kInspectOptions](stream) {
    let color = this[kColorMode];
    if (color === 'auto') color = require('internal/util/colors').shouldColorize(stream);
    const options = inspectOptionsOf.get(this)?.get(stream);
    if (!options) return color ? withColors : withoutColors;
    if (options.colors === undefined) options.colors = color;
    return options;
  },

  [kFormat](stream, args) {
    if (args.length === 1 && typeof args[0] === 'string') return args[0];
    return formatWithOptions(this[kInspectOptions](stream), ...args);
  },

  [kWriteToConsole](stream, errorHandler, text) {
    const indentation = this[kGroupIndentation];
    if (indentation.length !== 0) text = indentation + text.replaceAll('\n', `\n${indentation}`);
    text += '\n';
    if (this._ignoreErrors === false) return stream.write(text);

    // A write may fail at once (files, terminals) or later (pipes). The first is caught here, the second by the handler.
    try {
      if (stream.listenerCount('error') === 0) stream.once('error', noop);
      stream.write(text, errorHandler);
    } catch (error) {
      // Somebody debugging an endless recursion must see it.
      if (isStackOverflowError(error)) throw error;
    } finally {
      stream.removeListener('error', noop);
    }
  },
};

for (const key of Reflect.ownKeys(internals)) Object.defineProperty(Console.prototype, key, hidden(internals[key]));

module.exports = {
  Console,
  kBindProperties,
  kBindStreamsLazy,
  kCounts,
  kFormat,
  kGroupIndentation,
  kGroupIndentationWidth,
  kInspectOptions,
  kWriteToConsole,
};

// The public methods, in the order in which they are enumerated.
require('internal/console/methods');
