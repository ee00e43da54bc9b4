'use strict';
// The module os: everything about this machine is the same for both.
const os = require('os');
for (const name of ['arch', 'endianness', 'homedir', 'hostname', 'machine', 'networkInterfaces', 'platform', 'release', 'tmpdir', 'totalmem', 'type', 'version', 'availableParallelism']) console.log(name, os[name]());
console.log(os.userInfo(), os.userInfo({ encoding: 'buffer' }), os.userInfo({ encoding: 'hex' }), os.EOL, os.devNull);
console.log(os.constants, Object.keys(os), os.cpus().map(({ model, speed }) => [model, typeof speed]), os.loadavg().length, os.uptime() > 0, os.freemem() > 0);
console.log(`${os.hostname}` === os.hostname(), +os.totalmem === os.totalmem(), `${os.tmpdir}`, os.getPriority());
for (const args of [['x'], [0, 'x'], [0, 20], [0, -21], [1.5, 0], [99999999, 0], []]) {
  try {
    console.log(os.setPriority(...args));
  } catch (err) {
    console.log(args, err.name, err.code, err.message, err.info);
  }
}
try {
  os.getPriority(99999999);
} catch (err) {
  console.log(err.name, err.code, err.message, err.info, err.errno, err.syscall);
}
console.log(Object.keys(require('constants')).filter((name) => /^(E[A-Z0-9]+$|SIG|S_|O_|UV_|PRIO|COPY|[FRWX]_OK|RTLD)/.test(name)).length);
