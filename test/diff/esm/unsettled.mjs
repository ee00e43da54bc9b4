// Compare: stderr
// A module that waits for ever when nothing else is left: a warning and exit code 13.
process.on('exit', (code) => console.log('exit', code, process.exitCode));
console.log('before');
await new Promise(() => {});
console.log('never');
