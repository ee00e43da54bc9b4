'use strict';
// The resolver that asks name servers itself: dns.Resolver and dns.promises.Resolver, and the functions of dns that
// belong to the default one. It does not look into the system's files, but for reverse().

const binding = internalBinding('dns');
const { isIP } = require('internal/net');
const { ascii } = require('internal/dns/names');
const { DNSException, codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_IP_ADDRESS } } = require('internal/errors');
const { begin, end } = require('internal/dns/lookup');
const { validateArray, validateInt32, validatePort, validateString, validateUint32 } = require('internal/validators');

const EINVAL = -22;
const dnsPort = 53;

// A server that did not answer is asked after the others for this many milliseconds.
const forgetAfter = 5000;

// What the native half knows of a resolver: its number, for cancel().
let channels = 0;

class Channel {
  constructor(timeout, tries, maxTimeout) {
    this.id = ++channels;
    this.timeout = timeout;
    this.tries = tries;
    this.maxTimeout = maxTimeout;
    this.servers = null; // null: those of the system
    this.local = ['', ''];
    this.open = new Set(); // questions without an answer
    this.failures = new Map(); // server: how often it did not answer since it last did, and when
  }

  getServers() {
    return this.servers ?? binding.systemServers();
  }

  setServers(servers) {
    this.servers = servers;
    this.failures.clear();
  }

  setLocalAddress(ipv4, ipv6) {
    this.local = [ipv4, ipv6];
  }

  /** Ends all questions, in their order. */
  cancel() {
    binding.cancel(this.id);
    for (const question of this.open) setImmediate(answer, this, question, 'ECANCELLED');
  }

  /** done(error, result) */
  query(operation, name, done) {
    const servers = this.getServers().map(([address, port]) => (isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`));
    if (this.failures.size > 0) servers.sort((a, b) => this.#failuresOf(a) - this.#failuresOf(b));
    const question = { operation, name, done };
    this.open.add(question);
    binding.query(this.id, operation, ascii(name), servers, this.timeout, this.tries, this.maxTimeout, this.local[0],
      this.local[1], (error, result) => {
        if (error) {
          answer(this, question, error);
          return;
        }
        this.#learn(result[1], result[2]);
        answer(this, question, result[0]);
      });
  }

  #failuresOf(server) {
    const failures = this.failures.get(server);
    if (failures === undefined) return 0;
    if (Date.now() - failures.last < forgetAfter) return failures.count;
    this.failures.delete(server);
    return 0;
  }

  #learn(failed, answered) {
    for (const server of failed ?? []) {
      const count = this.#failuresOf(server) + 1;
      this.failures.set(server, { count, last: Date.now() });
    }
    if (answered !== '') this.failures.delete(answered);
  }
}

// What the native half says: records, the name of an error, or an Error. The first answer to a question counts.
function answer(channel, question, result) {
  if (!channel.open.delete(question)) return;
  const { operation, name, done } = question;
  if (typeof result === 'string') done(new DNSException(result, operation, name));
  else if (result instanceof Error) done(result);
  else done(null, result);
}

function checkedServer(server) {
  const version = isIP(server);
  if (version !== 0) return [server, dnsPort];
  // [address]:port, or address:port
  const bracketed = /^\[([^[\]]*)\]/.exec(server);
  const split = /^(.+?)(?::(\d+))?$/.exec(server);
  const address = bracketed !== null && isIP(bracketed[1]) !== 0 ? bracketed[1] : split?.[1];
  if (address === undefined || isIP(address) === 0) throw new ERR_INVALID_IP_ADDRESS(server);
  const port = Number.parseInt(split?.[2], 10) || dnsPort;
  validatePort(port);
  return [address, port];
}

function checkLocal(address, version) {
  if (address !== '' && isIP(address) !== version) return false;
  return true;
}

class ResolverBase {
  constructor(options) {
    const { timeout = -1, tries = 4, maxTimeout = 0 } = { ...options };
    validateInt32(timeout, 'options.timeout', -1);
    validateInt32(tries, 'options.tries', 1);
    validateUint32(maxTimeout, 'options.maxTimeout');
    this._handle = new Channel(timeout + 0, tries, maxTimeout + 0);
  }

  cancel() {
    this._handle.cancel();
  }

  getServers() {
    return (this._handle.getServers() || []).map(([address, port]) => {
      if (!port || port === dnsPort) return address;
      return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
    });
  }

  setServers(servers) {
    validateArray(servers, 'servers');
    const checked = [];
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`);
      const [address, port] = checkedServer(server);
      if (!checked.some((other) => other[0] === address && other[1] === port)) checked.push([address, port]);
    });
    if (this._handle.open.size > 0) {
      const { codes: { ERR_DNS_SET_SERVERS_FAILED } } = require('internal/errors');
      throw new ERR_DNS_SET_SERVERS_FAILED('There are pending queries.', servers);
    }
    this._handle.setServers(checked);
  }

  setLocalAddress(ipv4, ipv6) {
    validateString(ipv4, 'ipv4');
    if (ipv6 !== undefined) validateString(ipv6, 'ipv6');
    // One address may be of either family, two must be one of each.
    if (ipv6 === undefined && isIP(ipv4) === 6) {
      this._handle.setLocalAddress('', ipv4);
      return;
    }
    if (!checkLocal(ipv4, 4) || (ipv6 !== undefined && !checkLocal(ipv6, 6))) {
      throw new ERR_INVALID_ARG_VALUE(checkLocal(ipv4, 4) ? 'ipv6' : 'ipv4', checkLocal(ipv4, 4) ? ipv6 : ipv4);
    }
    this._handle.setLocalAddress(ipv4, ipv6 ?? '');
  }
}

/** Record type to method and operation; the operation is the syscall of the errors. */
const operations = {
  __proto__: null,
  ANY: ['resolveAny', 'queryAny'],
  A: ['resolve4', 'queryA'],
  AAAA: ['resolve6', 'queryAaaa'],
  CAA: ['resolveCaa', 'queryCaa'],
  CNAME: ['resolveCname', 'queryCname'],
  MX: ['resolveMx', 'queryMx'],
  NS: ['resolveNs', 'queryNs'],
  TLSA: ['resolveTlsa', 'queryTlsa'],
  TXT: ['resolveTxt', 'queryTxt'],
  SRV: ['resolveSrv', 'querySrv'],
  PTR: ['resolvePtr', 'queryPtr'],
  NAPTR: ['resolveNaptr', 'queryNaptr'],
  SOA: ['resolveSoa', 'querySoa'],
};

/** Asks; done(error, result). Throws what c-ares refuses at once. */
function ask(resolver, operation, name, withTtl, done) {
  if (operation === 'getHostByAddr' && isIP(name) === 0) throw new DNSException(EINVAL, operation, name);
  const entry = begin(operation, { host: name, ttl: withTtl });
  resolver._handle.query(operation, name, (error, result) => {
    if (error) {
      done(error);
      return;
    }
    if (operation === 'queryA' || operation === 'queryAaaa') {
      result = result.map(([address, ttl]) => (withTtl ? { address, ttl } : address));
    } else if (operation === 'queryTlsa') {
      result = result.map(certificate);
    } else if (operation === 'queryAny') {
      result = result.map(anyRecord);
    }
    done(null, result);
    end(entry, { result });
  });
}

// The data of a TLSA record is an ArrayBuffer in Node.
function certificate(record) {
  const { data } = record;
  if (ArrayBuffer.isView(data)) record.data = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return record;
}

function anyRecord(record) {
  return record.type === 'TLSA' ? certificate(record) : record;
}

/**
 * Makes a class Resolver whose methods are query(operation); returns it with the map from record type to method.
 */
function createResolverClass(query) {
  const methods = { __proto__: null };
  class Resolver extends ResolverBase {}
  for (const type of Object.keys(operations)) {
    const [method, operation] = operations[type];
    Resolver.prototype[method] = methods[type] = query(operation);
  }
  Resolver.prototype.reverse = query('getHostByAddr');
  return { Resolver, methods };
}

let defaultResolver;

function setDefaultResolver(resolver) {
  defaultResolver = resolver;
}

/** Puts the default resolver's methods on a module. */
function bindDefaultResolver(target, source) {
  defaultResolver ??= new ResolverBase();
  const names = ['getServers', 'resolve', 'reverse', ...Object.keys(operations).map((type) => operations[type][0])];
  for (const name of names.sort()) target[name] = source[name].bind(defaultResolver);
}

module.exports = { ask, bindDefaultResolver, createResolverClass, setDefaultResolver };
