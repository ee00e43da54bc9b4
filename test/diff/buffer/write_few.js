'use strict';
// Short text takes another way into a buffer than long text does.

function show(what, f) {
  const buffer = Buffer.alloc(40, '.');
  try {
    const written = f(buffer);
    console.log(what, written, buffer.latin1Slice());
  } catch (error) {
    console.log(what, error.name, error.code, error.message);
  }
}

const texts = ['', 'a', 'abc', 'x'.repeat(24), 'x'.repeat(25), 'ab\u00e9', 'ab\u00ff', 'ab\u0100c', 'a\ud83d\ude00', 'a\ud800', '\u0000\u007f\u0080'];
for (const text of texts) {
  for (const name of ['utf8', 'latin1', 'ascii', undefined]) {
    show(`${JSON.stringify(text)} ${name}`, (b) => b.write(text, name));
    show(`${JSON.stringify(text)} ${name} at 38`, (b) => b.write(text, 38, name));
    show(`${JSON.stringify(text)} ${name} 2 of it`, (b) => b.write(text, 1, 2, name));
  }
  for (const method of ['utf8Write', 'latin1Write', 'asciiWrite']) {
    show(`${method} ${JSON.stringify(text)}`, (b) => b[method](text));
    show(`${method} ${JSON.stringify(text)} 39`, (b) => b[method](text, 39));
    show(`${method} ${JSON.stringify(text)} 0, 1`, (b) => b[method](text, 0, 1));
    show(`${method} ${JSON.stringify(text)} behind`, (b) => b[method](text, 41));
    show(`${method} ${JSON.stringify(text)} too long`, (b) => b[method](text, 1, 40));
  }
}
for (const text of [1, null, undefined, {}]) show(`${text}`, (b) => b.utf8Write(text));
for (const offset of [null, undefined, 0]) show(`offset ${offset}`, (b) => b.utf8Write('abc', offset, 3));

// Other views.
const words = new Uint16Array(4);
console.log(Buffer.prototype.utf8Write.call(words, 'abc', 1, 3), words);
const bytes = new Uint8Array(4);
console.log(Buffer.prototype.utf8Write.call(bytes, 'abc', 1, 3), bytes);
const signed = new Int8Array(4);
console.log(Buffer.prototype.latin1Write.call(signed, 'a\u00e9', 1, 3), signed);
try {
  Buffer.prototype.utf8Write.call({ byteLength: 4 }, 'a', 0, 1);
} catch (error) {
  console.log(error.name, error.message);
}
