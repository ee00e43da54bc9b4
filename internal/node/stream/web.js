'use strict';

// The module `stream/web`: the web streams, each evaluated when it is asked for.

const parts = {
  'internal/webstreams/readablestream': ['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader'],
  'internal/webstreams/readablecontrollers': ['ReadableStreamDefaultController'],
  'internal/webstreams/readablebytes': ['ReadableStreamBYOBRequest', 'ReadableByteStreamController'],
  'internal/webstreams/transformstream': ['TransformStream', 'TransformStreamDefaultController'],
  'internal/webstreams/writablestream': [
    'WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter',
  ],
  'internal/webstreams/queuingstrategies': ['ByteLengthQueuingStrategy', 'CountQueuingStrategy'],
  'internal/webstreams/encoding': ['TextEncoderStream', 'TextDecoderStream'],
  'internal/webstreams/compression': ['CompressionStream', 'DecompressionStream'],
};

for (const id of Object.keys(parts)) internalBinding('util').defineLazyProperties(exports, id, parts[id]);
