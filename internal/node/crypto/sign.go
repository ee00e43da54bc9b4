package crypto

import (
	stdcrypto "crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"math/big"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// RSA paddings, with OpenSSL's numbers.
const (
	paddingPKCS1 = 1
	paddingNone  = 3
	paddingOAEP  = 4
	paddingPSS   = 6

	saltDigest = -1
	saltMax    = -2
)

// scheme says how something is signed.
type scheme struct {
	digest  *digest // nil: the key's own (Ed25519), or none
	padding int
	salt    int
	ieee    bool // r and s one after the other instead of DER
}

type ecdsaSignature struct{ R, S *big.Int }

var errKeySize = errors.New("digest too big for rsa key")

func (s scheme) hash(k *pki.Key, data []byte) (sum []byte, id stdcrypto.Hash) {
	d := s.digest
	if d == nil {
		d = digests["sha256"]
		if p, ok := k.Public.(*ecdsa.PublicKey); ok && p.Curve.Params().BitSize > 256 {
			d = digests["sha384"]
			if p.Curve.Params().BitSize > 384 {
				d = digests["sha512"]
			}
		}
	}
	h := d.maker()()
	h.Write(data)
	return h.Sum(nil), d.id
}

func (s scheme) sign(k *pki.Key, data []byte) ([]byte, error) {
	switch p := k.Private.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(p, data), nil
	case *rsa.PrivateKey:
		sum, id := s.hash(k, data)
		if s.padding == paddingPSS {
			salt := s.salt
			switch {
			case salt == saltDigest:
				salt = rsa.PSSSaltLengthEqualsHash
			case salt == saltMax:
				salt = (p.N.BitLen()-1+7)/8 - 2 - len(sum)
			}
			if salt == 0 { // Go takes 0 for "as long as possible"
				return signPSS0(p, id, sum)
			}
			return rsa.SignPSS(rand.Reader, p, id, sum, &rsa.PSSOptions{SaltLength: salt})
		}
		return rsa.SignPKCS1v15(rand.Reader, p, id, sum)
	case *ecdsa.PrivateKey:
		sum, _ := s.hash(k, data)
		der, err := ecdsa.SignASN1(rand.Reader, p, sum)
		if err != nil || !s.ieee {
			return der, err
		}
		var sig ecdsaSignature
		if _, err := asn1.Unmarshal(der, &sig); err != nil {
			return nil, err
		}
		size := (p.Curve.Params().BitSize + 7) / 8
		return append(pki.Fixed(sig.R, size), pki.Fixed(sig.S, size)...), nil
	}
	return nil, errors.New("operation not supported for this keytype")
}

// signPSS0 signs with an empty salt, which Go's options cannot say.
func signPSS0(p *rsa.PrivateKey, id stdcrypto.Hash, sum []byte) ([]byte, error) {
	// EMSA-PSS (RFC 8017, 9.1.1) with sLen = 0.
	emBits := p.N.BitLen() - 1
	emLen := (emBits + 7) / 8
	if emLen < len(sum)+2 {
		return nil, errKeySize
	}
	h := id.New()
	h.Write(make([]byte, 8))
	h.Write(sum)
	m := h.Sum(nil)
	em := make([]byte, emLen)
	db := em[:emLen-len(m)-1]
	db[len(db)-1] = 1
	copy(em[len(db):], m)
	em[emLen-1] = 0xbc
	mgf1(db, id, m)
	db[0] &= 0xff >> (8*emLen - emBits)
	return rsaRaw(p, em), nil
}

func mgf1(dst []byte, id stdcrypto.Hash, seed []byte) {
	for at, counter := 0, uint32(0); at < len(dst); counter++ {
		h := id.New()
		h.Write(seed)
		h.Write([]byte{byte(counter >> 24), byte(counter >> 16), byte(counter >> 8), byte(counter)})
		for _, b := range h.Sum(nil) {
			if at < len(dst) {
				dst[at] ^= b
				at++
			}
		}
	}
}

// rsaRaw is the private operation without padding.
func rsaRaw(p *rsa.PrivateKey, m []byte) []byte {
	c := new(big.Int).Exp(new(big.Int).SetBytes(m), p.D, p.N)
	return pki.Fixed(c, p.Size())
}

func (s scheme) verify(k *pki.Key, data, sig []byte) bool {
	switch p := k.Public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(p, data, sig)
	case *rsa.PublicKey:
		sum, id := s.hash(k, data)
		if s.padding == paddingPSS {
			salt := s.salt
			if salt == saltDigest {
				salt = rsa.PSSSaltLengthEqualsHash
			} else if salt < 0 {
				salt = rsa.PSSSaltLengthAuto
			}
			return rsa.VerifyPSS(p, id, sum, sig, &rsa.PSSOptions{SaltLength: salt}) == nil
		}
		return rsa.VerifyPKCS1v15(p, id, sum, sig) == nil
	case *ecdsa.PublicKey:
		sum, _ := s.hash(k, data)
		if s.ieee {
			size := (p.Curve.Params().BitSize + 7) / 8
			if len(sig) != 2*size {
				return false
			}
			der, err := asn1.Marshal(ecdsaSignature{new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])})
			if err != nil {
				return false
			}
			sig = der
		}
		return ecdsa.VerifyASN1(p, sum, sig)
	}
	return false
}

// encrypt with a public key; with a private one it is the reverse of OpenSSL's sign.
func encrypt(k *pki.Key, padding int, d *digest, label, data []byte, private bool) ([]byte, error) {
	if private {
		p, ok := k.Private.(*rsa.PrivateKey)
		if !ok {
			return nil, errors.New("operation not supported for this keytype")
		}
		em := data
		if padding != paddingNone {
			n := p.Size()
			if len(data) > n-11 {
				return nil, errors.New("data too large for key size")
			}
			em = make([]byte, n)
			em[1] = 1
			for i := 2; i < n-len(data)-1; i++ {
				em[i] = 0xff
			}
			copy(em[n-len(data):], data)
		} else if len(data) != p.Size() {
			return nil, errors.New("data too small for key size")
		}
		return rsaRaw(p, em), nil
	}
	p, ok := k.Public.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("operation not supported for this keytype")
	}
	switch padding {
	case paddingOAEP:
		return rsa.EncryptOAEP(d.maker()(), rand.Reader, p, data, label)
	case paddingNone:
		if len(data) != p.Size() {
			return nil, errors.New("data too small for key size")
		}
		return pki.Fixed(new(big.Int).Exp(new(big.Int).SetBytes(data), big.NewInt(int64(p.E)), p.N), p.Size()), nil
	}
	return rsa.EncryptPKCS1v15(rand.Reader, p, data) //nolint:staticcheck // Node has it
}

func decrypt(k *pki.Key, padding int, d *digest, label, data []byte, public bool) ([]byte, error) {
	if public {
		p, ok := k.Public.(*rsa.PublicKey)
		if !ok {
			return nil, errors.New("operation not supported for this keytype")
		}
		em := pki.Fixed(new(big.Int).Exp(new(big.Int).SetBytes(data), big.NewInt(int64(p.E)), p.N), p.Size())
		if padding == paddingNone {
			return em, nil
		}
		i := 2
		for i < len(em) && em[i] == 0xff {
			i++
		}
		if em[0] != 0 || em[1] != 1 || i < 10 || i == len(em) || em[i] != 0 {
			return nil, errors.New("padding check failed")
		}
		return em[i+1:], nil
	}
	p, ok := k.Private.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("operation not supported for this keytype")
	}
	switch padding {
	case paddingOAEP:
		return rsa.DecryptOAEP(d.maker()(), nil, p, data, label)
	case paddingNone:
		return rsaRaw(p, data), nil
	}
	// A wrong padding gives random bytes instead of an error that tells an attacker.
	n := p.Size()
	fallback := make([]byte, n)
	rand.Read(fallback)
	out, err := rsa.DecryptPKCS1v15(nil, p, data) //nolint:staticcheck // Node has it
	if err != nil {
		return fallback[:n-11], nil
	}
	return out, nil
}

func shared(a, b *pki.Key) ([]byte, error) {
	var private *ecdh.PrivateKey
	var public *ecdh.PublicKey
	var err error
	switch p := a.Private.(type) {
	case *ecdh.PrivateKey:
		private = p
	case *ecdsa.PrivateKey:
		if private, err = p.ECDH(); err != nil {
			return nil, err
		}
	}
	switch p := b.Public.(type) {
	case *ecdh.PublicKey:
		public = p
	case *ecdsa.PublicKey:
		if public, err = p.ECDH(); err != nil {
			return nil, err
		}
	}
	if private == nil || public == nil {
		return nil, errors.New("operation not supported for this keytype")
	}
	return private.ECDH(public)
}

func signFunctions(env *node.Env, ring *keyRing) map[string]v8.Func {
	read := func(c *v8.Call) (*pki.Key, scheme, []byte) {
		s := scheme{padding: c.Int(3), salt: c.Int(4), ieee: c.Bool(5)}
		if !c.IsNullish(1) {
			s.digest = findDigest(c.String(1))
		}
		return ring.live[c.Int(0)], s, owned(c, 2)
	}
	crypt := func(do func(k *pki.Key, padding int, d *digest, label, data []byte, reverse bool) ([]byte, error)) v8.Func {
		return func(c *v8.Call) {
			out, err := do(ring.live[c.Int(0)], c.Int(1), findDigest(c.String(2)), owned(c, 3), owned(c, 4), c.Bool(5))
			if err != nil {
				c.Return(err.Error())
				return
			}
			c.Return(out)
		}
	}
	return map[string]v8.Func{
		// sign(key, digest, data, padding, salt, ieee, callback?) is the signature; a string says why there is none.
		"sign": func(c *v8.Call) {
			k, s, data := read(c)
			job(env, c, 6, func() (any, error) {
				out, err := s.sign(k, data)
				if err != nil {
					return err.Error(), nil
				}
				return out, nil
			})
		},
		// verify(key, digest, data, padding, salt, ieee, signature, callback?)
		"verify": func(c *v8.Call) {
			k, s, data := read(c)
			sig := owned(c, 6)
			job(env, c, 7, func() (any, error) { return s.verify(k, data, sig), nil })
		},
		// rsaEncrypt(key, padding, oaepHash, label, data, private) and rsaDecrypt(..., public)
		"rsaEncrypt": crypt(encrypt),
		"rsaDecrypt": crypt(decrypt),
		"ecdhSecret": func(c *v8.Call) {
			out, err := shared(ring.live[c.Int(0)], ring.live[c.Int(1)])
			if err != nil {
				c.Return(err.Error())
				return
			}
			c.Return(out)
		},
	}
}
