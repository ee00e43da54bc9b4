'use strict';
// fetch, WebSocket, EventSource and their classes, from the package undici, which is where Node has them from.

const undici = require('undici');

// The bundler gives classes that mention themselves another name.
for (const name of Object.keys(undici)) {
  const value = undici[name];
  if (typeof value === 'function' && value.name === `_${name}`) Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: true });
}

// There is one global MessageEvent: what a WebSocket or an EventSource dispatches is one of it too.
const { MessageEvent } = require('internal/message_channel');
Object.setPrototypeOf(undici.MessageEvent.prototype, MessageEvent.prototype);

const env = require('_http_agent').startupProxyEnv();
if (env !== undefined) require('internal/http/proxy').setFetchProxy(undici, env);

module.exports = undici;
