'use strict';
// net.BoundSocket: a socket that has its address before it is known whether it will listen or connect.

const { ErrnoException, ExceptionWithHostPort, codes: { ERR_INVALID_ARG_VALUE, ERR_SOCKET_HANDLE_ADOPTED } } = require('internal/errors');
const { validateBoolean, validateObject, validatePort, validateString } = require('internal/validators');
const { kEmptyObject } = require('internal/util');
const { isIP } = require('internal/net');
const { boundSocket } = require('internal/net_handle');

class BoundSocket {
  #handle; // null when somebody else has it, or it is closed
  #path;
  #address;

  constructor(options = kEmptyObject) {
    validateObject(options, 'options');
    if (options.path !== undefined) this.#bindPath(options);
    else this.#bindAddress(options);
  }

  #bindAddress(options) {
    const port = validatePort(options.port ?? 0, 'options.port');
    const { ipv6Only = false, reusePort = false } = options;
    validateBoolean(ipv6Only, 'options.ipv6Only');
    validateBoolean(reusePort, 'options.reusePort');
    let { host } = options;
    if (host === undefined || host === null) {
      host = ipv6Only ? '::' : '0.0.0.0';
    } else {
      validateString(host, 'options.host');
      if (isIP(host) === 0) {
        throw new ERR_INVALID_ARG_VALUE('options.host', host, 'must be a numeric IP address; net.BoundSocket does not perform DNS resolution');
      }
    }
    const handle = boundSocket(host, port, (ipv6Only ? 1 : 0) | (reusePort ? 2 : 0));
    if (typeof handle === 'number') throw new ExceptionWithHostPort(handle, 'bind', host, port);
    this.#handle = handle;
    this.#address = handle.address();
  }

  #bindPath(options) {
    const { path, host, port, ipv6Only, reusePort } = options;
    if (host !== undefined || port !== undefined || ipv6Only !== undefined || reusePort !== undefined) {
      throw new ERR_INVALID_ARG_VALUE('options', options, 'path is mutually exclusive with host, port, ipv6Only, and reusePort');
    }
    validateString(path, 'options.path');
    const handle = boundSocket(path, -1, 0);
    if (typeof handle === 'number') throw new ErrnoException(handle, 'bind');
    this.#handle = handle;
    this.#path = path;
  }

  #owned() {
    if (this.#handle === null) throw new ERR_SOCKET_HANDLE_ADOPTED();
    return this.#handle;
  }

  /** { address, family, port }, or the path. */
  address() {
    this.#owned();
    return this.#path ?? this.#address;
  }

  /** The descriptor, which stays ours. */
  fd() {
    return this.#owned().fd;
  }

  close() {
    this.#owned().close();
    this.#handle = null;
  }

  get isPipe() { return this.#path !== undefined; }

  [Symbol.dispose]() {
    if (this.#handle !== null) this.close();
  }

  /** Gives the socket away. */
  static adopt(bound) {
    const handle = bound.#owned();
    bound.#handle = null;
    return handle;
  }

  static isBoundSocket(value) {
    return typeof value === 'object' && value !== null && #handle in value;
  }
}

const { adopt, isBoundSocket } = BoundSocket;
delete BoundSocket.adopt;
delete BoundSocket.isBoundSocket;

module.exports = { BoundSocket, adopt, isBoundSocket };
