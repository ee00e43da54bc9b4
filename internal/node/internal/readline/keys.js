'use strict';
// Keys out of the characters that terminals send for them.

const { StringDecoder } = require('string_decoder');

const kEscape = '\x1b';
const escapeCodeTimeout = 500;
const kDecoder = Symbol('keypress-decoder');
const kKeys = Symbol('escape-decoder');

// Key names by what follows the escape character, without modifiers.
const names = { __proto__: null };

function name(key, ...codes) {
  for (const code of codes) names[code] = { name: key };
}

name('f1', 'OP', '[P', '[11~', '[[A');
name('f2', 'OQ', '[Q', '[12~', '[[B');
name('f3', 'OR', '[R', '[13~', '[[C');
name('f4', 'OS', '[S', '[14~', '[[D');
name('f5', '[15~', '[[E');
['f6', 'f7', 'f8', 'f9', 'f10'].forEach((key, i) => name(key, `[${17 + i}~`));
name('f11', '[23~');
name('f12', '[24~');
['up', 'down', 'right', 'left', 'clear'].forEach((key, i) => {
  const letter = 'ABCDE'[i];
  name(key, `[${letter}`, `O${letter}`);
  // rxvt says shift and ctrl by small letters.
  names[`[${letter.toLowerCase()}`] = { name: key, shift: true };
  names[`O${letter.toLowerCase()}`] = { name: key, ctrl: true };
});
name('end', '[F', 'OF', '[4~', '[8~');
name('home', '[H', 'OH', '[1~', '[7~');
name('insert', '[2~');
name('delete', '[3~');
name('pageup', '[5~', '[[5~');
name('pagedown', '[6~', '[[6~');
for (const [number, key] of [[2, 'insert'], [3, 'delete'], [5, 'pageup'], [6, 'pagedown'], [7, 'home'], [8, 'end']]) {
  names[`[${number}$`] = { name: key, shift: true };
  names[`[${number}^`] = { name: key, ctrl: true };
}
names['[Z'] = { name: 'tab', shift: true };
// Pasting, where the terminal brackets it.
name('paste-start', '[200~');
name('paste-end', '[201~');

/** Reads what follows ESC [ or ESC O: takes characters until the sequence is whole, and fills in the key. */
function* sequence(first, key) {
  let ch = first;
  let text = ch;
  let code = ch;
  let modifier = 0;
  key.sequence += ch;
  const next = function* next() {
    ch = yield;
    text += ch;
    key.sequence += ch;
  };
  if (ch === 'O') {
    // ESC O letter, ESC O modifier letter
    yield* next();
    if (ch >= '0' && ch <= '9') {
      modifier = (ch.charCodeAt(0) >> 0) - 1;
      yield* next();
    }
    code += ch;
  } else {
    // ESC [ letter, ESC [ modifier letter, ESC [ [ modifier letter, ESC [ [ num char
    yield* next();
    if (ch === '[') {
      code += ch;
      yield* next();
    }
    const start = text.length - 1;
    if (ch >= '0' && ch <= '9') {
      yield* next();
      if (ch >= '0' && ch <= '9') {
        yield* next();
        if (ch >= '0' && ch <= '9') yield* next();
      }
    }
    if (ch === ';') {
      yield* next();
      if (ch >= '0' && ch <= '9') yield* next();
    }
    const command = text.slice(start);
    let match;
    if ((match = /^(?:(\d\d?)(?:;(\d))?([~^$])|(\d{3}~))$/.exec(command))) {
      if (match[4]) {
        code += match[4];
      } else {
        code += match[1] + match[3];
        modifier = (match[2] || 1) - 1;
      }
    } else if ((match = /^((\d;)?(\d))?([A-Za-z])$/.exec(command))) {
      code += match[4];
      modifier = (match[3] || 1) - 1;
    } else {
      code += command;
    }
  }
  key.ctrl = Boolean(modifier & 4);
  key.meta = Boolean(modifier & 10);
  key.shift = Boolean(modifier & 1);
  key.code = code;
  const known = names[code];
  if (known === undefined) {
    key.name = 'undefined';
    return;
  }
  Object.assign(key, known);
}

/** The key of one character, when it is none of the sequences. */
function character(ch, key, escaped) {
  if (ch === '\r') key.name = 'return';
  else if (ch === '\n') key.name = 'enter';
  else if (ch === '\t') key.name = 'tab';
  else if (ch === '\b' || ch === '\x7f') key.name = 'backspace';
  else if (ch === kEscape) key.name = 'escape';
  else if (ch === ' ') key.name = 'space';
  else if (!escaped && ch <= '\x1a') {
    key.name = String.fromCharCode(ch.charCodeAt(0) + 'a'.charCodeAt(0) - 1);
    key.ctrl = true;
    return;
  } else if (/^[0-9A-Za-z]$/.test(ch)) {
    key.name = ch.toLowerCase();
    key.shift = /^[A-Z]$/.test(ch);
  } else {
    if (escaped) {
      key.name = ch.length ? undefined : 'escape';
      key.meta = true;
    }
    return;
  }
  key.meta = escaped;
}

/** Takes one character with each next(), and emits 'keypress' on the stream for each key. */
function* emitKeys(stream) {
  for (;;) {
    let ch = yield;
    let text = ch;
    let escaped = false;
    const key = { sequence: null, name: undefined, ctrl: false, meta: false, shift: false };
    if (ch === kEscape) {
      escaped = true;
      ch = yield;
      text += ch;
      if (ch === kEscape) {
        ch = yield;
        text += ch;
      }
    }
    if (escaped && (ch === 'O' || ch === '[')) {
      key.sequence = text.slice(0, -1);
      yield* sequence(ch, key);
      text = key.sequence;
    } else {
      character(ch, key, escaped);
    }
    key.sequence = text;
    if (text.length !== 0 && (key.name !== undefined || escaped)) {
      stream.emit('keypress', escaped ? undefined : text, key);
    } else if (Array.from(text).length === 1) {
      // Anything else: a single character.
      stream.emit('keypress', text, key);
    }
  }
}

/** Makes a stream emit 'keypress', as long as somebody listens for it. */
function emitKeypressEvents(stream, iface = {}) {
  if (stream[kDecoder]) return;
  stream[kDecoder] = new StringDecoder('utf8');
  stream[kKeys] = emitKeys(stream);
  stream[kKeys].next();
  const flush = () => stream[kKeys].next('');
  let timeout;

  function onData(input) {
    if (stream.listenerCount('keypress') === 0) {
      // Nobody watches any more: back to waiting for somebody who does.
      stream.removeListener('data', onData);
      stream.on('newListener', onNewListener);
      return;
    }
    const text = stream[kDecoder].write(input);
    if (!text) return;
    clearTimeout(timeout);
    iface[kSawKeyPress] = Array.from(text).length === 1;
    iface.isCompletionEnabled = false;
    let length = 0;
    for (const ch of text) {
      length += ch.length;
      if (length === text.length) iface.isCompletionEnabled = true;
      try {
        stream[kKeys].next(ch);
        // An escape at the end may be the key itself, or the beginning of a sequence.
        if (length === text.length && ch === kEscape) timeout = setTimeout(flush, iface.escapeCodeTimeout ?? escapeCodeTimeout);
      } catch (err) {
        // A listener threw: the keys after this one begin anew.
        stream[kKeys] = emitKeys(stream);
        stream[kKeys].next();
        throw err;
      }
    }
  }

  function onNewListener(event) {
    if (event === 'keypress') {
      stream.on('data', onData);
      stream.removeListener('newListener', onNewListener);
    }
  }

  if (stream.listenerCount('keypress') > 0) stream.on('data', onData);
  else stream.on('newListener', onNewListener);
}

const kSawKeyPress = Symbol('kSawKeyPress');

module.exports = { emitKeypressEvents, kSawKeyPress };
