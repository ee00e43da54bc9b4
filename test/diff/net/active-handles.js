'use strict';
// What keeps the process alive: the sockets and servers that process._getActiveHandles() and
// process.getActiveResourcesInfo() tell of.
const net = require('net');

const names = () => process.getActiveResourcesInfo().filter((name) => /^TCP/.test(name)).sort().join();
const has = (...objects) => objects.map((object) => process._getActiveHandles().includes(object)).join();

console.log(names());
const accepted = [];
const server = net.createServer((socket) => accepted.push(socket));
console.log(has(server));
server.listen(0, '127.0.0.1', () => {
  console.log(has(server), names());
  const client = net.connect(server.address().port, '127.0.0.1', () => {
    const both = setInterval(() => {
      if (accepted.length === 0) return;
      clearInterval(both);
      console.log(has(server, client, accepted[0]), names());
      client.unref();
      server.unref();
      console.log(has(server, client, accepted[0]), names());
      client.ref();
      client.destroy();
      accepted[0].on('close', () => {
        server.ref();
        console.log(has(server, accepted[0]));
        server.close(() => setTimeout(() => console.log(has(server, client, accepted[0]), names()), 20));
      });
      accepted[0].resume();
    }, 1);
  });
});
