'use strict';
// Starts what the command line names.

if (process.argv[1] !== undefined && process.env.NODE_UNIQUE_ID) {
  require('cluster')._setupWorker();
  delete process.env.NODE_UNIQUE_ID; // What it starts itself is no worker of this cluster.
}

require('internal/modules/run_main').start();
