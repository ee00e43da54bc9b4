// Compare: stderr
// An exception at the top level of the program.
Error.stackTraceLimit = 1;
process.on('exit', (code) => console.log('exit', code));
await 0;
throw new RangeError('top level');
