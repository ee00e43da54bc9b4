package crypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"math/big"
	mrand "math/rand/v2"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/sluice-http/sluice/internal/pki"
)

// inPieces runs a cipher over data cut anywhere.
func inPieces(r *mrand.Rand, b cipherBody, data []byte) []byte {
	var out []byte
	for len(data) > 0 {
		n := 1 + r.IntN(len(data))
		out = append(out, b.update(data[:n])...)
		data = data[n:]
	}
	return out
}

// GCM and ChaCha20-Poly1305 in pieces are what Go's own do at once.
func TestAuthenticatedCiphers(t *testing.T) {
	r := mrand.New(mrand.NewPCG(1, 2))
	for range 300 {
		key, iv := make([]byte, 16+8*r.IntN(3)), make([]byte, 1+r.IntN(32))
		data, aad := make([]byte, r.IntN(300)), make([]byte, r.IntN(50))
		for _, b := range [][]byte{key, iv, data, aad} {
			rand.Read(b)
		}
		block, _ := aes.NewCipher(key)
		reference, err := cipher.NewGCMWithNonceSize(block, len(iv))
		if err != nil {
			t.Fatal(err)
		}
		check(t, r, reference, iv, data, aad, func(decrypt bool) authenticated { return newGCM(block, iv, decrypt) })

		key, iv = make([]byte, 32), make([]byte, 12)
		rand.Read(key)
		rand.Read(iv)
		reference, _ = chacha20poly1305.New(key)
		check(t, r, reference, iv, data, aad, func(decrypt bool) authenticated {
			c, err := newChachaPoly(key, iv, decrypt)
			if err != nil {
				t.Fatal(err)
			}
			return c
		})
	}
}

func check(t *testing.T, r *mrand.Rand, reference cipher.AEAD, iv, data, aad []byte, open func(decrypt bool) authenticated) {
	t.Helper()
	want := reference.Seal(nil, iv, data, aad)
	c := open(false)
	c.additional(aad)
	got := inPieces(r, c, data)
	if got = append(got, c.tag()...); !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, iv of %d: %x, want %x", len(data), len(iv), got, want)
	}
	d := open(true)
	d.additional(aad)
	if plain := inPieces(r, d, want[:len(data)]); !bytes.Equal(plain, data) || !bytes.Equal(d.tag(), want[len(data):]) {
		t.Fatalf("decrypted %x", plain)
	}
}

// The counter of GCM wraps in 32 bits.
func TestGCMCounterWraps(t *testing.T) {
	block, _ := aes.NewCipher(make([]byte, 16))
	found := false
	for i := range 2000 {
		iv := []byte{byte(i), byte(i >> 8), 1, 2, 3}
		m := newGCM(block, iv, false)
		if _, ok := m.stream.(*counter32); !ok {
			continue
		}
		found = true
		reference, _ := cipher.NewGCMWithNonceSize(block, len(iv))
		data := make([]byte, 100)
		if got := append(m.update(data), m.tag()...); !bytes.Equal(got, reference.Seal(nil, iv, data, nil)) {
			t.Fatal("differs")
		}
	}
	if !found {
		t.Fatal("no counter was high")
	}
}

// Every block mode gives back what it was given, at every length.
func TestCiphersRoundTrip(t *testing.T) {
	r := mrand.New(mrand.NewPCG(3, 4))
	for name, info := range ciphers {
		if info.mode == "wrap" || info.mode == "ccm" {
			continue
		}
		key, iv := make([]byte, info.key), make([]byte, info.iv)
		rand.Read(key)
		rand.Read(iv)
		for n := range 70 {
			data := make([]byte, n)
			rand.Read(data)
			run := func(in []byte, decrypt bool) []byte {
				b, err := newCipher(info, key, iv, decrypt, 16)
				if err != nil {
					t.Fatal(name, err)
				}
				out := inPieces(r, b, in)
				if b, ok := b.(*blockBody); ok {
					last, failure := b.final()
					if failure != 0 {
						t.Fatal(name, n, failure)
					}
					out = append(out, last...)
				}
				if b, ok := b.(finisher); ok {
					out = append(out, b.finish()...)
				}
				return out
			}
			if got := run(run(data, false), true); !bytes.Equal(got, data) {
				t.Fatalf("%s, %d bytes: %x, want %x", name, n, got, data)
			}
		}
	}
}

// A key goes through its JSON numbers unchanged, and what it signs it verifies.
func TestKeys(t *testing.T) {
	for _, c := range []struct{ kind, curve, kty, crv string }{
		{"rsa", "", "RSA", ""}, {"ec", "P-256", "EC", "P-256"}, {"ec", "P-521", "EC", "P-521"},
		{"ec", "secp256k1", "EC", "secp256k1"},
		{"ed25519", "", "OKP", "Ed25519"}, {"ed448", "", "OKP", "Ed448"}, {"x448", "", "OKP", "X448"}, {"x25519", "", "OKP", "X25519"},
	} {
		k, err := generate(c.kind, 1024, 65537, c.curve)
		if err != nil {
			t.Fatal(c, err)
		}
		back, failure := pki.FromJWK(c.kty, c.crv, true, k.JWK())
		if failure != 0 || !pki.Same(k, back) {
			t.Fatal(c, failure)
		}
		if c.kind[0] == 'x' {
			continue
		}
		for _, s := range []scheme{
			{digest: findDigest("sha256"), padding: paddingPKCS1}, {digest: findDigest("sha256"), padding: paddingPSS, salt: saltMax},
			{digest: findDigest("sha256"), padding: paddingPSS, salt: 0}, {digest: findDigest("sha256"), padding: paddingPSS, salt: 20, ieee: true},
		} {
			if c.kind[0:2] == "ed" {
				s.digest = nil
			}
			sig, err := s.sign(k, []byte("data"))
			if err != nil {
				t.Fatal(c, s, err)
			}
			if ok, err := s.verify(k, []byte("data"), sig); !ok || err != nil {
				t.Fatal(c, s, err)
			}
			if ok, err := s.verify(k, []byte("Data"), sig); ok || err != nil {
				t.Fatal(c, s, err)
			}
		}
	}
}

func TestDigests(t *testing.T) {
	for _, name := range hashNames {
		d := findDigest(name)
		if d == nil {
			t.Fatal(name, "is listed and not there")
		}
		h, _ := d.start(-1)
		h.Write([]byte("one "))
		c := cloneHash(h)
		h.Write([]byte("two"))
		c.Write([]byte("two"))
		if a, b := h.Sum(nil), c.Sum(nil); !bytes.Equal(a, b) || len(a) != d.size {
			t.Fatalf("%s: %x and its copy %x", name, a, b)
		}
	}
}

// The groups are safe primes of their lengths: a wrong digit of pi would show.
func TestGroups(t *testing.T) {
	for name, bits := range map[string]int{"modp1": 768, "modp2": 1024, "modp5": 1536, "modp14": 2048} {
		p := dhGroups[name]()
		if p.BitLen() != bits || checkGroup(p, big.NewInt(2)) != 0 {
			t.Error(name, p.BitLen(), checkGroup(p, big.NewInt(2)))
		}
	}
}

func TestSafePrimes(t *testing.T) {
	for _, bits := range []int{128, 129, 256, 512} {
		p, err := safePrime(bits, big.NewInt(24), big.NewInt(23))
		if err != nil || p.BitLen() != bits || checkGroup(p, big.NewInt(2))&(notPrime|notSafePrime) != 0 {
			t.Error(bits, p, err)
		}
		if new(big.Int).Mod(p, big.NewInt(24)).Int64() != 23 {
			t.Error(bits, p)
		}
	}
}
