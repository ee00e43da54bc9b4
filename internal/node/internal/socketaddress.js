'use strict';
// net.SocketAddress: an IP address with its port.

const { inspect } = require('internal/util/inspect');
const { addressBytes, addressText, isIP } = require('internal/net');
const { codes: { ERR_INVALID_ARG_VALUE }, genericNodeError } = require('internal/errors');
const { validateObject, validatePort, validateString, validateUint32 } = require('internal/validators');

const kBytes = Symbol('kBytes');

class SocketAddress {
  #address;
  #family;
  #port;
  #flowlabel;

  static isSocketAddress(value) {
    return value?.[kBytes] !== undefined;
  }

  constructor(options = {}) {
    validateObject(options, 'options');
    let { family = 'ipv4' } = options;
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase();
    if (family !== 'ipv4' && family !== 'ipv6') throw new ERR_INVALID_ARG_VALUE('options.family', options.family);
    const { address = family === 'ipv4' ? '127.0.0.1' : '::', port = 0, flowlabel = 0 } = options;
    validateString(address, 'options.address');
    validatePort(port, 'options.port');
    validateUint32(flowlabel, 'options.flowlabel', false);
    if (isIP(address) !== (family === 'ipv4' ? 4 : 6)) {
      throw genericNodeError('Invalid socket address', { code: 'ERR_INVALID_ADDRESS' });
    }
    this[kBytes] = addressBytes(address);
    this.#address = addressText(this[kBytes]);
    this.#family = family;
    this.#port = port | 0;
    this.#flowlabel = flowlabel;
    Object.defineProperty(this, kBytes, { enumerable: false });
  }

  get address() { return this.#address; }
  get port() { return this.#port; }
  get family() { return this.#family; }
  get flowlabel() { return this.#flowlabel; }

  [inspect.custom](depth, options) {
    if (depth < 0) return this;
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `SocketAddress ${inspect(this.toJSON(), inner)}`;
  }

  toJSON() {
    return { address: this.address, port: this.port, family: this.family, flowlabel: this.flowlabel };
  }

  /** The SocketAddress of "address:port"; undefined if the text is none. */
  static parse(input) {
    validateString(input, 'input');
    const { URL } = require('url');
    const url = URL.parse(`http://${input}`);
    if (url === null) return undefined;
    const { hostname, port } = url;
    const isIPv6 = hostname.startsWith('[') && hostname.endsWith(']');
    try {
      return new SocketAddress(isIPv6 ?
        { address: hostname.slice(1, -1), port: port | 0, family: 'ipv6' } :
        { address: hostname, port: port | 0 });
    } catch {
      return undefined;
    }
  }
}

module.exports = { SocketAddress, kBytes };
