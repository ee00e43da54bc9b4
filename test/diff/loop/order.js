'use strict';
// Ticks, microtasks, timers and immediates: which comes when.
const log = (...args) => console.log(...args);

setTimeout(() => {
  log('timeout 1');
  process.nextTick(() => log('tick of timeout 1'));
  Promise.resolve().then(() => log('microtask of timeout 1'));
}, 1);
setTimeout(() => log('timeout 2'), 1);

setImmediate(() => {
  log('immediate 1');
  process.nextTick(() => log('tick of immediate 1'));
  queueMicrotask(() => log('microtask of immediate 1'));
  setImmediate(() => log('immediate of immediate 1'));
});
setImmediate(() => log('immediate 2'));

process.nextTick(() => {
  log('tick 1');
  process.nextTick(() => log('tick of tick 1'));
  Promise.resolve().then(() => log('microtask of tick 1'));
});
process.nextTick((...args) => log('tick 2', args), 1, 2, 3, 4);
Promise.resolve().then(() => {
  log('microtask 1');
  process.nextTick(() => log('tick of microtask 1'));
  queueMicrotask(() => log('microtask of microtask 1'));
});
queueMicrotask(() => log('microtask 2'));
(async () => {
  log('async begins');
  await null;
  log('async after await');
  await new Promise((resolve) => process.nextTick(resolve));
  log('async after tick');
})();
// Busy until the timers are due: they come before the immediates.
const until = Date.now() + 5;
while (Date.now() < until);
log('main ends');
process.on('beforeExit', (code) => log('beforeExit', code));
process.on('exit', (code) => log('exit', code, process.exitCode));
