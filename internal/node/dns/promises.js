'use strict';
// Node's dns/promises.

const { isIP } = require('internal/net');
const { codes: { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } } = require('internal/errors');
const { validatePort, validateString } = require('internal/validators');
const {
  getAddresses, getDefaultResultOrder, getNameInfo, knownAddresses, lookupOptions, setDefaultResultOrder,
  validateHostname,
} = require('internal/dns/lookup');
const { ask, bindDefaultResolver, createResolverClass, setDefaultResolver } = require('internal/dns/resolver');

function lookup(hostname, options) {
  validateHostname(hostname);
  const query = lookupOptions(options, false);
  return new Promise((resolve, reject) => {
    const known = knownAddresses(hostname, query.family);
    if (known !== undefined) {
      resolve(query.all ? known.addresses : known.addresses[0] ?? { address: null, family: known.family });
      return;
    }
    getAddresses(hostname, query, (error, addresses) => {
      if (error) reject(error);
      else resolve(query.all ? addresses : addresses[0]);
    });
  });
}

function lookupService(address, port) {
  if (arguments.length !== 2) throw new ERR_MISSING_ARGS('address', 'port');
  validateString(address, 'address');
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
  return new Promise((resolve, reject) => {
    getNameInfo(address, +port, (error, hostname, service) => {
      if (error) reject(error);
      else resolve({ hostname, service });
    });
  });
}

function query(operation) {
  return Object.defineProperty(function(name, options) {
    validateString(name, 'name');
    return new Promise((resolve, reject) => {
      ask(this, operation, name, Boolean(options?.ttl), (error, result) => (error ? reject(error) : resolve(result)));
    });
  }, 'name', { value: operation });
}

const { Resolver, methods } = createResolverClass(query);

Resolver.prototype.resolve = function resolve(hostname, rrtype) {
  if (rrtype === undefined) return methods.A.call(this, hostname);
  validateString(rrtype, 'rrtype');
  if (methods[rrtype] === undefined) throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype);
  return methods[rrtype].call(this, hostname);
};

function defaultResolverSetServers(servers) {
  const resolver = new Resolver();
  resolver.setServers(servers);
  setDefaultResolver(resolver);
  bindDefaultResolver(module.exports, Resolver.prototype);
}

module.exports = {
  lookup,
  lookupService,
  Resolver,
  getDefaultResultOrder,
  setDefaultResultOrder,
  setServers: defaultResolverSetServers,
  ...require('internal/dns/errors'),
};

bindDefaultResolver(module.exports, Resolver.prototype);
