package tls

import (
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
		w.session, w.ticket = encoded, ticket
		if w.state != broken {
			w.payload(evSession, encoded)
		}
	}
	if w.pipe.open {
		got()
	} else {
		w.t.env.Post(got)
	}
}

// keepSession is a server's WrapSession when the program listens for sessions. Without
// tickets (SSL_OP_NO_TICKET) what the client gets is a name, and the program keeps the
// session under it; with tickets it is only told.
func (w *Wrap) keepSession(cs tls.ConnectionState, session *tls.SessionState) ([]byte, error) {
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	stamp(session)
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
	if !w.ctx.NoTickets {
		session, err := w.conf.DecryptTicket(identity, cs)
		if session != nil && w.expired(session) {
			return nil, nil
		}
		return session, err
	}
	answer, err := w.ask("resumeSession", identity)
	if err != nil || len(answer.bytes) == 0 {
		return nil, err
	}
	session, err := tls.ParseSessionState(answer.bytes)
	if err != nil || w.expired(session) {
		return nil, nil
	}
	return session, nil
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
