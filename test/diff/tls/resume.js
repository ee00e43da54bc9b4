'use strict';
// A session that is resumed: who says what, and no other ticket. (TLS 1.2: in TLS 1.3 the number of tickets differs.)
const fs = require('fs');
const path = require('path');
const tls = require('tls');
const { SSL_OP_NO_TICKET } = require('crypto').constants;
const at = (name) => fs.readFileSync(path.join(__dirname, '../../testdata/tls', name));

function run(name, options, version) {
  return new Promise((resolve) => {
    const log = [];
    const kept = new Map();
    const server = tls.createServer({ key: at('server-key.pem'), cert: at('server.pem'), ...options }, (socket) => {
      log.push(`server reused ${socket.isSessionReused()}`);
      socket.on('error', () => {});
      socket.end('x');
    });
    if (options.secureOptions) {
      server.on('newSession', (id, data, done) => {
        log.push(`newSession ${id.length}`);
        kept.set(id.toString('hex'), data);
        done();
      });
      server.on('resumeSession', (id, done) => {
        log.push(`resumeSession ${kept.has(id.toString('hex'))}`);
        done(null, kept.get(id.toString('hex')) ?? null);
      });
    }
    let left = 2;
    let session;
    const next = () => {
      if (left-- === 0) {
        server.close(() => {
          console.log(name, log.sort());
          resolve();
        });
        return;
      }
      const socket = tls.connect({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false, session, maxVersion: version });
      let sessions = 0;
      socket.on('session', (made) => {
        sessions++;
        session = made;
      });
      socket.on('secureConnect', () => log.push(`client reused ${socket.isSessionReused()}`));
      socket.on('error', (error) => log.push(error.code));
      socket.on('close', () => {
        log.push(`sessions ${sessions > 0}`);
        next();
      });
      socket.resume();
    };
    server.listen(0, '127.0.0.1', next);
  });
}

(async () => {
  await run('tickets', {}, 'TLSv1.2');
  await run('tickets 1.3', {}, 'TLSv1.3');
  await run('kept by the program', { secureOptions: SSL_OP_NO_TICKET }, 'TLSv1.2');
})();
