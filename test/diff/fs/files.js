'use strict';
// Files read and written in every way.
const fs = require('fs');
const { attempt, callback, settle } = require('./_tools');

fs.writeFileSync('text', 'grüße, 世界\n');
fs.writeFileSync('bytes', Buffer.from([0, 1, 255, 254]));
for (const encoding of [null, 'utf8', 'latin1', 'hex', 'base64', 'utf16le', 'ascii', 'buffer']) {
  attempt(`readFileSync ${encoding}`, () => fs.readFileSync('text', encoding));
  attempt(`bytes ${encoding}`, () => fs.readFileSync('bytes', { encoding }));
}
attempt('hex', () => { fs.writeFileSync('hex', 'deadbeef', 'hex'); return fs.readFileSync('hex'); });
attempt('append', () => { fs.appendFileSync('log', 'a'); fs.appendFileSync('log', Buffer.from('b')); fs.appendFileSync('log', 'c', { mode: 0o600 }); return fs.readFileSync('log', 'utf8'); });
attempt('append mode', () => (fs.statSync('log').mode & 0o777).toString(8));
attempt('typed array', () => { fs.writeFileSync('t', new Uint16Array([0x4141, 0x4242])); return fs.readFileSync('t', 'utf8'); });

const fd = fs.openSync('positions', 'w+');
attempt('write', () => [fs.writeSync(fd, 'hello world'), fs.writeSync(fd, 'HE', 0), fs.writeSync(fd, Buffer.from('xyz'), 1, 2, 9), fs.writeSync(fd, Buffer.from('!')),
                        fs.writeSync(fd, 'é', null, 'latin1'), fs.writeSync(fd, Buffer.from('abc'), { offset: 1 })]);
attempt('after', () => fs.readFileSync('positions', 'latin1'));
const buffer = Buffer.alloc(20, '.');
attempt('read', () => [fs.readSync(fd, buffer, 0, 5, 0), fs.readSync(fd, buffer, 10, 5, 6n), fs.readSync(fd, buffer, { position: 3, length: 2, offset: 18 }), fs.readSync(fd, buffer), buffer.toString('latin1')]);
attempt('writev', () => [fs.writevSync(fd, [Buffer.from('one'), Buffer.from('two')], 2), fs.readFileSync('positions', 'latin1')]);
attempt('readv', () => { const list = [Buffer.alloc(2), Buffer.alloc(3), Buffer.alloc(50)]; return [fs.readvSync(fd, list, 0), list[0].toString(), list[1].toString()]; });
attempt('truncate', () => { fs.ftruncateSync(fd, 4); fs.truncateSync('positions', 6); return fs.readFileSync('positions'); });
attempt('negative', () => { fs.ftruncateSync(fd, -5); return fs.statSync('positions').size; });
fs.closeSync(fd);

(async () => {
  await callback('readFile', (done) => fs.readFile('text', 'utf8', done));
  await callback('readFile buffer', (done) => fs.readFile('bytes', done));
  await callback('writeFile', (done) => fs.writeFile('w', 'x', done));
  await callback('appendFile', (done) => fs.appendFile('w', 'y', { flush: true }, done));
  await settle('promises.readFile', () => fs.promises.readFile('w', { encoding: 'utf8' }));
  await settle('promises.writeFile pieces', async () => { await fs.promises.writeFile('p', (function* () { yield 'a'; yield Buffer.from('b'); })()); return fs.readFileSync('p', 'utf8'); });
  await settle('promises.writeFile stream', async () => { await fs.promises.writeFile('p', fs.createReadStream('text')); return fs.readFileSync('p', 'utf8'); });
  const handle = await fs.promises.open('h', 'w+');
  await settle('write', () => handle.write('hello'));
  await settle('write buffer', () => handle.write(Buffer.from('abc'), 1, 1, 0));
  await settle('writev', () => handle.writev([Buffer.from('x'), Buffer.from('y')]));
  await settle('read', () => handle.read({ position: 0 }).then(({ bytesRead, buffer }) => [bytesRead, buffer.subarray(0, bytesRead).toString()]));
  await settle('read into', () => handle.read(Buffer.alloc(4), 1, 2, 2));
  await settle('readFile', () => handle.readFile('utf8'));
  await settle('stat', () => handle.stat().then((s) => s.size));
  await settle('bigint', () => handle.stat({ bigint: true }).then((s) => s.size));
  await settle('truncate', () => handle.truncate(2));
  await settle('appendFile', () => handle.appendFile('end'));
  await settle('sync', () => Promise.all([handle.sync(), handle.datasync(), handle.chmod(0o600), handle.utimes(1, 2)]));
  await settle('close', () => handle.close());
  await settle('closed', () => handle.read());
  await settle('closed stat', () => handle.stat());
  console.log(handle.fd, fs.readFileSync('h', 'utf8'));
  const lines = await fs.promises.open('text');
  for await (const line of lines.readLines()) console.log('line', line);
  const stats = fs.statSync('h');
  console.log(stats.mtimeMs, stats.mtime.toISOString(), stats.isFile(), stats.isDirectory(), (stats.mode & 0o777).toString(8), Object.keys(stats).join());
  const big = fs.statSync('h', { bigint: true });
  console.log(big.mtimeNs, big.mtimeMs, big.size, Object.keys(big).join());
})();
