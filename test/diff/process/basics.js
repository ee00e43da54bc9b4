'use strict';
// What the object process has, and what its functions do with wrong arguments.
const attempt = (name, call) => {
  try {
    console.log(name, '=>', call());
  } catch (err) {
    console.log(name, 'throws', err.name, err.code, err.message);
  }
};
console.log(process.version, process.arch, process.platform, process.release.name, process.versions.node, typeof process.pid, typeof process.ppid, process.title.length > 0);
console.log(Object.prototype.toString.call(process), process instanceof require('events'), process.constructor.name);
console.log(process.argv.length, process.execArgv, typeof process.execPath, process.exitCode, typeof process.config.variables, Object.isFrozen(process.config));
for (const name of ['abort', 'chdir', 'cwd', 'emitWarning', 'exit', 'hrtime', 'kill', 'memoryUsage', 'nextTick', 'umask', 'uptime', 'reallyExit', 'getuid', 'binding']) {
  console.log(name, typeof process[name]);
}
attempt('chdir', () => process.chdir('/nope/nope'.slice(0, 5)));
attempt('chdir type', () => process.chdir(1));
attempt('cwd', () => { process.chdir('/'); return process.cwd(); });
attempt('umask', () => [process.umask(0o22).constructor === Number, process.umask(), process.umask('0077'), process.umask()]);
for (const mask of ['9', {}, -1, 2 ** 32, 1.5]) attempt(`umask ${String(mask)}`, () => process.umask(mask));
for (const args of [['x'], [process.pid, 'SIGNOPE'], [process.pid, 0], [99999999, 0], [process.pid, 'x'], [1.5], [process.pid, 1000], []]) attempt(`kill ${args.length > 0 && args[0] === process.pid ? ['own', ...args.slice(1)] : args}`, () => process.kill(...args));
for (const value of [1, [1], [1, 2, 3], 'x', null]) attempt(`hrtime ${String(value)}`, () => process.hrtime(value).length);
attempt('hrtime', () => { const a = process.hrtime(); const b = process.hrtime(a); return [b[0], b[1] > 0]; });
attempt('bigint', () => typeof process.hrtime.bigint());
for (const value of [1, {}, { user: -1, system: 0 }, { user: 1, system: 'x' }, 'x']) attempt(`cpuUsage ${JSON.stringify(value)}`, () => process.cpuUsage(value));
attempt('memoryUsage', () => Object.entries(process.memoryUsage()).map(([name, value]) => [name, value >= 0]));
attempt('resourceUsage', () => Object.keys(process.resourceUsage()));
for (const id of [-1, {}, 1.5, 'nobody-such', undefined, null, 2 ** 32]) {
  attempt(`setuid ${String(id)}`, () => process.setuid(id));
  attempt(`setgid ${String(id)}`, () => process.setgid(id));
}
attempt('setgroups', () => process.setgroups([1, {}]));
attempt('setgroups type', () => process.setgroups('x'));
attempt('initgroups', () => process.initgroups(1));
for (const code of ['x', {}, 1.5, true, NaN, '1 one', Symbol('s').description, [], Infinity]) attempt(`exitCode ${JSON.stringify(code)}`, () => { process.exitCode = code; });
for (const code of [0, '3', null, undefined, 5]) attempt(`exitCode ${code}`, () => { process.exitCode = code; return process.exitCode; });
process.exitCode = undefined;

process.env.NUMBER = 5;
process.env.UNDEFINED = undefined;
process.env.OBJECT = {};
console.log(process.env.NUMBER === '5', process.env.UNDEFINED, process.env.OBJECT, 'NUMBER' in process.env, Object.keys(process.env).includes('NUMBER'), delete process.env.NUMBER, process.env.NUMBER, process.env.nope);
attempt('symbol key', () => { process.env[Symbol('x')] = 1; });
attempt('symbol value', () => { process.env.X = Symbol('x'); });
attempt('symbol read', () => process.env[Symbol('x')]);
attempt('define', () => Object.defineProperty(process.env, 'D', { value: 1 }));
attempt('define getter', () => Object.defineProperty(process.env, 'D', { get() {} }));
attempt('define all', () => Object.defineProperty(process.env, 'D', { value: 1, configurable: true, writable: true, enumerable: true }).D);
attempt('flags', () => [process.allowedNodeEnvironmentFlags.has('-r'), process.allowedNodeEnvironmentFlags.has('--nope'), process.allowedNodeEnvironmentFlags.has('require')]);
attempt('setSourceMapsEnabled', () => process.setSourceMapsEnabled(1));
attempt('getBuiltinModule', () => [process.getBuiltinModule('fs') === require('fs'), process.getBuiltinModule('nope')]);
attempt('getBuiltinModule type', () => process.getBuiltinModule(1));
attempt('binding', () => process.binding('nope'));
attempt('features', () => Object.keys(process.features));
