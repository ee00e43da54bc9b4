'use strict';
const { base, ca, steps } = require('./lib');
const WebSocket = require('ws');
const net = require('net');
const tls = require('tls');

const url = base.replace('http', 'ws');
const open = (path, protocols, options) => {
  const ws = new WebSocket(url + path, protocols, { ca, ...options });
  return ws;
};
const once = (ws, name) => new Promise((resolve, reject) => {
  ws.once(name, (...args) => resolve(args));
  if (name !== 'error') ws.once('error', reject);
});
const closed = (ws) => new Promise((resolve) => { const seen = []; for (const e of ['open', 'error', 'upgrade', 'close']) ws.on(e, (...a) => { seen.push([e, ...(e === 'close' ? [a[0], a[1].toString()] : e === 'error' ? [a[0].code, a[0].message] : [])]); if (e === 'close') resolve(seen); }); });
const talk = async (path, messages, options) => {
  const ws = open(path, [], options);
  await once(ws, 'open');
  const got = [];
  for (const m of messages) { ws.send(m); const [data, binary] = await once(ws, 'message'); got.push([binary ? data : data.toString(), binary]); }
  ws.close(1000, 'done');
  got.push(await once(ws, 'close').then(([code, reason]) => [code, reason.toString()]));
  return got;
};

steps({
  'echo': () => talk('/echo', ['text é €', Buffer.from([1, 2, 3]), '', 'x'.repeat(70_000)]),
  'compressed': () => talk('/packed', ['a'.repeat(10_000), 'b'.repeat(10_000), Buffer.alloc(100_000, 7), 'short']),
  'not compressed': () => talk('/packed', ['a'.repeat(10_000)], { perMessageDeflate: false }),
  'large': () => talk('/echo', [Buffer.alloc(4_000_000, 'x')]),
  'head': async () => { const ws = open('/echo?greet', ['chat', 'other'], { headers: { 'X-Name': 'Ann' } }); const [[res], , [m]] = await Promise.all([once(ws, 'upgrade'), once(ws, 'open'), once(ws, 'message')]); const out = [res.statusCode, Object.keys(res.headers), ws.protocol, ws.extensions, m.toString()]; ws.close(); await once(ws, 'close'); return out; },
  'message in the same packet as the head': () => new Promise((resolve, reject) => {
    // The request and the first frame in one write: the frame is the server's `head`.
    const port = +new URL(base).port;
    const socket = ca ? tls.connect({ port, host: '127.0.0.1', ca }) : net.connect(port, '127.0.0.1');
    socket.on('error', reject);
    let got = '';
    socket.on(ca ? 'secureConnect' : 'connect', () => socket.write(Buffer.concat([Buffer.from('GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'), Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])])));
    socket.on('data', (d) => { got += d.toString('latin1'); if (got.endsWith('hi')) { socket.destroy(); resolve(got); } });
  }),
  'many messages': async () => { const ws = open('/echo'); await once(ws, 'open'); const got = []; const all = new Promise((r) => ws.on('message', (d) => { got.push(+d); if (got.length === 500) r(); })); for (let i = 0; i < 500; i++) ws.send(String(i)); await all; ws.close(); await once(ws, 'close'); return got.every((n, i) => n === i); },
  'ping': async () => { const ws = open('/echo'); await once(ws, 'open'); ws.ping('are you there'); const [data] = await once(ws, 'pong'); ws.close(); await once(ws, 'close'); return data.toString(); },
  'room': async () => { const all = [1, 2, 3].map(() => open('/room')); await Promise.all(all.map((ws) => once(ws, 'open'))); const got = Promise.all(all.map((ws) => once(ws, 'message'))); all[0].send('to all'); const texts = (await got).map(([d]) => d.toString()); await Promise.all(all.map((ws) => { ws.close(); return once(ws, 'close'); })); return texts; },
  'stream': async () => { const ws = open('/echo'); const d = WebSocket.createWebSocketStream(ws, { encoding: 'utf8' }); d.write('streamed'); const text = await new Promise((r) => d.once('data', r)); d.end(); await new Promise((r) => d.once('close', r)); return text; },
  'closed with a code': () => closed(open('/closing?how=code')),
  'terminated': () => closed(open('/closing?how=terminate')),
  'garbage': () => closed(open('/closing?how=garbage')),
  'large answer': async () => { const ws = open('/closing?how=large'); const [data] = await once(ws, 'message'); ws.terminate(); await once(ws, 'close'); return data; },
  'too large': async () => { const ws = open('/echo', [], { perMessageDeflate: false }); await once(ws, 'open'); ws.send(Buffer.alloc(6_000_000)); return once(ws, 'close').then(([code]) => code); },
  'too large for the client': () => closed(open('/closing?how=large', [], { maxPayload: 1000 })),
  'refused': () => closed(open('/nowhere')),
  'refused, answer seen': () => new Promise((resolve) => { const ws = open('/nowhere'); ws.on('error', () => {}); ws.on('unexpected-response', (req, res) => { let t = ''; res.on('data', (c) => { t += c; }); res.on('end', () => resolve([res.statusCode, t])); }); }),
  'nobody there': () => closed(new WebSocket('ws://127.0.0.1:1/')),
  'abandoned': async () => { const ws = open('/echo'); const done = closed(ws); ws.terminate(); return done; },
  'client terminates': async () => { const ws = open('/echo'); await once(ws, 'open'); ws.terminate(); await once(ws, 'close'); await new Promise((r) => setTimeout(r, 50)); const l = open('/closing?how=last'); await once(l, 'open'); l.send('?'); const [d] = await once(l, 'message'); l.terminate(); return JSON.parse(d); },
  'handshake timeout': () => new Promise((resolve) => { const server = net.createServer((s) => s.on('error', () => {})).listen(0, () => { const ws = new WebSocket(`ws://127.0.0.1:${server.address().port}`, { handshakeTimeout: 60 }); closed(ws).then((seen) => { server.close(); resolve(seen); }); }); }),
  'plain': async () => { const r = await new Promise((resolve) => (ca ? require('https') : require('http')).get(`${base}/`, { ca, agent: false }, resolve)); let t = ''; for await (const c of r) t += c; return t; },
  'EventTarget': () => new Promise((resolve) => { const ws = open('/echo'); ws.binaryType = 'arraybuffer'; ws.onopen = () => ws.send(Buffer.from('ab')); ws.onmessage = (e) => { resolve([e.type, e.data instanceof ArrayBuffer, e.data.byteLength]); ws.close(); }; }),
  'the WebSocket of the runtime': () => new Promise((resolve, reject) => { if (ca) { resolve('only over plain TCP here'); return; } const ws = new globalThis.WebSocket(`${url}/echo`); ws.onopen = () => ws.send('global'); ws.onmessage = (e) => { ws.close(); ws.onclose = (c) => resolve([e.data, c.code, c.wasClean]); }; ws.onerror = (e) => reject(new Error(e.message)); }),
});
