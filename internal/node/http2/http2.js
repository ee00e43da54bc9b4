'use strict';
// http2 can be required, because libraries that speak HTTP/1 do so; using it says that it is not there.

const { ERR_FEATURE_UNAVAILABLE_ON_PLATFORM } = require('internal/errors').codes;

function unavailable(name) {
  return function() { throw new ERR_FEATURE_UNAVAILABLE_ON_PLATFORM(`http2.${name}()`); };
}

class Http2ServerRequest extends require('stream').Readable {}
class Http2ServerResponse extends require('stream') {}

module.exports = {
  Http2ServerRequest,
  Http2ServerResponse,
  connect: unavailable('connect'),
  constants: {
    HTTP2_HEADER_AUTHORITY: ':authority',
    HTTP2_HEADER_METHOD: ':method',
    HTTP2_HEADER_PATH: ':path',
    HTTP2_HEADER_SCHEME: ':scheme',
    HTTP2_HEADER_STATUS: ':status',
  },
  createSecureServer: unavailable('createSecureServer'),
  createServer: unavailable('createServer'),
  getDefaultSettings: unavailable('getDefaultSettings'),
  getPackedSettings: unavailable('getPackedSettings'),
  getUnpackedSettings: unavailable('getUnpackedSettings'),
  performServerHandshake: unavailable('performServerHandshake'),
  sensitiveHeaders: Symbol('nodejs.http2.sensitiveHeaders'),
};
