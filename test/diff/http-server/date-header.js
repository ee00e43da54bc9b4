'use strict';
// The Date header is what toUTCString() makes of the time.

const http = require('http');

const before = Math.floor(Date.now() / 1000) * 1000;
const server = http.createServer((req, res) => res.end());
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (res) => {
    const { date } = res.headers;
    const time = Date.parse(date);
    console.log(new Date(time).toUTCString() === date, time >= before && time <= Date.now());
    res.resume();
    server.close();
  });
});
