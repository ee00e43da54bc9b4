package pki

import (
	"bytes"
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"

	"github.com/cloudflare/circl/sign/ed448"
)

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidDSA     = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	oidDH      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 3, 1}
	oidDHX     = asn1.ObjectIdentifier{1, 2, 840, 10046, 2, 1}
	oidX25519  = asn1.ObjectIdentifier{1, 3, 101, 110}
	oidX448    = asn1.ObjectIdentifier{1, 3, 101, 111}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
	oidEd448   = asn1.ObjectIdentifier{1, 3, 101, 113}
)

var errKey = errors.New("not a key that can be read")

// pkcs8 is RFC 5208's PrivateKeyInfo.
type pkcs8 struct {
	Version    int
	Algorithm  pkix.AlgorithmIdentifier
	PrivateKey []byte
}

// spki is X.509's SubjectPublicKeyInfo.
type spki struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// sec1 is SEC 1's ECPrivateKey.
type sec1 struct {
	Version    int
	PrivateKey []byte
	Curve      asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
	Public     asn1.BitString        `asn1:"optional,explicit,tag:1"`
}

type dsaParameters struct{ P, Q, G *big.Int }

type dsaPrivate struct {
	Version    int
	P, Q, G    *big.Int
	Public     *big.Int
	PrivateKey *big.Int
}

type dhParameters struct {
	P, G   *big.Int
	Length int `asn1:"optional"`
}

type dhxParameters struct {
	P, G, Q *big.Int
	J       *big.Int      `asn1:"optional"`
	Rest    asn1.RawValue `asn1:"optional"`
}

// findPEM is the first block that ok accepts.
func findPEM(data []byte, ok func(kind string) bool) *pem.Block {
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil || ok(b.Type) {
			return b
		}
	}
}

// ParsePrivatePEM reads the first private key of a text. A nil passphrase is none.
func ParsePrivatePEM(data, passphrase []byte) (*Key, Failure) {
	b := findPEM(data, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") })
	if b == nil {
		return nil, Unsupported
	}
	der := b.Bytes
	if x509.IsEncryptedPEMBlock(b) { //nolint:staticcheck // files of this kind are still about
		if passphrase == nil {
			return nil, NeedsPassphrase
		}
		plain, err := x509.DecryptPEMBlock(b, passphrase) //nolint:staticcheck // as above
		if err != nil {
			return nil, WrongPassphrase
		}
		der = plain
	}
	switch b.Type {
	case "RSA PRIVATE KEY":
		return ParsePrivateDER(der, "pkcs1", nil)
	case "EC PRIVATE KEY":
		return ParsePrivateDER(der, "sec1", nil)
	case "DSA PRIVATE KEY":
		return parsed(parseDSA(der))
	case "ENCRYPTED PRIVATE KEY":
		if passphrase == nil {
			return nil, NeedsPassphrase
		}
		return ParsePrivateDER(der, "pkcs8", passphrase)
	case "PRIVATE KEY":
		return ParsePrivateDER(der, "pkcs8", nil)
	}
	return nil, Unsupported
}

func parsed(k *Key, err error) (*Key, Failure) {
	if err != nil || k == nil {
		return nil, Unsupported
	}
	return k, 0
}

// IsEncrypted reports whether a private key in PEM needs a passphrase, and whether it is
// encrypted in the manner of PKCS #8 (and not of old PEM files).
func IsEncrypted(data []byte) (encrypted, pkcs8 bool) {
	b := findPEM(data, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") })
	if b == nil {
		return false, false
	}
	if b.Type == "ENCRYPTED PRIVATE KEY" {
		return true, true
	}
	return x509.IsEncryptedPEMBlock(b), false //nolint:staticcheck // files of this kind are still about
}

// ParsePrivateDER reads a private key: kind is pkcs1, sec1 or pkcs8.
func ParsePrivateDER(der []byte, kind string, passphrase []byte) (*Key, Failure) {
	switch kind {
	case "pkcs1":
		if p, err := parsePKCS1(der); err == nil {
			return FromPrivate(p), 0
		}
	case "sec1":
		if k, err := parseSEC1(der, nil); err == nil {
			return k, 0
		}
	}
	// A wrong label does not keep OpenSSL from reading PKCS #8.
	if isEncryptedPKCS8(der) {
		if passphrase == nil {
			return nil, NeedsPassphrase
		}
		plain, err := decryptPKCS8(der, passphrase)
		if errors.Is(err, errPBES) {
			return nil, Unsupported
		}
		if err != nil {
			return nil, WrongPassphrase
		}
		der = plain
	}
	return parsed(parsePKCS8(der))
}

// parsePKCS1 reads an RSA key, also one whose numbers Go finds too small or odd to use.
func parsePKCS1(der []byte) (*rsa.PrivateKey, error) {
	p, err := x509.ParsePKCS1PrivateKey(der)
	if err == nil {
		return p, nil
	}
	var raw struct {
		Version            int
		N                  *big.Int
		E                  int
		D, P, Q, A, B, Inv *big.Int
		Rest               asn1.RawValue `asn1:"optional"`
	}
	if _, e := asn1.Unmarshal(der, &raw); e != nil || raw.Version != 0 || raw.N.Sign() <= 0 || raw.P.Sign() <= 0 || raw.Q.Sign() <= 0 {
		return nil, err
	}
	return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: raw.N, E: raw.E}, D: raw.D, Primes: []*big.Int{raw.P, raw.Q}}, nil
}

func parseSEC1(der []byte, oid asn1.ObjectIdentifier) (*Key, error) {
	var raw sec1
	if rest, err := asn1.Unmarshal(der, &raw); err != nil || len(rest) != 0 || raw.Version != 1 {
		return nil, errKey
	}
	if oid == nil {
		oid = raw.Curve
	}
	c := curveByOID(oid)
	if c == nil {
		return nil, errKey
	}
	p, err := c.Private(raw.PrivateKey)
	if err != nil {
		return nil, err
	}
	return FromPrivate(p), nil
}

func parseDSA(der []byte) (*Key, error) {
	var raw dsaPrivate
	if _, err := asn1.Unmarshal(der, &raw); err != nil {
		return nil, err
	}
	return FromPrivate(&dsa.PrivateKey{
		PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: raw.P, Q: raw.Q, G: raw.G}, Y: raw.Public}, X: raw.PrivateKey,
	}), nil
}

// unmarshal reads one value at the beginning of der.
func unmarshal[T any](der []byte) (v T, err error) {
	_, err = asn1.Unmarshal(der, &v)
	return v, err
}

// withPSS gives an RSA key the parameters that keys for RSASSA-PSS have.
func withPSS(k *Key, a pkix.AlgorithmIdentifier) (*Key, error) {
	var err error
	if a.Algorithm.Equal(oidRSAPSS) {
		k.PSS, err = parsePSS(a.Parameters.FullBytes)
	}
	return k, err
}

func parsePKCS8(der []byte) (*Key, error) {
	raw, err := unmarshal[pkcs8](der)
	if err != nil {
		return nil, err
	}
	params := raw.Algorithm.Parameters.FullBytes
	switch oid := raw.Algorithm.Algorithm; {
	case oid.Equal(oidRSA), oid.Equal(oidRSAPSS):
		p, err := parsePKCS1(raw.PrivateKey)
		if err != nil {
			return nil, err
		}
		return withPSS(FromPrivate(p), raw.Algorithm)
	case oid.Equal(oidEC):
		curve, err := unmarshal[asn1.ObjectIdentifier](params)
		if err != nil {
			return nil, err
		}
		return parseSEC1(raw.PrivateKey, curve)
	case oid.Equal(oidDSA):
		p, err := unmarshal[dsaParameters](params)
		if err != nil {
			return nil, err
		}
		x, err := unmarshal[*big.Int](raw.PrivateKey)
		if err != nil {
			return nil, err
		}
		s := &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: p.P, Q: p.Q, G: p.G}}, X: x}
		s.Y = new(big.Int).Exp(p.G, x, p.P)
		return FromPrivate(s), nil
	case oid.Equal(oidDH), oid.Equal(oidDHX):
		p, err := parseDHParameters(params, oid)
		if err != nil {
			return nil, err
		}
		x, err := unmarshal[*big.Int](raw.PrivateKey)
		if err != nil {
			return nil, err
		}
		return FromPrivate(NewDH(*p, x)), nil
	}
	return parseOctets(raw)
}

// parseOctets reads the keys of RFC 8410, which are strings of bytes.
func parseOctets(raw pkcs8) (*Key, error) {
	var secret []byte
	if _, err := asn1.Unmarshal(raw.PrivateKey, &secret); err != nil {
		return nil, err
	}
	k, failure := NewOctetKey(raw.Algorithm.Algorithm, secret)
	if failure != 0 {
		return nil, errKey
	}
	return k, nil
}

// NewDH is the private key of a number.
func NewDH(p DHParameters, x *big.Int) *DHPrivate {
	return &DHPrivate{DHPublic{p, new(big.Int).Exp(p.G, x, p.P)}, x}
}

// NewOctetKey is a private key on an Edwards or Montgomery curve.
func NewOctetKey(oid asn1.ObjectIdentifier, secret []byte) (*Key, Failure) {
	switch {
	case oid.Equal(oidEd25519) && len(secret) == ed25519.SeedSize:
		return FromPrivate(ed25519.NewKeyFromSeed(secret)), 0
	case oid.Equal(oidX25519) && len(secret) == 32:
		p, err := ecdh.X25519().NewPrivateKey(secret)
		if err != nil {
			return nil, Unsupported
		}
		return FromPrivate(p), 0
	case oid.Equal(oidEd448) && len(secret) == ed448.SeedSize:
		return FromPrivate(ed448.NewKeyFromSeed(secret)), 0
	case oid.Equal(oidX448) && len(secret) == 56:
		return FromPrivate(NewX448(secret)), 0
	}
	return nil, Unsupported
}

// ParsePublicPEM reads the first public key of a text: that of a certificate, too, or the
// public half of a private key.
func ParsePublicPEM(data, passphrase []byte) (*Key, Failure) {
	b := findPEM(data, func(string) bool { return true })
	if b == nil {
		return nil, Unsupported
	}
	switch b.Type {
	case "PUBLIC KEY":
		return ParsePublicDER(b.Bytes, "spki")
	case "RSA PUBLIC KEY":
		return ParsePublicDER(b.Bytes, "pkcs1")
	case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
		c, err := ParseCertificate(b.Bytes)
		if err != nil {
			return nil, Unsupported
		}
		return ParsePublicDER(c.RawSubjectPublicKeyInfo, "spki")
	}
	k, failure := ParsePrivatePEM(data, passphrase)
	if failure != 0 {
		return nil, failure
	}
	return k.PublicHalf(), 0
}

// ParsePublicDER reads a public key: kind is pkcs1 or spki.
func ParsePublicDER(der []byte, kind string) (*Key, Failure) {
	if kind == "pkcs1" {
		p, err := x509.ParsePKCS1PublicKey(der)
		if err != nil {
			return nil, Unsupported
		}
		return FromPublic(p), 0
	}
	return parsed(parseSPKI(der))
}

func parseSPKI(der []byte) (*Key, error) {
	raw, err := unmarshal[spki](der)
	if err != nil {
		return nil, err
	}
	key, params := raw.Key.RightAlign(), raw.Algorithm.Parameters.FullBytes
	switch oid := raw.Algorithm.Algorithm; {
	case oid.Equal(oidRSA), oid.Equal(oidRSAPSS):
		p, err := x509.ParsePKCS1PublicKey(key)
		if err != nil {
			return nil, err
		}
		return withPSS(FromPublic(p), raw.Algorithm)
	case oid.Equal(oidEC):
		curve, err := unmarshal[asn1.ObjectIdentifier](params)
		if err != nil {
			return nil, err
		}
		c := curveByOID(curve)
		if c == nil {
			return nil, errKey
		}
		p, err := c.Point(key)
		if err != nil {
			return nil, err
		}
		return FromPublic(p), nil
	case oid.Equal(oidDSA):
		p, err := unmarshal[dsaParameters](params)
		if err != nil {
			return nil, err
		}
		y, err := unmarshal[*big.Int](key)
		if err != nil {
			return nil, err
		}
		return FromPublic(&dsa.PublicKey{Parameters: dsa.Parameters{P: p.P, Q: p.Q, G: p.G}, Y: y}), nil
	case oid.Equal(oidDH), oid.Equal(oidDHX):
		p, err := parseDHParameters(params, oid)
		if err != nil {
			return nil, err
		}
		y, err := unmarshal[*big.Int](key)
		if err != nil {
			return nil, err
		}
		return FromPublic(&DHPublic{*p, y}), nil
	default:
		return NewOctetPublic(oid, key)
	}
}

// NewOctetPublic is a public key on an Edwards or Montgomery curve.
func NewOctetPublic(oid asn1.ObjectIdentifier, key []byte) (*Key, error) {
	switch {
	case oid.Equal(oidEd25519) && len(key) == ed25519.PublicKeySize:
		return FromPublic(ed25519.PublicKey(bytes.Clone(key))), nil
	case oid.Equal(oidX25519) && len(key) == 32:
		p, err := ecdh.X25519().NewPublicKey(key)
		if err != nil {
			return nil, err
		}
		return FromPublic(p), nil
	case oid.Equal(oidEd448) && len(key) == ed448.PublicKeySize:
		return FromPublic(ed448.PublicKey(bytes.Clone(key))), nil
	case oid.Equal(oidX448) && len(key) == 56:
		var p X448Public
		copy(p[:], key)
		return FromPublic(&p), nil
	}
	return nil, errKey
}

func parseDHParameters(der []byte, oid asn1.ObjectIdentifier) (*DHParameters, error) {
	if oid.Equal(oidDHX) {
		var p dhxParameters
		if _, err := asn1.Unmarshal(der, &p); err != nil {
			return nil, err
		}
		return &DHParameters{p.P, p.G, p.Q}, nil
	}
	var p dhParameters
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		return nil, err
	}
	return &DHParameters{P: p.P, G: p.G}, nil
}

// ParseDHParameters reads a group in PEM; nil when there is none.
func ParseDHParameters(data []byte) *DHParameters {
	b := findPEM(data, func(kind string) bool { return kind == "DH PARAMETERS" || kind == "X9.42 DH PARAMETERS" })
	if b == nil {
		return nil
	}
	oid := oidDH
	if b.Type != "DH PARAMETERS" {
		oid = oidDHX
	}
	p, err := parseDHParameters(b.Bytes, oid)
	if err != nil {
		return nil
	}
	return p
}
