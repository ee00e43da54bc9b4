'use strict';
setTimeout(() => { process.exitCode = 11; setTimeout(() => process.exit(), 1); setInterval(() => {}, 10); }, 1);
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', () => console.log('never'));
