'use strict';

// TextEncoderStream and TextDecoderStream (WHATWG Encoding, section 7).

const { codes: { ERR_INVALID_THIS } } = require('internal/errors');
const { customInspect, finishClass, kInspect } = require('internal/webstreams/util');
const { TransformStream } = require('internal/webstreams/transformstream');

const kHandle = Symbol('kHandle');
const kTransform = Symbol('kTransform');

class TextEncoderStream {
  constructor() {
    const encoder = this[kHandle] = new TextEncoder();
    let pending = ''; // The first half of a character that was split.
    this[kTransform] = new TransformStream({
      transform(chunk, controller) {
        let text = pending + `${chunk}`;
        pending = '';
        const last = text.charCodeAt(text.length - 1);
        if (last >= 0xd800 && last <= 0xdbff) {
          pending = text[text.length - 1];
          text = text.slice(0, -1);
        }
        if (text !== '') controller.enqueue(encoder.encode(text));
      },
      flush(controller) {
        if (pending !== '') controller.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
      },
    });
  }
  get encoding() { return check(this, 'TextEncoderStream')[kHandle].encoding; }
  get readable() { return check(this, 'TextEncoderStream')[kTransform].readable; }
  get writable() { return check(this, 'TextEncoderStream')[kTransform].writable; }
  [kInspect](depth, options) {
    return customInspect(depth, options, 'TextEncoderStream', {
      encoding: this.encoding,
      readable: this.readable,
      writable: this.writable,
    });
  }
}
finishClass(TextEncoderStream, ['encoding', 'readable', 'writable']);

class TextDecoderStream {
  constructor(encoding = 'utf-8', options = {}) {
    const decoder = this[kHandle] = new TextDecoder(encoding, options);
    this[kTransform] = new TransformStream({
      transform(chunk, controller) {
        const text = decoder.decode(chunk, { stream: true });
        if (text) controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text) controller.enqueue(text);
      },
    });
  }
  get encoding() { return check(this, 'TextDecoderStream')[kHandle].encoding; }
  get fatal() { return check(this, 'TextDecoderStream')[kHandle].fatal; }
  get ignoreBOM() { return check(this, 'TextDecoderStream')[kHandle].ignoreBOM; }
  get readable() { return check(this, 'TextDecoderStream')[kTransform].readable; }
  get writable() { return check(this, 'TextDecoderStream')[kTransform].writable; }
  [kInspect](depth, options) {
    return customInspect(depth, options, 'TextDecoderStream', {
      encoding: this.encoding,
      fatal: this.fatal,
      ignoreBOM: this.ignoreBOM,
      readable: this.readable,
      writable: this.writable,
    });
  }
}
finishClass(TextDecoderStream, ['encoding', 'fatal', 'ignoreBOM', 'readable', 'writable']);

function check(object, name) {
  if (object === null || typeof object !== 'object' || object[kHandle] === undefined) throw new ERR_INVALID_THIS(name);
  return object;
}

module.exports = { TextEncoderStream, TextDecoderStream };
