// Nothing runs after exit.
'use strict';
process.on('exit', () => { process.nextTick(() => console.log('never')); setTimeout(() => console.log('never'), 0); Promise.resolve().then(() => console.log('never')); });
