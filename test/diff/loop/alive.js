'use strict';
// What keeps the process alive, and what does not.
setTimeout(() => console.log('never'), 1e6).unref();
setInterval(() => console.log('never'), 1e6).unref();
setImmediate(() => console.log('never: nothing else is alive')).unref();
AbortSignal.timeout(1e6).addEventListener('abort', () => console.log('never'));
let rounds = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++rounds);
  if (rounds < 3) setTimeout(() => console.log('one more'), 20);
});
process.on('exit', () => console.log('exit'));
