'use strict';
// HTTPParser: the native parser for bytes that are in JavaScript, with the interface of the one in Node. Callbacks are
// properties of a parser under small numbers; whoever sets `textHeaders` gets sections of fields as one text (see
// internal/http/incoming_headers) instead of arrays.

const binding = internalBinding('http_parser');
const { toArray } = require('internal/http/incoming_headers');

const kOnMessageBegin = 0;
const kOnHeaders = 1;
const kOnHeadersComplete = 2;
const kOnBody = 3;
const kOnMessageComplete = 4;
const kOnExecute = 5;
const kOnTimeout = 6;

// Events of binding.feed().
const HEAD = 1;
const BODY = 2;
const COMPLETE = 3;
const UPGRADE = 4;
const ERROR = 5;

const noDecision = -1;

// Native parsers of objects that nobody closed.
const forgotten = new FinalizationRegistry((id) => binding.close(id));

// The native half keeps an error's reason beside its code.
function parseError(code, reason, bytesParsed) {
  const error = new Error('Parse Error');
  error.bytesParsed = bytesParsed;
  error.code = code;
  error.reason = reason;
  return error;
}

class HTTPParser {
  #id = -1;
  #run = 0; // Which initialize() this is: after another one nothing of the former may go on.
  #buffer = null; // What is being parsed.
  #waiting = null; // Buffers that came while another one was parsed.
  #upgraded = false;

  textHeaders = false;

  initialize(type, resource, maxHeaderSize = 0, lenientFlags = 0) {
    const limit = maxHeaderSize || require('internal/http/limits').maxHeaderSize();
    this.#run++;
    this.#waiting = null;
    this.#upgraded = false;
    if (this.#id === -1) {
      this.#id = binding.open(type, limit, lenientFlags);
      forgotten.register(this, this.#id, this);
    } else {
      binding.reset(this.#id, type, limit, lenientFlags);
    }
  }

  /** Parses bytes and calls back. Returns how many were parsed, or an Error. */
  execute(buffer, offset, length) {
    if (offset !== undefined && (offset !== 0 || length !== buffer.length)) buffer = buffer.subarray(offset, offset + length);
    if (this.#id === -1) return buffer.length;
    if (this.#buffer !== null) {
      (this.#waiting ??= []).push(buffer);
      return buffer.length;
    }
    const run = this.#run;
    let result = this.#parse(buffer, run);
    while (this.#waiting !== null && this.#run === run && typeof result === 'number' && !this.#upgraded) {
      const next = this.#waiting.shift();
      if (this.#waiting.length === 0) this.#waiting = null;
      const more = this.#parse(next, run);
      if (typeof more !== 'number') result = more;
    }
    return result;
  }

  #parse(buffer, run) {
    this.#buffer = buffer;
    try {
      let decision = noDecision;
      let at = 0;
      for (;;) {
        const events = binding.feed(this.#id, buffer, at, decision);
        at = events[0];
        decision = noDecision;
        const last = this.#dispatch(events, buffer, run);
        if (this.#run !== run || this.#upgraded) return at;
        if (last instanceof Error) return last;
        if (typeof last !== 'number') return at;
        decision = last;
      }
    } finally {
      if (this.#buffer === buffer) this.#buffer = null;
    }
  }

  // Calls back for a list of events. Returns the decision about a head, an Error, or undefined.
  #dispatch(events, buffer, run) {
    for (let i = 1; i < events.length && this.#run === run;) {
      switch (events[i]) {
        case HEAD:
          return this.#head(events, i + 1);
        case BODY:
          this[kOnBody]?.(buffer.subarray(events[i + 1], events[i + 1] + events[i + 2]));
          i += 3;
          break;
        case COMPLETE: {
          const trailers = events[i + 1];
          if (trailers !== undefined) this[kOnHeaders]?.(this.textHeaders ? trailers : toArray(trailers, Infinity), '');
          if (this.#run === run) this[kOnMessageComplete]?.();
          i += 2;
          break;
        }
        case UPGRADE:
          this.#upgraded = true;
          return undefined;
        case ERROR:
          return parseError(events[i + 1], events[i + 2], events[i + 3]);
      }
    }
    return undefined;
  }

  #head(events, i) {
    this[kOnMessageBegin]?.();
    const callback = this[kOnHeadersComplete];
    if (!callback) return 0;
    const number = events[i + 2];
    const text = events[i + 3];
    const fields = this.textHeaders ? events[i + 4] : toArray(events[i + 4], Infinity);
    const upgrade = events[i + 6];
    const keepAlive = events[i + 5];
    const decision = events[i + 7] ?
      callback.call(this, events[i], events[i + 1], fields, number, text, undefined, undefined, upgrade, keepAlive) :
      callback.call(this, events[i], events[i + 1], fields, undefined, undefined, number, text, upgrade, keepAlive);
    return decision === 1 || decision === 2 ? decision : 0;
  }

  /** No more bytes will come: an Error if that cuts a message short. */
  finish() {
    if (this.#id === -1) return undefined;
    const events = binding.finish(this.#id);
    const last = this.#dispatch(events, null, this.#run);
    return last instanceof Error ? last : undefined;
  }

  /** What is being parsed, for errors. */
  getCurrentBuffer() {
    return this.#buffer ?? Buffer.alloc(0);
  }

  /** The parser goes to a list of free ones. */
  free() {
    this.#run++;
    this.#waiting = null;
    this.close();
  }

  close() {
    this.#run++;
    if (this.#id === -1) return;
    forgotten.unregister(this);
    binding.close(this.#id);
    this.#id = -1;
  }

  remove() {}
  pause() {}
  resume() {}
  consume() {}
  unconsume() {}
  duration() { return 0; }
  headersCompleted() { return false; }
}

const constants = {
  REQUEST: 1,
  RESPONSE: 2,
  kOnMessageBegin,
  kOnHeaders,
  kOnHeadersComplete,
  kOnBody,
  kOnMessageComplete,
  kOnExecute,
  kOnTimeout,
  kLenientNone: 0,
  kLenientHeaders: 1,
  kLenientChunkedLength: 2,
  kLenientKeepAlive: 4,
  kLenientTransferEncoding: 8,
  kLenientVersion: 16,
  kLenientDataAfterClose: 32,
  kLenientOptionalLFAfterCR: 64,
  kLenientOptionalCRLFAfterChunk: 128,
  kLenientOptionalCRBeforeLF: 256,
  kLenientSpacesAfterChunkSize: 512,
  kLenientHeaderValueRelaxed: 1024,
  kLenientAll: 1023,
};
Object.assign(HTTPParser, constants);

module.exports = { HTTPParser };
