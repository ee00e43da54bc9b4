'use strict';

// The old name of the module with this class.

module.exports = require('internal/streams/duplex');
