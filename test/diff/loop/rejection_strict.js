// Flags: --unhandled-rejections=strict
// An exception first, the event then.
'use strict';
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
Promise.reject(new Error('strict'));
