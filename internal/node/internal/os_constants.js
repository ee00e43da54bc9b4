'use strict';
// The operating system's constants, one object per group, read from the native side once per group.

const { constants } = internalBinding('os');

const groups = new Map();

/**
 * The constants of one group, without a prototype, as Node has them.
 * @param {'errno'|'signals'|'priority'|'dlopen'|'fs'} group
 * @returns {Record<string, number>}
 */
function constantsOf(group) {
  let object = groups.get(group);
  if (object === undefined) {
    object = { __proto__: null };
    const flat = constants(group);
    for (let i = 0; i < flat.length; i += 2) object[flat[i]] = flat[i + 1];
    groups.set(group, object);
  }
  return object;
}

module.exports = { constantsOf };
