// Flags: --unhandled-rejections=none
// Nothing but the event.
'use strict';
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
Promise.reject('none');
