'use strict';
// Directories: listing, making, copying, removing.
const fs = require('fs');
const path = require('path');
const { attempt, callback, settle } = require('./_tools');

attempt('mkdir', () => [fs.mkdirSync('a'), fs.mkdirSync('a/b/c/d', { recursive: true }), fs.mkdirSync('a/b', { recursive: true }), fs.mkdirSync('./x/../y/z/', { recursive: true })]);
fs.writeFileSync('a/file', '1');
fs.writeFileSync('a/b/other', '22');
fs.writeFileSync('a/ünï', '');
fs.symlinkSync('b', 'a/link');
fs.symlinkSync('nowhere', 'a/dangling');
const show = (list) => list.map((entry) => (entry.name === undefined ? entry : `${entry.name}:${path.relative('.', entry.parentPath)}:${entry.isDirectory() ? 'd' : entry.isSymbolicLink() ? 'l' : entry.isFile() ? 'f' : '?'}`)).sort();
attempt('readdir', () => fs.readdirSync('a'));
attempt('buffers', () => fs.readdirSync('a', 'buffer'));
attempt('hex', () => fs.readdirSync(Buffer.from('a'), { encoding: 'hex' }));
attempt('types', () => show(fs.readdirSync('a', { withFileTypes: true })));
attempt('recursive', () => fs.readdirSync('a', { recursive: true }).sort());
attempt('recursive types', () => show(fs.readdirSync('a', { recursive: true, withFileTypes: true })));
attempt('realpath', () => [fs.realpathSync('a/link/c'), fs.realpathSync.native('a/link/c'), fs.realpathSync('a/../a/b/../link'), fs.readlinkSync('a/link'), fs.readlinkSync('a/link', 'buffer')]);
attempt('cp', () => { fs.cpSync('a', 'copy', { recursive: true, filter: (from) => !from.endsWith('dangling') }); return show(fs.readdirSync('copy', { recursive: true, withFileTypes: true })); });
attempt('cp link', () => path.relative('.', fs.readlinkSync('copy/link')));
for (const [from, to, options] of [['a', 'n'], ['a', 'a/b/q', { recursive: true }], ['a', 'a/file', { recursive: true }], ['a/file', 'a', { recursive: true }],
                                   ['a/file', 'copy/file', { force: false }], ['a/file', 'copy/file', { force: false, errorOnExist: true }]]) {
  attempt(`cpSync ${from} ${to} code`, () => { try { return fs.cpSync(from, to, options); } catch (err) { return [err.code, err.name, err.message, Object.keys(err)]; } });
}
(async () => {
  for (const [from, to, options] of [['nope', 'n'], ['a', 'n'], ['a', 'a'], ['a', 'a/b/q', { recursive: true }], ['a', 'a/file', { recursive: true }], ['a/file', 'a', { recursive: true }],
                                     ['a/file', 'copy/file', { force: false, errorOnExist: true }]]) {
    await settle(`cp ${from} ${to}`, () => fs.promises.cp(from, to, options));
  }
  await settle('cp callback filter', async () => { await fs.promises.cp('a', 'copy2', { recursive: true, filter: async (from) => !from.includes('b/') }); return show(fs.readdirSync('copy2', { recursive: true })); });
  await callback('readdir', (done) => fs.readdir('a', done));
  await settle('promises.readdir', () => fs.promises.readdir('a', { recursive: true }).then((list) => list.sort()));
  await settle('mkdir', () => fs.promises.mkdir('p/q/r', { recursive: true }));
  const names = [];
  for await (const entry of await fs.promises.opendir('a')) names.push(entry.name);
  console.log(names.sort());
  const dir = fs.opendirSync('a');
  console.log(typeof dir.readSync().name, dir.path);
  await settle('close', () => dir.close());
  await settle('close twice', () => dir.close());
  attempt('read closed', () => dir.readSync());
  attempt('rename', () => { fs.renameSync('copy', 'moved'); return [fs.existsSync('copy'), fs.existsSync('moved')]; });
  attempt('rm', () => [fs.rmSync('moved', { recursive: true }), fs.existsSync('moved')]);
  await settle('rm', async () => [await fs.promises.rm('copy2', { recursive: true }), fs.existsSync('copy2')]);
  await callback('rmdir', (done) => fs.rmdir('p/q/r', done));
  attempt('unlink', () => fs.unlinkSync('a/link'));
  attempt('link', () => { fs.linkSync('a/file', 'hard'); return fs.statSync('hard').nlink; });
  attempt('mkdtemp', () => [/^tmp-[A-Za-z0-9]{6}$/.test(fs.mkdtempSync('tmp-')), fs.mkdtempSync('tmp-', 'buffer') instanceof Buffer]);
  attempt('glob', () => fs.globSync('a/**/*').sort());
})();
