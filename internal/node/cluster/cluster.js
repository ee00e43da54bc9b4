'use strict';
// cluster: workers of the application's own, each an isolate of this process. What runs them, and spreads the
// connections of a shared port over them, is the pool of package workers.

module.exports = Object.hasOwn(process.env, 'NODE_UNIQUE_ID') ? require('internal/cluster/child') : require('internal/cluster/primary');
