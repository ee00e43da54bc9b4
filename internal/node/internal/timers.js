'use strict';
// Timers and immediates. The loop knows one timer; here is a list for every duration, in the order in which
// its timers were started, which is the order in which they end. A heap of the lists says which ends first.

const {
  getLibuvNow,
  immediateInfo,
  scheduleTimer,
  timerInfo,
  toggleImmediateRef,
  toggleTimerRef,
} = internalBinding('timers');
const L = require('internal/linkedlist');
const PriorityQueue = require('internal/priority_queue');
const asyncContext = require('internal/async_context');
const hooks = require('internal/async_hooks');
const { emitAfter, emitBefore, emitDestroy, emitInit, getDefaultTriggerAsyncId, newAsyncId } = hooks;
const { drain, kAsyncContextFrame, recover, runNextTicks } = require('internal/task_queues');

// The longest delay: 24.8 days.
const TIMEOUT_MAX = 2 ** 31 - 1;

// Fields of immediateInfo, which the loop reads.
const kCount = 0;
const kRefCount = 1;
const kHasOutstanding = 2;

const kTimeout = Symbol('timeout');
const kRefed = Symbol('refed');
// The timer's number was asked for: it can be cleared by it.
const kHasPrimitive = Symbol('kHasPrimitive');
const async_id_symbol = Symbol('asyncId');
const trigger_async_id_symbol = Symbol('triggerId');

// --- Lists ---

let nextExpiry = Infinity;
let timerListId = Number.MIN_SAFE_INTEGER;

class TimersList {
  constructor(expiry, msecs) {
    this._idleNext = this;
    this._idlePrev = this;
    this.expiry = expiry;
    this.id = timerListId++;
    this.msecs = msecs;
    this.priorityQueuePosition = null;
  }
}

function compareTimersLists(a, b) {
  const difference = a.expiry - b.expiry;
  if (difference !== 0) return difference;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function setPosition(list, position) {
  list.priorityQueuePosition = position;
}

const timerListQueue = new PriorityQueue(compareTimersLists, setPosition);
const timerListMap = new Map();
const knownTimersById = new Map();

// How many referenced timers there are; the loop lives on as long as there is one.
function incRefCount() {
  if (timerInfo[0]++ === 0) toggleTimerRef(true);
}

function decRefCount() {
  if (--timerInfo[0] === 0) toggleTimerRef(false);
}

// Starts a timer.
function insert(item, msecs, start = getLibuvNow()) {
  msecs = Math.trunc(msecs);
  item._idleStart = start;
  let list = timerListMap.get(msecs);
  if (list === undefined) {
    const expiry = start + msecs;
    list = new TimersList(expiry, msecs);
    timerListMap.set(msecs, list);
    timerListQueue.insert(list);
    if (nextExpiry > expiry) {
      scheduleTimer(msecs);
      nextExpiry = expiry;
    }
  }
  L.append(list, item);
}

function initAsyncResource(resource, type) {
  const asyncId = resource[async_id_symbol] = newAsyncId();
  const trigger = resource[trigger_async_id_symbol] = getDefaultTriggerAsyncId();
  resource[kAsyncContextFrame] = asyncContext.current();
  if (hooks.initHooksExist()) emitInit(asyncId, type, trigger, resource);
}

// --- Timeout ---

let warnedNegative = false;
let warnedNaN = false;

// A delay that cannot be is 1 ms, with a warning; 0 is 1 ms without one.
function checkedDelay(after) {
  if (after > TIMEOUT_MAX) {
    warnOfDelay(`${after} does not fit into a 32-bit signed integer.`, 'TimeoutOverflowWarning');
  } else if (after < 0 && !warnedNegative) {
    warnedNegative = true;
    warnOfDelay(`${after} is a negative number.`, 'TimeoutNegativeWarning');
  } else if (Number.isNaN(after) && !warnedNaN) {
    warnedNaN = true;
    warnOfDelay(`${after} is not a number.`, 'TimeoutNaNWarning');
  }
  return 1;
}

function warnOfDelay(problem, type) {
  process.emitWarning(`${problem}\nTimeout duration was set to 1.`, type);
}

class Timeout {
  constructor(callback, after, args, isRepeat, isRefed) {
    after = after === undefined ? 1 : after * 1;
    if (!(after >= 1 && after <= TIMEOUT_MAX)) after = checkedDelay(after);

    this._idleTimeout = after;
    this._idlePrev = this;
    this._idleNext = this;
    this._idleStart = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeat ? after : null;
    this._destroyed = false;

    if (isRefed) incRefCount();
    this[kRefed] = isRefed;
    this[kHasPrimitive] = false;
    initAsyncResource(this, 'Timeout');
  }

  // Starts it anew, without making another one.
  refresh() {
    restart(this, this[kRefed]);
    return this;
  }

  unref() {
    if (this[kRefed]) {
      this[kRefed] = false;
      if (!this._destroyed) decRefCount();
    }
    return this;
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (!this._destroyed) incRefCount();
    }
    return this;
  }

  hasRef() { return this[kRefed]; }

  close() {
    clearTimeout(this);
    return this;
  }

  // Flat: the list it is in leads to every other timer.
  [Symbol.for('nodejs.util.inspect.custom')](_, options) {
    const { inspect } = require('internal/util/inspect');
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }

  [Symbol.dispose]() { clearTimeout(this); }

  [Symbol.toPrimitive]() {
    const id = this[async_id_symbol];
    if (!this[kHasPrimitive]) {
      this[kHasPrimitive] = true;
      knownTimersById.set(`${id}`, this);
    }
    return id;
  }
}

function forgetPrimitive(item) {
  if (item[kHasPrimitive]) knownTimersById.delete(`${item[async_id_symbol]}`);
}

function restart(item, refed, start) {
  const msecs = item._idleTimeout;
  if (msecs < 0 || msecs === undefined) return;
  insert(item, msecs, start);

  const wasDestroyed = item._destroyed;
  if (wasDestroyed || !item[async_id_symbol]) {
    item._destroyed = false;
    initAsyncResource(item, 'Timeout');
  }
  if (wasDestroyed) {
    if (refed) incRefCount();
  } else if (refed === !item[kRefed]) {
    if (refed) incRefCount();
    else decRefCount();
  }
  item[kRefed] = refed;
}

// (Re)starts anything with _idleTimeout and _onTimeout.
function active(item) { restart(item, true); }

function unrefActive(item) { restart(item, false); }

// Stops a timer.
function unenroll(item) {
  if (item._destroyed) return;
  item._destroyed = true;
  forgetPrimitive(item);
  if (item[async_id_symbol] !== undefined && hooks.destroyHooksExist()) emitDestroy(item[async_id_symbol]);

  L.remove(item);

  // Lists of unreferenced timers are likely to be used again soon: they stay.
  if (item[kRefed]) {
    const list = timerListMap.get(Math.trunc(item._idleTimeout));
    if (list !== undefined && L.isEmpty(list)) {
      timerListQueue.removeAt(list.priorityQueuePosition);
      timerListMap.delete(list.msecs);
    }
    decRefCount();
  }

  item._onTimeout = undefined;
  item._timerArgs = undefined;
  item[kAsyncContextFrame] = undefined;
  // refresh() does not wake it up again.
  item._idleTimeout = -1;
}

function clearTimeout(timer) {
  if (timer?._onTimeout) {
    unenroll(timer);
    return;
  }
  if (typeof timer === 'number' || typeof timer === 'string') {
    const known = knownTimersById.get(`${timer}`);
    if (known !== undefined) unenroll(known);
  }
}

function setUnrefTimeout(callback, after) {
  if (typeof callback !== 'function') {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  }
  const timer = new Timeout(callback, after, undefined, false, false);
  insert(timer, timer._idleTimeout);
  return timer;
}

// A delay in milliseconds that an option gives: too long ones are cut.
function getTimerDuration(msecs, name) {
  const { validateNumber } = require('internal/validators');
  validateNumber(msecs, name);
  if (msecs < 0 || !Number.isFinite(msecs)) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_OUT_OF_RANGE(name, 'a non-negative finite number', msecs);
  }
  if (msecs > TIMEOUT_MAX) {
    process.emitWarning(`${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${TIMEOUT_MAX}.`,
      'TimeoutOverflowWarning');
    return TIMEOUT_MAX;
  }
  return msecs;
}

// --- Running timers ---

function runTimers(now) {
  nextExpiry = Infinity;
  let list;
  let ran = false;
  while ((list = timerListQueue.peek()) !== undefined) {
    if (list.expiry > now) {
      nextExpiry = list.expiry;
      // The callbacks may have taken their time.
      now = getLibuvNow();
      if (nextExpiry > now) return;
    }
    if (ran) runNextTicks();
    else ran = true;
    runList(list, now);
  }
}

function runList(list, now) {
  const { msecs } = list;
  let ran = false;
  let timer;
  while ((timer = L.peek(list)) !== null) {
    const elapsed = now - timer._idleStart;
    // Not yet: the list ends when this one does.
    if (elapsed < msecs) {
      list.expiry = Math.max(timer._idleStart + msecs, now + 1);
      list.id = timerListId++;
      timerListQueue.percolateDown(1);
      return;
    }
    if (ran) {
      runNextTicks();
      // They may have cleared it.
      if (timer !== L.peek(list)) continue;
    } else {
      ran = true;
    }
    L.remove(timer);
    runTimer(timer);
  }

  // Its callbacks may have started another list of this duration.
  if (list === timerListMap.get(msecs)) {
    timerListMap.delete(msecs);
    timerListQueue.removeAt(list.priorityQueuePosition);
  }
}

function runTimer(timer) {
  const asyncId = timer[async_id_symbol];
  if (!timer._onTimeout) {
    if (!timer._destroyed) finish(timer, asyncId);
    return;
  }

  emitBefore(asyncId, timer[trigger_async_id_symbol], timer);
  // An interval counts from when its callback began.
  let start;
  if (timer._repeat) start = getLibuvNow();
  asyncContext.set(timer[kAsyncContextFrame]);
  try {
    const args = timer._timerArgs;
    if (args === undefined) timer._onTimeout();
    else Reflect.apply(timer._onTimeout, timer, args);
  } finally {
    if (timer._repeat && timer._idleTimeout !== -1) {
      timer._idleTimeout = timer._repeat;
      insert(timer, timer._idleTimeout, start);
    } else if (!timer._idleNext && !timer._idlePrev && !timer._destroyed) {
      finish(timer, asyncId);
    }
  }
  // Not in `finally`: an exception is handled in the context that threw it.
  asyncContext.set(undefined);
  emitAfter(asyncId);
}

// The timer is over, unless somebody refreshes it.
function finish(timer, asyncId) {
  forgetPrimitive(timer);
  timer._destroyed = true;
  if (timer[kRefed]) decRefCount();
  if (hooks.destroyHooksExist()) emitDestroy(asyncId);
}

// Called by the loop when its timer is due. Returns when it should be called next: negative when no referenced
// timer is left, 0 when there is none at all. A callback that throws does not keep the others from running: the loop
// comes back with `again`.
function processTimers(now, again) {
  if (!again || !recover()) {
    runTimers(now);
    drain();
  }
  if (nextExpiry === Infinity) return 0;
  return timerInfo[0] > 0 ? nextExpiry : -nextExpiry;
}

// --- Immediates ---

class ImmediateList {
  head = null;
  tail = null;

  append(item) {
    if (this.tail !== null) {
      this.tail._idleNext = item;
      item._idlePrev = this.tail;
    } else {
      this.head = item;
    }
    this.tail = item;
  }

  remove(item) {
    if (item._idleNext) item._idleNext._idlePrev = item._idlePrev;
    if (item._idlePrev) item._idlePrev._idleNext = item._idleNext;
    if (item === this.head) this.head = item._idleNext;
    if (item === this.tail) this.tail = item._idlePrev;
    item._idleNext = null;
    item._idlePrev = null;
  }
}

const immediateQueue = new ImmediateList();
// What is left of a queue when a callback threw.
const outstandingQueue = new ImmediateList();

class Immediate {
  constructor(callback, args) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRefed] = false;
    initAsyncResource(this, 'Immediate');

    this.ref();
    immediateInfo[kCount]++;
    immediateQueue.append(this);
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (immediateInfo[kRefCount]++ === 0) toggleImmediateRef(true);
    }
    return this;
  }

  unref() {
    if (this[kRefed] === true) {
      this[kRefed] = false;
      if (--immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
    }
    return this;
  }

  hasRef() { return Boolean(this[kRefed]); }

  [Symbol.dispose]() { clearImmediate(this); }
}

function queueImmediate(callback, args) {
  return new Immediate(callback, args);
}

// It will not run, or runs now: the loop does not wait for it any more.
function uncount(immediate) {
  immediate._destroyed = true;
  immediateInfo[kCount]--;
  if (immediate[kRefed] && --immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
  immediate[kRefed] = null;
}

function clearImmediate(immediate) {
  if (!immediate?._onImmediate || immediate._destroyed) return;
  uncount(immediate);
  if (hooks.destroyHooksExist() && immediate[async_id_symbol] !== undefined) emitDestroy(immediate[async_id_symbol]);
  immediate._onImmediate = undefined;
  immediate._argv = undefined;
  immediate[kAsyncContextFrame] = undefined;
  immediateQueue.remove(immediate);
}

// What keeps the loop alive here: for process.getActiveResourcesInfo().
function activeResources() {
  return [...new Array(timerInfo[0]).fill('Timeout'), ...new Array(immediateInfo[kRefCount]).fill('Immediate')];
}

function runImmediates() {
  const queue = outstandingQueue.head !== null ? outstandingQueue : immediateQueue;
  let immediate = queue.head;
  // Immediates that are made meanwhile run in the next turn.
  if (queue !== outstandingQueue) {
    queue.head = null;
    queue.tail = null;
    immediateInfo[kHasOutstanding] = 1;
  }

  let previous;
  let ran = false;
  while (immediate !== null) {
    if (ran) runNextTicks();
    else ran = true;

    // The ticks may have cleared this one, and then only the one before knows the next.
    if (immediate._destroyed) {
      outstandingQueue.head = immediate = previous._idleNext;
      continue;
    }
    uncount(immediate);
    previous = immediate;

    const asyncId = immediate[async_id_symbol];
    emitBefore(asyncId, immediate[trigger_async_id_symbol], immediate);
    asyncContext.set(immediate[kAsyncContextFrame]);
    try {
      const args = immediate._argv;
      if (args === undefined) immediate._onImmediate();
      else immediate._onImmediate(...args);
    } finally {
      immediate._onImmediate = undefined;
      if (hooks.destroyHooksExist()) emitDestroy(asyncId);
      outstandingQueue.head = immediate = immediate._idleNext;
    }
    asyncContext.set(undefined);
    emitAfter(asyncId);
  }

  if (queue === outstandingQueue) outstandingQueue.head = null;
  immediateInfo[kHasOutstanding] = 0;
}

// Work of ours for the check phase: it comes before the application's, and hooks do not see it.
let early = [];

function queueBeforeImmediates(fn) {
  early.push(fn);
  immediateInfo[kCount]++;
  if (immediateInfo[kRefCount]++ === 0) toggleImmediateRef(true);
}

function runEarly() {
  const list = early;
  early = [];
  for (const fn of list) {
    immediateInfo[kCount]--;
    if (--immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
    fn();
  }
}

// How far processImmediate() is.
let stage;

// Called by the loop in its check phase, and with `again` after each exception.
function processImmediate(again) {
  if (again) {
    recover();
  } else {
    stage = 0;
    if (early.length > 0) runEarly();
  }
  switch (stage) {
    case 0: // what an exception cut off before comes first
      stage = 1;
      drain();
      // falls through
    case 1:
      stage = 2;
      runImmediates();
      // falls through
    case 2:
      while (immediateInfo[kHasOutstanding] !== 0) runImmediates();
      stage = 3;
      drain();
  }
}

module.exports = {
  activeResources,
  Immediate,
  TIMEOUT_MAX,
  Timeout,
  active,
  clearImmediate,
  clearTimeout,
  getTimerDuration,
  immediateInfoFields: { kCount, kRefCount, kHasOutstanding },
  insert,
  kRefed,
  kTimeout,
  processImmediate,
  processTimers,
  queueBeforeImmediates,
  queueImmediate,
  setUnrefTimeout,
  unrefActive,
};
