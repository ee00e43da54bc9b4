'use strict';
// The async context frame: what AsyncLocalStorage has stored, carried by V8 through promises
// and by our queues (ticks, timers, immediates, native callbacks) through everything else.
//
// A frame is a flat array [storage, value, storage, value, …], never changed once made, or undefined when it is empty.

const {
  getContinuationPreservedEmbedderData,
  setContinuationPreservedEmbedderData,
} = internalBinding('async_context');

// Programs without AsyncLocalStorage do not pay for it: until the first frame is set there is none.
let used = false;

// The current frame.
function current() {
  return used ? getContinuationPreservedEmbedderData() : undefined;
}

function set(frame) {
  if (!used) {
    if (frame === undefined) return;
    used = true;
  }
  setContinuationPreservedEmbedderData(frame);
}

// Sets a frame and returns the one before.
function exchange(frame) {
  if (!used && frame === undefined) return undefined;
  const prior = getContinuationPreservedEmbedderData();
  set(frame);
  return prior;
}

// The frame with one more value.
function extend(frame, storage, value) {
  if (frame === undefined) return [storage, value];
  const next = frame.slice();
  const at = indexOf(frame, storage);
  if (at === -1) next.push(storage, value);
  else next[at + 1] = value;
  return next;
}

// The frame without a storage.
function without(frame, storage) {
  const at = frame === undefined ? -1 : indexOf(frame, storage);
  if (at === -1) return frame;
  if (frame.length === 2) return undefined;
  const next = frame.slice();
  next.splice(at, 2);
  return next;
}

// Where a storage is in a frame; its value is the next one.
function indexOf(frame, storage) {
  for (let i = 0; i < frame.length; i += 2) {
    if (frame[i] === storage) return i;
  }
  return -1;
}

module.exports = { current, exchange, extend, indexOf, set, without };
