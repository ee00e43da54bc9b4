'use strict';
// Asks the name server of dns_test.go, with callbacks, with promises, by the module and by resolvers.
const dns = require('dns');

const server = process.env.DNS_SERVER;
const shown = (error) => [error.name, error.code, error.errno, error.syscall, error.hostname, error.message].join(' ');
const sorted = (value) => (Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value);
const print = (label, value) => console.log(label, JSON.stringify(value, (k, v) => (v instanceof ArrayBuffer ? `bytes ${Buffer.from(v).toString('hex')}` : v)));

async function ask(label, promise) {
  try {
    print(label, sorted(await promise));
  } catch (error) {
    console.log(label, 'fails', shown(error));
  }
}

const call = (object, method, ...args) => new Promise((resolve, reject) => object[method](...args, (error, value) => (error ? reject(error) : resolve(value))));

const types = {
  resolve4: 'a', resolve6: 'aaaa', resolveCname: 'alias', resolveMx: 'mx', resolveNs: 'ns', resolveTxt: 'txt', resolveSrv: 'srv', resolveSoa: 'soa', resolveCaa: 'caa', resolveNaptr: 'naptr', resolveTlsa: 'tlsa', resolveAny: 'any',
};

(async () => {
  dns.setServers([server]);
  console.log(dns.getServers().length, dns.promises.getServers()[0] === server);
  const resolver = new dns.Resolver({ timeout: 200, tries: 1 });
  const promised = new dns.promises.Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([server]);
  promised.setServers([server]);
  for (const [method, name] of Object.entries(types)) {
    if (typeof dns[method] !== 'function') { console.log('no', method); continue; }
    await ask(`${method} ${name}.test`, call(dns, method, `${name}.test`));
    await ask(`${method} promise`, dns.promises[method](`${name}.test`));
    await ask(`${method} resolver`, call(resolver, method, `${name}.test`));
    await ask(`${method} resolver promise`, promised[method](`${name}.test.`));
    for (const bad of ['empty', 'nxdomain', 'servfail', 'formerr', 'notimp', 'refused']) await ask(`${method} ${bad}`, promised[method](`${bad}.test`));
  }
  await ask('ttl', dns.promises.resolve4('a.test', { ttl: true }));
  await ask('ttl 6', call(dns, 'resolve6', 'aaaa.test', { ttl: true }));
  await ask('through an alias', dns.promises.resolve4('alias.test'));
  await ask('through an alias with ttl', dns.promises.resolve4('alias.test', { ttl: true }));
  await ask('upper case', dns.promises.resolve4('A.TEST'));
  for (const type of ['A', 'AAAA', 'ANY', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SRV', 'TLSA', 'TXT']) {
    await ask(`resolve ${type}`, dns.promises.resolve(type === 'A' ? 'a.test' : `${Object.entries(types).find(([m]) => m.toLowerCase() === `resolve${type.toLowerCase()}` || (type === 'AAAA' && m === 'resolve6'))?.[1] ?? 'a'}.test`, type));
  }
  await ask('resolve', call(dns, 'resolve', 'both.test'));
  await ask('resolvePtr', dns.promises.resolvePtr('4.2.0.192.in-addr.arpa'));
  await ask('reverse', dns.promises.reverse('192.0.2.4'));
  await ask('reverse unknown', call(dns, 'reverse', '192.0.2.5'));
  await ask('over TCP', promised.resolveTxt('large.test').then((t) => t.map((parts) => parts.map((p) => p.length))));
  await ask('no answer', promised.resolve4('silent.test'));

  // Several servers: the first that answers.
  const two = new dns.promises.Resolver({ timeout: 100, tries: 1 });
  two.setServers(['127.0.0.1:1', server]);
  await ask('second server', two.resolve4('a.test'));

  // cancel()
  const open = resolver.resolve4('silent.test', (error) => console.log('cancelled', shown(error)));
  print('request', [open.constructor.name !== '', open.hostname]);
  resolver.cancel();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const slow = promised.resolve6('silent.test');
  promised.cancel();
  await ask('cancelled promise', slow);
})();
