'use strict';
// The console of the process.

module.exports = require('internal/console/global');
