'use strict';
// 10,000 requests through one agent of ten connections: counts what each of them gets.
const http = require('http');

const total = 10_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
const outcomes = new Array(total).fill(0);
const counts = { answers: 0, errors: 0, closes: 0, mostSockets: 0 };
const codes = {};
let over = 0;

function outcome(i, kind, error) {
  outcomes[i]++;
  counts[kind]++;
  if (error) codes[error.code] = (codes[error.code] ?? 0) + 1;
}

for (let i = 0; i < total; i++) {
  const post = i % 3 === 0;
  const req = http.request({ host: '127.0.0.1', port: process.env.BASE, agent, path: `/${i}`, method: post ? 'POST' : 'GET' });
  req.on('error', (error) => outcome(i, 'errors', error));
  req.on('response', (res) => {
    let text = '';
    res.on('data', (chunk) => { text += chunk; });
    res.on('error', (error) => outcome(i, 'errors', error));
    res.on('end', () => { if (text !== 'the whole') throw new Error(`request ${i} got ${text}`); outcome(i, 'answers'); });
  });
  req.on('socket', () => { counts.mostSockets = Math.max(counts.mostSockets, Object.values(agent.sockets).flat().length); });
  req.on('close', () => { counts.closes++; if (++over === total) setTimeout(finish, 50); });
  if (post) req.write('some body');
  req.end();
}

function finish() {
  const left = Object.values(agent.sockets).flat().length;
  const waiting = Object.values(agent.requests).flat().length;
  const free = Object.values(agent.freeSockets).flat().length;
  console.log(JSON.stringify({
    ...counts, codes, sum: counts.answers + counts.errors, once: outcomes.every((n) => n === 1), left, waiting, unaccounted: agent.totalSocketCount - free,
  }));
  agent.destroy();
  // The program ends by itself: nothing is left over.
}
