'use strict';
// The errors of the system, by all three ways of calling.
const fs = require('fs');
const { attempt, callback, settle } = require('./_tools');

fs.mkdirSync('dir/sub', { recursive: true });
fs.writeFileSync('file', 'text');
fs.symlinkSync('file', 'link');
fs.symlinkSync('loop', 'loop');
fs.symlinkSync('gone', 'dangling');

const calls = {
  access: [['nope'], ['file/x'], ['nope', fs.constants.W_OK]],
  appendFile: [['dir', 'x'], ['nope/x', 'x']],
  chmod: [['nope', 0o644], ['file/x', '755']],
  chown: [['nope', 1, 1]],
  copyFile: [['nope', 'x'], ['dir', 'x'], ['file', 'dir'], ['file', 'file', fs.constants.COPYFILE_EXCL], ['file', 'nope/x']],
  lchown: [['nope', 1, 1]],
  link: [['nope', 'x'], ['file', 'link']],
  lstat: [['nope'], ['file/x'], ['']],
  lutimes: [['nope', 1, 1]],
  mkdir: [['dir'], ['nope/x'], ['file'], ['file/x', { recursive: true }], ['file', { recursive: true }], ['dir/sub', { recursive: true }]],
  open: [['nope'], ['dir', 'w'], ['file', 'wx'], ['file/x', 'r']],
  readFile: [['nope'], ['dir'], ['nope', 'utf8'], ['loop']],
  readdir: [['nope'], ['file'], ['nope', { withFileTypes: true }], ['nope', { recursive: true }]],
  readlink: [['nope'], ['file'], ['dangling']],
  realpath: [['nope'], ['dangling'], ['loop'], ['file/x'], ['nope/a/b']],
  rename: [['nope', 'x'], ['file', 'dir'], ['dir', 'file']],
  rm: [['nope'], ['dir'], ['file/x'], ['nope', { force: true }]],
  rmdir: [['nope'], ['file'], ['dir']],
  stat: [['nope'], ['dangling'], ['loop'], ['file/x']],
  statfs: [['nope']],
  symlink: [['x', 'file'], ['x', 'nope/x']],
  truncate: [['nope', 1], ['dir', 1]],
  unlink: [['nope'], ['dir']],
  utimes: [['nope', 1, 1]],
  writeFile: [['dir', 'x'], ['nope/x', 'x'], ['file', 'x', { flag: 'wx' }]],

};
const descriptors = {
  close: [[12345]],
  fchmod: [[12345, 1]],
  fchown: [[12345, 1, 1]],
  fdatasync: [[12345]],
  fstat: [[12345]],
  fsync: [[12345]],
  ftruncate: [[12345, 1]],
  futimes: [[12345, 1, 1]],
  read: [[12345, Buffer.alloc(2), 0, 2, 0]],
  readv: [[12345, [Buffer.alloc(2)]]],
  write: [[12345, 'x'], [12345, Buffer.alloc(2)]],
  writev: [[12345, [Buffer.alloc(2)]]],
};

(async () => {
  for (const [name, list] of Object.entries({ ...calls, ...descriptors })) {
    for (const args of list) {
      const shown = `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
      attempt(`${shown} sync`, () => fs[`${name}Sync`](...args));
      await callback(`${shown} callback`, (done) => fs[name](...args, done));
      if (calls[name]) await settle(`${shown} promise`, () => fs.promises[name](...args));
    }
  }
  attempt('mkdtempSync', () => fs.mkdtempSync('nope/x')); // the others name random letters
  attempt('throwIfNoEntry', () => fs.statSync('file/x', { throwIfNoEntry: false }));
  attempt('existsSync', () => [fs.existsSync('nope'), fs.existsSync('file'), fs.existsSync('dangling'), fs.existsSync(new URL(`file://${process.cwd()}/file`))]);
  attempt('realpath.native', () => fs.realpathSync.native('nope'));
})();
