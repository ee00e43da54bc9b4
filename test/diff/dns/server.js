'use strict';
// A name server of our own: what questions look like on the wire, and what is made of answers of all kinds.
const dgram = require('dgram');
const net = require('net');
const dns = require('dns');

const name = (text) => Buffer.concat([...text.split('.').filter(Boolean).map((l) => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)])), Buffer.from([0])]);
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const rr = (owner, type, data, ttl = 60, cls = 1) => Buffer.concat([name(owner), u16(type), u16(cls), u16(0), u16(ttl), u16(data.length), data]);
const types = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, TLSA: 52, ANY: 255, CAA: 257 };
const text = (t) => Buffer.concat([Buffer.from([t.length]), Buffer.from(t)]);
const a = (n) => Buffer.from([192, 0, 2, n]);
const soa = Buffer.concat([name('ns.test'), name('admin.test'), ...[1, 2, 3, 4, 5].map((n) => Buffer.from([0, 0, 0, n]))]);

function readQuestion(packet) {
  const labels = [];
  let at = 12;
  while (packet[at] !== 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + packet[at]));
    at += 1 + packet[at];
  }
  return { name: labels.join('.'), type: packet.readUInt16BE(at + 1), end: at + 5 };
}

function answer(packet, { rcode = 0, flags = 0x8180, answers = [], count, extra = Buffer.alloc(0), question, id }) {
  const q = readQuestion(packet);
  const head = Buffer.from(packet.subarray(0, 12));
  if (id) head.writeUInt16BE(head.readUInt16BE(0) ^ 1, 0);
  head.writeUInt16BE(flags | rcode, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(count ?? answers.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, question ?? packet.subarray(12, q.end), ...answers, extra]);
}

function server(zone) {
  const seen = [];
  const reply = (packet, via) => {
    const q = readQuestion(packet);
    seen.push(`${via} ${q.name} ${q.type} ${packet.subarray(2, 12).toString('hex')} ${packet.length - q.end}`);
    const what = zone(q, packet, via);
    if (what === null) return [];
    return Array.isArray(what) ? what : [what];
  };
  const udp = dgram.createSocket('udp4');
  udp.on('message', (m, from) => { for (const r of reply(m, 'udp')) udp.send(r, from.port, from.address); });
  return new Promise((resolve) => {
    udp.bind(0, '127.0.0.1', () => {
      const tcp = net.createServer((s) => {
        let all = Buffer.alloc(0);
        s.on('error', () => {});
        s.on('data', (d) => {
          all = Buffer.concat([all, d]);
          while (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) {
            const n = all.readUInt16BE(0);
            for (const r of reply(all.subarray(2, 2 + n), 'tcp')) s.write(Buffer.concat([u16(r.length), r]));
            all = all.subarray(2 + n);
          }
        });
      });
      tcp.on('error', () => udp.close(() => resolve(server(zone)))); // the port is taken for TCP
      tcp.listen(udp.address().port, '127.0.0.1', () => resolve({ address: `127.0.0.1:${udp.address().port}`, seen, close() { udp.close(); tcp.close(); } }));
    });
  });
}

const zone = (q, packet) => {
  const A = (n, owner = q.name, ttl) => rr(owner, 1, a(n), ttl);
  switch (q.name.split('.')[0]) {
    case 'one': case 'onionone': case 'a': return answer(packet, { answers: [A(1)] });
    case 'aaaa': return answer(packet, { answers: [rr(q.name, 28, Buffer.alloc(16, 1))] });
    case 'ttl': return answer(packet, { answers: [A(1, q.name, 5), A(2, q.name, 0), A(3, q.name, 1000)] });
    case 'alias': return answer(packet, { answers: [rr(q.name, 5, name('real.test'), 7), A(4, 'real.test', 100)] });
    case 'aliasonly': return answer(packet, { answers: [rr(q.name, 5, name('real.test'))] });
    case 'aliases': return answer(packet, { answers: [rr(q.name, 5, name('mid.test'), 50), rr('mid.test', 5, name('real.test'), 3), A(4, 'real.test', 100)] });
    case 'foreign': return answer(packet, { answers: [A(9, 'other.test')] });
    case 'chaos': return answer(packet, { answers: [rr(q.name, 1, a(1), 60, 3), A(2)] });
    case 'empty': return answer(packet, {});
    case 'shorta': return answer(packet, { answers: [rr(q.name, 1, Buffer.from([1, 2, 3]))] });
    case 'longa': return answer(packet, { answers: [rr(q.name, 1, Buffer.from([1, 2, 3, 4, 5]))] });
    case 'mixed': return answer(packet, { answers: [A(1), rr(q.name, 28, Buffer.alloc(16, 1)), rr(q.name, 16, text('x'))] });
    case 'unknown': return answer(packet, { answers: [rr(q.name, 9999, Buffer.from('abc')), A(1)] });
    case 'rest': return answer(packet, { answers: [A(1)], extra: Buffer.from('junk') });
    case 'count': return answer(packet, { answers: [A(1)], count: 2 });
    case 'less': return answer(packet, { answers: [A(1), A(2)], count: 1 });
    case 'case': return answer(packet, { answers: [A(1)], question: Buffer.concat([name(q.name.toUpperCase()), u16(q.type), u16(1)]) });
    case 'wrongid': return [answer(packet, { answers: [A(66)], id: true }), answer(packet, { answers: [A(1)] })];
    case 'wrongname': return [answer(packet, { answers: [A(66)], question: Buffer.concat([name('x.test'), u16(q.type), u16(1)]) }), answer(packet, { answers: [A(1)] })];
    case 'wrongtype': return [answer(packet, { answers: [A(66)], question: Buffer.concat([name(q.name), u16(28), u16(1)]) }), answer(packet, { answers: [A(1)] })];
    case 'notanswer': return [answer(packet, { answers: [A(66)], flags: 0x0100 }), answer(packet, { answers: [A(1)] })];
    case 'twice': return [answer(packet, { answers: [A(1)] }), answer(packet, { answers: [A(2)] })];
    case 'big': return answer(packet, { answers: Array.from({ length: 60 }, (_, i) => A(i)) });
    case 'truncated': return answer(packet, { flags: 0x8380, answers: [A(1)] });
    case 'mx': return answer(packet, { answers: [rr(q.name, 15, Buffer.concat([u16(20), name('b.test')])), rr(q.name, 15, Buffer.concat([u16(10), name('a.test')]))] });
    case 'mxshort': return answer(packet, { answers: [rr(q.name, 15, u16(20))] });
    case 'txt': return answer(packet, { answers: [rr(q.name, 16, Buffer.concat([text('one'), text('two')])), rr(q.name, 16, text('\u00e9')), rr(q.name, 16, text('')), rr(q.name, 16, text('x'.repeat(255)))] });
    case 'txtnone': return answer(packet, { answers: [rr(q.name, 16, Buffer.alloc(0))] });
    case 'soa': return answer(packet, { answers: [rr(q.name, 6, soa)] });
    case 'soa2': return answer(packet, { answers: [rr(q.name, 6, soa), rr(q.name, 6, soa)] });
    case 'srv': return answer(packet, { answers: [rr(q.name, 33, Buffer.concat([u16(1), u16(2), u16(3), name('h.test')])), rr(q.name, 33, Buffer.concat([u16(0), u16(0), u16(65535), name('')]))] });
    case 'ns': return answer(packet, { answers: [rr(q.name, 2, name('n1.test')), rr(q.name, 2, name('N2.Test'))] });
    case 'ptr': return answer(packet, { answers: [rr(q.name, 12, name('p1.test')), rr(q.name, 12, name('p2.test'))] });
    case 'naptr': return answer(packet, { answers: [rr(q.name, 35, Buffer.concat([u16(1), u16(2), text('s'), text('SIP+D2U'), text('!^.*$!sip:x@y!'), name('r.test')])), rr(q.name, 35, Buffer.concat([u16(0), u16(2), text(''), text(''), text(''), name('')]))] });
    case 'caa': return answer(packet, { answers: [rr(q.name, 257, Buffer.concat([Buffer.from([0]), text('issue'), Buffer.from('ca.test')])), rr(q.name, 257, Buffer.concat([Buffer.from([128]), text('iodef'), Buffer.from('mailto:a@b')])), rr(q.name, 257, Buffer.concat([Buffer.from([0]), text('issue'), Buffer.from('')]))] });
    case 'tlsa': return answer(packet, { answers: [rr(q.name, 52, Buffer.from([3, 1, 1, 0xde, 0xad])), rr(q.name, 52, Buffer.from([0, 0, 0, 1]))] });
    case 'any': return answer(packet, { answers: [A(1), rr(q.name, 28, Buffer.alloc(16, 1), 9), rr(q.name, 5, name('c.test')), rr(q.name, 15, Buffer.concat([u16(20), name('b.test')])),
      rr(q.name, 2, name('n1.test')), rr(q.name, 16, Buffer.concat([text('one'), text('two')])), rr(q.name, 33, Buffer.concat([u16(1), u16(2), u16(3), name('h.test')])), rr(q.name, 12, name('p1.test')),
      rr(q.name, 35, Buffer.concat([u16(1), u16(2), text('s'), text('SIP'), text('r'), name('r.test')])), rr(q.name, 6, soa), rr(q.name, 257, Buffer.concat([Buffer.from([0]), text('issue'), Buffer.from('ca.test')])),
      rr(q.name, 9999, Buffer.from('zz')), rr(q.name, 16, text('last'))] });
    case 'pointer': { const ptr = Buffer.from([0xc0, 12]); return answer(packet, { answers: [Buffer.concat([ptr, u16(5), u16(1), u16(0), u16(60), u16(4), Buffer.from([1, 120]), ptr])] }); }
    case 'loop': return answer(packet, { answers: [Buffer.concat([Buffer.from([0xc0, packet.length]), u16(1), u16(1), u16(0), u16(60), u16(4), a(1)])] });
    case 'escaped': return answer(packet, { answers: [rr(q.name, 5, Buffer.concat([Buffer.from([8]), Buffer.from('a;"()@$b'), Buffer.from([5]), Buffer.from('x y\\z'), Buffer.from([2, 1, 200, 0])]))] });
    case 'garbage': return Buffer.concat([packet.subarray(0, 2), Buffer.from('garbage')]);
    case 'short': return Buffer.from([1]);
    default: {
      const rcode = Number(/^rcode(\d+)/.exec(q.name)?.[1]);
      return rcode >= 0 ? answer(packet, { rcode }) : null;
    }
  }
};

const show = (e) => `${e.name} ${e.code} ${e.errno} ${e.syscall} ${e.hostname} ${e.message}`;

(async () => {
  const s = await server(zone);
  let resolver = new dns.promises.Resolver({ timeout: 8000, tries: 1 });
  resolver.setServers([s.address]);
  const ask = async (method, host, ...more) => {
    try { console.log(method, host, await resolver[method](host, ...more)); } catch (e) { console.log(method, host, show(e)); }
    for (const line of s.seen.splice(0)) console.log('   ', line);
  };
  for (const h of ['one', 'ttl', 'alias', 'aliasonly', 'aliases', 'foreign', 'chaos', 'empty', 'mixed', 'unknown', 'rest', 'less', 'case', 'wrongid', 'wrongname', 'wrongtype', 'twice', 'big']) {
    await ask('resolve4', `${h}.test`, { ttl: true });
  }
  for (const h of ['notanswer','shorta', 'longa', 'count', 'truncated', 'loop', 'garbage', 'short']) await ask('resolve4', `${h}.test`, { ttl: true });
  await ask('resolve4', 'one.test.');
  await ask('resolve4', 'ONE.Test');
  for (const h of ['one.onion', 'ONE.Onion.', 'onionone.test']) await ask('resolve4', h);
  await ask('resolve4', 'one');
  await ask('resolve4', 'a b.test');
  for (const t of Object.keys(types)) await ask('resolve', `${t.toLowerCase()}.test`, t);
  for (const t of ['aliases', 'mixed', 'pointer', 'escaped', 'one', 'mx']) await ask('resolveCname', `${t}.test`);
  for (const t of ['mxshort']) await ask('resolveMx', `${t}.test`);
  for (const t of ['txtnone']) await ask('resolveTxt', `${t}.test`);
  await ask('resolveSoa', 'soa2.test');
  for (const t of ['any', 'one', 'alias', 'empty', 'unknown', 'mx']) await ask('resolveAny', `${t}.test`);
  for (let i = 1; i < 12; i++) await ask('resolve4', `rcode${i}.test`);

  // No answer.
  resolver = new dns.promises.Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([s.address]);
  await ask('resolve4', '');
  await ask('resolve4', '.');
  await ask('resolve4', 'b\u00fccher.test');
  await ask('reverse', '192.0.2.1');
  await ask('reverse', '2001:db8::1');
  await ask('reverse', '::ffff:1.2.3.4');
  s.close();
})();
