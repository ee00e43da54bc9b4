'use strict';
// Arguments, literal addresses, names of this machine, resolver objects; nothing that needs a name server.
const dns = require('dns');

const attempt = (label, f) => {
  try {
    const value = f();
    if (typeof value?.then === 'function') return value.then((v) => console.log(label, v), (error) => console.log(label, 'rejects', error.name, error.code, error.errno, error.syscall, error.hostname, error.message));
    console.log(label, typeof value);
  } catch (error) {
    console.log(label, 'throws', error.name, error.code, error.message);
  }
  return undefined;
};
const called = (label) => (error, ...values) => console.log(label, error && [error.code, error.errno, error.syscall, error.hostname, error.message], ...values);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

(async () => {
  console.log(Object.keys(dns).filter((name) => typeof dns[name] === 'string').map((name) => `${name}=${dns[name]}`).join());
  console.log(dns.ADDRCONFIG, dns.ALL, dns.V4MAPPED, dns.getDefaultResultOrder(), dns.promises === require('dns/promises'));
  for (const name of Object.keys(dns)) if (typeof dns[name] === 'function') console.log(name, dns[name].length, dns[name].name);

  const none = () => {};
  for (const args of [[], ['a'], ['a', 1], [1, none], [{}, none], ['a', 'x', none], ['a', true, none], ['a', 5, none], ['a', { family: 5 }, none],
    ['a', { family: 'IPv5' }, none], ['a', { hints: 1 }, none], ['a', { hints: 'x' }, none], ['a', { all: 1 }, none], ['a', { verbatim: 1 }, none],
    ['a', { order: 'x' }, none], ['a\0b', none], ['a', null]]) attempt(`lookup ${JSON.stringify(args)}`, () => dns.lookup(...args));
  for (const args of [['127.0.0.1'], ['::1'], ['1.2.3.4', { all: true }], ['fe80::1%lo'], ['127.0.0.1', 6], ['', {}], [null, { all: true }], [undefined, 6]]) {
    dns.lookup(args[0], args[1] ?? {}, called(`lookup ${args[0]}`));
    await wait(2);
    await attempt(`promise ${args[0]}`, () => dns.promises.lookup(...args));
  }
  for (const [host, options] of [['localhost', {}], ['localhost', { all: true, family: 4 }], ['LOCALHOST', { family: 4 }], ['localhost', { all: true, family: 4, hints: dns.ADDRCONFIG }],
    ['localhost', { family: 6, hints: dns.V4MAPPED, all: true }], ['127.1', {}], ['0x7f.1', {}], ['1', {}], ['0300.0.0.01', {}], ['1.2.3.256', {}], ['a..b', {}], ['x'.repeat(300), {}], ['***', {}]]) {
    await attempt(`lookup ${host.slice(0, 20)} ${JSON.stringify(options)}`, () => dns.promises.lookup(host, options));
  }
  for (const args of [[], ['a', 1], ['a', 1, none], ['127.0.0.1', -1, none], ['127.0.0.1', 'x', none], ['127.0.0.1', 80]]) attempt(`lookupService ${JSON.stringify(args)}`, () => dns.lookupService(...args));
  for (const port of [22, 80, 0, 65000]) await attempt(`lookupService ${port}`, () => dns.promises.lookupService('127.0.0.1', port));

  for (const value of ['ipv4first', 'ipv6first', 'verbatim', 'x', 1]) {
    attempt(`order ${value}`, () => dns.setDefaultResultOrder(value));
    console.log(dns.getDefaultResultOrder(), dns.promises.getDefaultResultOrder());
  }
  for (const servers of ['x', [1], ['x'], ['1.2.3.4'], ['1.2.3.4:5', '[::1]:53', '::1', '[fe80::1]:99', '1.2.3.4:53'], ['1.2.3.4:99999'], [''], []]) {
    const resolver = new dns.Resolver();
    attempt(`servers ${JSON.stringify(servers)}`, () => resolver.setServers(servers));
    if (Array.isArray(servers) && servers.length > 0) console.log(resolver.getServers().filter((s) => servers.some((t) => String(t).includes(s.replace(/[[\]]/g, '').split(':')[0]))));
  }
  for (const options of [{ timeout: 'x' }, { timeout: -2 }, { tries: 0 }, { maxTimeout: -1 }, { timeout: 5, tries: 2, maxTimeout: 7 }]) attempt(`resolver ${JSON.stringify(options)}`, () => new dns.Resolver(options));
  for (const args of [['127.0.0.1'], ['::1'], ['x'], ['127.0.0.1', '::1'], ['127.0.0.1', '127.0.0.1'], [1], ['127.0.0.1', 1]]) {
    try { new dns.Resolver().setLocalAddress(...args); console.log('local fine', args); } catch (error) { console.log('local throws', args, error.name); }
  }
  for (const args of [['a'], [1, none], ['a', 1], ['a', 'x', none], ['a', 'FOO', none], ['a', {}, none]]) attempt(`resolve ${JSON.stringify(args)}`, () => dns.resolve(...args));
  for (const args of [['x', none], [1, none], ['127.0.0.1']]) attempt(`reverse ${JSON.stringify(args)}`, () => dns.reverse(...args));
  attempt('promise resolve', () => dns.promises.resolve(1));
  attempt('promise resolve type', () => dns.promises.resolve('a', 'FOO'));

  // Nobody listens on these ports: the answer is an error of the network.
  const resolver = new dns.promises.Resolver({ timeout: 50, tries: 1 });
  resolver.setServers(['127.0.0.1:1']);
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(resolver)).filter((n) => n.startsWith('resolve')).sort()) {
    await attempt(name, () => resolver[name]('example.org'));
  }
  await attempt('bad name', () => resolver.resolve4('a..b'));
  await attempt('long label', () => resolver.resolve4(`${'x'.repeat(64)}.org`));
})();
