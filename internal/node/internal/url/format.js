'use strict';

const { parse, serialize } = require('internal/url/parser');
const { domainToUnicode } = require('internal/url/host');

/** The serialization of a URL with some of its parts left out, its host perhaps in Unicode. */
function format(href, fragment, unicode, search, auth) {
  const url = parse(href, null);
  if (!fragment) url.fragment = null;
  if (!search) url.query = null;
  if (!auth) url.username = url.password = '';
  if (unicode && url.host !== null) url.host = domainToUnicode(url.host);
  return serialize(url);
}

module.exports = { format };
