'use strict';
// The first JavaScript that runs in an isolate: it makes the loader of builtin
// modules, the process object and the globals, connects the loop's phases to
// JavaScript, and starts the main script.
// `require` and `process` are not there yet: this file makes them.

const { compileBuiltin, setHook, setRequire, takeCall } = internalBinding('runtime');
const core = internalBinding('core');
const { events, takeValue } = internalBinding('turn');

// --- Builtin modules -------------------------------------------------------

const ids = new Set(core.builtinIds().split('\n'));
const cache = new Map();
const processObject = {};

class BuiltinModule {
  // Own from the start: an application may put setters of these names on Object.prototype.
  exports = {};
  loaded = false;

  constructor(id) {
    this.id = id;
  }
}

function requireBuiltin(name) {
  let m = cache.get(name);
  if (m !== undefined) return m.exports;
  let id = name;
  if (!ids.has(id)) {
    if (id.startsWith('node:')) return requireBuiltin(id.slice(5));
    id = `internal/deps/${name}`;
    if (!ids.has(id)) throw new Error(`No such built-in module: ${name}`);
  }
  m = new BuiltinModule(id);
  cache.set(name, m);
  try {
    compileBuiltin(id)(m.exports, requireBuiltin, m, processObject, internalBinding);
    m.loaded = true;
  } finally { // not `catch`: who reports the exception wants to know where it was thrown
    if (!m.loaded) cache.delete(name);
  }
  return m.exports;
}

requireBuiltin.ids = ids;
requireBuiltin.cache = cache;
setRequire(requireBuiltin);

// --- process ---------------------------------------------------------------

const options = core.options();

function makeProcess() {
  const EventEmitter = requireBuiltin('events');
  // As in Node: process is an instance of a constructor named process, above EventEmitter.
  const proto = Object.create(EventEmitter.prototype, {
    constructor: { value: function process() {}, enumerable: false, writable: true, configurable: true },
  });
  proto.constructor.prototype = proto;
  Object.defineProperty(processObject, Symbol.toStringTag, { value: 'process', writable: true, enumerable: false, configurable: false });
  Object.setPrototypeOf(processObject, proto);
  EventEmitter.call(processObject);
}

requireBuiltin('internal/options').setOptions?.(options);
makeProcess();
const process_ = processObject;
process_.execPath = options.execPath;
process_.argv0 = options.argv0;
process_.execArgv = options.execArgv;
process_.argv = options.script === '' ? [options.execPath, ...options.args] : [options.execPath, options.script, ...options.args];

const taskQueues = requireBuiltin('internal/task_queues');
process_.nextTick = taskQueues.nextTick;
const { drain, recover } = taskQueues;
const exceptions = requireBuiltin('internal/process_exceptions');

// --- The loop's phases -----------------------------------------------------

// handlers[kind](i, heads): handles one event of a turn, whose integers start at events[i].
const handlers = [];

// A native operation completed: call the function that was passed to it.
handlers[1] = function onCall(i) {
  const fn = takeCall(events[i], events[i + 1], events[i + 2] !== 0);
  if (fn !== undefined) Reflect.apply(fn, undefined, takeValue(events[i + 3]));
};

requireBuiltin.onEvent = function onEvent(name, handler) {
  handlers[core.eventKind(name)] = handler;
};

const { setContinuationPreservedEmbedderData } = internalBinding('async_context');

// The event of the turn that comes next.
let position = 0;

setHook(0, function turn(heads, n, again) {
  if (!again) position = 0;
  else if (!recover()) drain(); // the event that threw is done
  while (position < n) {
    const i = position;
    position = i + events[i + 1];
    handlers[events[i]](i + 2, heads);
    setContinuationPreservedEmbedderData(undefined);
    drain();
  }
});

const timers = requireBuiltin('internal/timers');
setHook(1, timers.processTimers);
setHook(2, timers.processImmediate);

setHook(3, function event(name, again) {
  if (again) {
    if (!recover()) drain();
    return;
  }
  if (name === 'beforeExit') {
    process_.emit('beforeExit', process_.exitCode ?? 0);
  } else if (name === 'exit') {
    cache.get('internal/modules/run_main')?.exports.onLoopEnd?.();
    const code = exceptions.emitExit();
    internalBinding('task_queue').runMicrotasks();
    return code;
  }
  // 'tasks': V8 ran finalizers; what they left is run now.
  drain();
});

setHook(4, exceptions.onExceptionInLoop);

// --- Globals and the main script -------------------------------------------

internalBinding('runtime').setBufferPrototype(requireBuiltin('buffer').Buffer.prototype);
requireBuiltin('process');
requireBuiltin('internal/bootstrap/globals');

// For performance.nodeTiming.bootstrapComplete.
const clock = internalBinding('performance');
clock.loop[5] = clock.started + clock.now();

requireBuiltin('internal/bootstrap/main');
drain();
