'use strict';
const dgram = require('dgram');

function attempt(name, f) {
  try {
    console.log(name, f());
  } catch (error) {
    console.log(name, error.name, error.message, JSON.stringify(error));
  }
}
const fresh = () => dgram.createSocket('udp4');

const s = fresh();
attempt('address', () => s.address());
attempt('setTTL', () => s.setTTL(5));
attempt('setTTL', () => s.setTTL('5'));
attempt('setTTL', () => s.setTTL(0));
attempt('setBroadcast', () => s.setBroadcast(true));
attempt('getRecvBufferSize', () => s.getRecvBufferSize());
for (const size of [1, -1, 'a', 2 ** 31]) attempt(`setSendBufferSize ${size}`, () => s.setSendBufferSize(size));
attempt('queue', () => [s.getSendQueueSize(), s.getSendQueueCount()]);
attempt('interface', () => s.setMulticastInterface('0.0.0.0'));
attempt('interface', () => s.setMulticastInterface('x'));
for (const group of [undefined, '1.2.3.4', '256.1.1.1']) attempt(`join ${group}`, () => s.addMembership(group));
attempt('drop', () => s.dropMembership('224.0.0.115'));
attempt('source', () => s.addSourceSpecificMembership('1.1.1.1', 1));
attempt('source', () => s.addSourceSpecificMembership('1.1.1.1', '1.1.1.1'));
attempt('remoteAddress', () => s.remoteAddress());
attempt('disconnect', () => s.disconnect());
attempt('type', () => dgram.createSocket('x'));
for (const option of ['lookup', 'recvBufferSize', 'sendBufferSize', 'sendBlockList', 'receiveBlockList', 'signal']) {
  attempt(option, () => dgram.createSocket({ type: 'udp4', [option]: 'x' }));
}
attempt('bindSync', () => fresh().bindSync({ address: 'localhost' }));
attempt('bindSync', () => fresh().bindSync({ address: '1.2.3.4' }));
attempt('connectSync', () => fresh().connectSync(5, 'localhost'));
attempt('fd', () => fresh().bind({ fd: 999 }));
attempt('send', () => fresh().send(1, 1, 1, 1));
attempt('send', () => fresh().send('a', 0));
attempt('send', () => fresh().send([1], 5));
attempt('send', () => fresh().send('a', 5, 5));
attempt('send', () => fresh().send(Buffer.from('a'), 2, 5, 1, 'x'));
attempt('send', () => fresh().send(Buffer.from('a'), 0, 5, 1, 'x'));
attempt('sendto', () => fresh().sendto());
attempt('connect', () => fresh().connect(0));
attempt('connect', () => fresh().connect(1, 5));
s.close();
for (const method of ['close', 'address', 'bind', 'remoteAddress', 'bindSync']) attempt(method, () => s[method]());
attempt('send', () => s.send('a', 1));
console.log(Object.keys(dgram), Object.getOwnPropertyNames(dgram.Socket.prototype).sort());
