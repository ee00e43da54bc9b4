'use strict';
// ConnectionsList: which parsers of a server wait for a message, read one, and take too long for it. A parser enters
// with initialize(type, resource, maxHeaderSize, lenientFlags, list), which gives it a Membership.

const all = Symbol('all');
const active = Symbol('active');

function parsersOf(members) {
  return members.map((member) => member.parser);
}

function byStart(a, b) {
  return a.start - b.start;
}

class ConnectionsList {
  constructor() {
    for (const key of [all, active]) Object.defineProperty(this, key, { __proto__: null, value: new Set() });
  }

  /** Every parser: those between messages first, then the longest waiting. */
  all() { return parsersOf([...this[all]].sort(byStart)); }

  /** The parsers between messages. */
  idle() { return parsersOf([...this[all]].filter((member) => member.start === 0)); }

  /** The parsers that read a message, the longest waiting first. */
  active() { return parsersOf([...this[active]].sort(byStart)); }

  /** The parsers that are beyond the time for a head or for a message, in milliseconds; each is told once. */
  expired(headersTimeout, requestTimeout) {
    let headers = Number(headersTimeout);
    let request = Number(requestTimeout);
    if (headers === 0 && request === 0) return [];
    if (request > 0 && headers > request) [headers, request] = [request, headers];
    const now = performance.now();
    const late = [...this[active]].sort(byStart).filter((member) => {
      const age = now - member.start;
      return (headers > 0 && !member.headComplete && age > headers) || (request > 0 && age > request);
    });
    for (const member of late) this[active].delete(member);
    return parsersOf(late);
  }
}

/** A parser's place in a list. */
class Membership {
  constructor(list, parser) {
    this.list = list;
    this.parser = parser;
    this.start = 0; // When its message began, 0 for between messages.
    this.headComplete = false;
    // A peer that never sends anything is late, too.
    this.begin();
  }

  /** A message begins. */
  begin() {
    this.start = performance.now();
    this.headComplete = false;
    this.list[all].add(this);
    this.list[active].add(this);
  }

  /** A message is complete. */
  complete() {
    this.start = 0;
    this.list[all].add(this);
    this.list[active].delete(this);
  }

  leave() {
    this.list[all].delete(this);
    this.list[active].delete(this);
  }
}

module.exports = { ConnectionsList, Membership };
