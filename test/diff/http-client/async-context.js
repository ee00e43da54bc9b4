'use strict';
// A connection that is used again runs a request's listeners in the request's context, not in that of the request before.
const http = require('http');
const { AsyncLocalStorage, AsyncResource, executionAsyncId } = require('async_hooks');

const storage = new AsyncLocalStorage();
const server = http.createServer((req, res) => {
  res.writeProcessing();
  res.write(req.url);
  res.end();
}).listen(0, '127.0.0.1', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path) => storage.run(path, () => new Promise((resolve) => {
    const say = (what) => console.log(path, what, storage.getStore());
    const req = http.request({ port: server.address().port, host: '127.0.0.1', path, agent }, (res) => {
      say('response');
      res.on('data', () => say('data')).on('end', () => say('end')).on('close', () => say('res close'));
      process.nextTick(() => say('tick'));
    });
    for (const name of ['information', 'socket', 'finish']) req.on(name, () => say(name));
    req.on('close', () => { say('close'); resolve(); });
    req.end();
  }));
  await Promise.all(['/a', '/b', '/c'].map(ask));
  await ask('/d');
  agent.destroy();
  server.close();
});
