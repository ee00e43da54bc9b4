'use strict';
// Host names as they are asked for: in lower case, and in ASCII.

/** A name in lower case, international ones in Punycode. */
function ascii(name) {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(name)) return name.toLowerCase();
  return require('url').domainToASCII(name) || name;
}

module.exports = { ascii };
