'use strict';
// net.BlockList: addresses, ranges and subnets, and whether an address is in one of them. All addresses are compared as
// sixteen bytes: an IPv4 address is the same as the IPv6 address that stands for it (::ffff:a.b.c.d).

const { inspect } = require('internal/util/inspect');
const { SocketAddress, kBytes } = require('internal/socketaddress');
const { addressBytes, isIP } = require('internal/net');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateInt32, validateString } = require('internal/validators');

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function wide(bytes) {
  return bytes.length === 4 ? [...mappedPrefix, ...bytes] : bytes;
}

function compare(a, b) {
  for (let i = 0; i < 16; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return 0;
}

function sameBits(a, b, bits) {
  let i = 0;
  for (; bits >= 8; bits -= 8, i++) {
    if (a[i] !== b[i]) return false;
  }
  return bits === 0 || (a[i] >> (8 - bits)) === (b[i] >> (8 - bits));
}

const title = (address) => (address.family === 'ipv4' ? 'IPv4' : 'IPv6');

// An argument that is an address: a SocketAddress, or its text.
function toAddress(address, name, family) {
  if (SocketAddress.isSocketAddress(address)) return address;
  validateString(address, name);
  validateString(family, 'family');
  return new SocketAddress({ address, family });
}

function parseCIDR(cidr) {
  validateString(cidr, 'cidr');
  const slash = cidr.lastIndexOf('/');
  if (slash === -1) throw new ERR_INVALID_ARG_VALUE('cidr', cidr, 'must contain a prefix length (e.g. "10.0.0.0/8")');
  const address = cidr.slice(0, slash);
  const prefix = Number.parseInt(cidr.slice(slash + 1), 10);
  if (`${prefix}` !== cidr.slice(slash + 1)) throw new ERR_INVALID_ARG_VALUE('cidr', cidr, 'prefix length must be a valid integer');
  return [address, prefix, address.includes(':') ? 'ipv6' : 'ipv4'];
}

const rule = /^(Address|Range|Subnet): IPv([46]) ([\da-fA-F:.]+)(?:-([\da-fA-F:.]+)|\/(\d{1,3}))?/;

class BlockList {
  // Each by its text, the newest last.
  #addresses = new Map();
  #subnets = [];
  #ranges = [];

  static isBlockList(value) {
    return typeof value === 'object' && value !== null && #addresses in value;
  }

  static PRIVATE_RANGES = Object.freeze([
    '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', // RFC 1918
    '127.0.0.0/8', '::1/128', // loopback
    '169.254.0.0/16', 'fe80::/10', // link-local
    'fc00::/7', // unique local
  ]);

  [inspect.custom](depth, options) {
    if (depth < 0) return this;
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `BlockList ${inspect({ rules: this.rules }, inner)}`;
  }

  addAddress(address, family = 'ipv4') {
    address = toAddress(address, 'address', family);
    const bytes = wide(address[kBytes]);
    this.#addresses.set(bytes.join(), `Address: ${title(address)} ${address.address}`);
  }

  addAddresses(addresses, family = 'ipv4') {
    if (!Array.isArray(addresses)) throw new ERR_INVALID_ARG_TYPE('addresses', 'Array', addresses);
    validateString(family, 'family');
    const checked = addresses.map((address, i) => toAddress(address, `addresses[${i}]`, family));
    for (const address of checked) this.addAddress(address);
  }

  #range(start, end, family) {
    start = toAddress(start, 'start', family);
    end = toAddress(end, 'end', family);
    return {
      text: `Range: ${title(start)} ${start.address}-${end.address}`,
      first: start,
      start: wide(start[kBytes]),
      end: wide(end[kBytes]),
    };
  }

  addRange(start, end, family = 'ipv4') {
    const range = this.#range(start, end, family);
    if (compare(range.start, range.end) > 0) throw new ERR_INVALID_ARG_VALUE('start', range.first, 'must come before end');
    this.#ranges.push(range);
  }

  #subnet(network, prefix, family) {
    network = toAddress(network, 'network', family);
    validateInt32(prefix, 'prefix', 0, network.family === 'ipv4' ? 32 : 128);
    return {
      text: `Subnet: ${title(network)} ${network.address}/${prefix}`,
      network: wide(network[kBytes]),
      bits: network.family === 'ipv4' ? prefix + 96 : prefix,
    };
  }

  addSubnet(network, prefix, family = 'ipv4') {
    this.#subnets.push(this.#subnet(network, prefix, family));
  }

  addCIDR(cidr) {
    this.addSubnet(...parseCIDR(cidr));
  }

  addCIDRs(cidrs) {
    if (!Array.isArray(cidrs)) throw new ERR_INVALID_ARG_TYPE('cidrs', 'Array', cidrs);
    const parsed = cidrs.map((cidr, i) => {
      validateString(cidr, `cidrs[${i}]`);
      return parseCIDR(cidr);
    });
    for (const subnet of parsed) this.addSubnet(...subnet);
  }

  removeAddress(address, family = 'ipv4') {
    this.#addresses.delete(wide(toAddress(address, 'address', family)[kBytes]).join());
  }

  removeRange(start, end, family = 'ipv4') {
    remove(this.#ranges, this.#range(start, end, family).text);
  }

  removeSubnet(network, prefix, family = 'ipv4') {
    remove(this.#subnets, this.#subnet(network, prefix, family).text);
  }

  removeCIDR(cidr) {
    this.removeSubnet(...parseCIDR(cidr));
  }

  check(address, family = 'ipv4') {
    let bytes;
    if (SocketAddress.isSocketAddress(address)) {
      bytes = address[kBytes];
    } else {
      validateString(address, 'address');
      validateString(family, 'family');
      if (isIP(address) !== (family.toLowerCase() === 'ipv4' ? 4 : 6)) return false;
      bytes = addressBytes(address);
    }
    bytes = wide(bytes);
    return this.#addresses.has(bytes.join()) ||
      this.#subnets.some(({ network, bits }) => sameBits(bytes, network, bits)) ||
      this.#ranges.some(({ start, end }) => compare(bytes, start) >= 0 && compare(bytes, end) <= 0);
  }

  clear() {
    this.#addresses.clear();
    this.#subnets = [];
    this.#ranges = [];
  }

  get rules() {
    const texts = (list) => list.map(({ text }) => text).reverse();
    return [...[...this.#addresses.values()].reverse(), ...texts(this.#subnets), ...texts(this.#ranges)];
  }

  get size() {
    return this.#addresses.size + this.#subnets.length + this.#ranges.length;
  }

  toJSON() {
    return this.rules;
  }

  /** Adds the rules of toJSON(), or of its JSON text. What is no rule is passed over. */
  fromJSON(data) {
    const rules = typeof data === 'string' ? JSON.parse(data) : data;
    if (!Array.isArray(rules) || rules.some((text) => typeof text !== 'string')) {
      throw new ERR_INVALID_ARG_TYPE('data', ['string', 'string[]'], data);
    }
    for (const text of rules) {
      const [, kind, version, first, last, prefix] = rule.exec(text) ?? [];
      const family = `ipv${version}`;
      if (kind === 'Address') this.addAddress(first, family);
      else if (kind === 'Range' && last) this.addRange(first, last, family);
      else if (kind === 'Subnet' && prefix) this.addSubnet(first, Number(prefix), family);
    }
  }
}

function remove(list, text) {
  const i = list.findIndex((entry) => entry.text === text);
  if (i !== -1) list.splice(i, 1);
}

module.exports = { BlockList };
