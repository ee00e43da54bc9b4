'use strict';
// fetch and its classes, from the package undici, which is where Node has them from.

module.exports = require('undici');
