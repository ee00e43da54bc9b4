'use strict';
// The socket of a server connection: who listens to it, reads from it, writes to it, pauses it, ends it.
const http = require('http');
const net = require('net');
const { once } = require('events');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hideDate = (text) => text.replace(/Date: [^\r]*/g, 'Date: X');

async function part(label, options, handler, send, after) {
  console.log('==', label);
  const server = http.createServer(options, handler);
  server.on('clientError', options.clientError ?? (() => {}));
  if (!options.clientError) server.removeAllListeners('clientError');
  options.setup?.(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect(server.address().port, '127.0.0.1');
  let text = '';
  client.on('data', (chunk) => { text += chunk; });
  client.on('error', (error) => console.log('client error', error.code));
  const closed = new Promise((resolve) => client.on('close', resolve));
  await once(client, 'connect');
  for (const piece of [send].flat()) {
    if (typeof piece === 'function') await piece(client);
    else client.write(piece);
    await wait(30);
  }
  await wait(30);
  await after?.(client);
  client.end();
  await Promise.race([closed, wait(300)]);
  client.destroy();
  console.log(JSON.stringify(hideDate(text)));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const get = (path = '/', headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const post = (body, length = body.length) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`;

async function main() {
  await part('what is there', {}, (req, res) => {
    const { socket } = req;
    console.log(socket instanceof net.Socket, socket === res.socket, socket === req.connection, socket === req.client, socket.server instanceof http.Server, socket._httpMessage === res, socket.parser?.constructor?.name !== undefined);
    console.log(['data', 'end', 'close', 'error', 'timeout'].map((name) => socket.listenerCount(name) > 0).join());
    console.log(socket.readable, socket.writable, socket.destroyed, socket.allowHalfOpen, socket.readyState, socket.isPaused(), socket.readableFlowing, socket.encrypted, socket.timeout);
    res.end('x');
    res.on('close', () => setImmediate(() => console.log(res.socket, socket._httpMessage)));
  }, get());

  await part('its bytes', {}, (req, res) => {
    req.socket.on('data', (chunk) => console.log('data', JSON.stringify(String(chunk))));
    let body = '';
    req.on('data', (chunk) => { body += chunk; }).on('end', () => res.end(body));
  }, [post('abc', 9), 'def', 'ghi', get('/second')]);

  await part('its writes', {}, (req, res) => {
    const { socket } = req;
    if (!socket.patched) {
      socket.patched = true;
      const { write } = socket;
      socket.write = function(data, ...args) {
        console.log('write', JSON.stringify(hideDate(String(data))));
        return write.call(this, data, ...args);
      };
    }
    res.setHeader('X-A', 'b');
    if (req.url === '/chunks') {
      res.write('one');
      res.write('two');
      res.end();
    } else {
      res.end('text', () => console.log('ended', req.url));
    }
    res.on('finish', () => console.log('finish', req.url));
  }, [get('/text'), get('/chunks')]);

  await part('paused', {}, (req, res) => {
    req.socket.on('pause', () => console.log('pause')).on('resume', () => console.log('resume'));
    if (req.url === '/pause') {
      req.socket.pause();
      setTimeout(() => req.socket.resume(), 80);
    }
    console.log(req.url);
    res.end();
  }, [get('/pause'), get('/next')], () => wait(80));

  await part('ended by the handler', {}, (req, res) => {
    req.socket.on('close', (failed) => console.log('socket close', failed)).on('finish', () => console.log('socket finish'));
    res.on('finish', () => console.log('finish')).on('close', () => console.log('close', res.writableFinished));
    req.on('close', () => console.log('req close', req.destroyed, req.aborted));
    req.socket.end('HTTP/1.1 299 Mine\r\n\r\nraw');
  }, get());

  await part('destroyed by the handler', {}, (req, res) => {
    res.on('finish', () => console.log('finish')).on('close', () => console.log('close', res.writableFinished, res.destroyed));
    req.on('aborted', () => console.log('aborted')).on('error', (error) => console.log('error', error.code)).on('close', () => console.log('req close', req.destroyed));
    req.socket.on('close', (failed) => console.log('socket close', failed));
    req.socket.destroy();
    res.end('never', () => console.log('callback'));
    console.log(res.writableEnded, res.writableFinished);
  }, post('abc', 5));

  await part('the client leaves', {}, (req, res) => {
    res.on('finish', () => console.log('finish')).on('close', () => console.log('close', res.writableFinished));
    req.on('aborted', () => console.log('aborted')).on('error', (error) => console.log('error', error.code, error.message)).on('close', () => console.log('req close', req.aborted));
    res.write('begun', () => console.log('written'));
    setTimeout(() => console.log(res.write('more'), res.destroyed, res.writable, req.socket.destroyed), 80);
  }, [post('abc', 5), (client) => client.destroy()], () => wait(80));

  await part('the client ends its side', {}, (req, res) => {
    res.on('finish', () => console.log('finish')).on('close', () => console.log('close', res.writableFinished));
    req.on('end', () => console.log('end')).resume();
    req.socket.on('end', () => console.log('socket end'));
    setTimeout(() => res.end('late'), 20);
  }, [(client) => client.end(get())], () => wait(30));

  await part('the client ends its side, half open', { setup: (server) => { server.httpAllowHalfOpen = true; } }, (req, res) => {
    res.on('finish', () => console.log('finish'));
    setTimeout(() => res.end('late'), 20);
  }, [(client) => client.end(get())], () => wait(30));

  await part('errors for the socket', { setup: (server) => server.on('connection', (socket) => socket.on('error', (error) => console.log('socket error', error.code, error.message))) },
             () => {}, 'BAD\r\n\r\n');

  await part('clientError', { clientError: (error, socket) => {
    console.log(error.code, error.bytesParsed, error.rawPacket?.length, socket.writable, socket.bytesWritten);
    socket.end('HTTP/1.1 499 Mine\r\n\r\n');
  } }, (req, res) => res.end('first'), [get(), 'BAD\r\n\r\n']);

  await part('clientError again', { clientError: (error, socket) => {
    console.log(error.code, String(error.rawPacket), socket.destroyed);
    if (String(error.rawPacket) === '3') socket.destroy();
  } }, () => {}, ['1', '2', '3']);

  await part('an error behind an open request', {}, (req, res) => {
    setTimeout(() => res.end('late'), 20);
  }, get() + 'BAD\r\n\r\n', () => wait(30));

  await part('an error behind a begun answer', {}, (req, res) => {
    res.write('begun');
    setTimeout(() => res.end('late'), 20);
  }, [get(), 'BAD\r\n\r\n'], () => wait(30));

  await part('timeouts', { setup: (server) => server.setTimeout(20, () => console.log('server timeout')) }, (req, res) => {
    req.on('timeout', () => console.log('req timeout'));
    res.on('timeout', () => console.log('res timeout'));
    setTimeout(() => res.end('late'), 50);
  }, get(), () => wait(60));

  await part('timeout of the response', {}, (req, res) => {
    res.setTimeout(15, (socket) => {
      console.log('timeout', socket === req.socket);
      res.end('in time');
    });
  }, get(), () => wait(40));

  await part('upgrade', { setup: (server) => server.on('upgrade', (req, socket, head) => {
    console.log(req.upgrade, String(head), socket.listenerCount('data'), socket.readableFlowing, socket.parser, socket._httpMessage);
    socket.on('data', (text) => socket.write(String(text).toUpperCase()));
    socket.on('end', () => socket.end());
    socket.write('HTTP/1.1 101 Switching\r\n\r\n');
  }) }, () => {}, [get('/', 'Connection: upgrade\r\nUpgrade: x\r\n') + 'head', 'more']);

  await part('upgrade behind an open request', { setup: (server) => server.on('upgrade', (req, socket) => {
    console.log('upgrade', req.url);
    socket.end('raw');
  }) }, (req, res) => setTimeout(() => res.end('late'), 100), [get('/first'), get('/up', 'Connection: upgrade\r\nUpgrade: x\r\n')]);

  await part('limits', { setup: (server) => { server.maxRequestsPerSocket = 2; } },
             (req, res) => res.end(req.url), get('/1') + get('/2'));

  await part('no connections', { setup: (server) => { server.maxConnections = 0; server.on('drop', (data) => console.log('drop', data?.localAddress)); } },
             () => console.log('never'), get());
}

main();
