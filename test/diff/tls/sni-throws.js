'use strict';
// A question of a handshake whose answer throws, fails or is nonsense: that connection ends, and the server goes on.
const fs = require('fs');
const path = require('path');
const tls = require('tls');

const file = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));
const credentials = { key: file('server-key.pem'), cert: file('server.pem') };

const answers = {
  'throws.example': () => { throw new RangeError('thrown'); },
  'throws-later.example': (callback) => { callback(null, tls.createSecureContext(credentials)); throw new RangeError('thrown behind the answer'); },
  'fails.example': (callback) => callback(new RangeError('failed')),
  'nonsense.example': (callback) => callback(null, {}),
  'nothing.example': (callback) => callback(null, null),
  'twice.example': (callback) => { callback(null, tls.createSecureContext(credentials)); callback(null, null); },
  'late.example': (callback) => setTimeout(callback, 5, null, tls.createSecureContext(credentials)),
};

const server = tls.createServer({
  ...credentials,
  SNICallback(name, callback) { answers[name](callback); },
}, (socket) => {
  console.log('server: secure', socket.servername);
  socket.on('error', () => {});
  socket.end('ok');
});
server.on('tlsClientError', (error) => console.log('server:', error.name, error.code, error.message.replace(/^.*:SSL routines:/, '')));

process.on('uncaughtException', (error) => console.log('uncaught', error.name, error.message));

function ask(servername) {
  return new Promise((resolve) => {
    let text = '';
    let failed = false;
    const client = tls.connect({ port: server.address().port, host: '127.0.0.1', servername, rejectUnauthorized: false });
    client.on('data', (data) => { text += data; });
    client.on('error', () => { failed = true; });
    client.on('close', () => {
      console.log(servername, failed ? 'failed' : text);
      setTimeout(resolve, 20);
    });
  });
}

server.listen(0, '127.0.0.1', async () => {
  for (const name of Object.keys(answers)) await ask(name);
  server.close();
});
