'use strict';
// Node's dns: the functions with callbacks. Those with promises are in dns/promises.

const { isIP } = require('internal/net');
const { customPromisifyArgs } = require('internal/util');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } } = require('internal/errors');
const { validateFunction, validatePort, validateString } = require('internal/validators');
const {
  ADDRCONFIG, ALL, V4MAPPED, getAddresses, getDefaultResultOrder, getNameInfo, knownAddresses, lookupOptions,
  setDefaultResultOrder, validateHostname,
} = require('internal/dns/lookup');
const { ask, bindDefaultResolver, createResolverClass, setDefaultResolver } = require('internal/dns/resolver');

function lookup(hostname, options, callback) {
  validateHostname(hostname);
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  } else {
    const isWrong = options !== undefined && typeof options !== 'object' && typeof options !== 'number';
    validateFunction(isWrong && arguments.length === 2 ? options : callback, 'callback');
  }
  const query = lookupOptions(options, true);
  const known = knownAddresses(hostname, query.family);
  if (known !== undefined) {
    if (query.all) process.nextTick(callback, null, known.addresses);
    else process.nextTick(callback, null, known.addresses[0]?.address ?? null, known.family);
    return {};
  }
  const request = { callback, family: query.family, hostname };
  getAddresses(hostname, query, (error, addresses) => {
    if (error) callback(error);
    else if (query.all) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  });
  return request;
}
Object.defineProperty(lookup, customPromisifyArgs, { __proto__: null, value: ['address', 'family'], enumerable: false });

function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw new ERR_MISSING_ARGS('address', 'port', 'callback');
  validateString(address, 'address');
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
  validateFunction(callback, 'callback');
  getNameInfo(address, +port + 0, callback);
  return { callback, hostname: address, port: +port + 0 };
}
Object.defineProperty(lookupService, customPromisifyArgs,
                      { __proto__: null, value: ['hostname', 'service'], enumerable: false });

function query(operation) {
  return Object.defineProperty(function(name, callback) {
    let options;
    if (arguments.length > 2) {
      options = callback;
      callback = arguments[2];
    }
    validateString(name, 'name');
    validateFunction(callback, 'callback');
    ask(this, operation, name, Boolean(options?.ttl), callback);
    return { bindingName: operation, callback, hostname: name, ttl: Boolean(options?.ttl) };
  }, 'name', { value: operation });
}

const { Resolver, methods } = createResolverClass(query);

Resolver.prototype.resolve = function resolve(hostname, rrtype, callback) {
  if (typeof rrtype === 'function') return methods.A.call(this, hostname, rrtype);
  if (typeof rrtype !== 'string') throw new ERR_INVALID_ARG_TYPE('rrtype', 'string', rrtype);
  if (methods[rrtype] === undefined) throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype);
  return methods[rrtype].call(this, hostname, callback);
};

let promises;

function defaultResolverSetServers(servers) {
  const resolver = new Resolver();
  resolver.setServers(servers);
  setDefaultResolver(resolver);
  bindDefaultResolver(module.exports, Resolver.prototype);
  if (promises !== undefined) bindDefaultResolver(promises, promises.Resolver.prototype);
}

module.exports = {
  lookup,
  lookupService,
  Resolver,
  getDefaultResultOrder,
  setDefaultResultOrder,
  setServers: defaultResolverSetServers,
  ADDRCONFIG,
  ALL,
  V4MAPPED,
  ...require('internal/dns/errors'),
};

bindDefaultResolver(module.exports, Resolver.prototype);

Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  get() { return promises ??= require('dns/promises'); },
  enumerable: true,
  configurable: true,
});
