'use strict';
// The module child_process.

const { Buffer } = require('buffer');
const {
  AbortError, genericNodeError, ErrnoException, codes: { ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateAbortSignal, validateFunction, validateObject, validateString } = require('internal/validators');
const { ChildProcess, signalName } = require('internal/child_process/child');
const {
  nativeCommand, normalizeSpawnArguments, normalizeStdio, nullCheck, sanitizeKillSignal, stdioWithIpc, validateMaxBuffer, validateTimeout,
} = require('internal/child_process/arguments');
const { assignFunctionName, convertToValidSignal, promisify } = require('internal/util');
const native = internalBinding('spawn');

const MAX_BUFFER = 1024 * 1024;

function abortChild(child, killSignal, reason) {
  if (!child) return;
  const killed = child.kill(killSignal);
  if (killed) child.emit('error', new AbortError(undefined, { cause: reason }));
}

/** Starts a program. */
function spawn(file, args, options) {
  options = normalizeSpawnArguments(file, args, options);
  validateTimeout(options.timeout);
  validateAbortSignal(options.signal, 'options.signal');
  const killSignal = sanitizeKillSignal(options.killSignal);
  const child = new ChildProcess();
  child.spawn(options);
  if (options.timeout > 0) {
    let timer = setTimeout(() => {
      timer = null;
      try {
        child.kill(killSignal);
      } catch (err) {
        child.emit('error', err);
      }
    }, options.timeout);
    child.once('exit', () => {
      if (timer) clearTimeout(timer);
      timer = null;
    });
  }
  if (options.signal) {
    const { signal } = options;
    const onAbort = () => abortChild(child, killSignal, signal.reason);
    if (signal.aborted) {
      process.nextTick(onAbort);
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
      child.once('exit', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return child;
}

function normalizeExecFileArguments(file, args, options, callback) {
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args !== null && typeof args === 'object') {
    callback = options;
    options = args;
    args = null;
  } else if (typeof args === 'function') {
    callback = args;
    options = null;
    args = null;
  }
  args ??= [];
  if (typeof options === 'function') callback = options;
  else if (options !== undefined && options !== null) validateObject(options, 'options');
  if (options === undefined || options === null || typeof options === 'function') options = {};
  if (callback !== undefined && callback !== null) validateFunction(callback, 'callback');
  if (options.argv0 !== undefined && options.argv0 !== null) {
    validateString(options.argv0, 'options.argv0');
    nullCheck(options.argv0, 'options.argv0');
  }
  return { file, args, options, callback };
}

/** Collects one output of a child, as text or bytes, up to maxBuffer. */
class Output {
  constructor(stream, encoding, maxBuffer, overflow) {
    this.chunks = [];
    this.length = 0;
    this.stream = stream;
    this.text = Boolean(encoding);
    if (!stream) return;
    if (encoding) stream.setEncoding(encoding);
    stream.on('data', (chunk) => {
      // Text counts in the characters of the encoding that the stream decodes to.
      const size = typeof chunk === 'string' ? Buffer.byteLength(chunk, stream.readableEncoding) : chunk.length;
      this.length += size;
      if (this.length > maxBuffer) {
        this.chunks.push(chunk.slice(0, maxBuffer - (this.length - size)));
        overflow();
      } else {
        this.chunks.push(chunk);
      }
    });
  }

  value() {
    // The caller may have set an encoding of its own.
    return this.text || !this.stream || this.stream.readableEncoding ? this.chunks.join('') : Buffer.concat(this.chunks);
  }
}

/** Runs a program and hands its output to callback(err, stdout, stderr). */
function execFile(file, args, options, callback) {
  ({ file, args, options, callback } = normalizeExecFileArguments(file, args, options, callback));
  options = { __proto__: null, encoding: 'utf8', timeout: 0, maxBuffer: MAX_BUFFER, killSignal: 'SIGTERM', cwd: null, env: null, shell: false, ...options };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  options.killSignal = sanitizeKillSignal(options.killSignal);
  const child = spawn(file, args, {
    __proto__: null,
    cwd: options.cwd,
    env: options.env,
    gid: options.gid,
    shell: options.shell,
    signal: options.signal,
    uid: options.uid,
    windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
  });
  const encoding = options.encoding && options.encoding !== 'buffer' && Buffer.isEncoding(options.encoding) ? options.encoding : null;
  let killed = false;
  let exited = false;
  let failure = null;
  let timer;

  const stdout = new Output(child.stdout, encoding, options.maxBuffer, () => overflow('stdout'));
  const stderr = new Output(child.stderr, encoding, options.maxBuffer, () => overflow('stderr'));

  function overflow(name) {
    failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name);
    kill();
  }

  function kill() {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (err) {
      if (!failure) failure = err;
      onExit();
    }
  }

  function onExit(code, signal) {
    if (exited) return;
    exited = true;
    clearTimeout(timer);
    if (!callback) return;
    const out = stdout.value();
    const err = stderr.value();
    if (!failure && code === 0 && signal === null) {
      callback(null, out, err);
      return;
    }
    const command = args?.length > 0 ? `${file} ${args.join(' ')}` : file;
    if (!failure) {
      failure = genericNodeError(`Command failed: ${command}\n${err}`, {
        code: code < 0 ? require('util').getSystemErrorName(code) : code,
        killed: child.killed || killed,
        signal,
      });
    }
    failure.cmd = command;
    callback(failure, out, err);
  }

  function onError(err) {
    failure = err;
    child.stdout?.destroy();
    child.stderr?.destroy();
    onExit();
  }

  if (options.timeout > 0) {
    timer = setTimeout(() => {
      kill();
      timer = null;
    }, options.timeout);
  }
  child.addListener('close', onExit);
  child.addListener('error', onError);
  return child;
}

function normalizeExecArguments(command, options, callback) {
  validateString(command, 'command');
  nullCheck(command, 'command');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === 'string' ? options.shell : true;
  return { file: command, options, callback };
}

/** Runs a command line in a shell. */
function exec(command, options, callback) {
  const normal = normalizeExecArguments(command, options, callback);
  return module.exports.execFile(normal.file, normal.options, normal.callback);
}

/** A promise of { stdout, stderr }; the child is its property. */
function promised(run) {
  return (...args) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.child = run(...args, (err, stdout, stderr) => {
      if (err === null) {
        resolve({ stdout, stderr });
        return;
      }
      err.stdout = stdout;
      err.stderr = stderr;
      reject(err);
    });
    return promise;
  };
}

Object.defineProperty(exec, promisify.custom, { __proto__: null, enumerable: false, value: assignFunctionName('exec', promised(exec)) });
Object.defineProperty(execFile, promisify.custom, { __proto__: null, enumerable: false, value: assignFunctionName('execFile', promised(execFile)) });

/** Starts this program again with another script, and a channel to talk over. */
function fork(modulePath, args = [], options) {
  modulePath = require('internal/fs/utils').getValidatedPath(modulePath, 'modulePath').toString();
  if (args === null || args === undefined) {
    args = [];
  } else if (typeof args === 'object' && !Array.isArray(args)) {
    options = args;
    args = [];
  } else if (!Array.isArray(args)) {
    throw new ERR_INVALID_ARG_TYPE('args', 'Array', args);
  }
  for (let i = 0; i < args.length; i++) nullCheck(args[i], `args[${i}]`);
  if (options !== undefined && options !== null) validateObject(options, 'options');
  options = { __proto__: null, ...options, shell: false };
  options.execPath ||= process.execPath;
  nullCheck(options.execPath, 'options.execPath');
  let execArgv = options.execArgv || process.execArgv;
  for (let i = 0; i < execArgv.length; i++) nullCheck(execArgv[i], `options.execArgv[${i}]`);
  if (execArgv === process.execArgv && process._eval !== undefined && process._eval !== null) {
    // The child runs a script, not the code that this process was given.
    const at = execArgv.lastIndexOf(process._eval);
    if (at > 0) {
      execArgv = execArgv.slice();
      execArgv.splice(at - 1, 2);
    }
  }
  args = [...execArgv, modulePath, ...args];
  options.stdio = stdioWithIpc(options);
  return spawn(options.execPath, args, options);
}

/** Connects this process, as a child, to its parent. */
function _forkChild(fd, serialization) {
  const { setUpChannel } = require('internal/child_process/channel');
  const control = setUpChannel(process, fd, serialization);
  const counts = (name) => name === 'message' || name === 'disconnect';
  process.on('newListener', (name) => {
    if (counts(name)) control.refCounted();
  });
  process.on('removeListener', (name) => {
    if (counts(name)) control.unrefCounted();
  });
}

/** Runs a program to its end and answers what it left. */
function spawnSync(file, args, options) {
  options = { __proto__: null, maxBuffer: MAX_BUFFER, ...normalizeSpawnArguments(file, args, options) };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  const killSignal = sanitizeKillSignal(options.killSignal) ?? convertToValidSignal('SIGTERM');
  const { stdio: entries } = normalizeStdio(options.stdio || 'pipe', true);
  const inputs = entries.map(() => '');
  if (options.input) {
    const bytes = inputBytes(options.input, 'options.stdio[0]');
    if (entries[0].type === 'pipe') inputs[0] = bytes; // else nobody would read it
  }
  for (let i = 0; i < entries.length; i++) {
    const given = options.stdio?.[i]?.input;
    if (given !== undefined && given !== null) inputs[i] = inputBytes(given, `options.stdio[${i}]`);
  }
  const maxBuffer = options.maxBuffer === Infinity || options.maxBuffer === null || options.maxBuffer === undefined ? 0 : options.maxBuffer;
  const [errno, pid, status, signal, outputs] = native.spawnSync(...nativeCommand(options, entries), inputs.slice(0, 1), options.timeout ?? 0, maxBuffer, killSignal);
  const result = errno ? { error: undefined } : {};
  Object.assign(result, { status, signal: signal ? signalName(signal) : null, output: outputs, pid });
  if (outputs && options.encoding && options.encoding !== 'buffer') {
    result.output = outputs.map((bytes) => (bytes ? bytes.toString(options.encoding) : bytes));
  }
  result.stdout = result.output?.[1];
  result.stderr = result.output?.[2];
  if (errno) {
    result.error = new ErrnoException(errno, `spawnSync ${options.file}`);
    result.error.path = options.file;
    result.error.spawnargs = options.args.slice(1);
  }
  return result;
}

function inputBytes(input, name) {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (typeof input === 'string') return Buffer.from(input);
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], input);
}

/** The Error for a run that failed, undefined for one that did not. */
function syncFailure(result, args, command) {
  if (result.error) {
    Object.assign(result.error, result);
    return result.error;
  }
  if (result.status === 0) return undefined;
  let message = `Command failed: ${command || args.join(' ')}`;
  if (result.stderr && result.stderr.length > 0) message += `\n${result.stderr.toString()}`;
  return genericNodeError(message, result);
}

function execFileSync(file, args, options) {
  ({ file, args, options } = normalizeExecFileArguments(file, args, options));
  const inheritStderr = !options.stdio;
  const result = spawnSync(file, args, options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const err = syncFailure(result, [options.argv0 || file, ...args], undefined);
  if (err) throw err;
  return result.stdout;
}

function execSync(command, options) {
  const normal = normalizeExecArguments(command, options, null);
  const inheritStderr = !normal.options.stdio;
  const result = spawnSync(normal.file, normal.options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const err = syncFailure(result, undefined, command);
  if (err) throw err;
  return result.stdout;
}

module.exports = { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
