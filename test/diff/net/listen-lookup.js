'use strict';
// listen() asks dns.lookup() for every host, also where the answer is known: who puts another function in is asked.

const net = require('net');

function listen(host, done) {
  const server = net.createServer();
  const order = [];
  server.on('listening', () => {
    order.push('listening');
    console.log(host, server.address().address, server.address().family, order.join(' '));
    server.close(done);
  });
  server.on('error', (error) => {
    console.log(host, error.code, error.message.replace(/:\d+$/, ''));
    done();
  });
  server.listen({ port: 0, host });
  process.nextTick(() => order.push('tick'));
  setImmediate(() => order.push('immediate'));
}

const hosts = ['127.0.0.1', '0.0.0.0', '127.0.0.2', '192.0.2.1', '::ffff:127.0.0.1'];
let patched = false;

function next() {
  const host = hosts.shift();
  if (host !== undefined) {
    listen(host, next);
    return;
  }
  if (patched) return;
  patched = true;
  const dns = require('dns');
  const { lookup } = dns;
  dns.lookup = (host, options, callback) => {
    console.log('asked', host, options.all);
    lookup('127.0.0.3', options, callback);
  };
  hosts.push('127.0.0.1', 'example.invalid');
  next();
}

next();
