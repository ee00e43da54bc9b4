'use strict';
// Datagrams between two sockets: contents, order, who is said to have sent them, and when callbacks come.
const dgram = require('dgram');

const server = dgram.createSocket('udp4');
const client = dgram.createSocket('udp4');
let left = 5;
server.on('message', (data, rinfo) => {
  console.log(String(data), rinfo.address, rinfo.family, rinfo.port === client.address().port, rinfo.size);
  process.nextTick(() => console.log('tick'));
  if (--left > 0) return;
  server.close(() => console.log('server closed'));
  client.disconnect();
  client.close(() => console.log('client closed'));
});
server.bind(0, '127.0.0.1', () => {
  const { port, address, family } = server.address();
  console.log(address, family);
  const sent = (error, n) => console.log('sent', error, n);
  client.send('one', port, sent);
  client.send(['a', Buffer.from('b'), new Uint8Array([99])], port, '127.0.0.1', sent);
  client.send('offsets', 3, 2, port, sent);
  client.once('listening', () => {
    console.log('client listens');
    client.connect(port, '127.0.0.1', () => {
      console.log('connected', client.remoteAddress().port === port);
      try {
        client.send('x', port);
      } catch (error) {
        console.log(error.code);
      }
      client.send('', sent);
      client.send('connected', sent);
    });
  });
});
