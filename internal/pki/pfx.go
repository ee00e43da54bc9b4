package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// PFX is what a PKCS #12 file holds.
type PFX struct {
	Key         *Key
	Certificate *Certificate   // the key's
	Others      []*Certificate // the rest
}

// What is wrong with a PKCS #12 file.
var (
	ErrPFXPassphrase = errors.New("mac verify failure")
	ErrPFXLegacy     = errors.New("encrypted in a way that is not supported any more")
	ErrPFX           = errors.New("not a PKCS #12 file")
)

// Encryption with RC2, which OpenSSL has in its legacy provider alone: the contents of its
// object identifiers, with keys of 40 and 128 bits and in PBES2.
var rc2Identifiers = [][]byte{
	{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x06},
	{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x05},
	{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02},
}

func usesRC2(data []byte) bool {
	return slices.ContainsFunc(rc2Identifiers, func(id []byte) bool { return bytes.Contains(data, id) })
}

// ParsePFX reads a PKCS #12 file.
func ParsePFX(data, passphrase []byte) (*PFX, error) {
	blocks, err := pkcs12.ToPEM(data, string(passphrase)) //nolint:staticcheck // it takes files with several certificates and no chain
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, ErrPFXPassphrase
	case usesRC2(data):
		return nil, ErrPFXLegacy
	case err != nil:
		return parsePFXChain(data, passphrase)
	}
	p := &PFX{}
	var all []*Certificate
	for _, b := range blocks {
		switch b.Type {
		case "CERTIFICATE":
			c, err := ParseCertificate(b.Bytes)
			if err != nil {
				return nil, ErrPFX
			}
			all = append(all, c)
		case "PRIVATE KEY":
			if p.Key == nil {
				p.Key = pfxKey(b)
			}
		}
	}
	for _, c := range all {
		k, err := c.PublicKey()
		if p.Certificate == nil && p.Key != nil && err == nil && SamePublic(k.Public, p.Key.Public) {
			p.Certificate = c
		} else {
			p.Others = append(p.Others, c)
		}
	}
	return p, nil
}

// parsePFXChain reads the files that ToPEM does not: with keys that are not of RSA or a
// NIST curve, or without any.
func parsePFXChain(data, passphrase []byte) (*PFX, error) {
	key, leaf, others, err := pkcs12.DecodeChain(data, string(passphrase))
	if err != nil {
		// Certificates alone are no identity, but they are no broken file either.
		if _, err := pkcs12.DecodeTrustStore(data, string(passphrase)); err == nil || strings.Contains(err.Error(), "expected exactly") {
			return &PFX{}, nil
		}
		if strings.Contains(err.Error(), "private key missing") || strings.Contains(err.Error(), "expected exactly") {
			return &PFX{}, nil
		}
		return nil, ErrPFX
	}
	p := &PFX{Key: FromPrivate(key)}
	if p.Certificate, err = ParseCertificate(leaf.Raw); err != nil {
		return nil, ErrPFX
	}
	for _, c := range others {
		if other, err := ParseCertificate(c.Raw); err == nil {
			p.Others = append(p.Others, other)
		}
	}
	return p, nil
}

// pfxKey reads a key as the library gives it: in the form of its own kind.
func pfxKey(b *pem.Block) *Key {
	if p, err := x509.ParsePKCS1PrivateKey(b.Bytes); err == nil {
		return FromPrivate(p)
	}
	for _, kind := range []string{"sec1", "pkcs8"} {
		if k, failure := ParsePrivateDER(b.Bytes, kind, nil); failure == 0 {
			return k
		}
	}
	return nil
}
