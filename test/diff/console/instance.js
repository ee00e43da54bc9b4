'use strict';
// Consoles of the application's own: streams, options, errors.
const { Console } = require('console');
const { Writable } = require('stream');

function collector(name, lines) {
  return new Writable({
    write(chunk, encoding, callback) {
      lines.push(`${name}:${chunk}`);
      callback();
    },
  });
}

const lines = [];
const out = collector('out', lines);
const err = collector('err', lines);
function show(title) {
  console.log(`--- ${title}`);
  for (const line of lines.splice(0)) console.log(JSON.stringify(line));
}

const both = new Console(out, err);
both.log('a', { b: 1 });
both.error('c');
both.warn('%d%%', 5);
both.trace === both.log;
show('both');

const single = Console(out);
single.error('to out');
show('single');

const options = new Console({ stdout: out, stderr: err, colorMode: true, groupIndentation: 4, ignoreErrors: false });
options.log({ a: 'x' });
options.group('g');
options.error([1]);
options.groupEnd();
options.log('%o', [1]);
show('options');

const inspected = new Console({ stdout: out, stderr: err, inspectOptions: { depth: 0, colors: false } });
inspected.log({ a: { b: 1 } });
inspected.dir({ a: { b: 1 } });
inspected.table([{ a: { b: { c: 1 } } }]);
show('inspect options');

const mapped = new Console({ stdout: out, stderr: err, inspectOptions: new Map([[out, { compact: false }]]) });
mapped.log({ a: 1 });
mapped.error({ a: 1 });
show('options by stream');

class Sub extends Console {
  log(...args) { super.log('sub:', ...args); }
  hello() { return 'hello'; }
}
const sub = new Sub(out, err);
sub.log('x');
sub.count();
sub.group('grouped');
console.log(sub.hello(), sub instanceof Sub, sub instanceof Console, Sub.prototype instanceof Console);
show('subclass');

const bad = [
  () => new Console(), () => new Console({}), () => new Console({ stdout: {} }), () => new Console({ stdout: out, stderr: {} }),
  () => new Console({ stdout: out, colorMode: 'maybe' }), () => new Console({ stdout: out, groupIndentation: -1 }),
  () => new Console({ stdout: out, groupIndentation: 1001 }), () => new Console({ stdout: out, inspectOptions: 5 }),
  () => new Console({ stdout: out, colorMode: true, inspectOptions: { colors: true } }), () => new Console(null), () => new Console({ stdout: out, groupIndentation: 'x' }),
];
for (const make of bad) {
  try {
    make();
    console.log('made');
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}

// Errors of the stream: swallowed, or not when that was asked for.
const failing = () => new Writable({ write(chunk, encoding, callback) { callback(new Error('cannot write')); } });
const throwing = () => Object.assign(new Writable(), { write() { throw new Error('thrown at once'); } });
new Console(failing()).log('lost');
new Console(throwing()).log('lost');
const loud = failing();
loud.on('error', (error) => console.log('error event:', error.message));
new Console({ stdout: loud, ignoreErrors: false }).log('seen');
try {
  new Console({ stdout: throwing(), ignoreErrors: false }).log('thrown');
} catch (error) {
  console.log('caught', error.message);
}

// Timers.
const timed = new Console(out);
timed.time('t');
timed.timeLog('t', 'data', { a: 1 });
timed.timeEnd('t');
timed.time();
timed.timeEnd();
console.log(lines.splice(0).map((line) => line.replace(/[\d.]+m?s/, 'N')));
process.on('warning', (warning) => console.log(warning.name, warning.message));
timed.timeEnd('t');
timed.time('twice');
timed.time('twice');
timed.countReset('nothing');
console.log(Object.keys(timed).join(), Reflect.ownKeys(timed).filter((key) => typeof key === 'string').length);
