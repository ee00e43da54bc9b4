'use strict';
// What timers are made of and what they refuse.
const timers = require('timers');
const show = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };

console.log(Object.keys(timers), Object.keys(timers.promises));
for (const key of Object.keys(timers)) if (typeof timers[key] === 'function') console.log(key, timers[key].length, timers[key].name);
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
  for (const value of [undefined, null, 'x', 5, {}]) show(() => globalThis[name](value));
}
const t = setTimeout(() => {}, 1000, 1, 2);
console.log(Object.keys(t), Reflect.ownKeys(Object.getPrototypeOf(t)));
console.log(t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef(), typeof +t, +t === t[Symbol.toPrimitive](), t._repeat, t._idleTimeout);
clearTimeout(t);
console.log(t._destroyed, t._idleTimeout, t._onTimeout, t.hasRef(), t.close() === t, t.refresh() === t);
const i = setImmediate(() => {}, 1);
console.log(Object.keys(i), i.hasRef(), i.unref() === i, i.hasRef(), Reflect.ownKeys(Object.getPrototypeOf(i)));
clearImmediate(i);
console.log(i._destroyed, i._onImmediate, i.hasRef());
for (const bad of [undefined, null, {}, 5, 'x', NaN, [], Symbol('x'), 1n]) {
  show(() => [clearTimeout(bad), clearInterval(bad), clearImmediate(bad)]);
}

// By number, by its text, across the two kinds.
clearTimeout(+setTimeout(() => console.log('never'), 1));
clearInterval(`${+setTimeout(() => console.log('never'), 1)}`);
clearTimeout(setInterval(() => console.log('never'), 1));
{ using _ = setTimeout(() => console.log('never'), 1); }

process.removeAllListeners('warning');
process.on('warning', (w) => console.log(w.name, w.message));
const delays = [2 ** 31, -5, NaN, 'abc', undefined, null, Infinity, 1.7, '5', 0, true, [3]];
console.log(delays.map((delay) => setTimeout(() => {}, delay).unref()._idleTimeout));
setInterval(() => {}, 2 ** 32).unref();

// this and arguments.
setTimeout(function(...args) { console.log(this === last, args); }, 50, 'a', 'b');
const last = setTimeout(function() { console.log(this === last, arguments.length); }, 100);
setImmediate(function(...args) { console.log(this.constructor.name, args); }, 1, 2, 3);
