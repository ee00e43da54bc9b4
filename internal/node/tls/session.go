package tls

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"time"
)

// A client's session as JavaScript keeps it: the ticket behind its length, then
// crypto/tls's state. Its encoding is our own; it holds secrets, as OpenSSL's does.
func encodeSession(ticket []byte, state *tls.SessionState) []byte {
	encoded, err := state.Bytes()
	if err != nil {
		return nil
	}
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(ticket)+len(encoded)), uint32(len(ticket)))
	return append(append(out, ticket...), encoded...)
}

// unresumable is a session that nothing can be resumed with. Like OpenSSL's of a
// connection without a ticket, it is no other's.
func unresumable() []byte {
	p := make([]byte, 36) // a ticket of no bytes, and no state
	_, _ = rand.Read(p[4:])
	return p
}

func decodeSession(p []byte) *tls.ClientSessionState {
	if len(p) < 4 {
		return nil
	}
	n := binary.BigEndian.Uint32(p)
	if uint64(len(p)) < 4+uint64(n) {
		return nil
	}
	state, err := tls.ParseSessionState(p[4+n:])
	if err != nil {
		return nil
	}
	session, err := tls.NewResumptionState(p[4:4+n], state)
	if err != nil {
		return nil
	}
	return session
}

// clientSessions is one connection's view of sessions: it resumes the one that the
// program gave, and the program hears of new ones.
type clientSessions struct{ w *Wrap }

// Get implements tls.ClientSessionCache.
func (c *clientSessions) Get(string) (*tls.ClientSessionState, bool) {
	session := decodeSession(c.w.opts.session)
	return session, session != nil
}

// Put implements tls.ClientSessionCache. It is called during the handshake (TLS 1.2),
// or by a read (TLS 1.3).
func (c *clientSessions) Put(_ string, session *tls.ClientSessionState) {
	if session == nil {
		return
	}
	ticket, state, err := session.ResumptionState()
	if err != nil || state == nil {
		return
	}
	encoded := encodeSession(ticket, state)
	w := c.w
	got := func() {
		known := bytes.Equal(ticket, ticketOf(w.opts.session))
		w.session, w.ticket = encoded, ticket
		if w.state != broken && !known {
			w.payload(evSession, encoded)
		}
	}
	if w.pipe.open {
		got()
	} else {
		w.t.env.Post(got)
	}
}

// keepResumed makes the session that a client came with its session, when the server
// has resumed it and has not sent another.
func (w *Wrap) keepResumed() {
	if given := w.opts.session; !w.opts.server && w.info.DidResume && w.session == nil {
		w.session, w.ticket = given, ticketOf(given)
	}
}

// ticketOf is the ticket in a session; nil when it is none.
func ticketOf(session []byte) []byte {
	if len(session) < 4 || uint64(len(session)) < 4+uint64(binary.BigEndian.Uint32(session)) {
		return nil
	}
	return session[4 : 4+binary.BigEndian.Uint32(session)]
}

// keepSession is a server's WrapSession. A client that resumes keeps the ticket that it
// has: Node's servers send no other. Where the program listens for sessions and there
// are no tickets (SSL_OP_NO_TICKET), what the client gets is a name, and the program
// keeps the session under it; with tickets it is only told.
func (w *Wrap) keepSession(cs tls.ConnectionState, session *tls.SessionState) ([]byte, error) {
	if cs.DidResume && w.resumed != nil {
		return w.resumed, nil
	}
	stamp(session)
	if !w.opts.sessions {
		return w.conf.EncryptTicket(cs, session)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	encoded, err := session.Bytes()
	if err != nil {
		return nil, err
	}
	if w.ctx.NoTickets || cs.Version == tls.VersionTLS13 {
		if _, err := w.ask("newSession", id, encoded); err != nil {
			return nil, err
		}
	}
	if w.ctx.NoTickets {
		return id, nil
	}
	return w.conf.EncryptTicket(cs, session)
}

// loadSession is the UnwrapSession beside keepSession.
func (w *Wrap) loadSession(identity []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
	if len(identity) == 0 {
		return nil, nil
	}
	session, err := w.findSession(identity, cs)
	if session == nil || err != nil || w.expired(session) {
		return nil, err
	}
	w.resumed = append([]byte(nil), identity...)
	if cs.Version == tls.VersionTLS13 {
		w.conf.SessionTicketsDisabled = true // no other ticket
	}
	return session, nil
}

func (w *Wrap) findSession(identity []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
	if !w.opts.sessions || !w.ctx.NoTickets {
		return w.conf.DecryptTicket(identity, cs)
	}
	answer, err := w.ask("resumeSession", identity)
	if err != nil || len(answer.bytes) == 0 {
		return nil, err
	}
	session, err := tls.ParseSessionState(answer.bytes)
	if err != nil {
		return nil, nil
	}
	return session, nil
}

// notResumed is called when crypto/tls asks for a certificate: it does not resume what
// loadSession found, if that was called before.
func (w *Wrap) notResumed() {
	if w.resumed != nil {
		w.resumed = nil
		w.conf.SessionTicketsDisabled = w.noTickets(w.ctx)
	}
}

// stamp notes when a session was made.
func stamp(session *tls.SessionState) {
	session.Extra = append(session.Extra, binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix())))
}

// defaultSessionTimeout is OpenSSL's, in seconds.
const defaultSessionTimeout = 300

// expired reports whether a session is older than the server's sessionTimeout.
func (w *Wrap) expired(session *tls.SessionState) bool {
	limit := w.ctx.SessionTimeout
	if limit == 0 {
		limit = defaultSessionTimeout
	}
	for _, extra := range session.Extra {
		if len(extra) == 8 {
			return time.Now().Unix()-int64(binary.BigEndian.Uint64(extra)) > int64(limit)
		}
	}
	return false
}
