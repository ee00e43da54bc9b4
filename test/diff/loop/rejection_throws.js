// The default: an uncaught exception.
'use strict';
Promise.reject(new Error('nobody'));
setTimeout(() => console.log('never'), 10);
