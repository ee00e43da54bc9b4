'use strict';
// Sockets and servers sent with messages: they arrive in order, work there, and are gone here.
const { fork } = require('child_process');
const net = require('net');
const path = require('path');
const http = require('http');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const text = (socket) => new Promise((resolve) => { let all = ''; socket.on('data', (d) => { all += d; }).on('error', (e) => { all += e.code; }).on('close', () => resolve(all)); });

async function run(serialization) {
  const child = fork(path.join(__dirname, 'fixtures', 'takes-handles.js'), { serialization });
  const messages = [];
  child.on('message', (message) => messages.push(message));
  const said = async (what) => { while (!messages.some((m) => m.did === what)) await wait(5); };

  // A socket, and messages around it.
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    child.send({ n: 1 });
    child.send({ n: 2, take: 'socket' }, socket, (error) => console.log('sent', error));
    console.log('handle', socket._handle === null);
    console.log(child.send({ n: 3 }), child.send({ n: 4 }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write('hello');
  console.log('client', await text(client));
  await said('socket');
  await said('close');
  server.getConnections((error, n) => console.log('connections', error, n));
  await new Promise((resolve) => server.close(resolve));
  console.log('closed');

  // A server that listens here and there.
  const shared = net.createServer((socket) => socket.end('parent'));
  await new Promise((resolve) => shared.listen(0, '127.0.0.1', resolve));
  child.send({ n: 5, take: 'server' }, shared);
  await said('server');
  const { port } = shared.address();
  shared.close();
  console.log('client', await text(net.connect(port, '127.0.0.1')));

  // An HTTP server's listener, and one over a Unix socket.
  const web = http.createServer((req, res) => res.end('parent'));
  await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));
  child.send({ n: 6, take: 'http' }, web);
  await said('http');
  const webPort = web.address().port;
  web.close();
  console.log('http', await new Promise((resolve) => http.get({ port: webPort, host: '127.0.0.1', agent: false }, async (res) => { let all = ''; for await (const c of res) all += c; resolve(all); })));

  const unixPath = path.join(require('os').tmpdir(), `handles-${process.pid}.sock`);
  const unix = net.createServer({ pauseOnConnect: true }, (socket) => child.send({ n: 7, take: 'socket' }, socket));
  await new Promise((resolve) => unix.listen(unixPath, resolve));
  const local = net.connect(unixPath);
  local.write('over a path');
  console.log('unix', await text(local));

  for (const handle of [{}, 1, 'x', new (require('stream').Duplex)()]) {
    try { child.send({}, handle); console.log('no error'); } catch (error) { console.log(error.name, error.code, error.message); }
  }
  // A closed socket: the message goes alone.
  const gone = new net.Socket();
  child.send({ n: 8, take: 'nothing' }, gone);
  await said('nothing');
  unix.close();
  const exit = new Promise((resolve) => child.on('exit', resolve));
  await wait(50);
  child.disconnect();
  console.log('exit', await exit);
  // What a socket tells of its end comes when it likes.
  for (const m of messages.filter((m) => m.did !== 'close')) console.log(JSON.stringify(m));
}

(async () => {
  await run('json');
  await run('advanced');
})();
