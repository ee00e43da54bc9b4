'use strict';
// What may be sent to a child, in both serializations.
const cp = require('child_process');

if (process.argv[2] === 'child') {
  process.on('message', () => process.disconnect());
} else {
  (async () => {
    for (const serialization of ['json', 'advanced']) {
      const child = cp.fork(__filename, ['child'], { serialization });
      for (const message of [undefined, 10n, () => {}, Symbol('x')]) {
        try { console.log(child.send(message)); } catch (error) { console.log(serialization, error.name, error.code, error.message); }
      }
      child.send('done');
      await new Promise((resolve) => child.on('close', resolve));
    }
  })();
}
