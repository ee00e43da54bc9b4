package tls

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"sync/atomic"

	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// material is what a context was made of. The fields of SecureContext that connections
// take are made from it, anew after each change.
type material struct {
	// identities are certificates with their keys, one of each kind of key, as OpenSSL
	// keeps them.
	identities []*identity
	current    *identity // whose certificate or key was set last
	issuer     *pki.Certificate
	named      []*pki.Certificate // option ca
	base       *trust             // what is trusted besides; nil when the context names its own
	defaults   *defaults
	level      int    // OpenSSL's security level
	min, max   uint16 // as they were set: 0 is any
	options    int64  // SSL_OP_*
	ciphers    cipherSet
	sigalgs    []tls.SignatureScheme
	judge      atomic.Pointer[judge]
}

// judge is what chains are held against. It is replaced, never changed: handshakes read
// it on other goroutines.
type judge struct {
	trust   *trust
	lists   []*pki.RevocationList
	partial bool
	system  bool // the system's certificates are trusted already
	level   int
}

type identity struct {
	kind        string
	certificate *pki.Certificate
	chain       []*pki.Certificate
	key         *pki.Key
}

// defaultLevel is the security level of OpenSSL 3.5.
const defaultLevel = 2

// Bits of secureOptions.
const (
	opNoTicket = 1 << 14
	opNoTLS12  = 1 << 27
	opNoTLS13  = 1 << 29
	opNoTLS10  = 1 << 26
	opNoTLS11  = 1 << 28
)

// newContext is a context without anything of its own.
func newContext(d *defaults, lowest, highest uint16) *SecureContext {
	s := &SecureContext{SessionTimeout: 300}
	s.made.defaults = d
	s.made.min, s.made.max = lowest, highest
	s.made.level = defaultLevel
	s.made.ciphers.level = -1
	fillRandom(s.TicketKeys[:])
	s.apply()
	return s
}

// apply makes the fields for connections of what the context was told.
func (s *SecureContext) apply() {
	m := &s.made
	s.applyVersions()
	s.CipherSuites = m.ciphers.suites
	s.NoTickets = m.options&opNoTicket != 0
	t := m.base
	if m.named != nil {
		named := slices.Clone(m.named)
		if base := m.base; base != nil {
			t = &trust{load: func() []*pki.Certificate { return append(named, base.Store().All()...) }}
		} else {
			t = trusting(named)
		}
	}
	if t == nil {
		t = trusting(nil)
	}
	m.judge.Store(&judge{t, s.Revoked, s.AllowPartialTrustChain, m.defaults.useSystem, m.level})
	s.applyRoots()
	s.applyIdentities(t)
	s.Changed()
}

// applyVersions narrows the bounds to what the options and the security level allow:
// versions before 1.2 are signed too weakly for any level but 0.
func (s *SecureContext) applyVersions() {
	m := &s.made
	low, high := uint16(tls.VersionTLS10), uint16(tls.VersionTLS13)
	if m.min > low {
		low = m.min
	}
	if m.max != 0 && m.max < high {
		high = m.max
	}
	if m.level > 0 && low < tls.VersionTLS12 {
		low = tls.VersionTLS12
	}
	off := map[uint16]bool{
		tls.VersionTLS10: m.options&opNoTLS10 != 0, tls.VersionTLS11: m.options&opNoTLS11 != 0,
		tls.VersionTLS12: m.options&opNoTLS12 != 0, tls.VersionTLS13: m.options&opNoTLS13 != 0,
	}
	for low <= high && off[low] {
		low++
	}
	for high >= low && off[high] {
		high--
	}
	s.MinVersion, s.MaxVersion = low, high
}

func (s *SecureContext) applyRoots() {
	s.Roots, s.RootCertificates = nil, nil
	if s.made.named == nil {
		return
	}
	s.Roots = x509.NewCertPool()
	for _, c := range s.made.named {
		if parsed, err := x509.ParseCertificate(c.Raw); err == nil {
			s.Roots.AddCert(parsed)
			s.RootCertificates = append(s.RootCertificates, parsed)
		}
	}
}

// applyIdentities makes crypto/tls's certificates. One without intermediates gets those
// that the context trusts sent along, as OpenSSL does.
func (s *SecureContext) applyIdentities(t *trust) {
	s.Certificates = nil
	for _, i := range s.made.identities {
		if i.certificate == nil || i.key == nil {
			continue
		}
		chain := i.chain
		if len(chain) == 0 && s.made.named != nil {
			full, _ := t.Store().Chain(i.certificate, nil, now())
			chain = full[1:]
		}
		c := tls.Certificate{PrivateKey: i.key.Private, Certificate: [][]byte{i.certificate.Raw}}
		for _, link := range chain {
			c.Certificate = append(c.Certificate, link.Raw)
		}
		c.SupportedSignatureAlgorithms = s.made.sigalgs
		c.Leaf, _ = x509.ParseCertificate(i.certificate.Raw)
		s.Certificates = append(s.Certificates, c)
	}
}

// identityOf finds the place for a kind of key, or makes one: keys on curves come before
// RSA ones, because peers that take both prefer them.
func (m *material) identityOf(kind string) *identity {
	for _, i := range m.identities {
		if i.kind == kind {
			return i
		}
	}
	i := &identity{kind: kind}
	if kind == "rsa" {
		m.identities = append(m.identities, i)
	} else {
		m.identities = append([]*identity{i}, m.identities...)
	}
	return i
}

// usable are the kinds of keys that crypto/tls can prove.
func usable(k *pki.Key) bool {
	switch k.Type() {
	case "rsa", "ed25519":
		return true
	case "ec":
		return !isKoblitz(k)
	}
	return false
}

// setCertificates takes a certificate with the chain behind it.
func (s *SecureContext) setCertificates(text []byte) *v8.Error {
	all, err := pki.ParseCertificates(text)
	if err != nil {
		return certificateError(err)
	}
	return s.setChain(all[0], all[1:])
}

func (s *SecureContext) setChain(leaf *pki.Certificate, chain []*pki.Certificate) *v8.Error {
	m := &s.made
	key, err := leaf.PublicKey()
	if err != nil || !usable(key) {
		return sslError(247, "unknown certificate type")
	}
	if !pki.StrongEnough(key.SecurityBits(), m.level) {
		return sslError(399, "ee key too small")
	}
	i := m.identityOf(key.Type())
	// A key that does not belong to the new certificate is dropped.
	if i.key != nil && !pki.SamePublic(i.key.Public, key.Public) {
		i.key = nil
	}
	i.certificate, i.chain = leaf, chain
	m.current = i
	m.issuer = nil
	for _, c := range slices.Concat(chain, m.named) {
		if leaf.IssuedBy(c) {
			m.issuer = c
			break
		}
	}
	s.apply()
	return nil
}

func (s *SecureContext) setKey(text, passphrase []byte) *v8.Error {
	if passphrase == nil {
		passphrase = []byte{}
	}
	k, failure := pki.ParsePrivatePEM(text, passphrase)
	switch failure {
	case 0:
	case pki.WrongPassphrase, pki.NeedsPassphrase:
		if _, pkcs8 := pki.IsEncrypted(text); pkcs8 {
			return opensslError(libProvider, 100, "bad decrypt", "error:11800074:PKCS12 routines::pkcs12 cipherfinal error",
				"error:1C800064:Provider routines::bad decrypt", "error:11800074:PKCS12 routines::pkcs12 cipherfinal error")
		}
		return opensslError(libProvider, 100, "bad decrypt", "error:04800065:PEM routines::bad decrypt")
	default:
		return opensslError(libDecoder, 0x8010c, "unsupported")
	}
	return s.useKey(k)
}

func (s *SecureContext) useKey(k *pki.Key) *v8.Error {
	if !usable(k) {
		return sslError(247, "unknown certificate type")
	}
	i := s.made.identityOf(k.Type())
	if i.certificate != nil {
		if public, err := i.certificate.PublicKey(); err == nil && !pki.SamePublic(public.Public, k.Public) {
			return opensslError(libX509, 116, "key values mismatch")
		}
	}
	i.key = k
	s.made.current = i
	s.apply()
	return nil
}

// addAuthorities trusts all certificates of a text. One that cannot be read ends it, in
// silence, as in Node.
func (s *SecureContext) addAuthorities(text []byte) {
	all, _ := pki.ParseCertificates(text)
	if s.made.named == nil {
		s.made.named = []*pki.Certificate{}
	}
	s.made.named = append(slices.Clip(s.made.named), all...)
	s.apply()
}

func certificateError(err error) *v8.Error {
	switch err {
	case pki.ErrNoStartLine:
		return opensslError(libPEM, 108, "no start line")
	case pki.ErrBadBase64:
		return opensslError(libPEM, 100, "bad base64 decode")
	case pki.ErrBadEndLine:
		return opensslError(libPEM, 102, "bad end line")
	}
	return opensslError(libASN1, 123, "header too long", "error:0488000D:PEM routines::ASN1 lib",
		"error:0688010A:asn1 encoding routines::nested asn1 error", "error:06800066:asn1 encoding routines::bad object header")
}
