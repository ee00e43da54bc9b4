'use strict';
// Starts what the command line names.

const { runMain } = require('internal/modules/run_main');

runMain();
