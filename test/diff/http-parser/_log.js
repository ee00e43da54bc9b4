'use strict';
// A parser that prints what it is told.
const { HTTPParser } = require('_http_common');
const { kOnMessageBegin, kOnHeaders, kOnHeadersComplete, kOnBody, kOnMessageComplete } = HTTPParser;

const text = (value) => (Array.isArray(value) ? JSON.stringify(value) : String(value));

exports.parser = function parser(type, { max = 0, lenient = 0, answer } = {}) {
  const p = new HTTPParser();
  p.initialize(type, {}, max, lenient);
  p[kOnMessageBegin] = function(...args) { console.log('  begin', args.length, this === p); };
  p[kOnHeaders] = (fields, url, ...more) => console.log('  fields', fields.length, text(fields), text(url), more.length);
  p[kOnHeadersComplete] = (...args) => {
    console.log('  head', args.length, args.map(text).join(' | '));
    return answer;
  };
  p[kOnBody] = (b, ...more) => console.log('  body', b.latin1Slice(), b.constructor.name, more.length, p.getCurrentBuffer().length);
  p[kOnMessageComplete] = (...args) => console.log('  complete', args.length);
  return p;
};

exports.show = function show(result) {
  if (result instanceof Error) console.log(' =>', result.name, result.message, result.code, result.reason, result.bytesParsed, Object.keys(result).join());
  else console.log(' =>', result);
};

// Where nobody knows how far it came.
exports.code = (result) => console.log(' =>', result?.code, result?.reason, result?.message);

exports.test = function test(name, run) {
  console.log(name);
  try {
    run();
  } catch (error) {
    console.log('  thrown', error.message);
  }
};
