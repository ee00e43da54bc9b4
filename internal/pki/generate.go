package pki

import (
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"

	"github.com/cloudflare/circl/sign/ed448"
)

// GenerateRSA makes a key with any odd exponent; Go's own knows 65537 alone.
func GenerateRSA(bits, exponent int) (*Key, error) {
	if exponent == 65537 && bits >= 1024 {
		s, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			return nil, err
		}
		return FromPrivate(s), nil
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
		return FromPrivate(s), nil
	}
}

// GenerateEC makes a key on a named curve.
func GenerateEC(curve string) (*Key, error) {
	c := CurveByName(curve)
	if c == nil {
		return nil, errors.New("unknown curve")
	}
	if c.Name != "secp256k1" {
		s, err := ecdsa.GenerateKey(c.Curve, rand.Reader)
		if err != nil {
			return nil, err
		}
		return FromPrivate(s), nil
	}
	limit := new(big.Int).Sub(c.Params().N, big.NewInt(1))
	d, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return nil, err
	}
	s, err := c.Private(d.Add(d, big.NewInt(1)).Bytes())
	if err != nil {
		return nil, err
	}
	return FromPrivate(s), nil
}

// GenerateOctets makes a key of the kinds ed25519, ed448, x25519 and x448.
func GenerateOctets(kind string) (*Key, error) {
	switch kind {
	case "ed25519":
		_, s, err := ed25519.GenerateKey(rand.Reader)
		return FromPrivate(s), err
	case "ed448":
		_, s, err := ed448.GenerateKey(rand.Reader)
		return FromPrivate(s), err
	case "x25519":
		s, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return FromPrivate(s), nil
	}
	var scalar [56]byte
	rand.Read(scalar[:])
	return FromPrivate(NewX448(scalar[:])), nil
}

// GenerateDSA makes a key with a modulus and a divisor of so many bits.
func GenerateDSA(bits, divisor int) (*Key, error) {
	one := big.NewInt(1)
	s := &dsa.PrivateKey{}
	// FIPS 186-4, A.1.1.2 in spirit: q first, then p = 1 modulo 2q; Go's generator knows
	// four pairs of sizes alone.
	q, err := rand.Prime(rand.Reader, divisor)
	if err != nil {
		return nil, err
	}
	twice := new(big.Int).Lsh(q, 1)
	low := new(big.Int).Lsh(one, uint(bits-1))
	for {
		p, err := rand.Int(rand.Reader, low)
		if err != nil {
			return nil, err
		}
		p.Add(p, low)
		p.Sub(p, new(big.Int).Mod(p, twice)).Add(p, one)
		if p.BitLen() == bits && p.ProbablyPrime(20) {
			s.P, s.Q = p, q
			break
		}
	}
	cofactor := new(big.Int).Div(new(big.Int).Sub(s.P, one), q)
	for h := big.NewInt(2); ; h.Add(h, one) {
		if g := new(big.Int).Exp(h, cofactor, s.P); g.Cmp(one) != 0 {
			s.G = g
			break
		}
	}
	if err := dsa.GenerateKey(s, rand.Reader); err != nil {
		return nil, err
	}
	return FromPrivate(s), nil
}

// GenerateDH makes a key in a group. length is the number of bits of the secret, or 0.
func GenerateDH(p DHParameters, length int) (*Key, error) {
	limit := new(big.Int).Sub(p.P, big.NewInt(2))
	if p.Q != nil {
		limit = new(big.Int).Sub(p.Q, big.NewInt(1))
	}
	if length > 0 && length < limit.BitLen() {
		limit = new(big.Int).Lsh(big.NewInt(1), uint(length))
	}
	if limit.Sign() <= 0 {
		return nil, errors.New("modulus too small")
	}
	x, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return nil, err
	}
	return FromPrivate(NewDH(p, x.Add(x, big.NewInt(1)))), nil
}
