'use strict';
// Ids and hooks of resources made in JavaScript.
const async_hooks = require('async_hooks');
const { AsyncResource } = async_hooks;
const show = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };

// Nothing is printed while the hook is on: console.log makes resources of its own.
const ids = [async_hooks.executionAsyncId(), async_hooks.triggerAsyncId()];
const names = new Map();
const name = (id) => names.get(id) ?? (id === 1 ? 'main' : id === 0 ? 'loop' : 'other');
const counts = new Map();
const events = [];
const hook = async_hooks.createHook({
  init(id, type, trigger) {
    const n = (counts.get(type) ?? 0) + 1;
    counts.set(type, n);
    names.set(id, `${type}${n}`);
    events.push(`init ${name(id)} by ${name(trigger)} in ${name(async_hooks.executionAsyncId())}`);
  },
  before(id) { events.push(`before ${name(id)} ${async_hooks.executionAsyncId() === id}`); },
  after(id) { events.push(`after ${name(id)} ${async_hooks.executionAsyncId() === id}`); },
  destroy(id) { events.push(`destroy ${name(id)}`); },
}).enable();

const r = new AsyncResource('MINE');
r.runInAsyncScope(() => {
  process.nextTick(() => events.push('tick'));
  setTimeout(() => { setImmediate(() => {}); }, 1);
});
r.emitDestroy();
queueMicrotask(() => process.nextTick(() => {}));
const cancelled = setTimeout(() => {}, 10);
clearTimeout(cancelled);

setTimeout(() => {
  hook.disable();
  new AsyncResource('UNSEEN');
  console.log(ids);
  // The order of destroys among other things is the garbage collector's and the loop's.
  for (const line of events) if (!line.startsWith('destroy')) console.log(line);
  console.log(events.filter((line) => line.startsWith('destroy')).sort());

  show(() => new AsyncResource());
  show(() => new AsyncResource('x', { triggerAsyncId: 'a' }));
  show(() => new AsyncResource('x', { triggerAsyncId: -2 }));
  show(() => new AsyncResource('x', 5).triggerAsyncId());
  show(() => AsyncResource.bind(5));
  show(() => async_hooks.createHook({ init: 5 }));
  show(() => async_hooks.createHook({ before: null }));
  show(() => new async_hooks.AsyncLocalStorage(5));
}, 50);
