// Rejections arrive as uncaught exceptions.
'use strict';
process.on('uncaughtException', (error, origin) => console.log(error.name, error.code, error.message, origin));
Promise.reject(undefined);
Promise.reject({ a: 1 });
Promise.reject(Symbol('s'));
Promise.reject(function f() {});
setTimeout(() => console.log('goes on'), 5);
