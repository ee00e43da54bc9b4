'use strict';
// The order of events, callbacks and ticks in the life of streams.
const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, addAbortSignal } = require('stream');

const log = (...args) => console.log(...args);
function watch(name, stream, events = ['readable', 'end', 'close', 'error', 'finish', 'prefinish', 'drain', 'pipe', 'unpipe', 'pause', 'resume']) {
  for (const event of events) stream.on(event, (value) => log(name, event, value instanceof Error ? value.message : ''));
  return stream;
}
const next = () => new Promise((resolve) => setTimeout(resolve, 5));

const cases = {
  async readableFlowing() {
    const r = watch('r', new Readable({ read() {} }), ['end', 'close', 'pause', 'resume']);
    r.on('data', (d) => log('data', String(d)));
    r.push('a');
    log('pushed', r.readableFlowing, r.readableLength);
    process.nextTick(() => { log('tick', r.push('b')); r.pause(); r.push('c'); log(r.isPaused(), r.readableLength); });
    setImmediate(() => { r.resume(); r.push(null); });
  },
  async readablePull() {
    let n = 0;
    const r = watch('r', new Readable({ highWaterMark: 4, read(size) { log('read', size); this.push(n < 3 ? `${n++}x` : null); } }), ['end', 'close']);
    r.on('readable', () => { let c; while ((c = r.read(3)) !== null) log('got', String(c)); log('rest', r.readableLength); });
  },
  async writableBackpressure() {
    const w = watch('w', new Writable({ highWaterMark: 3, write(chunk, enc, cb) { log('write', String(chunk), enc); setImmediate(cb); } }), ['drain', 'finish', 'close', 'prefinish']);
    log(w.write('ab'), w.write('cd'), w.writableLength, w.writableNeedDrain);
    w.write('ef', () => log('cb ef'));
    w.end('gh', () => log('end cb'));
    log(w.writableEnded, w.writableFinished, w.writable);
  },
  async writev() {
    const w = new Writable({ writev(chunks, cb) { log(chunks.map((c) => `${c.chunk}:${c.encoding}`), chunks.allBuffers); cb(); } });
    w.cork(); w.write('a'); w.write(Buffer.from('b')); w.write('c', 'latin1', () => log('c done')); w.uncork();
    w.cork(); w.cork(); w.write('d'); w.uncork(); log('corked', w.writableCorked); w.end('e');
    w.on('finish', () => log('finish'));
  },
  async writeErrors() {
    const w = watch('w', new Writable({ write(chunk, enc, cb) { cb(new Error('no ' + chunk)); } }), ['error', 'close', 'finish']);
    w.write('a', (e) => log('cb a', e.message));
    w.write('b', (e) => log('cb b', e.message));
    w.end((e) => log('end', e && e.message));
    await next();
    w.write('c', (e) => log('cb c', e.code));
    log(w.destroyed, w.errored.message, w.writable);
  },
  async destroyOrder() {
    const d = watch('d', new Duplex({
      read() {}, write(c, e, cb) { cb(); },
      destroy(err, cb) { log('_destroy', err && err.message); process.nextTick(cb, err); },
    }), ['error', 'close', 'end', 'finish']);
    d.write('x', () => log('written'));
    d.destroy(new Error('gone'));
    d.destroy(new Error('again'));
    log(d.destroyed, d.closed, d.push('y'));
  },
  async construct() {
    const w = watch('w', new Writable({ construct(cb) { log('construct'); setTimeout(cb, 1); }, write(c, e, cb) { log('write', String(c)); cb(); }, final(cb) { log('final'); cb(); } }), ['finish', 'close']);
    w.write('early'); w.end();
    log('ended');
  },
  async transform() {
    const t = watch('t', new Transform({
      transform(chunk, enc, cb) { this.push(String(chunk).toUpperCase()); cb(null, '.'); },
      flush(cb) { log('flush'); cb(null, '!'); },
    }), ['end', 'finish', 'close', 'prefinish']);
    t.setEncoding('utf8');
    t.on('data', (d) => log('data', d));
    t.write('ab'); t.end('cd');
  },
  async pipes() {
    const src = new Readable({ read() {} });
    const a = watch('a', new PassThrough({ highWaterMark: 2 }), ['pipe', 'unpipe', 'drain', 'finish']);
    const b = watch('b', new PassThrough(), ['pipe', 'unpipe', 'finish', 'end']);
    src.pipe(a); src.pipe(b);
    b.on('data', (d) => log('b data', String(d)));
    src.push('one'); src.push('two');
    await next();
    log('a holds', a.readableLength, src.isPaused());
    a.on('data', (d) => log('a data', String(d)));
    await next();
    src.unpipe(b); src.push('three'); src.push(null);
    await next();
    log(b.writableEnded);
  },
  async pipelines() {
    const source = Readable.from(['a', 'b', 'c']);
    await new Promise((resolve) => pipeline(source, async function* (it) { for await (const x of it) yield x + x; },
      new Writable({ objectMode: true, write(c, e, cb) { log('sink', c); cb(c === 'bb' ? new Error('enough') : null); } }),
      (err) => { log('pipeline', err && err.message, source.destroyed); resolve(); }));
    log(await require('stream/promises').pipeline(['1', '2'], async (it) => { let s = ''; for await (const x of it) s += x; return s; }));
    const ac = new AbortController();
    const p = require('stream/promises').pipeline(new Readable({ read() {} }), new PassThrough(), { signal: ac.signal });
    ac.abort();
    await p.catch((e) => log(e.name, e.code));
  },
  async finishedWays() {
    const r = new Readable({ read() {} });
    finished(r, (e) => log('finished', e.code));
    r.destroy();
    const w = new Writable({ write(c, e, cb) { cb(); } });
    finished(w, (e) => log('finished w', e));
    w.end();
    await next();
    finished(w, (e) => log('late', e));
    const s = addAbortSignal(AbortSignal.timeout(2), new Readable({ read() {} }));
    s.on('error', (e) => log(e.name, e.cause && e.cause.name));
    await new Promise((resolve) => s.on('close', resolve));
  },
  async iterators() {
    const r = Readable.from([1, 2, 3, 4, 5, 6]);
    log(await r.filter((x) => x % 2).map(async (x) => x * 10, { concurrency: 2 }).take(2).toArray());
    log(r.destroyed);
    log(await Readable.from([3, 1, 2]).reduce((a, b) => a + b, 10), await Readable.from([1, 2]).some((x) => x > 1),
        await Readable.from([[1, 2], [3]]).flatMap((x) => x).toArray(), await Readable.from('text').toArray());
    for await (const x of Readable.from([1, 2, 3])) { log(x); if (x === 2) break; }
    const bad = new Readable({ read() { this.destroy(new Error('broken')); } });
    try { for await (const x of bad) log(x); } catch (e) { log('caught', e.message); }
    await Readable.from([1]).forEach((x) => log('each', x));
    try { await Readable.from([]).reduce((a) => a); } catch (e) { log(e.name, e.code, e.message); }
  },
};

(async () => {
  for (const name of Object.keys(cases)) {
    log(`== ${name}`);
    await cases[name]();
    await next();
    await next();
  }
})();
