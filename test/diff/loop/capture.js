'use strict';
const show = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };
show(() => process.setUncaughtExceptionCaptureCallback(5));
show(() => process.hasUncaughtExceptionCaptureCallback());
process.setUncaughtExceptionCaptureCallback((error) => console.log('captured', error));
show(() => process.setUncaughtExceptionCaptureCallback(() => {}));
show(() => process.hasUncaughtExceptionCaptureCallback());
process.on('uncaughtException', () => console.log('never'));
setTimeout(() => { throw 'timer'; }, 1);
setTimeout(() => {
  process.setUncaughtExceptionCaptureCallback(null);
  process.removeAllListeners('uncaughtException');
  throw new Error('the end');
}, 10);
process.on('exit', (code) => console.log('exit', code));
