'use strict';
// Who asks for a channel of diagnostics_channel on a hot path asks here: nothing is looked up, and that module is not
// even loaded, as long as nobody in the process listens to any channel.

// Kept by diagnostics_channel: how many channels have subscribers or stores.
const activity = { count: 0 };

/** The channel of that name if somebody listens to it, else null. */
function activeChannel(name) {
  if (activity.count === 0) return null;
  const channel = require('diagnostics_channel').channel(name);
  return channel.hasSubscribers ? channel : null;
}

module.exports = { activity, activeChannel };
