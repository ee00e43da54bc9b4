// Flags: --unhandled-rejections=warn
// Only warnings.
'use strict';
process.removeAllListeners('warning');
process.on('warning', (w) => console.log(w.name, w.message.split('\n')[0]));
const p = Promise.reject('text');
setTimeout(() => p.catch(() => {}), 5);
