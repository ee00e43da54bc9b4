'use strict';
// Warnings of too many listeners: once for each list, with what it is about.
const EventEmitter = require('events');
process.removeAllListeners('warning');
process.on('warning', (w) => console.log(w.name, w.message, Object.keys(w), w.count, String(w.type)));

const e = new EventEmitter();
for (let i = 0; i < 12; i++) e.on('foo', () => {});
console.log(e._events.foo);
class Named extends EventEmitter {}
const named = new Named();
named.setMaxListeners(1);
const symbol = Symbol('z');
named.on(symbol, () => {});
named.on(symbol, () => {});
const unlimited = new EventEmitter();
unlimited.setMaxListeners(0);
for (let i = 0; i < 30; i++) unlimited.on('foo', () => {});
const target = new EventTarget();
for (let i = 0; i < 12; i++) target.addEventListener('foo', () => {});
console.log(EventEmitter.listenerCount(target, 'foo'), EventEmitter.getMaxListeners(target), EventEmitter.getMaxListeners(e));
new EventTarget().addEventListener('x', null);

process.emitWarning('plain');
process.emitWarning('typed', 'CustomWarning', 'C001');
process.emitWarning('detailed', { type: 'T', code: 'C', detail: 'some detail' });
for (const args of [[5], ['x', 5], ['x', 'y', 5], [{}]]) {
  try { process.emitWarning(...args); } catch (error) { console.log(error.code, error.message); }
}
const { deprecate } = require('util');
const old = deprecate(function f(a, b) { return new.target ? 1 : a + b; }, 'f is old', 'DEP_TEST_1');
console.log(old(1, 2), old(1, 2), old.length, new old() instanceof old);
deprecate(() => {}, 'other function, same code', 'DEP_TEST_1')();
