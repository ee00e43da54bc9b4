'use strict';
// The module `os`: facts about the machine, read natively; formatting and errors are Node's.

const { Buffer } = require('buffer');
const { codes: { ERR_SYSTEM_ERROR } } = require('internal/errors');
const { validateInt32 } = require('internal/validators');
const { constantsOf } = require('internal/os_constants');
const native = internalBinding('os');

const isWindows = process.platform === 'win32';

/** Gives a getter the coercion Node's have: `${os.hostname}` is os.hostname(). */
function coercible(fn) {
  Object.defineProperty(fn, Symbol.toPrimitive, { __proto__: null, configurable: true, value: () => fn() });
  return fn;
}

/** Calls a native that answers a value, or [errno, code, message, syscall] when the system refused. */
function checked(fn, ...args) {
  const value = fn(...args);
  if (Array.isArray(value) && value.length === 4 && value[3]?.startsWith?.('uv_')) {
    const [errno, code, message, syscall] = value;
    throw new ERR_SYSTEM_ERROR({ errno, code, message, syscall });
  }
  return value;
}

// What uname answers cannot change while the process lives.
let uname;
function unameField(i) {
  uname ??= native.uname();
  return uname[i];
}

const hostname = coercible(() => native.hostname());
const type = coercible(() => unameField(0));
const release = coercible(() => unameField(1));
const version = coercible(() => unameField(2));
const machine = coercible(() => unameField(3));
const arch = coercible(() => process.arch);
const platform = coercible(() => process.platform);
const endianness = coercible(() => (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'LE' : 'BE'));
const freemem = coercible(() => native.memory()[1]);
const totalmem = coercible(() => native.memory()[0]);
const uptime = coercible(() => native.uptime());
const availableParallelism = coercible(() => native.availableParallelism());
const homedir = coercible(() => {
  const { HOME } = process.env;
  // An empty HOME counts: libuv takes the variable whenever it is set.
  return HOME !== undefined ? HOME : checked(native.userInfo)[3];
});

const tmpdir = coercible(() => {
  const env = process.env;
  const path = env.TMPDIR || env.TMP || env.TEMP || '/tmp';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
});

function loadavg() {
  return native.loadavg();
}

function cpus() {
  return native.cpus().map(([model, speed, user, nice, sys, idle, irq]) => ({ model, speed, times: { user, nice, sys, idle, irq } }));
}

function networkInterfaces() {
  const result = {};
  for (const [name, address, netmask, family, mac, internal, cidr, scopeid] of native.interfaces()) {
    const entry = { address, netmask, family, mac, internal, cidr };
    if (family === 'IPv6') entry.scopeid = scopeid;
    (result[name] ??= []).push(entry);
  }
  return result;
}

/**
 * The user this process runs as.
 * @param {{encoding?: string}} [options] 'buffer' answers Buffers in place of strings
 */
function userInfo(options) {
  let encoding = 'utf8';
  if (options !== null && typeof options === 'object') {
    const wanted = options.encoding;
    if (wanted !== undefined) encoding = wanted;
  }
  const [uid, gid, name, dir, shell] = checked(native.userInfo);
  const text = (value) => {
    if (encoding === 'buffer') return Buffer.from(value);
    return encoding !== 'utf8' && Buffer.isEncoding(encoding) ? Buffer.from(value).toString(encoding) : value;
  };
  return { __proto__: null, uid, gid, username: text(name), homedir: text(dir), shell: text(shell) };
}

function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  validateInt32(pid, 'pid');
  validateInt32(priority, 'priority', -20, 19);
  checked(native.setPriority, pid, priority);
}

function getPriority(pid) {
  if (pid === undefined) pid = 0;
  else validateInt32(pid, 'pid');
  return checked(native.getPriority, pid);
}

module.exports = {
  arch, availableParallelism, cpus, endianness, freemem, getPriority, homedir, hostname, loadavg, networkInterfaces,
  platform, release, setPriority, tmpdir, totalmem, type, userInfo, uptime, version, machine,
};

const constants = { __proto__: null };
Object.defineProperty(constants, 'UV_UDP_REUSEADDR', { __proto__: null, value: 4, enumerable: true });
for (const group of ['dlopen', 'errno', 'signals', 'priority']) constants[group] = constantsOf(group);
Object.freeze(constants.signals);

Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  EOL: { __proto__: null, configurable: true, enumerable: true, writable: false, value: isWindows ? '\r\n' : '\n' },
  devNull: { __proto__: null, configurable: true, enumerable: true, writable: false, value: isWindows ? '\\\\.\\nul' : '/dev/null' },
});
