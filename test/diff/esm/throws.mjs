// An exception at the top level of the program.
process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtExceptionMonitor', (error, origin) => console.log(error.message, origin, error.stack.split('\n')[1].replace(/\(?file:.*\//, '')));
await 0;
throw new RangeError('top level');
