'use strict';

// Readable.prototype.pipe and unpipe.

const { prependListener } = require('internal/streams/legacy');
const { errorOrDestroy } = require('internal/streams/destroy');
const { MULTI_AWAIT_DRAIN } = require('internal/streams/readable-state');

/** One `source.pipe(dest)`: its listeners, so that all of them can be taken away together. */
class Pipe {
  constructor(source, dest) {
    this.source = source;
    this.dest = dest;
    this.cleanedUp = false;
    this.ondata = (chunk) => {
      // A destination that refuses the chunk by throwing (an object, say) fails itself, not the source's emitter.
      try {
        if (dest.write(chunk) === false) this.pause();
      } catch (error) {
        dest.destroy(error);
      }
    };
    this.ondrain = null; // Made when first needed: most pipes that are short never are.
    this.onend = () => dest.end();
    this.unpipe = () => source.unpipe(dest);
    this.onerror = (error) => this.failed(error);
    this.onclose = () => {
      dest.removeListener('finish', this.onfinish);
      this.unpipe();
    };
    this.onfinish = () => {
      dest.removeListener('close', this.onclose);
      this.unpipe();
    };
    this.onunpipe = (readable, info) => {
      if (readable !== source || info?.hasUnpiped !== false) return;
      info.hasUnpiped = true;
      this.cleanup();
    };
  }

  pause() {
    const { source, dest } = this;
    if (!this.cleanedUp) {
      // The destination may have unpiped itself within write().
      const state = source._readableState;
      if (state.pipes.length === 1 && state.pipes[0] === dest) {
        state.awaitDrainWriters = dest;
        state.bits &= ~MULTI_AWAIT_DRAIN;
      } else if (state.pipes.length > 1 && state.pipes.includes(dest)) {
        state.awaitDrainWriters.add(dest);
      }
      source.pause();
    }
    if (this.ondrain === null) {
      this.ondrain = () => drained(source, dest);
      dest.on('drain', this.ondrain);
    }
  }

  failed(error) {
    const { dest } = this;
    this.unpipe();
    dest.removeListener('error', this.onerror);
    if (dest.listenerCount('error') !== 0) return;
    const state = dest._writableState || dest._readableState;
    if (state && !state.errorEmitted) errorOrDestroy(dest, error); // A user's write() may have emitted it by hand.
    else dest.emit('error', error);
  }

  cleanup() {
    const { source, dest } = this;
    dest.removeListener('close', this.onclose);
    dest.removeListener('finish', this.onfinish);
    if (this.ondrain !== null) dest.removeListener('drain', this.ondrain);
    dest.removeListener('error', this.onerror);
    dest.removeListener('unpipe', this.onunpipe);
    source.removeListener('end', this.onend);
    source.removeListener('end', this.unpipe);
    source.removeListener('data', this.ondata);
    this.cleanedUp = true;
    // The source waits for a 'drain' that nobody listens for any more.
    if (this.ondrain !== null && source._readableState.awaitDrainWriters &&
        (!dest._writableState || dest._writableState.needDrain)) {
      this.ondrain();
    }
  }
}

function drained(source, dest) {
  const state = source._readableState;
  if (state.awaitDrainWriters === dest) state.awaitDrainWriters = null;
  else if ((state.bits & MULTI_AWAIT_DRAIN) !== 0) state.awaitDrainWriters.delete(dest);
  if ((!state.awaitDrainWriters || state.awaitDrainWriters.size === 0) && source.listenerCount('data')) {
    source.resume();
  }
}

function pipe(dest, options) {
  const state = this._readableState;
  if (state.pipes.length === 1 && (state.bits & MULTI_AWAIT_DRAIN) === 0) {
    state.bits |= MULTI_AWAIT_DRAIN;
    state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
  }
  state.pipes.push(dest);

  const p = new Pipe(this, dest);
  const doEnd = options?.end !== false && dest !== process.stdout && dest !== process.stderr;
  const atEnd = doEnd ? p.onend : p.unpipe;
  if (state.endEmitted) process.nextTick(atEnd);
  else this.once('end', atEnd);

  dest.on('unpipe', p.onunpipe);
  this.on('data', p.ondata);
  prependListener(dest, 'error', p.onerror);
  dest.once('close', p.onclose);
  dest.once('finish', p.onfinish);
  dest.emit('pipe', this);

  if (dest.writableNeedDrain === true) p.pause();
  else if (!state.flowing) this.resume();
  return dest;
}

function unpipe(dest) {
  const state = this._readableState;
  if (state.pipes.length === 0) return this;
  if (!dest) {
    const all = state.pipes;
    state.pipes = [];
    this.pause();
    for (let i = 0; i < all.length; i++) all[i].emit('unpipe', this, { hasUnpiped: false });
    return this;
  }
  const index = state.pipes.indexOf(dest);
  if (index === -1) return this;
  state.pipes.splice(index, 1);
  if (state.pipes.length === 0) this.pause();
  dest.emit('unpipe', this, { hasUnpiped: false });
  return this;
}

exports.install = function install(Readable) {
  Readable.prototype.pipe = pipe;
  Readable.prototype.unpipe = unpipe;
};
