'use strict';
// From inside of a phase: immediates before timers, and one level after the other.
const fs = require('fs');

fs.stat(__filename, () => {
  setTimeout(() => console.log('timeout'), 0);
  setImmediate(() => {
    console.log('immediate');
    setImmediate(() => console.log('second immediate'));
    process.nextTick(() => console.log('tick'));
  });
});

const same = [];
for (let i = 0; i < 5; i++) setTimeout(() => same.push(i), 60);
for (let i = 5; i < 10; i++) setTimeout(() => same.push(i), 20);
setTimeout(() => console.log(same.join()), 120);

// An interval counts its goes, a refreshed timer goes once.
let goes = 0;
const interval = setInterval(() => {
  if (++goes === 3) {
    clearInterval(interval);
    console.log('interval over', interval._destroyed);
  }
}, 1);
const refreshed = setTimeout(() => console.log('refreshed'), 300);
setTimeout(() => refreshed.refresh(), 200);
setTimeout(() => console.log('between'), 400);
