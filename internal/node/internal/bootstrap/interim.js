'use strict';
// Stand-ins while their real builtins are being written; deleted before the first release.
const fs = {};
module.exports = {
  'events': () => { function EE() {} EE.prototype.on = () => {}; EE.prototype.emit = () => false; return EE; },
  'internal/task_queues': () => {
    const { runMicrotasks, enqueueMicrotask } = internalBinding('task_queue'); const q = [];
    return { nextTick(f, ...a) { q.push([f, a]); }, queueMicrotask: enqueueMicrotask, drain() { do { while (q.length) { const [f, a] = q.shift(); f(...a); } runMicrotasks(); } while (q.length); } };
  },
  'internal/process_exceptions': () => ({
    onUncaughtException(e) { internalBinding('interim').print('Uncaught ' + (e && e.stack || String(e)) + '\n'); internalBinding('core').exit(1); },
    emitExit() { return process.exitCode ?? 0; },
  }),
  'internal/timers': () => ({ processTimers() { return 0; }, processImmediate() {} }),
  'diagnostics_channel': () => ({ channel() { return { hasSubscribers: false }; } }),
  'internal/modules/run_main': () => ({ runMain() {
    const { print, readFile, compile } = internalBinding('interim');
    const cache = new Map();
    function load(path) {
      if (cache.has(path)) return cache.get(path).exports;
      const m = { exports: {}, filename: path }; cache.set(path, m);
      const dir = path.slice(0, path.lastIndexOf('/')) || '.';
      const req = (n) => n.startsWith('.') || n.startsWith('/') ? load(n.startsWith('/') ? n : resolve(dir + '/' + n)) : require(n);
      const src = readFile(path.endsWith('.js') ? path : path + '.js').replace(/^#!/, '//');
      if (path.endsWith('.json')) return m.exports = JSON.parse(src);
      (0, eval)('(function(exports,require,module,__filename,__dirname){' + src + '\n})\n//# sourceURL=' + path).call(m.exports, m.exports, req, m, path, dir);
      return m.exports;
    }
    function resolve(p) { const out = []; for (const s of p.split('/')) { if (s === '..') out.pop(); else if (s !== '.') out.push(s); } return out.join('/'); }
    load(internalBinding('interim').absolute(process.argv[1]));
  } }),
};
