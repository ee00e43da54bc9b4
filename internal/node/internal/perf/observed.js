'use strict';
// Performance entries of connections, requests and lookups, for modules that must not load the observers' module: when
// nobody has, nobody observes.

function timeline() {
  const module = require.cache.get('internal/perf/timeline');
  return module?.loaded ? module.exports : undefined;
}

/** Whether somebody observes entries of a type. */
function hasObserver(type) {
  return timeline()?.hasObserver(type) ?? false;
}

/** Begins an entry, kept on the target under the key. */
function startPerf(target, key, context) {
  timeline().startPerf(target, key, context);
}

/** Ends it, if it was begun, and gives it to the observers. */
function stopPerf(target, key, context) {
  if (target[key] !== undefined) timeline()?.stopPerf(target, key, context);
}

module.exports = { hasObserver, startPerf, stopPerf };
