'use strict';
// Order of events and contents of streams over files.
const fs = require('fs');
const { pipeline } = require('stream/promises');
const { describe } = require('./_tools');

const log = (name, stream) => {
  for (const event of ['open', 'ready', 'data', 'end', 'finish', 'close', 'error']) {
    stream.on(event, (value) => console.log(name, event, event === 'open' ? typeof value : event === 'data' ? value.toString() : value instanceof Error ? describe(value) : ''));
  }
  return new Promise((resolve) => stream.on('close', resolve));
};

(async () => {
  fs.writeFileSync('file', '0123456789');
  await log('whole', fs.createReadStream('file'));
  await log('range', fs.createReadStream('file', { start: 2, end: 5, encoding: 'utf8' }));
  await log('small', fs.createReadStream('file', { highWaterMark: 4 }));
  await log('missing', fs.createReadStream('nope'));
  await log('directory', fs.createReadStream('.'));
  await log('past', fs.createReadStream('file', { start: 20 }));
  const fd = fs.openSync('file');
  const kept = fs.createReadStream(null, { fd, autoClose: false, start: 8 });
  kept.on('data', (data) => console.log('kept', data.toString()));
  await new Promise((resolve) => kept.on('end', resolve));
  console.log('still open', fs.fstatSync(fd).size, kept.destroyed, kept.pending, kept.bytesRead);
  fs.closeSync(fd);

  const writer = fs.createWriteStream('out');
  const done = log('writer', writer);
  console.log(writer.write('one '), writer.pending, writer.path, writer.bytesWritten);
  writer.write(Buffer.from('two '));
  writer.end('three');
  await done;
  console.log(fs.readFileSync('out', 'utf8'), writer.bytesWritten);
  const patch = fs.createWriteStream('out', { flags: 'r+', start: 4 });
  patch.end('TWO');
  await log('patch', patch);
  console.log(fs.readFileSync('out', 'utf8'));
  await log('unwritable', fs.createWriteStream('nope/x'));
  const flushed = fs.createWriteStream('out2', { flush: true, encoding: 'hex' });
  flushed.end('616263');
  await log('flushed', flushed);
  console.log(fs.readFileSync('out2', 'utf8'));
  await pipeline(fs.createReadStream('file'), fs.createWriteStream('copy'));
  console.log(fs.readFileSync('copy', 'utf8'));
  const handle = await fs.promises.open('file');
  let text = '';
  for await (const chunk of handle.createReadStream({ encoding: 'utf8' })) text += chunk;
  console.log(text, handle.fd);
  const destroyed = fs.createReadStream('file');
  destroyed.destroy(new Error('stopped'));
  await log('destroyed', destroyed);
})();
