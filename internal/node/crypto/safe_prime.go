package crypto

import (
	"crypto/rand"
	"math/big"
	"sync"
)

// sieveLimit bounds the small primes that candidates are sieved with. A safe prime is
// found among thousands of numbers, and a test of one of a thousand bits takes a
// millisecond: most are better thrown out by a division.
const sieveLimit = 1 << 18

var smallPrimes = sync.OnceValue(func() []uint64 {
	composite := make([]bool, sieveLimit)
	var primes []uint64
	for n := 2; n < sieveLimit; n++ {
		if composite[n] {
			continue
		}
		primes = append(primes, uint64(n))
		for m := n * n; m < sieveLimit; m += n {
			composite[m] = true
		}
	}
	return primes
})

// safePrime is a prime p of that many bits whose half, (p-1)/2, is one too; p is rem more
// than a multiple of add, which is even.
func safePrime(bits int, add, rem *big.Int) (*big.Int, error) {
	const window = 1 << 15 // candidates that are sieved at once
	low := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	// The two highest bits are set, as OpenSSL sets them.
	low.SetBit(low, bits-2, 1)
	room := new(big.Int).Lsh(big.NewInt(1), uint(bits-2))
	p, step := new(big.Int), new(big.Int)
	out := make([]bool, window)
	for {
		start, err := rand.Int(rand.Reader, room)
		if err != nil {
			return nil, err
		}
		start.Add(start, low)
		start.Sub(start, new(big.Int).Mod(start, add)).Add(start, rem)
		clear(out)
		for _, prime := range smallPrimes() {
			if prime >= 1<<uint(min(bits-3, 62)) {
				break
			}
			sieve(out, start, add, prime)
		}
		for i, gone := range out {
			if gone {
				continue
			}
			p.Add(start, step.Mul(add, big.NewInt(int64(i))))
			if p.BitLen() != bits {
				break
			}
			q := new(big.Int).Rsh(p, 1)
			if q.ProbablyPrime(0) && p.ProbablyPrime(0) && q.ProbablyPrime(20) && p.ProbablyPrime(20) {
				return p, nil
			}
		}
	}
}

// sieve marks the candidates start + i*add that a prime divides, or whose halves it divides.
func sieve(out []bool, start, add *big.Int, prime uint64) {
	m := new(big.Int).SetUint64(prime)
	at, by := new(big.Int).Mod(start, m).Uint64(), new(big.Int).Mod(add, m).Uint64()
	mark := func(residue uint64) {
		// i with at + i*by = residue modulo the prime
		if by == 0 {
			if at == residue {
				for i := range out {
					out[i] = true
				}
			}
			return
		}
		inverse := new(big.Int).ModInverse(new(big.Int).SetUint64(by), m).Uint64()
		first := (residue + prime - at) % prime * inverse % prime
		for i := first; i < uint64(len(out)); i += prime {
			out[i] = true
		}
	}
	mark(0)
	if prime > 2 {
		mark(1) // p = 1 modulo an odd prime: it divides (p-1)/2
	}
}
