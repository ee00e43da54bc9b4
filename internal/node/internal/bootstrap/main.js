'use strict';
// Starts what the command line names.

// Until the builtins that the module loader needs have all been written, the stand-in runs scripts.
const ready = ['path', 'process', 'internal/task_queues'].every((id) => require.ids.has(id));
if (ready) require('internal/modules/run_main').start();
else require('internal/bootstrap/interim')['internal/modules/run_main']().runMain();
