// A program that has set its exit code keeps it.
process.exitCode = 42;
process.on('exit', (code) => console.log('exit', code));
await new Promise(() => {});
