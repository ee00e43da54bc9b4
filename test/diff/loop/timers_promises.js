'use strict';
const { setTimeout: wait, setImmediate: soon, setInterval: every, scheduler } = require('timers/promises');
const { promisify } = require('util');

(async () => {
  console.log(await wait(1, 'value'), await soon('soon'), await scheduler.wait(1), await scheduler.yield());
  console.log(promisify(setTimeout) === wait, promisify(setImmediate) === soon);
  for (const args of [['x'], [1, 2, 3], [1, 2, { signal: 5 }], [1, 2, { ref: 5 }]]) {
    await wait(...args).catch((e) => console.log(e.code, e.message));
  }
  await soon(1, 5).catch((e) => console.log(e.code, e.message));
  const ac = new AbortController();
  const waiting = wait(1000, 'never', { signal: ac.signal });
  ac.abort('reason');
  await waiting.catch((e) => console.log(e.name, e.code, e.cause));
  await soon('never', { signal: ac.signal }).catch((e) => console.log(e.name, e.code, e.cause));
  let n = 0;
  for await (const value of every(1, 'tick')) {
    console.log(value, ++n);
    if (n === 3) break;
  }
  const stop = new AbortController();
  try {
    for await (const _ of every(1, undefined, { signal: stop.signal })) stop.abort();
  } catch (e) {
    console.log(e.name);
  }
  await every('x').next().catch((e) => console.log(e.code, e.message));
  try { new scheduler.constructor(); } catch (e) { console.log(e.code); }
  try { scheduler.wait.call({}); } catch (e) { console.log(e.code, e.message); }
})();
