'use strict';
// Several name servers, the rounds in which they are asked, and questions that are cancelled.
const dgram = require('dgram');
const dns = require('dns');

const u16 = (n) => Buffer.from([n >> 8, n & 255]);
function answer(packet, rcode, address) {
  let end = 12;
  while (packet[end] !== 0) end += 1 + packet[end];
  const head = Buffer.from(packet.subarray(0, end + 5));
  head.writeUInt16BE(0x8180 | rcode, 2);
  head.writeUInt16BE(address ? 1 : 0, 6);
  head.writeUInt16BE(0, 10);
  return address ? Buffer.concat([head, Buffer.from([0xc0, 12]), u16(1), u16(1), u16(0), u16(60), u16(4), Buffer.from(address.split('.').map(Number))]) : head;
}
const log = [];
const udp = (label, reply) => new Promise((resolve) => {
  const s = dgram.createSocket('udp4');
  s.on('message', (m, from) => {
    log.push(label);
    const out = reply(m);
    if (out) s.send(out, from.port, from.address);
  });
  s.bind(0, '127.0.0.1', () => resolve(s));
});
const at = (s) => `127.0.0.1:${s.address().port}`;

(async () => {
  const good = await udp('good', (m) => answer(m, 0, '192.0.2.1'));
  const other = await udp('other', (m) => answer(m, 0, '192.0.2.2'));
  const servfail = await udp('servfail', (m) => answer(m, 2));
  const refused = await udp('refused', (m) => answer(m, 5));
  const notimp = await udp('notimp', (m) => answer(m, 4));
  const formerr = await udp('formerr', (m) => answer(m, 1));
  const nx = await udp('nx', (m) => answer(m, 3));
  const empty = await udp('empty', (m) => answer(m, 0));
  const silent = await udp('silent', () => null);
  const garbage = await udp('garbage', (m) => Buffer.concat([m.subarray(0, 2), Buffer.from('zzz')]));
  const closed = await udp('closed', () => null);
  const dead = at(closed);
  await new Promise((r) => closed.close(r));
  const run = async (label, servers, options, times = 1) => {
    const resolver = new dns.promises.Resolver({ timeout: 1000, tries: 1, ...options });
    resolver.setServers(servers);
    for (let i = 0; i < times; i++) {
      try { console.log(label, await resolver.resolve4(`x${i}.test`)); } catch (e) { console.log(label, e.code); }
      console.log('  ', log.splice(0).join(' '));
    }
  };
  await run('good other', [at(good), at(other)], {}, 3);
  await run('servfail good', [at(servfail), at(good)]);
  await run('refused good', [at(refused), at(good)]);
  await run('notimp good', [at(notimp), at(good)]);
  await run('formerr good', [at(formerr), at(good)]);
  await run('nx good', [at(nx), at(good)]);
  await run('empty good', [at(empty), at(good)]);
  await run('garbage good', [at(garbage), at(good)]);
  await run('garbage', [at(garbage)], { tries: 2 });
  await run('silent good', [at(silent), at(good)]);
  await run('silent good 2', [at(silent), at(good)], { tries: 2 }, 3);
  await run('dead good', [dead, at(good)]);
  await run('dead good 2', [dead, at(good)], { tries: 2 }, 3);
  await run('dead', [dead], { tries: 3 });
  await run('dead silent', [dead, at(silent)], { tries: 2, timeout: 100 });
  await run('silent dead', [at(silent), dead], { tries: 2, timeout: 100 });
  await run('silent', [at(silent)], { tries: 3, timeout: 100 });
  await run('silent servfail', [at(silent), at(servfail)], { tries: 2 });
  await run('servfail silent', [at(servfail), at(silent)], { tries: 2 });
  await run('servfail', [at(servfail)], { tries: 3 });

  // Cancelled: in the order of the questions.
  const resolver = new dns.Resolver();
  resolver.setServers([at(silent)]);
  const names = ['a', 'b', 'c', 'd', 'e'];
  let left = names.length;
  await new Promise((done) => {
    names.forEach((n, i) => resolver[['resolve4', 'resolveMx', 'resolveAny', 'resolve6', 'resolveTxt'][i]](`${n}.test`, (e) => {
      console.log('cancelled', e.code, e.syscall, e.hostname);
      if (--left === 0) done();
    }));
    try { resolver.setServers([at(good)]); } catch (e) { console.log(e.code, e.message.split('[')[0]); }
    resolver.cancel();
    console.log('after cancel');
    process.nextTick(() => console.log('tick'));
  });
  const again = new dns.Resolver();
  again.setServers([at(good)]);
  await new Promise((done) => {
    again.resolve4('one.test', (e, r) => {
      console.log('first', e?.code, r);
      again.resolve4('two.test', (e2, r2) => { console.log('second', e2?.code, r2); done(); });
      again.cancel();
    });
  });
  again.cancel();
  for (const s of [good, other, servfail, refused, notimp, formerr, nx, empty, silent, garbage]) s.close();
})();
