'use strict';
// A client's sessions as the application keeps them: bound to the name of the server they were made with, because a
// session that is resumed is not asked for its certificate's name again.

const prefix = Buffer.from('\0sluice:tls:session:1\0');

/** The name that a client's session belongs to. */
function identityOf(options) {
  return options?.servername || options?.host || options?.socket?._host || 'localhost';
}

/** What the application gets of a session. */
function bind(session, options) {
  if (session === undefined || options?.isServer) return session;
  const name = Buffer.from(identityOf(options));
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(name.length, 0);
  return Buffer.concat([prefix, length, name, session]);
}

/** The native half's session in what the application gave, if it is for this server. */
function unbind(session, options) {
  if (typeof session === 'string') session = Buffer.from(session, 'latin1');
  if (options?.isServer || !ArrayBuffer.isView(session)) return undefined;
  const bytes = Buffer.from(session.buffer, session.byteOffset, session.byteLength);
  const start = prefix.length;
  if (bytes.length < start + 2 || !bytes.subarray(0, start).equals(prefix)) return undefined;
  const end = start + 2 + bytes.readUInt16BE(start);
  if (bytes.length < end || bytes.toString('utf8', start + 2, end) !== identityOf(options)) return undefined;
  return bytes.subarray(end);
}

module.exports = { bind, identityOf, unbind };
