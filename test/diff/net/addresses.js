'use strict';
// isIP and its siblings over made-up texts; BlockList and SocketAddress.
const net = require('net');

let seed = 7;
const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
const pieces = ['0', '1', '00', 'ff', '12345', ':', '::', '.', '255', '256', '1.2.3.4', '%', 'eth0', 'g', ' ', 'FFFF', '0x1'];
let shown = 0;
const counts = { 0: 0, 4: 0, 6: 0 };
let hash = 0;
for (let i = 0; i < 60000; i++) {
  let text = '';
  for (let k = 1 + random(17); k > 0; k--) text += random(3) && k % 2 ? ':' : pieces[random(pieces.length)];
  if (i % 3 === 0) text = [random(300), random(256), random(1000), random(256)].slice(0, 3 + random(3)).join('.');
  const kind = net.isIP(text);
  counts[kind]++;
  hash = (hash * 31 + kind * 7 + (net.isIPv6(text) ? 1 : 0) + (net.isIPv4(text) ? 2 : 0)) | 0;
  if (kind !== 0 && shown++ < 20) console.log(text, kind);
}
console.log(counts, hash);
for (const value of [undefined, null, 1, {}, [], { toString: () => '::1' }]) console.log(net.isIP(value), net.isIPv4(value), net.isIPv6(value));

const attempt = (f) => {
  try {
    const value = f();
    console.log(value);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
};
const { BlockList, SocketAddress } = net;
const list = new BlockList();
for (const [method, ...args] of [
  ['addAddress', 'x'], ['addAddress', '::1'], ['addAddress', '1.2.3.4'], ['addAddress', '::1', 'IPv6'], ['addAddress', 1],
  ['addRange', '10.0.0.9', '10.0.0.1'], ['addRange', '10.0.0.1', '10.0.0.9'], ['addRange', '10.0.0.1', 'x'],
  ['addSubnet', '11.0.0.0', 8], ['addSubnet', '11.0.0.0', 33], ['addSubnet', 'fe80::', 10, 'ipv6'], ['addSubnet', '1.1.1.1'],
  ['addCIDR', '12.0.0.0/9'], ['addCIDR', '12.0.0.0'], ['addCIDR', 'fc00::/x'], ['addAddresses', ['9.9.9.9', 'y']],
]) attempt(() => list[method](...args));
for (const [address, family] of [
  ['1.2.3.4'], ['::ffff:1.2.3.4', 'ipv6'], ['::1', 'ipv6'], ['::1'], ['10.0.0.5'], ['10.0.0.10'], ['::ffff:a00:5', 'ipv6'],
  ['11.255.0.1'], ['12.127.255.255'], ['12.128.0.0'], ['febf::1', 'ipv6'], ['fec0::1', 'ipv6'], ['nonsense'],
]) console.log(address, family, list.check(address, family));
console.log(list.size, list.rules.filter((rule) => !rule.startsWith('Address')), JSON.stringify(list).length, list.check(new SocketAddress({ address: '1.2.3.4' })));
const copy = new BlockList();
copy.fromJSON(JSON.stringify(list));
console.log(copy.rules.slice().sort(), BlockList.isBlockList(copy), BlockList.isBlockList({}));
for (const options of [undefined, {}, { address: '1.2.3.4', port: 80 }, { family: 'IPV6', address: '1:0:0::8', flowlabel: 3 },
  { address: 'x' }, { address: '::1' }, { family: 'ipv6', address: '::FFFF:1.2.3.4' }, { family: 'ipv6', address: '0:0:1:0:0:0:1:0' },
  { family: 'ipv6', address: '::1.2.3.4' }, { port: -1 }, { flowlabel: -1 }, { family: 1 }, 1]) attempt(() => new SocketAddress(options));
for (const text of ['1.2.3.4', '1.2.3.4:5', '[::1]:80', 'a:1', '']) attempt(() => SocketAddress.parse(text));
