'use strict';
// Deprecated alias of util.
module.exports = require('util');
