'use strict';
// process.stdin, stdout and stderr. Writing to files and pipes is synchronous, as in Node on POSIX systems.

const core = internalBinding('core');

// The binding has a hundred functions, which many programs do without.
const handleType = (fd) => internalBinding('fs').handleType(fd);

function ignoreDestroy(err, callback) {
  // The descriptors belong to the process. What pipes into stdout may end it; it stays usable.
  callback(err);
  this._undestroy();
  if (!this._writableState.emitClose) process.nextTick(() => this.emit('close'));
}

// What a Go program that the application runs in wants to have itself, or who forked it.
function writeToProgram(chunk, encoding, callback) {
  try {
    core.writeOutput(this.fd, chunk);
  } catch (err) {
    callback(err);
    return;
  }
  callback();
}

function createWritable(fd) {
  const type = core.hasOutput(fd) ? 'GO' : handleType(fd);
  let stream;
  switch (type) {
    case 'TTY':
      stream = new (require('tty').WriteStream)(fd);
      stream._type = 'tty';
      // The terminal's size may change at any time.
      process.on('SIGWINCH', () => stream._refreshSize());
      break;
    case 'FILE':
    case 'PIPE':
    case 'TCP': {
      const SyncWriteStream = require('internal/fs/sync_write_stream');
      stream = new SyncWriteStream(fd, { autoClose: false });
      stream._type = type === 'FILE' ? 'fs' : 'pipe';
      break;
    }
    case 'GO': {
      const SyncWriteStream = require('internal/fs/sync_write_stream');
      stream = new SyncWriteStream(fd, { autoClose: false });
      stream._type = 'pipe';
      stream._write = writeToProgram;
      break;
    }
    default: {
      // Whatever it is, or was before it was closed: what is written goes nowhere.
      const { Writable } = require('stream');
      stream = new Writable({ write(chunk, encoding, callback) { callback(); } });
    }
  }
  stream.fd = fd;
  stream._isStdio = true;
  stream.destroySoon = stream.destroy;
  stream._destroy = ignoreDestroy;
  return stream;
}

function createStdin() {
  const fd = 0;
  // Of several workers the first reads it; for the others it has ended.
  const own = core.stdio(fd); // a worker of cluster may have another than the process
  const type = core.hasInput() ? handleType(own) : 'UNKNOWN';
  let stdin;
  switch (type) {
    case 'TTY':
      stdin = new (require('tty').ReadStream)(own);
      break;
    case 'FILE':
      stdin = new (require('fs').ReadStream)(null, { fd: own, autoClose: false });
      break;
    case 'PIPE':
    case 'TCP': {
      const { PipeStream } = require('internal/pipe_stream');
      stdin = new PipeStream({ fd: own, readable: true, writable: type === 'TCP', keepOpen: true, manualStart: true });
      stdin._type = 'pipe';
      break;
    }
    default: {
      const { Readable } = require('stream');
      stdin = new Readable({ read() {} });
      stdin.push(null);
    }
  }
  stdin.fd = fd;
  if (stdin.readStop !== undefined) {
    // Until somebody reads, stdin takes nothing in and does not keep the process alive.
    stdin.readStop();
    stdin.on('pause', () => {
      if (!stdin._readableState.readableListening) stdin.readStop();
    });
  }
  return stdin;
}

/** Defines the three streams on process; each is made when it is first asked for. */
function setUpStdio() {
  const streams = { __proto__: null };
  const define = (name, create) => {
    const get = () => streams[name] ??= create();
    Object.defineProperty(process, name, { __proto__: null, configurable: true, enumerable: true, get });
  };
  define('stdout', () => createWritable(1));
  define('stderr', () => createWritable(2));
  define('stdin', createStdin);
  process.openStdin = () => {
    process.stdin.resume();
    return process.stdin;
  };
}

module.exports = { setUpStdio };
