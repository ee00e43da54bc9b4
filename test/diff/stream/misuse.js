'use strict';
// What wrong arguments and wrong use give.
const stream = require('stream');
const { Readable, Writable, Duplex, Transform, PassThrough } = stream;
const tryIt = (name, fn) => { try { const r = fn(); console.log(name, '=>', r === undefined ? 'undefined' : typeof r === 'object' && r ? r.constructor.name : r); } catch (e) { console.log(name, '!', e.name, e.code, e.message); } };
const quiet = (s) => s.on('error', (e) => console.log('  emitted', e.name, e.code, e.message));

tryIt('hwm', () => new Readable({ highWaterMark: -1 }));
tryIt('hwm text', () => new Writable({ highWaterMark: 'x' }));
tryIt('duplex hwm', () => new Duplex({ readableHighWaterMark: NaN }));
tryIt('encoding', () => new Readable({ defaultEncoding: 'nope' }));
tryIt('setDefaultEncoding', () => new Writable().setDefaultEncoding('nope'));
tryIt('write null', () => new Writable({ write() {} }).write(null));
tryIt('write number', () => new Writable({ write() {} }).write(1));
tryIt('write encoding', () => new Writable({ write() {} }).write('a', 'nope'));
tryIt('push number', () => quiet(new Readable({ read() {} })).push(1));
tryIt('no _read', () => { quiet(new Readable()).read(); });
tryIt('no _write', () => quiet(new Writable()).write('a'));
tryIt('no _transform', () => quiet(new Transform()).write('a'));
tryIt('push after eof', () => { const r = quiet(new Readable({ read() {} })); r.push(null); return r.push('a'); });
tryIt('unshift after end', () => { const r = quiet(new Readable({ read() {} })); r.push(null); r.resume(); r.on('end', () => r.unshift('x')); });
tryIt('write after end', () => { const w = quiet(new Writable({ write(c, e, cb) { cb(); } })); w.end(); return w.write('a', (e) => console.log('  cb', e.code)); });
tryIt('end twice', () => { const w = new Writable({ write(c, e, cb) { cb(); } }); w.end(); w.on('finish', () => w.end((e) => console.log('  again', e.code))); });
tryIt('callback twice', () => { quiet(new Writable({ write(c, e, cb) { cb(); cb(); } })).write('a'); });
tryIt('pipe of writable', () => quiet(new Writable()).pipe());
tryIt('from number', () => Readable.from(5));
tryIt('from null value', () => { quiet(Readable.from([1, null])).resume(); });
tryIt('duplex from', () => Duplex.from(5));
tryIt('compose none', () => stream.compose());
tryIt('compose unwritable', () => stream.compose(new PassThrough(), new Readable({ read() {} })));
tryIt('pipeline one', () => stream.pipeline(new PassThrough(), () => {}));
tryIt('pipeline no callback', () => stream.pipeline(new PassThrough(), new PassThrough()));
tryIt('finished', () => stream.finished({}, () => {}));
tryIt('finished no callback', () => stream.finished(new PassThrough()));
tryIt('addAbortSignal', () => stream.addAbortSignal({}, new PassThrough()));
tryIt('addAbortSignal stream', () => stream.addAbortSignal(new AbortController().signal, {}));
tryIt('setDefaultHighWaterMark', () => stream.setDefaultHighWaterMark(false, 1.5));
tryIt('map', () => Readable.from([]).map(5));
tryIt('map concurrency', () => Readable.from([]).map((x) => x, { concurrency: 0 }));
tryIt('take', () => Readable.from([]).take(-1));
tryIt('read too much', () => new Readable({ read() {} }).read(2 ** 31));
tryIt('iterator options', () => new Readable({ read() {} }).iterator(5));
tryIt('without new', () => [Readable(), Writable(), Duplex(), Transform(), PassThrough()].every((s) => s instanceof stream.Stream));
tryIt('instanceof', () => new Duplex() instanceof Writable && !(new Readable() instanceof Writable));
console.log(Object.keys(stream).join(), stream.getDefaultHighWaterMark(false), stream.getDefaultHighWaterMark(true));
for (const C of ['Readable', 'Writable', 'Duplex', 'Transform', 'PassThrough']) {
  console.log(C, stream[C].name, stream[C].length, Object.keys(stream[C].prototype).sort().join());
}
