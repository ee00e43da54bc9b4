'use strict';
// What a server's handshake asks JavaScript: which context for a name, an OCSP answer, a protocol, sessions. The
// handshake waits until it is answered, or the socket is destroyed.

const {
  codes: { ERR_MULTIPLE_CALLBACK, ERR_SOCKET_CLOSED, ERR_TLS_ALPN_CALLBACK_INVALID_RESULT },
} = require('internal/errors');

const binding = internalBinding('tls');

/** Answers a question of the native half: [listener, kind, values…]. */
function answerQuestion(socket, question) {
  const values = question.slice(2);
  switch (question[1]) {
    case 'hello':
      chooseContext(socket, ...values);
      break;
    case 'newSession':
      newSession(socket, ...values);
      break;
    case 'resumeSession':
      resumeSession(socket, ...values);
      break;
  }
}

// A callback for the application that calls done(value), destroys the socket on an error, and may be called once.
function once(socket, done) {
  let called = false;
  return (error, value) => {
    if (called) {
      socket.destroy(new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    if (error) socket.destroy(error);
    else if (!socket._handle) socket.destroy(new ERR_SOCKET_CLOSED());
    else done(value);
  };
}

function chooseContext(socket, servername, sni, ocsp, alpn, protocols) {
  if (servername) socket.servername = servername; // for those who hear of an error, too
  const go = (context) => staple(socket, context, ocsp, (response) => {
    chooseProtocol(socket, servername, context, response, alpn, protocols);
  });
  if (!sni) {
    go(undefined);
    return;
  }
  try {
    socket._SNICallback(servername, once(socket, (context) => {
      const given = context ? context.context || context : undefined;
      const native = typeof given === 'object' ? given : undefined;
      if (native !== undefined && typeof native.id !== 'number') {
        socket._handle.onerror(new TypeError('Invalid SNI context'));
        return;
      }
      socket._sniContext = native; // it must live as long as the connection
      go(native);
    }));
  } catch (error) {
    socket.destroy(error);
  }
}

function staple(socket, context, ocsp, done) {
  const { server } = socket;
  const native = context ?? server?._sharedCreds?.context;
  if (!ocsp || !native || server.listenerCount('OCSPRequest') === 0) {
    done(undefined);
    return;
  }
  try {
    server.emit('OCSPRequest', native.getCertificate(), native.getIssuer(), once(socket, done));
  } catch (error) {
    socket.destroy(error);
  }
}

function chooseProtocol(socket, servername, context, response, alpn, protocols) {
  let chosen;
  if (alpn) {
    const { kALPNCallback } = require('internal/tls/socket');
    try {
      chosen = socket[kALPNCallback]({ servername: servername || false, protocols });
      if (chosen !== undefined && !protocols.includes(chosen)) {
        throw new ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(chosen, protocols);
      }
    } catch (error) {
      socket.destroy(error);
      return;
    }
  }
  const handle = socket._handle;
  if (handle) binding.answer(handle.id, true, context?.id ?? 0, response, chosen);
}

function newSession(socket, id, session) {
  const { server } = socket;
  let called = false;
  const done = () => {
    if (called) return;
    called = true;
    if (socket._handle) binding.answer(socket._handle.id, true, 0);
    else socket.destroy(new ERR_SOCKET_CLOSED());
  };
  let heard = false;
  try {
    heard = server?.emit('newSession', id, session, done);
  } catch (error) {
    server.emit('error', error);
  }
  if (!heard) done();
}

function resumeSession(socket, id) {
  const { server } = socket;
  const answer = once(socket, (session) => binding.answer(socket._handle.id, true, 0, session ?? undefined));
  try {
    if (!server?.emit('resumeSession', id, answer)) answer(null);
  } catch (error) {
    answer(error);
  }
}

module.exports = { answerQuestion };
