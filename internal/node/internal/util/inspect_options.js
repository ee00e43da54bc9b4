'use strict';
// The options of util.inspect, its palette, and the state of one inspection.

// Sealed: an application may change a default (`util.inspect.defaultOptions.depth = 5`), it cannot invent one.
const defaults = Object.seal({
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
});

const hasOwn = Object.hasOwn;
const objectKeys = Object.keys;
const setPrototypeOf = Object.setPrototypeOf;

// Escape codes (SGR) as [on, off]. Both tables are public and may be extended by the application.
const colors = { __proto__: null };
const foreground = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const capitalize = (word) => word[0].toUpperCase() + word.slice(1);

function definePalette() {
  const effects = {
    reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25],
    inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
  };
  for (const name of objectKeys(effects)) colors[name] = effects[name];
  foreground.forEach((name, i) => { colors[name] = [30 + i, 39]; });
  foreground.forEach((name, i) => { colors[`bg${capitalize(name)}`] = [40 + i, 49]; });
  colors.framed = [51, 54];
  colors.overlined = [53, 55];
  // Bright black is called gray.
  foreground.forEach((name, i) => { colors[i === 0 ? 'gray' : `${name}Bright`] = [90 + i, 39]; });
  foreground.forEach((name, i) => { colors[i === 0 ? 'bgGray' : `bg${capitalize(name)}Bright`] = [100 + i, 49]; });

  const aliases = {
    gray: ['grey', 'blackBright'],
    bgGray: ['bgGrey', 'bgBlackBright'],
    dim: ['faint'],
    strikethrough: ['crossedout', 'strikeThrough', 'crossedOut'],
    hidden: ['conceal'],
    inverse: ['swapColors', 'swapcolors'],
    doubleunderline: ['doubleUnderline'],
  };
  for (const target of objectKeys(aliases)) {
    for (const alias of aliases[target]) {
      Object.defineProperty(colors, alias, {
        __proto__: null,
        configurable: true,
        enumerable: false,
        get() { return this[target]; },
        set(value) { this[target] = value; },
      });
    }
  }
}
definePalette();

// What each kind of text is painted with, by a name of the table above. `name` (property names) stays plain on purpose.
const styles = {
  __proto__: null,
  special: 'cyan',
  number: 'yellow',
  bigint: 'yellow',
  boolean: 'yellow',
  undefined: 'grey',
  null: 'bold',
  string: 'green',
  symbol: 'green',
  date: 'magenta',
  regexp: 'red',
  module: 'underline',
};

function paint(text, styleType) {
  const code = colors[styles[styleType]];
  return code === undefined ? text : `\u001b[${code[0]}m${text}\u001b[${code[1]}m`;
}

function plain(text) {
  return text;
}

/** The options of one inspection together with where it stands in the value. What prints is in inspect_value. */
class Inspection {
  constructor(inspect) {
    // The public function: it is passed on to custom inspection functions.
    this.inspect = inspect;
    this.stylize = plain;
    this.showHidden = defaults.showHidden;
    this.depth = defaults.depth;
    this.colors = defaults.colors;
    this.customInspect = defaults.customInspect;
    this.showProxy = defaults.showProxy;
    this.maxArrayLength = defaults.maxArrayLength;
    this.maxStringLength = defaults.maxStringLength;
    this.breakLength = defaults.breakLength;
    this.compact = defaults.compact;
    this.sorted = defaults.sorted;
    this.getters = defaults.getters;
    this.numericSeparator = defaults.numericSeparator;
    // All the options of the caller, kept only when some of them are not ours: they are for custom functions.
    this.userOptions = undefined;

    this.path = []; // the objects that are being printed, outermost first
    this.refs = undefined; // Map of object to number, for those met again inside themselves
    this.indent = 0;
    this.deepest = 0; // how deep the part printed last went
    this.written = []; // characters produced so far, by indentation
  }

  apply(options) {
    const names = objectKeys(options);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name === 'stylize' || hasOwn(defaults, name)) this[name] = options[name];
      else this.userOptions = options;
    }
  }

  settle() {
    if (this.colors) this.stylize = paint;
    if (this.maxArrayLength === null) this.maxArrayLength = Infinity;
    if (this.maxStringLength === null) this.maxStringLength = Infinity;
  }

  /** Whether a value at this level is beyond the wanted depth and gets abbreviated. */
  tooDeep(level) {
    return level > this.depth && this.depth !== null;
  }

  /** The same options for a new inspection, as a caller would pass them. */
  options() {
    return {
      stylize: this.stylize,
      showHidden: this.showHidden,
      depth: this.depth,
      colors: this.colors,
      customInspect: this.customInspect,
      showProxy: this.showProxy,
      maxArrayLength: this.maxArrayLength,
      maxStringLength: this.maxStringLength,
      breakLength: this.breakLength,
      compact: this.compact,
      sorted: this.sorted,
      getters: this.getters,
      numericSeparator: this.numericSeparator,
      ...this.userOptions,
    };
  }

  /**
   * The options for a function of another realm (or behind a proxy): nothing through which it could reach
   * objects of this one.
   */
  foreignOptions() {
    const options = setPrototypeOf(this.options(), null);
    for (const name of objectKeys(options)) {
      const value = options[name];
      if (value !== null && (typeof value === 'object' || typeof value === 'function')) delete options[name];
    }
    options.stylize = setPrototypeOf((value, styleType) => {
      try {
        return `${this.stylize(value, styleType)}`;
      } catch {
        return value;
      }
    }, null);
    return options;
  }
}

module.exports = { Inspection, colors, defaults, plain, styles };
