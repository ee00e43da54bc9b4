package pki

import (
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"

	"github.com/cloudflare/circl/sign/ed448"
)

// ExportPublic writes a public key: format is pem or der, kind pkcs1 or spki.
func ExportPublic(k *Key, format, kind string) ([]byte, Failure) {
	var der []byte
	label := "PUBLIC KEY"
	if kind == "pkcs1" {
		p, ok := k.Public.(*rsa.PublicKey)
		if !ok {
			return nil, UnsuitableFormat
		}
		der, label = x509.MarshalPKCS1PublicKey(p), "RSA PUBLIC KEY"
	} else {
		var err error
		if der, err = marshalSPKI(k); err != nil {
			return nil, Unsupported
		}
	}
	if format == "der" {
		return der, 0
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), 0
}

func marshalled(v any) asn1.RawValue {
	der, err := asn1.Marshal(v)
	if err != nil {
		return asn1.RawValue{}
	}
	return asn1.RawValue{FullBytes: der}
}

// algorithm is the identifier of a key's kind, with its parameters.
func (k *Key) algorithm() (pkix.AlgorithmIdentifier, error) {
	only := func(oid asn1.ObjectIdentifier) (pkix.AlgorithmIdentifier, error) {
		return pkix.AlgorithmIdentifier{Algorithm: oid}, nil
	}
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		if k.PSS != nil {
			return marshalPSS(k.PSS)
		}
		return pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}, nil
	case *ecdsa.PublicKey:
		c := CurveOf(p.Curve)
		if c == nil {
			return pkix.AlgorithmIdentifier{}, errKey
		}
		return pkix.AlgorithmIdentifier{Algorithm: oidEC, Parameters: marshalled(c.OID)}, nil
	case ed25519.PublicKey:
		return only(oidEd25519)
	case ed448.PublicKey:
		return only(oidEd448)
	case *ecdh.PublicKey:
		return only(oidX25519)
	case *X448Public:
		return only(oidX448)
	case *dsa.PublicKey:
		return pkix.AlgorithmIdentifier{Algorithm: oidDSA, Parameters: marshalled(dsaParameters{p.P, p.Q, p.G})}, nil
	case *DHPublic:
		if p.Q != nil {
			return pkix.AlgorithmIdentifier{Algorithm: oidDHX, Parameters: marshalled(struct{ P, G, Q *big.Int }{p.P, p.G, p.Q})}, nil
		}
		return pkix.AlgorithmIdentifier{Algorithm: oidDH, Parameters: marshalled(struct{ P, G *big.Int }{p.P, p.G})}, nil
	}
	return pkix.AlgorithmIdentifier{}, errKey
}

func marshalSPKI(k *Key) ([]byte, error) {
	id, err := k.algorithm()
	if err != nil {
		return nil, err
	}
	var key []byte
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		key = x509.MarshalPKCS1PublicKey(p)
	case *ecdsa.PublicKey:
		key = CurveOf(p.Curve).Encode(p, 4)
	case *dsa.PublicKey:
		key = marshalled(p.Y).FullBytes
	case *DHPublic:
		key = marshalled(p.Y).FullBytes
	default:
		key = octets(k.Public)
	}
	return asn1.Marshal(spki{id, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}})
}

// octets is a public key that is a string of bytes.
func octets(public any) []byte {
	switch p := public.(type) {
	case ed25519.PublicKey:
		return p
	case ed448.PublicKey:
		return p
	case *ecdh.PublicKey:
		return p.Bytes()
	case *X448Public:
		return p[:]
	}
	return nil
}

// seed is a private key that is a string of bytes.
func seed(private any) []byte {
	switch p := private.(type) {
	case ed25519.PrivateKey:
		return p.Seed()
	case ed448.PrivateKey:
		return p.Seed()
	case *ecdh.PrivateKey:
		return p.Bytes()
	case *X448Private:
		return p.Scalar[:]
	}
	return nil
}

func marshalSEC1(s *ecdsa.PrivateKey, withCurve bool) ([]byte, error) {
	c := CurveOf(s.Curve)
	if c == nil {
		return nil, errKey
	}
	point := c.Encode(&s.PublicKey, 4)
	raw := sec1{
		Version: 1, PrivateKey: Fixed(s.D, c.Size()), //nolint:staticcheck // any curve
		Public: asn1.BitString{Bytes: point, BitLength: 8 * len(point)},
	}
	if withCurve {
		raw.Curve = c.OID
	}
	return asn1.Marshal(raw)
}

func marshalPKCS8(k *Key) ([]byte, error) {
	id, err := k.algorithm()
	if err != nil {
		return nil, err
	}
	var key []byte
	switch p := k.Private.(type) {
	case *rsa.PrivateKey:
		key = x509.MarshalPKCS1PrivateKey(p)
	case *ecdsa.PrivateKey:
		key, err = marshalSEC1(p, false)
	case *dsa.PrivateKey:
		key, err = asn1.Marshal(p.X)
	case *DHPrivate:
		key, err = asn1.Marshal(p.X)
	default:
		key, err = asn1.Marshal(seed(k.Private))
	}
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(pkcs8{0, id, key})
}

var pemCiphers = map[string]x509.PEMCipher{
	"aes-128-cbc": x509.PEMCipherAES128, "aes128": x509.PEMCipherAES128, "aes-192-cbc": x509.PEMCipherAES192,
	"aes192": x509.PEMCipherAES192, "aes-256-cbc": x509.PEMCipherAES256, "aes256": x509.PEMCipherAES256,
	"des-ede3-cbc": x509.PEMCipher3DES, "des3": x509.PEMCipher3DES,
}

// ExportPrivate writes a private key: format is pem or der, kind pkcs1, sec1 or pkcs8.
// An empty cipher leaves it in the clear.
func ExportPrivate(k *Key, format, kind, cipher string, passphrase []byte) ([]byte, Failure) {
	var der []byte
	var err error
	label := "PRIVATE KEY"
	switch kind {
	case "pkcs1":
		s, ok := k.Private.(*rsa.PrivateKey)
		if !ok {
			return nil, UnsuitableFormat
		}
		der, label = x509.MarshalPKCS1PrivateKey(s), "RSA PRIVATE KEY"
	case "sec1":
		s, ok := k.Private.(*ecdsa.PrivateKey)
		if !ok {
			return nil, UnsuitableFormat
		}
		der, err = marshalSEC1(s, true)
		label = "EC PRIVATE KEY"
	default:
		der, err = marshalPKCS8(k)
	}
	if err != nil {
		return nil, Unsupported
	}
	block := &pem.Block{Type: label, Bytes: der}
	if cipher != "" {
		if kind == "pkcs8" {
			if block.Bytes, err = encryptPKCS8(der, cipher, passphrase); err != nil {
				return nil, UnsuitableFormat
			}
			block.Type = "ENCRYPTED PRIVATE KEY"
		} else {
			c, ok := pemCiphers[strings.ToLower(cipher)]
			if !ok {
				return nil, UnsuitableFormat
			}
			if block, err = x509.EncryptPEMBlock(rand.Reader, label, der, passphrase, c); err != nil { //nolint:staticcheck // Node has it
				return nil, UnsuitableFormat
			}
		}
	}
	if format == "der" {
		return block.Bytes, 0
	}
	return pem.EncodeToMemory(block), 0
}
