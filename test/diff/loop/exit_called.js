'use strict';
process.on('exit', (code) => { console.log(code); process.exit(5); });
process.nextTick(() => console.log('never'));
process.exit(2);
console.log('never');
