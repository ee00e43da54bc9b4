'use strict';
// Promises that nobody handles, or handles late.
process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason, promise instanceof Promise));
process.on('rejectionHandled', (promise) => console.log('handled late', promise instanceof Promise));
process.on('multipleResolves', (type, promise, value) => console.log('multiple', type, value));

Promise.reject('never handled');
const late = Promise.reject('late');
setTimeout(() => late.catch((reason) => console.log('caught', reason)), 100);
const soon = Promise.reject('soon');
soon.catch((reason) => console.log('in time', reason));
const tick = Promise.reject('in a tick');
process.nextTick(() => tick.catch((reason) => console.log('in time', reason)));
const microtask = Promise.reject('in a microtask');
queueMicrotask(() => microtask.catch((reason) => console.log('in time', reason)));
(async () => { throw 'from async'; })();
new Promise((resolve, reject) => { resolve(1); resolve(2); reject(3); });
Promise.all([Promise.reject('all 1'), Promise.reject('all 2')]).catch((reason) => console.log('all', reason));
setImmediate(() => { Promise.reject('in an immediate'); process.nextTick(() => console.log('tick first')); });
process.on('exit', (code) => console.log('exit', code));
