'use strict';
// dns.lookup() and dns.lookupService(): names and addresses as the system sees them (files, then servers).
// The callback and the promise form share what is here.

const binding = internalBinding('dns');
const { isIP } = require('internal/net');
const { ascii } = require('internal/dns/names');
const { DNSException, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const {
  validateBoolean, validateNumber, validateOneOf, validateStringWithoutNullBytes,
} = require('internal/validators');
const { getOptionValue } = require('internal/options');
const { hasObserver, startPerf, stopPerf } = require('internal/perf/observed');

const V4MAPPED = 8;
const ALL = 16;
const ADDRCONFIG = 32;

const orders = ['verbatim', 'ipv4first', 'ipv6first'];
const families = [0, 4, 6];

let defaultOrder;

function getDefaultResultOrder() {
  if (defaultOrder === undefined) {
    const option = getOptionValue('--dns-result-order');
    if (option) validateOneOf(option, '--dns-result-order', orders);
    defaultOrder = option || 'verbatim';
  }
  return defaultOrder;
}

function setDefaultResultOrder(value) {
  validateOneOf(value, 'dnsOrder', orders);
  defaultOrder = value;
}

function validateHints(hints) {
  if ((hints & ~(ADDRCONFIG | ALL | V4MAPPED)) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', hints);
}

/** What was asked for: { family, hints, all, order }. `names`: families may be 'IPv4' and 'IPv6' too. */
function lookupOptions(options, names) {
  const query = { family: 0, hints: 0, all: false, order: getDefaultResultOrder() };
  if (typeof options === 'number') {
    validateOneOf(options, 'family', families);
    query.family = options + 0; // -0 is 0
    return query;
  }
  if (options !== undefined && typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  }
  const { hints, family, all, verbatim, order } = options ?? {};
  if (hints != null) {
    validateNumber(hints, 'options.hints');
    query.hints = hints >>> 0;
    validateHints(query.hints);
  }
  if (family != null) {
    if (names && family === 'IPv4') {
      query.family = 4;
    } else if (names && family === 'IPv6') {
      query.family = 6;
    } else {
      validateOneOf(family, 'options.family', families);
      query.family = family + 0;
    }
  }
  if (all != null) {
    validateBoolean(all, 'options.all');
    query.all = all;
  }
  if (verbatim != null) {
    validateBoolean(verbatim, 'options.verbatim');
    query.order = verbatim ? 'verbatim' : 'ipv4first';
  }
  if (order != null) {
    validateOneOf(order, 'options.order', orders);
    query.order = order;
  }
  return query;
}

function validateHostname(hostname) {
  if (hostname) validateStringWithoutNullBytes(hostname, 'hostname');
}

let warned = false;

function warnOfHostname(hostname) {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns module solely for compatibility.`,
    'DeprecationWarning', 'DEP0118');
}

/** The addresses that are known without asking anybody; undefined if there are none. */
function knownAddresses(hostname, family) {
  if (!hostname) {
    warnOfHostname(hostname);
    return { addresses: [], family: family === 6 ? 6 : 4 };
  }
  const own = isIP(hostname);
  return own === 0 ? undefined : { addresses: [{ address: hostname, family: own }], family: own };
}

function sorted(addresses, order) {
  if (order === 'verbatim') return addresses;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...addresses.filter((a) => a.family === first), ...addresses.filter((a) => a.family !== first)];
}

/** Asks for the addresses of a host: done(error, [{ address, family }]). */
function getAddresses(hostname, query, done) {
  const name = ascii(hostname);
  const { family, hints, order } = query;
  const entry = begin('lookup', { hostname, family, hints, verbatim: order === 'verbatim', order });
  binding.lookup(name, family, hints, (error, found) => {
    if (error || typeof found === 'number') {
      done(error ?? new DNSException(found, 'getaddrinfo', hostname));
      return;
    }
    const addresses = sorted(found.map((address) => ({ address, family: family || isIP(address) })), order);
    done(null, addresses);
    end(entry, { addresses });
  });
}

/** Asks for the name of an address and a port: done(error, hostname, service). */
function getNameInfo(address, port, done) {
  const entry = begin('lookupService', { host: address, port });
  binding.nameInfo(address, port, (error, found) => {
    if (error || typeof found === 'number') {
      done(error ?? new DNSException(found, 'getnameinfo', address));
      return;
    }
    const [hostname, service] = found;
    done(null, hostname, service);
    end(entry, { hostname, service });
  });
}

// Performance entries, where somebody observes them.
function begin(name, detail) {
  if (!hasObserver('dns')) return undefined;
  const entry = { perf: undefined };
  startPerf(entry, 'perf', { type: 'dns', name, detail });
  return entry;
}

function end(entry, detail) {
  if (entry !== undefined) stopPerf(entry, 'perf', { detail });
}

module.exports = {
  ADDRCONFIG,
  ALL,
  V4MAPPED,
  begin,
  end,
  getAddresses,
  getDefaultResultOrder,
  getNameInfo,
  knownAddresses,
  lookupOptions,
  setDefaultResultOrder,
  validateHostname,
};
