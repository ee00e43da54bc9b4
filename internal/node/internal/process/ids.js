'use strict';
// Users, groups, signals to other processes, the working directory and the mask of permissions.

const { ErrnoException, codes: { ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_CREDENTIAL, ERR_UNKNOWN_SIGNAL } } = require('internal/errors');
const { parseFileMode, validateArray, validateString, validateUint32 } = require('internal/validators');
const { constantsOf } = require('internal/os_constants');
const native = internalBinding('process');

function validateId(id, name) {
  if (typeof id === 'number') validateUint32(id, name);
  else if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['number', 'string'], id);
}

/** The number of a user or group given by number or name. */
function resolveId(id, kind) {
  if (typeof id === 'number') return id;
  const found = kind === 'User' ? native.userId(id) : native.groupId(id);
  if (found < 0) throw new ERR_UNKNOWN_CREDENTIAL(kind, id);
  return found;
}

function setter(name, kind) {
  return {
    [name](id) {
      validateId(id, 'id');
      native[name](resolveId(id, kind));
    },
  }[name];
}

function setgroups(groups) {
  validateArray(groups, 'groups');
  for (let i = 0; i < groups.length; i++) validateId(groups[i], `groups[${i}]`);
  native.setgroups(groups.map((group) => resolveId(group, 'Group')));
}

function initgroups(user, extraGroup) {
  validateId(user, 'user');
  validateId(extraGroup, 'extraGroup');
  const extra = resolveId(extraGroup, 'Group');
  if (typeof user === 'string') resolveId(user, 'User');
  native.setgroups(native.groupsOf(`${user}`, extra));
}

function kill(pid, sig) {
  // eslint-disable-next-line eqeqeq
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid);
  let err;
  if (typeof sig === 'number') {
    err = process._kill(pid, sig);
  } else {
    sig ||= 'SIGTERM';
    const number = constantsOf('signals')[sig];
    if (number === undefined) throw new ERR_UNKNOWN_SIGNAL(sig);
    err = process._kill(pid, number);
  }
  if (err) throw new ErrnoException(err, 'kill');
  return true;
}

let currentDirectory = '';

function cwd() {
  if (currentDirectory === '') currentDirectory = native.cwd();
  return currentDirectory;
}

function chdir(directory) {
  validateString(directory, 'directory');
  native.chdir(directory);
  currentDirectory = '';
}

function umask(mask) {
  if (mask === undefined) return native.umask();
  return native.umask(parseFileMode(mask, 'mask'));
}

module.exports = {
  getuid: () => native.getuid(),
  geteuid: () => native.geteuid(),
  getgid: () => native.getgid(),
  getegid: () => native.getegid(),
  getgroups: () => native.getgroups(),
  setuid: setter('setuid', 'User'),
  seteuid: setter('seteuid', 'User'),
  setgid: setter('setgid', 'Group'),
  setegid: setter('setegid', 'Group'),
  setgroups,
  initgroups,
  kill,
  cwd,
  chdir,
  umask,
};
