package crypto

import (
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"math/big"
	"strings"

	"github.com/cloudflare/circl/sign/ed448"

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
	saltOfKey  = -3 // the key's least one if it has one, or as saltMax
)

// scheme says how something is signed.
type scheme struct {
	digest  *digest // nil: the key's own (Ed25519), or none
	padding int
	salt    int
	ieee    bool // r and s one after the other instead of DER
}

type ecdsaSignature struct{ R, S *big.Int }

// Why something cannot be done, in OpenSSL's words: JavaScript makes its errors of them.
var (
	errDataTooLarge      = errors.New("data too large for key size")
	errDataTooSmall      = errors.New("data too small for key size")
	errDataOverModulus   = errors.New("data too large for modulus")
	errDataLonger        = errors.New("data greater than mod len")
	errDigestTooBig      = errors.New("digest too big for rsa key")
	errDigestNotAllowed  = errors.New("digest not allowed")
	errInvalidDigest     = errors.New("invalid digest")
	errPaddingMode       = errors.New("illegal or unsupported padding mode")
	errInvalidMode       = errors.New("invalid padding mode")
	errUnknownPadding    = errors.New("unknown padding type")
	errInvalidPadding    = errors.New("invalid padding")
	errSaltTooSmall      = errors.New("pss saltlen too small")
	errOAEP              = errors.New("oaep decoding error")
	errKeyType           = errors.New("operation not supported for this keytype")
	errDerivation        = errors.New("failed during derivation")
	errMismatchingGroups = errors.New("mismatching domain parameters")
)

func (s scheme) hash(data []byte) (sum []byte, d *digest) {
	d = s.digest
	if d == nil {
		d = digests["sha256"] // OpenSSL's default, of every key
	}
	return hashOf(d, data), d
}

// pss is the scheme with the limits of a key, when it has any.
func (s scheme) pss(k *pki.Key, d *digest, size int, verify bool) (pss, error) {
	out := pss{d, d, s.salt}
	least := -1
	if p := k.PSS; p != nil && p.Restricted {
		if s.digest == nil {
			out.hash = digests[p.Hash]
		}
		if out.hash != digests[p.Hash] {
			return out, errDigestNotAllowed
		}
		out.mask, least = digests[p.MGF], p.Salt
		if out.salt == saltOfKey && !verify {
			out.salt = least
		}
	}
	if out.salt == saltOfKey {
		out.salt = saltMax
	}
	switch {
	case out.salt == saltDigest:
		out.salt = d.size
	case out.salt == saltMax && verify:
		out.salt = -1
	case out.salt == saltMax:
		out.salt = max(size-2-d.size, 0)
	}
	if out.salt >= 0 && out.salt < least {
		return out, errSaltTooSmall
	}
	return out, nil
}

// rsaPadding is the padding for a key, of which some know only one.
func (s scheme) rsaPadding(k *pki.Key) (int, error) {
	switch {
	case s.digest != nil && s.digest.id == 0 && s.digest.xof != nil, s.digest != nil && !rsaDigest(s.digest):
		return 0, errDigestNotAllowed
	case k.PSS != nil && s.padding != paddingPSS:
		return 0, errPaddingMode
	case s.padding != paddingPKCS1 && s.padding != paddingPSS:
		return 0, errInvalidMode
	}
	return s.padding, nil
}

// rsaDigest reports whether RSA signatures with a hash have a name.
func rsaDigest(d *digest) bool { return d.id != 0 && !strings.HasPrefix(d.name, "blake") }

func (s scheme) sign(k *pki.Key, data []byte) ([]byte, error) {
	switch p := k.Private.(type) {
	case ed25519.PrivateKey:
		if s.digest != nil {
			return nil, errInvalidDigest
		}
		return ed25519.Sign(p, data), nil
	case ed448.PrivateKey:
		if s.digest != nil {
			return nil, errInvalidDigest
		}
		return ed448.Sign(p, data, ""), nil
	case *rsa.PrivateKey:
		padding, err := s.rsaPadding(k)
		if err != nil {
			return nil, err
		}
		sum, d := s.hash(data)
		if padding == paddingPSS {
			how, err := s.pss(k, d, (p.N.BitLen()-1+7)/8, false)
			if err != nil {
				return nil, err
			}
			if how.hash != d {
				sum = hashOf(how.hash, data)
			}
			return how.sign(p, sum)
		}
		return signPKCS1(p, d, sum)
	case *ecdsa.PrivateKey:
		sum, _ := s.hash(data)
		der, err := ecdsa.SignASN1(rand.Reader, p, sum)
		if err != nil || !s.ieee {
			return der, err
		}
		return toIEEE(der, (p.Curve.Params().N.BitLen()+7)/8)
	case *dsa.PrivateKey:
		sum, _ := s.hash(data)
		size := (p.Q.BitLen() + 7) / 8
		r, t, err := dsa.Sign(rand.Reader, p, sum[:min(size, len(sum))])
		if err != nil {
			return nil, err
		}
		der, err := asn1.Marshal(ecdsaSignature{r, t})
		if err != nil || !s.ieee {
			return der, err
		}
		return toIEEE(der, size)
	}
	return nil, errKeyType
}

// signPKCS1 signs with keys of any size; Go's own takes none that are too short to be safe.
func signPKCS1(p *rsa.PrivateKey, d *digest, sum []byte) ([]byte, error) {
	out, err := rsa.SignPKCS1v15(rand.Reader, p, d.id, sum)
	if errors.Is(err, rsa.ErrMessageTooLong) {
		return nil, errDigestTooBig
	}
	return out, err
}

// toIEEE is a signature as two numbers of one length (IEEE P1363).
func toIEEE(der []byte, size int) ([]byte, error) {
	var sig ecdsaSignature
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, err
	}
	return append(pki.Fixed(sig.R, size), pki.Fixed(sig.S, size)...), nil
}

// fromIEEE is the reverse; nil when the length is wrong.
func fromIEEE(sig []byte, size int) []byte {
	if len(sig) != 2*size {
		return nil
	}
	der, err := asn1.Marshal(ecdsaSignature{new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])})
	if err != nil {
		return nil
	}
	return der
}

// verify reports whether a signature is one; an error says why that cannot be told.
func (s scheme) verify(k *pki.Key, data, sig []byte) (bool, error) {
	switch p := k.Public.(type) {
	case ed25519.PublicKey:
		if s.digest != nil {
			return false, errInvalidDigest
		}
		return len(sig) == ed25519.SignatureSize && ed25519.Verify(p, data, sig), nil
	case ed448.PublicKey:
		if s.digest != nil {
			return false, errInvalidDigest
		}
		return ed448.Verify(p, data, sig, ""), nil
	case *rsa.PublicKey:
		padding, err := s.rsaPadding(k)
		if err != nil {
			return false, err
		}
		sum, d := s.hash(data)
		if padding == paddingPSS {
			how, err := s.pss(k, d, 0, true)
			if err != nil {
				return false, err
			}
			if how.hash != d {
				sum = hashOf(how.hash, data)
			}
			return how.verify(p, sum, sig), nil
		}
		return rsa.VerifyPKCS1v15(p, d.id, sum, sig) == nil, nil
	case *ecdsa.PublicKey:
		sum, _ := s.hash(data)
		if s.ieee {
			sig = fromIEEE(sig, (p.Curve.Params().N.BitLen()+7)/8)
		}
		return sig != nil && ecdsa.VerifyASN1(p, sum, sig), nil
	case *dsa.PublicKey:
		sum, _ := s.hash(data)
		size := (p.Q.BitLen() + 7) / 8
		if s.ieee {
			sig = fromIEEE(sig, size)
		}
		var parts ecdsaSignature
		if rest, err := asn1.Unmarshal(sig, &parts); err != nil || len(rest) != 0 {
			return false, nil
		}
		return dsa.Verify(p, sum[:min(size, len(sum))], parts.R, parts.S), nil
	}
	return false, errKeyType
}

// encrypt with a public key; with a private one it is the reverse of OpenSSL's sign.
func encrypt(k *pki.Key, padding int, d *digest, label, data []byte, private bool) ([]byte, error) {
	p, ok := k.Public.(*rsa.PublicKey)
	if !ok || k.PSS != nil {
		return nil, errKeyType
	}
	if private {
		return encryptPrivate(k.Private.(*rsa.PrivateKey), padding, data)
	}
	switch padding {
	case paddingOAEP:
		out, err := rsa.EncryptOAEP(d.maker()(), rand.Reader, p, data, label)
		if errors.Is(err, rsa.ErrMessageTooLong) {
			err = errDataTooLarge
		}
		return out, err
	case paddingNone:
		return rsaPublic(p, data)
	case paddingPKCS1:
		out, err := rsa.EncryptPKCS1v15(rand.Reader, p, data) //nolint:staticcheck // Node has it
		if errors.Is(err, rsa.ErrMessageTooLong) {
			err = errDataTooLarge
		}
		return out, err
	}
	return nil, errUnknownPadding
}

func encryptPrivate(p *rsa.PrivateKey, padding int, data []byte) ([]byte, error) {
	n := p.Size()
	switch padding {
	case paddingPKCS1:
		if len(data) > n-11 {
			return nil, errDataTooLarge
		}
		em := make([]byte, n)
		em[1] = 1
		for i := 2; i < n-len(data)-1; i++ {
			em[i] = 0xff
		}
		copy(em[n-len(data):], data)
		return rsaRaw(p, em), nil
	case paddingNone:
		if err := checkLength(&p.PublicKey, data); err != nil {
			return nil, err
		}
		return rsaRaw(p, data), nil
	}
	return nil, errPaddingMode
}

// checkLength: without padding, data must be as long as the modulus, and less than it.
func checkLength(p *rsa.PublicKey, data []byte) error {
	switch {
	case len(data) > p.Size():
		return errDataTooLarge
	case len(data) < p.Size():
		return errDataTooSmall
	case new(big.Int).SetBytes(data).Cmp(p.N) >= 0:
		return errDataOverModulus
	}
	return nil
}

func rsaPublic(p *rsa.PublicKey, data []byte) ([]byte, error) {
	if err := checkLength(p, data); err != nil {
		return nil, err
	}
	return pki.Fixed(new(big.Int).Exp(new(big.Int).SetBytes(data), big.NewInt(int64(p.E)), p.N), p.Size()), nil
}

func decrypt(k *pki.Key, padding int, d *digest, label, data []byte, public bool) ([]byte, error) {
	if p, ok := k.Public.(*rsa.PublicKey); !ok || k.PSS != nil {
		return nil, errKeyType
	} else if public {
		return decryptPublic(p, padding, data)
	}
	p := k.Private.(*rsa.PrivateKey)
	if len(data) > p.Size() {
		return nil, errDataLonger
	}
	switch padding {
	case paddingOAEP:
		out, err := rsa.DecryptOAEP(d.maker()(), nil, p, data, label)
		if err != nil {
			return nil, errOAEP
		}
		return out, nil
	case paddingNone:
		return rsaRaw(p, data), nil
	case paddingPKCS1:
	default:
		return nil, errUnknownPadding
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

func decryptPublic(p *rsa.PublicKey, padding int, data []byte) ([]byte, error) {
	if padding != paddingNone && padding != paddingPKCS1 {
		return nil, errPaddingMode
	}
	if len(data) > p.Size() {
		return nil, errDataLonger
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
		return nil, errInvalidPadding
	}
	return em[i+1:], nil
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
			job(env, c, 7, func() (any, error) {
				ok, err := s.verify(k, data, sig)
				if err != nil {
					return err.Error(), nil
				}
				return ok, nil
			})
		},
		// rsaEncrypt(key, padding, oaepHash, label, data, private) and rsaDecrypt(..., public)
		"rsaEncrypt": crypt(encrypt),
		"rsaDecrypt": crypt(decrypt),
		// secret(private, public, callback?) is what the two share; a string says why there is none.
		"secret": func(c *v8.Call) {
			a, b := ring.live[c.Int(0)], ring.live[c.Int(1)]
			job(env, c, 2, func() (any, error) {
				out, err := shared(a, b)
				if err != nil {
					return err.Error(), nil
				}
				return out, nil
			})
		},
	}
}
