'use strict';
// EventEmitter: shapes, order, errors, and what its methods are called.
const EventEmitter = require('events');
const show = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message, Object.keys(e)); } };

const e = new EventEmitter({ captureRejections: true });
console.log(e, Reflect.ownKeys(EventEmitter.prototype));
console.log(Object.getOwnPropertyDescriptors(EventEmitter.prototype));
for (const key of Reflect.ownKeys(EventEmitter.prototype)) {
  const fn = EventEmitter.prototype[key];
  if (typeof fn === 'function') console.log(key, fn.length, fn.name);
}

e.once('x', () => {});
console.log(e._events);
e.removeAllListeners();
console.log(e);

show(() => e.emit('error'));
show(() => e.emit('error', null));
show(() => e.emit('error', { a: 1, b: { c: { d: {} } } }));
show(() => e.emit('error', 'text'));
show(() => e.emit('error', new RangeError('r')));
show(() => e.on('x'));
show(() => e.on('x', {}));
show(() => e.once('x'));
show(() => e.removeListener('x'));
show(() => e.setMaxListeners(-1));
show(() => e.setMaxListeners('a'));
show(() => { EventEmitter.defaultMaxListeners = -1; });
show(() => { EventEmitter.captureRejections = 5; });
show(() => new EventEmitter({ captureRejections: 5 }));
show(() => EventEmitter.setMaxListeners(5, {}));
show(() => EventEmitter.getEventListeners({}, 'x'));
show(() => EventEmitter.getMaxListeners({}));
show(() => EventEmitter.on({}, 'x'));
show(() => EventEmitter.on(e, 'x', { highWaterMark: 0 }));
show(() => EventEmitter.on(e, 'x', 5));
show(() => EventEmitter.addAbortListener(5));

// Who is called when the list changes on the way.
{
  const log = [];
  const m = new EventEmitter();
  const b = () => log.push('b');
  const c = () => log.push('c');
  m.on('ev', function a() {
    log.push('a');
    m.removeListener('ev', b);
    m.on('ev', c);
    m.prependListener('ev', c);
  });
  m.on('ev', b);
  m.emit('ev');
  log.push('|');
  m.removeListener('ev', c);
  m.emit('ev');
  console.log(log.join(' '), m.listenerCount('ev'), m.listenerCount('ev', c), m.listenerCount('ev', b));
}

// newListener and removeListener, also of wrapped listeners.
{
  const m = new EventEmitter();
  const f = () => {};
  m.on('newListener', (type, fn) => console.log('new', type, fn === f, m.listenerCount(type)));
  m.on('removeListener', (type, fn) => console.log('removed', type, fn === f, m.listenerCount(type)));
  m.on('q', f);
  m.once('q', f);
  m.prependOnceListener('q', f);
  console.log(m.listeners('q').map((fn) => fn === f), m.rawListeners('q').map((fn) => fn === f), m.eventNames());
  m.emit('q', 1, 2, 3, 4, 5);
  m.off('q', f);
  m.removeAllListeners();
  console.log(m.eventNames());
}

// Arguments and this, for every number of them.
{
  const m = new EventEmitter();
  m.on('n', function() { console.log(this === m, arguments.length, [...arguments]); });
  m.on('n', () => {});
  for (let i = 0; i < 7; i++) m.emit('n', ...Array.from({ length: i }, (_, k) => k));
  m.emit('n', undefined);
}

// The monitor hears of errors and does not handle them.
{
  const m = new EventEmitter();
  m.on(EventEmitter.errorMonitor, (error) => console.log('monitor', error.message));
  show(() => m.emit('error', new Error('boom')));
  m.on('error', (error) => console.log('handled', error.message));
  console.log(m.emit('error', new Error('boom')));
}

// Names that objects have of their own.
{
  const m = new EventEmitter();
  for (const name of ['__proto__', 'hasOwnProperty', 'constructor', 'toString']) {
    m.on(name, () => console.log(name));
    m.emit(name);
  }
  console.log(m.eventNames());
}

// Subclasses in the old way, and emitters that never ran the constructor.
function Old() { EventEmitter.call(this); }
Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
console.log(new Old() instanceof EventEmitter, Object.keys(new Old()));
const bare = Object.create(EventEmitter.prototype);
bare.on('a', () => console.log('bare'));
console.log(bare.emit('a'), bare.emit('b'), bare);
