package crypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"

	"github.com/cloudflare/circl/dh/x448"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// shared is what a private key and another's public key come to.
func shared(a, b *pki.Key) ([]byte, error) {
	switch p := a.Private.(type) {
	case *ecdh.PrivateKey:
		if q, ok := b.Public.(*ecdh.PublicKey); ok {
			out, err := p.ECDH(q)
			if err != nil {
				return nil, errDerivation
			}
			return out, nil
		}
	case *pki.X448Private:
		if q, ok := b.Public.(*pki.X448Public); ok {
			var out x448.Key
			if !x448.Shared(&out, &p.Scalar, (*x448.Key)(q)) {
				return nil, errDerivation
			}
			return out[:], nil
		}
	case *ecdsa.PrivateKey:
		if q, ok := b.Public.(*ecdsa.PublicKey); ok {
			if p.Curve != q.Curve {
				return nil, errMismatchingGroups
			}
			return pki.CurveOf(p.Curve).Shared(p, q)
		}
	case *pki.DHPrivate:
		if q, ok := b.Public.(*pki.DHPublic); ok {
			if p.P.Cmp(q.P) != 0 || p.G.Cmp(q.G) != 0 {
				return nil, errMismatchingGroups
			}
			return dhSecret(p.P, q.Y, p.X), nil
		}
	}
	return nil, errKeyType
}

// dhSecret is as long as the modulus: what is derived from it must not depend on zeros at
// its beginning.
func dhSecret(p, y, x *big.Int) []byte {
	return pki.Fixed(new(big.Int).Exp(y, x, p), (p.BitLen()+7)/8)
}

// What DH_check says, with OpenSSL's bits.
const (
	notPrime      = 1
	notSafePrime  = 2
	badGenerator  = 8
	modulusSmall  = 0x80
	modulusLarge  = 0x100
	minimumBits   = 512
	maximumBits   = 32768
	publicTooLow  = 1
	publicTooHigh = 2
)

// checkGroup is DH_check of a modulus and a generator.
func checkGroup(p, g *big.Int) int {
	bad := 0
	one := big.NewInt(1)
	if g.Cmp(one) <= 0 || g.Cmp(new(big.Int).Sub(p, one)) >= 0 {
		bad |= badGenerator
	}
	if !p.ProbablyPrime(10) {
		bad |= notPrime
	} else if !new(big.Int).Rsh(p, 1).ProbablyPrime(10) {
		bad |= notSafePrime
	}
	if p.BitLen() < minimumBits {
		bad |= modulusSmall
	} else if p.BitLen() > maximumBits {
		bad |= modulusLarge
	}
	return bad
}

// groupPrime is a modulus for a generator: one that generates the whole group, or half of it.
func groupPrime(bits int, g *big.Int) (*big.Int, error) {
	switch g.Int64() {
	case 2:
		return safePrime(bits, big.NewInt(24), big.NewInt(23))
	case 5:
		return safePrime(bits, big.NewInt(60), big.NewInt(59))
	}
	return safePrime(bits, big.NewInt(12), big.NewInt(11))
}

func dhFunctions(env *node.Env, ring *keyRing) map[string]v8.Func {
	number := func(c *v8.Call, i int) *big.Int { return new(big.Int).SetBytes(c.Bytes(i)) }
	return map[string]v8.Func{
		// dhPrime(group) is the modulus of a group of RFC 2409 or 3526.
		"dhPrime": func(c *v8.Call) {
			if p := dhGroups[c.String(0)]; p != nil {
				c.Return(p().Bytes())
			}
		},
		// dhGroupPrime(bits, generator)
		"dhGroupPrime": func(c *v8.Call) {
			p, err := groupPrime(c.Int(0), number(c, 1))
			if err != nil {
				c.Throw(err)
				return
			}
			c.Return(p.Bytes())
		},
		"dhCheck": func(c *v8.Call) { c.Return(checkGroup(number(c, 0), number(c, 1))) },
		// dhPrivate(modulus) is a random secret.
		"dhPrivate": func(c *v8.Call) {
			p := number(c, 0)
			x, err := rand.Int(rand.Reader, new(big.Int).Sub(p, big.NewInt(2)))
			if err != nil {
				c.Throw(err)
				return
			}
			x.Add(x, big.NewInt(1))
			c.Return(x.Bytes())
		},
		// dhPublic(modulus, generator, secret)
		"dhPublic": func(c *v8.Call) { c.Return(new(big.Int).Exp(number(c, 1), number(c, 2), number(c, 0)).Bytes()) },
		// dhSecret(modulus, public, secret); a number says what is wrong with the public key.
		"dhSecret": func(c *v8.Call) {
			p, y, x := number(c, 0), number(c, 1), number(c, 2)
			switch {
			case y.Cmp(big.NewInt(1)) <= 0:
				c.Return(publicTooLow)
			case y.Cmp(new(big.Int).Sub(p, big.NewInt(1))) >= 0:
				c.Return(publicTooHigh)
			default:
				c.Return(dhSecret(p, y, x))
			}
		},
		// ecGenerate(curve), ecPublic(curve, secret, form), ecConvert(curve, point, form), ecSecret(curve, secret, point):
		// undefined when numbers do not fit the curve.
		"ecGenerate": func(c *v8.Call) {
			k, err := pki.GenerateEC(c.String(0))
			if err != nil {
				c.Throw(err)
				return
			}
			c.Return(ecSecretBytes(k.Private.(*ecdsa.PrivateKey)))
		},
		"ecPublic": func(c *v8.Call) {
			curve := pki.CurveByName(c.String(0))
			if k, err := curve.Private(c.Bytes(1)); err == nil {
				c.Return(curve.Encode(&k.PublicKey, c.Int(2)))
			}
		},
		"ecConvert": func(c *v8.Call) {
			curve := pki.CurveByName(c.String(0))
			if p, err := curve.Point(c.Bytes(1)); err == nil {
				c.Return(curve.Encode(p, c.Int(2)))
			}
		},
		"ecSecret": func(c *v8.Call) {
			curve := pki.CurveByName(c.String(0))
			k, err := curve.Private(c.Bytes(1))
			if err != nil {
				return
			}
			p, err := curve.Point(c.Bytes(2))
			if err != nil {
				return
			}
			if out, err := curve.Shared(k, p); err == nil {
				c.Return(out)
			}
		},
		// keyGenerateDH(modulus or bits, generator, callback?) makes a pair of keys.
		"keyGenerateDH": func(c *v8.Call) {
			var p pki.DHParameters
			bits := 0
			if c.Kind(0) == v8.BytesKind {
				p.P = number(c, 0)
			} else {
				bits = c.Int(0)
			}
			p.G = big.NewInt(c.Int64(1))
			pair(env, c, ring, 2, func() (*pki.Key, error) {
				if p.P == nil {
					var err error
					if p.P, err = groupPrime(bits, p.G); err != nil {
						return nil, err
					}
				}
				return pki.GenerateDH(p, 0)
			})
		},
	}
}

func ecSecretBytes(s *ecdsa.PrivateKey) []byte {
	return s.D.Bytes() //nolint:staticcheck // any curve
}
