'use strict';
// Every kind of value under every option.
const util = require('util');
const values = require('./_values.js');

const variants = {
  defaults: undefined,
  hidden: { showHidden: true },
  colors: { colors: true },
  depth0: { depth: 0 },
  depthMinus: { depth: -1 },
  infinite: { depth: Infinity },
  compact: { compact: true },
  compactNarrow: { compact: true, breakLength: 40, depth: null },
  loose: { compact: false },
  compact1: { compact: 1, depth: 5 },
  oneLine: { breakLength: Infinity, compact: 10 },
  narrow: { breakLength: 20 },
  short: { maxArrayLength: 2, maxStringLength: 5 },
  none: { maxArrayLength: 0, maxStringLength: 0 },
  sorted: { sorted: true },
  sortedBy: { sorted: (a, b) => (a < b ? 1 : -1) },
  getters: { getters: true, colors: true },
  gettersOnly: { getters: 'get' },
  setters: { getters: 'set' },
  proxies: { showProxy: true },
  separated: { numericSeparator: true },
  raw: { customInspect: false },
  everything: { showHidden: true, showProxy: true, colors: true, depth: 4, getters: true },
};

for (const [name, value] of Object.entries(values)) {
  for (const [variant, options] of Object.entries(variants)) {
    // These show the runtime's own internals.
    if (options?.showHidden && ['url', 'intl', 'errorProto'].includes(name)) continue;
    console.log(`--- ${name} ${variant}`);
    try {
      console.log(util.inspect(value, options));
    } catch (error) {
      console.log('threw', error.name, error.message);
    }
  }
}
