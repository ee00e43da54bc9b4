'use strict';
// Errors with codes: what their classes look like from outside, the first of a class and the next, and when an
// application has changed what makes them.

const util = require('util');

const attempts = {
  type: () => Buffer.from(5),
  typeAgain: () => Buffer.from(6),
  range: () => Buffer.alloc(4).readInt8(9),
  variant: () => new ReadableStream({}, { size: () => 1, highWaterMark: -1 }),
  plain: () => new (require('events'))().emit('error', 5),
  missing: () => require('net').isIP.call() || new URLSearchParams().append(),
  fixed: () => require('http').validateHeaderName('a b'),
  encoding: () => new TextDecoder('zz'),
  syscall: () => require('os').setPriority(5, 999),
  state: () => process.setUncaughtExceptionCaptureCallback(5),
};

function show(name, f) {
  try {
    f();
    console.log(name, 'nothing thrown');
  } catch (error) {
    const shown = util.inspect(error).split('\n').filter((line) => !/^ +at /.test(line)).join('|');
    console.log(name, error.name, error.code, error.message);
    console.log(' ', String(error), Object.keys(error).join(), error.constructor.name, error instanceof error.constructor, shown);
    console.log(' ', Object.prototype.toString.call(error), util.types.isNativeError(error));
    console.log(' ', error.stack.split('\n')[0], /error-classes\.js/.test(error.stack), /NodeError/.test(error.stack));
  }
}

for (const name of Object.keys(attempts)) show(name, attempts[name]);

Error.stackTraceLimit = 1;
show('limit', () => Buffer.concat(5));
Error.stackTraceLimit = 10;

Object.defineProperty(Object.prototype, 'value', { value: 1, configurable: true, writable: true });
Object.defineProperty(Object.prototype, 'get', { value: () => 2, configurable: true, writable: true });
const { construct } = Reflect;
Reflect.construct = () => { throw new Error('replaced'); };
let code;
try {
  require('http').validateHeaderValue('a', undefined);
} catch (error) {
  code = error.code;
}
delete Object.prototype.value;
delete Object.prototype.get;
Reflect.construct = construct;
console.log('polluted', code);
