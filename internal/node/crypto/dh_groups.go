package crypto

import (
	"math/big"
	"sync"
)

// dhGroups are the moduli of RFC 2409 and 3526, whose generators are 2.
//
// Each is the formula of its RFC, 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + c), with a
// number c that makes it a safe prime.
var dhGroups = map[string]func() *big.Int{
	"modp1": group(768, 149686), "modp2": group(1024, 129093), "modp5": group(1536, 741804), "modp14": group(2048, 124476),
	"modp15": group(3072, 1690314), "modp16": group(4096, 240904), "modp17": group(6144, 929484), "modp18": group(8192, 4743158),
}

func group(bits uint, c int64) func() *big.Int {
	return sync.OnceValue(func() *big.Int {
		one := big.NewInt(1)
		p := new(big.Int).Lsh(one, bits)
		p.Sub(p, new(big.Int).Lsh(one, bits-64))
		p.Sub(p, one)
		middle := piBits(bits - 130)
		middle.Add(middle, big.NewInt(c))
		return p.Add(p, middle.Lsh(middle, 64))
	})
}

// piBits is floor(2^n * pi), by Machin's formula: pi = 16 atan(1/5) - 4 atan(1/239).
func piBits(n uint) *big.Int {
	const spare = 64 // for what rounding loses
	scale := new(big.Int).Lsh(big.NewInt(1), n+spare)
	a := arctan(scale, 5)
	b := arctan(scale, 239)
	a.Lsh(a, 4)
	b.Lsh(b, 2)
	a.Sub(a, b)
	return a.Rsh(a, spare)
}

// arctan is scale * atan(1/x), by its series.
func arctan(scale *big.Int, x int64) *big.Int {
	square := big.NewInt(x * x)
	power := new(big.Int).Div(scale, big.NewInt(x))
	sum := new(big.Int).Set(power)
	term := new(big.Int)
	for k, sign := int64(3), -1; ; k, sign = k+2, -sign {
		power.Div(power, square)
		if power.Sign() == 0 {
			return sum
		}
		term.Div(power, big.NewInt(k))
		if sign < 0 {
			sum.Sub(sum, term)
		} else {
			sum.Add(sum, term)
		}
	}
}
