'use strict';
// What wrong arguments throw.
const fs = require('fs');
const { attempt, callback, settle } = require('./_tools');

const bad = [undefined, null, 1, true, {}, [], 'a\0b', Symbol('s'), () => {}];
const onPath = ['accessSync', 'chmodSync', 'lstatSync', 'mkdirSync', 'mkdtempSync', 'openSync', 'opendirSync', 'readFileSync', 'readdirSync', 'readlinkSync',
                'realpathSync', 'rmSync', 'rmdirSync', 'statSync', 'statfsSync', 'truncateSync', 'unlinkSync', 'createReadStream', 'createWriteStream'];
for (const name of onPath) {
  for (const value of bad) {
    // A number is a descriptor to these.
    if (typeof value === 'number' && ['readFileSync'].includes(name)) continue;
    attempt(`${name} ${typeof value} ${String(value)}`, () => fs[name](value, 1, 1));
  }
}
for (const name of ['closeSync', 'fstatSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync']) {
  for (const value of ['x', -1, 1.5, 2 ** 31, NaN, null, undefined]) attempt(`${name} ${String(value)}`, () => fs[name](value));
}
const buffer = Buffer.alloc(4);
fs.writeFileSync('file', 'text');
const fd = fs.openSync('file', 'r+');
for (const args of [[buffer, -1], [buffer, 5], [buffer, 0, 5], [buffer, 0, -1], [buffer, 0, 1, -2], [buffer, 0, 1, 'x'], [buffer, 0, 1, 1.5],
                    [buffer, 'x'], [buffer, { offset: 5 }], [buffer, 3, 2], ['x'], [null], [Buffer.alloc(0), 0, 1], [buffer, 0, 1, 2n ** 63n]]) {
  attempt(`readSync ${args.map(String)}`, () => fs.readSync(fd, ...args));
  attempt(`writeSync ${args.map(String)}`, () => fs.writeSync(fd, ...args));
}
for (const value of [null, 1, true, {}, Symbol('x')]) {
  attempt(`writeFileSync ${String(value)}`, () => fs.writeFileSync('x', value));
  attempt(`appendFileSync ${String(value)}`, () => fs.appendFileSync('x', value));
}
for (const flag of ['zz', 'rw', '', null, {}, 1.5, -1]) attempt(`openSync flag ${String(flag)}`, () => typeof fs.openSync('file', flag));
for (const mode of ['9', '', {}, -1, 2 ** 32, 1.5, null]) attempt(`chmodSync mode ${String(mode)}`, () => fs.chmodSync('file', mode));
for (const encoding of ['utf9', 'buffer', 'latin1', 'hex', {}, 1]) attempt(`readdirSync encoding ${String(encoding)}`, () => fs.readdirSync('.', encoding));
for (const options of [1, 'x', null, true, { recursive: 1 }, { maxRetries: -1 }, { retryDelay: 'x' }, { force: 1 }]) {
  attempt(`rmSync options ${JSON.stringify(options)}`, () => fs.rmSync('nope', options));
  attempt(`rmdirSync options ${JSON.stringify(options)}`, () => fs.rmdirSync('nope', options));
}
for (const options of [{ recursive: 1 }, { mode: {} }, 'x', '888']) attempt(`mkdirSync options ${JSON.stringify(options)}`, () => fs.mkdirSync('d/e', options));
for (const value of [{}, 'x', null, undefined, Infinity]) {
  attempt(`utimesSync ${String(value)}`, () => fs.utimesSync('file', value, 1));
  attempt(`futimesSync ${String(value)}`, () => fs.futimesSync(fd, 1, value));
}
for (const owner of [-2, 'x', 1.5, 2 ** 32]) attempt(`chownSync ${owner}`, () => fs.chownSync('file', owner, 1));
for (const options of [{ start: 'x' }, { start: -1 }, { start: 2, end: 1 }, { end: 'x' }, { fd: 'x' }, { encoding: 'utf9' }, { highWaterMark: -1 }, 1]) {
  attempt(`createReadStream ${JSON.stringify(options)}`, () => typeof fs.createReadStream('file', options).destroy());
}
for (const value of ['x', 5, () => {}]) attempt(`symlinkSync type ${String(value)}`, () => fs.symlinkSync('a', 'b', value));
attempt('readFile without callback', () => fs.readFile('file'));
attempt('writeFile without callback', () => fs.writeFile('file', 'x'));
attempt('watchFile without listener', () => fs.watchFile('file'));
attempt('opendirSync bufferSize', () => fs.opendirSync('.', { bufferSize: 0 }));
attempt('cpSync', () => fs.cpSync('a', {}));
attempt('accessSync mode', () => fs.accessSync('file', 8));
attempt('copyFileSync mode', () => fs.copyFileSync('file', 'x', 'y'));
(async () => {
  await settle('promises.readFile', () => fs.promises.readFile({}));
  await settle('promises.writeFile', () => fs.promises.writeFile('x', 1));
  await settle('promises.open', () => fs.promises.open('file', 'zz'));
  await settle('aborted', () => fs.promises.readFile('file', { signal: AbortSignal.abort('why') }));
  await callback('aborted', (done) => fs.readFile('file', { signal: AbortSignal.abort('why') }, done));
  attempt('signal', () => fs.readFile('file', { signal: {} }, () => {}));
})();
