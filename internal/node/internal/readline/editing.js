'use strict';
// What keys do to the line of an Interface on a terminal: moving, deleting, history, completion.

const { clearScreenDown, cursorTo, moveCursor } = require('internal/readline/callbacks');

const kUndo = Symbol('kUndoStack');
const kRedo = Symbol('kRedoStack');
const kKillRing = Symbol('kKillRing');
const kKillAt = Symbol('kKillRingCursor');
const kPreviousRows = Symbol('kPrevRows');
const kLastTab = Symbol('kPreviousKey');
const kSubstring = Symbol('kSubstringSearch');
const kSawReturn = Symbol('kSawReturnAt');

const kMaxStack = 2048;
const kMaxRing = 32;

const width = (text) => require('internal/util/inspect').getStringWidth(text);

/** Length of the character left of a position, and of the one at it. */
function lengthBefore(text, at) {
  if (at <= 0) return 0;
  const low = text.charCodeAt(at - 1);
  return at > 1 && low >= 0xdc00 && low <= 0xdfff ? 2 : 1;
}

function lengthAt(text, at) {
  if (text.length <= at) return 0;
  return text.codePointAt(at) >= 0x10000 ? 2 : 1;
}

/** Rows and columns that text takes on the screen, line breaks and tabs counted. */
function positionOf(iface, text) {
  const columns = iface.columns;
  let offset = 0;
  let rows = 0;
  for (const ch of require('util').stripVTControlCharacters(text)) {
    if (ch === '\n') {
      rows += Math.ceil(offset / columns) || 1;
      offset = 0;
      continue;
    }
    if (ch === '\t') {
      offset += iface.tabSize - (offset % iface.tabSize);
      continue;
    }
    const w = width(ch);
    if (w === 0 || w === 1) offset += w;
    else offset += (offset + 1) % columns === 0 ? w + 1 : w;
  }
  return { cols: offset % columns, rows: rows + (offset - (offset % columns)) / columns };
}

/** Begins an editing session. */
function setUp(iface) {
  install(require('internal/readline/interface').Interface.prototype);
  iface[kUndo] = [];
  iface[kRedo] = [];
  iface[kKillRing] = [];
  iface[kKillAt] = 0;
  iface[kPreviousRows] = 0;
  iface[kLastTab] = false;
  iface[kSubstring] = null;
  iface[kSawReturn] = 0;
  iface.line = '';
  iface.cursor = 0;
  iface.historyIndex = -1;
}

const methods = {
  _refreshLine() {
    const line = this.getPrompt() + this.line;
    const end = positionOf(this, line);
    const cursor = this.getCursorPos();
    const previous = this[kPreviousRows] || 0;
    if (previous > 0) moveCursor(this.output, 0, -previous);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this._writeToOutput(line);
    // A terminal wraps only when the next character comes.
    if (end.cols === 0) this._writeToOutput(' ');
    cursorTo(this.output, cursor.cols);
    const below = end.rows - cursor.rows;
    if (below > 0) moveCursor(this.output, 0, -below);
    this[kPreviousRows] = cursor.rows;
  },

  _beforeEdit(oldText, oldCursor) {
    this[kUndo].push({ text: oldText, cursor: oldCursor });
    if (this[kUndo].length > kMaxStack) this[kUndo].shift();
    this[kRedo] = [];
  },

  _insertString(text) {
    this._beforeEdit(this.line, this.cursor);
    if (this.cursor < this.line.length) {
      this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
      this.cursor += text.length;
      this._refreshLine();
      return;
    }
    const before = this.getCursorPos();
    this.line += text;
    this.cursor += text.length;
    // Only what wraps needs all to be drawn again.
    if (before.rows < this.getCursorPos().rows) this._refreshLine();
    else this._writeToOutput(text);
  },

  _moveCursor(by) {
    if (by === 0) return;
    const before = this.getCursorPos();
    this.cursor = Math.min(Math.max(this.cursor + by, 0), this.line.length);
    const after = this.getCursorPos();
    if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
    else this._refreshLine();
  },

  /** Takes the text between two places out. */
  _cut(from, to, keep) {
    if (from === to) return;
    this._beforeEdit(this.line, this.cursor);
    if (keep) this._pushToKillRing(this.line.slice(from, to));
    this.line = this.line.slice(0, from) + this.line.slice(to);
    this.cursor = from;
    this._refreshLine();
  },

  _deleteLeft() {
    this._cut(this.cursor - lengthBefore(this.line, this.cursor), this.cursor, false);
  },

  _deleteRight() {
    this._cut(this.cursor, this.cursor + lengthAt(this.line, this.cursor), false);
  },

  _wordStart() {
    // From the end to the start: a run of word characters or of others, with the spaces after it.
    const reversed = Array.from(this.line.slice(0, this.cursor)).reverse().join('');
    return this.cursor - /^\s*(?:[^\w\s]+|\w+)?/.exec(reversed)[0].length;
  },

  _wordEnd() {
    return this.cursor + /^(?:\s+|[^\w\s]+|\w+)\s*/.exec(this.line.slice(this.cursor))?.[0].length || this.line.length;
  },

  _wordLeft() {
    if (this.cursor > 0) this._moveCursor(this._wordStart() - this.cursor);
  },

  _wordRight() {
    if (this.cursor < this.line.length) this._moveCursor(this._wordEnd() - this.cursor);
  },

  _deleteWordLeft() {
    this._cut(this._wordStart(), this.cursor, false);
  },

  _deleteWordRight() {
    this._cut(this.cursor, this.cursor < this.line.length ? this._wordEnd() : this.cursor, false);
  },

  _deleteLineLeft() {
    this._cut(0, this.cursor, true);
  },

  _deleteLineRight() {
    this._cut(this.cursor, this.line.length, true);
  },

  _pushToKillRing(text) {
    if (!text || text === this[kKillRing][0]) return;
    this[kKillRing].unshift(text);
    this[kKillAt] = 0;
    if (this[kKillRing].length > kMaxRing) this[kKillRing].pop();
  },

  _yank() {
    if (this[kKillRing].length > 0) {
      this._yanking = true;
      this._insertString(this[kKillRing][this[kKillAt]]);
    }
  },

  _yankPop() {
    if (!this._yanking || this[kKillRing].length < 2) return;
    const last = this[kKillRing][this[kKillAt]];
    this[kKillAt] = (this[kKillAt] + 1) % this[kKillRing].length;
    const next = this[kKillRing][this[kKillAt]];
    this.line = this.line.slice(0, this.cursor - last.length) + next + this.line.slice(this.cursor);
    this.cursor += next.length - last.length;
    this._refreshLine();
  },

  clearLine() {
    this._moveCursor(Infinity);
    this._writeToOutput('\r\n');
    this.line = '';
    this.cursor = 0;
    this[kPreviousRows] = 0;
  },

  _line() {
    const line = this._addHistory();
    this[kUndo] = [];
    this[kRedo] = [];
    this.clearLine();
    this._onLine(line);
  },

  _restore(from, to) {
    if (from.length === 0) return;
    to.push({ text: this.line, cursor: this.cursor });
    const entry = from.pop();
    this.line = entry.text;
    this.cursor = entry.cursor;
    this._refreshLine();
  },

  _addHistory() {
    if (this.line.length === 0) return '';
    if (this.history === undefined) return this.line;
    if (this.historySize === 0) return this.line;
    if (this.line.trim().length === 0) return this.line;
    if (this.history.length === 0 || this.history[0] !== this.line) {
      if (this.removeHistoryDuplicates) {
        const at = this.history.indexOf(this.line);
        if (at !== -1) this.history.splice(at, 1);
      }
      this.history.unshift(this.line);
      if (this.history.length > this.historySize) this.history.pop();
    }
    this.historyIndex = -1;
    const line = this.history[0];
    // Listeners may change the history: to keep a password out of it, say.
    this.emit('history', this.history);
    return line;
  },

  // Up and down go through the lines that begin as this one did.
  _historyMove(step) {
    if (this.history.length === 0) return;
    this[kSubstring] ??= this.historyIndex === -1 && this.line ? this.line.slice(0, this.cursor) : '';
    const search = this[kSubstring] ?? '';
    let index = this.historyIndex + step;
    while (index >= 0 && index < this.history.length && (!this.history[index].startsWith(search) || this.line === this.history[index])) index += step;
    if (index >= this.history.length) return;
    if (index < 0) {
      if (this.historyIndex < 0) return;
      index = -1;
    }
    this._beforeEdit(this.line, this.cursor);
    this.historyIndex = index;
    this.line = index === -1 ? search : this.history[index];
    this.cursor = this.line.length;
    this._refreshLine();
  },

  _historyPrev() {
    this._historyMove(1);
  },

  _historyNext() {
    this._historyMove(-1);
  },

  _tabComplete(lastWasTab) {
    this.pause();
    complete(this.completer, this.line.slice(0, this.cursor), (err, answer) => {
      this.resume();
      if (err) this._writeToOutput(`Tab completion error: ${require('internal/util/inspect').inspect(err)}`);
      else this._showCompletions(lastWasTab, answer);
    });
  },

  _showCompletions(lastWasTab, answer) {
    const [found, word] = answer ?? [];
    if (!found || found.length === 0) return;
    const prefix = commonPrefix(found.filter((entry) => entry !== ''));
    if (prefix.startsWith(word) && prefix.length > word.length) {
      this._insertString(prefix.slice(word.length));
      return;
    }
    if (!word.startsWith(prefix)) {
      this.line = this.line.slice(0, this.cursor - word.length) + prefix + this.line.slice(this.cursor);
      this.cursor = this.cursor - word.length + prefix.length;
      this._refreshLine();
      return;
    }
    if (!lastWasTab) return;
    this._beforeEdit(this.line, this.cursor);
    const widths = found.map((entry) => width(entry));
    const column = Math.max(...widths) + 2;
    const fitting = Math.floor(this.columns / column) || 1;
    const perRow = fitting === Infinity ? 1 : fitting;
    let output = '\r\n';
    let at = 0;
    found.forEach((entry, i) => {
      if (entry === '' || at === perRow) {
        output += '\r\n';
        at = 0;
      }
      if (entry === '') return;
      output += entry + (at < perRow - 1 ? ' '.repeat(column - widths[i]) : '');
      at++;
    });
    if (at !== 0) output += '\r\n';
    this._writeToOutput(`${output}\r\n`);
    this[kPreviousRows] = 0;
    this._refreshLine();
  },

  _interrupt() {
    if (this.listenerCount('SIGINT') > 0) {
      this.emit('SIGINT');
    } else {
      // The terminal is in raw mode: nobody else sees ctrl-c.
      this.close();
    }
  },

  _suspend() {
    if (process.platform === 'win32') return;
    if (this.listenerCount('SIGTSTP') > 0) {
      this.emit('SIGTSTP');
      return;
    }
    process.once('SIGCONT', () => {
      // Pausing by hand has no event.
      if (!this.paused) {
        this.pause();
        this.emit('SIGCONT');
      }
      this._setRawMode(true);
      this._refreshLine();
    });
    this._setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
  },

  _ttyWrite(text, key) {
    key ||= {};
    const wasTab = this[kLastTab];
    this[kLastTab] = key.name === 'tab';
    if ((key.name !== 'up' && key.name !== 'down') && !(key.ctrl && (key.name === 'p' || key.name === 'n'))) this[kSubstring] = null;
    if (!(key.meta && key.name === 'y')) this._yanking = false;
    if (key.name === 'escape') return;
    // ctrl-_ and ctrl-^ have no names.
    if (key.sequence === '\x1f' || key.sequence === '\x1e') {
      if (key.sequence === '\x1f') this._restore(this[kUndo], this[kRedo]);
      else this._restore(this[kRedo], this[kUndo]);
      return;
    }
    if (key.ctrl && key.shift) {
      if (key.name === 'backspace') this._deleteLineLeft();
      else if (key.name === 'delete') this._deleteLineRight();
      return;
    }
    if (key.ctrl) controlKeys[key.name]?.call(this);
    else if (key.meta) metaKeys[key.name]?.call(this);
    else this._plainKey(text, key, wasTab);
  },

  _plainKey(text, key, wasTab) {
    if (this[kSawReturn] && key.name !== 'enter') this[kSawReturn] = 0;
    switch (key.name) {
      case 'return':
        this[kSawReturn] = Date.now();
        this._line();
        return;
      case 'enter':
        // A \n right after a \r belongs to it.
        if (this[kSawReturn] === 0 || Date.now() - this[kSawReturn] > this.crlfDelay) this._line();
        this[kSawReturn] = 0;
        return;
      case 'tab':
        if (typeof this.completer === 'function' && this.isCompletionEnabled) {
          this._tabComplete(wasTab);
          return;
        }
        break;
      default:
        if (plainKeys[key.name] !== undefined) {
          plainKeys[key.name].call(this);
          return;
        }
    }
    if (typeof text !== 'string' || text === '') return;
    // Pasted or written text may have many lines.
    let start = 0;
    for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r|\u2028|\u2029/g)) {
      if (index > start) this._insertString(text.slice(start, index));
      this._line();
      start = index + ending.length;
    }
    if (start < text.length) this._insertString(text.slice(start));
  },
};

const controlKeys = {
  __proto__: null,
  c() { this._interrupt(); },
  h() { this._deleteLeft(); },
  d() {
    if (this.cursor === 0 && this.line.length === 0) this.close();
    else if (this.cursor < this.line.length) this._deleteRight();
  },
  u() { this._deleteLineLeft(); },
  k() { this._deleteLineRight(); },
  a() { this._moveCursor(-Infinity); },
  e() { this._moveCursor(Infinity); },
  b() { this._moveCursor(-lengthBefore(this.line, this.cursor)); },
  f() { this._moveCursor(lengthAt(this.line, this.cursor)); },
  l() {
    cursorTo(this.output, 0, 0);
    clearScreenDown(this.output);
    this._refreshLine();
  },
  n() { this._historyNext(); },
  p() { this._historyPrev(); },
  y() { this._yank(); },
  z() { this._suspend(); },
  w() { this._deleteWordLeft(); },
  backspace() { this._deleteWordLeft(); },
  delete() { this._deleteWordRight(); },
  left() { this._wordLeft(); },
  right() { this._wordRight(); },
};

const metaKeys = {
  __proto__: null,
  b() { this._wordLeft(); },
  f() { this._wordRight(); },
  d() { this._deleteWordRight(); },
  delete() { this._deleteWordRight(); },
  backspace() { this._deleteWordLeft(); },
  y() { this._yankPop(); },
};

const plainKeys = {
  __proto__: null,
  backspace() { this._deleteLeft(); },
  delete() { this._deleteRight(); },
  left() { this._moveCursor(-lengthBefore(this.line, this.cursor)); },
  right() { this._moveCursor(lengthAt(this.line, this.cursor)); },
  home() { this._moveCursor(-Infinity); },
  end() { this._moveCursor(Infinity); },
  up() { this._historyPrev(); },
  down() { this._historyNext(); },
};

/** Asks the completer, which answers by callback, at once, or by promise. */
function complete(completer, text, callback) {
  if (completer.length === 2) {
    completer(text, callback);
    return;
  }
  const answer = completer(text);
  if (typeof answer?.then === 'function') answer.then((value) => callback(null, value), callback);
  else callback(null, answer);
}

function commonPrefix(words) {
  if (words.length === 0) return '';
  const sorted = words.toSorted();
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  let i = 0;
  while (i < first.length && first[i] === last[i]) i++;
  return first.slice(0, i);
}

let installed = false;

/** The methods come to Interface with the first terminal: reading lines from files needs none. */
function install(prototype) {
  if (installed) return;
  installed = true;
  for (const name of Object.keys(methods)) {
    Object.defineProperty(prototype, name, { __proto__: null, value: methods[name], writable: true, configurable: true, enumerable: false });
  }
}

module.exports = { positionOf, setUp };
