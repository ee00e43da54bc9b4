'use strict';
// util.inspect and its relatives. The parts: options and palette (inspect_options), one value (inspect_value) with the
// insides of each kind (inspect_kinds, inspect_function, inspect_error), names (inspect_class), text (inspect_text),
// layout (inspect_layout), util.format (inspect_format).

const { customInspectSymbol } = require('internal/util');
const { validateObject } = require('internal/validators');
const { colors, defaults, styles } = require('internal/util/inspect_options');
const { Printer } = require('internal/util/inspect_value');
const { makeFormat } = require('internal/util/inspect_format');
const { getStringWidth, stripVTControlCharacters } = require('internal/util/string_width');

/**
 * Shows any value as text.
 * @param {any} value
 * @param {object | boolean} [opts] options, or in the old form (value, showHidden, depth, colors)
 * @returns {string}
 */
function inspect(value, opts) {
  const printer = new Printer(inspect);
  if (arguments.length > 1) {
    if (arguments[2] !== undefined) printer.depth = arguments[2];
    if (arguments[3] !== undefined) printer.colors = arguments[3];
    if (typeof opts === 'boolean') printer.showHidden = opts;
    else if (opts) printer.apply(opts);
  }
  printer.settle();
  return printer.print(value, 0);
}

inspect.custom = customInspectSymbol;
Object.defineProperty(inspect, 'defaultOptions', {
  __proto__: null,
  get() {
    return defaults;
  },
  set(options) {
    validateObject(options, 'options');
    Object.assign(defaults, options);
  },
});
inspect.colors = colors;
inspect.styles = styles;

module.exports = {
  ...makeFormat(inspect),
  getStringWidth,
  inspect,
  inspectDefaultOptions: defaults,
  stripVTControlCharacters,
};
