'use strict';
// What is written to a pipe after process.stdout.end() is dropped.
const { writeSync } = require('fs');

const events = [];
for (const event of ['finish', 'close', 'error']) process.stdout.on(event, (error) => events.push(`${event} ${error?.code ?? ''}`));
process.stdout.write('a\n');
process.stdout.end('b\n', () => events.push('ended'));
process.stdout.write('late\n');
process.stdout.write('later\n', (error) => events.push(`later ${error?.code}`));
setTimeout(() => {
  console.log('much later');
  setTimeout(() => writeSync(1, `${events.join(', ')}\n${process.stdout.destroyed}\n`), 5);
}, 20);
