'use strict';
// What a client writes before it knows the server reaches nobody that it does not trust.
const fs = require('fs');
const https = require('https');
const path = require('path');
const tls = require('tls');
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));
const own = { key: at('server-key.pem'), cert: at('server.pem') };

function raw(name, options, act) {
  return new Promise((resolve) => {
    let got = '';
    const server = tls.createServer(own, (socket) => {
      socket.setEncoding('latin1').on('data', (text) => { got += text; });
      socket.on('error', () => {});
      socket.on('end', () => socket.end());
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1', () => {
      const socket = tls.connect({ port: server.address().port, host: '127.0.0.1', ...options });
      let error;
      socket.on('error', (e) => { error = e; });
      socket.on('close', () => server.close(() => {
        console.log(name, '|', error?.code, '|', JSON.stringify(got));
        resolve();
      }));
      socket.resume();
      act(socket);
    });
  });
}

function request(name, options) {
  return new Promise((resolve) => {
    let served = 0;
    const server = https.createServer(own, (req, res) => {
      served++;
      res.end('x');
    });
    server.listen(0, '127.0.0.1', () => {
      const req = https.request({ port: server.address().port, host: '127.0.0.1', method: 'POST', agent: false, ...options }, (res) => {
        res.resume().on('end', () => done(res.statusCode));
      });
      const done = (what) => {
        server.close(() => {
          console.log(name, '|', what, '|', served);
          resolve();
        });
      };
      req.on('error', (error) => done(error.code));
      req.end('secret');
    });
  });
}

const speak = (socket) => socket.end('secret');
(async () => {
  await raw('unknown', {}, speak);
  await raw('wrong name', { ca: at('ca.pem'), servername: 'other.test' }, speak);
  await raw('own check', { ca: at('ca.pem'), checkServerIdentity: () => new Error('no') }, speak);
  await raw('trusted', { ca: at('ca.pem') }, speak);
  await raw('not asked', { rejectUnauthorized: false }, speak);
  await raw('written when secure', { ca: at('ca.pem') }, (socket) => socket.on('secureConnect', () => speak(socket)));
  await request('request, unknown', {});
  await request('request, wrong name', { ca: at('ca.pem'), servername: 'other.test' });
  await request('request, trusted', { ca: at('ca.pem') });
})();
