package crypto

import (
	"bytes"
	stdcrypto "crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// key is an asymmetric key. private is nil for a public one.
type key struct {
	private stdcrypto.PrivateKey
	public  stdcrypto.PublicKey
}

type keyRing struct {
	live map[int]*key
	next int
}

func (r *keyRing) add(k *key) int {
	r.next++
	r.live[r.next] = k
	return r.next
}

// What is wrong with a key that cannot be read.
const (
	keyUnsupported    = -1
	keyNeedsPassword  = -2
	keyWrongPassword  = -3
	keyUnknownCurve   = -4
	keyInvalidJWK     = -5
	keyInvalidOptions = -6
)

var curveNames = map[elliptic.Curve]string{
	elliptic.P224(): "secp224r1", elliptic.P256(): "prime256v1", elliptic.P384(): "secp384r1", elliptic.P521(): "secp521r1",
}

func curveByName(name string) elliptic.Curve {
	switch name {
	case "P-224", "secp224r1":
		return elliptic.P224()
	case "P-256", "prime256v1", "secp256r1":
		return elliptic.P256()
	case "P-384", "secp384r1":
		return elliptic.P384()
	case "P-521", "secp521r1":
		return elliptic.P521()
	}
	return nil
}

// describe is [number, type, details...] of a key: for RSA the length of the modulus and
// the exponent, for elliptic curves the name of the curve.
func (r *keyRing) describe(k *key) []any {
	id := r.add(k)
	switch p := k.public.(type) {
	case *rsa.PublicKey:
		return []any{id, "rsa", p.N.BitLen(), p.E}
	case *ecdsa.PublicKey:
		return []any{id, "ec", curveNames[p.Curve]}
	case ed25519.PublicKey:
		return []any{id, "ed25519"}
	case *ecdh.PublicKey:
		return []any{id, "x25519"}
	}
	return []any{id, "unknown"}
}

func privateKey(p any) *key {
	switch p := p.(type) {
	case *rsa.PrivateKey:
		return &key{p, &p.PublicKey}
	case *ecdsa.PrivateKey:
		return &key{p, &p.PublicKey}
	case ed25519.PrivateKey:
		return &key{p, p.Public()}
	case *ecdh.PrivateKey:
		return &key{p, p.PublicKey()}
	}
	return nil
}

func publicKey(p any) *key {
	switch p.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *ecdh.PublicKey:
		return &key{nil, p}
	}
	return nil
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

func parsePrivatePEM(data, passphrase []byte) (*key, int) {
	b := findPEM(data, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") })
	if b == nil {
		return nil, keyUnsupported
	}
	der := b.Bytes
	if x509.IsEncryptedPEMBlock(b) { //nolint:staticcheck // files of this kind are still about
		if passphrase == nil {
			return nil, keyNeedsPassword
		}
		plain, err := x509.DecryptPEMBlock(b, passphrase) //nolint:staticcheck // as above
		if err != nil {
			return nil, keyWrongPassword
		}
		der = plain
	}
	switch b.Type {
	case "RSA PRIVATE KEY":
		return parsePrivateDER(der, "pkcs1", nil)
	case "EC PRIVATE KEY":
		return parsePrivateDER(der, "sec1", nil)
	case "ENCRYPTED PRIVATE KEY":
		if passphrase == nil {
			return nil, keyNeedsPassword
		}
		return parsePrivateDER(der, "pkcs8", passphrase)
	case "PRIVATE KEY":
		return parsePrivateDER(der, "pkcs8", nil)
	}
	return nil, keyUnsupported
}

func parsePrivateDER(der []byte, kind string, passphrase []byte) (*key, int) {
	var p any
	var err error
	switch kind {
	case "pkcs1":
		p, err = x509.ParsePKCS1PrivateKey(der)
	case "sec1":
		p, err = x509.ParseECPrivateKey(der)
	default:
		if isEncryptedPKCS8(der) {
			if passphrase == nil {
				return nil, keyNeedsPassword
			}
			if der, err = decryptPKCS8(der, passphrase); err != nil {
				return nil, keyWrongPassword
			}
		}
		p, err = x509.ParsePKCS8PrivateKey(der)
	}
	if err != nil {
		return nil, keyUnsupported
	}
	if k := privateKey(p); k != nil {
		return k, 0
	}
	return nil, keyUnsupported
}

func parsePublicPEM(data, passphrase []byte) (*key, int) {
	b := findPEM(data, func(string) bool { return true })
	if b == nil {
		return nil, keyUnsupported
	}
	switch b.Type {
	case "PUBLIC KEY":
		return parsePublicDER(b.Bytes, "spki")
	case "RSA PUBLIC KEY":
		return parsePublicDER(b.Bytes, "pkcs1")
	case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return nil, keyUnsupported
		}
		if k := publicKey(c.PublicKey); k != nil {
			return k, 0
		}
		return nil, keyUnsupported
	}
	k, failure := parsePrivatePEM(data, passphrase)
	if failure != 0 {
		return nil, failure
	}
	return &key{nil, k.public}, 0
}

func parsePublicDER(der []byte, kind string) (*key, int) {
	var p any
	var err error
	if kind == "pkcs1" {
		p, err = x509.ParsePKCS1PublicKey(der)
	} else {
		p, err = x509.ParsePKIXPublicKey(der)
	}
	if err == nil {
		if k := publicKey(p); k != nil {
			return k, 0
		}
	}
	return nil, keyUnsupported
}

// fixed is n in exactly size bytes.
func fixed(n *big.Int, size int) []byte { return n.FillBytes(make([]byte, size)) }

// jwk is the key's numbers in the order of the JSON Web Key's fields: for RSA n, e and d,
// p, q, dp, dq, qi; for curves x, y and d; x and d for the Edwards and Montgomery curve.
func (k *key) jwk() []any {
	switch p := k.public.(type) {
	case *rsa.PublicKey:
		out := []any{p.N.Bytes(), big.NewInt(int64(p.E)).Bytes()}
		if s, ok := k.private.(*rsa.PrivateKey); ok && len(s.Primes) == 2 {
			s.Precompute()
			out = append(out, s.D.Bytes(), s.Primes[0].Bytes(), s.Primes[1].Bytes(),
				s.Precomputed.Dp.Bytes(), s.Precomputed.Dq.Bytes(), s.Precomputed.Qinv.Bytes())
		}
		return out
	case *ecdsa.PublicKey:
		size := (p.Curve.Params().BitSize + 7) / 8
		point, err := p.Bytes()
		if err != nil {
			return nil
		}
		out := []any{point[1 : 1+size], point[1+size:]}
		if s, ok := k.private.(*ecdsa.PrivateKey); ok {
			d, err := s.Bytes()
			if err != nil {
				return nil
			}
			out = append(out, d)
		}
		return out
	case ed25519.PublicKey:
		out := []any{[]byte(p)}
		if s, ok := k.private.(ed25519.PrivateKey); ok {
			out = append(out, []byte(s.Seed()))
		}
		return out
	case *ecdh.PublicKey:
		out := []any{p.Bytes()}
		if s, ok := k.private.(*ecdh.PrivateKey); ok {
			out = append(out, s.Bytes())
		}
		return out
	}
	return nil
}

// fromJWK makes a key of the same numbers; curve is the JWK's crv.
func fromJWK(kind, curve string, private bool, n [][]byte) (*key, int) {
	num := func(i int) *big.Int { return new(big.Int).SetBytes(n[i]) }
	switch kind {
	case "RSA":
		pub := rsa.PublicKey{N: num(0), E: int(num(1).Int64())}
		if !private {
			return &key{nil, &pub}, 0
		}
		s := &rsa.PrivateKey{PublicKey: pub, D: num(2), Primes: []*big.Int{num(3), num(4)}}
		if s.Validate() != nil {
			return nil, keyInvalidJWK
		}
		s.Precompute()
		return &key{s, &s.PublicKey}, 0
	case "EC":
		c := curveByName(curve)
		if c == nil {
			return nil, keyUnknownCurve
		}
		size := (c.Params().BitSize + 7) / 8
		if len(n[0]) != size || len(n[1]) != size {
			return nil, keyInvalidJWK
		}
		pub, err := ecdsa.ParseUncompressedPublicKey(c, append(append([]byte{4}, n[0]...), n[1]...))
		if err != nil {
			return nil, keyInvalidJWK
		}
		if !private {
			return &key{nil, pub}, 0
		}
		s, err := ecdsa.ParseRawPrivateKey(c, fixed(num(2), size))
		if err != nil || !s.PublicKey.Equal(pub) {
			return nil, keyInvalidJWK
		}
		return privateKey(s), 0
	case "OKP":
		if len(n[0]) != 32 || private && len(n[1]) != 32 {
			return nil, keyInvalidJWK
		}
		switch {
		case curve == "Ed25519" && private:
			return privateKey(ed25519.NewKeyFromSeed(n[1])), 0
		case curve == "Ed25519":
			return publicKey(ed25519.PublicKey(bytes.Clone(n[0]))), 0
		case curve == "X25519" && private:
			s, err := ecdh.X25519().NewPrivateKey(n[1])
			if err != nil {
				return nil, keyInvalidJWK
			}
			return privateKey(s), 0
		case curve == "X25519":
			p, err := ecdh.X25519().NewPublicKey(n[0])
			if err != nil {
				return nil, keyInvalidJWK
			}
			return publicKey(p), 0
		}
		return nil, keyUnknownCurve
	}
	return nil, keyInvalidJWK
}

func exportPublic(k *key, format, kind string) (any, int) {
	var der []byte
	label := "PUBLIC KEY"
	if kind == "pkcs1" {
		p, ok := k.public.(*rsa.PublicKey)
		if !ok {
			return nil, keyInvalidOptions
		}
		der, label = x509.MarshalPKCS1PublicKey(p), "RSA PUBLIC KEY"
	} else {
		var err error
		if der, err = x509.MarshalPKIXPublicKey(k.public); err != nil {
			return nil, keyUnsupported
		}
	}
	if format == "der" {
		return der, 0
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})), 0
}

var pemCiphers = map[string]x509.PEMCipher{
	"aes-128-cbc": x509.PEMCipherAES128, "aes128": x509.PEMCipherAES128, "aes-192-cbc": x509.PEMCipherAES192,
	"aes192": x509.PEMCipherAES192, "aes-256-cbc": x509.PEMCipherAES256, "aes256": x509.PEMCipherAES256,
	"des-ede3-cbc": x509.PEMCipher3DES, "des3": x509.PEMCipher3DES,
}

func exportPrivate(k *key, format, kind, cipherName string, passphrase []byte) (any, int) {
	var der []byte
	var err error
	label := "PRIVATE KEY"
	switch kind {
	case "pkcs1":
		s, ok := k.private.(*rsa.PrivateKey)
		if !ok {
			return nil, keyInvalidOptions
		}
		der, label = x509.MarshalPKCS1PrivateKey(s), "RSA PRIVATE KEY"
	case "sec1":
		s, ok := k.private.(*ecdsa.PrivateKey)
		if !ok {
			return nil, keyInvalidOptions
		}
		der, err = x509.MarshalECPrivateKey(s)
		label = "EC PRIVATE KEY"
	default:
		der, err = x509.MarshalPKCS8PrivateKey(k.private)
	}
	if err != nil {
		return nil, keyUnsupported
	}
	block := &pem.Block{Type: label, Bytes: der}
	if cipherName != "" {
		if kind == "pkcs8" {
			if block.Bytes, err = encryptPKCS8(der, cipherName, passphrase); err != nil {
				return nil, keyInvalidOptions
			}
			block.Type = "ENCRYPTED PRIVATE KEY"
		} else {
			c, ok := pemCiphers[strings.ToLower(cipherName)]
			if !ok {
				return nil, keyInvalidOptions
			}
			if block, err = x509.EncryptPEMBlock(rand.Reader, label, der, passphrase, c); err != nil { //nolint:staticcheck // Node has it
				return nil, keyInvalidOptions
			}
		}
	}
	if format == "der" {
		return block.Bytes, 0
	}
	return string(pem.EncodeToMemory(block)), 0
}

func same(a, b *key) bool {
	if a == nil || b == nil || (a.private == nil) != (b.private == nil) {
		return false
	}
	if e, ok := a.private.(interface {
		Equal(stdcrypto.PrivateKey) bool
	}); ok {
		return e.Equal(b.private)
	}
	e, ok := a.public.(interface {
		Equal(stdcrypto.PublicKey) bool
	})
	return ok && e.Equal(b.public)
}

func generate(kind string, bits, exponent int, curve string) (*key, error) {
	switch kind {
	case "rsa":
		s, err := generateRSA(bits, exponent)
		if err != nil {
			return nil, err
		}
		return privateKey(s), nil
	case "ec":
		s, err := ecdsa.GenerateKey(curveByName(curve), rand.Reader)
		if err != nil {
			return nil, err
		}
		return privateKey(s), nil
	case "ed25519":
		_, s, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return privateKey(s), nil
	}
	s, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return privateKey(s), nil
}

// generateRSA makes a key with any odd exponent; Go's own knows 65537 alone.
func generateRSA(bits, exponent int) (*rsa.PrivateKey, error) {
	if exponent == 65537 {
		return rsa.GenerateKey(rand.Reader, bits)
	}
	one, e := big.NewInt(1), big.NewInt(int64(exponent))
	for {
		p, err := rand.Prime(rand.Reader, bits-bits/2)
		if err != nil {
			return nil, err
		}
		q, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, err
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if p.Cmp(q) == 0 || n.BitLen() != bits || d == nil {
			continue
		}
		s := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: exponent}, D: d, Primes: []*big.Int{p, q}}
		s.Precompute()
		return s, nil
	}
}

func keyFunctions(env *node.Env) map[string]v8.Func {
	ring := &keyRing{live: map[int]*key{}}
	answer := func(c *v8.Call, k *key, failure int) {
		if failure != 0 {
			c.Return(failure)
			return
		}
		c.Return(ring.describe(k))
	}
	password := func(c *v8.Call, i int) []byte {
		if c.IsNullish(i) {
			return nil
		}
		return append([]byte{}, c.Bytes(i)...)
	}
	functions := map[string]v8.Func{
		// keyPrivate(format, type, data, passphrase) and keyPublic: [number, type, details...] or what is wrong.
		"keyPrivate": func(c *v8.Call) {
			if c.String(0) == "pem" {
				k, failure := parsePrivatePEM(c.Bytes(2), password(c, 3))
				answer(c, k, failure)
				return
			}
			k, failure := parsePrivateDER(c.Bytes(2), c.String(1), password(c, 3))
			answer(c, k, failure)
		},
		"keyPublic": func(c *v8.Call) {
			if c.String(0) == "pem" {
				k, failure := parsePublicPEM(c.Bytes(2), password(c, 3))
				answer(c, k, failure)
				return
			}
			switch kind := c.String(1); kind {
			case "spki", "pkcs1":
				k, failure := parsePublicDER(c.Bytes(2), kind)
				if failure == 0 || kind == "spki" {
					answer(c, k, failure)
					return
				}
				fallthrough
			default:
				k, failure := parsePrivateDER(c.Bytes(2), kind, password(c, 3))
				if k != nil {
					k = &key{nil, k.public}
				}
				answer(c, k, failure)
			}
		},
		"keyOfPrivate": func(c *v8.Call) { answer(c, &key{nil, ring.live[c.Int(0)].public}, 0) },
		"keyToJWK":     func(c *v8.Call) { c.Return(ring.live[c.Int(0)].jwk()) },
		// keyFromJWK(kty, crv, private, numbers)
		"keyFromJWK": func(c *v8.Call) {
			k, failure := fromJWK(c.String(0), c.String(1), c.Bool(2), c.ByteSlices(3))
			answer(c, k, failure)
		},
		"keySame": func(c *v8.Call) { c.Return(same(ring.live[c.Int(0)], ring.live[c.Int(1)])) },
		"keyFree": func(c *v8.Call) { delete(ring.live, c.Int(0)) },
		// keyExportPublic(number, format, type); keyExportPrivate(number, format, type, cipher, passphrase)
		"keyExportPublic": func(c *v8.Call) {
			out, failure := exportPublic(ring.live[c.Int(0)], c.String(1), c.String(2))
			if failure != 0 {
				out = failure
			}
			c.Return(out)
		},
		"keyExportPrivate": func(c *v8.Call) {
			out, failure := exportPrivate(ring.live[c.Int(0)], c.String(1), c.String(2), c.String(3), password(c, 4))
			if failure != 0 {
				out = failure
			}
			c.Return(out)
		},
		// keyGenerate(type, bits, exponent, curve, callback?) is [private, public] as describe has them.
		"keyGenerate": func(c *v8.Call) {
			kind, bits, exponent, curve := c.String(0), c.Int(1), c.Int(2), c.String(3)
			if c.Kind(4) != v8.Function {
				k, err := generate(kind, bits, exponent, curve)
				if err != nil {
					c.Throw(err)
					return
				}
				c.Return([]any{ring.describe(k), ring.describe(&key{nil, k.public})})
				return
			}
			cb := c.Callback(4)
			env.Loop.Ref()
			go func() {
				k, err := generate(kind, bits, exponent, curve)
				env.Post(func() {
					env.Loop.Unref()
					if err != nil {
						env.Done(cb, nil, err)
						return
					}
					env.Done(cb, []any{ring.describe(k), ring.describe(&key{nil, k.public})}, nil)
				})
			}()
		},
		"curveKnown": func(c *v8.Call) { c.Return(curveByName(c.String(0)) != nil) },
	}
	for name, f := range signFunctions(env, ring) {
		functions[name] = f
	}
	return functions
}
