'use strict';
// The limit of connections of a server that several workers have.

/**
 * Who accepts for all workers is to know how many connections each wants, as soon as the application says so. Soft: what
 * is too many for all comes all the same, and is dropped as under Node.
 */
function followLimit(server, soft) {
  const tell = () => {
    const { maxConnections } = server;
    // eslint-disable-next-line eqeqeq -- null and undefined are no limit
    const limit = maxConnections == null || (!soft && server.dropMaxConnection) ? Infinity : Math.ceil(maxConnections);
    server._handle?.setLimit(limit < 2 ** 31 ? Math.max(limit, 0) : -1, soft);
  };
  follow(server, 'maxConnections', tell);
  if (!soft) follow(server, 'dropMaxConnection', tell);
  tell();
}

const followed = Symbol('followed');

// Makes changed() be called when the property of the server changes. It can be enumerated once it is set, as under Node.
function follow(server, name, changed) {
  const before = Object.getOwnPropertyDescriptor(server, name);
  if (before?.get?.[followed] || before?.configurable === false) return;
  let value = server[name];
  const get = () => value;
  get[followed] = true;
  const set = (to) => {
    value = to;
    Object.defineProperty(server, name, { enumerable: true });
    changed();
  };
  Object.defineProperty(server, name, { __proto__: null, get, set, enumerable: before !== undefined, configurable: true });
}

module.exports = { followLimit };
