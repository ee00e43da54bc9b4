'use strict';
// events.once(), events.on(), captured rejections.
const EventEmitter = require('events');
const { once, on } = EventEmitter;

process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));

async function main() {
  const e = new EventEmitter();
  setImmediate(() => e.emit('ev', 1, 2));
  console.log(await once(e, 'ev'), e.listenerCount('error'));
  setImmediate(() => e.emit('error', new Error('wrong')));
  await once(e, 'ev').catch((error) => console.log('rejected', error.message, e.listenerCount('ev')));
  setImmediate(() => e.emit('error', new Error('wanted')));
  console.log((await once(e, 'error'))[0].message);

  const ac = new AbortController();
  setImmediate(() => ac.abort('why'));
  await once(e, 'ev', { signal: ac.signal }).catch((error) => console.log(error.name, error.code, error.cause, e.listenerCount('ev')));
  await once(e, 'ev', { signal: ac.signal }).catch((error) => console.log(error.name, error.code, error.cause));
  await once({}, 'ev').catch((error) => console.log(error.code, error.message));
  const target = new EventTarget();
  setImmediate(() => target.dispatchEvent(new Event('t')));
  console.log((await once(target, 't'))[0].type);

  // What came before comes first, then the end.
  const it = on(e, 'ev', { close: ['end'] });
  e.emit('ev', 'a');
  e.emit('ev', 'b', 'c');
  e.emit('end');
  for await (const value of it) console.log(value);
  console.log(e.eventNames(), await it.next());

  const failing = on(e, 'ev');
  e.emit('ev', 'a');
  e.emit('error', new Error('in iteration'));
  try {
    for await (const value of failing) console.log(value);
  } catch (error) {
    console.log('thrown', error.message);
  }
  console.log(await failing.next(), e.eventNames());

  const alive = setInterval(() => {}, 1000); // the signal's timer keeps nobody alive
  const stopped = on(e, 'ev', { signal: AbortSignal.timeout(5) });
  try {
    for await (const value of stopped) console.log(value);
  } catch (error) {
    console.log(error.name, error.cause.name);
  }
  clearInterval(alive);
  const returned = on(e, 'ev');
  const waiting = returned.next();
  console.log(await returned.return(), await waiting);

  // Backpressure.
  const flow = new EventEmitter();
  flow.pause = () => console.log('pause');
  flow.resume = () => console.log('resume');
  const marks = on(flow, 'd', { highWaterMark: 2, lowWaterMark: 1 });
  for (let i = 0; i < 4; i++) flow.emit('d', i);
  for (let i = 0; i < 4; i++) console.log((await marks.next()).value);

  const capturing = new EventEmitter({ captureRejections: true });
  capturing.on('ev', async (value) => { throw new Error(`captured ${value}`); });
  capturing.on('error', (error) => console.log('error event', error.message));
  capturing.emit('ev', 42);
  await new Promise(setImmediate);
  capturing[Symbol.for('nodejs.rejection')] = (error, type, ...args) => console.log('handler', error.message, type, args);
  capturing.emit('ev', 43);
  await new Promise(setImmediate);
  const nobody = new EventEmitter({ captureRejections: true });
  nobody.on('ev', async () => { throw new Error('no listener'); });
  nobody.emit('ev');
}

main();
