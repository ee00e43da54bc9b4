// Exit code 7.
'use strict';
process.on('uncaughtException', () => { throw new Error('second'); });
throw new Error('first');
