// Package tls is the native half of Node's tls: crypto/tls between a net.Conn and who
// takes its bytes.
//
// What a program says about certificates, versions and ciphers is read by
// secure_context*.go into a SecureContext; connections (wrap.go) only take its fields.
package tls

import (
	"crypto/tls"
	"crypto/x509"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
)

// SecureContext is what several connections have in common: tls.createSecureContext()
// makes one, and JavaScript knows it by an integer. Whoever changes one that is in use
// replaces its slices and pools and calls Changed; nothing is changed in place, because
// handshakes read it on other goroutines.
type SecureContext struct {
	// Certificates are offered to the peer; the best match for its hello is taken.
	Certificates []tls.Certificate
	// Roots are the certificates that are trusted; nil means the process's defaults.
	Roots *x509.CertPool
	// RootCertificates are those of Roots that the program itself named (option ca): a
	// server that asks for a client certificate names their subjects.
	RootCertificates []*x509.Certificate
	// Revoked are the lists of option crl.
	Revoked []*pki.RevocationList
	// AllowPartialTrustChain takes a chain that ends in any certificate of Roots, self-signed or not.
	AllowPartialTrustChain bool

	// MinVersion and MaxVersion are bounds; 0 means the process's defaults
	// (TLS.MinVersion, TLS.MaxVersion).
	MinVersion, MaxVersion uint16
	// CipherSuites are those up to TLS 1.2, in order of preference; nil means crypto/tls's.
	CipherSuites []uint16
	// Curves are the groups for key exchange; nil means crypto/tls's.
	Curves []tls.CurveID
	// NoTickets turns session tickets off (SSL_OP_NO_TICKET).
	NoTickets bool
	// TicketKeys seal session tickets: Node's 48 bytes. They are random when the
	// context is made.
	TicketKeys [48]byte
	// SessionTimeout is how many seconds a session can be resumed; 0 means 300, as OpenSSL's.
	SessionTimeout int
	// SessionIDContext keeps apart the sessions of servers that share keys.
	SessionIDContext string

	made material // what the fields above were made of

	generation uint32 // counts changes: what connections derived from older ones is not used again
	configs    map[configKey]*tls.Config
}

// Changed must be called after fields of a context that may be in use were replaced.
func (s *SecureContext) Changed() {
	s.generation++
	s.configs = nil
}

// TLS is the tls module of one environment. Its methods run on the loop's thread.
type TLS struct {
	env      *node.Env
	contexts []*SecureContext // by handle; nil where freed
	free     []int
	wraps
}

// Of is the tls module of an environment, made on first use.
func Of(env *node.Env) *TLS {
	return node.Slot(env, func() *TLS {
		t := &TLS{env: env, contexts: []*SecureContext{nil}}
		t.init()
		return t
	})
}

// AddContext gives a context its handle, for JavaScript. Handles are never 0.
func (t *TLS) AddContext(s *SecureContext) int {
	if n := len(t.free); n > 0 {
		h := t.free[n-1]
		t.free = t.free[:n-1]
		t.contexts[h] = s
		return h
	}
	t.contexts = append(t.contexts, s)
	return len(t.contexts) - 1
}

// Context finds a context by its handle; nil when there is none.
func (t *TLS) Context(handle int) *SecureContext {
	if handle <= 0 || handle >= len(t.contexts) {
		return nil
	}
	return t.contexts[handle]
}

// FreeContext forgets a handle. Connections that have the context keep it.
func (t *TLS) FreeContext(handle int) {
	if t.Context(handle) != nil {
		t.contexts[handle] = nil
		t.free = append(t.free, handle)
	}
}
