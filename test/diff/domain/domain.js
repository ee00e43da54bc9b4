'use strict';
// Domains: where errors of callbacks, emitters and timers go, and which domain is active.
const domain = require('domain');
const EventEmitter = require('events');
const fs = require('fs');
const http = require('http');
const net = require('net');

const name = (d) => (d ? d.name : d);
const make = (label) => {
  const d = domain.create();
  d.name = label;
  d.on('error', (error) => console.log(label, 'error', error.message, error.domainThrown, name(error.domain), error.domainEmitter?.constructor.name, typeof error.domainBound, 'active', name(process.domain)));
  return d;
};

console.log(Object.keys(domain), process.domain, domain.active, EventEmitter.usingDomains, new EventEmitter().domain);
console.log(domain.create() instanceof domain.Domain, domain.Domain.prototype instanceof EventEmitter, domain.create === domain.createDomain);

// --- enter, exit, run, stack ---
{
  const a = make('a');
  const b = make('b');
  a.enter();
  b.enter();
  console.log(name(process.domain), domain._stack.map(name));
  a.exit();
  console.log(process.domain, domain._stack.length);
  console.log(a.run((x, y) => [x + y, name(process.domain), b.run(() => name(domain.active)), name(process.domain)], 1, 2), process.domain);
  b.exit();
}

// --- add, remove, members, circles ---
{
  const a = make('a');
  const b = make('b');
  const emitter = new EventEmitter();
  a.add(emitter);
  console.log(a.members.length, name(emitter.domain));
  b.add(emitter);
  console.log(a.members.length, b.members.length, name(emitter.domain));
  b.remove(emitter);
  console.log(b.members.length, emitter.domain);
  a.add(b);
  b.add(a);
  console.log(name(a.domain), name(b.domain));
  const inside = a.run(() => new EventEmitter());
  console.log(name(inside.domain), Object.keys(inside).includes('domain'));
}

// --- emitters ---
{
  const a = make('a');
  const emitter = a.run(() => new EventEmitter());
  emitter.on('x', () => console.log('x in', name(process.domain)));
  emitter.emit('x');
  console.log(emitter.emit('error', new Error('emitted')), emitter.emit('error'), emitter.emit('error', 'text'));
  emitter.on('error', (error) => console.log('own handler', error.message));
  emitter.emit('error', new Error('own'));
}

// --- bind, intercept ---
{
  const a = make('a');
  const bound = a.bind(function(x) { return [this.it, x, name(process.domain)]; });
  console.log(bound.call({ it: 1 }, 2), name(bound.domain));
  const intercepted = a.intercept((x) => ['got', x]);
  console.log(intercepted(null, 5), intercepted(new Error('intercepted')));
}

// --- what is thrown later ---
const steps = [
  (d) => d.run(() => setTimeout(() => { throw new Error('timer'); }, 1)),
  (d) => d.run(() => setImmediate(() => { throw new Error('immediate'); })),
  (d) => d.run(() => process.nextTick(() => { throw new Error('tick'); })),
  (d) => d.run(() => Promise.resolve().then(() => { setTimeout(() => { throw new Error('after a promise'); }, 1); })),
  (d) => d.run(() => fs.stat('/', () => { throw new Error('fs'); })),
  (d) => d.run(() => fs.createReadStream('/nonexistent/x')),
  (d) => d.run(() => net.connect(1, '127.0.0.1')),
  (d) => d.run(() => http.get('http://127.0.0.1:1/')),
  (d) => setTimeout(d.bind(() => { throw new Error('bound'); }), 1),
  (d) => d.run(() => setTimeout(() => { throw 'text'; }, 1)),
  (d) => d.run(() => setTimeout(() => { make('inner').run(() => { throw new Error('inner'); }); }, 1)),
  (d) => d.run(() => setTimeout(() => {
    const inner = domain.create();
    inner.name = 'failing';
    inner.on('error', () => { throw new Error('from the handler'); });
    inner.run(() => { throw new Error('lost'); });
  }, 1)),
];

process.on('uncaughtException', (error) => console.log('uncaught', error.message ?? error, process.domain));

async function later() {
  for (const [i, step] of steps.entries()) {
    const d = make(`d${i}`);
    await new Promise((resolve) => {
      step(d);
      setTimeout(resolve, 40);
    });
  }
  // Nobody listens.
  await new Promise((resolve) => {
    process.once('uncaughtException', () => setTimeout(resolve, 5));
    domain.create().run(() => setTimeout(() => { throw new Error('no handler'); }, 1));
  });
  for (const f of [() => process.setUncaughtExceptionCaptureCallback(() => {})]) {
    try { f(); } catch (error) { console.log(error.code); }
  }
}
later();
