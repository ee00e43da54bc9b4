'use strict';
// Parent and child over the channel.
const { fork } = require('child_process');

if (process.argv[2] === 'child') {
  process.on('message', (message) => {
    process.send({ echo: message, connected: process.connected });
    if (message === 'end') process.disconnect();
  });
  process.send('hello');
} else {
  const child = fork(__filename, ['child'], { execArgv: [] });
  console.log(child.connected, typeof child.send, typeof child.channel);
  child.on('message', (message, handle) => {
    console.log('message', JSON.stringify(message), handle);
    if (message === 'hello') {
      child.send({ a: [1, 'zwei', null], b: { c: true } }, (err) => {
        console.log('sent', err);
        child.send('end');
      });
    }
  });
  child.on('disconnect', () => {
    console.log('disconnect', child.connected);
    child.send('late', (err) => console.log(err.code, err.message));
  });
  child.on('exit', (code, signal) => console.log('exit', code, signal));
  child.on('close', (code, signal) => console.log('close', code, signal));
  for (const bad of [undefined, Symbol('s'), () => {}]) {
    try {
      child.send(bad);
    } catch (err) {
      console.log(err.name, err.code, err.message);
    }
  }
}
