'use strict';
// Web streams, and the ways between them and Node's streams.
const { Readable, Writable, Duplex, PassThrough, isDisturbed, isErrored, isReadable, finished } = require('stream');
const consumers = require('stream/consumers');
const log = (...args) => console.log(...args);
const message = (e) => `${e?.name} ${e?.code} ${e?.message}`;

(async () => {
  const rs = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); log(c.desiredSize); c.close(); } }, new CountQueuingStrategy({ highWaterMark: 3 }));
  log(rs.locked, isDisturbed(rs), isReadable(rs));
  const [x, y] = rs.tee();
  for await (const c of x) log('x', c);
  log(await consumers.text(y), rs.locked, isDisturbed(rs));

  let pulls = 0;
  const pulled = new ReadableStream({ pull(c) { log('pull', pulls); c.enqueue(pulls++); if (pulls === 3) c.close(); }, cancel(r) { log('cancel', r); } }, { highWaterMark: 0 });
  const reader = pulled.getReader();
  log(await reader.read(), await reader.read());
  reader.releaseLock();
  try { await reader.read(); } catch (e) { log(message(e)); }
  await reader.closed.catch((e) => log(message(e)));
  await pulled.cancel('bored');
  log(await pulled.getReader().read());

  const written = [];
  const ws = new WritableStream({ write(c) { written.push(c); }, close() { written.push('close'); }, abort(r) { written.push('abort ' + r); } }, { highWaterMark: 2 });
  const w = ws.getWriter();
  log(w.desiredSize); w.write(1); log(w.desiredSize); w.write(2); log(w.desiredSize);
  await w.ready; await w.close(); log(written);
  await w.write(3).catch((e) => log(message(e)));
  try { ws.getWriter(); } catch (e) { log(message(e)); }
  const aborted = new WritableStream({ abort(r) { log('abort', r); } });
  await aborted.abort('why'); await aborted.getWriter().closed.catch((e) => log('closed', e));

  const upper = new TransformStream({ transform(c, ctl) { ctl.enqueue(c.toUpperCase()); }, flush(ctl) { ctl.enqueue('!'); } });
  log(await consumers.text(ReadableStream.from(['p', 'q']).pipeThrough(upper)));
  await ReadableStream.from([1, 2]).pipeTo(new WritableStream({ write(c) { if (c === 2) throw new Error('full'); } })).catch((e) => log('pipeTo', e.message));
  const ac = new AbortController();
  const p = new ReadableStream({ cancel(r) { log('cancelled', r.name); } }).pipeTo(new WritableStream({ abort(r) { log('aborted', r.name); } }), { signal: ac.signal });
  ac.abort(); await p.catch((e) => log(e.name));

  const bytes = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 8, pull(c) { const v = c.byobRequest.view; v[0] = 7; v[1] = 8; c.byobRequest.respond(2); } });
  const byob = bytes.getReader({ mode: 'byob' });
  log(await byob.read(new Uint8Array(4))); log(await byob.read(new Uint16Array(1))); byob.releaseLock();
  log(await bytes.getReader().read());

  log(await consumers.text(Readable.toWeb(Readable.from(['n', 'o', 'd', 'e']))));
  log(await consumers.buffer(Readable.fromWeb(ReadableStream.from([Buffer.from('web')]))));
  const sink = []; const nodeW = new Writable({ write(c, e, cb) { sink.push(String(c)); cb(); } });
  const webW = Writable.toWeb(nodeW).getWriter(); await webW.write('x'); await webW.close(); log(sink, nodeW.writableFinished);
  const fromWeb = Writable.fromWeb(new WritableStream({ write(c) { log('from web', Buffer.from(c).toString()); }, close() { log('web closed'); } }));
  fromWeb.end('bytes'); await new Promise((r) => fromWeb.on('finish', r));
  const pair = Duplex.toWeb(new PassThrough());
  const pw = pair.writable.getWriter(); pw.write(Buffer.from('through')); pw.close(); log(await consumers.text(pair.readable));
  const broken = Readable.fromWeb(new ReadableStream({ start(c) { c.error(new Error('bad web')); } }));
  await consumers.text(broken).catch((e) => log(e.message));
  const errored = new ReadableStream({ start(c) { c.error(new Error('e')); } });
  log(isErrored(errored), isReadable(errored));
  finished(errored, (e) => log('finished', e.message));

  log(await consumers.text(ReadableStream.from(['gz']).pipeThrough(new TextEncoderStream()).pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip')).pipeThrough(new TextDecoderStream())));
  log(await consumers.json(Readable.from(['{"a":', '1}'])));
  for (const bad of [() => new ReadableStream({ type: 'x' }), () => new ReadableStream({}, { highWaterMark: -1 }), () => new ReadableStream({ type: 'bytes' }, { size() {} }), () => new WritableStream({ type: 'x' }),
                     () => new ReadableStreamDefaultController(), () => new CountQueuingStrategy(), () => new CountQueuingStrategy({}), () => ReadableStream.from(5), () => new ReadableStream().pipeThrough({}), () => new ReadableStream().getReader({ mode: 'byob' }),
                     () => new CompressionStream('x'), () => new TransformStream({ readableType: 'x' })]) {
    try { bad(); log('no error', String(bad)); } catch (e) { log(message(e)); }
  }
  log(Object.prototype.toString.call(rs), rs, new CountQueuingStrategy({ highWaterMark: 1 }));
})();
