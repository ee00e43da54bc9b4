// Package pki reads and writes keys and certificates in the forms that OpenSSL has, and
// judges chains of certificates as OpenSSL does. It knows nothing of JavaScript: the
// modules crypto and tls stand on it.
package pki

import (
	stdcrypto "crypto"
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"math/big"

	"github.com/cloudflare/circl/dh/x448"
	"github.com/cloudflare/circl/sign/ed448"
)

// Key is an asymmetric key. Private is nil for a public one.
type Key struct {
	Private stdcrypto.PrivateKey
	Public  stdcrypto.PublicKey
	// PSS are the limits of an RSA key that is for RSASSA-PSS alone; nil for other keys.
	PSS *PSSParameters
}

// PSSParameters are what an RSA-PSS key says of its use. Restricted is false when it
// says nothing.
type PSSParameters struct {
	Restricted bool
	Hash, MGF  string
	Salt       int
}

// X448Public and X448Private are keys on Curve448 (RFC 7748).
type (
	X448Public  x448.Key
	X448Private struct {
		Scalar x448.Key
		Public X448Public
	}
)

// DHParameters are a group for the Diffie-Hellman exchange. Q may be nil.
type DHParameters struct {
	P, G, Q *big.Int
}

// DHPublic and DHPrivate are keys in such a group.
type (
	DHPublic struct {
		DHParameters
		Y *big.Int
	}
	DHPrivate struct {
		DHPublic
		X *big.Int
	}
)

// Failure is what is wrong with a key that cannot be read or written; 0 is nothing.
type Failure int

// What may be wrong with a key.
const (
	Unsupported      Failure = -1
	NeedsPassphrase  Failure = -2
	WrongPassphrase  Failure = -3
	UnknownCurve     Failure = -4
	InvalidJWK       Failure = -5
	UnsuitableFormat Failure = -6
	NoPrivateKey     Failure = -7
)

// Type is Node's asymmetricKeyType.
func (k *Key) Type() string {
	switch k.Public.(type) {
	case *rsa.PublicKey:
		if k.PSS != nil {
			return "rsa-pss"
		}
		return "rsa"
	case *ecdsa.PublicKey:
		return "ec"
	case ed25519.PublicKey:
		return "ed25519"
	case ed448.PublicKey:
		return "ed448"
	case *ecdh.PublicKey:
		return "x25519"
	case *X448Public:
		return "x448"
	case *dsa.PublicKey:
		return "dsa"
	case *DHPublic:
		return "dh"
	}
	return "unknown"
}

// PublicHalf is the key without its secret.
func (k *Key) PublicHalf() *Key { return &Key{Public: k.Public, PSS: k.PSS} }

// FromPrivate makes a Key of a private key of any type that this package knows; nil for others.
func FromPrivate(p any) *Key {
	switch p := p.(type) {
	case *rsa.PrivateKey:
		return &Key{Private: p, Public: &p.PublicKey}
	case *ecdsa.PrivateKey:
		return &Key{Private: p, Public: &p.PublicKey}
	case ed25519.PrivateKey:
		return &Key{Private: p, Public: p.Public()}
	case *ecdh.PrivateKey:
		return &Key{Private: p, Public: p.PublicKey()}
	case ed448.PrivateKey:
		return &Key{Private: p, Public: p.Public().(ed448.PublicKey)}
	case *X448Private:
		return &Key{Private: p, Public: &p.Public}
	case *dsa.PrivateKey:
		return &Key{Private: p, Public: &p.PublicKey}
	case *DHPrivate:
		return &Key{Private: p, Public: &p.DHPublic}
	}
	return nil
}

// FromPublic is as FromPrivate, for public keys.
func FromPublic(p any) *Key {
	k := &Key{Public: p}
	if k.Type() == "unknown" {
		return nil
	}
	return k
}

// NewX448 is the key of a scalar.
func NewX448(scalar []byte) *X448Private {
	var s X448Private
	copy(s.Scalar[:], scalar)
	x448.KeyGen((*x448.Key)(&s.Public), &s.Scalar)
	return &s
}

// Same reports whether two keys are equal: both private or both public, and the same numbers.
func Same(a, b *Key) bool {
	if a == nil || b == nil || (a.Private == nil) != (b.Private == nil) || a.Type() != b.Type() {
		return false
	}
	if p, ok := a.PSS, b.PSS; p != nil && *p != *ok {
		return false
	}
	// The public half decides: of one public key there is one private.
	return SamePublic(a.Public, b.Public)
}

// SamePublic reports whether two public keys are equal.
func SamePublic(a, b stdcrypto.PublicKey) bool {
	switch p := a.(type) {
	case *X448Public:
		q, ok := b.(*X448Public)
		return ok && *p == *q
	case *dsa.PublicKey:
		q, ok := b.(*dsa.PublicKey)
		return ok && p.Y.Cmp(q.Y) == 0 && p.P.Cmp(q.P) == 0 && p.Q.Cmp(q.Q) == 0 && p.G.Cmp(q.G) == 0
	case *DHPublic:
		q, ok := b.(*DHPublic)
		return ok && p.Y.Cmp(q.Y) == 0 && p.P.Cmp(q.P) == 0 && p.G.Cmp(q.G) == 0
	case interface {
		Equal(stdcrypto.PublicKey) bool
	}:
		return p.Equal(b)
	}
	return false
}

// Fixed is n in exactly size bytes.
func Fixed(n *big.Int, size int) []byte { return n.FillBytes(make([]byte, size)) }
