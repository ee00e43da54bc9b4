'use strict';
// The global navigator: what a page's script may ask about its browser, answered for this runtime.

const { codes: { ERR_ILLEGAL_CONSTRUCTOR } } = require('internal/errors');
const { kEnumerableProperty } = require('internal/util');

const kConstruct = Symbol('kConstruct');

// The browsers' words for the systems.
const systems = { __proto__: null, darwin: 'MacIntel', linux: 'Linux', freebsd: 'FreeBSD', openbsd: 'OpenBSD', sunos: 'SunOS', aix: 'AIX', win32: 'Win32' };
const machines = { __proto__: null, x64: 'x86_64', arm64: 'aarch64', ia32: 'i686' };

class Navigator {
  #languages = Object.freeze([new Intl.Collator().resolvedOptions().locale || 'en-US']);

  constructor() {
    if (arguments[0] !== kConstruct) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  get hardwareConcurrency() {
    // Asked of the object, so that another's prototype throws.
    return this.#languages && require('os').availableParallelism();
  }

  get language() {
    return this.#languages[0];
  }

  get languages() {
    return this.#languages;
  }

  get userAgent() {
    return this.#languages && `Node.js/${process.versions.node.split('.', 1)[0]}`;
  }

  get platform() {
    const system = this.#languages && (systems[process.platform] ?? process.platform);
    return system === 'MacIntel' || system === 'Win32' ? system : `${system} ${machines[process.arch] ?? process.arch}`;
  }
}

for (const name of ['hardwareConcurrency', 'language', 'languages', 'userAgent', 'platform'])
  Object.defineProperty(Navigator.prototype, name, kEnumerableProperty);

module.exports = { Navigator, navigator: new Navigator(kConstruct) };
