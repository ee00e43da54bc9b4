'use strict';
// HTTPParser: the native parser for bytes that are in JavaScript, with the interface of the one in Node. Callbacks are
// properties of a parser under small numbers. Our own client asks for sections of fields as one text
// (internal/http/incoming_headers); everybody else gets arrays, in batches as Node cuts them.

const binding = internalBinding('http_parser');
const { toArray } = require('internal/http/incoming_headers');
const { emitAfter, emitBefore, emitDestroy, emitInit, initHooksExist, newAsyncId } = require('internal/async_hooks');
const asyncContext = require('internal/async_context');
const { ConnectionsList, Membership } = require('internal/http/connections_list');

const REQUEST = 1;
const RESPONSE = 2;

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
const BEGIN = 6;

const noDecision = -1;

// Names and values that kOnHeaders gets at a time, when a section has more fields than this.
const batch = 62;

// What stops a parser that is not the peer's fault. Node puts a code and a reason.
const paused = ['HPE_PAUSED', 'Paused'];
const pausedByHead = ['HPE_PAUSED', 'Paused by on_headers_complete'];
const badHeadAnswer = ['HPE_CB_HEADERS_COMPLETE', 'User callback error'];
const badBody = ['HPE_JS_EXCEPTION', 'JS Exception'];
const badComplete = ['HPE_CB_MESSAGE_COMPLETE', '`on_message_complete` callback error'];

// Native parsers of objects that nobody closed.
const forgotten = new FinalizationRegistry((id) => binding.close(id));

// The native half keeps an error's reason beside its code.
function parseError([code, reason], bytesParsed, above) {
  const error = new Error('Parse Error');
  Error.captureStackTrace(error, above);
  error.bytesParsed = bytesParsed;
  error.code = code;
  error.reason = reason;
  return error;
}

function copy(view, offset, length) {
  return Buffer.copyBytesFrom(new Uint8Array(view.buffer, view.byteOffset + offset, length));
}

class HTTPParser {
  #id = -1;
  #closed = false;
  #run = 0; // Which initialize() this is: after another one nothing of the former may go on.
  #options = null; // [type, limit, lenient], to begin anew after an upgrade.
  #buffer = null; // What is being parsed.
  #waiting = null; // Buffers that came while another one was parsed.
  #upgraded = false;
  #text = false; // Sections of fields are texts.
  #begun = false; // kOnMessageBegin has been called.
  #url = ''; // For kOnHeaders.
  #left = null; // Fields of a head that nobody took: they come at the end.
  #flushed = false; // Since initialize() a section went to kOnHeaders.
  #stopped = null; // Why nothing more is parsed: one of the pairs above, or an error's code and reason.
  #pausing = null; // pause() or resume() during execute(): whether to pause when it ends.
  #member = null; // The place in a ConnectionsList.
  #asyncId = 0; // By which async hooks know what it is used for.
  #frame = undefined; // The async context that it was given its use in: callbacks run in it.
  #source = null; // The handle whose bytes are consumed.

  /** Makes a parser deliver sections of fields as texts. */
  static text(parser) {
    if (#text in parser) parser.#text = true;
  }

  initialize(type, resource, maxHeaderSize = 0, lenientFlags = 0, list = null) {
    if (this.#closed) return;
    const limit = maxHeaderSize || require('internal/http/limits').maxHeaderSize();
    this.#run++;
    this.#waiting = null;
    this.#upgraded = this.#begun = this.#flushed = false;
    this.#stopped = this.#pausing = null;
    this.#options = [type, limit, lenientFlags];
    if (this.#id === -1) {
      this.#id = binding.open(type, limit, lenientFlags);
      forgotten.register(this, this.#id, this);
    } else {
      binding.reset(this.#id, type, limit, lenientFlags);
    }
    this.#member = list === null ? null : new Membership(list, this);
    this.#disown();
    this.#frame = asyncContext.current();
    if (initHooksExist()) {
      this.#asyncId = newAsyncId();
      emitInit(this.#asyncId, type === REQUEST ? 'HTTPINCOMINGMESSAGE' : 'HTTPCLIENTREQUEST', undefined, resource ?? this);
    }
  }

  /** Parses bytes and calls back. Returns how many were parsed, or an Error. */
  execute(buffer) {
    if (this.#id === -1) return this.#closed || this.#options === null ? undefined : this.#reopen(buffer);
    if (this.#buffer !== null) {
      (this.#waiting ??= []).push(buffer);
      return buffer.byteLength;
    }
    if (this.#stopped !== null) return parseError(this.#stopped, 0, this.execute);
    const asyncId = this.#asyncId;
    const before = asyncContext.exchange(this.#frame);
    if (asyncId !== 0) emitBefore(asyncId, asyncId, this);
    try {
      return this.#parseAll(buffer);
    } finally {
      if (asyncId !== 0) emitAfter(asyncId);
      asyncContext.exchange(before);
    }
  }

  // Parses bytes, and those that come meanwhile.
  #parseAll(buffer) {
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

  // After free() a parser has nothing native any more; its settings it has.
  #reopen(buffer) {
    this.initialize(...this.#options.toSpliced(1, 0, null), this.#member?.list);
    return this.execute(buffer);
  }

  #parse(buffer, run) {
    if (this.#upgraded) { // Somebody believes that HTTP goes on.
      this.#upgraded = false;
      binding.reset(this.#id, ...this.#options);
    }
    this.#buffer = buffer;
    try {
      let decision = noDecision;
      let at = 0;
      for (;;) {
        const events = binding.feed(this.#id, buffer, at, decision);
        at = events[0];
        const last = this.#dispatch(events, buffer, run);
        if (this.#run !== run || this.#upgraded) return at;
        if (last === undefined) return at;
        if (typeof last !== 'number') return this.#stop(last, last[2] ?? at);
        decision = last;
      }
    } finally {
      if (this.#buffer === buffer) this.#buffer = null;
      if (this.#pausing !== null) {
        this.#pausing ? this.#stopped ??= paused : this.resume();
        this.#pausing = null;
      }
    }
  }

  // Refuses all that follows, and returns the Error.
  #stop(why, at) {
    this.#stopped = why;
    return parseError(why, at, this.execute);
  }

  // Calls back for a list of events. Returns the decision about a head, or why the parser stops
  // (code, reason and, if known, where), or undefined.
  #dispatch(events, buffer, run) {
    for (let i = 1; i < events.length && this.#run === run;) {
      switch (events[i]) {
        case BEGIN:
          this.#begin();
          i++;
          break;
        case HEAD:
          return this.#head(events, i + 1);
        case BODY:
          this.#body(buffer, events[i + 1], events[i + 2]);
          i += 3;
          break;
        case COMPLETE:
          this.#complete(events[i + 1], run);
          i += 2;
          break;
        case UPGRADE:
          this.#upgraded = true;
          return undefined;
        case ERROR:
          return events.slice(i + 1, i + 4);
      }
    }
    return undefined;
  }

  #begin() {
    this.#begun = true;
    this.#url = '';
    this.#left = null;
    this.#member?.begin();
    const callback = this[kOnMessageBegin];
    if (typeof callback === 'function') callback.call(this);
  }

  #head(events, i) {
    if (!this.#begun) this.#begin();
    if (this.#member !== null) this.#member.headComplete = true;
    const callback = this[kOnHeadersComplete];
    const number = events[i + 2];
    const upgrade = events[i + 6];
    const keepAlive = events[i + 5];
    const isRequest = events[i + 7];
    const text = events[i + 3];
    if (isRequest) this.#url = text;
    if (typeof callback !== 'function') {
      if (!this.#text) this.#left = toArray(events[i + 4], Infinity);
      return 0;
    }
    let answer;
    try {
      let fields = events[i + 4];
      if (!this.#text) {
        fields = this.#flush(toArray(fields, Infinity));
        // What kOnHeaders has got, kOnHeadersComplete does not get again.
        if (this.#flushed) {
          this.#deliver(fields);
          fields = undefined;
        }
      }
      if (isRequest) {
        const url = this.#flushed ? undefined : text;
        answer = callback.call(this, events[i], events[i + 1], fields, number, url, undefined, undefined, upgrade, keepAlive);
      } else {
        answer = callback.call(this, events[i], events[i + 1], fields, undefined, undefined, number, text, upgrade, keepAlive);
      }
      answer |= 0;
    } catch (error) {
      this.#stopped = badHeadAnswer;
      throw error;
    }
    if (answer === 0 || answer === 1 || answer === 2) return answer;
    return answer === 21 ? pausedByHead : badHeadAnswer;
  }

  // Hands all but the last batch of fields to kOnHeaders, and returns that.
  #flush(fields) {
    let from = 0;
    for (; fields.length - from > batch; from += batch) this.#deliver(fields.slice(from, from + batch));
    return from === 0 ? fields : fields.slice(from);
  }

  #deliver(fields) {
    const callback = this[kOnHeaders];
    if (typeof callback !== 'function') return;
    callback.call(this, fields, this.#url);
    this.#url = '';
    this.#flushed = true;
  }

  #body(buffer, offset, length) {
    const callback = this[kOnBody];
    if (typeof callback !== 'function') return;
    let bytes;
    if (this.#text) bytes = buffer.subarray(offset, offset + length);
    else bytes = copy(buffer, offset, length);
    try {
      callback.call(this, bytes);
    } catch (error) {
      this.#stopped = badBody;
      throw error;
    }
  }

  #complete(trailers, run) {
    this.#begun = false;
    this.#member?.complete();
    try {
      if (trailers !== undefined || this.#left !== null) this.#trailers(trailers);
      if (this.#run !== run) return;
      const callback = this[kOnMessageComplete];
      if (typeof callback === 'function') callback.call(this);
    } catch (error) {
      this.#stopped = badComplete;
      throw error;
    }
  }

  #trailers(trailers) {
    if (this.#text) {
      this[kOnHeaders]?.(trailers, '');
      return;
    }
    let fields = this.#left ?? [];
    this.#left = null;
    if (trailers !== undefined) fields = fields.concat(toArray(trailers, Infinity));
    if (fields.length > 0) this.#deliver(this.#flush(fields));
  }

  /** No more bytes will come: an Error if that cuts a message short. */
  finish() {
    if (this.#id === -1 || this.#stopped !== null) return undefined;
    const last = this.#dispatch(binding.finish(this.#id), null, this.#run);
    // What was cut short once is so whenever one asks.
    return Array.isArray(last) ? parseError(last, 0, this.finish) : undefined;
  }

  /** What is being parsed, for errors. */
  getCurrentBuffer() {
    if (this.#closed) return undefined;
    return this.#buffer === null ? Buffer.alloc(0) : copy(this.#buffer, 0, this.#buffer.byteLength);
  }

  /** Nothing is parsed any more until resume(). What execute() has in hand it goes on with. */
  pause() {
    if (this.#buffer !== null) this.#pausing = true;
    else this.#stopped ??= paused;
  }

  resume() {
    if (this.#buffer !== null) this.#pausing = false;
    else if (this.#stopped?.[0] === 'HPE_PAUSED') this.#stopped = null;
  }

  /** Takes the bytes of a connection's handle before its socket sees them. kOnExecute gets what execute() returns. */
  consume(handle) {
    if (this.#closed) return;
    this.unconsume();
    this.#source = handle;
    handle.consumer = (buffer) => {
      const result = this.execute(buffer);
      const callback = this[kOnExecute];
      if (result === undefined || typeof callback !== 'function') return;
      const before = this.#buffer;
      this.#buffer = buffer; // for getCurrentBuffer()
      try {
        callback.call(this, result);
      } finally {
        this.#buffer = before;
      }
    };
  }

  /** The bytes are the socket's again. */
  unconsume() {
    if (this.#source === null) return;
    this.#source.consumer = null;
    this.#source = null;
  }

  /** The parser leaves the list of its server. */
  remove() {
    this.#member?.leave();
  }

  /** The parser goes to a list of free ones, with nothing of its last message. */
  free() {
    this.#run++;
    this.#waiting = null;
    this.#disown();
    if (this.#id === -1) return;
    this.#upgraded = this.#begun = this.#flushed = false;
    this.#stopped = this.#pausing = null;
    binding.reset(this.#id, this.#options[0], this.#options[1], this.#options[2]);
  }

  close() {
    this.#run++;
    this.remove();
    this.unconsume();
    this.#release();
    this.#disown();
    this.#closed = true;
  }

  // What it was used for is over.
  #disown() {
    this.#frame = undefined;
    if (this.#asyncId === 0) return;
    emitDestroy(this.#asyncId);
    this.#asyncId = 0;
  }

  #release() {
    if (this.#id === -1) return;
    forgotten.unregister(this);
    binding.close(this.#id);
    this.#id = -1;
  }
}

const constants = {
  REQUEST,
  RESPONSE,
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

const { text } = HTTPParser;
delete HTTPParser.text;
Object.assign(HTTPParser, constants);

// All that the parser knows, by number; and those of them that are HTTP's.
const allMethods = binding.allMethods();
const httpMethods = new Set(binding.httpMethods());
const methods = allMethods.filter((name) => httpMethods.has(name));

// What process.binding('http_parser') is. An application may put another HTTPParser in, before http is loaded.
const legacyBinding = { HTTPParser, ConnectionsList, methods, allMethods };

module.exports = { HTTPParser, legacyBinding, deliverText: text };
