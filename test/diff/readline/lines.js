'use strict';
// Lines out of streams, questions, and keys.
const readline = require('readline');
const { PassThrough, Readable } = require('stream');

(async () => {
  for (const chunks of [['a\nb\r\nc\rd'], ['a\r', '\nb'], ['a', 'b\n', '\n', 'c\n'], ['ü'.slice(0, 1), '\u2028x\u2029y'], [Buffer.from([0xc3]), Buffer.from([0xbc, 10])], ['']]) {
    const lines = [];
    const rl = readline.createInterface({ input: Readable.from(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)), { objectMode: false }) });
    rl.on('line', (line) => lines.push(line));
    await new Promise((resolve) => rl.on('close', resolve));
    console.log(JSON.stringify(lines));
  }
  const collected = [];
  for await (const line of readline.createInterface({ input: Readable.from(['1\n2\n3']) })) collected.push(line);
  console.log(collected);

  const input = new PassThrough();
  const output = new PassThrough();
  const rl = readline.createInterface({ input, output, prompt: '? ' });
  for (const event of ['line', 'pause', 'resume', 'close', 'history']) rl.on(event, (value) => console.log('event', event, value));
  rl.question('name: ', (answer) => {
    console.log('answer', answer);
    rl.prompt();
    rl.write('written\n');
    rl.pause();
    rl.resume();
    rl.close();
    try {
      rl.question('again', () => {});
    } catch (err) {
      console.log(err.code, err.message);
    }
  });
  const closed = new Promise((resolve) => rl.on('close', resolve));
  input.write('sluice\nmore\n');
  await closed;
  console.log(JSON.stringify(String(output.read())));
  const promises = require('readline/promises');
  const asked = new PassThrough();
  const rlp = promises.createInterface({ input: asked, output: new PassThrough() });
  setImmediate(() => asked.write('42\n'));
  console.log(await rlp.question('meaning? '));
  const controller = new AbortController();
  setImmediate(() => controller.abort('reason'));
  await rlp.question('x', { signal: controller.signal }).catch((err) => console.log(err.name, err.code, err.cause));
  rlp.close();

  const terminal = new PassThrough();
  const screen = new PassThrough();
  screen.columns = 40;
  const edit = readline.createInterface({ input: terminal, output: screen, terminal: true, history: ['older', 'old'] });
  edit.on('line', (line) => console.log('typed', JSON.stringify(line)));
  for (const keys of ['hello world', '\x01', 'X', '\x05', 'Y', '\x17', '\r', 'abc', '\x1b[D', '\x1b[D', '\x7f', '\x0b', '\n', '\x1b[A', '\r', '\x1b[A', '\x1b[A', '!', '\r', 'one two', '\x1bb', '\x1bd', '\x19', '\r', 'undo', '\x1f', '\r', 'tab\there\r']) {
    terminal.write(keys);
    await new Promise(setImmediate);
  }
  console.log(JSON.stringify(String(screen.read())), edit.line, edit.cursor, edit.history);
  edit.close();
  const written = [];
  const fake = { write(data, callback) { written.push(data); callback?.(); return true; } };
  console.log(readline.cursorTo(fake, 3), readline.cursorTo(fake, 3, 4), readline.moveCursor(fake, -1, 2), readline.clearLine(fake, 0), readline.clearLine(fake, -1), readline.clearScreenDown(fake), JSON.stringify(written));
  for (const call of [() => readline.cursorTo(fake, NaN), () => readline.cursorTo(fake, 'a', 1), () => readline.clearLine(fake, 0, 1), () => readline.createInterface({ input: new PassThrough(), completer: 1 }), () => readline.createInterface({ input: new PassThrough(), historySize: -1 })]) {
    try {
      console.log(call());
    } catch (err) {
      console.log(err.name, err.code, err.message);
    }
  }
})();
