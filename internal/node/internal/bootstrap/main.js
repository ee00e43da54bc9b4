'use strict';
// Starts what the command line names.

require('internal/modules/run_main').start();
