'use strict';
// The module fs: synchronous functions, functions with callbacks, and what is loaded when first asked for.

const sync = require('internal/fs/sync');
const callback = require('internal/fs/callback');
const { Dirent, Stats, constants, toUnixTimestamp } = require('internal/fs/utils');
const { deprecate } = require('internal/util');

function createReadStream(path, options) {
  return new (streams().ReadStream)(path, options);
}

function createWriteStream(path, options) {
  return new (streams().WriteStream)(path, options);
}

function streams() {
  return require('internal/fs/streams');
}

function watch(filename, options, listener) {
  return require('internal/fs/watchers').watch(filename, options, listener);
}

function watchFile(filename, options, listener) {
  return require('internal/fs/watchers').watchFile(filename, options, listener);
}

function unwatchFile(filename, listener) {
  require('internal/fs/watchers').unwatchFile(filename, listener);
}

/** A promise of a Blob with what is in the file. */
function openAsBlob(path, options = {}) {
  return require('internal/fs/blob').openAsBlob(path, options);
}

const fs = module.exports = {
  appendFile: callback.appendFile,
  appendFileSync: sync.appendFileSync,
  access: callback.access,
  accessSync: sync.accessSync,
  chown: callback.chown,
  chownSync: sync.chownSync,
  chmod: callback.chmod,
  chmodSync: sync.chmodSync,
  close: callback.close,
  closeSync: sync.closeSync,
  copyFile: callback.copyFile,
  copyFileSync: sync.copyFileSync,
  cp: callback.cp,
  cpSync: sync.cpSync,
  createReadStream,
  createWriteStream,
  exists: callback.exists,
  existsSync: sync.existsSync,
  fchown: callback.fchown,
  fchownSync: sync.fchownSync,
  fchmod: callback.fchmod,
  fchmodSync: sync.fchmodSync,
  fdatasync: callback.fdatasync,
  fdatasyncSync: sync.fdatasyncSync,
  fstat: callback.fstat,
  fstatSync: sync.fstatSync,
  fsync: callback.fsync,
  fsyncSync: sync.fsyncSync,
  ftruncate: callback.ftruncate,
  ftruncateSync: sync.ftruncateSync,
  futimes: callback.futimes,
  futimesSync: sync.futimesSync,
  glob: callback.glob,
  globSync: sync.globSync,
  lchown: callback.lchown,
  lchownSync: sync.lchownSync,
  // Linux keeps no permissions for links.
  lchmod: undefined,
  lchmodSync: undefined,
  link: callback.link,
  linkSync: sync.linkSync,
  lstat: callback.lstat,
  lstatSync: sync.lstatSync,
  lutimes: callback.lutimes,
  lutimesSync: sync.lutimesSync,
  mkdir: callback.mkdir,
  mkdirSync: sync.mkdirSync,
  mkdtemp: callback.mkdtemp,
  mkdtempSync: sync.mkdtempSync,
  mkdtempDisposableSync: sync.mkdtempDisposableSync,
  open: callback.open,
  openSync: sync.openSync,
  openAsBlob,
  readdir: callback.readdir,
  readdirSync: sync.readdirSync,
  read: callback.read,
  readSync: sync.readSync,
  readv: callback.readv,
  readvSync: sync.readvSync,
  readFile: callback.readFile,
  readFileSync: sync.readFileSync,
  readlink: callback.readlink,
  readlinkSync: sync.readlinkSync,
  realpath: callback.realpath,
  realpathSync: sync.realpathSync,
  rename: callback.rename,
  renameSync: sync.renameSync,
  rm: callback.rm,
  rmSync: sync.rmSync,
  rmdir: callback.rmdir,
  rmdirSync: sync.rmdirSync,
  stat: callback.stat,
  statfs: callback.statfs,
  statSync: sync.statSync,
  statfsSync: sync.statfsSync,
  symlink: callback.symlink,
  symlinkSync: sync.symlinkSync,
  truncate: callback.truncate,
  truncateSync: sync.truncateSync,
  unwatchFile,
  unlink: callback.unlink,
  unlinkSync: sync.unlinkSync,
  utimes: callback.utimes,
  utimesSync: sync.utimesSync,
  watch,
  watchFile,
  writeFile: callback.writeFile,
  writeFileSync: sync.writeFileSync,
  write: callback.write,
  writeSync: sync.writeSync,
  writev: callback.writev,
  writevSync: sync.writevSync,
  Dirent,
  Stats: deprecate(Stats, 'fs.Stats constructor is deprecated.', 'DEP0180'),
  // For tests of old packages.
  _toUnixTimestamp: toUnixTimestamp,
};

// Classes that pull in streams are loaded on first use; replacing them (graceful-fs does) is allowed.
for (const [name, load] of Object.entries({
  ReadStream: () => streams().ReadStream,
  WriteStream: () => streams().WriteStream,
  FileReadStream: () => streams().ReadStream,
  FileWriteStream: () => streams().WriteStream,
})) {
  let value;
  Object.defineProperty(fs, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return value ??= load();
    },
    set(replacement) {
      value = replacement;
    },
  });
}
const { defineLazyProperties } = internalBinding('util');
defineLazyProperties(fs, 'internal/fs/dir', ['Dir']);
defineLazyProperties(fs, () => callback.opendir, ['opendir']);
defineLazyProperties(fs, () => sync.opendirSync, ['opendirSync']);

// Where these constants were once.
for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
  const get = deprecate(() => constants[name], `fs.${name} is deprecated, use fs.constants.${name} instead`, 'DEP0176');
  Object.defineProperty(fs, name, { __proto__: null, enumerable: false, get });
}

Object.defineProperties(fs, {
  constants: { __proto__: null, configurable: true, enumerable: true, value: constants },
  promises: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return require('internal/fs/promises').exports;
    },
  },
});
