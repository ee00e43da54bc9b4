package crypto

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"math/big"

	"github.com/sluice-http/sluice/internal/pki"
)

// RSASSA-PSS (RFC 8017, 8.1 and 9.1) with any salt, and with another hash for its masks
// than for the message: Go's own has neither an empty salt nor two hashes.

func hashOf(d *digest, parts ...[]byte) []byte {
	h := d.maker()()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func mgf1(dst []byte, d *digest, seed []byte) {
	for at, counter := 0, uint32(0); at < len(dst); counter++ {
		for _, b := range hashOf(d, seed, []byte{byte(counter >> 24), byte(counter >> 16), byte(counter >> 8), byte(counter)}) {
			if at < len(dst) {
				dst[at] ^= b
				at++
			}
		}
	}
}

// pss is how a message is signed: the hashes, and the length of the salt.
type pss struct {
	hash, mask *digest
	salt       int
}

func (s pss) sign(p *rsa.PrivateKey, sum []byte) ([]byte, error) {
	bits := p.N.BitLen() - 1
	size := (bits + 7) / 8
	if size < len(sum)+s.salt+2 {
		return nil, errDataTooLarge
	}
	if s.hash == s.mask && s.salt > 0 && s.hash.id != 0 && p.N.BitLen() >= 1024 {
		return rsa.SignPSS(rand.Reader, p, s.hash.id, sum, &rsa.PSSOptions{SaltLength: s.salt})
	}
	salt := make([]byte, s.salt)
	rand.Read(salt)
	m := hashOf(s.hash, make([]byte, 8), sum, salt)
	em := make([]byte, size)
	db := em[:size-len(m)-1]
	db[len(db)-s.salt-1] = 1
	copy(db[len(db)-s.salt:], salt)
	copy(em[len(db):], m)
	em[size-1] = 0xbc
	mgf1(db, s.mask, m)
	db[0] &= 0xff >> (8*size - bits)
	return rsaRaw(p, em), nil
}

// verify takes a salt of any length when s.salt is negative.
func (s pss) verify(p *rsa.PublicKey, sum, signature []byte) bool {
	bits := p.N.BitLen() - 1
	size := (bits + 7) / 8
	n := new(big.Int).SetBytes(signature)
	if len(signature) != p.Size() || n.Cmp(p.N) >= 0 {
		return false
	}
	n.Exp(n, big.NewInt(int64(p.E)), p.N)
	if n.BitLen() > 8*size {
		return false
	}
	em := pki.Fixed(n, size)
	if size < len(sum)+2 || em[size-1] != 0xbc {
		return false
	}
	db, m := em[:size-len(sum)-1], em[size-len(sum)-1:size-1]
	spare := byte(0xff) >> (8*size - bits)
	if db[0]&^spare != 0 {
		return false
	}
	mgf1(db, s.mask, m)
	db[0] &= spare
	one := bytes.IndexByte(db, 1)
	if one < 0 || len(bytes.Trim(db[:one], "\x00")) != 0 || s.salt >= 0 && len(db)-one-1 != s.salt {
		return false
	}
	return subtle.ConstantTimeCompare(hashOf(s.hash, make([]byte, 8), sum, db[one+1:]), m) == 1
}

// rsaRaw is the private operation without padding.
func rsaRaw(p *rsa.PrivateKey, m []byte) []byte {
	// A random factor hides from the clock what is raised.
	e := big.NewInt(int64(p.E))
	var blind, inverse *big.Int
	for {
		r, err := rand.Int(rand.Reader, p.N)
		if err != nil {
			panic(err) // there is no randomness: nothing can be done safely
		}
		if inverse = new(big.Int).ModInverse(r, p.N); inverse != nil && r.Sign() > 0 {
			blind = r.Exp(r, e, p.N)
			break
		}
	}
	c := new(big.Int).SetBytes(m)
	c.Mul(c, blind).Mod(c, p.N)
	c.Exp(c, p.D, p.N)
	c.Mul(c, inverse).Mod(c, p.N)
	return pki.Fixed(c, p.Size())
}
