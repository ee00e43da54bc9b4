'use strict';
process.on('exit', (code) => { console.log(code, process.exitCode); process.exitCode = 9; });
throw new Error('first');
