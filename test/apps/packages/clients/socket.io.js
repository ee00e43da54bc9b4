'use strict';
const { base, ca, steps } = require('./lib');
const { io } = require('socket.io-client');

const connect = (path = '', options = {}) => io(base + path, { ca, forceNew: true, reconnection: false, ...options });
const once = (socket, name) => new Promise((resolve, reject) => {
  socket.once(name, (...args) => resolve(args));
  if (name !== 'connect_error') socket.once('connect_error', reject);
});

const scenario = (options) => ({
  'echo': async () => { const s = connect('', options); const w = await once(s, 'welcome'); const got = await s.emitWithAck('echo', 'text é', 42, { deep: [1, null, 'x'] }, Buffer.from([1, 2, 3])); s.disconnect(); return [w, got]; },
  'many': async () => { const s = connect('', options); await once(s, 'connect'); const all = await Promise.all(Array.from({ length: 100 }, (_, i) => s.emitWithAck('echo', i))); s.disconnect(); return all.join(' '); },
  'large': async () => { const s = connect('', options); await once(s, 'connect'); const got = await s.emitWithAck('echo', Buffer.alloc(1_000_000, 'z')); s.disconnect(); return got; },
  'rooms': async () => { const [a, b] = [connect('', options), connect('', options)]; await Promise.all([once(a, 'connect'), once(b, 'connect')]); const room = `r${Math.random()}`; const n = await a.emitWithAck('join', room); const joined = once(a, 'joined'); await b.emitWithAck('join', room); const said = Promise.all([once(a, 'said'), once(b, 'said')]); a.emit('say', room, 'to the room'); const out = [n, (await joined)[0] === room, await said, await b.emitWithAck('who', room)]; a.disconnect(); b.disconnect(); return out; },
  'server asks': async () => { const s = connect('', options); await once(s, 'connect'); s.on('question', (a, b, ack) => ack(a * b)); const got = await s.emitWithAck('ask'); s.disconnect(); return got; },
  'nobody answers': async () => { const s = connect('', options); await once(s, 'connect'); const got = await s.emitWithAck('ask'); s.disconnect(); return got; },
  'refused': async () => { const s = connect('', { ...options, auth: { token: 'bad' } }); const [err] = await once(s, 'connect_error'); s.disconnect(); return [err.message, err.data]; },
  'auth': async () => { const s = connect('', { ...options, auth: { name: 'Ann' } }); const w = await once(s, 'welcome'); s.disconnect(); return w; },
  'namespace': async () => { const s = connect('/admin', options); const h = await once(s, 'hello'); s.disconnect(); return h; },
  'no such namespace': async () => { const s = connect('/nowhere', options); const [e] = await once(s, 'connect_error'); s.disconnect(); return e.message; },
  'disconnected by the server': async () => { const s = connect('', options); await once(s, 'connect'); const gone = once(s, 'disconnect'); s.emit('leave'); return (await gone)[0]; },
  'over several pings': async () => { const s = connect('', options); await once(s, 'connect'); await new Promise((r) => setTimeout(r, 1000)); const got = [s.connected, await s.emitWithAck('echo', 'still here')]; s.disconnect(); return got; },
});

const all = {};
for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  for (const [name, run] of Object.entries(scenario({ transports }))) all[`${transports.join('+')} ${name}`] = run;
}
all['upgraded'] = async () => { const s = connect(); await once(s, 'connect'); if (s.io.engine.transport.name !== 'websocket') await new Promise((r) => s.io.engine.once('upgrade', r)); const got = [s.io.engine.transport.name, await s.emitWithAck('echo', 1)]; s.disconnect(); return got; };
all['reconnection'] = async () => { const s = connect('', { reconnection: true, reconnectionDelay: 20, transports: ['websocket'] }); await once(s, 'connect'); const again = new Promise((r) => s.io.on('reconnect', r)); s.io.engine.close(); const n = await again; const got = [n, await s.emitWithAck('echo', 'back')]; s.disconnect(); return got; };
all['nobody there'] = async () => { const s = io('http://127.0.0.1:1', { reconnection: false, transports: ['websocket'] }); const [e] = await once(s, 'connect_error'); s.disconnect(); return [e.type, e.message]; };
all['nobody there, polling'] = async () => { const s = io('http://127.0.0.1:1', { reconnection: false, transports: ['polling'] }); const [e] = await once(s, 'connect_error'); s.disconnect(); return [e.type, e.message]; };
steps(all);
