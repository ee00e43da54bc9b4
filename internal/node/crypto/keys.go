package crypto

import (
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdsa"
	"crypto/rsa"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
	"github.com/sluice-http/sluice/internal/v8"
)

// keyRing are the keys that JavaScript knows by a number.
type keyRing struct {
	live map[int]*pki.Key
	next int
}

func newKeyRing() *keyRing { return &keyRing{live: map[int]*pki.Key{}} }

func (r *keyRing) add(k *pki.Key) int {
	r.next++
	r.live[r.next] = k
	return r.next
}

// describe is [number, type, details...] of a key: for RSA the length of the modulus and
// the exponent, for elliptic curves the name of the curve.
func (r *keyRing) describe(k *pki.Key) []any {
	out := []any{r.add(k), k.Type()}
	switch p := k.Public.(type) {
	case *rsa.PublicKey:
		out = append(out, p.N.BitLen(), p.E)
		if k.PSS != nil && k.PSS.Restricted {
			out = append(out, k.PSS.Hash, k.PSS.MGF, k.PSS.Salt)
		}
	case *ecdsa.PublicKey:
		if c := pki.CurveOf(p.Curve); c != nil {
			out = append(out, c.Name)
		}
	case *dsa.PublicKey:
		out = append(out, p.P.BitLen(), p.Q.BitLen())
	}
	return out
}

// byteSlices are slices of bytes as values for JavaScript; undefined when there are none.
func byteSlices(in [][]byte) any {
	if in == nil {
		return nil
	}
	out := make([]any, len(in))
	for i, b := range in {
		out[i] = b
	}
	return out
}

func generate(kind string, bits, exponent int, curve string) (*pki.Key, error) {
	switch kind {
	case "rsa", "rsa-pss":
		return pki.GenerateRSA(bits, exponent)
	case "ec":
		return pki.GenerateEC(curve)
	case "dsa":
		return pki.GenerateDSA(bits, exponent)
	}
	return pki.GenerateOctets(kind)
}

// pair makes a pair of keys now, or on a goroutine when argument i is a callback.
func pair(env *node.Env, c *v8.Call, ring *keyRing, i int, make func() (*pki.Key, error)) {
	both := func(k *pki.Key) []any { return []any{ring.describe(k), ring.describe(k.PublicHalf())} }
	if c.Kind(i) != v8.Function {
		k, err := make()
		if err != nil {
			c.Throw(err)
			return
		}
		c.Return(both(k))
		return
	}
	cb := c.Callback(i)
	env.Loop.Ref()
	go func() {
		k, err := make()
		env.Post(func() {
			env.Loop.Unref()
			if err != nil {
				env.Done(cb, nil, err)
				return
			}
			env.Done(cb, both(k), nil)
		})
	}()
}

func keyFunctions(env *node.Env) map[string]v8.Func {
	ring := newKeyRing()
	answer := func(c *v8.Call, k *pki.Key, failure pki.Failure) {
		if failure != 0 {
			c.Return(int(failure))
			return
		}
		c.Return(ring.describe(k))
	}
	exported := func(c *v8.Call, out []byte, failure pki.Failure) {
		switch {
		case failure != 0:
			c.Return(int(failure))
		case c.String(1) == "pem":
			c.Return(string(out))
		default:
			c.Return(out)
		}
	}
	password := func(c *v8.Call, i int) []byte {
		if c.IsNullish(i) {
			return nil
		}
		return append([]byte{}, c.Bytes(i)...)
	}
	functions := map[string]v8.Func{
		// keyPrivate(format, type, data, passphrase) and keyPublic: [number, type, details...] or what is wrong.
		"keyPrivate": func(c *v8.Call) {
			if c.String(0) == "pem" {
				k, failure := pki.ParsePrivatePEM(c.Bytes(2), password(c, 3))
				answer(c, k, failure)
				return
			}
			k, failure := pki.ParsePrivateDER(c.Bytes(2), c.String(1), password(c, 3))
			answer(c, k, failure)
		},
		"keyPublic": func(c *v8.Call) {
			if c.String(0) == "pem" {
				k, failure := pki.ParsePublicPEM(c.Bytes(2), password(c, 3))
				answer(c, k, failure)
				return
			}
			switch kind := c.String(1); kind {
			case "spki", "pkcs1":
				k, failure := pki.ParsePublicDER(c.Bytes(2), kind)
				if failure == 0 || kind == "spki" {
					answer(c, k, failure)
					return
				}
				fallthrough
			default:
				k, failure := pki.ParsePrivateDER(c.Bytes(2), kind, password(c, 3))
				if k != nil {
					k = k.PublicHalf()
				}
				answer(c, k, failure)
			}
		},
		"keyOfPrivate": func(c *v8.Call) { answer(c, ring.live[c.Int(0)].PublicHalf(), 0) },
		"keyToJWK":     func(c *v8.Call) { c.Return(byteSlices(ring.live[c.Int(0)].JWK())) },
		// keyFromJWK(kty, crv, private, numbers)
		"keyFromJWK": func(c *v8.Call) {
			k, failure := pki.FromJWK(c.String(0), c.String(1), c.Bool(2), c.ByteSlices(3))
			answer(c, k, failure)
		},
		"keySame": func(c *v8.Call) { c.Return(pki.Same(ring.live[c.Int(0)], ring.live[c.Int(1)])) },
		"keyFree": func(c *v8.Call) { delete(ring.live, c.Int(0)) },
		// keyExportPublic(number, format, type); keyExportPrivate(number, format, type, cipher, passphrase)
		"keyExportPublic": func(c *v8.Call) {
			out, failure := pki.ExportPublic(ring.live[c.Int(0)], c.String(1), c.String(2))
			exported(c, out, failure)
		},
		"keyExportPrivate": func(c *v8.Call) {
			out, failure := pki.ExportPrivate(ring.live[c.Int(0)], c.String(1), c.String(2), c.String(3), password(c, 4))
			exported(c, out, failure)
		},
		// keyGenerate(type, bits, exponent or bits of the divisor, curve, PSS parameters, callback?) is
		// [private, public] as describe has them.
		"keyGenerate": func(c *v8.Call) {
			kind, bits, exponent, curve, limits := c.String(0), c.Int(1), c.Int(2), c.String(3), c.Array(4)
			pair(env, c, ring, 5, func() (*pki.Key, error) {
				k, err := generate(kind, bits, exponent, curve)
				if err == nil && kind == "rsa-pss" {
					k.PSS = &pki.PSSParameters{}
					if len(limits) == 3 {
						k.PSS.Restricted = true
						k.PSS.Hash, _ = limits[0].(string)
						k.PSS.MGF, _ = limits[1].(string)
						k.PSS.Salt, _ = limits[2].(int)
					}
				}
				return k, err
			})
		},
		// curveName(name) is OpenSSL's name of a curve; undefined when there is none.
		"curveName": func(c *v8.Call) {
			if curve := pki.CurveByName(c.String(0)); curve != nil {
				c.Return(curve.Name)
			}
		},
		"curveNames": func(c *v8.Call) { c.Return(pki.CurveNames) },
	}
	for _, group := range []map[string]v8.Func{
		signFunctions(env, ring), x509Functions(ring), dhFunctions(env, ring),
	} {
		for name, f := range group {
			functions[name] = f
		}
	}
	return functions
}
