'use strict';
// Exceptions that somebody handles: what they cut off, and when the rest runs.
process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', error.message, origin));
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
const fail = (message) => () => { throw new Error(message); };

process.nextTick(fail('tick 1'));
process.nextTick(() => console.log('tick 2'));
queueMicrotask(fail('microtask'));
queueMicrotask(() => console.log('after the microtask'));
setImmediate(fail('immediate 1'));
setImmediate(() => { console.log('immediate 2'); process.nextTick(() => console.log('tick of immediate 2')); });
setTimeout(fail('timeout 1'), 100);
setTimeout(() => console.log('timeout 2'), 100);
setTimeout(() => Promise.reject(new Error('rejection')), 150);
setTimeout(() => Promise.reject('text'), 200);
const interval = setInterval(() => { clearInterval(interval); throw new Error('interval'); }, 250);
const again = setInterval(() => { if (again.goes++) clearInterval(again); throw new Error(`goes on ${again.goes}`); }, 300);
again.goes = 0;
process.on('exit', (code) => console.log('exit', code));
throw new Error('main');
