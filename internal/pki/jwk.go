package pki

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/asn1"
	"math/big"
)

// octetCurves are the curves of JSON Web Keys of the kind OKP.
var octetCurves = map[string]asn1.ObjectIdentifier{
	"Ed25519": oidEd25519, "Ed448": oidEd448, "X25519": oidX25519, "X448": oidX448,
}

// JWK is the key's numbers in the order of the JSON Web Key's fields: for RSA n, e and d,
// p, q, dp, dq, qi; for curves x, y and d; x and d for Edwards and Montgomery curves. It
// is nil for keys without such a form.
func (k *Key) JWK() [][]byte {
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		out := [][]byte{p.N.Bytes(), big.NewInt(int64(p.E)).Bytes()}
		if s, ok := k.Private.(*rsa.PrivateKey); ok && len(s.Primes) == 2 {
			one := big.NewInt(1)
			rest := func(prime *big.Int) []byte {
				return new(big.Int).Mod(s.D, new(big.Int).Sub(prime, one)).Bytes()
			}
			out = append(out, s.D.Bytes(), s.Primes[0].Bytes(), s.Primes[1].Bytes(),
				rest(s.Primes[0]), rest(s.Primes[1]), new(big.Int).ModInverse(s.Primes[1], s.Primes[0]).Bytes())
		}
		return out
	case *ecdsa.PublicKey:
		c := CurveOf(p.Curve)
		if c == nil || c.JWK == "" {
			return nil
		}
		point := c.Encode(p, 4)
		out := [][]byte{point[1 : 1+c.Size()], point[1+c.Size():]}
		if s, ok := k.Private.(*ecdsa.PrivateKey); ok {
			out = append(out, Fixed(s.D, c.Size())) //nolint:staticcheck // any curve
		}
		return out
	}
	x := octets(k.Public)
	if x == nil {
		return nil
	}
	if d := seed(k.Private); d != nil {
		return [][]byte{x, d}
	}
	return [][]byte{x}
}

// FromJWK makes a key of the same numbers; curve is the JWK's crv.
func FromJWK(kind, curve string, private bool, n [][]byte) (*Key, Failure) {
	num := func(i int) *big.Int { return new(big.Int).SetBytes(n[i]) }
	switch kind {
	case "RSA":
		pub := rsa.PublicKey{N: num(0), E: int(num(1).Int64())}
		if !private {
			return &Key{Public: &pub}, 0
		}
		s := &rsa.PrivateKey{PublicKey: pub, D: num(2), Primes: []*big.Int{num(3), num(4)}}
		if s.Validate() != nil {
			return nil, InvalidJWK
		}
		s.Precompute()
		return FromPrivate(s), 0
	case "EC":
		c := CurveByName(curve)
		if c == nil || c.JWK != curve {
			return nil, UnknownCurve
		}
		if len(n[0]) != c.Size() || len(n[1]) != c.Size() {
			return nil, InvalidJWK
		}
		pub, err := c.Point(append(append([]byte{4}, n[0]...), n[1]...))
		if err != nil {
			return nil, InvalidJWK
		}
		if !private {
			return FromPublic(pub), 0
		}
		s, err := c.Private(n[2])
		if err != nil || !s.PublicKey.Equal(pub) {
			return nil, InvalidJWK
		}
		return FromPrivate(s), 0
	case "OKP":
		oid, ok := octetCurves[curve]
		if !ok {
			return nil, UnknownCurve
		}
		if !private {
			k, err := NewOctetPublic(oid, n[0])
			if err != nil {
				return nil, InvalidJWK
			}
			return k, 0
		}
		k, failure := NewOctetKey(oid, n[1])
		if failure != 0 {
			return nil, InvalidJWK
		}
		return k, 0
	}
	return nil, InvalidJWK
}
