'use strict';
// Interface: lines from a stream; on a terminal, a line that can be edited. What editing does is in editing.js.

const EventEmitter = require('events');
const { AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE } } = require('internal/errors');
const { validateAbortSignal, validateArray, validateNumber, validateString, validateUint32 } = require('internal/validators');
const { StringDecoder } = require('string_decoder');
const { emitKeypressEvents, kSawKeyPress } = require('internal/readline/keys');

const kHistorySize = 30;
const kMinCrlfDelay = 100;
const lineEnding = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g;

const kQuestion = Symbol('kQuestion');
const kQuestionCancel = Symbol('kQuestionCancel');
const kQuestionReject = Symbol('kQuestionReject');
const kAnswer = Symbol('kQuestionCallback');
const kOldPrompt = Symbol('kOldPrompt');
const kPrompt = Symbol('kPrompt');
const kRest = Symbol('kLineBuffer');
const kDecoder = Symbol('kDecoder');
const kSawReturnAt = Symbol('kSawReturnAt');
const kLines = Symbol('kLineObjectStream');

class Interface extends EventEmitter {
  constructor(input, output, completer, terminal) {
    super();
    this[kSawReturnAt] = 0;
    this.isCompletionEnabled = true;
    this[kSawKeyPress] = false;
    this.escapeCodeTimeout = 500;
    this.tabSize = 8;
    this.completer = undefined;
    let history;
    let historySize;
    let removeHistoryDuplicates = false;
    let crlfDelay;
    let prompt = '> ';
    let signal;
    if (input?.input) {
      // An object of options in the place of the first argument.
      ({ output, completer, terminal, history, historySize, signal } = input);
      if (input.tabSize !== undefined) {
        validateUint32(input.tabSize, 'tabSize', true);
        this.tabSize = input.tabSize;
      }
      removeHistoryDuplicates = input.removeHistoryDuplicates;
      if (input.prompt !== undefined) prompt = input.prompt;
      if (input.escapeCodeTimeout !== undefined) {
        if (!Number.isFinite(input.escapeCodeTimeout)) throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', this.escapeCodeTimeout);
        this.escapeCodeTimeout = input.escapeCodeTimeout;
      }
      if (signal) validateAbortSignal(signal, 'options.signal');
      ({ crlfDelay } = input);
      input = input.input;
    }
    if (completer !== undefined && typeof completer !== 'function') throw new ERR_INVALID_ARG_VALUE('completer', completer);
    if (history === undefined) history = [];
    else validateArray(history, 'history');
    if (historySize === undefined) historySize = kHistorySize;
    validateNumber(historySize, 'size', 0);
    // A terminal's answer decides where the caller does not.
    if (terminal === undefined && output !== null && output !== undefined) terminal = Boolean(output.isTTY);

    this.line = '';
    this[kOldPrompt] = undefined;
    this[kAnswer] = null;
    this[kQuestionReject] = null;
    this.input = input;
    this.output = output;
    this.history = history;
    this.historySize = historySize;
    this.historyIndex = -1;
    this.removeHistoryDuplicates = Boolean(removeHistoryDuplicates);
    this.crlfDelay = crlfDelay ? Math.max(kMinCrlfDelay, crlfDelay) : kMinCrlfDelay;
    this.completer = completer;
    this.setPrompt(prompt);
    this.terminal = Boolean(terminal);
    this.closed = false;
    this.paused = false;
    this.cursor = 0;
    this[kRest] = '';

    const onError = (err) => this.emit('error', err);
    input.on('error', onError);
    this[kListeners] = [[input, 'error', onError]];
    if (this.terminal) this.#listenToKeys();
    else this.#listenToData();
    if (signal) {
      const onAbort = () => this.close();
      if (signal.aborted) {
        process.nextTick(onAbort);
      } else {
        signal.addEventListener('abort', onAbort);
        this.once('close', () => signal.removeEventListener('abort', onAbort));
      }
    }
    input.resume();
  }

  #listen(stream, event, listener) {
    stream.on(event, listener);
    this[kListeners].push([stream, event, listener]);
  }

  #listenToData() {
    this[kDecoder] = new StringDecoder('utf8');
    this.#listen(this.input, 'data', (data) => this.#onData(data));
    this.#listen(this.input, 'end', () => {
      if (this[kRest].length > 0) this.emit('line', this[kRest]);
      this[kRest] = '';
      this.close();
    });
  }

  #listenToKeys() {
    require('internal/readline/editing').setUp(this);
    emitKeypressEvents(this.input, this);
    this.#listen(this.input, 'keypress', (text, key) => {
      this._ttyWrite(text, key);
      if (key?.sequence) {
        // An odd half of a surrogate pair: the rest comes next.
        const ch = key.sequence.codePointAt(0);
        if (ch >= 0xd800 && ch <= 0xdfff) this._refreshLine();
      }
    });
    this.#listen(this.input, 'end', () => {
      if (typeof this.line === 'string' && this.line.length > 0) this.emit('line', this.line);
      this.close();
    });
    this._setRawMode(true);
    this.terminal = true;
    if (this.output?.on) this.#listen(this.output, 'resize', () => this._refreshLine());
  }

  #onData(data) {
    let text = this[kDecoder].write(data);
    if (text === '') return;
    // A \n right after a \r belongs to it, even in another chunk.
    if (this[kSawReturnAt] && Date.now() - this[kSawReturnAt] <= this.crlfDelay) {
      if (text.startsWith('\n')) text = text.slice(1);
      this[kSawReturnAt] = 0;
    }
    const endings = text.matchAll(lineEnding);
    let start = 0;
    const lines = [];
    for (const { 0: ending, index } of endings) {
      lines.push(text.slice(start, index));
      start = index + ending.length;
    }
    if (lines.length === 0) {
      this[kRest] += text;
      return;
    }
    lines[0] = this[kRest] + lines[0];
    this[kRest] = text.slice(start);
    this[kSawReturnAt] = text.endsWith('\r') ? Date.now() : 0;
    for (const line of lines) this._onLine(line);
  }

  _onLine(line) {
    if (this[kAnswer]) {
      const answer = this[kAnswer];
      this[kAnswer] = null;
      this.setPrompt(this[kOldPrompt]);
      answer(line);
    } else {
      this.emit('line', line);
    }
  }

  get columns() {
    return this.output?.columns || Infinity;
  }

  setPrompt(prompt) {
    this[kPrompt] = prompt;
  }

  getPrompt() {
    return this[kPrompt];
  }

  get _prompt() {
    return this[kPrompt];
  }

  set _prompt(prompt) {
    this[kPrompt] = prompt;
  }

  prompt(preserveCursor) {
    if (this.paused) this.resume();
    if (this.terminal && process.env.TERM !== 'dumb') {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else {
      this._writeToOutput(this[kPrompt]);
    }
  }

  [kQuestion](query, callback) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this[kAnswer]) {
      this.prompt();
      return;
    }
    this[kOldPrompt] = this[kPrompt];
    this.setPrompt(query);
    this[kAnswer] = callback;
    this.prompt();
  }

  [kQuestionCancel]() {
    if (!this[kAnswer]) return;
    this[kAnswer] = null;
    this.setPrompt(this[kOldPrompt]);
    this.clearLine?.();
  }

  _writeToOutput(text) {
    validateString(text, 'stringToWrite');
    if (this.output !== null && this.output !== undefined) this.output.write(text);
  }

  _setRawMode(mode) {
    const wasRaw = this.input.isRaw;
    if (typeof this.input.setRawMode === 'function') this.input.setRawMode(mode);
    return wasRaw;
  }

  close() {
    if (this.closed) return;
    this.pause();
    if (this.terminal) this._setRawMode(false);
    this.closed = true;
    for (const [stream, event, listener] of this[kListeners]) {
      if (event !== 'data' || !this.terminal) stream.removeListener(event, listener);
    }
    this[kQuestionReject]?.(new AbortError('Aborted with Ctrl+C'));
    this[kQuestionReject] = null;
    this.emit('close');
  }

  pause() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) return undefined;
    this.input.pause();
    this.paused = true;
    this.emit('pause');
    return this;
  }

  resume() {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (!this.paused) return undefined;
    this.input.resume();
    this.paused = false;
    this.emit('resume');
    return this;
  }

  /** Writes as if it had been typed. */
  write(data, key) {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else this.#onData(data);
  }

  /** Where the cursor is, in rows and columns from the beginning of the prompt. */
  getCursorPos() {
    const { positionOf } = require('internal/readline/editing');
    return positionOf(this, this[kPrompt] + this.line.slice(0, this.cursor));
  }

  [Symbol.asyncIterator]() {
    this[kLines] ??= EventEmitter.on(this, 'line', {
      close: ['close'],
      highWaterMark: 1024,
      [require('internal/events/async').kFirstEventParam]: true,
    });
    return this[kLines];
  }

  [Symbol.dispose]() {
    this.close();
  }
}

const kListeners = Symbol('kListeners');

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = { Interface, createInterface, kQuestion, kQuestionCancel, kQuestionReject };
