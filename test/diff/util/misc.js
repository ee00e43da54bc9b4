'use strict';
// util's smaller functions.
const util = require('util');
const { EventEmitter } = require('events');

function show(name, f) {
  try {
    console.log(name, f());
  } catch (error) {
    console.log(name, 'threw', error.name, error.code, error.message);
  }
}

console.log(Object.keys(util).join(' '));
console.log(Object.keys(util.types).join(' '));
console.log(require('util/types') === util.types, require('node:util') === util, util.inspect.custom, util.promisify.custom);

for (const args of [[], [null], [class A {}, null], [class A {}, {}], [function A() {}, EventEmitter]]) show('inherits', () => util.inherits(...args));
function Child() {}
util.inherits(Child, EventEmitter);
console.log(Child.super_ === EventEmitter, new Child() instanceof EventEmitter, Object.keys(Child));

show('toUSVString', () => util.toUSVString('a\ud800b'));
show('strip', () => util.stripVTControlCharacters('\u001b[31mred\u001b[39m \u001b]8;;http://x\u0007link\u001b]8;;\u0007'));
show('strip', () => util.stripVTControlCharacters(5));

for (const err of [-2, -13, -98, -99999, 0, 1, 1.5, -1.5, 'x', undefined]) {
  show(`name ${err}`, () => util.getSystemErrorName(err));
  show(`message ${err}`, () => util.getSystemErrorMessage(err));
}
console.log([...util.getSystemErrorMap()].filter(([number]) => number > -200).map(String).join('\n'));

for (const args of [[-2, 'open'], [-2, 'open', '/path'], [-13, 'connect', 'why', 'x']]) {
  const error = util._errnoException(...args);
  console.log(error.message, error.code, error.errno, error.syscall, Object.keys(error));
}
const hostError = util._exceptionWithHostPort(-111, 'connect', '127.0.0.1', 80);
console.log(hostError.message, Object.keys(hostError));

// Deep equality.
show('equal', () => [util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.isDeepStrictEqual([1], ['1']), util.isDeepStrictEqual(new Set([{}]), new Set([{}]))]);

// styleText.
for (const format of ['red', ['bold', 'underline'], 'none', ['none', 'dim'], '#f80', '#12ab9F', ['#fff', 'bgBlue'], 'grey', 'nothing', '#12', ['red', 'nothing'], 5, undefined]) {
  show(`style ${format}`, () => JSON.stringify(util.styleText(format, 'text', { validateStream: false })));
}
show('nested', () => JSON.stringify(util.styleText('red', `a${util.styleText('blue', 'b', { validateStream: false })}c`, { validateStream: false })));
show('nested bold', () => JSON.stringify(util.styleText('bold', `a${util.styleText('dim', 'b', { validateStream: false })}c`, { validateStream: false })));
show('not a string', () => util.styleText('red', 5));
show('plain stream', () => JSON.stringify(util.styleText('red', 'x', { stream: new (require('stream').Writable)() })));
show('bad stream', () => util.styleText('red', 'x', { stream: {} }));
show('bad option', () => util.styleText('red', 'x', { validateStream: 'x' }));

// diff.
show('diff', () => JSON.stringify(util.diff('abcdef', 'abxdefg')));
show('diff', () => JSON.stringify(util.diff(['a', 'b', 'c'], ['b', 'c', 'd'])));
show('diff', () => util.diff('a', 'a'));
show('diff', () => util.diff([1], ['a']));

// parseEnv.
show('env', () => util.parseEnv('A=1\n# comment\nB = " two\\nlines " # c\nexport C=\'x#y\'\nD=`"q"`\nE=\nF\n=g\nH="open\nI=j # k\r\nJ="multi\nline"'));
show('env', () => util.parseEnv(5));

// callbackify and promisify.
const later = util.callbackify(async function named(a, b) { return a + b; });
console.log(later.name, later.length);
later(1, 2, (error, value) => console.log('callbackified', error, value));
util.callbackify(() => Promise.reject(null))((error) => console.log(error.code, error.message, error.reason));
util.callbackify(() => Promise.reject(new TypeError('r')))((error) => console.log(error.message));
show('callbackify', () => util.callbackify(5));
show('no callback', () => later(1));
const promised = util.promisify((a, callback) => callback(null, a, 'second'));
promised('value').then(console.log);
util.promisify((callback) => callback(new Error('failed')))().catch((error) => console.log(error.message));
show('promisify', () => util.promisify('x'));
const custom = Object.assign(() => {}, { [util.promisify.custom]: () => 'mine' });
console.log(util.promisify(custom) === custom[util.promisify.custom], util.promisify(custom)());
console.log(util.promisify(setTimeout).name, util.promisify(promised).length);

// Debug logs are off.
const log = util.debuglog('section', (fn) => console.log('optimized', fn.enabled));
console.log(log.enabled);
log('nothing');
util.debug('other')('nothing');

// getCallSites.
function caller() { return util.getCallSites(2); }
const sites = caller();
console.log(sites.length, sites[0].functionName, sites[0].lineNumber, sites[0].columnNumber, sites[0].column, sites[0].scriptName === __filename, Object.keys(sites[0]));
for (const args of [[0], [201], ['x'], [1, 5], [{ sourceMap: 5 }]]) show('sites', () => util.getCallSites(...args));

// deprecate.
process.on('warning', (warning) => console.log(warning.name, warning.code, warning.message));
const old = util.deprecate(function old(a) { return a; }, 'old is old', 'DEP_X');
console.log(old(1), old(2), old.length, old.name);
show('deprecate', () => util.deprecate(() => {}, 'x', 5));
const OldClass = util.deprecate(class Old { x = 1; }, 'class is old');
console.log(new OldClass());
console.log(util.isArray([]), util._extend({ a: 1 }, { b: 2 }));
