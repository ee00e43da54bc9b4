'use strict';
// inspector: there is none; what asks whether one is active is told so.

const { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INSPECTOR_NOT_ACTIVE } = require('internal/errors').codes;

class Session extends require('events') {
  constructor() {
    super();
    throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('inspector.Session');
  }
}

module.exports = {
  Session,
  close() {},
  console: undefined,
  open() { throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM('inspector.open()'); },
  url() { return undefined; },
  waitForDebugger() { throw new ERR_INSPECTOR_NOT_ACTIVE(); },
};
