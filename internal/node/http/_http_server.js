'use strict';
// The server's side of http: Server. What a connection brings arrives through internal/http/connection; answers are
// ServerResponse in internal/http/server_response.

const net = require('net');
const { codes } = require('internal/errors');
const { ConnResetException } = require('internal/http/errors');
const { validateBoolean, validateInteger, validateLinkHeaderValue, validateObject, validateFunction } = require('internal/validators');
const { methods, IncomingMessageFor } = require('internal/http/messages');
const { serve, setTimeouts, insecureFlags } = require('internal/http/connection');
const { ServerResponse, STATUS_CODES, kConn, startAnswer, answerAborted, answerDrained } = require('internal/http/server_response');
const { IncomingMessage, kConnection, kEndBody, kHead, kSetTrailers, kSocket } = require('_http_incoming');
const { parseUniqueHeadersOption, kUniqueHeaders } = require('_http_outgoing');
const { makeSocket, socketClosed, socketTimerUpdate } = require('internal/http/server_socket');
const { getOptionValue } = require('internal/options');
const { serveForeignSocket } = require('internal/http/foreign_connection');
