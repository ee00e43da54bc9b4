'use strict';
// AsyncLocalStorage through everything that waits.
const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const EventEmitter = require('events');
const fs = require('fs');
const als = new AsyncLocalStorage();
const other = new AsyncLocalStorage({ defaultValue: 'default', name: 'other' });
const say = (where) => console.log(where, als.getStore(), other.getStore());

console.log(other.name, als.name);
als.run('A', () => {
  say('run');
  process.nextTick(() => say('tick'));
  queueMicrotask(() => say('microtask'));
  Promise.resolve().then(() => say('then'));
  setTimeout(() => say('timeout'), 60);
  setImmediate(() => { say('immediate'); fs.stat(__filename, () => say('stat')); });
  fs.promises.stat(__filename).then(() => setTimeout(() => say('stat promise'), 100));
  (async () => { await null; say('await'); await new Promise((r) => setTimeout(r, 140)); say('await timeout'); })();
  als.run('B', () => { say('inner'); setTimeout(() => say('inner timeout'), 180); });
  als.exit(() => say('exit'));
  other.run('X', () => { als.enterWith('C'); say('entered'); });
  say('after');
});
say('outside');

const bound = als.run('bound', () => AsyncLocalStorage.bind((x) => say(`bind ${x}`)));
bound(1);
const snapshot = als.run('snapshot', () => AsyncLocalStorage.snapshot());
als.run('elsewhere', () => snapshot(say, 'snapshot'));
const resource = als.run('resource', () => new AsyncResource('R'));
resource.runInAsyncScope(say, null, 'resource');
const emitter = new EventEmitter();
als.run('listener', () => emitter.on('x', AsyncResource.bind(() => say('bound listener'))));
emitter.on('x', () => say('listener'));
als.run('emit', () => emitter.emit('x'));
als.run('thrown', () => { try { als.run('in', () => { throw new Error('x'); }); } catch { say('after throw'); } });
{ using _ = als.withScope('scope'); say('scope'); }
say('after scope');
als.enterWith('entered for good');
setTimeout(() => { say('still'); als.disable(); say('disabled'); }, 220);
process.on('uncaughtException', (e) => say(e.message));
als.run('context of the error', () => setTimeout(() => { throw new Error('uncaught'); }, 260));
process.on('unhandledRejection', (e) => say(e));
als.run('context of the rejection', () => setTimeout(() => Promise.reject('rejection'), 300));
