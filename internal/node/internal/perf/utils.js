'use strict';
// The clock of performance.now() and of events: milliseconds since the process started.

const { now, timeOriginTimestamp } = internalBinding('performance');

module.exports = {
  now,
  // When the process started, in milliseconds since 1970.
  getTimeOriginTimestamp: () => timeOriginTimestamp,
};
