'use strict';
// The global console: every method is its own, bound property, so that it can be passed around or replaced. The
// methods of V8's own console that Node has no use for are kept: they speak to an inspector.

const { v8Console } = require('internal/bootstrap/globals');
const { Console, kBindProperties, kBindStreamsLazy } = require('internal/console/constructor');

// https://console.spec.whatwg.org/#console-namespace wants an empty object as the prototype.
const globalConsole = { __proto__: {} };

for (const key of Reflect.ownKeys(Console.prototype)) {
  if (key === 'constructor') continue;
  const descriptor = Object.getOwnPropertyDescriptor(Console.prototype, key);
  // The two aliases go by their own names here.
  const name = typeof key === 'string' ? key : descriptor.value.name;
  descriptor.value = Object.defineProperty(descriptor.value.bind(globalConsole), 'name', { __proto__: null, value: name });
  Object.defineProperty(globalConsole, key, descriptor);
}

globalConsole[kBindProperties](true, 'auto');
globalConsole.Console = Console;
for (const key of ['profile', 'profileEnd', 'timeStamp', 'context']) globalConsole[key] = v8Console[key];
// Tasks tell an inspector what belongs to which asynchronous operation; without one they only run their function.
globalConsole.createTask = function createTask(name) {
  if (typeof name !== 'string' || name === '') throw new Error('First argument must be a non-empty string.');
  return {
    run(task) {
      if (typeof task !== 'function') throw new Error('First argument must be a function.');
      return task();
    },
  };
};
// The streams are opened by the first method that writes.
globalConsole[kBindStreamsLazy](process);

module.exports = globalConsole;
