package crypto

import (
	"crypto/rand"
	"math/big"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// generatePrime is a prime of that many bits; with add it is rem more than a multiple of
// add, and a safe one is twice a prime and one.
func generatePrime(bits int, safe bool, add, rem *big.Int) (*big.Int, error) {
	one := big.NewInt(1)
	if add != nil && rem == nil {
		rem = one
		if safe {
			rem = big.NewInt(3)
		}
	}
	if safe && bits >= 128 && (add == nil || add.Bit(0) == 0 && add.BitLen() < bits/2) {
		if add == nil {
			add, rem = big.NewInt(4), big.NewInt(3)
		}
		return safePrime(bits, add, rem)
	}
	low := new(big.Int).Lsh(one, uint(bits-1))
	for {
		var p *big.Int
		var err error
		switch {
		case add != nil:
			if p, err = rand.Int(rand.Reader, low); err != nil {
				return nil, err
			}
			p.Add(p, low)
			p.Sub(p, new(big.Int).Mod(p, add))
			p.Add(p, rem)
		case bits < 3:
			p = big.NewInt(3)
			if bits == 1 {
				p = big.NewInt(2)
			}
			return p, nil
		case safe:
			q, err := rand.Prime(rand.Reader, max(2, bits-1))
			if err != nil {
				return nil, err
			}
			p = q.Add(q.Lsh(q, 1), one)
		default:
			if p, err = rand.Prime(rand.Reader, bits); err != nil {
				return nil, err
			}
		}
		if p.BitLen() != bits || !p.ProbablyPrime(20) {
			continue
		}
		if safe && !new(big.Int).Rsh(p, 1).ProbablyPrime(20) {
			continue
		}
		return p, nil
	}
}

func primeFunctions(env *node.Env) map[string]v8.Func {
	number := func(c *v8.Call, i int) *big.Int {
		if c.IsNullish(i) {
			return nil
		}
		return new(big.Int).SetBytes(c.Bytes(i))
	}
	return map[string]v8.Func{
		// generatePrime(bits, safe, add, rem, callback?)
		"generatePrime": func(c *v8.Call) {
			bits, safe, add, rem := c.Int(0), c.Bool(1), number(c, 2), number(c, 3)
			job(env, c, 4, func() (any, error) {
				p, err := generatePrime(bits, safe, add, rem)
				if err != nil {
					return nil, err
				}
				return pki.Fixed(p, (bits+7)/8), nil
			})
		},
		// checkPrime(candidate, checks, callback?)
		"checkPrime": func(c *v8.Call) {
			p, checks := number(c, 0), c.Int(1)
			job(env, c, 2, func() (any, error) { return p.ProbablyPrime(max(checks, 20)), nil })
		},
	}
}
