'use strict';
// Compressed bytes are not compared (compressors differ): what is read back is, with errors, sizes and the order of things.
const zlib = require('zlib');
const log = (...args) => console.log(...args);
const text = 'a man, a plan, a canal: panama. '.repeat(500);
const err = (e) => `${e.name} ${e.code} ${e.errno} ${e.message}`;
const pairs = [['deflate', 'inflate'], ['gzip', 'gunzip'], ['deflateRaw', 'inflateRaw'], ['gzip', 'unzip'], ['deflate', 'unzip'], ['brotliCompress', 'brotliDecompress'], ['zstdCompress', 'zstdDecompress']];

// Streams made by zlib itself, with a fixed Huffman block, stored blocks, and several members.
const known = {
  gunzip: ['H4sIAAAAAAAAA0tMHFgAAIw2K/GAAAAA', 'H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAAfiwgAAAAAAAADS0lNAwB/0XLNAwAAAA=='],
  inflate: ['eJxLTEoGAAJNASc=', 'eAEBAwD8/2FiYwJNASc='],
  inflateRaw: ['S0xKBgA='],
  brotliDecompress: ['G38A+CXCIrFAIAM=', 'iwGAYWJjAw=='],
  zstdDecompress: ['KLUv/SADGQAAYWJj'],
};
for (const name of Object.keys(known)) for (const b of known[name]) {
  try { log(name, zlib[`${name}Sync`](Buffer.from(b, 'base64')).length); } catch (e) { log(name, err(e)); }
}

for (const [pack, unpack] of pairs) {
  const packed = zlib[`${pack}Sync`](text);
  log(pack, packed.length < 1000, zlib[`${unpack}Sync`](packed).toString() === text, zlib[`${unpack}Sync`](zlib[`${pack}Sync`]('')).length);
  for (const bad of [packed.subarray(0, packed.length - 3), Buffer.from('not compressed at all'), Buffer.alloc(0)]) {
    try { log(unpack, zlib[`${unpack}Sync`](bad).length); } catch (e) { log(unpack, err(e)); }
  }
  try { zlib[`${unpack}Sync`](packed, { maxOutputLength: 100 }); } catch (e) { log(err(e)); }
  log(zlib[`${unpack}Sync`](packed, { maxOutputLength: 16000 }).length);
}
for (const level of [0, 1, 6, 9]) for (const windowBits of [9, 15]) for (const strategy of [0, 1, 2, 3, 4]) {
  const out = zlib.inflateSync(zlib.deflateSync(text, { level, windowBits, strategy, memLevel: 1 }), { windowBits: 15 });
  if (out.toString() !== text) log('broken', level, windowBits, strategy);
}
const dictionary = Buffer.from('a canal: panama. a man, a plan,');
const small = zlib.deflateSync(text, { dictionary });
log(zlib.inflateSync(small, { dictionary }).toString() === text);
for (const o of [undefined, { dictionary: Buffer.from('other') }]) try { zlib.inflateSync(small, o); } catch (e) { log(err(e)); }
const members = Buffer.concat([zlib.gzipSync('one'), zlib.gzipSync('two'), Buffer.alloc(3)]);
log(zlib.gunzipSync(members).toString(), zlib.unzipSync(members).toString());
for (const o of [undefined, { rejectGarbageAfterEnd: true }]) {
  try { log(zlib.gunzipSync(Buffer.concat([zlib.gzipSync('x'), Buffer.from('\0garbage')]), o).toString()); } catch (e) { log(err(e)); }
  try { log(zlib.inflateSync(Buffer.concat([zlib.deflateSync('x'), Buffer.from('garbage')]), o).toString()); } catch (e) { log(err(e)); }
}
const info = zlib.gzipSync('abc', { info: true });
log(Buffer.isBuffer(info.buffer), info.engine.constructor.name, info.engine.bytesWritten);
log(zlib.crc32('hello'), zlib.crc32(Buffer.from('lo'), zlib.crc32('hel')), zlib.crc32('', 7));

for (const bad of [() => zlib.gzipSync(), () => zlib.gzipSync(5), () => zlib.gzip('a'), () => zlib.createGzip({ level: 10 }), () => zlib.createGzip({ level: 'x' }), () => zlib.createGzip({ windowBits: 8 }),
                   () => zlib.createDeflate({ memLevel: 10 }), () => zlib.createDeflate({ strategy: 9 }), () => zlib.createDeflate({ chunkSize: 1 }), () => zlib.createInflate({ dictionary: 'x' }), () => zlib.createGzip({ flush: 9 }),
                   () => zlib.createBrotliCompress({ params: { 99: 1 } }), () => zlib.createBrotliCompress({ params: { 1: 'x' } }), () => zlib.createZstdCompress({ params: { 100: 99 } }), () => zlib.crc32(5), () => zlib.crc32('', -1)]) {
  try { bad(); log('no error', String(bad)); } catch (e) { log(err(e)); }
}

(async () => {
  const { promisify } = require('util');
  const { pipeline } = require('stream/promises');
  const { Readable } = require('stream');
  log((await promisify(zlib.gunzip)(await promisify(zlib.gzip)(text))).toString() === text);
  await promisify(zlib.inflate)('bad').catch((e) => log(err(e)));
  for (const [pack, unpack] of pairs) {
    const Pack = `create${pack[0].toUpperCase()}${pack.slice(1)}`;
    const Unpack = `create${unpack[0].toUpperCase()}${unpack.slice(1)}`;
    let out = '';
    const p = zlib[Pack]({ chunkSize: 64 });
    const u = zlib[Unpack]({ chunkSize: 64 });
    await pipeline(Readable.from(text.match(/[^]{1,700}/g)), p, u, async (it) => { for await (const c of it) out += c; });
    log(Pack, out === text, p.bytesWritten, p.destroyed, u._handle === null);
  }
  const events = [];
  const g = zlib.createGzip();
  const un = zlib.createGunzip();
  un.on('data', (d) => events.push(`data ${d}`)).on('end', () => events.push('end'));
  g.on('data', (d) => un.write(d)).on('end', () => { events.push('g end'); un.end(); });
  for (const piece of ['one', 'two']) {
    g.write(piece, () => events.push(`written ${piece}`));
    await new Promise((resolve) => g.flush(() => { events.push('flushed'); resolve(); }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => g.params(0, 0, resolve));
  g.end('three', () => events.push('ended'));
  await new Promise((resolve) => un.on('close', resolve));
  log(events);
  const closed = zlib.createDeflate();
  closed.close(() => log('closed', closed.destroyed));
  try { closed.reset(); } catch (e) { log(e.code); }
  closed.on('error', (e) => log(e.code));
  closed.write('x', (e) => log('write', e.code));
  const broken = zlib.createGunzip();
  broken.on('error', (e) => log(err(e), broken.destroyed)).on('close', () => log('close'));
  broken.write('something invalid');
})();
