'use strict';
// A client that sends request after request and does not read: the server stops reading when the high-water mark is
// reached, keeps no more than that and the answers to one read, and goes on when the client reads.
const http = require('http');
const net = require('net');

const request = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const oneRead = 64 * 1024;

async function settled(value) {
  for (let before = -1, same = 0; same < 5; before = value()) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    same = value() === before ? same + 1 : 0;
  }
}

async function run(label, { options, size, count, answer = (res, text) => res.end(text) }) {
  const body = 'x'.repeat(size);
  const mark = options.highWaterMark ?? oneRead;
  let seen = 0;
  const server = http.createServer(options, (req, res) => {
    answer(res, `#${seen++};${body}`);
  });
  let socket;
  server.on('connection', (s) => { socket = s; });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = net.connect(server.address().port, '127.0.0.1');
  await new Promise((resolve) => client.on('connect', resolve));
  client.pause();
  client.write(request.repeat(count));
  await settled(() => seen);
  const most = mark + (oneRead / request.length + 1) * (size + 200);
  console.log(label, 'waits:', seen < count, 'keeps little:', socket.writableLength <= most);

  let answers = 0;
  let order = true;
  client.setEncoding('latin1');
  await new Promise((resolve) => {
    let text = '';
    client.on('data', (data) => {
      text += data;
      const parts = text.split('HTTP/1.1 200 OK\r\n');
      // The last one may still be arriving.
      text = parts.pop();
      for (const part of parts) if (part !== '') order &&= part.includes(`#${answers++};`);
      if (answers === count - 1) resolve();
    });
    client.resume();
  });
  await settled(() => answers);
  console.log(label, 'all seen:', seen === count, 'all answered:', answers >= count - 1, 'in order:', order, 'left:', socket.writableLength);
  client.destroy();
  server.close();
  await new Promise((resolve) => server.on('close', resolve));
}

(async () => {
  await run('answers of 1 KiB', { options: {}, size: 1024, count: 15_000 });
  await run('small answers', { options: {}, size: 10, count: 60_000 });
  await run('a low mark', { options: { highWaterMark: 1024 }, size: 4096, count: 4_000 });
  await run('in pieces', { options: {}, size: 600, count: 15_000, answer: (res, text) => { res.write(text); res.end('.'); } });
})();
