'use strict';
// The methods of the global console. What they write to standard error is compared as well.
Error.stackTraceLimit = 0;
delete process.env.FORCE_COLOR;
console._stderr = process.stdout;

console.log();
console.log('');
console.log('text', 1, { a: [1, { b: { c: {} } }] });
console.log('%s has %d and %j', 'x', 5, { y: 1 }, 'more');
console.info('info');
console.debug('debug');
console.warn('warn %s', 'w');
console.error(new Error('shown'));
console.dir({ a: { b: { c: { d: 1 } } }, s: 'x' }, { depth: 0 });
console.dir({ [Symbol.for('nodejs.util.inspect.custom')]: () => 'custom' }, { showHidden: true });
console.dirxml('a', { b: 1 });
console.trace('trace %s', 'here');
console.trace();

console.assert(true, 'not shown');
console.assert(false);
console.assert(false, 'shown %s', 'x');
console.assert(0, { not: 'a string' }, 5);

console.count();
console.count();
console.count('label');
console.count(5);
console.count(undefined);
console.countReset('label');
console.count('label');
try {
  console.count(Symbol('x'));
} catch (error) {
  console.log(error.name, error.message);
}

console.group('outer');
console.log('one\ntwo');
console.warn('three\nfour');
console.groupCollapsed({ a: 1 }, 'inner');
console.log({ long: 'x'.repeat(40), list: Array.from({ length: 12 }, (_, i) => i), other: 'y'.repeat(30) });
console.group();
console.log('deep');
console.groupEnd();
console.groupEnd();
console.table([[1]]);
console.groupEnd();
console.groupEnd();
console.log('back');

console.log(console.log.name, console.dirxml.name, console.groupCollapsed.name, console.trace.length);
const { log } = console;
log('detached');
for (const key of Object.keys(console)) console.log(key, typeof console[key], console[key].name);
console.log(console);
console.log(Object.prototype.toString.call(console), Object.getPrototypeOf(console), console instanceof console.Console);
console.log(require('console') === console, require('node:console') === globalThis.console);

console.log = (...args) => process.stdout.write(`replaced ${args.length}\n`);
console.log('x', 'y');
console.count('through log');
delete console.log;
console.info('still there');
